package petition

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// FileState is where a file for the deposit stands.
type FileState string

// The states of a file.
const (
	FileMaking    FileState = "making"    // its volumes are being written, one after the other
	FileReady     FileState = "ready"     // all are there
	FileForgotten FileState = "forgotten" // deleted when it was forgotten who signed; its digests stay
)

// fileMoves is the table of a file's states.
var fileMoves = map[FileState][]FileState{FileMaking: {FileReady, FileForgotten}, FileReady: {FileForgotten}}

// DepositFile is the official file of a petition as a council is served with
// it, at one moment. It is made in volumes, so that a file of any number of
// signatures costs the memory of one volume, and goes on where it was cut off.
type DepositFile struct {
	store.Meta `bson:",inline"` // petition:number
	Petition   string           `bson:"petition"`
	Number     int              `bson:"number"` // of the files of the petition, from 1
	State      FileState        `bson:"state"`
	Lang       string           `bson:"lang"`
	Valid      int64            `bson:"valid"`      // signatures in the annex when it was asked for
	Supporters int64            `bson:"supporters"` // everybody who signed
	Done       int64            `bson:"done"`       // signatures written so far
	Volumes    []Volume         `bson:"volumes,omitempty"`
	Next       string           `bson:"next,omitempty"` // cursor of the volume being written
	AskedAt    time.Time        `bson:"asked"`
	MadeAt     time.Time        `bson:"made,omitempty"`
}

// Volume is one PDF of a file.
type Volume struct {
	First  int64  `bson:"first"` // number of its first signature, from 1
	Rows   int64  `bson:"rows"`
	Pages  int    `bson:"pages"`
	After  string `bson:"after,omitempty"` // cursor before its first signature
	Digest string `bson:"digest"`          // SHA-256 of its content, hexadecimal: see digest
	File   KeptFile
}

// VolumeRows is how many signatures one volume holds.
const VolumeRows = 5000

// maxFiles is how many files of one petition are made.
const maxFiles = 50

// atOnce is up to how many signatures a file is made while its asker waits.
const atOnce = 2000

const jobFile = "petition.file"

type fileJob struct {
	Petition string `bson:"petition"`
	Number   int    `bson:"number"`
	Volume   int    `bson:"volume"` // from 1
}

func fileID(petitionID string, number int) string { return petitionID + ":" + strconv.Itoa(number) }

// VolumeCount is how many volumes the file will have.
func (f DepositFile) VolumeCount() int { return max(1, int((f.Valid+VolumeRows-1)/VolumeRows)) }

// move changes a file's state by the table.
func (f *DepositFile) move(to FileState) bool {
	if !slices.Contains(fileMoves[f.State], to) {
		return false
	}
	f.State = to
	return true
}

var (
	errNoVault  = fault.New(fault.Unavailable, "Files are not made here.")
	errTooMany  = fault.New(fault.Conflict, "Too many files were made of this petition.")
	errNotMade  = fault.New(fault.Conflict, "The file is still being made.")
	errAltered  = fault.New(fault.Conflict, "The signatures changed since this file was made. Make a new file, then open that one.")
	errFileGone = fault.New(fault.NotFound, "This file is not there, or not for you.")
)

// MakeFile asks for the file of a petition as it is now, in one of the
// petition's languages. It is made by a job, volume by volume; a small one is
// ready when the call returns. Faults: Forbidden, Conflict, Invalid (language).
func (s *Service) MakeFile(ctx context.Context, who auth.Actor, id, lang string) (DepositFile, error) {
	if s.Vault == nil {
		return DepositFile{}, errNoVault
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return DepositFile{}, err
	}
	if !slices.Contains(p.Langs, lang) {
		return DepositFile{}, &InputError{Field: "lang", Message: i18n.Msg("Choose a language of the petition")}
	}
	number := 0
	d := done{act: ActMakeFile, private: true, details: map[string]string{"language": lang}}
	p, err = s.act(ctx, who, id, d, nil, func(p *Petition) error {
		if p.Legal.Files >= maxFiles {
			return errTooMany
		}
		p.Legal.Files++
		number = p.Legal.Files
		p.addTask(Task{taskFile, strconv.Itoa(number) + ":" + lang})
		return nil
	})
	if err != nil {
		return DepositFile{}, err
	}
	f, err := s.files.Get(ctx, fileID(id, number))
	if err != nil {
		return f, fault.Wrap("petition.MakeFile", err)
	}
	if f.Valid <= atOnce {
		if err := s.makeVolume(ctx, fileJob{Petition: id, Number: number, Volume: 1}); err != nil {
			s.Log.Warn("a file for a deposit is left to its job", "petition", id, "err", err)
		}
		return s.files.Get(ctx, f.ID)
	}
	return f, nil
}

// beginFile puts the record of a file there and enqueues its first volume.
func (s *Service) beginFile(ctx context.Context, p Petition, key string) error {
	var number int
	var lang string
	if _, err := fmt.Sscanf(key, "%d:%s", &number, &lang); err != nil {
		return nil // written by another version: nothing can be made of it
	}
	t, err := s.tallyNow(ctx, p.ID)
	if err != nil {
		return err
	}
	err = s.files.Insert(ctx, DepositFile{
		Meta: store.Meta{ID: fileID(p.ID, number)}, Petition: p.ID, Number: number, State: FileMaking, Lang: lang,
		Valid: t.Valid, Supporters: t.Supporters, AskedAt: s.Clock.Now(),
	})
	if err != nil && !isConflict(err) {
		return err
	}
	return s.enqueueVolume(ctx, fileJob{Petition: p.ID, Number: number, Volume: 1})
}

func (s *Service) enqueueVolume(ctx context.Context, j fileJob) error {
	return job.Enqueue(ctx, s.Queue, jobFile, fmt.Sprintf("%s:%d:%d", j.Petition, j.Number, j.Volume), j, s.Clock.Now())
}

