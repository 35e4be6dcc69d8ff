package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Service takes files in, keeps them and gives them out. Who may do so is for
// the module to decide that owns the subject.
type Service struct {
	files *store.Collection[File, *File]
	blobs Blobs
	clock clock.Clock
	ids   ident.Maker
}

// Open opens the service over the records in db and the bytes in blobs.
func Open(ctx context.Context, db store.DB, blobs Blobs, clk clock.Clock, ids ident.Maker) (*Service, error) {
	files, err := store.Open[File](ctx, db, schema)
	if err != nil {
		return nil, err
	}
	return &Service{files: files, blobs: blobs, clock: clk, ids: ids}, nil
}

// Upload is what a person sends.
type Upload struct {
	Subject string // what it belongs to: "petition:ID"
	Name    string // as their machine calls it
	Body    io.Reader
	Public  bool
	Limits  Limits // such as Attachments
}

// Accept takes an upload in and returns its record. After nil all is durable;
// after a fault nothing is kept. Faults, in words for the person: TooLarge,
// Invalid (a kind that is not accepted, damaged, empty, broken off).
func (s *Service) Accept(ctx context.Context, u Upload) (File, error) {
	data, err := read(u.Body, u.Limits.MaxBytes)
	if err != nil {
		return File{}, err
	}
	full, thumb, err := prepare(ctx, data, u.Limits)
	if err != nil {
		return File{}, err
	}
	digest := sha256.Sum256(full.data)
	f := File{
		Meta: store.Meta{ID: s.ids.ID()}, Subject: u.Subject, State: Arriving,
		Name: cleanName(u.Name, full.kind), Type: full.kind, Size: int64(len(full.data)), SHA256: hex.EncodeToString(digest[:]),
		Width: full.width, Height: full.height, ThumbType: thumb.kind, ThumbSize: int64(len(thumb.data)),
		Public: u.Public, CreatedAt: s.clock.Now(),
	}
	if err := s.files.Insert(ctx, f); err != nil {
		return File{}, err
	}
	kept, err := s.keep(ctx, f, full, thumb)
	if err != nil {
		s.giveUp(ctx, f)
		return File{}, err
	}
	return kept, nil
}

// read reads an upload, and one byte more than is allowed to see that it is too large.
func read(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	switch {
	case int64(len(data)) > limit:
		return nil, fault.New(fault.TooLarge, "This file is too large. The largest size is {n} MB.", "n", limit>>20)
	case err != nil:
		return nil, fault.New(fault.Invalid, "The upload was broken off. Please send the file again.").Because("file.read", err)
	case len(data) == 0:
		return nil, fault.New(fault.Invalid, "This file is empty.")
	}
	return data, nil
}

// prepare makes of an upload what is kept; thumb is empty for a PDF.
func prepare(ctx context.Context, data []byte, l Limits) (full, thumb rendering, err error) {
	switch kind := sniff(data); {
	case kind == typePDF && l.PDF:
		return rendering{kind: typePDF, data: data}, thumb, checkPDF(data)
	case kind != "" && kind != typePDF && l.Pictures:
		return redraw(ctx, kind, data)
	}
	return full, thumb, unknown(data, l)
}

// keep writes the bytes and then says in the record that they are there.
func (s *Service) keep(ctx context.Context, f File, full, thumb rendering) (File, error) {
	if err := s.blobs.Put(ctx, f.blob(Full), bytes.NewReader(full.data)); err != nil {
		return f, err
	}
	if f.Picture() {
		if err := s.blobs.Put(ctx, f.blob(Thumb), bytes.NewReader(thumb.data)); err != nil {
			return f, err
		}
	}
	return s.files.Update(ctx, f.ID, func(f *File) error {
		f.State = Kept
		return nil
	})
}

// giveUp removes what a failed upload left; what it cannot, Sweep will.
func (s *Service) giveUp(ctx context.Context, f File) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = s.remove(ctx, f)
}

// remove deletes bytes, then the record.
func (s *Service) remove(ctx context.Context, f File) error {
	for _, name := range f.blobs() {
		if err := s.blobs.Delete(ctx, name); err != nil {
			return err
		}
	}
	if err := s.files.Delete(ctx, f.ID); !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}

// Get returns the record of a kept file, or NotFound.
func (s *Service) Get(ctx context.Context, id string) (File, error) {
	f, err := s.files.Get(ctx, id)
	if err == nil && f.State != Kept {
		return File{}, fault.New(fault.NotFound, "")
	}
	return f, err
}

// Read returns a rendering's bytes, to be closed, or NotFound.
func (s *Service) Read(ctx context.Context, f File, v Variant) (io.ReadCloser, error) {
	if v == Thumb && !f.Picture() || v != Full && v != Thumb {
		return nil, fault.New(fault.NotFound, "")
	}
	return s.blobs.Open(ctx, f.blob(v))
}

