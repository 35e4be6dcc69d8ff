package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// The naive implementations follow RULES.md word by word, ballot by ballot, with
// fractions everywhere and every step of Add1 walked. They are what the fast
// ones must agree with.

type naive struct {
	e        *Election
	weighted bool
	byCost   bool
	n        int64
	weight   [][]int64 // by ballot and project
	score    []int64
	less     func(a, b int) bool // tie order
}

func newNaive(e *Election, tie TieOrder, m method) *naive {
	x := &naive{e: e, weighted: m.weighted, byCost: m.byCost, score: make([]int64, len(e.Projects))}
	for _, b := range e.Ballots {
		for range max(b.Count, 1) {
			w := make([]int64, len(e.Projects))
			for _, v := range b.Votes {
				w[v.Project] = v.Points
			}
			for p := range w {
				x.score[p] += w[p]
			}
			x.weight = append(x.weight, w)
			x.n++
		}
	}
	x.less = func(a, b int) bool {
		for _, c := range tie {
			d := 0
			switch c {
			case ByScore:
				d = cmp.Compare(x.score[b], x.score[a])
			case ByCost:
				d = cmp.Compare(e.Projects[a].Cost, e.Projects[b].Cost)
			case ByID:
				d = cmp.Compare(e.Projects[a].ID, e.Projects[b].ID)
			case ByLot:
				d = cmp.Compare(e.Projects[a].Lot, e.Projects[b].Lot)
			}
			if d != 0 {
				return d < 0
			}
		}
		return e.Projects[a].ID < e.Projects[b].ID
	}
	return x
}

func (x *naive) supported(p int) bool { return x.score[p] > 0 }

func (x *naive) greedy(won []int, m method, unsupported bool) []int {
	left := x.e.Budget
	for _, p := range won {
		left -= x.e.Projects[p].Cost
	}
	var order []int
	for p := range x.e.Projects {
		if (x.supported(p) || unsupported) && !slices.Contains(won, p) && (!m.threshold || x.score[p] >= x.e.Threshold) {
			order = append(order, p)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if d := cmp.Compare(x.score[b], x.score[a]); d != 0 {
			return d
		}
		if x.less(a, b) {
			return -1
		}
		return 1
	})
	for _, p := range order {
		if x.e.Projects[p].Cost <= left {
			left -= x.e.Projects[p].Cost
			won = append(won, p)
		} else if m.noSkip {
			break
		}
	}
	return won
}

func (x *naive) utility(i, p int) *big.Rat {
	u := x.weight[i][p]
	if u > 0 && !x.weighted {
		u = 1
	}
	r := new(big.Rat).SetInt64(u)
	if x.byCost {
		r.Mul(r, new(big.Rat).SetInt64(x.e.Projects[p].Cost))
	}
	return r
}

// rho returns nil if the supporters cannot pay.
func (x *naive) rho(p int, money []*big.Rat) *big.Rat {
	type payer struct{ money, utility, limit *big.Rat }
	var payers []payer
	total, all := new(big.Rat), new(big.Rat)
	for i := range x.weight {
		if x.weight[i][p] > 0 {
			u := x.utility(i, p)
			payers = append(payers, payer{money[i], u, new(big.Rat).Quo(money[i], u)})
			total.Add(total, u)
			all.Add(all, money[i])
		}
	}
	cost := new(big.Rat).SetInt64(x.e.Projects[p].Cost)
	if all.Cmp(cost) < 0 {
		return nil
	}
	slices.SortFunc(payers, func(a, b payer) int { return a.limit.Cmp(b.limit) })
	for _, y := range payers {
		rho := new(big.Rat).Quo(cost, total)
		if rho.Cmp(y.limit) <= 0 {
			return rho
		}
		cost.Sub(cost, y.money)
		total.Sub(total, y.utility)
	}
	panic("supporters who can pay have a price")
}

