package i18n

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// The checks of TestCatalogues are themselves checked here: one that finds
// nothing would let every mistake pass.

// allModules undoes -module for one test.
func allModules(t *testing.T) {
	module := *only
	*only = ""
	t.Cleanup(func() { *only = module })
}

// source writes the sources of a package that uses messages in every way.
func source(pkg, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("package " + pkg + "\n" + body)}
}

func collected(t *testing.T, files fstest.MapFS) (ids, problems []string) {
	t.Helper()
	uses, problems, err := collect(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uses {
		id := u.module + ": " + describe(key{u.context, u.id})
		if u.counted {
			id += " / " + u.many
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), problems
}

func TestMessagesAreFoundInTheSources(t *testing.T) {
	ids, problems := collected(t, fstest.MapFS{
		"modules/petition/act.go": source("petition", `
import (
	"net/http"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
)
const late = "It is " + "too late."
var labels = map[string]string{"a": i18n.Msg("Marked")}
var one, many = i18n.MsgN("{n} mark", "{n} marks")
func (draft) Messages() map[string]string { return map[string]string{"object": "A form's message."} }
func act(t *L, e form.Errors, h http.Header, page P) error {
	t.T("Plain")
	t.C("state", "Open")
	t.N("{n} vote", "{n} votes", 3)
	page.Tr.T(labels["a"])
	e.Add("object", "Say it, {who}.", "who", 1)
	h.Add("Vary", "Accept")
	wg.Add(1)
	refuse("Handed on.")
	if x { return &fault.Error{Kind: 1, Message: "Written out."} }
	return fault.New(fault.Gone, late)
}
func refuse(message string) error { return again(1, message) }
func again(n int, message string) error { return fault.New(fault.Invalid, message) }
func silent() error { return fault.New(fault.Internal, "") }
`),
		"views/petitionview/page_templ.go": source("petitionview", `
import "musharaka/views/ui"
func show(p ui.Page) { p.T("In a view"); ui.Heading("A heading", p) }
`),
		"views/ui/heading.go":          source("ui", `func Heading(label string, p Page) string { return p.T(label) }`+"\n"+`func (p Page) T(id string) string { return p.Tr.T(id) }`),
		"modules/kit/web/fail.go":      source("web", `import "musharaka/modules/kit/fault"`+"\n"+`var e = fault.New(1, "In the kit")`),
		"server/main.go":               source("main", `func f(t L) { t.T("In the server") }`),
		"server/main_test.go":          source("main", `func g(t L) { t.T("In a test") }`),
		"modules/x/testdata/broken.go": source("x", `func (`),
		".ci/tool.go":                  source("main", `func f(t L) { t.T("In a tool") }`),
	})
	want := []string{
		"common: In the server", "kit: In the kit", "petition: A form's message.", "petition: A heading", "petition: Handed on.",
		"petition: In a view", "petition: It is too late.", "petition: Marked", "petition: Plain", "petition: Say it, {who}.",
		"petition: Written out.", "petition: state: Open", "petition: {n} mark / {n} marks", "petition: {n} vote / {n} votes",
	}
	if !slices.Equal(ids, want) || len(problems) > 0 {
		t.Errorf("found\n%s\nwant\n%s\nproblems %q", strings.Join(ids, "\n"), strings.Join(want, "\n"), problems)
	}
}

func TestMessagesThatCannotBeTranslatedAreTold(t *testing.T) {
	for call, want := range map[string]string{
		`t.T("a " + name)`:                   "put together",
		`t.T(fmt.Sprintf("a %d", 1))`:        "put together by fmt",
		`t.C(kind, "a")`:                     "must be literals",
		`t.N("{n} a", plural, 2)`:            "must be literals",
		`t.T("{a}", "a")`:                    "pairs",
		`t.T("{a}", name, 1)`:                "pairs",
		`fault.New(1, strings.ToUpper("a"))`: "put together by strings",
	} {
		_, problems := collected(t, fstest.MapFS{"modules/x/x.go": source("x", "func f(t L) { "+call+" }")})
		if len(problems) != 1 || !strings.Contains(problems[0], want) {
			t.Errorf("%s: %q, want one that says %q", call, problems, want)
		}
	}
	_, problems := collected(t, fstest.MapFS{"modules/x/x.go": source("x", "func (")})
	if len(problems) != 1 || !strings.Contains(problems[0], "does not parse") {
		t.Errorf("a source with a mistake: %q", problems)
	}
}

func TestValuesAndPlaceholdersMustMeet(t *testing.T) {
	allModules(t)
	for call, want := range map[string]string{
		`t.T("Hello {name}", "name", 1)`:               "",
		`t.T("Hello {name}", values...)`:               "",
		`t.N("{n} a", "{n} as of {all}", 1, "all", 2)`: "",
		`t.T("Hello {name}")`:                          "no value for {name}",
		`t.T("Hello", "name", 1)`:                      `no place for "name"`,
		`t.T("{n} as", "x", 1)`:                        "no value for {n}",
		`t.N("a", "{n} as", 1); t.T("a")`:              "not the same plural",
		`t.N("a", "{n} as", 1); t.N("a", "{n} bs", 1)`: "not the same plural",
	} {
		uses, _, err := collect(fstest.MapFS{"modules/x/x.go": source("x", "func f(t L) { "+call+" }")})
		if err != nil {
			t.Fatal(err)
		}
		told := strings.Join(checkUses(uses), "\n")
		if want == "" && told != "" || !strings.Contains(told, want) {
			t.Errorf("%s: told %q, want %q", call, told, want)
		}
	}
}

func TestMistakesInACatalogueAreTold(t *testing.T) {
	allModules(t)
	for _, x := range []struct{ name, lang, body, want string }{
		{"good", "fr", "#. a comment\nmsgctxt \"c\"\nmsgid \"a \\\"b\\\"\\n\"\nmsgstr \"\"\n\"d \"\n\"e\\n\"", ""},
		{"no quotes", "fr", "msgid a\nmsgstr \"b\"", "in double quotes"},
		{"a quote not closed", "fr", "msgid \"a\nmsgstr \"b\"", "in double quotes"},
		{"a quote inside", "fr", "msgid \"a\"\nmsgstr \"b\"c\"", "quote inside"},
		{"an unknown escape", "fr", "msgid \"a\"\nmsgstr \"\\q\"", "no escape"},
		{"an escape of the closing quote", "fr", "msgid \"a\"\nmsgstr \"\\\"", "no escape"},
		{"an unknown keyword", "fr", "msgid \"a\"\nmsgtxt \"b\"", "no keyword"},
		{"no msgid", "fr", "msgctxt \"c\"\nmsgstr \"b\"", "without msgid"},
		{"a second msgstr", "fr", "msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"", "msgstr twice"},
		{"no msgstr", "fr", "msgid \"a\"", "no msgstr"},
		{"msgid twice", "fr", "msgid \"a\"\nmsgid \"b\"\nmsgstr \"c\"", "msgid twice"},
		{"a loose string", "fr", "\"b\"", "continues nothing"},
		{"an obsolete entry", "fr", "#~ msgid \"a\"", "obsolete"},
		{"an entry twice", "fr", "msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"b\"", "stands already in line"},
		{"plural forms out of order", "fr", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"c\"", "msgstr[0] is expected"},
		{"forms without a plural", "fr", "msgid \"a\"\nmsgstr[0] \"c\"", "go together"},
		{"a plural without forms", "fr", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr \"c\"", "go together"},
		{"too few forms", "ar", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"ت\"\nmsgstr[1] \"ت\"", "2 plural forms, ar has 6"},
		{"an empty form", "fr", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\nmsgstr[1] \"\"", "form 1 is empty"},
		{"fuzzy", "fr", "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"", "fuzzy"},
		{"not fuzzy after a fuzzy one", "fr", "#, c-format\nmsgid \"a\"\nmsgstr \"b\"", ""},
	} {
		c := &catalogue{x.lang, map[key]*poEntry{}, map[key]string{}}
		told := strings.Join(c.read(x.lang+"/x.po", header(x.lang)+"\n"+x.body+"\n"), "\n")
		if x.want == "" && told != "" || !strings.Contains(told, x.want) {
			t.Errorf("%s: told %q, want %q", x.name, told, x.want)
		}
	}
	for name, text := range map[string]string{
		"no header":        "msgid \"a\"\nmsgstr \"b\"\n",
		"another language": header("ar"),
		"other plurals":    strings.Replace(header("fr"), "n > 1", "n>1", 1),
		"another charset":  strings.Replace(header("fr"), "UTF-8", "ISO-8859-1", 1),
	} {
		c := &catalogue{"fr", map[key]*poEntry{}, map[key]string{}}
		if told := strings.Join(c.read("fr/x.po", text), "\n"); !strings.Contains(told, "header") {
			t.Errorf("%s: told %q", name, told)
		}
	}
}

func TestMistakesInATranslationAreTold(t *testing.T) {
	for _, x := range []struct{ lang, id, text, want string }{
		{"fr", "Hello {name}", "Bonjour {name}", ""},
		{"fr", "Hello {name}", "Bonjour", "{name} is lost"},
		{"fr", "Hello {name}", "Bonjour {nom}", "{nom} is not in the message"},
		{"fr", "Hello", "Bonjour {", "brace"},
		{"fr", "Why?", "Pourquoi\u202f? Parce que\u00a0!", ""},
		{"fr", "Why?", "Pourquoi?", "no-break space"},
		{"fr", "Why?", "Pourquoi ?", "no-break space"},
		{"fr", "Time:", "Heure\u00a0: 14:30", ""},
		{"fr", "Time:", "Heure: 14", "no-break space"},
		{"fr", "Time:", "Heure :", "no-break space"},
		{"fr", "{a}: {b}", "{a}\u202f: {b}", ""},
		{"fr", "{a}: {b}", "{a} : {b}", "no-break space"},
		{"fr", "At 14: now", "À 14: là", "no-break space"},
		{"fr", "Really?!", "Vraiment\u202f?!", ""},
		{"fr", "“a”", "«\u202fa\u202f»", ""},
		{"fr", "“a”", "« a\u202f»", "after «"},
		{"fr", "“a”", "«\u202fa»", "no-break space"},
		{"fr", "The place", "L’endroit", ""},
		{"fr", "The place", "L'endroit", "apostrophe"},
		{"fr", "The place", "\"L’endroit\"", "straight quotes"},
		{"fr", "See https://a.b/?c=d;e", "Voir https://a.b/?c=d;e", ""},
		{"fr", "Wait…", "Attendez...", "three dots"},
		{"fr", "a", " b", "space"},
		{"fr", " a", " b", ""},
		{"fr", "a b", "a  b", "two spaces"},
		{"ar", "Petition", "عريضة", ""},
		{"ar", "Petition", "Petition", "no Arabic letter"},
		{"ar", "{n} / {m}", "{n} / {m}", ""},
		{"ar", "In {n} days", "خلال ٣ أيام {n}", "Eastern digits"},
		{"ar", "5%", "5٪", "Eastern"},
		{"ar", "Why?", "لماذا؟", ""},
		{"ar", "Why?", "لماذا?", "after Arabic"},
		{"ar", "a, b", "ماء, طرق", "after Arabic"},
		{"ar", "a, b", "ماء، طرق 3,5", ""},
		{"ar", "“a”", "\"ماء\"", "straight quotes"},
		{"ar", "a", "ماء\u200f", "direction mark"},
	} {
		told := strings.Join(checkEntry(x.lang, "x.po:1", &poEntry{id: x.id, forms: []string{x.text}}), "\n")
		if x.want == "" && told != "" || !strings.Contains(told, x.want) {
			t.Errorf("%s %q: told %q, want %q", x.lang, x.text, told, x.want)
		}
	}
	six := []string{"لا شيء", "واحد", "اثنان", "{n} أشياء", "{n} شيئًا", "شيء"}
	told := strings.Join(checkEntry("ar", "x.po:1", &poEntry{id: "{n} thing", plural: "{n} things", hasMany: true, forms: six}), "\n")
	if strings.Count(told, "{n} is lost") != 1 || !strings.Contains(told, `"شيء"`) {
		t.Errorf("six forms of which the last has lost its number: told %q", told)
	}
}

func TestCataloguesAreComparedWithTheSources(t *testing.T) {
	allModules(t)
	uses, _, err := collect(fstest.MapFS{"modules/petition/x.go": source("petition", `func f(t L) { t.T("Old"); t.T("New"); t.T("Half"); t.N("{n} a", "{n} as", 1) }`)})
	if err != nil {
		t.Fatal(err)
	}
	read := func(folder, body string) *catalogue {
		c := &catalogue{folder, map[key]*poEntry{}, map[key]string{}}
		c.read(folder+"/petition.po", header(folder)+body)
		return c
	}
	told := checkCatalogues(uses, map[string]*catalogue{
		"ar":    read("ar", "\nmsgid \"Old\"\nmsgstr \"قديم\"\n\nmsgid \"Half\"\nmsgstr \"\"\n\nmsgid \"Gone\"\nmsgstr \"ذهب\"\n\nmsgid \"{n} a\"\nmsgid_plural \"{n} bs\"\nmsgstr[0] \"ا\"\n"),
		"ar_TN": read("ar_TN", "\nmsgid \"New\"\nmsgstr \"جديد\"\n\nmsgid \"Old\"\nmsgstr \"\"\n"),
		"fr":    read("fr", "\nmsgid \"Old\"\nmsgstr \"Vieux\"\n\nmsgid \"New\"\nmsgstr \"Neuf\"\n\nmsgid \"Half\"\nmsgstr \"Demi\"\n\nmsgid \"{n} a\"\nmsgstr \"{n} a\"\n"),
	})
	slices.Sort(told)
	for i, want := range []string{
		`ar/petition.po: missing: "New" (modules/petition/x.go:2)`,
		`ar/petition.po: msgid_plural is not "{n} as": "{n} a" (modules/petition/x.go:2)`,
		`ar/petition.po: not translated: "Half" (modules/petition/x.go:2)`,
		`ar/petition.po:15: no source uses "Gone"`,
		`ar_TN/petition.po:12: "Old" is empty: fill it or delete it`,
		`ar_TN/petition.po:9: "New" is in no catalogue of ar`,
		`fr/petition.po: msgid_plural is not "{n} as": "{n} a" (modules/petition/x.go:2)`,
	} {
		if i >= len(told) || told[i] != want {
			t.Fatalf("told\n%s\nwant number %d to be\n%s", strings.Join(told, "\n"), i, want)
		}
	}
	if len(told) != 7 {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
}

func TestMissingMessagesAreAppendedToTheirModule(t *testing.T) {
	allModules(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "ar", "petition.po")
	kept := header("ar") + "\n# kept as it is\nmsgid \"Old\"\nmsgstr \"قديم\"" // no line break at the end
	if err := appendTo(file, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(kept), 0o644); err != nil {
		t.Fatal(err)
	}
	uses, _, err := collect(fstest.MapFS{
		"modules/petition/x.go": source("petition", `func f(t L) { t.T("Old"); t.T("Say \"b\""); t.C("act", "Open"); t.N("{n} a", "{n} as", 1); t.T("Both"); t.T("Kit too") }`),
		"modules/account/x.go":  source("account", `func f(t L) { t.T("Both"); t.T("Kit too") }`),
		"modules/kit/web/x.go":  source("web", `func f(t L) { t.T("Kit too") }`),
		"modules/place/x.go":    source("place", `func f(t L) { t.T("Kit too") }`),
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing is missing any more
		if err := appendMissing(dir, uses); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"ar/petition.po": kept + "\n\nmsgctxt \"act\"\nmsgid \"Open\"\nmsgstr \"\"\n\nmsgid \"Say \\\"b\\\"\"\nmsgstr \"\"\n\nmsgid \"{n} a\"\nmsgid_plural \"{n} as\"\n" +
			"msgstr[0] \"\"\nmsgstr[1] \"\"\nmsgstr[2] \"\"\nmsgstr[3] \"\"\nmsgstr[4] \"\"\nmsgstr[5] \"\"\n",
		"fr/petition.po": header("fr") + "\nmsgctxt \"act\"\nmsgid \"Open\"\nmsgstr \"\"\n\nmsgid \"Old\"\nmsgstr \"\"\n\nmsgid \"Say \\\"b\\\"\"\nmsgstr \"\"\n\nmsgid \"{n} a\"\nmsgid_plural \"{n} as\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n",
		"ar/common.po":   header("ar") + "\nmsgid \"Both\"\nmsgstr \"\"\n",
		"fr/common.po":   header("fr") + "\nmsgid \"Both\"\nmsgstr \"\"\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s is\n%s\nwant\n%s\n%v", name, got, want, err)
		}
	}
}
