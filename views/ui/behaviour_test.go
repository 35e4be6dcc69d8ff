package ui_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/andybalholm/brotli"

	"musharaka/static"
	"musharaka/views/ui"
)

// rendered is a component's markup.
func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parsed is a component's markup, to be asked by selector.
func parsed(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(rendered(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestAPetitionsPageStaysWithinFourteenKilobytes(t *testing.T) {
	css, _ := static.Open(static.Asset("app.css"))
	for _, tr := range voices(t) {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, 9)
		if err := petitionStory(tr).Render(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		total := b.Len() + len(css.Brotli)
		t.Logf("%s: %d bytes of HTML, %d of CSS", tr.Lang(), b.Len(), len(css.Brotli))
		if total > 14<<10 {
			t.Errorf("%s: %d bytes", tr.Lang(), total)
		}
	}
}

func TestSwitchingLanguageKeepsThePlace(t *testing.T) {
	page := framed(english{}, "List", "/petitions")
	page.Query = "theme=road&state=open"
	doc := parsed(t, with(ui.Layout(page)))
	for lang, want := range map[string]string{"ar": "/ar/petitions?theme=road&state=open", "fr": "/fr/petitions?theme=road&state=open"} {
		if got := doc.Find(`.lang a[hreflang="`+lang+`"]`).AttrOr("href", ""); got != want {
			t.Errorf("%s leads to %q", lang, got)
		}
		if got := doc.Find(`head link[rel=alternate][hreflang="`+lang+`"]`).AttrOr("href", ""); got != "https://musharaka.example/"+lang+"/petitions" {
			t.Errorf("the alternate in %s is %q", lang, got)
		}
	}
	if got := doc.Find("link[rel=canonical]").AttrOr("href", ""); got != "https://musharaka.example/en/petitions" {
		t.Errorf("canonical is %q", got)
	}
}

func TestMistakesAreSaidInTheTitleOnTopAndBesideTheField(t *testing.T) {
	page := framed(english{}, "Sign", "/sign")
	page.Errors = []ui.FieldError{{Field: "name", Message: "Enter your name"}}
	doc := parsed(t, with(ui.Layout(page), ui.Text(page, ui.TextField{Name: "name", Label: "Name", Hint: "As on your card"})))
	if got := doc.Find("title").Text(); got != "Error: Sign · Musharaka" {
		t.Errorf("the title is %q", got)
	}
	if got := doc.Find(".errors a").AttrOr("href", ""); got != "#f-name" {
		t.Errorf("the summary links to %q", got)
	}
	field := doc.Find("#f-name")
	if field.AttrOr("aria-invalid", "") != "true" || field.AttrOr("aria-describedby", "") != "f-name-hint f-name-error" {
		t.Errorf("the field is described by %q, invalid %q", field.AttrOr("aria-describedby", ""), field.AttrOr("aria-invalid", ""))
	}
	if got := doc.Find("#f-name-error").Text(); got != "Error: Enter your name" {
		t.Errorf("beside the field stands %q", got)
	}
}

func TestTheWebFontIsOfferedOnlyWhereItIsOfUse(t *testing.T) {
	voice := map[string]ui.Translator{}
	for _, tr := range voices(t) {
		voice[tr.Lang()] = tr
	}
	for _, c := range []struct {
		lang             string
		saveData, arabic bool
		want             int
	}{{"ar", false, false, 1}, {"ar", true, false, 0}, {"fr", false, false, 0}, {"fr", false, true, 1}, {"fr", true, true, 0}} {
		page := framed(voice[c.lang], "x", "/")
		page.SaveData, page.ArabicText = c.saveData, c.arabic
		if got := parsed(t, with(ui.Layout(page))).Find(`link[href="` + static.Asset("fonts.css") + `"]`).Length(); got != c.want {
			t.Errorf("%+v: offered %d times", c, got)
		}
	}
}

func TestAPageForEverybodyOnlyLinksToOnesOwnSpace(t *testing.T) {
	page := framed(english{}, "x", "/")
	doc := parsed(t, with(ui.Layout(page)))
	link := doc.Find("a[data-menu]")
	if link.AttrOr("href", "") != "/en/me" || link.AttrOr("data-menu", "") != "/en/me/menu" || doc.Find(".menu").Length() != 0 {
		t.Errorf("the link is %q, the menu %q", link.AttrOr("href", ""), link.AttrOr("data-menu", ""))
	}
	page.Person = &ui.Person{Name: "Sonia", SignOut: "/en/sign-out"}
	doc = parsed(t, with(ui.Layout(page)))
	if doc.Find("a[data-menu]").Length() != 0 || doc.Find(`.menu form[action="/en/sign-out"]`).Length() != 1 {
		t.Error("a private page lacks the person's menu")
	}
}

func TestPeoplesTextIsNeverMarkup(t *testing.T) {
	got := rendered(t, ui.Paragraphs("  <b>one</b>\r\ntwo\n\n\n \nثلاثة\n"))
	want := `<p dir="auto"> &lt;b&gt;one&lt;/b&gt;<br> two</p><p dir="auto"> ثلاثة</p>` // a space at the start of a line is not shown
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if rendered(t, ui.Paragraphs(" \n\n")) != "" {
		t.Error("empty text leaves a paragraph")
	}
	if got := rendered(t, ui.ButtonLink("javascript:alert(1)", "x", ui.Primary)); strings.Contains(got, "javascript") {
		t.Errorf("got %s", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Sonia Trabelsi": "ST", "amina": "A", "Jean-Luc O’Neil": "JO", "محمد الأمين": "م", "الطرابلسي": "ط", "": "?", "…": "?", "ألف": "أ",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTheBarIsFullOnlyWhenTheThresholdIsReached(t *testing.T) {
	page := framed(english{}, "x", "/")
	for _, c := range []struct {
		count, threshold int64
		value, says      string
		reached          bool
	}{
		{0, 2000, "0", "0%", false}, {1, 5000, "1", "0%", false}, {1999, 2000, "999", "99%", false},
		{2000, 2000, "1000", "100%", true}, {9000, 2000, "1000", "100%", true},
	} {
		doc := parsed(t, ui.Progress(page, ui.ProgressSpec{Count: c.count, Threshold: c.threshold}))
		bar := doc.Find("progress")
		if bar.AttrOr("value", "") != c.value || bar.Text() != c.says || (doc.Find(".tag").Length() == 1) != c.reached {
			t.Errorf("%d of %d: value %s, %s", c.count, c.threshold, bar.AttrOr("value", ""), bar.Text())
		}
	}
	if parsed(t, ui.Progress(page, ui.ProgressSpec{Count: 3})).Find("progress").Length() != 0 {
		t.Error("there is a bar without a threshold")
	}
}

func TestATextSaysHowLongItMayBe(t *testing.T) {
	page := framed(english{}, "x", "/")
	for value, want := range map[string]string{"": "At most 5 characters", "مرحبا": "At most 5 characters", "مرحبا بك": "3 characters too many"} {
		doc := parsed(t, ui.Textarea(page, ui.TextareaField{Name: "why", Label: "Why", Max: 5, Value: value}))
		if got := strings.TrimSpace(doc.Find("#f-why-limit").Text()); got != want {
			t.Errorf("%q: %q", value, got)
		}
		if doc.Find("textarea").AttrOr("maxlength", "") != "" {
			t.Error("the browser would cut off pasted text in silence")
		}
	}
}

func TestEveryFaultHasAPageThatSaysWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for _, status := range []int{400, 401, 403, 404, 410, 413, 429, 500, 503} {
		doc := parsed(t, ui.ErrorPage(framed(english{}, "", "/"), ui.ErrorSpec{Status: status, Reference: "7f3a"}))
		h1, lead := doc.Find("h1").Text(), doc.Find(".lead").Text()
		if h1 == "" || lead == "" || seen[h1] || !strings.HasPrefix(doc.Find("title").Text(), h1) {
			t.Errorf("%d: %q, %q", status, h1, lead)
		}
		seen[h1] = true
		if doc.Find("code").Text() != "7f3a" || doc.Find(`meta[name=robots]`).AttrOr("content", "") != "noindex" {
			t.Errorf("%d lacks its reference or is indexed", status)
		}
	}
}
