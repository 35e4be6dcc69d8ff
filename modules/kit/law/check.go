package law

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// checker turns one file into a Pack or a Country and notes what is wrong.
type checker struct {
	file   string
	head   rawHead
	used   map[string]bool // sources and laws that something refers to
	faults Faults
}

func (c *checker) fail(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{c.file, path, fmt.Sprintf(format, args...)})
}

// The sources with a meaning of their own.
const (
	platformSource = "platform"
	unreadSource   = "unread"
)

func (c *checker) text(path string, t Text) Text {
	for lang, s := range map[string]string{"ar": t.AR, "fr": t.FR, "en": t.EN} {
		if strings.TrimSpace(s) == "" {
			c.fail(path+"."+lang, "is missing")
		}
	}
	return t
}

// citation checks and resolves what a rule rests on.
func (c *checker) citation(path string, raw rawCitation) Citation {
	out := Citation{Article: raw.Article, Platform: raw.Source == platformSource}
	source, known := c.head.Sources[raw.Source]
	switch {
	case raw.Source == "":
		c.fail(path+".source", "is missing")
	case !known:
		c.fail(path+".source", "%q is not among the sources of this file", raw.Source)
	}
	c.used["sources."+raw.Source] = true
	out.Source, out.URL = source.text(), source.URL
	if raw.Law != "" {
		law, known := c.head.Laws[raw.Law]
		if !known {
			c.fail(path+".law", "%q is not among the laws of this file", raw.Law)
		}
		c.used["laws."+raw.Law] = true
		out.Law = law
	} else if raw.Article != "" {
		c.fail(path+".article", "an article needs its law")
	}
	from, err := time.Parse(time.DateOnly, raw.ValidFrom)
	if err != nil {
		c.fail(path+".valid_from", "%q is not a date such as 2015-07-23", raw.ValidFrom)
	}
	out.ValidFrom = from
	switch {
	case raw.Verified == nil:
		c.fail(path+".verified", "is missing: yes or no")
	case *raw.Verified && (raw.Source == unreadSource || raw.Source == platformSource):
		c.fail(path+".verified", "nothing can be verified in the source %q", raw.Source)
	default:
		out.Verified = *raw.Verified
	}
	if raw.Note != nil {
		out.Note = c.text(path+".note", *raw.Note)
	}
	for i, d := range raw.Disputed {
		at := fmt.Sprintf("%s.disputed[%d]", path, i)
		other, known := c.head.Sources[d.Source]
		if !known {
			c.fail(at+".source", "%q is not among the sources of this file", d.Source)
		}
		c.used["sources."+d.Source] = true
		out.Disputed = append(out.Disputed, Dispute{d.Value, c.text(at+".says", d.Says), other.text(), other.URL})
	}
	return out
}

// headings checks what all files begin with.
func (c *checker) headings() {
	c.text("title", c.head.Title)
	for _, key := range sortedKeys(c.head.Sources) {
		c.text("sources."+key, c.head.Sources[key].text())
	}
	for _, key := range sortedKeys(c.head.Laws) {
		c.text("laws."+key, c.head.Laws[key])
	}
}

// unused refuses sources and laws that nothing refers to: most are misspelt.
func (c *checker) unused() {
	for _, key := range sortedKeys(c.head.Sources) {
		if !c.used["sources."+key] {
			c.fail("sources."+key, "nothing refers to it")
		}
	}
	for _, key := range sortedKeys(c.head.Laws) {
		if !c.used["laws."+key] {
			c.fail("laws."+key, "nothing refers to it")
		}
	}
}

func (c *checker) pack(d document) *Pack {
	raw := d.pack
	p := &Pack{Name: raw.Name, Country: raw.Country, Level: raw.Level, Title: raw.Title, Summary: c.text("summary", raw.Summary), ties: raw.Eligibility.Ties}
	c.headings()
	if raw.Name != DefaultPack && (len(raw.Country) != 2 || raw.Country != strings.ToUpper(raw.Country)) {
		c.fail("country", "%q is not a country code such as MA", raw.Country)
	}
	if (raw.Name == DefaultPack) != (raw.Level == "") || raw.Name == DefaultPack && raw.Country != "" {
		c.fail("level", "a pack has a country and a level, and the default has neither")
	}
	if raw.PetitionRight == nil {
		c.fail("petition_right", "is missing: yes or no")
	} else {
		p.PetitionRight = *raw.PetitionRight
	}
	p.thresholds = c.thresholds(raw.Thresholds)
	p.figures = c.figures(raw.Figures)
	p.Bodies = c.bodies(raw.Bodies)
	if raw.Sessions != nil {
		p.Sessions = c.sessions(*raw.Sessions)
	}
	c.ties(raw.Eligibility.Ties)
	p.Conditions = c.conditions(raw.Conditions)
	p.List, p.Appeal = c.list(raw.List), c.appeal(raw.Appeal)
	c.unused()
	if len(c.faults) > 0 {
		return nil
	}
	return p
}

func (c *checker) ties(ties []string) {
	if len(ties) == 0 {
		c.fail("eligibility.ties", "is missing")
	}
	for i, tie := range ties {
		if tie != TieResidence && tie != TieActivity {
			c.fail(fmt.Sprintf("eligibility.ties[%d]", i), "%q is neither residence nor activity", tie)
		}
	}
}

