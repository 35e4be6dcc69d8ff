package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// Shelf knows the files that go with petitions. Server adapts kit/file.
type Shelf interface {
	// Documents returns those of the files that may be shown, in the order given.
	Documents(ctx context.Context, ids []string) ([]Document, error)
	Uploads
}

// Document is a file as pages show it.
type Document struct {
	ID, Name, Path string // Path is where it is served
	Type           string
	Size           int64 // bytes
}

// Consents has the words a person agrees to before signing.
type Consents interface {
	// Consent returns the version of the text and its sentences (controller,
	// purpose, retention, regulator's receipt) for an authority.
	Consent(ctx context.Context, authority string, tr ui.Translator) (version string, sentences []string, err error)
	// PaperConsent is Consent for those who sign on paper.
	PaperConsent(ctx context.Context, authority string, tr ui.Translator) (version string, sentences []string, err error)
}

// Words has the rule packs' sentences. Server adapts kit/law.
type Words interface {
	// Why says in a sentence what a code of Verdict.Reasons means for an authority.
	Why(tr ui.Translator, a Authority, code string, at time.Time) string
}

// PagesParts are what the pages are built from.
type PagesParts struct {
	Service  *Service
	Places   Authorities
	Choices  Choices
	People   People
	Law      Words
	Shelf    Shelf
	Consents Consents
	Panels   []Panel // of other modules, in the order shown
}

// Pages are the pages of petitions.
type Pages struct {
	service  *Service
	places   Authorities
	choices  Choices
	people   People
	law      Words
	shelf    Shelf
	consents Consents
	panels   []Panel
}

// NewPages returns the pages over a service and what they need to know besides.
func NewPages(p PagesParts) *Pages {
	return &Pages{service: p.Service, places: p.Places, choices: p.Choices, people: p.People, law: p.Law, shelf: p.Shelf, consents: p.Consents, panels: p.Panels}
}

// tones colours the states; the words say the same.
var tones = map[State]ui.Tone{
	Open: ui.Success, Ready: ui.Accent, Answered: ui.Info, Closed: ui.Info, Lapsed: ui.Danger, Rejected: ui.Warning,
	Hidden: ui.Warning, Refused: ui.Warning,
}

func toneOf(s State) ui.Tone {
	if t, ok := tones[s]; ok {
		return t
	}
	return ui.Neutral
}

// card is a petition as lists show it to a reader.
func (h *Pages) card(ctx context.Context, c *web.Ctx, p Card) (ui.CardSpec, error) {
	authority, err := h.places.Authority(ctx, p.Authority)
	if err != nil {
		return ui.CardSpec{}, err
	}
	lang := shownLang(p.Langs, c.Locale.Lang())
	spec := ui.CardSpec{
		Title: p.Objects[lang], Href: c.URL("/petitions/" + p.ID), Text: p.Asks[lang],
		TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State), Eyebrow: authority.Name(c.Locale.Lang()),
		Meta: []string{c.T(ThemeLabel(p.Theme))},
	}
	if p.State == Hidden {
		spec.Title, spec.Text = c.T("The text of this petition is not shown"), ""
	}
	if !EndedStates.Has(p.State) || p.State == Answered {
		spec.Progress = &ui.ProgressSpec{Count: p.Valid, Threshold: p.Threshold, Supporters: p.Supporters, Lacking: p.State == Open}
	}
	if p.State == Open {
		spec.Meta = append(spec.Meta, daysLeft(c, p.ClosesAt, p.Country))
	}
	return spec, nil
}

func (h *Pages) cards(c *web.Ctx, all []Card) ([]ui.CardSpec, error) {
	specs := make([]ui.CardSpec, 0, len(all))
	for _, p := range all {
		spec, err := h.card(c.Std(), c, p)
		if err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

// shownLang is the language in which a text is shown to a reader of want.
func shownLang(langs []string, want string) string {
	return Petition{Langs: langs}.Lang(want)
}

// daysLeft says how many whole days of the authority's calendar are left.
func daysLeft(c *web.Ctx, until time.Time, country string) string {
	zone := clock.Zone(country)
	days := int(clock.StartOfDay(until, zone).Sub(clock.StartOfDay(c.Now(), zone)).Hours()/24 + 0.5)
	if days <= 0 {
		return c.T("Last day to sign")
	}
	return c.N("{n} day left to sign", "{n} days left to sign", days)
}

// share is what is passed on about a petition.
func share(c *web.Ctx, p Petition) ui.ShareSpec {
	return ui.ShareSpec{URL: c.AbsURL("/petitions/" + p.ID), Text: p.Text(c.Locale.Lang()).Object}
}

// progress is the count of a petition as its page and its confirmations show it.
func progress(c *web.Ctx, p Petition, t Tally) ui.ProgressSpec {
	spec := ui.ProgressSpec{Count: t.Valid, Threshold: p.Threshold.Signatures, Supporters: t.Supporters}
	spec.Lacking = len(p.Threshold.Missing(Count{Valid: t.Valid, Subunits: t.Subunits})) > 0
	if p.Signable(c.Now()) {
		spec.CountURL = "/petitions/" + p.ID + "/count.json"
	}
	if t.Valid != t.Supporters {
		spec.Note = c.T("A signature is valid for the threshold when its owner meets the conditions of the law: residence or activity in the territory, age, and a checked identity where it is asked for.")
	}
	return spec
}

// documents are the files of a petition or an answer as pages show them.
func (h *Pages) documents(c *web.Ctx, ids []string) ([]petitionview.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	files, err := h.shelf.Documents(c.Std(), ids)
	if err != nil {
		return nil, err
	}
	var shown []petitionview.Attachment
	for _, f := range files {
		shown = append(shown, petitionview.Attachment{Name: f.Name, Href: f.Path, Facts: facts(f)})
	}
	return shown, nil
}
