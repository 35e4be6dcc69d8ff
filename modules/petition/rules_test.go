package petition

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

func complete() Petition {
	return Petition{Authority: "town", Kind: Citizens, Langs: []string{"fr"}, Texts: map[string]Text{"fr": goodText},
		Theme: "lighting", Agent: Petitioner{PersonID: "salma", Name: "Salma B."}}
}

func TestWhatIsWrongWithAPetition(t *testing.T) {
	text := func(change func(*Text)) func(*Petition) {
		return func(p *Petition) {
			t := goodText
			change(&t)
			p.Texts = map[string]Text{"fr": t}
		}
	}
	for name, c := range map[string]struct {
		change func(*Petition)
		field  string // "" when nothing is wrong
	}{
		"complete":                  {func(*Petition) {}, ""},
		"no authority":              {func(p *Petition) { p.Authority = "" }, "authority"},
		"no language":               {func(p *Petition) { p.Langs = nil }, "langs"},
		"a language twice":          {func(p *Petition) { p.Langs = []string{"fr", "fr"} }, "langs"},
		"a language not offered":    {func(p *Petition) { p.Langs = []string{"fr", "de"} }, "langs"},
		"no object":                 {text(func(t *Text) { t.Object = "" }), "object"},
		"short object":              {text(func(t *Text) { t.Object = "Court" }), "object"},
		"80 letters":                {text(func(t *Text) { t.Object = strings.Repeat("ع", 80) }), ""},
		"81 letters":                {text(func(t *Text) { t.Object = strings.Repeat("ع", 81) }), "object"},
		"an object that calculates": {text(func(t *Text) { t.Object = "=SUM(A1:A9) et le reste" }), "object"},
		"an object of two lines":    {text(func(t *Text) { t.Object = "Une ligne\net une autre" }), "object"},
		"no ask":                    {text(func(t *Text) { t.Ask = "" }), "ask"},
		"no aims":                   {text(func(t *Text) { t.Aims = "" }), ""},
		"aims too long":             {text(func(t *Text) { t.Aims = strings.Repeat("a", MaxAims+1) }), "aims"},
		"the second text is empty":  {func(p *Petition) { p.Langs = []string{"fr", "ar"} }, "object"},
		"no theme":                  {func(p *Petition) { p.Theme = "" }, "theme"},
		"a theme of one's own":      {func(p *Petition) { p.Theme = "football" }, "theme"},
		"a tag twice":               {func(p *Petition) { p.Tags = []string{"youth", "youth"} }, "tags"},
		"too many tags":             {func(p *Petition) { p.Tags = Tags[:MaxTags+1] }, "tags"},
		"no kind":                   {func(p *Petition) { p.Kind = "" }, "kind"},
		"association not named":     {func(p *Petition) { p.Kind = Association }, "org"},
		"no agent":                  {func(p *Petition) { p.Agent.Name = "" }, "agent"},
		"the agent is a site":       {func(p *Petition) { p.Agent.Name = "www.example.com" }, "agent"},
		"a name that calculates":    {func(p *Petition) { p.Deputy.Name = "+33 Karim" }, "deputy"},
		"a name of digits":          {func(p *Petition) { p.Deputy.Name = "12345" }, "deputy"},
		"an Arabic name":            {func(p *Petition) { p.Deputy.Name = "كريم بن علي" }, ""},
		"too many members":          {func(p *Petition) { p.Committee = make([]Petitioner, MaxMembers+1) }, "committee"},
		"too many files":            {func(p *Petition) { p.Attachments = make([]string, MaxAttachments+1) }, "attachments"},
	} {
		p := complete()
		c.change(&p)
		problems := p.Check()
		if c.field == "" && len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		if c.field != "" && (len(problems) == 0 || problems[0].Field != c.field) {
			t.Errorf("%s: %v, want a problem with %s", name, problems, c.field)
		}
	}
}

func TestBrokenNamesTheFirstStepAndIsInvalid(t *testing.T) {
	err := broken(Petition{Agent: Petitioner{Name: "x"}}.Check())
	var b *Broken
	if !errors.As(err, &b) || b.First() != StepAuthority {
		t.Fatalf("first broken step of %v", err)
	}
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("kind %s", fault.KindOf(err))
	}
	if message, _ := fault.Shown(err); message != b.Problems[0].Message {
		t.Errorf("shown %q", message)
	}
}