func (c *checker) thresholds(raw []rawThreshold) []thresholdTable {
	if len(raw) == 0 {
		c.fail("thresholds", "is missing")
		return nil
	}
	byDay := map[string][]Threshold{}
	for i, r := range raw {
		path := fmt.Sprintf("thresholds[%d]", i)
		t := Threshold{PopulationMax: -1, Arrondissement: r.Arrondissements, Figure: Figure{r.Signatures, Signatures, c.citation(path, r.rawCitation)}}
		if r.PopulationMin == nil || *r.PopulationMin < 0 {
			c.fail(path+".population_min", "must be 0 or more")
		} else {
			t.PopulationMin = *r.PopulationMin
		}
		if r.PopulationMax != nil {
			t.PopulationMax = *r.PopulationMax
			if t.PopulationMax < t.PopulationMin {
				c.fail(path+".population_max", "is less than population_min")
			}
		}
		if !slices.Contains([]string{"yes", "no", "any"}, t.Arrondissement) {
			c.fail(path+".arrondissements", "must be yes, no or any")
		}
		if t.Value < 1 {
			c.fail(path+".signatures", "must be 1 or more")
		}
		byDay[r.ValidFrom] = append(byDay[r.ValidFrom], t)
	}
	var tables []thresholdTable
	for _, day := range sortedKeys(byDay) { // dates written year first sort by time
		rows := byDay[day]
		for _, divided := range []bool{false, true} {
			c.seamless(day, rows, divided)
		}
		tables = append(tables, thresholdTable{rows[0].ValidFrom, rows})
	}
	return tables
}

// seamless checks that every population has exactly one threshold.
func (c *checker) seamless(day string, rows []Threshold, divided bool) {
	kind := "undivided communes and other authorities"
	if divided {
		kind = "communes with arrondissements"
	}
	path := "thresholds valid from " + day
	mine := slices.DeleteFunc(slices.Clone(rows), func(t Threshold) bool {
		return t.Arrondissement == "yes" && !divided || t.Arrondissement == "no" && divided
	})
	slices.SortStableFunc(mine, func(a, b Threshold) int { return a.PopulationMin - b.PopulationMin })
	next := 0 // the population from which nothing is covered yet; -1: all are
	for _, t := range mine {
		switch {
		case next < 0 || t.PopulationMin < next:
			c.fail(path, "two thresholds for a population of %d (%s)", t.PopulationMin, kind)
		case t.PopulationMin > next:
			c.fail(path, "no threshold for a population of %d to %d (%s)", next, t.PopulationMin-1, kind)
		}
		if next = t.PopulationMax + 1; t.PopulationMax < 0 {
			next = -1
		}
	}
	if next >= 0 {
		c.fail(path, "no threshold for a population of %d and more (%s)", next, kind)
	}
}

func (c *checker) figures(raw map[string][]rawFigure) map[FigureName][]Figure {
	out := map[FigureName][]Figure{}
	for _, key := range sortedKeys(raw) {
		name := FigureName(key)
		rule, known := figureRules[name]
		if !known {
			c.fail("figures."+key, "unknown figure")
			continue
		}
		for i, r := range raw[key] {
			path := fmt.Sprintf("figures.%s[%d]", key, i)
			f := Figure{Unit: rule.unit, Citation: c.citation(path, r.rawCitation)}
			if Unit(r.Unit) != rule.unit {
				c.fail(path+".unit", "must be %s", rule.unit)
			}
			if r.Value == nil || *r.Value < rule.min || *r.Value > rule.max {
				c.fail(path+".value", "must be %d to %d", rule.min, rule.max)
			} else {
				f.Value = *r.Value
			}
			if n := len(out[name]); n > 0 && !out[name][n-1].ValidFrom.Before(f.ValidFrom) {
				c.fail(path+".valid_from", "must be later than that of the entry before")
			}
			out[name] = append(out[name], f)
		}
	}
	for _, name := range FigureNames {
		if figureRules[name].required && len(out[name]) == 0 {
			c.fail("figures."+string(name), "is missing")
		}
	}
	return out
}

func (c *checker) bodies(raw rawBodies) Bodies {
	b := Bodies{Usual: BodyKind(raw.Usual)}
	for i, kind := range raw.Allowed {
		if !slices.Contains(BodyKinds, BodyKind(kind)) {
			c.fail(fmt.Sprintf("bodies.allowed[%d]", i), "%q is not a kind of body", kind)
		}
		b.Allowed = append(b.Allowed, BodyKind(kind))
	}
	if !slices.Contains(b.Allowed, b.Usual) {
		c.fail("bodies.usual", "%q is not among the bodies allowed", raw.Usual)
	}
	if raw.Source != "" {
		cited := c.citation("bodies", raw.rawCitation)
		b.Citation = &cited
	}
	return b
}

func (c *checker) sessions(raw rawSessions) Sessions {
	s := Sessions{Citation: c.citation("sessions", raw.rawCitation)}
	for i, m := range raw.Months {
		if m < 1 || m > 12 || i > 0 && m <= raw.Months[i-1] {
			c.fail(fmt.Sprintf("sessions.months[%d]", i), "must be months from 1 to 12 in their order")
		}
		s.Months = append(s.Months, time.Month(m))
	}
	if len(s.Months) == 0 {
		c.fail("sessions.months", "is missing")
	}
	return s
}

func (c *checker) conditions(raw []rawCondition) []Condition {
	seen := map[string]bool{}
	var out []Condition
	for i, r := range raw {
		path := fmt.Sprintf("conditions[%d]", i)
		if !packName.MatchString(r.Code) || seen[r.Of+r.Code] {
			c.fail(path+".code", "must be small letters and _, and stand once")
		}
		seen[r.Of+r.Code] = true
		if !slices.Contains([]string{OfSignatory, OfAssociation, OfObject}, r.Of) {
			c.fail(path+".of", "must be signatory, association or object")
		}
		out = append(out, Condition{r.Code, r.Of, c.text(path+".text", r.Text), c.citation(path, r.rawCitation)})
	}
	return out
}
