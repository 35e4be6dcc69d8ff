package i18n

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	update = flag.Bool("update", false, "append the missing messages, empty, to their catalogues")
	only   = flag.String("module", "", "look at one module only, such as petition")
)

// pluralForms is the header every catalogue of a language must have.
var pluralForms = map[string]string{
	"ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
	"fr": "nplurals=2; plural=(n > 1);",
}

var formCount = map[string]int{"ar": 6, "fr": 2}

// catalogue is all entries of one folder: a language, or a country's words.
type catalogue struct {
	folder  string
	entries map[key]*poEntry
	file    map[key]string
}

// TestCatalogues holds the translations to the sources: every message that the
// code can show exists in Arabic and French, complete and well written, and
// none is left that nothing shows.
func TestCatalogues(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	uses, problems, err := collect(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "config", "locales")
	if *update {
		if err := appendMissing(dir, uses); err != nil {
			t.Fatal(err)
		}
	}
	catalogues, found := readCatalogues(t, dir)
	problems = append(problems, found...)
	problems = append(problems, checkUses(uses)...)
	uses = shared(uses)
	problems = append(problems, checkCatalogues(uses, catalogues)...)
	slices.Sort(problems)
	for _, p := range slices.Compact(problems) {
		t.Error(p)
	}
}

// readCatalogues reads the po files below dir, and says what is wrong with
// each file for itself.
func readCatalogues(t *testing.T, dir string) (map[string]*catalogue, []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.po"))
	if err != nil {
		t.Fatal(err)
	}
	catalogues := map[string]*catalogue{}
	var problems []string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Base(filepath.Dir(name))
		if catalogues[folder] == nil {
			catalogues[folder] = &catalogue{folder, map[key]*poEntry{}, map[key]string{}}
		}
		problems = append(problems, catalogues[folder].read(folder+"/"+filepath.Base(name), string(text))...)
	}
	return catalogues, problems
}

// read adds one file.
func (c *catalogue) read(file, text string) []string {
	entries, problems := readPO(file, text)
	if len(entries) == 0 || entries[0].id != "" {
		return append(problems, file+": no header")
	}
	lang, _, _ := strings.Cut(c.folder, "_")
	for _, want := range []string{"Language: " + c.folder, "Content-Type: text/plain; charset=UTF-8", "Plural-Forms: " + pluralForms[lang]} {
		if !slices.Contains(strings.Split(entries[0].forms[0], "\n"), want) {
			problems = append(problems, fmt.Sprintf("%s: the header must say %q", file, want))
		}
	}
	for _, e := range entries[1:] {
		if !wanted(strings.TrimSuffix(filepath.Base(file), ".po")) {
			// another module's entry counts as existing, its mistakes are its author's
		} else {
			problems = append(problems, checkEntry(lang, fmt.Sprintf("%s:%d", file, e.line), e)...)
		}
		if other := c.entries[e.key()]; other != nil && !other.empty() {
			if !e.empty() && !slices.Equal(other.forms, e.forms) {
				problems = append(problems, fmt.Sprintf("%s:%d: %q is translated otherwise in %s", file, e.line, e.id, c.file[e.key()]))
			}
			continue
		}
		c.entries[e.key()], c.file[e.key()] = e, fmt.Sprintf("%s:%d", file, e.line)
	}
	return problems
}

func wanted(module string) bool { return *only == "" || *only == module }

// checkUses looks at each message as the code writes it.
func checkUses(uses []use) []string {
	var problems []string
	first := map[key]use{}
	for _, u := range uses {
		if !wanted(u.module) {
			continue
		}
		k := key{u.context, u.id}
		if f, twice := first[k]; twice && (f.counted != u.counted || f.many != u.many) {
			problems = append(problems, fmt.Sprintf("%s: %q has not the same plural as in %s", u.pos, u.id, f.pos))
		}
		first[k] = u
		if u.given == nil {
			continue
		}
		asked := placeholders(u.id + u.many)
		for _, name := range asked {
			if !slices.Contains(u.given, name) {
				problems = append(problems, fmt.Sprintf("%s: %q gets no value for {%s}", u.pos, u.id, name))
			}
		}
		for _, name := range u.given {
			if !slices.Contains(asked, name) {
				problems = append(problems, fmt.Sprintf("%s: %q has no place for %q", u.pos, u.id, name))
			}
		}
	}
	return problems
}

