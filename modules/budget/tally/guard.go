package tally

import (
	"math"
	"math/big"
)

// This file proves how far the share may rise without any comparison of a run
// having another outcome. Everything is bounded by straight lines in the rise d:
//
//   - purses lie between two lines (drift.low, drift.up), both through the exact
//     amount at d = 0;
//   - a price is a convex function of d if purses are linear in it, because the
//     set of all (d, y) with Σ min(purse(d), y·weight) ≥ cost is convex. So with
//     the upper lines of the purses its tangent at 0 is a lower bound, and with
//     the lower lines its chord from 0 to the horizon is an upper bound;
//   - for every set S of supporters, (cost − Σ_S purse(d))/weight of the others
//     is a lower bound of a price, and stays one in later rounds, because purses
//     only shrink in a run;
//   - a winner stays the winner while the upper bound of its rate is below a
//     lower bound of everybody else's rate, and a project stays unaffordable
//     while the upper bounds of its supporters' purses do not reach its cost.
//
// Where lines cross, the horizon shrinks to the crossing, and what follows in
// the run is bounded more tightly for it.

// line bounds a rate (price per utility) from below: rate+slope·d.
type line struct {
	rate, slope float64
	broke       float64 // for rises below this the supporters cannot pay at all
}

// slopes bound how a price changes: value+low·d ≤ price(d) ≤ value+up·d.
type slopes struct{ low, up float64 }

// prove says how the winner's price changes and up to which share the choice of
// this winner is proven: by an earlier run, or now.
func (r *run) prove(at int, price offer, givers risers) (slopes, float64) {
	t := len(r.rounds)
	switch {
	case t < len(r.known) && r.known[t].until-r.at >= r.repeat:
		until := r.known[t].until
		r.shrink((until - r.at) * (1 - near))
		if r.horizon == 0 {
			return slopes{}, until
		}
		s, _ := r.slopesOf(r.rest[at].project, price, givers)
		return s, until
	case r.horizon == 0:
		return slopes{}, r.at
	}
	s := r.guard(at, price, givers)
	return s, r.at + r.horizon*(1-near)
}

// guard finds the slopes of the winner's price and shrinks the horizon to where
// another candidate could become the winner.
func (r *run) guard(at int, price offer, givers risers) slopes {
	c := r.rest[at]
	s, ok := r.slopesOf(c.project, price, givers)
	if !ok {
		return s
	}
	f := r.factor(c.project)
	rate, slope := price.high()/f*(1+8*epsilon), s.up/f
	for i := range r.rest {
		other := r.rest[i]
		if i == at || r.twin[other.project] == r.twin[c.project] || other.line.broke >= r.horizon ||
			other.line.rate > rate && other.line.rate+other.line.slope*r.horizon > rate+slope*r.horizon {
			continue
		}
		x := r.crossing(other, rate, slope)
		if x < r.least && r.linear >= r.least {
			x = max(x, r.crossingExactly(c, other))
		}
		r.shrink(x)
		if r.horizon == 0 {
			break
		}
	}
	return s
}

// shrink lowers the horizon to x, or to 0 where it would be of no use.
func (r *run) shrink(x float64) {
	if x < r.horizon {
		r.horizon = x
	}
	if r.horizon < r.least {
		r.horizon = 0
	}
}

// slopesOf bounds how the winner's price changes. It shrinks the horizon until
// the supporters can surely pay for the project all along, and reports whether
// that was possible.
func (r *run) slopesOf(project int, price offer, givers risers) (slopes, bool) {
	rise, size := givers.rise, givers.size
	rounding := float64(len(r.supporters[project])+8) * 2 * epsilon
	s := slopes{low: -(rise + rounding*size) / price.alive * (1 + math.Copysign(8*epsilon, rise))}
	for {
		y, emptied, ok := r.priceAtHorizon(project, max(price.value+s.low*r.horizon, price.value/2))
		switch {
		case !ok:
			r.shrink(r.horizon / 8)
			if r.horizon == 0 {
				return s, false
			}
			continue
		case !price.plain || size > 0 || emptied != price.emptied: // otherwise the price does not change at all
			s.up = (y - price.low()) / r.horizon
			s.up += math.Abs(s.up) * 8 * epsilon
		}
		return s, true
	}
}

