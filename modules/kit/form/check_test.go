package form

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

// The locales of the kit are what the views ask to be spoken with.
var _ ui.Translator = (*i18n.Locale)(nil)

// told lists mistakes as "field: message args".
func told(mistakes Errors) []string {
	var out []string
	for _, m := range mistakes {
		out = append(out, strings.TrimSpace(fmt.Sprint(m.Field, ": ", m.Message, " ", m.Args)))
	}
	return out
}

func TestMistakesAreToldInTheOrderOfTheFields(t *testing.T) {
	_, mistakes, err := urlencoded(t, "reasons=ab&year=20x6&themes=water&themes=moon&name=R2D2")
	want := []string{
		"object: Say it. []",
		"reasons: Enter at least {limit} characters. [limit 3]",
		"year: Enter a year in four digits. []",
		"themes: Choose one of the answers offered. []",
		"consent: Tick this box to continue. []",
		"born: Give the day. []",
		"name: Enter the name as it stands on the identity card. []",
	}
	if got := told(mistakes); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("told %q, %v; want %q", got, err, want)
	}
}

func TestLimitsCountCharactersAndChoices(t *testing.T) {
	for _, c := range []struct {
		name string
		form proposal
		want string // the mistake in the field, "" for none
	}{
		{"object", proposal{Object: strings.Repeat("é", 20)}, ""},
		{"object", proposal{Object: strings.Repeat("ض", 21)}, "object: Enter at most {limit} characters. [limit 20]"},
		{"themes", proposal{Themes: []string{"water", "youth", "roads"}}, "themes: Choose at most {limit} answers. [limit 2]"},
		{"themes", proposal{}, "themes: Choose at least one answer. []"},
		{"reasons", proposal{}, "reasons: Fill this in. []"},
		{"born", proposal{Born: Date{"30", "2", "2001"}}, "born: Give the day. []"},
	} {
		if got := strings.Join(told(Check(&c.form, c.name)), "; "); got != c.want {
			t.Errorf("%s of %+v: told %q, want %q", c.name, c.form, got, c.want)
		}
	}
}

func TestOnePageOfAFormIsCheckedAlone(t *testing.T) {
	if got := told(Check(proposal{}, "object", "consent")); len(got) != 2 || !strings.HasPrefix(got[0], "object") || !strings.HasPrefix(got[1], "consent") {
		t.Errorf("told %q", got)
	}
}

func TestAFieldIsBlamedOnce(t *testing.T) {
	var e Errors
	e.Add("object", "Say it again, {name}.", "name", "Amina")
	e.Add("object", "Say it better.")
	e.Add("agent", "Name the agent.")
	want := Errors{{"object", "Say it again, {name}.", []any{"name", "Amina"}}, {"agent", "Name the agent.", nil}}
	if !reflect.DeepEqual(e, want) || e.Has("state") || !e.Has("agent") {
		t.Errorf("mistakes %+v, want %+v", e, want)
	}
}

func TestMistakesAreShownInTheReadersLanguage(t *testing.T) {
	catalogues, err := i18n.Load(fstest.MapFS{"fr/x.po": {Data: []byte(`msgid ""
msgstr ""
"Language: fr\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "Enter at most {limit} characters."
msgstr "Au plus {limit} caractères."
`)}})
	if err != nil {
		t.Fatal(err)
	}
	mistakes := Check(proposal{Object: strings.Repeat("a", 21)}, "object")
	want := []ui.FieldError{{Field: "object", Message: "Au plus 20 caractères."}}
	if got := mistakes.Shown(catalogues.Locale("fr", "TN")); !reflect.DeepEqual(got, want) {
		t.Errorf("shown %+v, want %+v", got, want)
	}
	if got := Errors(nil).Shown(catalogues.Locale("fr", "TN")); got != nil {
		t.Errorf("no mistakes are shown as %+v", got)
	}
}

// TestEveryRuleHasItsSentence: a rule without one tells people nothing.
func TestEveryRuleHasItsSentence(t *testing.T) {
	for name := range rules {
		if general[name] == "" {
			t.Errorf("the rule %q has no sentence", name)
		}
	}
}

func TestRules(t *testing.T) {
	table := map[string]map[string]bool{
		"plain": {
			"": true, "Light in Hay Ennasr": true, "تنوير عمومي": true, "1.5 km": true, "M. le maire": true, "etc.com": false,
			"see https://a.b": false, "HTTP://x": false, "www.ville": false, "ville-tunis.gov.tn/x": false, "wa.me/123": false, "bit.ly": false,
		},
		"csvsafe": {
			"": false, "Light": true, "إنارة": true, "5 trees": true, "=1+1": false, "+216": false, "-x": false, "@sum": false,
			"＝1": false, "|calc": false, "a=b": true,
		},
		"digits": {"": false, "0": true, "01234567": true, "٠١": false, "1 2": false, "-1": false, "1a": false},
		"person": {
			"": false, "A": false, "Ali": true, "فاطمة بنت عليّ": true, "Jean-Luc d’Été": true, "O'Neil": true, "M. Ben Ali": true,
			"R2D2": false, "Ali <b>": false, "Ali@x": false, "--": false, "ⵎⵓⵃ": true,
		},
		"phone": {
			"": false, "+216 71 234 567": true, "0539123456": true, "71 234 567": true, "+212 (0) 539-12.34.56": true, "٧١ ٢٣٤ ٥٦٧": true,
			"1234567": false, "1234567890123456": false, "71+234567": false, "71 234 56a": false,
		},
		"date": {"": false, "1/1/2026": true, "31/12/1999": true, "31/11/2026": false, "1/1": false, "1/1/2026/1": false, "//": false},
		"year": {"": false, "1899": false, "1900": true, "2026": true, "2199": true, "2200": false, "26": false, "20a6": false, "02026": false},
	}
	for rule, judge := range rules {
		if len(table[rule]) == 0 {
			t.Errorf("no case for the rule %q", rule)
		}
		for text, want := range table[rule] {
			if got := judge(text); got != want {
				t.Errorf("%s(%q) = %t", rule, text, got)
			}
		}
	}
}
