package budget

import (
	"context"
	"math"
	"slices"
	"strings"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/kit/fault"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// votesInAreas reports whether everybody votes in one of several areas, so that
// a ballot says in which.
func (e Edition) votesInAreas() bool { return e.Rules.Ballot.PerArea && len(e.Rules.Areas) > 1 }

// gladIn counts the voters of an area who have at least one project of theirs
// among the winners, earmarks included.
func gladIn(all outcome.Election, parts []outcome.Part) outcome.Group {
	funded := map[string]bool{}
	for _, p := range parts {
		for _, i := range p.Winners {
			funded[p.Projects[i].ID] = true
		}
	}
	won := make([]bool, len(all.Projects))
	for i, p := range all.Projects {
		won[i] = funded[p.ID]
	}
	return outcome.SatisfiedOf(outcome.ByZone, all.Key, all.Ballots, won)
}

// voted is the turnout next to the census.
func (s *Service) voted(ctx context.Context, e Edition, a Authority, counts []outcome.Election) (*Voted, error) {
	t, err := s.Turnout(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	v := &Voted{People: t.People, Ballots: t.Ballots, Channels: map[string]int64{}, Population: int64(a.Population)}
	for c, n := range t.ByChannel {
		if n >= outcome.Few {
			v.Channels[string(c)] = n
		}
	}
	if e.Rules.Ballot.PerArea || len(counts) == 1 {
		for _, c := range counts {
			v.Blank += c.Blank
		}
	} else if len(counts) > 0 {
		v.Blank = counts[0].Blank // the same blank ballots in each area
	}
	v.Groups, err = s.votedGroups(ctx, e, a, t)
	return v, err
}

// votedGroups are the people who voted by area, where the ballot is for one, by
// age and by sex, with what the census has of the same group.
func (s *Service) votedGroups(ctx context.Context, e Edition, a Authority, t Turnout) ([]VotedGroup, error) {
	var groups []VotedGroup
	census := map[string]int64{}
	if e.votesInAreas() {
		var keys []string
		byKey := map[string]int64{}
		for _, area := range e.Rules.Areas {
			keys = append(keys, area.Key)
			byKey[area.Key] = t.ByArea[strings.TrimPrefix(sumName("", area.Key), ":")]
			if area.PlaceID == "" || area.PlaceID == a.ID {
				continue
			}
			place, err := s.Authorities.Authority(ctx, area.PlaceID)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			census[outcome.ByZone+area.Key] = int64(place.Population)
		}
		groups = append(groups, votedOf(outcome.ByZone, keys, byKey, t.People)...)
	}
	if a.Population > 0 && a.Men > 0 {
		men := int64(math.Round(float64(a.Population) * a.Men / 100))
		census[outcome.BySex+"m"], census[outcome.BySex+"f"] = men, int64(a.Population)-men
	}
	groups = append(groups, votedOf(outcome.ByAge, AgeBands, t.ByAge, t.People)...)
	groups = append(groups, votedOf(outcome.BySex, []string{"f", "m"}, t.BySex, t.People)...)
	for i, g := range groups {
		groups[i].Census = census[g.Kind+g.Key]
	}
	return groups, nil
}

// votedOf are the groups of one kind: those of whom nothing is known are a group
// too. A kind of which nothing is known of anybody is left out.
func votedOf(kind string, keys []string, n map[string]int64, people int64) []VotedGroup {
	var groups []outcome.Group
	unknown := people
	for _, key := range keys {
		groups = append(groups, outcome.Group{Kind: kind, Key: key, Voters: n[key]})
		unknown -= n[key]
	}
	if unknown == people {
		return nil
	}
	if unknown > 0 {
		groups = append(groups, outcome.Group{Kind: kind, Voters: unknown})
	}
	var out []VotedGroup
	for _, g := range outcome.KeepBack(groups) {
		out = append(out, VotedGroup{Group: g})
	}
	return out
}

// turnout shows who voted, next to the census.
func (w resultWriter) turnout(v *budgetview.ResultPage) {
	t, c := w.doc.Turnout, w.c
	if t == nil {
		return
	}
	v.Lead = []ui.Stat{{Value: c.Locale.Number(t.People), Label: c.T("people voted")}}
	if t.Population > 0 {
		v.Lead = append(v.Lead, ui.Stat{Value: c.Locale.Percent(shareOf(t.People, t.Population)), Label: c.T("of the {n} inhabitants of the census", "n", c.Locale.Number(t.Population))})
	}
	v.Lead = append(v.Lead, ui.Stat{Value: c.Locale.Number(t.Blank), Label: c.T("blank ballots, which count in the turnout alone")})
	spec := ui.ChartSpec{Title: c.T("How people voted"), Label: c.T("Channel"), Series: []string{c.T("People")}}
	for _, channel := range Channels {
		if n := t.Channels[string(channel)]; n > 0 {
			spec.Points = append(spec.Points, ui.ChartPoint{Label: c.T(ChannelLabel(channel)), Value: n})
		}
	}
	if len(spec.Points) > 1 {
		v.Turnout = &spec
	}
	w.turnoutGroups(v)
}

// turnoutGroups are the charts of who voted, and what to know to read them.
func (w resultWriter) turnoutGroups(v *budgetview.ResultPage) {
	t, c := w.doc.Turnout, w.c
	hidden, compared := false, false
	for _, kind := range []string{outcome.ByZone, outcome.ByAge, outcome.BySex} {
		spec := ui.ChartSpec{Title: c.T(groupTitles[kind]), Label: c.T("Group"), Series: []string{c.T("People who voted")}}
		for _, g := range t.Groups {
			if g.Kind != kind {
				continue
			}
			pt := ui.ChartPoint{Label: w.groupName(g.Group), Value: g.Voters}
			switch {
			case g.KeptBack:
				pt.Text, pt.Value, hidden = c.T("not shown"), 0, true
			case g.Census > 0:
				compared = true
				pt.Label = c.T("{group}: {share} of {n} in the census", "group", pt.Label, "share", c.Locale.Percent(shareOf(g.Voters, g.Census)), "n", c.Locale.Number(g.Census))
			}
			spec.Points = append(spec.Points, pt)
		}
		if len(spec.Points) > 0 {
			v.Voters = append(v.Voters, spec)
		}
	}
	if len(v.Voters) == 0 {
		return
	}
	v.VoterNotes = append(v.VoterNotes, c.T("Age and sex are counted where the profile, or the card at the desk, says them."))
	if compared {
		v.VoterNotes = append(v.VoterNotes, c.T("The census counts inhabitants of every age. Where no share stands, it has no figure for the same group."))
	} else {
		v.VoterNotes = append(v.VoterNotes, c.T("For these groups the census has no figures that could be set beside them."))
	}
	if hidden {
		v.VoterNotes = append(v.VoterNotes, c.N("Groups of fewer than {n} voter, and those from which they could be found, are not shown.", "Groups of fewer than {n} voters, and those from which they could be found, are not shown.", outcome.Few))
	}
}

// areas shows how many voters of each area got something, or says why nobody can know.
func (w resultWriter) areas(v *budgetview.ResultPage, known bool) {
	c := w.c
	if !known {
		text := c.T("How satisfied each quarter is cannot be known: in this vote a ballot is for the whole town and does not say where its voter lives.")
		for i := range v.Parts {
			if len(v.Parts[i].Groups) > 0 {
				v.Parts[i].NoZones = text
				return
			}
		}
		v.NoAreas = text
		return
	}
	spec := ui.ChartSpec{Title: c.T("By zone"), Label: c.T("Group"), Series: []string{c.T("Voters with at least one project funded")}, Format: ui.ChartPercent, Whole: 10_000}
	if slices.ContainsFunc(w.doc.Areas, func(g outcome.Group) bool { return g.KeptBack }) {
		v.NoAreas = c.N("Groups of fewer than {n} voter, and those from which they could be found, are not shown.", "Groups of fewer than {n} voters, and those from which they could be found, are not shown.", outcome.Few)
	}
	for _, g := range w.doc.Areas {
		spec.Points = append(spec.Points, w.gladPoint(g))
	}
	if len(spec.Points) > 0 {
		v.Areas = &spec
	}
}

// gladPoint is a group's row in a chart of how many got something.
func (w resultWriter) gladPoint(g outcome.Group) ui.ChartPoint {
	c := w.c
	if g.KeptBack {
		return ui.ChartPoint{Label: w.groupName(g), Text: c.T("not shown")}
	}
	return ui.ChartPoint{Label: c.N("{name} ({n} voter)", "{name} ({n} voters)", int(g.Voters), "name", w.groupName(g)), Value: int64(shareOf(g.Satisfied, g.Voters) * 10_000)}
}
