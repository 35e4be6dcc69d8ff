package budget

import (
	"slices"
	"time"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/store"
)

// Phase is where an edition stands.
type Phase string

// The phases of an edition.
const (
	Drafting     Phase = "draft"          // being set up; nobody but the authority sees it
	Informing    Phase = "informing"      // announced: people are told
	Proposing    Phase = "proposing"      // proposals are taken
	Moderating   Phase = "moderation"     // what came in is read and merged
	Assessing    Phase = "feasibility"    // the services examine
	Costing      Phase = "costs"          // feasible projects are published with their costs
	Voting       Phase = "voting"         // the rules are frozen; ballots, or the delegates' forum
	Counting     Phase = "counting"       // the ballots are counted and recounted
	Deliberating Phase = "deliberation"   // the council decides
	Executing    Phase = "execution"      // funded projects are carried out
	Accounting   Phase = "accountability" // the authority gives account
	Closed       Phase = "closed"
	Cancelled    Phase = "cancelled" // in public, with a reason
)

// Phases are all phases, in the order of an edition's life.
var Phases = []Phase{Drafting, Informing, Proposing, Moderating, Assessing, Costing, Voting, Counting, Deliberating, Executing, Accounting, Closed, Cancelled}

// CalendarPhases are the phases a calendar can have, in their order.
var CalendarPhases = []Phase{Informing, Proposing, Moderating, Assessing, Costing, Voting, Counting, Deliberating, Executing, Accounting}

// PhaseSet is a named set of phases.
type PhaseSet []Phase

// Has reports whether the set has p.
func (set PhaseSet) Has(p Phase) bool { return slices.Contains(set, p) }

// The named sets.
var (
	// PublicPhases: everybody may know of the edition. One that was cancelled
	// before it was announced is not public (Edition.IsPublic).
	PublicPhases = PhaseSet{Informing, Proposing, Moderating, Assessing, Costing, Voting, Counting, Deliberating, Executing, Accounting, Closed, Cancelled}
	// RunningPhases: something is still to come.
	RunningPhases = PhaseSet{Informing, Proposing, Moderating, Assessing, Costing, Voting, Counting, Deliberating, Executing, Accounting}
	// OpenRulesPhases: the rules may still be changed.
	OpenRulesPhases = PhaseSet{Drafting, Informing, Proposing, Moderating, Assessing, Costing}
	// BeforeVotePhases: proposals are still being made ready.
	BeforeVotePhases = PhaseSet{Informing, Proposing, Moderating, Assessing, Costing}
	// DecidedPhases: the vote is over.
	DecidedPhases = PhaseSet{Counting, Deliberating, Executing, Accounting, Closed}
)

// Template is what an edition is begun from.
type Template string

// The templates, as editions are run in the two countries (domain facts 2.9 and 3.2).
const (
	ZoneForums    Template = "zone_forums"    // Tunisia: a forum in each zone, then the delegates' forum
	FourWorkshops Template = "four_workshops" // Larache, Tetouan, Chefchaouen
	SingleBallot  Template = "single_ballot"  // one ballot, online and on paper
)

// Templates are all templates, in the order offered.
var Templates = []Template{ZoneForums, FourWorkshops, SingleBallot}

// Selection is how the projects to fund are chosen.
type Selection string

// The ways to choose.
const (
	ByBallot    Selection = "ballot"    // the voters, by the tally rule
	ByDelegates Selection = "delegates" // the delegates' forum, by published criteria
)

// AreaKind says what an area is.
type AreaKind string

// The kinds of areas.
const (
	Zone  AreaKind = "zone"
	Theme AreaKind = "theme"
	Town  AreaKind = "town" // the whole territory
)

// TownKey is the key of the area of an edition that has no others.
const TownKey = "town"

// Area is a part of the envelope: a zone, a theme, or the whole town.
type Area struct {
	Key      string            `bson:"key" json:"key"` // stable, unique in the edition
	Kind     AreaKind          `bson:"kind" json:"kind"`
	Names    map[string]string `bson:"names" json:"names"`       // by language
	Envelope int64             `bson:"envelope" json:"envelope"` // minor units
	PlaceID  string            `bson:"place,omitempty" json:"place,omitempty"`
}

// Name returns the area's name for a reader of lang; "" for the implicit town.
func (a Area) Name(lang string) string { return inLang(a.Names, lang) }

