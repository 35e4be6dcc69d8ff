package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/pdf/pdftest"
)

func blank(lang string) *pdf.Document {
	return pdf.New(pdf.Options{Lang: lang, Title: "t", Created: created})
}

func TestTheSamePaperIsTheSameFile(t *testing.T) {
	want := render(t, "same", petition(300))
	var wg sync.WaitGroup
	for range 4 { // at once, so that a shared word or buffer shows
		wg.Go(func() {
			var b bytes.Buffer
			if _, err := petition(300).WriteTo(&b); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("another file came out (%v)", err)
			}
		})
	}
	wg.Wait()
	d := frenchForm()
	first := render(t, "twice", d)
	if again := render(t, "twice", d); !bytes.Equal(first, again) {
		t.Error("writing a document twice gives two files")
	}
}

func TestAnotherReaderFindsTheSameWords(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not here; install poppler-utils to compare with what another program reads")
	}
	for name, d := range map[string]*pdf.Document{"petition": petition(60), "form": frenchForm()} {
		path := filepath.Join(t.TempDir(), name+".pdf")
		file := render(t, name, d)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("pdftotext", "-q", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		got, want := letters(string(out)), letters(strings.Join(pdftest.Text(t, file), "\n"))
		if len(want) < 100 {
			t.Fatalf("%s: only %d words", name, len(want))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: pdftotext reads\n%v\nwant\n%v", name, got, want)
		}
	}
}

// letters returns the words of a text, sorted. Where signs between two
// directions belong is each reader's own guess, so they are left out.
func letters(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	slices.Sort(words)
	return words
}

func TestTheHeadOfATableStandsOnEveryPage(t *testing.T) {
	pages := pdftest.Text(t, render(t, "table", petition(300)))
	rows := 0
	for i, page := range pages {
		if n := strings.Count(page, "الاسم واللقب"); i < len(pages)-1 && n != 1 {
			t.Errorf("page %d has %d heads", i+1, n)
		}
		if !strings.Contains(page, fmt.Sprintf("صفحة %d من %d", i+1, len(pages))) {
			t.Errorf("page %d is not numbered", i+1)
		}
		for line := range strings.SplitSeq(page, "\n") {
			if strings.Count(line, "\t") == 3 && strings.Contains(line, "/2026") {
				rows++
			}
		}
	}
	if rows != 300 {
		t.Errorf("%d rows, want 300", rows)
	}
}

func TestNoPageEndsInAHeading(t *testing.T) {
	for before := range 45 {
		d := blank("ar")
		for range before {
			d.Paragraph("سطر واحد")
		}
		d.Heading(2, "عنوان")
		d.Paragraph("نصّ تحت العنوان")
		for _, page := range pdftest.Text(t, render(t, "heading", d)) {
			lines := strings.Split(page, "\n")
			if i := slices.Index(lines, "عنوان"); i >= 0 && (i+1 >= len(lines) || lines[i+1] != "نصّ تحت العنوان") {
				t.Fatalf("after %d lines the heading is parted from its text", before)
			}
		}
	}
}

func TestNoLineOfAParagraphStandsAlone(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("كلمة ", 150))
	for before := range 45 {
		d := blank("ar")
		for range before {
			d.Paragraph("سطر")
		}
		d.Paragraph(long)
		for n, page := range pdftest.Text(t, render(t, "alone", d)) {
			if lines := strings.Count(page, "كلمة كلمة"); lines > 0 {
				rows := 0
				for line := range strings.SplitSeq(page, "\n") {
					if strings.Contains(line, "كلمة") {
						rows++
					}
				}
				if rows == 1 {
					t.Fatalf("after %d lines, page %d holds one line of the paragraph", before, n+1)
				}
			}
		}
	}
}

func TestARowStaysOnOnePageUnlessItIsLonger(t *testing.T) {
	d := blank("fr")
	rows := [][]string{}
	for i := range 40 {
		rows = append(rows, []string{fmt.Sprintf("r%d", i), strings.TrimSpace(strings.Repeat("ligne de texte assez longue ", 6))})
	}
	rows = append(rows, []string{"géante", strings.TrimSpace(strings.Repeat("encore ", 1500))})
	d.Table(pdf.Table{Columns: []pdf.Column{{Title: "Nº", Share: 0.2}, {Title: "Texte"}}, Rows: pdf.Rows(rows)})
	file := render(t, "rows", d)
	pages := pdftest.Text(t, file)
	all := strings.Join(pages, "\n")
	if n := strings.Count(all, "encore"); n != 1500 {
		t.Errorf("the giant row has %d of its 1500 words", n)
	}
	for i, page := range pages {
		if n := strings.Count(page, "ligne"); n%6 != 0 {
			t.Errorf("page %d parts a row: %d pieces of 6", i+1, n)
		}
	}
	if tags := pdftest.Tags(t, file); tags["TR"] != 42 || tags["TD"] != 82 || tags["TH"] != 2 {
		t.Errorf("the structure has %v", tags)
	}
}

func TestAPaperSaysWhatItIs(t *testing.T) {
	file := render(t, "petition", petition(10))
	if got := pdftest.Entry(t, file, "Lang"); got != "(ar)" {
		t.Errorf("Lang is %s", got)
	}
	if got := pdftest.Entry(t, file, "CreationDate"); got != "(D:20260912090000Z)" {
		t.Errorf("CreationDate is %s", got)
	}
	if pdftest.Entry(t, file, "MarkInfo") == "" || pdftest.Entry(t, file, "StructTreeRoot") == "" || pdftest.Entry(t, file, "Outlines") == "" {
		t.Error("structure or bookmarks are missing")
	}
	tags := pdftest.Tags(t, file)
	for tag, want := range map[string]int{"Document": 1, "H1": 2, "H2": 1, "Table": 1, "TR": 12, "Figure": 1, "LI": 7} {
		if tags[tag] != want {
			t.Errorf("%d elements %s, want %d", tags[tag], tag, want)
		}
	}
}

