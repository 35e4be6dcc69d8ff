package placeview

import (
	"strings"

	"musharaka/views/ui"
)

// Mark says how far a figure can be relied on.
type Mark int

// The marks.
const (
	Verified Mark = iota // somebody read it in its source
	Unread               // known, but nobody has checked the text
	Platform             // no law sets it: the platform's own rule
)

// Cited is a rule with what it rests on.
type Cited struct {
	Label     string
	Value     string // "500 signatures"; "" for a condition
	Law       string // "Organic law 111-14, article 120"; "" where none is known
	Source    string
	URL       string
	ValidFrom string // a day in words
	Mark      Mark
	Note      string
	Disputes  []Dispute
}

// Dispute is what another official source says instead.
type Dispute struct{ Says, Source, URL string }

// source is what ui.Source shows: the article, where it was read, and since
// when it holds.
func (c Cited) source(p ui.Page) ui.SourceSpec {
	parts := make([]string, 0, 3)
	for _, s := range []string{c.Law, c.Source} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if c.ValidFrom != "" {
		parts = append(parts, p.T("in force since {date}", "date", c.ValidFrom))
	}
	return ui.SourceSpec{Text: strings.Join(parts, " — "), URL: c.URL, Verified: c.Mark != Unread}
}

// Row is a place in a list.
type Row struct {
	Name, Other string // in the reader's language, and in the other script
	OtherLang   string
	Kind        string // "Commune"
	Within      string // "Larache, Tanger-Tétouan-Al Hoceïma"
	Population  string
	Href        string // "" for a place without a page of its own
	Active      bool
}

// Group is the regions or governorates of a country.
type Group struct {
	Title string
	Tiles []ui.TileSpec
}

// FindPage is where people look for their municipality.
type FindPage struct {
	ui.Page
	Query  string
	Asked  bool // there was something to look for
	Found  string
	Rows   []Row
	Groups []Group
}

// TerritoryPage is a place without an authority of its own on the platform: a
// governorate with its municipalities.
type TerritoryPage struct {
	ui.Page
	Crumbs           []ui.Crumb
	Kind             string
	Other, OtherLang string
	Population       string
	PopulationSource string
	ListTitle        string
	Rows             []Row
}

// AuthorityPage is the page of a place that can be petitioned.
type AuthorityPage struct {
	ui.Page
	Crumbs           []ui.Crumb
	Kind             string
	Other, OtherLang string
	Within           string
	Active           bool
	InactiveMeaning  string

	Population       string
	PopulationSource string
	NamesSource      string

	Body      string // "Municipal council"
	BodySince string
	BodyNote  string // people's words
	BodyRule  *Cited // why it is not a council
	BodyHref  string // its members, sessions and decisions
	Threshold Cited
	Spread    *Cited // from each province of a region
	SpreadMin string // "25 in each of its 8 prefectures and provinces"
	Refusal   Cited
	RulesHref string

	Civil         []Link // registers of those who work with it; none for one that takes no part
	AnsweringHref string // how long it takes to answer; "" for one that takes no part

	Contact    []ui.SummaryRow
	NoContact  bool
	Privacy    []ui.SummaryRow
	Cards      []ui.CardSpec
	ListHref   string
	StartHref  string
	PartsTitle string // "Communes", "Arrondissements"
	Parts      []Row
}

// ThresholdRow is a row of the table of signatures required.
type ThresholdRow struct {
	For  string // "100 000 inhabitants and more"
	Rule Cited
}

// ConditionGroup is the conditions that bind one kind of person or thing.
type ConditionGroup struct {
	Title string
	Rules []Cited
}

// RulesPage is a rule pack, as people read it.
type RulesPage struct {
	ui.Page
	Crumbs     []ui.Crumb
	Summary    string
	NoRight    bool // no law gives a right to petition this authority
	Thresholds []ThresholdRow
	Figures    []Cited
	Sessions   *Cited
	BodyRule   *Cited
	Bodies     []string
	Conditions []ConditionGroup
	Identity   *Cited
	Regulator  *Cited
	Others     []ui.NavItem // the other packs
}

// DeskPage is where an authority keeps its own entry.
type DeskPage struct {
	ui.Page
	Name, Other, OtherLang string
	Active                 bool
	PublicHref             string
	Action                 string // of all forms; each button adds its part

	Contact ContactForm
	Body    BodyForm
	Privacy PrivacyForm
	Look    LookForm
	May     struct{ Body, Privacy, Look, State bool } // what the reader may change beside the contact
	Reason  string                                    // typed, for ending the taking part
	Events  []ui.Event
}

// ContactForm is what was typed about the contact.
type ContactForm struct {
	Function, Address, Hours Both
	Phone, Mail              string
}

// Both is a text in the two languages an authority writes in.
type Both struct{ AR, FR string }

// BodyForm is what was typed about the body that decides.
type BodyForm struct {
	Kind             string
	Kinds            []ui.Option
	Day, Month, Year string
	Note             Both
}

// PrivacyForm is what was typed about personal data.
type PrivacyForm struct {
	Receipt, ReceiptHint string
	Retention            Both
}

// LookForm is what was typed about the pages' look.
type LookForm struct {
	Accent string
	Logo   string // address of the picture shown now, "" for none
	Limit  string // the largest file accepted, in words
}

// DeskListPage lists the authorities whose entries the reader may keep.
type DeskListPage struct {
	ui.Page
	Query  string
	Search bool // administrators may look for any
	Rows   []Row
}

// Link is words of ours that lead somewhere.
type Link struct{ Label, Href string }
