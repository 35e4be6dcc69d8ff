package i18n

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/locales"
)

// po writes a small catalogue.
func po(folder, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(header(folder) + body)}
}

// sample is a set of catalogues small enough to be read here.
var sample = fstest.MapFS{
	"ar/common.po": po("ar", `
msgid "Municipality"
msgstr "جماعة"

msgid "Hello {name}!"
msgstr "مرحبًا {name}!"

msgctxt "state"
msgid "Open"
msgstr "مفتوحة"

msgctxt "act"
msgid "Open"
msgstr "فتح"

msgid "{n} signature"
msgid_plural "{n} signatures"
msgstr[0] "لا توقيعات"
msgstr[1] "توقيع واحد"
msgstr[2] "توقيعان"
msgstr[3] "{n} توقيعات"
msgstr[4] "{n} توقيعًا"
msgstr[5] "{n} توقيع"

msgid "A long sentence "
"in two lines."
msgstr ""
"جملة طويلة "
"في سطرين."

msgid "Not yet"
msgstr ""
`),
	"ar/petition.po": po("ar", `
msgid "Petition"
msgstr "عريضة"

msgid "Municipality"
msgstr "جماعة"
`),
	"ar_TN/common.po": po("ar_TN", `
msgid "Municipality"
msgstr "بلدية"
`),
	"fr/common.po": po("fr", `
msgid "Municipality"
msgstr "Commune"

msgid "{n} signature"
msgid_plural "{n} signatures"
msgstr[0] "{n} signature"
msgstr[1] "{n} signatures"
`),
}

