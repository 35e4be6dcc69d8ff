package tally

import "math"

// epsilon is the largest relative error of one rounding of a float64.
const epsilon = 1.0 / (1 << 53)

// near is the zone around a price, relative to it, in which a purse counts as
// perhaps too small to pay it.
const near = 1e-9

// offer is a price per weight: the least y with Σ min(purse, y·weight) = cost.
type offer struct {
	value, err float64        // the true price is within err of value
	emptied    int            // classes that would pay all they have
	alive      float64        // weight of those who would not
	broke      bool           // all purses together do not suffice
	doubtful   bool           // whether they suffice is not known
	plain      bool           // the price is surely cost/alive: who would give all has nothing
	sure       map[int32]bool // set by settle: the classes that would pay all, exactly
	exact      *fraction      // set by settle
}

func (o offer) low() float64  { return o.value - o.err }
func (o offer) high() float64 { return o.value + o.err }

// price finds a project's price by Newton's method: those who cannot pay the
// price give all they have, the others share the rest, until nobody is added.
// It is exact after finitely many steps but for rounding, of which the offer
// keeps account: with S the classes that pay all,
//
//	(cost − Σ_S purse)/weight of the others
//
// is never above the true price, for any S, and at most
// (Σ_S err + Σ_near err)/weight of those surely outside S below it.
//
// from is a price to start from, best one that is not above the true one. Once
// the price is known to be above enough, it is not looked into further: the
// offer's low() is a bound, its value is not the price.
func (r *run) price(project int, from, enough float64) offer {
	cost := float64(r.Projects[project].Cost)
	supporters := r.supporters[project]
	y, before := from, -1
	for range 200 {
		t := r.pass(supporters, y)
		rounding := (blockSize + float64(len(supporters))/blockSize + 16) * epsilon * (t.paid + t.left + cost)
		o := offer{emptied: t.emptied, alive: t.alive}
		switch slack := 2*(t.paidErr+t.leftErr) + 2*rounding; {
		case t.paid+t.left < cost-slack:
			o.broke = true
			return o
		case t.paid+t.left <= cost+slack:
			o.doubtful = true
		}
		if t.alive == 0 {
			o.doubtful, o.value, o.err = true, y, math.Inf(1)
			return o
		}
		y = (cost - t.paid) / t.alive
		if slack := 2*(t.paidErr+rounding)/t.alive + 4*epsilon*y; y-slack > enough && !o.doubtful {
			o.value, o.err = y, slack
			return o
		}
		if t.emptied != before {
			before = t.emptied
			continue
		}
		o.value, o.err = y, math.Inf(1)
		o.plain = t.paid == 0 && t.paidErr == 0 && t.nearby == 0
		if t.alive > t.nearby {
			o.err = 2*(t.paidErr+t.nearbyErr+rounding)/(t.alive-t.nearby) + 4*epsilon*y
		}
		if o.err > near/2*y {
			o.err, o.plain = math.Inf(1), false
		}
		return o
	}
	return offer{value: y, err: math.Inf(1), doubtful: true}
}

// blockSize is how many terms are summed on their own: with blocks the rounding
// of a sum of n terms is that of about blockSize + n/blockSize additions.
const blockSize = 64

// sums are what one pass over the supporters of a project adds up.
type sums struct {
	paid, paidErr     float64 // what those give who give all, and its error
	left, leftErr     float64 // the purses of the others
	alive             float64 // weight of the others
	nearby, nearbyErr float64 // weight of those who perhaps belong to the first group, and their errors
	emptied           int     // classes in the first group
}

// pass divides the supporters into those who cannot pay y and the others.
func (r *run) pass(supporters []supporter, y float64) (total sums) {
	for len(supporters) > 0 {
		n := min(len(supporters), blockSize)
		var t sums
		for i := range supporters[:n] {
			s := &supporters[i]
			a := &r.money[s.class]
			if due := y * s.weight; a.v < due {
				t.paid += s.count * a.v
				t.paidErr += s.count * a.err
				t.emptied++
			} else {
				t.alive += s.count * s.weight
				t.left += s.count * a.v
				t.leftErr += s.count * a.err
				if a.v-a.err < due*(1+near) {
					t.nearby += s.count * s.weight
					t.nearbyErr += s.count * a.err
				}
			}
		}
		supporters = supporters[n:]
		total.paid += t.paid
		total.paidErr += t.paidErr
		total.left += t.left
		total.leftErr += t.leftErr
		total.alive += t.alive
		total.nearby += t.nearby
		total.nearbyErr += t.nearbyErr
		total.emptied += t.emptied
	}
	return total
}

// empties says whether paying this price takes all a class has. It is certain
// for an offer that comes from certain.
func (r *run) empties(s supporter, o offer) bool {
	if o.sure != nil {
		return o.sure[s.class]
	}
	return r.money[s.class].v < o.value*s.weight
}

// certain settles an offer if for some supporter it is within the error whether
// he can pay it.
func (r *run) certain(project int, o offer) offer {
	if o.sure != nil {
		return o
	}
	for _, s := range r.supporters[project] {
		a := &r.money[s.class]
		due := o.value * s.weight
		if math.Abs(a.v-due) <= a.err+s.weight*o.err+4*epsilon*(a.v+due) {
			return r.settle(project, o)
		}
	}
	return o
}
