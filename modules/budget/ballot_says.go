package budget

import (
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ballotview"
)

// fill says how full a ballot is. Its values stand in the page, where the script
// of the ballot reads them: static/ballot.js draws the same line.
type fill string

// How full a ballot is.
const (
	fillNone  fill = "none"
	fillRoom  fill = "room"  // something more can be chosen
	fillFull  fill = "full"  // nothing more can be
	fillOver  fill = "over"  // it is too much
	fillBlank fill = "blank" // a blank ballot
)

var fills = []fill{fillNone, fillRoom, fillFull, fillOver, fillBlank}

// fillOf returns how full a choice makes the ballot.
func (e Edition) fillOf(c Choice) fill {
	chosen, taken := 0, map[string]bool{}
	for _, p := range c.Picks {
		if p.N != 0 {
			chosen++
			taken[p.Project] = true
		}
	}
	most, points, money := e.MaxPicks(c.Area), int64(e.Rules.Ballot.PointsTotal)-c.PointsOf(), e.BallotEnvelope(c.Area)-e.Cost(c)
	kind := e.Rules.Ballot.Kind
	switch {
	case chosen == 0 && c.Blank:
		return fillBlank
	case chosen == 0:
		return fillNone
	case chosen > most, kind == Points && points < 0, kind == Knapsack && money < 0:
		return fillOver
	case chosen == most && kind != Points, kind == Points && points == 0:
		return fillFull
	case kind == Knapsack:
		for _, p := range e.OnBallot(c.Area) {
			if !taken[p.ID] && p.Cost <= money {
				return fillRoom
			}
		}
		return fillFull
	}
	return fillRoom
}

// saysOf are the sentences (message ids) that explain the running total, by how
// full the ballot is. They name no number: those stand beside them.
func saysOf(k BallotKind) map[fill]string {
	says := map[fill]string{
		fillNone: i18n.Msg("Nothing is chosen yet."), fillRoom: i18n.Msg("You can choose more, or go on with what you have."),
		fillFull: i18n.Msg("This is all that can be chosen. To choose another project, take one away."),
		fillOver: i18n.Msg("This is too much: take something away."), fillBlank: i18n.Msg("A blank ballot: it supports no project."),
	}
	switch k {
	case Single:
		says[fillFull] = i18n.Msg("Your project is chosen. Whichever you choose instead takes its place.")
	case Knapsack:
		says[fillRoom] = i18n.Msg("Another project still fits in what is left of the envelope.")
		says[fillFull] = i18n.Msg("No other project fits in what is left of the envelope.")
		says[fillOver] = i18n.Msg("These projects cost more together than the envelope: take one away.")
	case Points:
		says[fillRoom] = i18n.Msg("You have points left to give, or you can go on with these.")
		says[fillFull] = i18n.Msg("All your points are given.")
		says[fillOver] = i18n.Msg("You gave more points than you have: take some back.")
	}
	return says
}

// explain are the sentences of the running total; the one that is true is shown.
func explain(c *web.Ctx, e Edition, choice Choice) (all []ballotview.Said) {
	now, says := e.fillOf(choice), saysOf(e.Rules.Ballot.Kind)
	for _, f := range fills {
		all = append(all, ballotview.Said{Key: string(f), Text: c.T(says[f]), Now: f == now})
	}
	return all
}