func load(t testing.TB, fs fstest.MapFS) *Catalogues {
	t.Helper()
	c, err := Load(fs)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shipped are the catalogues of the product.
func shipped(t testing.TB) *Catalogues {
	t.Helper()
	c, err := Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAWordIsTheCountrysThenTheLanguagesThenEnglish(t *testing.T) {
	c := load(t, sample)
	for _, x := range []struct{ lang, country, id, want string }{
		{"ar", "TN", "Municipality", "بلدية"},
		{"ar", "MA", "Municipality", "جماعة"},
		{"ar", "", "Municipality", "جماعة"},
		{"ar", "TN", "Petition", "عريضة"},
		{"ar", "TN", "Never translated", "Never translated"},
		{"ar", "TN", "Not yet", "Not yet"},
		{"ar", "TN", "A long sentence in two lines.", "جملة طويلة في سطرين."},
		{"fr", "MA", "Municipality", "Commune"},
		{"en", "TN", "Municipality", "Municipality"},
	} {
		if got := c.Locale(x.lang, x.country).T(x.id); got != x.want {
			t.Errorf("%s-%s: %q is %q, want %q", x.lang, x.country, x.id, got, x.want)
		}
	}
}

func TestALocaleKnowsItself(t *testing.T) {
	c := load(t, sample)
	for _, x := range []struct{ lang, country, tag, dir string }{
		{"ar", "TN", "ar-TN", "rtl"},
		{"fr", "MA", "fr-MA", "ltr"},
		{"en", "", "en", "ltr"},
		{"ar", "DE", "ar", "rtl"}, // a country whose usage is not known
		{"de", "TN", "ar-TN", "rtl"},
		{"", "", "ar", "rtl"},
		{"../x", "\x00", "ar", "rtl"},
	} {
		l := c.Locale(x.lang, x.country)
		lang, country, _ := strings.Cut(x.tag, "-")
		if l.Tag() != x.tag || l.Dir() != x.dir || l.Lang() != lang || l.Country() != country {
			t.Errorf("Locale(%q, %q) is %s %s %q %q", x.lang, x.country, l.Tag(), l.Dir(), l.Lang(), l.Country())
		}
	}
	if first, again := c.Locale("ar", "TN"), c.Locale("ar", "TN"); first != again {
		t.Error("a locale is made anew each time")
	}
}

func TestASentenceThatEndsWithAnAbbreviationHasOneDot(t *testing.T) {
	for text, want := range map[string]string{
		"It costs {a}.":             "It costs 5 د.م.",
		"It costs {a}. It is done.": "It costs 5 د.م. It is done.",
		"{a}.pdf":                   "5 د.م..pdf",
		"{b}.":                      "5.",
		"{a}, {b}":                  "5 د.م., 5",
	} {
		l := shipped(t).Locale("en", "").Plain()
		if got := l.fill(text, 0, false, []any{"a", "5 د.م.", "b", "5"}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
		if got := shipped(t).Locale("en", "").fill(text, 0, false, []any{"a", "5 د.م.", "b", "5"}); strings.NewReplacer("\u2068", "", "\u2069", "").Replace(got) != want {
			t.Errorf("%s: %q, isolated", text, got)
		}
	}
}

func TestAContextTellsWordsApart(t *testing.T) {
	l := load(t, sample).Locale("ar", "TN")
	if state, act, bare := l.C("state", "Open"), l.C("act", "Open"), l.T("Open"); state != "مفتوحة" || act != "فتح" || bare != "Open" {
		t.Errorf("state %q, act %q, bare %q", state, act, bare)
	}
}

func TestArabicCountsInSixForms(t *testing.T) {
	c := load(t, sample)
	for n, want := range map[int]string{
		0: "لا توقيعات", 1: "توقيع واحد", 2: "توقيعان", 3: "3 توقيعات", 10: "10 توقيعات", 11: "11 توقيعًا", 99: "99 توقيعًا",
		100: "100 توقيع", 101: "101 توقيع", 102: "102 توقيع", 103: "103 توقيعات", 111: "111 توقيعًا", 1248: "1_248 توقيعًا", -2: "توقيعان",
	} {
		if got := seen(c.Locale("ar", "MA").N("{n} signature", "{n} signatures", n)); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for lang, want := range map[string][]string{
		"fr": {"0 signature", "1 signature", "2 signatures", "1_000 signatures"},
		"en": {"0 signatures", "1 signature", "2 signatures", "1_000 signatures"},
	} {
		for i, n := range []int{0, 1, 2, 1000} {
			if got := seen(c.Locale(lang, "").N("{n} signature", "{n} signatures", n)); got != want[i] {
				t.Errorf("%s %d: %q, want %q", lang, n, got, want[i])
			}
		}
	}
	if got := c.Locale("ar", "").N("{n} tree", "{n} trees", 5); got != "5 trees" {
		t.Errorf("an untranslated plural is %q", got)
	}
}

func TestPlaceholdersAreFilled(t *testing.T) {
	l := load(t, sample).Locale("en", "")
	for _, x := range []struct {
		id    string
		pairs []any
		want  string
	}{
		{"Hello {name}!", []any{"name", "Amina"}, "Hello Amina!"},
		{"{a}{b}{a}", []any{"a", 1, "b", int64(1000)}, "11\u202f0001"},
		{"{a} of {b}", []any{"b", uint32(7), "a", int32(-3)}, "−3 of 7"},
		{"Hello {name}!", nil, "Hello {name}!"},
		{"Hello {name}!", []any{"other", "x"}, "Hello {name}!"},
		{"Hello {name}!", []any{"name"}, "Hello {name}!"},
		{"Hello {name!", []any{"name", "x"}, "Hello {name!"},
		{"Hello {name}!", []any{"name", "{name} <b>"}, "Hello {name} <b>!"}, // a value is not filled again, and not escaped here
		{"{n} things", []any{"n", "many"}, "many things"},
		{"On {day}", []any{"day", time.Date(2026, 10, 3, 12, 0, 0, 0, time.UTC)}, "On 3 October 2026"},
		{"{a}", []any{"a", 1.5}, "1.5"},
		{"{a}", []any{"a", time.March}, "March"},
	} {
		if got := l.T(x.id, x.pairs...); got != x.want {
			t.Errorf("%q with %v is %q, want %q", x.id, x.pairs, got, x.want)
		}
	}
	if got := l.N("{n} of {all}", "{n} of {all}", 2, "all", 3); got != "2 of 3" {
		t.Errorf("N fills %q", got)
	}
}

func TestCataloguesThatContradictAreRefused(t *testing.T) {
	const word = "\nmsgid \"Open\"\nmsgstr \"%\"\n"
	for name, x := range map[string]struct {
		add  fstest.MapFS
		want string
	}{
		"two translations of one message": {fstest.MapFS{"ar/x.po": po("ar", "\nmsgid \"Petition\"\nmsgstr \"ملتمس\"\n")}, "ar/petition.po"},
		"another plural rule":             {fstest.MapFS{"fr/x.po": {Data: []byte(strings.ReplaceAll(header("fr"), "n > 1", "n != 1") + word)}}, "Plural-Forms"},
		"no plural rule":                  {fstest.MapFS{"en/x.po": {Data: []byte("msgid \"\"\nmsgstr \"Language: en\\n\"\n")}}, "Plural-Forms"},
		"a plural rule that is none":      {fstest.MapFS{"en/x.po": {Data: []byte("msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\"Plural-Forms: nplurals=2; plural=(n ! 1);\\n\"\n")}}, "Plural-Forms"},
		"a header of another language":    {fstest.MapFS{"fr/x.po": po("ar", word)}, "Language"},
		"no header":                       {fstest.MapFS{"fr/x.po": {Data: []byte(word)}}, "Language"},
		"a language we do not speak":      {fstest.MapFS{"de/x.po": po("de", word)}, "de is no language"},
		"a country we do not know":        {fstest.MapFS{"ar_XX/x.po": po("ar_XX", word)}, "ar_XX is no language or country"},
		"a plural form that is left out":  {fstest.MapFS{"fr/x.po": po("fr", "\nmsgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\nmsgstr[2] \"d\"\n")}, "plural form 2"},
	} {
		all := maps.Clone(sample)
		maps.Copy(all, x.add)
		if _, err := Load(all); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want it to name %q", name, err, x.want)
		}
	}
}

func TestWhatIsNotTranslatedCanBeWatched(t *testing.T) {
	c := load(t, sample)
	var seen []string
	c.Watch(func(lang, id string) { seen = append(seen, lang+" "+id) })
	for _, lang := range Languages {
		l := c.Locale(lang, "TN")
		l.T("Municipality")
		l.T("New here")
		l.N("{n} signature", "{n} signatures", 3)
		l.N("{n} tree", "{n} trees", 3)
	}
	if want := []string{"ar New here", "ar {n} tree", "fr New here", "fr {n} tree"}; !slices.Equal(seen, want) {
		t.Errorf("watched %q, want %q", seen, want)
	}
}

func TestALocaleIsSharedByManyReaders(t *testing.T) {
	c := load(t, sample)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := c.Locale("ar", "TN").T("Hello {name}!", "name", "Ali"); !strings.Contains(got, "Ali") {
					t.Errorf("said %q", got)
					return
				}
				c.Locale("ar", "MA").Plain().N("{n} signature", "{n} signatures", 7)
			}
		})
	}
	wg.Wait()
}

func BenchmarkTranslate(b *testing.B) {
	l := load(b, sample).Locale("ar", "TN")
	b.Run("a word", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.T("Municipality")
		}
	})
	b.Run("a sentence with a name", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.T("Hello {name}!", "name", "Amina")
		}
	})
	b.Run("a count", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.N("{n} signature", "{n} signatures", 1248)
		}
	})
	b.Run("a date", func(b *testing.B) {
		b.ReportAllocs()
		day := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		for b.Loop() {
			l.Date(day)
		}
	})
}
