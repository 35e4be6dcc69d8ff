package tally

import (
	"math"
	"math/big"
)

// purse is the money of one class of voters, as the filter sees it: the true
// amount is within err of v, and exactly 0 where both are 0.
//
// up and low serve Add1: while the share rises by d, 0 ≤ d ≤ run.horizon, the
// true amount stays between amount+low·d and amount+up·d.
type purse struct{ v, err, up, low float64 }

// purchase is one round of a run.
type purchase struct {
	project int
	price   offer
}

// run is one execution of the Method of Equal Shares (RULES.md, section 2) with
// one endowment.
type run struct {
	*poll
	byCost  bool
	shareN  *big.Int // endowment times voters, in minor units: a whole number
	share   float64
	money   []purse
	emptied []int32 // by class: in which round it paid all it had; -1 for never
	round   []int32 // by project: in which round it was bought; -1
	rounds  []purchase
	rest    []*candidate // not bought yet and not excluded for good
	free    []int        // projects of zero cost that win at the start
	cost    int64
	limit   int64 // the run may end when it has spent more than this
	ledger  ledger

	// horizon is how far the share may rise for what follows to be known, and
	// every comparison of the run is proven to keep its outcome for rises that
	// are less than it. 0: nothing is asked or proven.
	horizon float64
	least   float64 // a horizon below this is of no use
}

// candidate is a project that can still be bought.
type candidate struct {
	project int
	price   offer // at its latest evaluation; prices only rise in a run
	rate    float64
	broke   bool // its supporters cannot pay for it any more
	line    line // a bound on the price for risen shares
}

// newRun starts a run. horizon 0 asks for no proof about risen shares.
func (p *poll) newRun(m method, shareN *big.Int, horizon, least float64) *run {
	r := &run{poll: p, byCost: m.byCost, shareN: shareN, horizon: horizon, least: least, limit: math.MaxInt64}
	r.share, _ = new(big.Rat).SetFrac(shareN, big.NewInt(max(p.voters, 1))).Float64()
	r.money = make([]purse, len(p.classes))
	r.emptied = make([]int32, len(p.classes))
	for i := range r.money {
		r.money[i] = purse{v: r.share, err: r.share * epsilon, up: 1, low: 1}
		r.emptied[i] = -1
	}
	r.round = make([]int32, len(p.Projects))
	for i, project := range p.Projects {
		r.round[i] = -1
		switch {
		case p.votes[i] == 0:
		case project.Cost > 0:
			c := &candidate{project: i, line: line{rate: math.Inf(-1)}}
			c.price.value = float64(project.Cost) / p.weightOf(i)
			c.rate = c.price.value / r.factor(i) * (1 - 8*epsilon)
			r.rest = append(r.rest, c)
		case !m.byCost: // of no worth with cost utilities
			r.free = append(r.free, i)
		}
	}
	return r
}

func (p *poll) weightOf(project int) float64 {
	w := 0.0
	for _, s := range p.supporters[project] {
		w += s.count * s.weight
	}
	return w
}

// factor is what turns a supporter's weight into utility.
func (r *run) factor(project int) float64 {
	if r.byCost {
		return float64(r.Projects[project].Cost)
	}
	return 1
}

// play runs all rounds.
func (r *run) play() {
	for r.cost <= r.limit {
		r.sort()
		at := r.cheapest()
		if at < 0 {
			r.guardEnd()
			return
		}
		r.buy(at)
	}
}

// sort keeps the candidates by rising rate. Few change their place in a round,
// and the moved ones stand in front.
func (r *run) sort() {
	kept := r.rest[:0]
	for _, c := range r.rest {
		if !c.broke || r.horizon > 0 && c.line.broke < r.horizon {
			kept = append(kept, c)
		}
	}
	r.rest = kept
	for i := len(r.rest) - 2; i >= 0; i-- {
		c := r.rest[i]
		j := i + 1
		for ; j < len(r.rest) && r.rest[j].rate < c.rate; j++ {
			r.rest[j-1] = r.rest[j]
		}
		r.rest[j-1] = c
	}
}

// cheapest finds the candidate with the least price per utility, the first in the
// tie order among equal ones, or -1. Candidates are priced in the order of what
// they cost at least, until no other can be as cheap.
func (r *run) cheapest() int {
	best := math.Inf(1) // no more than this is the least rate
	n := 0
	for n < len(r.rest) && r.rest[n].rate <= best {
		c := r.rest[n]
		if !c.broke {
			r.evaluate(c, best)
			if !c.broke {
				best = min(best, c.price.high()/r.factor(c.project)*(1+8*epsilon))
			}
		}
		n++
	}
	at := -1
	for i := range r.rest[:n] {
		c := r.rest[i]
		if c.broke || c.rate > best {
			continue
		}
		if at < 0 || r.before(c, r.rest[at]) {
			at = i
		}
	}
	return at
}

// evaluate prices a candidate anew, or finds that its rate is above best.
func (r *run) evaluate(c *candidate, best float64) {
	c.price = r.price(c.project, c.price.low(), best*r.factor(c.project)*(1+32*epsilon))
	if c.price.doubtful || math.IsInf(c.price.err, 1) {
		c.price = r.settle(c.project, c.price)
	}
	if c.price.broke {
		c.broke, c.rate = true, math.Inf(1)
		return
	}
	c.rate = max(c.rate, c.price.low()/r.factor(c.project)*(1-8*epsilon))
}

// before says whether a is chosen rather than b; the filter could not tell them apart
// or a is simply cheaper.
func (r *run) before(a, b *candidate) bool {
	fa, fb := r.factor(a.project), r.factor(b.project)
	switch {
	case a.price.high()/fa*(1+8*epsilon) < b.price.low()/fb*(1-8*epsilon):
		return true
	case b.price.high()/fb*(1+8*epsilon) < a.price.low()/fa*(1-8*epsilon):
		return false
	}
	d := 0
	if r.twin[a.project] != r.twin[b.project] {
		d = r.compareExactly(a, b)
	}
	return d < 0 || d == 0 && r.rank[a.project] < r.rank[b.project]
}

// buy lets the supporters pay for a candidate.
func (r *run) buy(at int) {
	c := r.rest[at]
	price := r.certain(c.project, c.price)
	var slope slopes
	if r.horizon > 0 {
		slope = r.guard(at, price)
	}
	round := int32(len(r.rounds))
	for _, s := range r.supporters[c.project] {
		a := &r.money[s.class]
		pay := price.value * s.weight
		due := s.weight * price.err
		q := a.v - pay
		rounding := epsilon * 2 * (a.v + pay)
		if r.empties(s, price) {
			if r.emptied[s.class] < 0 {
				r.emptied[s.class] = round
			}
			up := 0.0
			if r.horizon > 0 { // the purse may keep something when shares rise
				rise := a.up - s.weight*slope.low
				up = max(0, (q+a.err+due+rounding+rise*r.horizon)/r.horizon) * (1 + 8*epsilon)
			}
			*a = purse{up: up}
			continue
		}
		a.v, a.err = q, a.err+due+rounding
		if r.horizon > 0 {
			noise := 8 * epsilon * (math.Abs(a.up) + math.Abs(a.low) + s.weight*(math.Abs(slope.low)+math.Abs(slope.up)))
			a.up = max(a.up-s.weight*slope.low, -(q-a.err)/r.horizon) + noise
			a.low = a.low - s.weight*slope.up - noise
		}
	}
	r.round[c.project] = round
	r.rounds = append(r.rounds, purchase{project: c.project, price: price})
	r.cost += r.Projects[c.project].Cost
	r.rest = append(r.rest[:at], r.rest[at+1:]...)
}
