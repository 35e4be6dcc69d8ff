package budget

import (
	"cmp"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// ForumKind says what a meeting is for.
type ForumKind string

// The kinds of forums.
const (
	ZoneForum      ForumKind = "zone"      // inhabitants of an area: ideas, a vote by show of hands, a delegate
	DelegatesForum ForumKind = "delegates" // the delegates rank the feasible projects
	Workshop       ForumKind = "workshop"  // one of the four workshops
)

// ForumKinds are all kinds, in the order offered.
var ForumKinds = []ForumKind{ZoneForum, DelegatesForum, Workshop}

// ForumState is where a forum stands.
type ForumState string

// The states of a forum.
const (
	ForumPlanned   ForumState = "planned"
	ForumHeld      ForumState = "held"   // its record is being written
	ForumClosed    ForumState = "closed" // the minutes are final
	ForumCalledOff ForumState = "called_off"
)

// ForumStates are all states.
var ForumStates = []ForumState{ForumPlanned, ForumHeld, ForumClosed, ForumCalledOff}

// ForumAct is something that is done to a forum.
type ForumAct string

// The acts on a forum.
const (
	ActPlan    ForumAct = "plan"   // creates it; not a move
	ActRecord  ForumAct = "record" // attendance, ideas, votes, delegates, scores
	ActClose   ForumAct = "close"  // the minutes become final and public
	ActCallOff ForumAct = "call_off"
	ActForget  ForumAct = "forget" // names that were not published, after the time they are kept
)

// ForumActs are all acts on a forum that exists.
var ForumActs = []ForumAct{ActRecord, ActClose, ActCallOff, ActForget}

// forumMoves is the one table of who may move a forum where.
var forumMoves = []struct {
	Act  ForumAct
	From []ForumState
	By   []Role
	To   ForumState
}{
	{ActRecord, []ForumState{ForumPlanned, ForumHeld}, []Role{AsFacilitator, AsOfficer}, ForumHeld},
	{ActClose, []ForumState{ForumHeld}, []Role{AsFacilitator, AsOfficer}, ForumClosed},
	{ActCallOff, []ForumState{ForumPlanned}, []Role{AsFacilitator, AsOfficer}, ForumCalledOff},
	{ActForget, ForumStates, bySystem, ""}, // it stays where it is
}

// NextForum returns the state to which an act by one of the roles leads.
func NextForum(from ForumState, act ForumAct, roles ...Role) (to ForumState, as Role, err error) {
	for _, m := range forumMoves {
		if m.Act != act {
			continue
		}
		as := roleIn(m.By, roles)
		switch {
		case as == "":
			return "", "", errNotYours
		case slices.Contains(m.From, from):
			if m.To == "" {
				return from, as, nil
			}
			return m.To, as, nil
		}
	}
	return "", "", errNotNow
}

// Bands are the age bands of an attendance sheet.
var Bands = []string{"0-15", "16-24", "25-34", "35-49", "50-64", "65+"}

// Sexes are the columns of an attendance sheet.
var Sexes = []string{"f", "m"}

// Heads is how many people of a sex and an age band came. Nobody is named.
type Heads struct {
	Sex   string `bson:"sex" json:"sex"`
	Band  string `bson:"band" json:"band"`
	Count int    `bson:"count" json:"count"`
}

// Idea is what somebody said in a forum, and how many hands it got.
type Idea struct {
	ID       string `bson:"id" json:"id"`
	Title    string `bson:"title" json:"title"`
	Hands    int    `bson:"hands" json:"hands"`
	Proposal string `bson:"proposal,omitempty" json:"proposal,omitempty"` // once it was sent on
}

// Candidate is somebody who stood for delegate.
type Candidate struct {
	Name    string `bson:"name" json:"name"`
	Sex     string `bson:"sex" json:"sex"`
	Band    string `bson:"band" json:"band"`
	Hands   int    `bson:"hands" json:"hands"`
	Elected bool   `bson:"elected" json:"elected"`
	Public  bool   `bson:"public" json:"public"` // agreed that the name is published
}

// Score is what the delegates gave a project on one criterion, 0 to MaxScore.
type Score struct {
	Proposal  string `bson:"proposal" json:"proposal"`
	Criterion string `bson:"criterion" json:"criterion"`
	Points    int    `bson:"points" json:"points"`
}

// MaxScore is the most a project gets on one criterion.
const MaxScore = 10

// Forum is one meeting with its record.
type Forum struct {
	store.Meta `bson:",inline"`
	Edition    string        `bson:"edition" json:"edition"`
	Authority  string        `bson:"authority" json:"authority"`
	Country    string        `bson:"country" json:"country"`
	Kind       ForumKind     `bson:"kind" json:"kind"`
	Area       string        `bson:"area" json:"area"` // key; "" for the whole territory
	On         time.Time     `bson:"on" json:"on"`
	Venue      string        `bson:"venue" json:"venue"`
	State      ForumState    `bson:"state" json:"state"`
	Attendance []Heads       `bson:"attendance,omitempty" json:"attendance"`
	Ideas      []Idea        `bson:"ideas,omitempty" json:"ideas"`
	Candidates []Candidate   `bson:"candidates,omitempty" json:"candidates"`
	Scores     []Score       `bson:"scores,omitempty" json:"scores"`
	Notes      string        `bson:"notes,omitempty" json:"notes"`
	CreatedAt  time.Time     `bson:"created" json:"created_at"`
	ChangedAt  time.Time     `bson:"changed" json:"changed_at"`
	ClosedAt   time.Time     `bson:"closed,omitempty" json:"closed_at,omitzero"`
	History    []audit.Entry `bson:"history,omitempty" json:"-"`
	Names      bool          `bson:"names" json:"-"` // it has names that are not public: Forum.unpublished
}

// Attended is how many came.
func (f Forum) Attended() int {
	n := 0
	for _, h := range f.Attendance {
		n += h.Count
	}
	return n
}

// Count is how many of a sex and an age band came; "" counts all.
func (f Forum) Count(sex, band string) int {
	n := 0
	for _, h := range f.Attendance {
		if (sex == "" || h.Sex == sex) && (band == "" || h.Band == band) {
			n += h.Count
		}
	}
	return n
}

// Public returns the forum as everybody may see it: its record once it is
// final, and no name that its owner did not make public.
func (f Forum) Public() Forum {
	f.History = nil
	if f.State != ForumClosed {
		f.Attendance, f.Ideas, f.Candidates, f.Scores, f.Notes = nil, nil, nil, nil, ""
		return f
	}
	f.Candidates = slices.Clone(f.Candidates)
	for i := range f.Candidates {
		if !f.Candidates[i].Public {
			f.Candidates[i].Name = ""
		}
	}
	return f
}

// Ranked is a project with what the delegates gave it.
type Ranked struct {
	Project Project
	Points  int // the sum of score times weight
	Fits    bool
	Need    string // it is funded from the share kept for this need; "" from the envelope
}

// Rank orders projects by the sum of score times weight of the criteria; among
// equals the cheaper one goes first, then the smaller lot. Going down the
// order, what fits what is left of its area's envelope is to be funded, what
// does not is passed over. The share of an earmark goes first, in the same order,
// to projects that answer its need; what is left of it goes to all.
func Rank(e Edition, projects []Project, scores []Score) []Ranked {
	weight := map[string]int{}
	for _, c := range e.Rules.Criteria {
		weight[c.Key] = c.Weight
	}
	points := map[string]int{}
	for _, s := range scores {
		points[s.Proposal] += weight[s.Criterion] * s.Points
	}
	ranking := make([]Ranked, len(projects))
	for i, p := range projects {
		ranking[i] = Ranked{Project: p, Points: points[p.ID]}
	}
	slices.SortStableFunc(ranking, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Project.Cost, b.Project.Cost), cmp.Compare(a.Project.Lot, b.Project.Lot))
	})
	left := map[string]int64{}
	for _, a := range e.AllAreas() {
		left[a.Key] = a.Envelope
	}
	for _, m := range e.Rules.Earmarks {
		kept := map[string]int64{}
		for area, envelope := range left {
			kept[area] = min(envelope, e.earmarked(m, area))
		}
		fund(ranking, left, kept, m.Need)
	}
	fund(ranking, left, left, "")
	return ranking
}

