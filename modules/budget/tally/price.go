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
// from is a price to start from, best one that is not above the true one.
func (r *run) price(project int, from float64) offer {
	cost := float64(r.Projects[project].Cost)
	supporters := r.supporters[project]
	y, before := from, -1
	for range 200 {
		var paid, paidErr, alive, left, leftErr, nearby, nearbyErr float64
		emptied := 0
		for i := range supporters {
			s := &supporters[i]
			a := &r.money[s.class]
			if due := y * s.weight; a.v < due {
				paid += s.count * a.v
				paidErr += s.count * a.err
				emptied++
			} else {
				alive += s.count * s.weight
				left += s.count * a.v
				leftErr += s.count * a.err
				if a.v-a.err < due*(1+near) {
					nearby += s.count * s.weight
					nearbyErr += s.count * a.err
				}
			}
		}
		rounding := float64(len(supporters)+8) * epsilon * (paid + left + cost)
		o := offer{emptied: emptied, alive: alive}
		switch slack := 2*(paidErr+leftErr) + 2*rounding; {
		case paid+left < cost-slack:
			o.broke = true
			return o
		case paid+left <= cost+slack:
			o.doubtful = true
		}
		if alive == 0 {
			o.doubtful, o.value, o.err = true, y, math.Inf(1)
			return o
		}
		y = (cost - paid) / alive
		if emptied != before {
			before = emptied
			continue
		}
		o.value, o.err = y, math.Inf(1)
		o.plain = paid == 0 && paidErr == 0 && nearby == 0
		if alive > nearby {
			o.err = 2*(paidErr+nearbyErr+rounding)/(alive-nearby) + 4*epsilon*y
		}
		if o.err > near/2*y {
			o.err, o.plain = math.Inf(1), false
		}
		return o
	}
	return offer{value: y, err: math.Inf(1), doubtful: true}
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