// Earmark keeps a share of the envelope for projects that answer a need.
type Earmark struct {
	Need  string `bson:"need" json:"need"`   // one of NeedKeys
	Share int    `bson:"share" json:"share"` // percent of the whole envelope, 1 to 100
}

// BallotKind is what a voter fills in.
type BallotKind string

// The kinds of ballots.
const (
	Approval BallotKind = "approval" // up to Max projects
	Knapsack BallotKind = "knapsack" // any projects within the envelope
	Points   BallotKind = "points"   // PointsTotal points, at most PointsEach on one project
	Ranking  BallotKind = "ranking"  // up to Max projects in order
	Single   BallotKind = "single"   // one project
)

// BallotKinds are all kinds, in the order offered.
var BallotKinds = []BallotKind{Approval, Single, Knapsack, Points, Ranking}

// BallotRules say how one votes.
type BallotRules struct {
	Kind        BallotKind `bson:"kind" json:"kind"`
	Min         int        `bson:"min" json:"min"`                   // least number of projects on a ballot that is not blank
	Max         int        `bson:"max" json:"max"`                   // most projects; 0: as many as there are
	PointsTotal int        `bson:"points_total" json:"points_total"` // for Points
	PointsEach  int        `bson:"points_each" json:"points_each"`   // for Points
	Weights     []int      `bson:"weights" json:"weights"`           // for Ranking: of the first, second … place; empty: Max, Max-1 … 1
	PerArea     bool       `bson:"per_area" json:"per_area"`         // one ballot in one area, which the voter chooses; else town-wide
	MayChange   bool       `bson:"may_change" json:"may_change"`     // until closing
	MayBlank    bool       `bson:"may_blank" json:"may_blank"`
}

// TallyRules say how ballots are counted.
type TallyRules struct {
	Rule    tally.Rule `bson:"rule" json:"rule"`
	Tie     string     `bson:"tie" json:"tie"`         // "cost,score,lot" and the like
	Step    int64      `bson:"step" json:"step"`       // of Add1, in minor units; 0 means one unit of the currency
	Compare bool       `bson:"compare" json:"compare"` // the comparison step
	Beside  tally.Rule `bson:"beside" json:"beside"`   // the rule shown for comparison; "" for none
}

// Channel is a way to vote.
type Channel string

// The channels.
const (
	Online  Channel = "online"
	Paper   Channel = "paper"   // filled in at a polling place or a forum, entered in batches
	Counter Channel = "counter" // at the citizen space, with an agent
)

// Channels are all channels, in the order offered.
var Channels = []Channel{Online, Paper, Counter}

// Criterion is one question by which the delegates' forum ranks projects.
type Criterion struct {
	Key    string            `bson:"key" json:"key"`
	Names  map[string]string `bson:"names" json:"names"`
	Weight int               `bson:"weight" json:"weight"` // 1 to 100
}

// EditionText is what an edition says, in one language.
type EditionText struct {
	Title string `bson:"title" json:"title"`
	Intro string `bson:"intro" json:"intro"`
}

// Department is a service that examines proposals.
type Department struct {
	Key   string            `bson:"key" json:"key"`
	Names map[string]string `bson:"names" json:"names"`
}

// Rules are what decides who may vote for what, and who wins. They are frozen
// when voting opens; their canonical JSON is what is hashed.
type Rules struct {
	Currency  string      `bson:"currency" json:"currency"` // "TND", "MAD"
	Envelope  int64       `bson:"envelope" json:"envelope"` // minor units
	Areas     []Area      `bson:"areas" json:"areas"`       // empty: one implicit area, the whole town
	Headings  []string    `bson:"headings" json:"headings"` // themes that may be proposed; empty: all
	Earmarks  []Earmark   `bson:"earmarks" json:"earmarks"`
	Selection Selection   `bson:"selection" json:"selection"`
	Proposers Eligibility `bson:"proposers" json:"proposers"`
	Voters    Eligibility `bson:"voters" json:"voters"`
	Ballot    BallotRules `bson:"ballot" json:"ballot"`
	Tally     TallyRules  `bson:"tally" json:"tally"`
	Channels  []Channel   `bson:"channels" json:"channels"`
	Criteria  []Criterion `bson:"criteria" json:"criteria"` // for ByDelegates
}

