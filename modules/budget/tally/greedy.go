package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// byScore lists the projects, most points first, equal ones in the tie order.
func (p *poll) byScore() []int {
	order := make([]int, len(p.Projects))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(p.score[j], p.score[i]), cmp.Compare(p.rank[i], p.rank[j]))
	})
	return order
}

// greedy walks once through the projects and takes each that still fits: the
// whole of the greedy rules, and the completion of Equal Shares when res already
// has winners. Those of zero cost that Equal Shares does not look at are taken too.
func (p *poll) greedy(res *Result, m method, unsupported bool) {
	why := WonByRule
	if m.family == familyShares {
		why = WonByCompletion
	}
	stopped := false
	for _, i := range p.byScore() {
		switch {
		case res.Projects[i].Place > 0:
		case p.votes[i] == 0 && !unsupported:
		case m.threshold && p.score[i] < p.Threshold:
			if p.votes[i] > 0 {
				res.Projects[i].Outcome = LostThreshold
			}
		case stopped:
			res.Projects[i].Outcome = LostStopped
		case p.Projects[i].Cost <= res.Remaining:
			res.win(p, Round{Project: i}, why)
		default:
			if m.family == familyGreedy {
				res.lose(p, i, LostMoney, new(big.Rat).SetInt64(res.Remaining))
			}
			stopped = m.noSkip
		}
	}
}