func TestOnlySafeAddressesBecomeLinks(t *testing.T) {
	links := func(address string) int {
		d := blank("fr")
		d.Link("ici", address)
		return bytes.Count(pdftest.Objects(t, render(t, "link", d)), []byte("/Subtype/Link"))
	}
	for address, want := range map[string]int{"https://a.example/x?y=(1)": 1, "mailto:a@b.example": 1, "javascript:alert(1)": 0, "file:///etc/passwd": 0, "::": 0} {
		if got := links(address); got != want {
			t.Errorf("%s makes %d links, want %d", address, got, want)
		}
	}
}

func picture(w, h int, alpha bool) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			a := uint8(255)
			if alpha && x < w/2 {
				a = 90
			}
			img.Set(x, y, color.NRGBA{uint8(x), uint8(y), 120, a})
		}
	}
	return img
}

func TestPicturesAreWrittenAnew(t *testing.T) {
	var photo, logo bytes.Buffer
	if err := jpeg.Encode(&photo, picture(3000, 2000, false), nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&logo, picture(64, 64, true)); err != nil {
		t.Fatal(err)
	}
	// A comment as cameras leave it, with the place where the picture was taken.
	secret := []byte("GPS 36.8065N 10.1815E")
	marked := append([]byte{0xFF, 0xD8, 0xFF, 0xFE, 0, byte(len(secret) + 2)}, secret...)
	marked = append(marked, photo.Bytes()[2:]...)

	d := blank("ar")
	d.Letterhead(pdf.Letterhead{Title: "عنوان", Logo: logo.Bytes(), Alt: "شعار البلدية", Code: "https://musharaka.example/"})
	d.Image(marked, "صورة الحديقة", 300, 200)
	file := render(t, "pictures", d)
	if bytes.Contains(file, secret) {
		t.Error("the comment of the photograph is in the file")
	}
	if !bytes.Contains(file, []byte("/Width 1250")) {
		t.Error("the photograph is not at 300 pixels to the inch")
	}
	if !bytes.Contains(file, []byte("/SMask")) {
		t.Error("the logo lost its transparency")
	}
	if tags := pdftest.Tags(t, file); tags["Figure"] != 3 {
		t.Errorf("%d figures", tags["Figure"])
	}
}

func TestAPictureThatCannotBeReadIsNamed(t *testing.T) {
	for name, data := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "half": []byte("\x89PNG\r\n\x1a\n")} {
		d := blank("ar")
		d.Image(data, "", 100, 100)
		d.Paragraph("نصّ")
		n, err := d.WriteTo(io.Discard)
		if n != 0 || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
	}
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	if _, err := petition(1).WriteTo(failing{}); !errors.Is(err, errDisk) {
		t.Errorf("the error is %v", err)
	}
}

var errDisk = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestABoxGoesOnAcrossPages(t *testing.T) {
	d := pdf.New(pdf.Options{Lang: "fr", Title: "t", Created: created, Size: pdf.A3.Landscape(), Running: "suite"})
	d.Box(func() {
		for i := range 60 {
			d.Paragraph(fmt.Sprintf("ligne %d", i))
		}
		d.Table(pdf.Table{Grid: true, Columns: []pdf.Column{{Title: "A"}, {Title: "B", Align: pdf.End}}, Rows: pdf.Rows([][]string{{"1"}, {"2", "3", "4"}})})
	})
	d.Rule()
	d.Space(20)
	d.Code("https://musharaka.example/", 80, "À scanner")
	d.PageBreak()
	d.PageBreak() // nothing stands on the new page yet
	d.Table(pdf.Table{})
	d.Sign()
	d.Paragraph("fin")
	pages := pdftest.Text(t, render(t, "box", d))
	if len(pages) != 4 || !strings.Contains(pages[3], "fin") {
		t.Errorf("%d pages:\n%s", len(pages), strings.Join(pages, "\n---\n"))
	}
	if all := strings.Join(pages, "\n"); strings.Count(all, "ligne ") != 60 || strings.Count(all, "suite") != 3 {
		t.Errorf("lines or running heads are missing:\n%s", all)
	}
}

// FuzzText puts any text into every kind of block: a file must come out that
// reads well, whatever was typed.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "عريضة", "Karim (دكتور)", "\x00\xff\u202E\u2067", "🌳🇹🇳", strings.Repeat("ط", 10_000), strings.Repeat("w ", 3000), "\n\n\n",
		")( \\ ( <> << >>", "endstream endobj %%EOF", strings.Repeat("\u0651", 400), "\u200d", "a\r\nb", "𝕏 𐍈 \U0010FFFF", "]]> & </x:xmpmeta>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 20_000 {
			t.Skip("longer than any field takes")
		}
		d := pdf.New(pdf.Options{Lang: "ar", Title: s, Author: s, Created: created, Running: s, Footer: s})
		d.Letterhead(pdf.Letterhead{Over: s, Title: s, Under: s})
		d.Paragraph(s)
		d.Heading(1, s)
		d.List(s)
		d.Facts(pdf.Fact{Label: s, Value: s})
		d.Link(s, s)
		d.Box(func() { d.Paragraph(s, pdf.Strong()) })
		d.Table(pdf.Table{Columns: []pdf.Column{{Title: s}, {Title: "x", Share: 0.1}}, Rows: pdf.Rows([][]string{{s, s}}), Summary: s})
		d.Sign(s)
		var b bytes.Buffer
		if _, err := d.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		pdftest.Text(t, b.Bytes())
	})
}