// Of returns the kept files of a subject, oldest first, at most limit (0 means 20).
func (s *Service) Of(ctx context.Context, subject string, limit int) ([]File, error) {
	page, err := s.files.Find(ctx, store.Query{Index: "by_subject", Equal: []any{subject, string(Kept)}, Limit: limit})
	return page.Items, err
}

// Publish shows a kept file to everybody, or hides it again; copies that
// browsers kept meanwhile stay theirs. NotFound when there is none.
func (s *Service) Publish(ctx context.Context, id string, public bool) error {
	_, err := s.files.Update(ctx, id, func(f *File) error {
		if f.State != Kept {
			return fault.New(fault.NotFound, "")
		}
		if f.Public == public {
			return store.ErrUnchanged
		}
		f.Public = public
		return nil
	})
	return err
}

// Delete removes a file and its bytes; NotFound when there is none. Once it has
// been marked nobody gets it any more, also if the rest fails.
func (s *Service) Delete(ctx context.Context, id string) error {
	f, err := s.files.Update(ctx, id, func(f *File) error {
		f.State = Leaving
		return nil
	})
	if err != nil {
		return err
	}
	return s.remove(ctx, f)
}

// DeleteOf removes all files of a subject.
func (s *Service) DeleteOf(ctx context.Context, subject string) error {
	q := store.Query{Index: "by_subject", Equal: []any{subject, string(Kept)}}
	return s.files.Each(ctx, q, func(f File) error {
		if err := s.Delete(ctx, f.ID); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
}

// patience is how long an upload may be arriving before it is taken for broken off.
const patience = 24 * time.Hour

// Sweep removes what uploads and deletions left that were cut off, and returns
// how many files that were. Run it as periodic work.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	removed := 0
	for _, q := range []store.Query{
		{Index: "by_state", Equal: []any{string(Arriving)}, To: s.clock.Now().Add(-patience)},
		{Index: "by_state", Equal: []any{string(Leaving)}},
	} {
		err := s.files.Each(ctx, q, func(f File) error {
			removed++
			return s.remove(ctx, f)
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// Verify reads every kept file and says in a sentence what is wrong with it.
func (s *Service) Verify(ctx context.Context) ([]string, error) {
	var wrong []string
	err := s.each(ctx, func(f File) error {
		problem, err := f.compare(ctx, s.blobs)
		if problem != "" {
			wrong = append(wrong, problem)
		}
		return err
	})
	return wrong, err
}

func (s *Service) each(ctx context.Context, visit func(File) error) error {
	return s.files.Each(ctx, store.Query{Index: "by_state", Equal: []any{string(Kept)}}, visit)
}

// compare reads a file's bytes and says what is wrong with them, "" when they
// are those that were kept.
func (f File) compare(ctx context.Context, in Blobs) (string, error) {
	r, err := in.Open(ctx, f.blob(Full))
	if fault.Is(err, fault.NotFound) {
		return fmt.Sprintf("file %s of %s has no bytes", f.ID, f.Subject), nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return "", err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return fmt.Sprintf("file %s of %s does not have the bytes that were kept", f.ID, f.Subject), nil
	}
	return "", nil
}

// CopyTo copies the bytes of all kept files, for a backup (to a Disk in its
// folder) or a move. It returns how many files it copied, and what is wrong
// with those whose bytes are missing or not those that were kept: these are not
// copied.
func (s *Service) CopyTo(ctx context.Context, to Blobs) (copied int, wrong []string, err error) {
	return s.copy(ctx, s.blobs, to)
}

// CopyFrom brings the bytes of all kept files back from a backup, checked
// against the checksums of their documents as CopyTo checks them.
func (s *Service) CopyFrom(ctx context.Context, from Blobs) (copied int, wrong []string, err error) {
	return s.copy(ctx, from, s.blobs)
}

func (s *Service) copy(ctx context.Context, from, to Blobs) (copied int, wrong []string, err error) {
	err = s.each(ctx, func(f File) error {
		problem, err := f.compare(ctx, from)
		if err != nil {
			return err
		}
		if problem != "" {
			wrong = append(wrong, problem)
			return nil
		}
		copied++
		return f.copy(ctx, from, to)
	})
	return copied, wrong, err
}

// copy carries a file over; a thumbnail that is missing is no reason to lose the
// picture.
func (f File) copy(ctx context.Context, from, to Blobs) error {
	for _, name := range f.blobs() {
		r, err := from.Open(ctx, name)
		if fault.Is(err, fault.NotFound) && name != f.blob(Full) {
			continue
		}
		if err != nil {
			return err
		}
		err = to.Put(ctx, name, r)
		_ = r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) readAll(ctx context.Context, f File, v Variant) ([]byte, error) {
	r, err := s.Read(ctx, f, v)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	return data, fault.Wrap("file.Read", err)
}
