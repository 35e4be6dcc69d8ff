package budget

import (
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/store"
)

// State is where a proposal stands.
type State string

// The states of a proposal.
const (
	Draft       State = "draft"       // being written; also after a request for changes (Changes is set)
	Submitted   State = "submitted"   // waits for moderation
	Rejected    State = "rejected"    // by moderation, with a code
	Hidden      State = "hidden"      // by moderation; the text is not shown
	Published   State = "published"   // everybody may support and discuss it
	Merged      State = "merged"      // into another, with its author's consent
	Withdrawn   State = "withdrawn"   // by its author
	UnderStudy  State = "assessing"   // a department examines it
	Feasible    State = "feasible"    // with a cost
	Unfeasible  State = "unfeasible"  // with an explanation
	OnBallot    State = "on_ballot"   // stands in the frozen list
	Funded      State = "funded"      //
	NotFunded   State = "not_funded"  //
	Procurement State = "procurement" // calls for tender, contract
	Works       State = "works"       //
	Delivered   State = "delivered"   //
	Dropped     State = "dropped"     // funded and not carried out, with a reason
)

// States are all states, in the order of a proposal's life.
var States = []State{Draft, Submitted, Rejected, Hidden, Published, Merged, Withdrawn, UnderStudy, Feasible, Unfeasible,
	OnBallot, Funded, NotFunded, Procurement, Works, Delivered, Dropped}

// StateSet is a named set of states.
type StateSet []State

// Has reports whether the set has s.
func (set StateSet) Has(s State) bool { return slices.Contains(set, s) }

// The named sets.
var (
	// PrivateStates: seen by the author and the authority's people alone.
	PrivateStates = StateSet{Draft, Submitted}
	// ListedStates: shown in public lists and in search.
	ListedStates = StateSet{Published, UnderStudy, Feasible, Unfeasible, Merged, OnBallot, Funded, NotFunded, Procurement, Works, Delivered, Dropped}
	// SupportableStates: people may support it, as long as the edition has not begun to vote.
	SupportableStates = StateSet{Published, UnderStudy, Feasible}
	// SpokenOfStates: people may write comments.
	SpokenOfStates = StateSet{Published, UnderStudy, Feasible, Unfeasible, OnBallot, Funded, Procurement, Works}
	// StudyStates: a department may write down what it finds.
	StudyStates = StateSet{Published, UnderStudy, Feasible, Unfeasible}
	// AssessedStates: the verdict of a department is public.
	AssessedStates = StateSet{Feasible, Unfeasible, OnBallot, Funded, NotFunded, Procurement, Works, Delivered, Dropped}
	// ExecutionStates: funded, and what becomes of it.
	ExecutionStates = StateSet{Funded, Procurement, Works, Delivered, Dropped}
	// EndedStates: nothing further is expected to happen.
	EndedStates = StateSet{Rejected, Hidden, Merged, Withdrawn, NotFunded, Delivered, Dropped}
)

// NeedKeys are the groups whose needs a proposal can answer.
var NeedKeys = []string{"youth", "women", "vulnerable"}

// Headings are the headings of investment, one for each proposal, in the order offered.
var Headings = []string{"roads", "lighting", "cleanliness", "green", "water", "culture", "sport", "youth", "education", "markets", "accessibility", "digital", "other"}

// MaxProjects bounds the proposals that can stand on one ballot.
const MaxProjects = 1000

// Source says who proposed.
type Source string

// The sources.
const (
	FromCitizen     Source = "citizen"
	FromAssociation Source = "association"
	FromForum       Source = "forum"
	FromDesk        Source = "desk" // written down at the counter for somebody
)

// Text is what a proposal says, in one language.
type Text struct {
	Title string `bson:"title" json:"title"`
	Body  string `bson:"body" json:"body"`
}

// Spot is where a proposal is to be carried out.
type Spot struct {
	Words string  `bson:"words,omitempty" json:"words,omitempty"` // "behind the market"
	Point bool    `bson:"point,omitempty" json:"point"`           // Lat and Lng are given
	Lat   float64 `bson:"lat,omitempty" json:"lat,omitempty"`     // degrees
	Lng   float64 `bson:"lng,omitempty" json:"lng,omitempty"`
}

// Author is who proposed.
type Author struct {
	PersonID string `bson:"person,omitempty" json:"-"` // "" for somebody without an account, and after the account was deleted
	Name     string `bson:"name,omitempty" json:"name"`
	Public   bool   `bson:"public" json:"public"` // the author made the name public
}

// Rejection says why moderation refused a proposal.
type Rejection struct {
	Code    RejectionCode `bson:"code" json:"code"`
	Reasons string        `bson:"reasons" json:"reasons"` // in the officer's words
	At      time.Time     `bson:"at" json:"at"`
}

// Merge is an offer to merge a proposal into another.
type Merge struct {
	Into    string    `bson:"into" json:"into"` // proposal id
	Note    string    `bson:"note" json:"note"`
	At      time.Time `bson:"at" json:"at"`
	Refused bool      `bson:"refused,omitempty" json:"refused"` // the author said no
}

