package i18n

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// stems are the Arabic words that one country uses and the other does not
// (GLOSSARY.md). Words that both understand alike, such as توقيع, are not here.
var stems = map[string]string{
	"TN": `بلدي|بلدية|بلديت|بلديات|جماعة محلية|جماعة المحلية|جماعات محلية|جماعات المحلية|متساكن|متساكنون|متساكنين|متساكني|مطلب|شكوى|شكاوى|إمضاء|إمضاءات|فصل|فصول|رائد الرسمي|معتمدية|معتمديات`,
	"MA": `جماعة|جماعت|جماعات|ساكنة|شكاية|شكايات|مادة|مواد|جريدة الرسمية|عمالة|عمالات|إقليم|أقاليم|لائحة|لوائح|ولوجية`,
}

var usageWords = map[string]*regexp.Regexp{"TN": arabicWords(stems["TN"]), "MA": arabicWords(stems["MA"])}

// arabicWords matches whole words with the particles that Arabic writes
// together with them.
func arabicWords(stems string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}\p{M}])[وف]?(?:بال|كال|ال|لل|ب|ل|ك)?(?:` + stems + `)(?:هم|ها|ه|نا|كم|ك|ي)?(?:$|[^\p{L}\p{M}])`)
}

// speaksAs returns the countries whose own words a text uses.
func speaksAs(text string) []string {
	var countries []string
	tunisian := usageWords["TN"].MatchString(text)
	if tunisian {
		countries = append(countries, "TN")
		text = strings.NewReplacer("جماعة محلية", "", "جماعة المحلية", "", "جماعات محلية", "", "جماعات المحلية", "").Replace(text)
	}
	if usageWords["MA"].MatchString(text) {
		countries = append(countries, "MA")
	}
	return countries
}

// checkUsage finds the Arabic sentences that would sound foreign in one of the
// countries: a sentence with a word of one country needs an entry in the other
// country's catalogue. A sentence that names both words is at home in both, and
// one that is only ever shown in its country says so in a comment above it:
//
//	#. only TN
func checkUsage(catalogues map[string]*catalogue) []string {
	var problems []string
	base := catalogues["ar"]
	if base == nil {
		return nil
	}
	other := map[string]string{"TN": "MA", "MA": "TN"}
	for k, e := range base.entries {
		spoken := speaksAs(strings.Join(e.forms, " "))
		if len(spoken) != 1 || strings.Contains(e.note, "only "+spoken[0]) || !wanted(moduleOfCatalogue(base.file[k])) {
			continue
		}
		foreign := other[spoken[0]]
		if c := catalogues["ar_"+foreign]; c == nil || c.entries[k] == nil {
			problems = append(problems, fmt.Sprintf("%s: %q is said as in %s; ar_%s needs its own: %q", base.file[k], describe(k), spoken[0], foreign, e.forms[0]))
		}
	}
	for country, foreign := range other {
		c := catalogues["ar_"+country]
		if c == nil {
			continue
		}
		for k, e := range c.entries {
			if slices.Equal(speaksAs(strings.Join(e.forms, " ")), []string{foreign}) && wanted(moduleOfCatalogue(c.file[k])) {
				problems = append(problems, fmt.Sprintf("%s: %q is said as in %s: %q", c.file[k], describe(k), foreign, e.forms[0]))
			}
		}
	}
	return problems
}

func moduleOfCatalogue(at string) string {
	file, _, _ := strings.Cut(filepath.Base(at), ":")
	return strings.TrimSuffix(file, ".po")
}

// TestArabicIsSpokenAsInTheCountry: to a Moroccan "بلدية" and to a Tunisian
// "جماعة" is somebody else's town hall.
func TestArabicIsSpokenAsInTheCountry(t *testing.T) {
	catalogues, _ := readCatalogues(t, filepath.Join("..", "..", "..", "config", "locales"))
	problems := checkUsage(catalogues)
	slices.Sort(problems)
	for _, p := range problems {
		t.Error(p)
	}
}

func TestForeignWordsAreFound(t *testing.T) {
	allModules(t)
	for text, want := range map[string]string{
		"اختر بلديتك":             "TN",
		"رئيس المجلس البلدي":      "TN",
		"للبلدية أن ترد":          "TN",
		"ابحث عن جماعتي":          "MA",
		"والجماعات الترابية":      "MA",
		"بلدية أو جماعة":          "TN MA",
		"الجماعات المحلية":        "TN",
		"جواب الجماعة المحلية":    "TN",
		"جماعات محلية":            "TN",
		"عمل جماعي":               "",
		"تفاصيل العريضة":          "",
		"البلد كله":               "",
		"طبقًا للفصل 29":          "TN",
		"طبقًا للمادة 121":        "MA",
		"منفصل عن غيره":           "",
		"توقيع العريضة":           "",
		"نُشر في الرائد الرسمي":   "TN",
		"نُشر في الجريدة الرسمية": "MA",
	} {
		if got := strings.Join(speaksAs(text), " "); got != want {
			t.Errorf("%q is spoken as in %q, want %q", text, got, want)
		}
	}
	read := func(folder, body string) *catalogue {
		c := &catalogue{folder, map[key]*poEntry{}, map[key]string{}}
		c.read(folder+"/x.po", header(folder)+body)
		return c
	}
	told := checkUsage(map[string]*catalogue{
		"ar":    read("ar", "\nmsgid \"A\"\nmsgstr \"بلديتي\"\n\nmsgid \"B\"\nmsgstr \"بلديتي\"\n\n#. only TN\nmsgid \"C\"\nmsgstr \"بلديتي\"\n\nmsgid \"D\"\nmsgstr \"إقليم\"\n\n#. only TN\nmsgid \"E\"\nmsgstr \"إقليم\"\n"),
		"ar_MA": read("ar_MA", "\nmsgid \"A\"\nmsgstr \"جماعتي\"\n\nmsgid \"D\"\nmsgstr \"بلدية\"\n"),
	})
	slices.Sort(told)
	all := strings.Join(told, "\n")
	if len(told) != 4 || !strings.Contains(all, `"B" is said as in TN; ar_MA needs`) || !strings.Contains(all, `"D" is said as in MA; ar_TN needs`) ||
		!strings.Contains(all, `"E" is said as in MA`) || !strings.Contains(all, `ar_MA/x.po:12: "D" is said as in TN`) {
		t.Errorf("told\n%s", all)
	}
	if told := checkUsage(map[string]*catalogue{}); told != nil {
		t.Errorf("without Arabic: told %q", told)
	}
}