// priceAtHorizon returns an upper bound for a price when shares have risen by
// the horizon, and how many classes give all they have there.
func (r *run) priceAtHorizon(project int, y float64) (high float64, emptied int, ok bool) {
	cost := float64(r.Projects[project].Cost)
	supporters, money, drifts := r.supporters[project], r.money, r.drifts
	before := -1
	for range 200 {
		var paid, alive, nearby float64
		least := math.Inf(1)
		emptied = 0
		for i := range supporters {
			s := &supporters[i]
			a := money[s.class]
			v := max(0, a.v-a.err+drifts[s.class].low*r.horizon)
			if due := y * s.utility(); v < due {
				paid += s.voters() * v
				emptied++
			} else {
				alive += s.voters() * s.utility()
				if v < least*s.utility() {
					least = v / s.utility()
				}
				if v < due*(1+near) {
					nearby += s.voters() * s.utility()
				}
			}
		}
		if alive <= nearby {
			return 0, emptied, false
		}
		asked := y
		y = (cost - paid) / alive
		switch {
		case y >= asked && least > y*(1+2*near):
			nearby = 0
		case emptied != before:
			before = emptied
			continue
		}
		rounding := float64(len(supporters)+16) * epsilon * (paid + cost)
		delta := 4*rounding/(alive-nearby) + 8*epsilon*y
		return y + delta, emptied, delta < near/2*y
	}
	return 0, 0, false
}

// crossing returns for how large a rise a candidate stays surely dearer than the
// winner, whose rate is at most rate+slope·d. It tries the bounds that Newton's
// method passes on its way up from the winner's rate, and keeps the best.
func (r *run) crossing(c *candidate, rate, slope float64) float64 {
	cost := float64(r.Projects[c.project].Cost)
	supporters, money, drifts := r.supporters[c.project], r.money, r.drifts
	f := r.factor(c.project)
	y, before, best := rate*f*(1-16*epsilon), -1, -1.0
	rounding := float64(len(supporters)+16) * 2 * epsilon
	for range 200 {
		var has, rise, size, alive float64
		emptied, doubt := 0, false
		for i := range supporters {
			s := &supporters[i]
			a := money[s.class]
			v, due := a.v+a.err, y*s.utility()
			doubt = doubt || math.Abs(v-due) <= near*due+2*a.err
			if v < due {
				up := drifts[s.class].up
				has += s.voters() * v
				rise += s.voters() * up
				size += s.voters() * math.Abs(up)
				emptied++
			} else {
				alive += s.voters() * s.utility()
			}
		}
		if alive == 0 {
			left := cost*(1-rounding) - has*(1+rounding)
			switch rise += rounding * size; {
			case left <= 0:
				c.line.broke = 0
			case rise <= 0:
				c.line.broke = math.Inf(1)
			default:
				c.line.broke = left / rise * (1 - near)
			}
			return max(best, c.line.broke)
		}
		bound := line{rate: (cost*(1-rounding) - has*(1+rounding)) / alive / f * (1 - 8*epsilon), broke: c.line.broke}
		bound.slope = -(rise + rounding*size) / alive / f
		bound.slope -= math.Abs(bound.slope) * 8 * epsilon
		gap := bound.rate - rate
		done := emptied == before
		if done && !doubt { // these are those who give all at the candidate's own price, which is not below the winner's
			gap = max(0, gap)
		}
		x := math.Inf(1)
		if gap < 0 {
			x = 0
		} else if slope > bound.slope {
			x = gap / (slope - bound.slope) * (1 - near)
		}
		if x > best {
			best, c.line = x, bound
		}
		if done || best >= r.horizon {
			return best
		}
		y, before = max(y, (cost-has)/alive), emptied
	}
	return max(best, 0)
}

