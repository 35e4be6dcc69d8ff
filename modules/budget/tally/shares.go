package tally

import (
	"math"
	"math/big"
	"slices"
)

// purse is the money of one class of voters, as the filter sees it: the true
// amount is within err of v, and exactly 0 where both are 0.
type purse struct{ v, err float64 }

// drift serves Add1: while the share rises by d, 0 ≤ d ≤ run.horizon, the true
// amount of a purse stays between amount+low·d and amount+up·d.
type drift struct{ up, low float64 }

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
	drifts  []drift // only where there is a horizon
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
	// linear is a rise up to which nobody who gives all he has begins to keep
	// something, in the rounds played: so far prices and purses are straight lines.
	linear   float64
	inclines []*big.Rat // by round, as far as asked for: how its price changes, exactly

	warm   []float64 // by project: a price to begin with, from the run before
	known  []choice  // the rounds of the run before, as long as this one repeats them
	at     float64   // how far this run's share has risen since Add1 began
	repeat float64   // a known choice is used if it is proven for this much more
	proven []choice  // the rounds of this run
}

// choice is a round's winner, proven for all shares from the one at which it was
// found up to (not including) a rise since Add1 began, provided that the rounds
// before it have the same winners.
type choice struct {
	project int
	until   float64
	// plain says that all supporters paid the price in full. So they do for
	// larger shares too, because purses only grow with the share: the price
	// stays the cost divided by the weight of all.
	plain bool
	price offer
	slope float64 // the price lies above price.value+slope·rise
	at    float64 // of the run
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
func (p *poll) newRun(m method, shareN *big.Int, warm []float64, horizon, least float64) *run {
	r := &run{poll: p, byCost: m.byCost, shareN: shareN, horizon: horizon, least: least, limit: math.MaxInt64, warm: warm, linear: math.Inf(1)}
	r.share, _ = new(big.Rat).SetFrac(shareN, big.NewInt(max(p.voters, 1))).Float64()
	r.money = make([]purse, len(p.classes))
	r.emptied = make([]int32, len(p.classes))
	for i := range r.money {
		r.money[i] = purse{v: r.share, err: r.share * epsilon}
		r.emptied[i] = -1
	}
	if horizon > 0 {
		r.drifts = make([]drift, len(p.classes))
		for i := range r.drifts {
			r.drifts[i] = drift{1, 1}
		}
	}
	r.round = make([]int32, len(p.Projects))
	for i, project := range p.Projects {
		r.round[i] = -1
		switch {
		case p.votes[i] == 0:
		case project.Cost > 0:
			c := &candidate{project: i, line: line{rate: math.Inf(-1)}}
			c.price.value = float64(project.Cost) / float64(p.weight(i))
			c.rate = c.price.value / r.factor(i) * (1 - 8*epsilon)
			c.price.value = max(c.price.value, warm[i])
			r.rest = append(r.rest, c)
		case !m.byCost: // of no worth with cost utilities
			r.free = append(r.free, i)
		}
	}
	return r
}

// weight is the weight of all supporters of a project together.
func (p *poll) weight(project int) int64 {
	if p.weighted {
		return p.score[project]
	}
	return p.votes[project]
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
	for r.cost <= r.limit && !r.givesUp() {
		at, plain := r.repeated()
		if plain {
			r.buyPlain(at)
			continue
		}
		if at < 0 {
			r.sort()
			at = r.cheapest()
		}
		if at < 0 {
			r.guardEnd()
			return
		}
		r.buy(at)
	}
}

// givesUp asks whether to go on.
func (p *poll) givesUp() bool {
	p.stopped = p.stopped || p.stop != nil && p.stop()
	return p.stopped
}

// repeated finds the candidate that is proven to win this round, because the
// rounds so far are those of the run before, or returns -1. It is priced, unless
// it is known that everybody pays the plain price.
func (r *run) repeated() (at int, plain bool) {
	t := len(r.rounds)
	if t > 0 && t <= len(r.known) && r.known[t-1].project != r.rounds[t-1].project {
		r.known = nil
	}
	if t >= len(r.known) || r.known[t].until-r.at < r.repeat {
		return -1, false
	}
	k := &r.known[t]
	at = slices.IndexFunc(r.rest, func(c *candidate) bool { return c.project == k.project })
	c := r.rest[at]
	if k.plain {
		c.price = k.price
		return at, true
	}
	if y := k.price.value + k.slope*(r.at-k.at); y > 0 {
		c.price = offer{value: y}
	}
	r.evaluate(c, math.Inf(1))
	return at, false
}

// buyPlain lets all supporters of a candidate pay the plain price, of which it is
// known that they can: nobody's purse is emptied, and how purses change with the
// share stays as it was.
func (r *run) buyPlain(at int) {
	c := r.rest[at]
	k := r.known[len(r.rounds)]
	r.shrink((k.until - r.at) * (1 - near))
	r.proven = append(r.proven, k)
	price := c.price.value
	for _, s := range r.supporters[c.project] {
		a := &r.money[s.class]
		pay := price * s.utility()
		a.err += s.utility()*c.price.err + epsilon*2*(a.v+pay)
		a.v -= pay
	}
	r.bought(at, c.price)
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
	r.warm[c.project] = c.price.low()
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
	price, givers := r.certain(c.project, c.price)
	slope, until := r.prove(at, price, givers)
	r.proven = append(r.proven, choice{project: c.project, until: until, price: price, at: r.at,
		plain: price.plain && price.emptied == 0 && price.sure == nil, slope: slope.low})
	r.warm[c.project] = price.value
	round := int32(len(r.rounds))
	for _, s := range r.supporters[c.project] {
		a := &r.money[s.class]
		pay := price.value * s.utility()
		q := a.v - pay
		rounding := s.utility()*price.err + epsilon*2*(a.v+pay)
		if gives := a.v < price.value*s.utility(); price.sure == nil && !gives || price.sure != nil && !price.sure[s.class] {
			a.v, a.err = q, a.err+rounding
			if r.horizon > 0 {
				r.drifts[s.class].keep(s.utility(), slope, -(q-a.err)/r.horizon)
			}
			continue
		}
		before := r.emptied[s.class]
		if before < 0 {
			r.emptied[s.class] = round
		}
		if r.horizon > 0 { // the purse may keep something when shares rise
			b := &r.drifts[s.class]
			most, rise := q+a.err+rounding, b.up-s.utility()*slope.low
			if before < 0 && rise > 0 {
				r.linear = min(r.linear, -most/rise)
			}
			*b = drift{up: max(0, (most+rise*r.horizon)/r.horizon) * (1 + 8*epsilon)}
		}
		*a = purse{}
	}
	r.bought(at, price)
}

// bought notes a round whose price has been paid.
func (r *run) bought(at int, price offer) {
	c := r.rest[at]
	r.round[c.project] = int32(len(r.rounds))
	r.rounds = append(r.rounds, purchase{project: c.project, price: price})
	r.cost += r.Projects[c.project].Cost
	r.rest = append(r.rest[:at], r.rest[at+1:]...)
}

// keep changes the drift of a purse that pays weight times a price with these
// slopes; it cannot fall faster than to nothing at the horizon, at least.
func (d *drift) keep(weight float64, s slopes, least float64) {
	noise := 8 * epsilon * (math.Abs(d.up) + math.Abs(d.low) + weight*(math.Abs(s.low)+math.Abs(s.up)))
	d.up = max(d.up-weight*s.low, least) + noise
	d.low = d.low - weight*s.up - noise
}