// checkCatalogues compares the sources' messages with the translations.
func checkCatalogues(uses []use, catalogues map[string]*catalogue) []string {
	var problems []string
	used := map[key]bool{}
	for _, u := range uses {
		used[key{u.context, u.id}] = true
	}
	for _, m := range missing(uses, catalogues) {
		if wanted(m.use.module) {
			problems = append(problems, fmt.Sprintf("%s/%s.po: %s: %q (%s)", m.lang, m.use.module, m.what, m.use.id, m.use.pos))
		}
	}
	for folder, c := range catalogues {
		lang, _, country := strings.Cut(folder, "_")
		for k, e := range c.entries {
			file, _, _ := strings.Cut(c.file[k], ":")
			if !wanted(strings.TrimSuffix(filepath.Base(file), ".po")) {
				continue
			}
			if !used[k] {
				problems = append(problems, fmt.Sprintf("%s: no source uses %q", c.file[k], describe(k)))
			} else if base := catalogues[lang]; country && (base == nil || base.entries[k] == nil) {
				problems = append(problems, fmt.Sprintf("%s: %q is in no catalogue of %s", c.file[k], describe(k), lang))
			} else if country && e.empty() {
				problems = append(problems, fmt.Sprintf("%s: %q is empty: fill it or delete it", c.file[k], describe(k)))
			}
		}
	}
	return problems
}

func describe(k key) string {
	if k.context == "" {
		return k.id
	}
	return k.context + ": " + k.id
}

// lack is one message that a language does not have.
type lack struct {
	lang, what string
	use        use
	exists     bool // an entry stands there, but empty
}

// missing returns the messages of uses that a language lacks, each once.
func missing(uses []use, catalogues map[string]*catalogue) []lack {
	var lacks []lack
	for _, lang := range []string{"ar", "fr"} {
		done := map[key]bool{}
		for _, u := range uses {
			k := key{u.context, u.id}
			if done[k] {
				continue
			}
			done[k] = true
			var e *poEntry
			if c := catalogues[lang]; c != nil {
				e = c.entries[k]
			}
			switch {
			case e == nil:
				lacks = append(lacks, lack{lang, "missing", u, false})
			case e.empty():
				lacks = append(lacks, lack{lang, "not translated", u, true})
			case u.counted && e.plural != u.many:
				lacks = append(lacks, lack{lang, fmt.Sprintf("msgid_plural is not %q", u.many), u, true})
			case u.counted != e.hasMany:
				lacks = append(lacks, lack{lang, "has a plural in one of source and catalogue only", u, true})
			}
		}
	}
	return lacks
}

// checkEntry looks at one translation for itself.
func checkEntry(lang, at string, e *poEntry) []string {
	var problems []string
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s: %q: ", at, e.id)+fmt.Sprintf(format, args...))
	}
	if e.fuzzy {
		complain("fuzzy: check it and remove the flag")
	}
	if e.empty() {
		return problems // told as missing where it is used
	}
	if e.hasMany && len(e.forms) != formCount[lang] {
		complain("%d plural forms, %s has %d", len(e.forms), lang, formCount[lang])
	}
	for i, form := range e.forms {
		if form == "" {
			complain("plural form %d is empty", i)
			continue
		}
		for _, p := range append(checkPlaceholders(lang, e, i), checkSpelling(lang, e.id, form)...) {
			complain("%s: %q", p, form)
		}
	}
	return problems
}

var placeholderPattern = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

