package law

import (
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
)

// BodyKind is what kind of body decides for an authority.
type BodyKind string

// The kinds. A council may be dissolved: then one of the others decides.
const (
	Council                BodyKind = "council"
	Bureau                 BodyKind = "bureau"
	SpecialDelegation      BodyKind = "special_delegation"
	ActingSecretaryGeneral BodyKind = "acting_secretary_general"
	RegionalCouncil        BodyKind = "regional_council"
	ProvincialCouncil      BodyKind = "provincial_council"
	LocalCouncil           BodyKind = "local_council"
)

// BodyKinds lists all kinds.
var BodyKinds = []BodyKind{Council, Bureau, SpecialDelegation, ActingSecretaryGeneral, RegionalCouncil, ProvincialCouncil, LocalCouncil}

// Bodies says which kinds of body may decide for an authority.
type Bodies struct {
	Usual    BodyKind
	Allowed  []BodyKind
	Citation *Citation // why the usual one is not a council; nil where nothing needs saying
}

// Audience of a condition: whom or what it binds.
const (
	OfSignatory   = "signatory"
	OfAssociation = "association"
	OfObject      = "object"
)

// Condition is a rule of admissibility that is not a number.
type Condition struct {
	Code string // "seat_or_branch"
	Of   string // OfSignatory, OfAssociation, OfObject
	Text Text
	Citation
}

// Sessions says in which months a council meets in ordinary session.
type Sessions struct {
	Months []time.Month // empty: not known
	Citation
}

// Threshold is one row of the table of signatures required.
type Threshold struct {
	PopulationMin  int
	PopulationMax  int    // -1: no upper end
	Arrondissement string // "yes": divided communes only, "no": undivided ones only, "any"
	Figure
}

// Pack is the rules for petitions to one kind of authority in one country.
type Pack struct {
	Name    string // "ma_region"
	Country string // "" for the neutral default
	Level   string
	Title   Text
	Summary Text
	// PetitionRight reports whether a law of the country gives the right to
	// petition this authority. Where it does not, thresholds and periods are the
	// platform's and a petition binds nobody.
	PetitionRight bool
	Bodies        Bodies
	Sessions      Sessions
	Conditions    []Condition
	List          *List   // nil where the pack says nothing of it
	Appeal        *Appeal // nil where the pack says nothing of it

	thresholds []thresholdTable
	figures    map[FigureName][]Figure
	ties       []string
}

// thresholdTable is the rows that hold from one day on.
type thresholdTable struct {
	from time.Time
	rows []Threshold
}

// Thresholds returns the rows in force at a time, for showing them.
func (p *Pack) Thresholds(at time.Time) []Threshold {
	i := inForce(p.thresholds, func(t thresholdTable) time.Time { return t.from }, at)
	return slices.Clone(p.thresholds[i].rows)
}

// Threshold returns how many valid signatures a petition needs to an authority
// of this population, divided into arrondissements or not, by the rules in
// force at a time.
func (p *Pack) Threshold(population int, arrondissements bool, at time.Time) Figure {
	for _, row := range p.Thresholds(at) {
		if row.covers(population, arrondissements) {
			return row.Figure
		}
	}
	return Figure{} // Load refuses tables with gaps: only a negative population comes here
}

func (t Threshold) covers(population int, arrondissements bool) bool {
	switch t.Arrondissement {
	case "yes":
		if !arrondissements {
			return false
		}
	case "no":
		if arrondissements {
			return false
		}
	}
	return population >= t.PopulationMin && (t.PopulationMax < 0 || population <= t.PopulationMax)
}

// Figure returns a figure as it holds at a time; false if the pack has none.
func (p *Pack) Figure(name FigureName, at time.Time) (Figure, bool) {
	versions := p.figures[name]
	if len(versions) == 0 {
		return Figure{}, false
	}
	return versions[inForce(versions, func(f Figure) time.Time { return f.ValidFrom }, at)], true
}

// SubunitMinimum returns how many of the signatures required must come from
// each province of the region; false if the pack asks for no spread.
func (p *Pack) SubunitMinimum(required int, at time.Time) (int, Figure, bool) {
	f, ok := p.Figure(SubunitPercent, at)
	return (required*f.Value + 99) / 100, f, ok
}

// ConditionsOf returns the conditions that bind signatories, associations or
// the object of a petition.
func (p *Pack) ConditionsOf(of string) []Condition {
	return slices.DeleteFunc(slices.Clone(p.Conditions), func(c Condition) bool { return c.Of != of })
}