func TestWhatIsTypedIsTidied(t *testing.T) {
	for in, want := range map[string]string{
		"  Éclairer   la\r\nrue ": "Éclairer la rue",
		"a\x00b\x1bc":             "abc",
		"bad \xff bytes":          "bad bytes",
		"الإنارة\u00a0العمومية":   "الإنارة العمومية",
	} {
		if got := tidy(in, 80, false); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := tidy("one\r\n\r\ntwo\n", 80, true); got != "one\n\ntwo" {
		t.Errorf("lines became %q", got)
	}
	if got := tidy(strings.Repeat("é", 2000), 80, false); len([]rune(got)) != 800 {
		t.Errorf("%d letters are kept", len([]rune(got)))
	}
}

func TestThresholdOfARegionAsksForEachProvince(t *testing.T) {
	region := Threshold{Signatures: 300, PerSubunit: 15, Subunits: []string{"a", "b", "c"}}
	for name, c := range map[string]struct {
		count   Count
		reached bool
		missing map[string]int64
	}{
		"enough everywhere":       {Count{300, map[string]int64{"a": 270, "b": 15, "c": 15}}, true, map[string]int64{}},
		"one province one short":  {Count{400, map[string]int64{"a": 371, "b": 15, "c": 14}}, false, map[string]int64{"c": 1}},
		"one province empty":      {Count{900, map[string]int64{"a": 800, "b": 100}}, false, map[string]int64{"c": 15}},
		"spread but too few":      {Count{299, map[string]int64{"a": 269, "b": 15, "c": 15}}, false, map[string]int64{}},
		"many who live elsewhere": {Count{500, map[string]int64{"a": 20, "b": 20, "c": 20}}, true, map[string]int64{}},
	} {
		if got := region.Reached(c.count); got != c.reached {
			t.Errorf("%s: reached %t", name, got)
		}
		missing := region.Missing(c.count)
		if len(missing) != len(c.missing) || missing["c"] != c.missing["c"] {
			t.Errorf("%s: missing %v, want %v", name, missing, c.missing)
		}
	}
}

func TestMilestonesComeInOrderAndOnce(t *testing.T) {
	p := Petition{State: Open, Threshold: Threshold{Signatures: 5}}
	for _, c := range []struct {
		valid int64
		half  bool
		want  []Milestone
	}{
		{0, false, nil}, {2, false, nil}, {3, false, []Milestone{HalfWay}}, {3, true, nil},
		{5, false, []Milestone{Reached}}, {5, true, []Milestone{Reached}}, {9, true, []Milestone{Reached}},
	} {
		p.HalfAt = time.Time{}
		if c.half {
			p.HalfAt = start
		}
		if got := p.milestones(Count{Valid: c.valid}); !slices.Equal(got, c.want) {
			t.Errorf("%d valid, half announced %t: %v, want %v", c.valid, c.half, got, c.want)
		}
	}
	p.State = Ready
	if got := p.milestones(Count{Valid: 9}); got != nil {
		t.Errorf("a ready petition passes %v", got)
	}
}

func TestPeriodsOfMonthsEndWithTheMonth(t *testing.T) {
	for _, c := range []struct {
		from    string
		months  int
		country string
		want    string
	}{
		{"2026-12-31T10:00:00Z", 2, "TN", "2027-02-28T22:59:59.999Z"},
		{"2027-12-31T10:00:00Z", 2, "TN", "2028-02-29T22:59:59.999Z"},
		{"2026-11-30T10:00:00Z", 3, "MA", "2027-02-28T23:59:59.999Z"}, // Ramadan: Casablanca is at UTC
		{"2026-11-30T23:30:00Z", 1, "TN", "2026-12-31T22:59:59.999Z"}, // it is 1 December in Tunis: to 1 January
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		got := monthsOn(from, c.months, c.country).Format("2006-01-02T15:04:05.000Z")
		if c.from == "2026-11-30T23:30:00Z" {
			c.want = "2027-01-01T22:59:59.999Z"
		}
		if got != c.want {
			t.Errorf("%s and %d months in %s: %s, want %s", c.from, c.months, c.country, got, c.want)
		}
	}
	if clock.Zone("MA") == time.UTC {
		t.Error("Morocco has no zone of its own here")
	}
}

func TestThePublicSeesNoNameThatWasNotMadePublic(t *testing.T) {
	p := complete()
	p.State, p.Deputy, p.Committee = Open, Petitioner{Name: "Karim"}, []Petitioner{{Name: "Leila"}}
	p.Changes, p.Tasks = "a note", []Task{{Kind: taskMirror}}
	p.Answer.Versions = []AnswerVersion{{Number: 1, State: AnswerDrafted, Texts: map[string]AnswerText{"fr": {Summary: "secret"}}}}
	seen := p.Public()
	if seen.Agent.Name != "" || seen.Agent.PersonID != "" || seen.Deputy.Name != "" || seen.Committee != nil || seen.Changes != "" || seen.Answer.Versions != nil {
		t.Errorf("the public sees %+v", seen)
	}
	p.Agent.Public = true
	if p.Public().Agent.Name != "Salma B." {
		t.Error("a public name is not shown")
	}
	p.State = Hidden
	if got := p.Public(); got.Texts != nil || got.Attachments != nil {
		t.Error("the text of a hidden petition is shown")
	}
	if p.Texts == nil {
		t.Error("Public changed the petition")
	}
}

func TestSignatureIDsTellNothingOfThePerson(t *testing.T) {
	a, b := SignatureID("p1", "salma"), SignatureID("p2", "salma")
	if a != SignatureID("p1", "salma") || a == SignatureID("p1", "karim") {
		t.Error("the id does not follow from petition and person")
	}
	if strings.Contains(a, "salma") || a[3:] == b[3:] {
		t.Errorf("%s and %s are seen to be of one person", a, b)
	}
}

func TestEveryCodeThemeAndTagHasWords(t *testing.T) {
	for _, r := range slices.Concat(Rejections, Refusals) {
		if r.Label == "" {
			t.Errorf("%s has no words", r.Code)
		}
	}
	for _, theme := range Themes {
		if ThemeLabel(theme) == "" {
			t.Errorf("%s has no words", theme)
		}
	}
	for _, tag := range Tags {
		if TagLabel(tag) == "" {
			t.Errorf("%s has no words", tag)
		}
	}
	for _, g := range Groups {
		if GroupLabel(g) == "" {
			t.Errorf("group %q has no words", g)
		}
	}
	for _, d := range AnswerDecisions {
		if AnswerDecisionLabel(d) == "" {
			t.Errorf("%s has no words", d)
		}
	}
	for _, r := range Refusals {
		if r.Hidden {
			t.Errorf("the bureau's %s hides a text that was lawfully published", r.Code)
		}
	}
}