// Proposal is one proposal with all that happened to it.
type Proposal struct {
	store.Meta `bson:",inline"`
	Edition    string `bson:"edition" json:"edition"`
	Authority  string `bson:"authority" json:"authority"`
	Country    string `bson:"country" json:"country"`
	Number     int64  `bson:"number" json:"number"` // in the edition; 0 until first submitted
	State      State  `bson:"state" json:"state"`

	Source  Source          `bson:"source" json:"source"`
	Author  Author          `bson:"author" json:"author"`
	OrgID   string          `bson:"org,omitempty" json:"association,omitempty"`
	OrgName string          `bson:"org_name,omitempty" json:"association_name,omitempty"`
	Forum   string          `bson:"forum,omitempty" json:"forum,omitempty"` // forum id
	Langs   []string        `bson:"langs" json:"langs"`                     // the first is the original's
	Texts   map[string]Text `bson:"texts" json:"texts"`
	Area    string          `bson:"area" json:"area"` // key
	Spot    Spot            `bson:"spot" json:"spot"`
	Heading string          `bson:"heading" json:"heading"`
	Needs   []string        `bson:"needs,omitempty" json:"needs"`
	Photos  []string        `bson:"photos,omitempty" json:"photos"` // file ids
	Saved   []Step          `bson:"saved,omitempty" json:"-"`

	Supports int64      `bson:"supports" json:"supports"`
	Comments int64      `bson:"comments" json:"comments"` // published ones
	Changes  string     `bson:"changes,omitempty" json:"-"`
	Refusal  *Rejection `bson:"refusal,omitempty" json:"refusal,omitempty"`
	Merge    *Merge     `bson:"merge,omitempty" json:"merge,omitempty"`
	Absorbed []string   `bson:"absorbed,omitempty" json:"absorbed,omitempty"` // proposals merged into this one
	Study    Study      `bson:"study" json:"study"`
	Cost     int64      `bson:"cost" json:"cost"` // minor units, as the last verdict says; 0 when none
	Lot      int        `bson:"lot,omitempty" json:"lot,omitempty"`
	Work     Work       `bson:"work" json:"work"` // since it was funded

	CreatedAt   time.Time     `bson:"created" json:"created_at"`
	ChangedAt   time.Time     `bson:"changed" json:"changed_at"`
	SubmittedAt time.Time     `bson:"submitted,omitempty" json:"submitted_at,omitzero"`
	PublishedAt time.Time     `bson:"published,omitempty" json:"published_at,omitzero"`
	EndedAt     time.Time     `bson:"ended,omitempty" json:"ended_at,omitzero"`
	History     []audit.Entry `bson:"history,omitempty" json:"-"`
	Tasks       []Task        `bson:"tasks,omitempty" json:"-"`
	Lists       []string      `bson:"lists,omitempty" json:"-"`
	ListAt      time.Time     `bson:"list_at" json:"-"`
	Facets      []string      `bson:"facets,omitempty" json:"-"` // what public lists find it by
	Words       []string      `bson:"words,omitempty" json:"-"`  // what search finds it by
}

// Reference is how a proposal is called in mails and on paper: "BP-12".
func (p Proposal) Reference() string {
	if p.Number == 0 {
		return ""
	}
	return fmt.Sprintf("BP-%d", p.Number)
}

// Lang returns the language in which to show the proposal to a reader of want.
func (p Proposal) Lang(want string) string {
	if slices.Contains(p.Langs, want) || len(p.Langs) == 0 {
		return want
	}
	return p.Langs[0]
}

// Text returns the text for a reader of lang; see Lang.
func (p Proposal) Text(lang string) Text { return p.Texts[p.Lang(lang)] }

// Titles returns the titles by language.
func (p Proposal) Titles() map[string]string {
	titles := map[string]string{}
	for lang, t := range p.Texts {
		if t.Title != "" {
			titles[lang] = t.Title
		}
	}
	return titles
}

// IsAuthor reports whether a person wrote the proposal.
func (p Proposal) IsAuthor(personID string) bool {
	return personID != "" && p.Author.PersonID == personID
}

// IsPublic reports whether everybody may know of the proposal. One withdrawn or
// refused before it was ever published is its author's affair, except that a
// refusal is shown with its reason.
func (p Proposal) IsPublic() bool {
	switch p.State {
	case Draft, Submitted:
		return false
	case Withdrawn:
		return !p.PublishedAt.IsZero()
	}
	return true
}

// TextHidden reports whether readers may not see the text.
func (p Proposal) TextHidden() bool { return p.State == Hidden }

// Public returns the proposal as everybody may see it.
func (p Proposal) Public() Proposal {
	if !p.Author.Public {
		p.Author.Name = ""
	}
	p.Author.PersonID, p.Changes, p.Tasks, p.Lists, p.Saved = "", "", nil, nil, nil
	p.History = audit.Public(p.History)
	if !AssessedStates.Has(p.State) {
		p.Study = Study{Department: p.Study.Department, Earlier: p.Study.Earlier, Second: p.Study.Second}
	}
	if p.TextHidden() {
		p.Texts, p.Photos, p.OrgName, p.Author, p.Spot, p.Study = nil, nil, "", Author{}, Spot{}, Study{}
	}
	return p
}

// Pictures returns the ids of all photos that go with the proposal as its reader
// sees it: its own, those of visits to the site, and those of the works. On
// Proposal.Public they are what everybody may see.
func (p Proposal) Pictures() []string {
	all := slices.Concat(p.Photos, p.Work.Before, p.Work.After, p.Study.Opinion.photos())
	for _, o := range p.Study.Earlier {
		all = append(all, o.photos()...)
	}
	return all
}

// Project returns the proposal as it stands on the ballot.
func (p Proposal) Project() Project {
	needs := slices.Clone(p.Needs)
	slices.Sort(needs)
	return Project{ID: p.ID, Number: p.Number, Area: p.Area, Cost: p.Cost, Needs: needs, Titles: p.Titles(), Lot: p.Lot}
}
