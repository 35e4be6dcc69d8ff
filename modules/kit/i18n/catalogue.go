package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
	"github.com/leonelquinteros/gotext/plurals"
)

// Languages are the languages of the platform; the first is the one shown to
// a reader who asked for none of them.
var Languages = []string{"ar", "fr", "en"}

// countries are those whose usage differs. A reader elsewhere, or on a page
// that belongs to no place, has the country "".
var countries = []string{"", "TN", "MA"}

// Catalogues are all translations, read-only once loaded.
type Catalogues struct {
	locales map[[2]string]*Locale
}

type key struct{ context, id string }

// table holds what is known in one language, or what differs in one country.
type table struct {
	forms       map[key][]string // the plural forms in order; one for a plain message
	file        map[key]string   // where each was read, to name both when two contradict
	plural      plurals.Expression
	pluralForms string
}

// Load reads every <lang>/<module>.po and <lang>_<country>/<module>.po of fsys
// and merges those of one folder. It fails, naming the file, for a folder that
// is no language of the platform, a header that does not fit its folder, and a
// message that two files of a folder translate differently. What a catalogue
// leaves empty counts as absent.
func Load(fsys fs.FS) (*Catalogues, error) {
	files, err := fs.Glob(fsys, "*/*.po")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	tables := map[string]*table{}
	var faults []error
	for _, name := range files {
		folder := path.Dir(name)
		if tables[folder] == nil {
			tables[folder] = &table{forms: map[key][]string{}, file: map[key]string{}}
		}
		data, err := fs.ReadFile(fsys, name)
		if err == nil {
			err = tables[folder].read(name, data)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("catalogue %s: %w", name, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	c := &Catalogues{locales: map[[2]string]*Locale{}}
	for _, lang := range Languages {
		for _, country := range countries {
			c.locales[[2]string{lang, country}] = newLocale(lang, country, tables[lang], tables[lang+"_"+country])
		}
	}
	return c, nil
}

// Locale returns the words of a language as a country uses them. A language
// that the platform does not speak gives Arabic; a country whose usage is not
// known gives the language's own.
func (c *Catalogues) Locale(lang, country string) *Locale {
	if l := c.locales[[2]string{lang, country}]; l != nil {
		return l
	}
	if !slices.Contains(Languages, lang) {
		lang = Languages[0]
	}
	if !slices.Contains(countries, country) {
		country = ""
	}
	return c.locales[[2]string{lang, country}]
}

// Watch has report called for every message that is asked for in Arabic or
// French and not translated: a test that renders all pages finds so what
// TestCatalogues cannot see, a text that never was a literal. Call it before
// the locales are used; report must be safe for concurrent use.
func (c *Catalogues) Watch(report func(lang, id string)) {
	for _, l := range c.locales {
		if l.lang != "en" {
			l.missing = report
		}
	}
}

// read adds one file to the table.
func (t *table) read(name string, data []byte) error {
	folder := path.Dir(name)
	lang, country, _ := strings.Cut(folder, "_")
	if !slices.Contains(Languages, lang) || !slices.Contains(countries, country) {
		return fmt.Errorf("%s is no language or country of the platform", folder)
	}
	po := gotext.NewPo()
	po.Parse(data)
	if po.Language != folder {
		return fmt.Errorf("the header says Language: %q, the folder %q", po.Language, folder)
	}
	if err := t.rule(po.PluralForms); err != nil {
		return err
	}
	for id, message := range po.GetDomain().GetTranslations() {
		if err := t.add(key{"", id}, message, name); err != nil {
			return err
		}
	}
	for context, messages := range po.GetDomain().GetCtxTranslations() {
		for id, message := range messages {
			if err := t.add(key{context, id}, message, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// rule takes over the rule for plural forms, which must be the same in all
// files of a folder.
func (t *table) rule(pluralForms string) error {
	if t.plural != nil && pluralForms == t.pluralForms {
		return nil
	}
	if t.plural != nil {
		return fmt.Errorf("Plural-Forms: %s, but another file of the folder says %s", pluralForms, t.pluralForms)
	}
	_, expression, found := strings.Cut(pluralForms, "plural=")
	if !found {
		return fmt.Errorf("no Plural-Forms in the header")
	}
	compiled, err := plurals.Compile(strings.TrimSuffix(strings.TrimSpace(expression), ";"))
	if err != nil {
		return fmt.Errorf("Plural-Forms: %w", err)
	}
	t.plural, t.pluralForms = compiled, pluralForms
	return nil
}

// add takes one message over. The same translation may stand in several files.
func (t *table) add(k key, message *gotext.Translation, file string) error {
	if k.id == "" {
		return nil
	}
	forms := make([]string, len(message.Trs))
	for i, text := range message.Trs {
		if i < 0 || i >= len(forms) {
			return fmt.Errorf("%q has a plural form %d but only %d of them", k.id, i, len(forms))
		}
		forms[i] = text
	}
	if strings.Join(forms, "") == "" {
		return nil
	}
	if other, twice := t.forms[k]; twice && !slices.Equal(other, forms) {
		return fmt.Errorf("%q is translated %q, but %q in %s", k.id, forms, other, t.file[k])
	}
	t.forms[k], t.file[k] = forms, file
	return nil
}
