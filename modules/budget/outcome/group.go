package outcome

import (
	"cmp"
	"slices"

	"musharaka/modules/budget/tally"
)

// Few is the least number of people that figures are published about.
const Few = 5

// AgeBands are the bands of age, youngest first: those in which the ballots of
// editions are kept.
var AgeBands = []string{"16-17", "18-24", "25-34", "35-49", "50-64", "65+"}

// AgeBand returns the band of an age in years, "" below 16 and above 120.
func AgeBand(years int) string {
	if years < 16 || years > 120 {
		return ""
	}
	for i, end := range []int{18, 25, 35, 50, 65} {
		if years < end {
			return AgeBands[i]
		}
	}
	return AgeBands[len(AgeBands)-1]
}

// The kinds of groups.
const (
	Everybody = "all"
	ByZone    = "zone"
	ByAge     = "age"
	BySex     = "sex"
)

// Group is how satisfied some voters were: how many have at least one project of
// theirs among the winners. A group that is kept back has no figures.
type Group struct {
	Kind      string `json:"kind"`
	Key       string `json:"key,omitempty"` // "" of a kind but Everybody: not known
	Voters    int64  `json:"voters,omitempty"`
	Satisfied int64  `json:"satisfied,omitempty"`
	KeptBack  bool   `json:"kept_back,omitempty"`
}

func satisfied(b Ballot, won []bool) bool {
	return slices.ContainsFunc(b.Votes, func(v tally.Vote) bool { return v.Points > 0 && won[v.Project] })
}

// groups counts the voters of each group. A kind of which nothing is known is
// left out.
func groups(ballots []Ballot, won []bool) []Group {
	kinds := []struct {
		name string
		of   func(Ballot) string
	}{
		{ByZone, func(b Ballot) string { return b.Zone }},
		{ByAge, func(b Ballot) string { return b.Age }},
		{BySex, func(b Ballot) string { return b.Sex }},
	}
	all := Group{Kind: Everybody}
	counted := make([]map[string]*Group, len(kinds))
	for i := range counted {
		counted[i] = map[string]*Group{}
	}
	for _, b := range ballots {
		glad := int64(0)
		if satisfied(b, won) {
			glad = 1
		}
		all.Voters++
		all.Satisfied += glad
		for i, k := range kinds {
			key := k.of(b)
			if counted[i][key] == nil {
				counted[i][key] = &Group{Kind: k.name, Key: key}
			}
			counted[i][key].Voters++
			counted[i][key].Satisfied += glad
		}
	}
	out := []Group{all}
	for i := range kinds {
		if len(counted[i]) > 1 || len(counted[i]) == 1 && counted[i][""] == nil {
			out = append(out, keepBack(counted[i])...)
		}
	}
	return out
}

// SatisfiedOf counts the voters of some ballots and those who have at least one
// project of theirs among the winners.
func SatisfiedOf(kind, key string, ballots []Ballot, won []bool) Group {
	g := Group{Kind: kind, Key: key, Voters: int64(len(ballots))}
	for _, b := range ballots {
		if satisfied(b, won) {
			g.Satisfied++
		}
	}
	return g
}

// KeepBack hides, among groups of one kind that make up all voters, those of fewer
// than Few, and one more where a single hidden one could be found by subtracting
// the others from all. It sorts by key, what is not known last; groups without a
// voter stay, for nobody is found by them.
func KeepBack(groups []Group) []Group {
	of, none := map[string]*Group{}, []Group{}
	for i, g := range groups {
		if g.Voters == 0 {
			none = append(none, g)
			continue
		}
		of[g.Key] = &groups[i]
	}
	return sorted(append(keepBack(of), none...))
}

// keepBack hides the groups of fewer than Few voters, and one more where a
// single hidden one could be found by subtracting the others from all.
func keepBack(of map[string]*Group) []Group {
	list := make([]*Group, 0, len(of))
	for _, g := range of {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.Voters, b.Voters), cmp.Compare(a.Key, b.Key))
	})
	hidden, groups := int64(0), 0
	for _, g := range list {
		if g.Voters < Few || hidden > 0 && (hidden < Few || groups == 1) {
			hidden += g.Voters
			groups++
			*g = Group{Kind: g.Kind, Key: g.Key, KeptBack: true}
		}
	}
	out := make([]Group, len(list))
	for i, g := range list {
		out[i] = *g
	}
	return sorted(out)
}

func sorted(groups []Group) []Group {
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(last(a.Key), last(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	return groups
}

// last puts what is not known behind.
func last(key string) int {
	if key == "" {
		return 1
	}
	return 0
}