// Edition is one round of a participatory budget.
type Edition struct {
	store.Meta  `bson:",inline"`
	Authority   string                 `bson:"authority" json:"authority"` // place id
	Country     string                 `bson:"country" json:"country"`     // "TN", "MA": the zone of the calendar
	Year        int                    `bson:"year" json:"year"`           // the budget year in which the money is spent
	Template    Template               `bson:"template" json:"template"`
	Phase       Phase                  `bson:"phase" json:"phase"`
	Texts       map[string]EditionText `bson:"texts" json:"texts"`
	Rules       Rules                  `bson:"rules" json:"rules"`
	Calendar    Calendar               `bson:"calendar" json:"calendar"`
	Departments []Department           `bson:"departments" json:"departments"`

	Frozen    *Frozen   `bson:"frozen,omitempty" json:"frozen,omitempty"`       // since voting opened
	Cancelled string    `bson:"cancelled,omitempty" json:"cancelled,omitempty"` // the public reason
	Decision  *Decision `bson:"decision,omitempty" json:"decision,omitempty"`   // of the council, on the result
	Saved     []Setup   `bson:"saved,omitempty" json:"-"`                       // steps of the set-up that were saved at least once
	LastNo    int64     `bson:"last_no" json:"-"`                               // the highest number given to a proposal

	CreatedAt   time.Time     `bson:"created" json:"created_at"`
	ChangedAt   time.Time     `bson:"changed" json:"changed_at"`
	AnnouncedAt time.Time     `bson:"announced,omitempty" json:"announced_at,omitzero"`
	CreatedBy   string        `bson:"created_by" json:"-"`
	History     []audit.Entry `bson:"history,omitempty" json:"-"`
	Tasks       []Task        `bson:"tasks,omitempty" json:"-"`
	Lists       []string      `bson:"lists,omitempty" json:"-"` // the lists it stands in; see store.go
	ListAt      time.Time     `bson:"list_at" json:"-"`
	Clocked     bool          `bson:"clocked" json:"-"`  // the clock will move it,
	ClockAt     time.Time     `bson:"clock_at" json:"-"` // then
}

// IsPublic reports whether everybody may know of the edition.
func (e Edition) IsPublic() bool { return PublicPhases.Has(e.Phase) && !e.AnnouncedAt.IsZero() }

// Zone returns the time zone of the edition's calendar.
func (e Edition) Zone() *time.Location { return clock.Zone(e.Country) }

// Title returns the title for a reader of lang.
func (e Edition) Title(lang string) string { return e.Text(lang).Title }

// Text returns the text for a reader of lang, or the one there is.
func (e Edition) Text(lang string) EditionText {
	for _, l := range []string{lang, "fr", "ar", "en"} {
		if t, ok := e.Texts[l]; ok && t.Title != "" {
			return t
		}
	}
	return EditionText{}
}

// AllAreas returns the areas; one for the whole town where none was named.
func (e Edition) AllAreas() []Area {
	if len(e.Rules.Areas) > 0 {
		return e.Rules.Areas
	}
	return []Area{{Key: TownKey, Kind: Town, Envelope: e.Rules.Envelope}}
}

// Area returns one area by its key.
func (e Edition) Area(key string) (Area, bool) {
	for _, a := range e.AllAreas() {
		if a.Key == key {
			return a, true
		}
	}
	return Area{}, false
}

// Takes reports whether votes come in by a channel.
func (e Edition) Takes(c Channel) bool { return slices.Contains(e.Rules.Channels, c) }

// Ballots reports whether the edition is decided by ballots.
func (e Edition) Ballots() bool { return e.Rules.Selection == ByBallot }

// Timeline returns what the public is told of the edition's life, oldest first.
func (e Edition) Timeline() []audit.Entry { return audit.Public(e.History) }

// Public returns the edition as everybody may see it.
func (e Edition) Public() Edition {
	e.History, e.Tasks, e.Lists, e.Saved, e.CreatedBy = e.Timeline(), nil, nil, nil, ""
	return e
}

// inLang returns the words for a reader of lang, or those there are.
func inLang(words map[string]string, lang string) string {
	for _, l := range []string{lang, "fr", "ar", "en"} {
		if words[l] != "" {
			return words[l]
		}
	}
	return ""
}