func placeholders(text string) []string {
	var names []string
	for _, p := range placeholderPattern.FindAllString(text, -1) {
		names = append(names, p[1:len(p)-1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkPlaceholders compares the i-th form's placeholders with the id's. The
// forms for none, one and two may leave out {n}: "signatures" in Arabic has a
// dual.
func checkPlaceholders(lang string, e *poEntry, i int) []string {
	var problems []string
	have, want := placeholders(e.forms[i]), placeholders(e.id+e.plural)
	for _, name := range have {
		if !slices.Contains(want, name) {
			problems = append(problems, "{"+name+"} is not in the message")
		}
	}
	few := lang == "ar" && i <= 2 || lang == "fr" && i == 0
	for _, name := range want {
		if !slices.Contains(have, name) && !(e.hasMany && few && name == "n") {
			problems = append(problems, "{"+name+"} is lost")
		}
	}
	if strings.ContainsAny(placeholderPattern.ReplaceAllString(e.forms[i], ""), "{}") {
		problems = append(problems, "a brace that is no placeholder")
	}
	return problems
}

var (
	address      = regexp.MustCompile(`https?://\S+|[\w.+-]+@[\w.-]+|\b[\w-]+\.(tn|ma|org|com|php|html)\b\S*`)
	frenchBefore = regexp.MustCompile(`[^\x{202f}\x{a0}?!…][?!;»]|[^\x{202f}\x{a0}\d]:|[^\x{202f}\x{a0}]:(\D|$)`)
	frenchAfter  = regexp.MustCompile(`«[^\x{202f}\x{a0}]`)
	latinInside  = regexp.MustCompile(`\p{Arabic}\s*[?;]|\p{Arabic},`)
	easternDigit = regexp.MustCompile(`[\x{660}-\x{669}\x{6f0}-\x{6f9}٪٫٬]`)
	directions   = regexp.MustCompile(`[\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)
)

// checkSpelling looks for what a typesetter of the language would not let pass.
func checkSpelling(lang, id, text string) []string {
	var problems []string
	rule := func(broken bool, problem string) {
		if broken {
			problems = append(problems, problem)
		}
	}
	plain := address.ReplaceAllString(text, "")
	words := placeholderPattern.ReplaceAllString(plain, "x")
	rule(strings.TrimSpace(text) != text && strings.TrimSpace(id) == id, "begins or ends with a space")
	rule(strings.Contains(text, "  "), "two spaces")
	rule(strings.Contains(text, "..."), "three dots: write …")
	rule(directions.MatchString(text), "an invisible direction mark: the program sets them")
	switch lang {
	case "ar":
		letters := strings.ContainsFunc(placeholderPattern.ReplaceAllString(id, ""), unicode.IsLetter)
		rule(letters && !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }), "no Arabic letter")
		rule(easternDigit.MatchString(text), "Eastern digits or signs: the Maghreb writes 0-9 , %")
		rule(latinInside.MatchString(plain), "Latin ? ; or , after Arabic: write ؟ ؛ ،")
		rule(strings.ContainsAny(plain, `"'`), "straight quotes: write « »")
	case "fr":
		rule(frenchBefore.MatchString(words), "a no-break space (U+202F, U+00A0) must stand before : ; ? ! »")
		rule(frenchAfter.MatchString(words), "a no-break space (U+202F, U+00A0) must stand after «")
		rule(strings.Contains(plain, "'"), "straight apostrophe: write ’")
		rule(strings.Contains(plain, `"`), "straight quotes: write « »")
	}
	return problems
}

// appendMissing adds every message that no catalogue of a language has to the
// catalogue of its module, sorted and with empty translations. It only appends,
// so that it does not disturb an author who is writing in the file.
func appendMissing(dir string, uses []use) error {
	catalogues := map[string]*catalogue{}
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.po"))
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		folder := filepath.Base(filepath.Dir(name))
		if catalogues[folder] == nil {
			catalogues[folder] = &catalogue{folder, map[key]*poEntry{}, map[key]string{}}
		}
		catalogues[folder].read(name, string(text))
	}
	additions := map[string][]string{}
	for _, m := range missing(shared(uses), catalogues) {
		if !m.exists && wanted(m.use.module) {
			file := filepath.Join(dir, m.lang, m.use.module+".po")
			additions[file] = append(additions[file], emptyEntry(m.lang, m.use))
		}
	}
	for file, entries := range additions {
		slices.Sort(entries)
		if err := appendTo(file, strings.Join(entries, "")); err != nil {
			return err
		}
	}
	return nil
}

// shared gives a message that several modules use to the kit where that is one
// of them, and to common.po otherwise.
func shared(uses []use) []use {
	module := map[key]string{}
	for _, u := range uses {
		k := key{u.context, u.id}
		switch m, seen := module[k]; {
		case !seen || m == u.module || u.module == "kit":
			module[k] = u.module
		case m != "kit":
			module[k] = "common"
		}
	}
	uses = slices.Clone(uses)
	for i, u := range uses {
		uses[i].module = module[key{u.context, u.id}]
	}
	return uses
}

func emptyEntry(lang string, u use) string {
	var b strings.Builder
	b.WriteString("\n")
	if u.context != "" {
		fmt.Fprintf(&b, "msgctxt %s\n", quote(u.context))
	}
	fmt.Fprintf(&b, "msgid %s\n", quote(u.id))
	if !u.counted {
		b.WriteString("msgstr \"\"\n")
		return b.String()
	}
	fmt.Fprintf(&b, "msgid_plural %s\n", quote(u.many))
	for i := range formCount[lang] {
		fmt.Fprintf(&b, "msgstr[%d] \"\"\n", i)
	}
	return b.String()
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// appendTo adds text to a catalogue, and makes one with its header first where
// there is none.
func appendTo(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		lang := filepath.Base(filepath.Dir(file))
		old, err = []byte(header(lang)), nil
	}
	if err != nil {
		return err
	}
	if len(old) > 0 && old[len(old)-1] != '\n' {
		old = append(old, '\n')
	}
	return os.WriteFile(file, append(old, text...), 0o644)
}

func header(folder string) string {
	lang, _, _ := strings.Cut(folder, "_")
	return fmt.Sprintf(`msgid ""
msgstr ""
"Language: %s\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: %s\n"
`, folder, pluralForms[lang])
}