func (x *naive) shares(share *big.Rat) []int {
	var won, rest []int
	for p, project := range x.e.Projects {
		switch {
		case !x.supported(p):
		case project.Cost > 0:
			rest = append(rest, p)
		case !x.byCost:
			won = append(won, p)
		}
	}
	slices.SortFunc(won, func(a, b int) int {
		if x.less(a, b) {
			return -1
		}
		return 1
	})
	money := make([]*big.Rat, len(x.weight))
	for i := range money {
		money[i] = share
	}
	for {
		best, at := (*big.Rat)(nil), -1
		for _, p := range rest {
			rho := x.rho(p, money)
			if rho == nil {
				continue
			}
			d := -1
			if best != nil {
				d = rho.Cmp(best)
			}
			if d < 0 || d == 0 && x.less(p, at) {
				best, at = rho, p
			}
		}
		if at < 0 {
			return won
		}
		for i := range money {
			if x.weight[i][at] > 0 {
				pay := new(big.Rat).Mul(best, x.utility(i, at))
				if pay.Cmp(money[i]) > 0 {
					pay = money[i]
				}
				money[i] = new(big.Rat).Sub(money[i], pay)
			}
		}
		won = append(won, at)
		rest = slices.DeleteFunc(rest, func(p int) bool { return p == at })
	}
}

func (x *naive) cost(won []int) (sum int64) {
	for _, p := range won {
		sum += x.e.Projects[p].Cost
	}
	return sum
}

func (x *naive) addOne(m method, step int64) (won []int, steps int64) {
	share := big.NewRat(x.e.Budget, x.n)
	if m.whole {
		share = big.NewRat(x.e.Budget/x.n/step*step, 1)
	}
	won = x.shares(share)
	if !m.addOne {
		return won, 0
	}
	for {
		left, fits := false, false
		for p, project := range x.e.Projects {
			if project.Cost > 0 && x.supported(p) && !slices.Contains(won, p) {
				left = true
				fits = fits || project.Cost <= x.e.Budget-x.cost(won)
			}
		}
		if !left || !fits && !m.overspend {
			return won, steps
		}
		share = new(big.Rat).Add(share, big.NewRat(step, 1))
		next := x.shares(share)
		if x.cost(next) > x.e.Budget {
			return won, steps
		}
		won = next
		steps++
	}
}

func (x *naive) phragmen(unsupported bool) []int {
	load := make([]*big.Rat, len(x.weight))
	for i := range load {
		load[i] = new(big.Rat)
	}
	var won, rest []int
	for p, project := range x.e.Projects {
		if project.Cost <= x.e.Budget && (x.supported(p) || unsupported) {
			rest = append(rest, p)
		}
	}
	spent := int64(0)
	for len(rest) > 0 {
		var best *big.Rat // nil is infinite
		var tied []int
		for _, p := range rest {
			l, n := new(big.Rat).SetInt64(x.e.Projects[p].Cost), int64(0)
			for i := range load {
				if x.weight[i][p] > 0 {
					l.Add(l, load[i])
					n++
				}
			}
			if n == 0 {
				l = nil
			} else {
				l.Quo(l, big.NewRat(n, 1))
			}
			d := -1
			switch {
			case tied == nil:
			case l == nil && best == nil:
				d = 0
			case l == nil:
				d = 1
			case best != nil:
				d = l.Cmp(best)
			}
			if d < 0 {
				best, tied = l, nil
			}
			if d <= 0 {
				tied = append(tied, p)
			}
		}
		at := tied[0]
		for _, p := range tied {
			if spent+x.e.Projects[p].Cost > x.e.Budget {
				return won
			}
			if x.less(p, at) {
				at = p
			}
		}
		for i := range load {
			if x.weight[i][at] > 0 {
				load[i] = best
			}
		}
		spent += x.e.Projects[at].Cost
		won = append(won, at)
		rest = slices.DeleteFunc(rest, func(p int) bool { return p == at })
	}
	return won
}

func naiveRun(e *Election, o Options) (won []int, steps int64) {
	m := methods[o.Rule]
	x := newNaive(e, o.Tie, m)
	switch m.family {
	case familyPhragmen:
		return x.phragmen(o.FundUnsupported), 0
	case familyGreedy:
		return x.greedy(nil, m, o.FundUnsupported), 0
	}
	step := o.Step
	if step == 0 {
		step = e.unit()
	}
	if x.n > 0 {
		won, steps = x.addOne(m, step)
	}
	if m.completion {
		won = x.greedy(won, method{}, o.FundUnsupported)
	}
	return won, steps
}