// RefusalDeadline returns the last moment at which the petitioners may be told
// of a refusal, for a petition received at a time: the end of the day, in the
// country's zone, that comes the period's calendar months after the day of
// receipt, or of the month's last day where it has no such day.
func (p *Pack) RefusalDeadline(receipt time.Time) (time.Time, Figure) {
	f, _ := p.Figure(RefusalPeriod, receipt)
	zone := clock.Zone(p.Country)
	return clock.EndOfDay(clock.AddMonths(receipt.In(zone), f.Value), zone), f
}

// CollectionDeadline returns the last moment at which a petition opened at a
// time takes signatures, counted as RefusalDeadline counts.
func (p *Pack) CollectionDeadline(opened time.Time) (time.Time, Figure) {
	f, _ := p.Figure(CollectionPeriod, opened)
	zone := clock.Zone(p.Country)
	return clock.EndOfDay(clock.AddMonths(opened.In(zone), f.Value), zone), f
}

// NextSession returns the first day of the month of the next ordinary session
// for which the notice can still be given: one that begins after at and the
// days of notice. False where the months are not known.
func (p *Pack) NextSession(at time.Time) (time.Time, bool) {
	if len(p.Sessions.Months) == 0 {
		return time.Time{}, false
	}
	notice, _ := p.Figure(SessionNotice, at)
	zone := clock.Zone(p.Country)
	earliest := clock.StartOfDay(at.In(zone).AddDate(0, 0, notice.Value), zone)
	year, month, _ := at.In(zone).Date()
	for i := range 25 {
		first := time.Date(year, month+time.Month(i), 1, 0, 0, 0, 0, zone)
		if slices.Contains(p.Sessions.Months, first.Month()) && !first.Before(earliest) {
			return first.UTC(), true
		}
	}
	return time.Time{}, false
}

// Packs is all rule packs and countries. It is immutable.
type Packs struct {
	packs     map[string]*Pack
	countries map[string]*Country
}

// DefaultPack is the name of the neutral pack.
const DefaultPack = "default"

// For returns the pack for a level of authority of a country, and the neutral
// default where there is none; never nil.
func (ps *Packs) For(country, level string) *Pack {
	for _, p := range ps.packs {
		if p.Country == country && p.Level == level && p.Country != "" {
			return p
		}
	}
	return ps.packs[DefaultPack]
}

// Named returns the pack with this name.
func (ps *Packs) Named(name string) (*Pack, bool) {
	p, ok := ps.packs[name]
	return p, ok
}

// All returns the packs by name, the default last.
func (ps *Packs) All() []*Pack {
	out := make([]*Pack, 0, len(ps.packs))
	for _, p := range ps.packs {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Pack) int {
		if (a.Name == DefaultPack) != (b.Name == DefaultPack) {
			if a.Name == DefaultPack {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// Country returns what is particular to a country ("MA", "TN").
func (ps *Packs) Country(code string) (*Country, bool) {
	c, ok := ps.countries[code]
	return c, ok
}

// Label returns what a figure is called, to be translated.
func (n FigureName) Label() string {
	switch n {
	case SubunitPercent:
		return i18n.Msg("Least share from each prefecture or province")
	case MinimumAge:
		return i18n.Msg("Least age of a signatory")
	case VerificationLevel:
		return i18n.Msg("How a signatory is identified")
	case AssociationAge:
		return i18n.Msg("Least age of an association")
	case RefusalPeriod:
		return i18n.Msg("Period for a reasoned reply")
	case SessionNotice:
		return i18n.Msg("Notice before a session")
	case CollectionPeriod:
		return i18n.Msg("How long signatures are collected")
	case CollectionMaximum:
		return i18n.Msg("How long at most, when it is extended")
	case SignatureRetention:
		return i18n.Msg("How long it is kept who signed")
	case BudgetRetention:
		return i18n.Msg("How long drafts and unpublished names of a participatory budget are kept")
	case AppealPeriod:
		return i18n.Msg("Time to turn against a refusal")
	case SessionQuorum:
		return i18n.Msg("Members present for the body to deliberate: more than")
	case QuestionReply:
		return i18n.Msg("Time for answering a question of an inhabitant")
	case PublicMeetingShare:
		return i18n.Msg("Share of voters who may ask for a public meeting")
	case ReferendumShare:
		return i18n.Msg("Share of voters who may propose a referendum")
	}
	return string(n)
}
