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
		asked := y
		y = (cost - t.paid) / t.alive
		if slack := 2*(t.paidErr+rounding)/t.alive + 4*epsilon*y; y-slack > enough && !o.doubtful {
			o.value, o.err = y, slack
			return o
		}
		switch {
		case y >= asked && t.least > y*(1+2*near): // nobody more gives all at the new price, nor nearly
			t.nearby, t.nearbyErr = 0, 0
		case t.emptied != before:
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
	least             float64 // the least price at which somebody more could belong to it
}

// pass divides the supporters into those who cannot pay y and the others.
func (r *run) pass(supporters []supporter, y float64) (total sums) {
	total.least = math.Inf(1)
	for len(supporters) > 0 {
		n := min(len(supporters), blockSize)
		t := sums{least: total.least}
		for i := range supporters[:n] {
			s := &supporters[i]
			a := &r.money[s.class]
			if due := y * s.utility(); a.v < due {
				t.paid += s.voters() * a.v
				t.paidErr += s.voters() * a.err
				t.emptied++
			} else {
				t.alive += s.voters() * s.utility()
				t.left += s.voters() * a.v
				t.leftErr += s.voters() * a.err
				if has := a.v - a.err; has < t.least*s.utility() {
					t.least = has / s.utility()
				}
				if a.v-a.err < due*(1+near) {
					t.nearby += s.voters() * s.utility()
					t.nearbyErr += s.voters() * a.err
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
		total.least = t.least
	}
	return total
}

// empties says whether paying this price takes all a class has. It is certain
// for an offer that comes from certain.
func (r *run) empties(s supporter, o offer) bool {
	if o.sure != nil {
		return o.sure[s.class]
	}
	return r.money[s.class].v < o.value*s.utility()
}

// certain settles an offer if for some supporter it is within the error whether
// he can pay it.
func (r *run) certain(project int, o offer) offer {
	if o.sure != nil {
		return o
	}
	for _, s := range r.supporters[project] {
		a := &r.money[s.class]
		due := o.value * s.utility()
		if math.Abs(a.v-due) <= a.err+s.utility()*o.err+4*epsilon*(a.v+due) {
			return r.settle(project, o)
		}
	}
	return o
}
