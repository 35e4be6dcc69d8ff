package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// flaky is a disk that can be told to fail.
type flaky struct {
	*Disk
	fail error
}

func (f *flaky) Put(ctx context.Context, name string, r io.Reader) error {
	if f.fail != nil {
		return f.fail
	}
	return f.Disk.Put(ctx, name, r)
}

func (f *flaky) Delete(ctx context.Context, name string) error {
	if f.fail != nil {
		return f.fail
	}
	return f.Disk.Delete(ctx, name)
}

// shelf is a service over a fresh store and a fresh disk.
type shelf struct {
	*Service
	clock *clock.Fake
	disk  *flaky
	dir   string
}

func openShelf(t *testing.T) *shelf {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	s := &shelf{clock: clock.NewFake(monday), dir: t.TempDir()}
	disk, err := OpenDisk(s.dir)
	must(t, err)
	s.disk = &flaky{Disk: disk}
	s.Service, err = Open(t.Context(), db, s.disk, s.clock, ident.NewFake(1))
	must(t, err)
	return s
}

func (s *shelf) accept(t *testing.T, name string, data []byte, l Limits) (File, error) {
	t.Helper()
	return s.Accept(t.Context(), Upload{Subject: "petition:p1", Name: name, Body: bytes.NewReader(data), Limits: l})
}

// empty checks that neither bytes nor records are left.
func (s *shelf) empty(t *testing.T) {
	t.Helper()
	if n := countFiles(t, s.dir); n != 0 {
		t.Errorf("%d files left on the disk", n)
	}
	if n, err := s.files.Count(t.Context(), store.Query{}); err != nil || n != 0 {
		t.Errorf("%d records left, %v", n, err)
	}
}

func TestAPictureIsTakenInAndGivenOut(t *testing.T) {
	s := openShelf(t)
	f, err := s.accept(t, "حي بني مكادة.png", asJPEG(t, corners(3000, 1500)), Attachments) // the name says another type
	must(t, err)
	if f.Name != "حي بني مكادة.jpg" || f.Type != typeJPEG || f.Width != 2000 || f.Height != 1000 || !f.Picture() || f.Public || !f.CreatedAt.Equal(monday) {
		t.Errorf("record: %+v", f)
	}
	got, err := s.Get(t.Context(), f.ID)
	if err != nil || got != f {
		t.Errorf("read back as %+v, %v", got, err)
	}
	for v, size := range map[Variant]int64{Full: f.Size, Thumb: f.ThumbSize} {
		data, err := s.readAll(t.Context(), f, v)
		if err != nil || int64(len(data)) != size || quarters(t, data) != "rgbw" {
			t.Errorf("rendering %q: %d bytes of %d, %v", v, len(data), size, err)
		}
	}
	if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) != 0 {
		t.Errorf("verify: %v, %v", wrong, err)
	}
	if all, err := s.Of(t.Context(), "petition:p1", 0); err != nil || len(all) != 1 || all[0] != f {
		t.Errorf("files of the petition: %+v, %v", all, err)
	}
}

func TestAPDFIsKeptAsItIs(t *testing.T) {
	s := openShelf(t)
	data := pdf("2 0 obj (عريضة) endobj")
	f, err := s.accept(t, "نص العريضة.PDF", data, Attachments)
	must(t, err)
	if got, err := s.readAll(t.Context(), f, Full); err != nil || !bytes.Equal(got, data) || f.Type != typePDF || f.Picture() {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := s.Read(t.Context(), f, Thumb); !fault.Is(err, fault.NotFound) {
		t.Errorf("thumbnail of a PDF: %v, want not found", err)
	}
}

func TestWhatIsNotAcceptedIsRefusedInWordsAndLeavesNothing(t *testing.T) {
	s := openShelf(t)
	heic := append([]byte("\x00\x00\x00\x18ftypheic"), make([]byte, 100)...)
	for name, c := range map[string]struct {
		data   []byte
		limits Limits
		kind   fault.Kind
		words  string
	}{
		"nothing":                        {nil, Attachments, fault.Invalid, "empty"},
		"10 MB and one byte":             {append(pdf(strings.Repeat("x", 10<<20)), 0), Attachments, fault.TooLarge, "largest size"},
		"HTML":                           {[]byte("<!DOCTYPE html><script>alert(1)</script>"), Attachments, fault.Invalid, "or a PDF"},
		"SVG":                            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), Attachments, fault.Invalid, "or a PDF"},
		"a program":                      {[]byte("MZ\x90\x00"), Attachments, fault.Invalid, "or a PDF"},
		"a ZIP":                          {[]byte("PK\x03\x04"), Attachments, fault.Invalid, "or a PDF"},
		"HEIC":                           {heic, Attachments, fault.Invalid, "HEIC"},
		"a PDF where pictures are asked": {pdf(""), Pictures, fault.Invalid, "WebP)."},
		"a picture where PDF is asked":   {asPNG(t, corners(4, 4)), Documents, fault.Invalid, "send a PDF"},
		"a PDF cut short":                {pdf("")[:40], Attachments, fault.Invalid, "This PDF is damaged"},
		"a PDF with a ZIP behind it":     {append(pdf(""), "PK\x05\x06"+strings.Repeat("\x00", 17)+"x"...), Attachments, fault.Invalid, "This PDF is damaged"},
		"a PDF behind HTML":              {append([]byte("<script></script>"), pdf("")...), Attachments, fault.Invalid, "or a PDF"},
		"a JPEG in name only":            {[]byte("\xff\xd8\xff\xe0 not really"), Attachments, fault.Invalid, "picture is damaged"},
		"a bomb":                         {pngBomb(t, 30000, 30000, 8, 6), Attachments, fault.Invalid, "too many points"},
	} {
		_, err := s.accept(t, "photo.jpg", c.data, c.limits)
		if message, _ := fault.Shown(err); !fault.Is(err, c.kind) || !strings.Contains(message, c.words) {
			t.Errorf("%s: %v, want %s with %q", name, err, c.kind, c.words)
		}
	}
	s.empty(t)
}

