package mailview

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

var update = flag.Bool("update", false, "write the golden files anew")

// letters are mails that show every block, in two directions.
var letters = map[string]Letter{
	"ar": {
		Frame: Frame{
			Lang: "ar", Title: "أجاب المجلس عن العريضة التي وقّعتها", Preview: "جواب جماعة طنجة عن عريضة الممر الآمن",
			Sender: "جماعة طنجة", HomeURL: "https://musharaka.example/ar/ma/tanger", Accent: "#7a2e3a",
			Why: "تصلك هذه الرسالة لأنك وقّعت هذه العريضة.", StopLabel: "إيقاف هذه الرسائل", StopURL: "https://musharaka.example/ar/unsubscribe/abc",
			Demo: "هذا عرض تجريبي. لا شيء هنا حقيقي.",
		},
		Blocks: []Block{
			Paragraph("نشرت جماعة طنجة جوابها عن العريضة:"),
			Quote{Text: "Un passage sûr devant l’école Ibn Khaldoun", By: "أمل بنعلي"},
			Facts{{"المرجع", "TNG-2026-0042"}, {"التوقيعات", "1 248"}},
			Button{Label: "قراءة الجواب", URL: "https://musharaka.example/ar/petitions/p1?a=1&b=2"},
			List{"الاطلاع على الجواب كاملًا", "كتابة تعليق"},
			Code("482 913"),
		},
	},
	"fr": {
		Frame: Frame{Lang: "fr", Title: "Confirmez votre adresse", Sender: "Musharaka"},
		Blocks: []Block{
			Paragraph("Voici votre code."), Code("482 913"),
			Facts{{"Référence", "TNG-2026-0042"}},
			Quote{Text: "Première ligne\r\nDeuxième ligne\n"},
		},
	},
}

func render(t *testing.T, l Letter) (html, text string) {
	t.Helper()
	html, text, err := l.Render(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return html, text
}

func TestLettersLookAsTheyDid(t *testing.T) {
	for name, l := range letters {
		html, text := render(t, l)
		// One element a line: so a difference can be read.
		for ext, got := range map[string]string{".html": strings.ReplaceAll(html, "><", ">\n<") + "\n", ".txt": text} {
			file := filepath.Join("testdata", name+ext)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs (go test ./views/mailview -update writes it anew):\n%s", file, got)
			}
		}
	}
}

func TestBothTwinsSayTheSame(t *testing.T) {
	for name, l := range letters {
		html, text := render(t, l)
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		seen := strings.Join(strings.Fields(doc.Find("body").Text()), " ")
		for _, word := range strings.Fields(text) {
			word = strings.Trim(word, "\u00a0:()>-")
			if !strings.HasPrefix(word, "http") && !strings.Contains(seen, word) {
				t.Errorf("%s: %q stands in the text alone", name, word)
			}
		}
		doc.Find("a").Each(func(_ int, a *goquery.Selection) {
			if href := a.AttrOr("href", ""); !strings.Contains(text, href) {
				t.Errorf("%s: the link %q stands in the HTML alone", name, href)
			}
		})
	}
}

func TestTheDirectionFollowsTheLanguage(t *testing.T) {
	for name, want := range map[string]string{"ar": "rtl", "fr": "ltr"} {
		html, _ := render(t, letters[name])
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Find("html").AttrOr("dir", ""); got != want || doc.Find("html").AttrOr("lang", "") != name {
			t.Errorf("%s: dir %q, want %q", name, got, want)
		}
		doc.Find("table[role]").Each(func(_ int, table *goquery.Selection) {
			if got := table.AttrOr("dir", ""); got != want {
				t.Errorf("%s: a table runs %q", name, got)
			}
		})
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1", name, n)
		}
	}
}

func TestNothingOfAnybodysIsMarkupAndNothingIsLoaded(t *testing.T) {
	evil := `<img src=x onerror=alert(1)>"'`
	html, _ := render(t, Letter{
		Frame: Frame{Lang: "ar", Title: evil, Preview: evil, Sender: evil, HomeURL: "javascript:alert(1)", Accent: "red;background:url(https://evil.example)", Why: evil, StopLabel: evil, StopURL: "javascript:alert(1)", Demo: evil},
		Blocks: []Block{
			Paragraph(evil), Quote{Text: evil, By: evil}, Button{Label: evil, URL: "javascript:alert(1)"},
			Facts{{evil, evil}}, List{evil}, Code(evil),
		},
	})
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("img, script, link, iframe, style, [onerror], [src]").Length(); n != 0 {
		t.Errorf("%d elements that load or run something", n)
	}
	for _, bad := range []string{"javascript:", "url(", "evil.example"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q got through", bad)
		}
	}
}

func TestAColourOnWhichWhiteCannotBeReadIsNotTaken(t *testing.T) {
	for accent, want := range map[string]string{
		"#7a2e3a": "#7a2e3a", "#0F6264": "#0F6264", "": "#0f6264", "#ffe600": "#0f6264", "#9aa0a6": "#0f6264", "7a2e3a": "#0f6264", "#7a2e3": "#0f6264", "#7a2e3a;": "#0f6264",
	} {
		if got := (Frame{Accent: accent}).accent(); got != want {
			t.Errorf("accent of %q is %q, want %q", accent, got, want)
		}
	}
}