// makeVolume writes one volume and asks for the next. It is safe to repeat:
// a volume that is there already is not made again, and of two made at once one
// is kept.
func (s *Service) makeVolume(ctx context.Context, j fileJob) error {
	f, err := s.files.Get(ctx, fileID(j.Petition, j.Number))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if f.State != FileMaking || len(f.Volumes) >= j.Volume {
		return s.after(ctx, f)
	}
	sheet, err := s.sheetOf(ctx, f)
	if err != nil {
		return err
	}
	v := Volume{First: f.Done + 1, After: f.Next}
	var body bytes.Buffer
	if err := sheet.write(ctx, &body, len(f.Volumes)+1, &v); err != nil {
		return fault.Wrap("petition.makeVolume", err)
	}
	name := fmt.Sprintf("%s-%d-%d.pdf", sheet.petition.Reference, f.Number, len(f.Volumes)+1)
	if v.File, err = s.Vault.Keep(ctx, f.Petition, name, &body); err != nil {
		return fault.Wrap("petition.makeVolume", err)
	}
	return s.keepVolume(ctx, f, v, sheet.next)
}

// keepVolume enters a volume into the record of its file.
func (s *Service) keepVolume(ctx context.Context, f DepositFile, v Volume, next string) error {
	late := false
	after, err := s.files.Update(ctx, f.ID, func(now *DepositFile) error {
		if late = now.State != FileMaking || len(now.Volumes) != len(f.Volumes); late {
			return store.ErrUnchanged
		}
		now.Volumes, now.Done, now.Next = append(now.Volumes, v), now.Done+v.Rows, next
		if next == "" {
			now.MadeAt = s.Clock.Now()
			now.move(FileReady)
		}
		return nil
	})
	if err != nil || late {
		if gone := s.Files.Discard(ctx, []string{v.File.ID}); err == nil {
			err = gone
		}
	}
	if err != nil {
		return err
	}
	return s.after(ctx, after)
}

// after asks for the next volume of a file that is not ready.
func (s *Service) after(ctx context.Context, f DepositFile) error {
	if f.State != FileMaking {
		return nil
	}
	return s.enqueueVolume(ctx, fileJob{Petition: f.Petition, Number: f.Number, Volume: len(f.Volumes) + 1})
}

// handlesFile reports whether an actor may read the files of a petition: its
// agent, who deposits them, and those who answer for the authority.
func handlesFile(who auth.Actor, p Petition) bool {
	return p.IsAuthor(who.PersonID) || who.Holds(p.Authority, auth.Officer, auth.President) ||
		p.Unserved && moderates(who, p.Moderator())
}

// FilesOf returns the files of a petition, the newest first, for those who may
// read them.
func (s *Service) FilesOf(ctx context.Context, who auth.Actor, p Petition) ([]DepositFile, error) {
	if !handlesFile(who, p) {
		return nil, errNone
	}
	page, err := s.files.Find(ctx, store.Query{Index: "petition", Equal: []any{p.ID}, Desc: true, Limit: maxFiles})
	return page.Items, fault.Wrap("petition.FilesOf", err)
}

// FileOf returns one file's record: what its number is, when it was made, its
// digests. Everybody may check these of a public petition.
func (s *Service) FileOf(ctx context.Context, p Petition, number int) (DepositFile, error) {
	f, err := s.files.Get(ctx, fileID(p.ID, number))
	if isNotFound(err) {
		return f, errFileGone
	}
	return f, fault.Wrap("petition.FileOf", err)
}

// ReadVolume returns the PDF of a volume, to be closed, for those who may read
// it. NotFound for everybody else.
func (s *Service) ReadVolume(ctx context.Context, who auth.Actor, p Petition, number, volume int) (Volume, io.ReadCloser, error) {
	if !handlesFile(who, p) {
		return Volume{}, nil, errFileGone
	}
	f, err := s.FileOf(ctx, p, number)
	if err != nil {
		return Volume{}, nil, err
	}
	if volume < 1 || volume > len(f.Volumes) || f.State == FileForgotten {
		return Volume{}, nil, errFileGone
	}
	v := f.Volumes[volume-1]
	body, err := s.Vault.Read(ctx, v.File.ID)
	return v, body, fault.Wrap("petition.ReadVolume", err)
}

// forgetFiles deletes the bytes of a petition's files: they name who signed.
func (s *Service) forgetFiles(ctx context.Context, petitionID string) error {
	return s.files.Each(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: maxFiles}, func(f DepositFile) error {
		var ids []string
		for _, v := range f.Volumes {
			ids = append(ids, v.File.ID)
		}
		if err := s.Files.Discard(ctx, ids); err != nil {
			return err
		}
		_, err := s.files.Update(ctx, f.ID, func(f *DepositFile) error {
			if !f.move(FileForgotten) {
				return store.ErrUnchanged
			}
			return nil
		})
		return err
	})
}

// digest is the SHA-256 of what a volume says: of the file, and of each
// signature its number, name, end of the identity number, residence, channel
// and day, each quoted, on a line of its own. It is the same for the copy in
// which the identity numbers were opened.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) line(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			io.WriteString(d, "\t") // a hash's Write does not fail
		}
		io.WriteString(d, strconv.Quote(f))
	}
	io.WriteString(d, "\n")
}

func (d digest) String() string { return hex.EncodeToString(d.Sum(nil)) }

// errRows is a list that ended before its time.
var errRows = errors.New("petition: the list of signatures could not be read to its end")

// dayIn is the day of a signature in the authority's country.
func dayIn(t time.Time, country string) string {
	return t.In(clock.Zone(country)).Format(time.DateOnly)
}
