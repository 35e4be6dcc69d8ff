package tally

import (
	"cmp"
	"encoding/binary"
	"slices"

	"musharaka/modules/kit/fault"
)

// Project is one thing that can be funded.
type Project struct {
	ID   string
	Cost int64 // minor units, not negative
	Lot  int   // the place it drew in advance; only used by a tie order that names the lot
}

// Vote is what one ballot says about one project.
type Vote struct {
	Project int   // index in Election.Projects
	Points  int64 // 1 on an approval ballot; 0 is no support
}

// Ballot is what one voter said, or several who said the same. A ballot without
// votes is a blank one: it counts among the voters all the same.
type Ballot struct {
	Votes []Vote // the last entry stands where a project is named twice
	Count int64  // how many voters handed in just this ballot; 0 means 1
}

// Election is all that a rule may look at.
type Election struct {
	Budget   int64 // minor units
	Unit     int64 // minor units in one unit of the currency: 1000 for dinars, 100 for dirhams; 0 means 1
	Projects []Project
	Ballots  []Ballot
	// Threshold is the least score (sum of points) with which greedy_threshold
	// considers a project; 0 means none.
	Threshold int64
}

// Limits that keep every sum of the counting inside its type.
const (
	maxMoney  = 1_000_000_000_000_000 // minor units
	maxPoints = 1_000_000_000         // points of one ballot for one project
	maxVoters = 100_000_000
)

// vote is a Vote that counts: positive points.
type vote struct {
	project int32
	points  int64
}

// supporter is a class of voters among those who support a project.
// It is small, because counting is reading these.
type supporter struct {
	class  int32
	count  int32 // voters in the class
	weight int32 // utility weight that each of them gives the project
}

// voters is the number of voters in the class.
func (s supporter) voters() float64 { return float64(s.count) }

// utility is the weight that each of them gives the project.
func (s supporter) utility() float64 { return float64(s.weight) }

// poll is an election made ready for counting: identical ballots merged into
// classes, supporters listed by project, ties settled in advance.
type poll struct {
	*Election
	voters     int64
	classes    [][]vote // by class, votes by rising project
	count      []int64  // by class: how many voters
	supporters [][]supporter
	votes      []int64 // by project: voters who support it
	score      []int64 // by project: sum of points
	rank       []int32 // by project: its place in the tie order, smaller wins
	twin       []int32 // by project: the first one of same cost with the very same supporters
	stop       func() bool
	stopped    bool
	weighted   bool // points are utilities; otherwise every supporter weighs 1
}

func (e *Election) unit() int64 { return max(e.Unit, 1) }

// check reports an election that cannot be counted.
func (e *Election) check() error {
	if e.Budget < 0 || e.Budget > maxMoney {
		return fault.New(fault.Invalid, "The budget is out of range.")
	}
	seen := make(map[string]bool, len(e.Projects))
	for _, p := range e.Projects {
		if p.Cost < 0 || p.Cost > maxMoney {
			return fault.New(fault.Invalid, "The cost of project {id} is out of range.", "id", p.ID)
		}
		if seen[p.ID] {
			return fault.New(fault.Invalid, "There are two projects {id}.", "id", p.ID)
		}
		seen[p.ID] = true
	}
	var voters int64
	for i, b := range e.Ballots {
		if b.Count < 0 || b.Count > maxVoters || voters > maxVoters {
			return fault.New(fault.Invalid, "There are too many ballots.")
		}
		voters += max(b.Count, 1)
		for _, v := range b.Votes {
			if v.Project < 0 || v.Project >= len(e.Projects) || v.Points < 0 || v.Points > maxPoints {
				return fault.New(fault.Invalid, "Ballot {n} cannot be counted.", "n", i+1)
			}
		}
	}
	return nil
}

// prepare merges the ballots. The order of the ballots leaves no trace in it:
// classes are sorted, so that any permutation gives the same run.
func (e *Election) prepare(tie TieOrder, weighted bool) *poll {
	p := &poll{Election: e, weighted: weighted}
	p.merge()
	n := len(e.Projects)
	p.supporters = make([][]supporter, n)
	p.votes, p.score = make([]int64, n), make([]int64, n)
	for _, votes := range p.classes {
		for _, v := range votes {
			p.votes[v.project]++ // first the number of classes, to allocate once
		}
	}
	for i := range p.supporters {
		p.supporters[i] = make([]supporter, 0, p.votes[i])
		p.votes[i] = 0
	}
	for c, votes := range p.classes {
		for _, v := range votes {
			weight := int32(1)
			if weighted {
				weight = int32(v.points)
			}
			p.supporters[v.project] = append(p.supporters[v.project], supporter{int32(c), int32(p.count[c]), weight})
			p.votes[v.project] += p.count[c]
			p.score[v.project] += p.count[c] * v.points
		}
	}
	p.rank = tie.rank(p)
	p.findTwins()
	return p
}

func (p *poll) merge() {
	type class struct {
		key   string
		votes []vote
		count int64
	}
	byKey := make(map[string]int, len(p.Ballots))
	var classes []class
	var key []byte
	var votes []vote
	for _, b := range p.Ballots {
		votes = votes[:0]
		for _, v := range b.Votes {
			at := slices.IndexFunc(votes, func(w vote) bool { return w.project == int32(v.Project) })
			if at < 0 {
				votes = append(votes, vote{int32(v.Project), v.Points})
			} else {
				votes[at].points = v.Points
			}
		}
		votes = slices.DeleteFunc(votes, func(v vote) bool { return v.points == 0 })
		slices.SortFunc(votes, func(a, b vote) int { return cmp.Compare(a.project, b.project) })
		key = key[:0]
		for _, v := range votes {
			key = binary.BigEndian.AppendUint32(key, uint32(v.project))
			key = binary.BigEndian.AppendUint64(key, uint64(v.points))
		}
		at, known := byKey[string(key)]
		if !known {
			at = len(classes)
			byKey[string(key)] = at
			classes = append(classes, class{string(key), slices.Clone(votes), 0})
		}
		classes[at].count += max(b.Count, 1)
		p.voters += max(b.Count, 1)
	}
	slices.SortFunc(classes, func(a, b class) int { return cmp.Compare(a.key, b.key) })
	for _, c := range classes {
		if len(c.votes) > 0 { // blank ballots only count among the voters
			p.classes, p.count = append(p.classes, c.votes), append(p.count, c.count)
		}
	}
}

// findTwins groups projects that no rule can tell apart but by the tie order.
func (p *poll) findTwins() {
	p.twin = make([]int32, len(p.Projects))
	first := map[[3]int64][]int32{}
next:
	for i := range p.Projects {
		p.twin[i] = int32(i)
		mark := [3]int64{p.Projects[i].Cost, p.votes[i], p.score[i]}
		for _, j := range first[mark] {
			if slices.Equal(p.supporters[i], p.supporters[j]) {
				p.twin[i] = j
				continue next
			}
		}
		first[mark] = append(first[mark], int32(i))
	}
}
