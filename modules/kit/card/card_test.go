package card

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"musharaka/modules/kit/typeset"
)

var keep = flag.String("keep", "", "a folder to write the cards to, to look at them")

var (
	arabic = Card{Lang: "ar", Label: "عريضة", Title: "تهيئة الحديقة العمومية بحيّ النصر وإنارة الطريق المؤدّية إليها", Subtitle: "بلدية منزل بورڨيبة",
		Done: 1248, Of: 2000, Caption: "1\u202f248 توقيعًا من أصل 2\u202f000"}
	french = Card{Lang: "fr", Label: "Pétition", Title: "Pour des trottoirs accessibles à toutes et à tous sur le boulevard Pasteur et autour de l’hôpital Mohammed-V", Subtitle: "Commune de Tanger",
		Done: 312, Of: 400, Caption: "312 signatures sur 400", Accent: 0x8A2E3B}
)

func draw(t testing.TB, name string, c Card) image.Image {
	t.Helper()
	file, err := Render(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > 60_000 {
		t.Errorf("%s: %d bytes, more than a messenger loads", name, len(file))
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+".png"), file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, Width, Height) {
		t.Fatalf("%s: %v", name, img.Bounds())
	}
	return img
}

// inked returns the share of pixels in a rectangle that differ from the ground.
func inked(img image.Image, r image.Rectangle) float64 {
	ground := img.At(2, Height/2)
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if img.At(x, y) != ground {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

func TestACardBeginsWhereReadingBegins(t *testing.T) {
	left, right := image.Rect(60, 70, 160, 140), image.Rect(Width-160, 70, Width-60, 140)
	leftBar, rightBar := image.Pt(100, barY+10), image.Pt(Width-100, barY+10)
	ar, fr := draw(t, "arabic", arabic), draw(t, "french", french)
	if inked(ar, right) < 0.2 || ar.At(rightBar.X, rightBar.Y) == ar.At(leftBar.X, leftBar.Y) {
		t.Error("the Arabic card does not begin at the right")
	}
	if inked(fr, left) < 0.2 || fr.At(rightBar.X, rightBar.Y) == fr.At(leftBar.X, leftBar.Y) {
		t.Error("the French card does not begin at the left")
	}
	if ar.At(rightBar.X, rightBar.Y) == fr.At(leftBar.X, leftBar.Y) {
		t.Error("both cards have one colour")
	}
}

func TestLongTitlesStayAboveTheBar(t *testing.T) {
	between := image.Rect(0, barY-8, Width, barY)
	for name, title := range map[string]string{
		"short":  "إنارة الطريق",
		"long":   strings.Repeat("تهيئة الطريق الرابطة بين حيّ النصر والمستشفى الجهوي ", 8),
		"word":   strings.Repeat("طويل", 200),
		"latin":  strings.Repeat("aménagement ", 40),
		"lines":  "a\nb\nc\nd\ne",
		"empty":  "",
		"emoji":  "🌳🌳🌳 حديقة 👨‍👩‍👧",
		"hidden": "\u202Eabc\x00\u2067",
	} {
		c := arabic
		c.Title = title
		img := draw(t, "title-"+name, c)
		if got := inked(img, between); got > 0 {
			t.Errorf("%s: something lies on the bar's edge (%.3f)", name, got)
		}
		if title != "" && inked(img, image.Rect(margin, 180, Width-margin, 480)) == 0 {
			t.Errorf("%s: no title", name)
		}
	}
}

func TestTheBarShowsTheShareAndNoMore(t *testing.T) {
	fill := func(done, of int) float64 {
		c := french
		c.Done, c.Of = done, of
		img := draw(t, "bar", c)
		full, n := rgba(c.Accent.Legible()), 0
		for x := margin; x < Width-margin; x++ {
			r, g, b, _ := img.At(x, barY+barHeight/2).RGBA()
			if uint8(r>>8) == full.R && uint8(g>>8) == full.G && uint8(b>>8) == full.B {
				n++
			}
		}
		return float64(n) / float64(Width-2*margin)
	}
	for _, c := range []struct {
		done, of int
		want     float64
	}{{0, 100, 0}, {50, 100, 0.5}, {100, 100, 1}, {250, 100, 1}, {-3, 100, 0}, {5, 0, 0}} {
		if got := fill(c.done, c.of); got < c.want-0.005 || got > c.want+0.005 {
			t.Errorf("%d of %d fills %.3f of the bar, want %.3f", c.done, c.of, got, c.want)
		}
	}
}

func TestTheSameCardIsTheSameFile(t *testing.T) {
	a, _ := Render(arabic)
	Render(french) // between them, so that kept words and buffers show if they leak
	b, _ := Render(arabic)
	if !bytes.Equal(a, b) {
		t.Error("two drawings of one card differ")
	}
}

func TestACardShowsNoBoxesForEmoji(t *testing.T) {
	c := arabic
	c.Title = "حديقة"
	plain, _ := Render(c)
	c.Title = "🌳🇹🇳✊🏽 حديقة"
	if got, _ := Render(c); !bytes.Equal(got, plain) {
		t.Error("the emoji of the title left something on the card")
	}
}

func TestAPaleColourIsDarkenedUntilItCanBeRead(t *testing.T) {
	c := french
	c.Accent = 0xFFE98A
	draw(t, "pale", c)
	if got := c.Accent.Legible().Contrast(typeset.White); got < 4.5 {
		t.Errorf("contrast %.2f", got)
	}
}

func BenchmarkRender(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		file, err := Render(arabic)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(file))/1000, "KB/card")
	}
}