func TestExactlyTheLargestSizeIsAccepted(t *testing.T) {
	s := openShelf(t)
	data := pdf("")
	data = pdf(strings.Repeat("x", 10<<20-len(data)))
	f, err := s.accept(t, "large.pdf", data, Attachments)
	if err != nil || f.Size != 10<<20 {
		t.Errorf("%d bytes, %v", f.Size, err)
	}
}

func TestAPolyglotIsOnlyThePictureAfterwards(t *testing.T) {
	s := openShelf(t)
	script := "<script>alert(document.domain)</script>"
	gif := append([]byte("GIF89a"), asGIF(t, corners(8, 8))[6:]...)
	for name, data := range map[string][]byte{
		"GIF and script": append(gif, script...),
		"JPEG and ZIP":   append(asJPEG(t, corners(8, 8)), "PK\x03\x04"+script...),
		"JPEG and HTML":  withSegment(asJPEG(t, corners(8, 8)), append([]byte{0xff, 0xfe, 0, byte(len(script) + 2)}, script...)),
	} {
		f, err := s.accept(t, "photo.html", data, Attachments)
		must(t, err)
		kept, err := s.readAll(t.Context(), f, Full)
		must(t, err)
		if bytes.Contains(kept, []byte("script")) || bytes.Contains(kept, []byte("PK\x03\x04")) || strings.Contains(f.Name, "html") {
			t.Errorf("%s: it is still there in %s", name, f.Name)
		}
	}
}

func TestAnUploadThatBreaksOffIsSaidSo(t *testing.T) {
	s := openShelf(t)
	body := io.MultiReader(bytes.NewReader(asJPEG(t, corners(8, 8))), iotest.ErrReader(io.ErrUnexpectedEOF))
	_, err := s.Accept(t.Context(), Upload{Subject: "petition:p1", Name: "photo.jpg", Body: body, Limits: Attachments})
	if message, _ := fault.Shown(err); !strings.Contains(message, "broken off") {
		t.Errorf("%v", err)
	}
	s.empty(t)
}