// crossingExactly returns for how large a rise a candidate stays dearer than the
// winner or as dear, which decides between two that tie, or almost tie, for long.
// As long as nobody who gives all he has begins to keep something, all prices are
// straight lines, whose inclines are fractions. (Nobody begins to give all he has:
// with a larger share purses only grow and prices only fall.)
func (r *run) crossingExactly(winner, other *candidate) float64 {
	w, o := r.settle(winner.project, winner.price), r.settle(other.project, other.price)
	if w.broke || o.broke {
		return 0
	}
	iw, io := r.inclineOf(winner.project, w), r.inclineOf(other.project, o)
	x := min(r.linear, r.linearFor(winner.project, w, iw), r.linearFor(other.project, o, io))
	scale := func(c *candidate, y *big.Rat) *big.Rat {
		if r.byCost {
			y.Quo(y, new(big.Rat).SetInt64(r.Projects[c.project].Cost))
		}
		return y
	}
	common := new(big.Int).Mul(r.ledger.common, big.NewInt(r.voters))
	amount := func(o offer) *big.Rat {
		return new(big.Rat).SetFrac(o.exact.num, new(big.Int).Mul(common, big.NewInt(o.exact.weight)))
	}
	gap, closing := scale(other, amount(o)), scale(winner, iw)
	gap.Sub(gap, scale(winner, amount(w)))
	closing.Sub(closing, scale(other, io))
	if closing.Sign() > 0 {
		if gap.Sign() <= 0 {
			return 0
		}
		meet, _ := gap.Quo(gap, closing).Float64()
		x = min(x, meet)
	}
	return x * (1 - near)
}

// inclineOf returns how a price that settle found changes with the share.
func (r *run) inclineOf(project int, o offer) *big.Rat {
	for t := len(r.inclines); t < len(r.rounds); t++ {
		times := make([]int64, t)
		var givers, weight int64
		for _, s := range r.supporters[r.rounds[t].project] {
			switch at := r.emptied[s.class]; {
			case at == int32(t):
				givers += r.addHistory(times, s.class)
			case at < 0 || at > int32(t):
				weight += int64(s.count) * int64(s.weight)
			}
		}
		r.inclines = append(r.inclines, r.incline(givers, weight, times))
	}
	times := make([]int64, len(r.rounds))
	var givers int64
	for _, s := range r.supporters[project] {
		if o.sure[s.class] && r.emptied[s.class] < 0 {
			givers += r.addHistory(times, s.class)
		}
	}
	return r.incline(givers, o.exact.weight, times)
}

// incline is how much less the others must pay, per unit of weight, for each unit
// by which the share of givers with this history rises.
func (r *run) incline(givers, weight int64, times []int64) *big.Rat {
	sum := new(big.Rat).SetInt64(-givers)
	for t, n := range times {
		if n != 0 {
			sum.Add(sum, new(big.Rat).Mul(new(big.Rat).SetInt64(n), r.inclines[t]))
		}
	}
	return sum.Quo(sum, new(big.Rat).SetInt64(weight))
}

// linearFor returns a rise up to which those who give all they have for a project
// go on doing so.
func (r *run) linearFor(project int, o offer, incline *big.Rat) float64 {
	slope, _ := incline.Float64()
	least := math.Inf(1)
	for _, s := range r.supporters[project] {
		if !o.sure[s.class] || r.emptied[s.class] >= 0 {
			continue
		}
		a := &r.money[s.class]
		due := o.value * s.utility()
		gap := due - a.v - a.err - s.utility()*o.err - 4*epsilon*(due+a.v)
		least = min(least, gap/(r.drifts[s.class].up-s.utility()*slope*(1+8*epsilon)))
	}
	return least
}

// guardEnd shrinks the horizon to where a project that nobody can pay for at the
// end of the run becomes affordable.
func (r *run) guardEnd() {
	for i := range r.rest {
		if r.horizon == 0 {
			return
		}
		c := r.rest[i]
		if c.line.broke < r.horizon {
			r.shrink(r.crossing(c, math.MaxFloat64/1e30, 0))
		}
	}
}
