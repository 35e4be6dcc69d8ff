package budget

import (
	"slices"
	"strings"

	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
)

// Step is one step of the writing of a proposal.
type Step string

// The steps, one page each.
const (
	StepLanguage Step = "language"
	StepTitle    Step = "title"
	StepBody     Step = "body"
	StepWhere    Step = "where" // area, place in words, point
	StepWhy      Step = "why"   // heading, needs
	StepPhotos   Step = "photos"
	StepWho      Step = "who" // in whose name, whether it is shown
)

// Steps are all steps, in their order.
var Steps = []Step{StepLanguage, StepTitle, StepBody, StepWhere, StepWhy, StepPhotos, StepWho}

// TextLangs are the languages in which proposals are written.
var TextLangs = []string{"ar", "fr"}

// The bounds of a proposal.
const (
	MinBody      = 30
	MaxBody      = 5000
	MaxSpotWords = 200
	MaxPhotos    = 5
	MaxDrafts    = 5 // of one person in one edition
	MaxComment   = 1000
)

// Input is what the steps of the writing send; each sends some of it.
type Input struct {
	Langs   []string
	Texts   map[string]Text
	Area    string
	Spot    Spot
	Heading string
	Needs   []string
	Source  Source
	OrgID   string
	Name    string
	Public  bool
}

// put writes the fields of one step.
func (p *Proposal) put(step Step, in Input) {
	switch step {
	case StepLanguage:
		p.Langs = in.Langs
	case StepTitle, StepBody:
		texts := map[string]Text{}
		for lang, t := range p.Texts {
			texts[lang] = t
		}
		for lang, t := range in.Texts {
			kept := texts[lang]
			if step == StepTitle {
				kept.Title = tidy(t.Title, false)
			} else {
				kept.Body = tidy(t.Body, true)
			}
			texts[lang] = kept
		}
		p.Texts = texts
	case StepWhere:
		p.Area, p.Spot = in.Area, in.Spot
		p.Spot.Words = tidy(p.Spot.Words, false)
	case StepWhy:
		p.Heading, p.Needs = in.Heading, in.Needs
	case StepWho:
		p.Source, p.OrgID = in.Source, in.OrgID
		p.Author.Name, p.Author.Public = tidy(in.Name, false), in.Public
	}
	if !slices.Contains(p.Saved, step) {
		p.Saved = append(p.Saved, step)
	}
}

// Problems returns what is wrong with one step, as the proposal stands in its
// edition.
func (p Proposal) Problems(e Edition, step Step) (found []Problem) {
	switch step {
	case StepLanguage:
		if len(p.Langs) == 0 || len(p.Langs) > 2 || slices.ContainsFunc(p.Langs, func(l string) bool { return !slices.Contains(TextLangs, l) }) {
			found = append(found, Problem{Field: "langs", Message: i18n.Msg("Choose the language in which you write")})
		}
	case StepTitle:
		for _, lang := range p.Langs {
			found = append(found, required("title_"+lang, p.Texts[lang].Title, i18n.Msg("Give your proposal a title"), MaxTitle)...)
		}
	case StepBody:
		for _, lang := range p.Langs {
			body := p.Texts[lang].Body
			if letters(body) < MinBody {
				found = append(found, Problem{"body_" + lang, i18n.Msg("Describe it in {limit} letters at least"), []any{"limit", MinBody}})
				continue
			}
			found = append(found, atMost("body_"+lang, body, MaxBody)...)
		}
	case StepWhere:
		found = p.whereProblems(e)
	case StepWhy:
		found = p.whyProblems(e)
	case StepPhotos:
		if len(p.Photos) > MaxPhotos {
			found = append(found, Problem{"photos", i18n.Msg("Add {limit} photos at most"), []any{"limit", MaxPhotos}})
		}
	case StepWho:
		found = p.whoProblems()
	}
	return found
}

func (p Proposal) whereProblems(e Edition) (found []Problem) {
	if _, ok := e.Area(p.Area); !ok {
		found = append(found, Problem{Field: "area", Message: i18n.Msg("Choose where it is")})
	}
	found = append(found, atMost("spot", p.Spot.Words, MaxSpotWords)...)
	if s := p.Spot; s.Point && (s.Lat < 15 || s.Lat > 40 || s.Lng < -20 || s.Lng > 15) { // Tunisia and Morocco lie within
		found = append(found, Problem{Field: "lat", Message: i18n.Msg("This point does not lie in the country")})
	}
	return found
}

func (p Proposal) whyProblems(e Edition) (found []Problem) {
	if !slices.Contains(e.Headings(), p.Heading) {
		found = append(found, Problem{Field: "heading", Message: i18n.Msg("Choose the kind of investment")})
	}
	if slices.ContainsFunc(p.Needs, func(n string) bool { return !slices.Contains(NeedKeys, n) }) {
		found = append(found, Problem{Field: "needs", Message: i18n.Msg("Choose one")})
	}
	return found
}

func (p Proposal) whoProblems() (found []Problem) {
	if !slices.Contains([]Source{FromCitizen, FromAssociation, FromForum, FromDesk}, p.Source) {
		found = append(found, Problem{Field: "source", Message: i18n.Msg("Choose one")})
	}
	if p.Source == FromAssociation && p.OrgID == "" {
		found = append(found, Problem{Field: "org", Message: i18n.Msg("Choose the association")})
	}
	if p.Source == FromCitizen && p.Author.Public || p.Source == FromDesk {
		found = append(found, required("name", p.Author.Name, i18n.Msg("Write the name"), MaxName)...)
	}
	return append(found, atMost("name", p.Author.Name, MaxName)...)
}

// AllProblems returns what is wrong with the whole proposal, in the order of
// Steps, and the first step with a problem.
func (p Proposal) AllProblems(e Edition) (first Step, all []Problem) {
	for _, step := range Steps {
		found := p.Problems(e, step)
		if len(found) > 0 && first == "" {
			first = step
		}
		all = append(all, found...)
	}
	return first, all
}

// Headings returns the headings that may be proposed in this edition.
func (e Edition) Headings() []string {
	if len(e.Rules.Headings) == 0 {
		return Headings
	}
	return e.Rules.Headings
}

// searchedWords bounds what search finds a proposal by.
const searchedWords = 60

// searchWords are the stems of titles and texts, each within the edition.
func (p Proposal) searchWords() []string {
	var words []string
	for _, lang := range p.Langs {
		words = append(words, fold.Words(p.Texts[lang].Title)...)
	}
	for _, lang := range p.Langs {
		words = append(words, fold.Words(p.Texts[lang].Body)...)
	}
	var keyed []string
	for _, w := range words {
		if key := p.Edition + "|" + w; len(keyed) < searchedWords && len(w) < 100 && !slices.Contains(keyed, key) {
			keyed = append(keyed, key)
		}
	}
	return keyed
}

// parseNumber reads "#12", "BP-12" and "12"; 0 when it is none of them.
func parseNumber(s string) int64 {
	s = strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "BP-"), "#")
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' || n > 1e6 {
			return 0
		}
		n = n*10 + int64(r-'0')
	}
	return n
}