func TestAStoreThatFailsLeavesNothingAfterTheSweep(t *testing.T) {
	s := openShelf(t)
	s.disk.fail = fault.New(fault.Unavailable, "").Because("test", errors.New("the disk is full"))
	if _, err := s.accept(t, "photo.jpg", asJPEG(t, corners(8, 8)), Attachments); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("%v, want unavailable", err)
	}
	s.disk.fail = nil
	sweep := func(want int) {
		t.Helper()
		if n, err := s.Sweep(t.Context()); err != nil || n != want {
			t.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	sweep(0) // it might still be arriving
	s.clock.Advance(25 * time.Hour)
	sweep(1)
	s.empty(t)
}

func TestADeletedFileIsGoneEvenIfItsBytesCouldNotBeRemoved(t *testing.T) {
	s := openShelf(t)
	f, err := s.accept(t, "photo.jpg", asJPEG(t, corners(8, 8)), Attachments)
	must(t, err)
	s.disk.fail = errors.New("the disk is away")
	if err := s.Delete(t.Context(), f.ID); err == nil {
		t.Error("no error although the bytes are there")
	}
	if _, err := s.Get(t.Context(), f.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v, want not found", err)
	}
	if err := s.Publish(t.Context(), f.ID, true); !fault.Is(err, fault.NotFound) {
		t.Errorf("publishing it: %v, want not found", err)
	}
	s.disk.fail = nil
	if n, err := s.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	s.empty(t)
}

func TestAllFilesOfASubjectAreDeleted(t *testing.T) {
	s := openShelf(t)
	for range 3 {
		_, err := s.accept(t, "a.pdf", pdf(""), Attachments)
		must(t, err)
	}
	must(t, s.DeleteOf(t.Context(), "petition:p2"))
	if all, err := s.Of(t.Context(), "petition:p1", 0); err != nil || len(all) != 3 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	must(t, s.DeleteOf(t.Context(), "petition:p1"))
	s.empty(t)
}

func TestPublishingShowsAndHides(t *testing.T) {
	s := openShelf(t)
	f, err := s.accept(t, "a.pdf", pdf(""), Attachments)
	must(t, err)
	for _, public := range []bool{true, true, false} {
		must(t, s.Publish(t.Context(), f.ID, public))
		if got, err := s.Get(t.Context(), f.ID); err != nil || got.Public != public {
			t.Errorf("public is %v, %v; want %v", got.Public, err, public)
		}
	}
}

func TestVerifyNamesWhatIsMissingOrAltered(t *testing.T) {
	s := openShelf(t)
	var ids []string
	for range 3 {
		f, err := s.accept(t, "a.pdf", pdf(""), Attachments)
		must(t, err)
		ids = append(ids, f.ID)
	}
	must(t, s.disk.Delete(t.Context(), ids[0]))
	must(t, s.disk.Put(t.Context(), ids[1], strings.NewReader("something else")))
	wrong, err := s.Verify(t.Context())
	must(t, err)
	all := strings.Join(wrong, "\n")
	if len(wrong) != 2 || !strings.Contains(all, ids[0]+" of petition:p1 has no bytes") || !strings.Contains(all, ids[1]+" of petition:p1 does not have") {
		t.Errorf("%q", wrong)
	}
}

func TestABackupBringsTheBytesBack(t *testing.T) {
	s := openShelf(t)
	_, err := s.accept(t, "a.pdf", pdf(""), Attachments)
	must(t, err)
	photo, err := s.accept(t, "b.jpg", asJPEG(t, corners(8, 8)), Attachments)
	must(t, err)
	backup, err := OpenDisk(t.TempDir())
	must(t, err)
	if n, wrong, err := s.CopyTo(t.Context(), backup); err != nil || n != 2 || len(wrong) > 0 {
		t.Fatalf("copied %d, %v, %v", n, wrong, err)
	}
	for _, name := range photo.blobs() {
		must(t, s.disk.Delete(t.Context(), name))
	}
	if n, wrong, err := s.CopyFrom(t.Context(), backup); err != nil || n != 2 || len(wrong) > 0 {
		t.Fatalf("brought back %d, %v, %v", n, wrong, err)
	}
	if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) != 0 {
		t.Errorf("after the restore: %v, %v", wrong, err)
	}
	if data, err := s.readAll(t.Context(), photo, Thumb); err != nil || int64(len(data)) != photo.ThumbSize {
		t.Errorf("thumbnail: %d bytes, %v", len(data), err)
	}
}

// A backup whose bytes were changed on its disk is told apart from what was kept.
func TestADamagedBackupOfAFileIsNotBroughtBack(t *testing.T) {
	s := openShelf(t)
	document, err := s.accept(t, "a.pdf", pdf(""), Attachments)
	must(t, err)
	photo, err := s.accept(t, "b.jpg", asJPEG(t, corners(8, 8)), Attachments)
	must(t, err)
	backup, err := OpenDisk(t.TempDir())
	must(t, err)
	_, _, err = s.CopyTo(t.Context(), backup)
	must(t, err)
	must(t, backup.Put(t.Context(), document.blob(Full), strings.NewReader("something else")))
	must(t, backup.Delete(t.Context(), photo.blob(Thumb)))
	n, wrong, err := s.CopyFrom(t.Context(), backup)
	if err != nil || n != 1 || len(wrong) != 1 || !strings.Contains(wrong[0], document.ID+" of petition:p1 does not have") {
		t.Fatalf("brought back %d, %q, %v", n, wrong, err)
	}
	if wrong, err := s.Verify(t.Context()); err != nil || len(wrong) != 0 {
		t.Errorf("what was kept is spoilt: %q, %v", wrong, err)
	}
}