// earmarked is what an earmark keeps of an area's envelope.
func (e Edition) earmarked(m Earmark, area string) int64 {
	a, _ := e.Area(area)
	return a.Envelope * int64(m.Share) / 100
}

// fund goes down a ranking and takes what fits what may be spent in its area,
// which is taken off what is left of its envelope. With a need, it takes those
// alone that answer it.
func fund(ranking []Ranked, left, may map[string]int64, need string) {
	for i := range ranking {
		r := &ranking[i]
		p := r.Project
		if r.Fits || need != "" && !slices.Contains(p.Needs, need) || p.Cost > may[p.Area] {
			continue
		}
		r.Fits, r.Need = true, need
		left[p.Area] -= p.Cost
		if need != "" {
			may[p.Area] -= p.Cost
		}
	}
}

// The bounds of a forum's record.
const (
	MaxIdeas      = 60
	MaxCandidates = 30
	maxHands      = 100_000
)

// problems returns what is wrong with the record of a forum.
func (f Forum) problems(e Edition) (found []Problem) {
	for _, h := range f.Attendance {
		if h.Count < 0 || h.Count > maxHands || !slices.Contains(Sexes, h.Sex) || !slices.Contains(Bands, h.Band) {
			found = append(found, Problem{Field: headsName(h.Sex, h.Band), Message: i18n.Msg("Give a whole number")})
		}
	}
	attended := f.Attended()
	if len(f.Ideas) > MaxIdeas {
		found = append(found, Problem{"ideas", i18n.Msg("There can be {limit} ideas at most"), []any{"limit", MaxIdeas}})
	}
	for _, i := range f.Ideas {
		if i.Title == "" || letters(i.Title) > MaxTitle {
			found = append(found, Problem{"ideas", tooLong, []any{"limit", MaxTitle}})
		}
		if i.Hands < 0 || i.Hands > attended {
			found = append(found, Problem{"ideas", i18n.Msg("“{idea}” has more hands than people were there"), []any{"idea", i.Title}})
		}
	}
	if len(f.Candidates) > MaxCandidates {
		found = append(found, Problem{"candidates", i18n.Msg("There can be {limit} candidates at most"), []any{"limit", MaxCandidates}})
	}
	for _, c := range f.Candidates {
		if c.Name == "" || letters(c.Name) > MaxName || c.Sex != "" && !slices.Contains(Sexes, c.Sex) || c.Band != "" && !slices.Contains(Bands, c.Band) {
			found = append(found, Problem{Field: "candidates", Message: i18n.Msg("Each candidate has a name, f or m, an age band and a number of hands")})
		}
		if c.Hands < 0 || c.Hands > attended {
			found = append(found, Problem{"candidates", i18n.Msg("“{name}” has more hands than people were there"), []any{"name", c.Name}})
		}
	}
	for _, s := range f.Scores {
		if s.Points < 0 || s.Points > MaxScore {
			found = append(found, Problem{"score_" + s.Proposal + "_" + s.Criterion, i18n.Msg("Give a number from 0 to {limit}"), []any{"limit", MaxScore}})
		}
	}
	return append(found, atMost("notes", f.Notes, MaxIntro)...)
}

// elect marks the candidates with the most hands as elected, one for each place.
// A tie for the last place elects nobody to it: the forum votes again.
func elect(candidates []Candidate, places int) {
	order := make([]int, len(candidates))
	for i := range order {
		order[i] = i
		candidates[i].Elected = false
	}
	slices.SortStableFunc(order, func(a, b int) int { return candidates[b].Hands - candidates[a].Hands })
	for n, i := range order {
		if n >= places || candidates[i].Hands == 0 {
			return
		}
		tied := n == places-1 && n+1 < len(order) && candidates[order[n+1]].Hands == candidates[i].Hands
		candidates[i].Elected = !tied
	}
}
