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

// pass divides the supporters into those who cannot pay y and the others. What is
// added up stands in variables of its own, for the machine to keep at hand: this
// is where counting spends its time.
func (r *run) pass(supporters []supporter, y float64) (total sums) {
	money, least := r.money, math.Inf(1)
	for len(supporters) > 0 {
		n := min(len(supporters), blockSize)
		var paid, paidErr, left, leftErr, alive float64
		emptied := 0
		for _, s := range supporters[:n] {
			a := money[s.class]
			utility, voters := s.utility(), s.voters()
			due := y * utility
			if a.v < due {
				paid += voters * a.v
				paidErr += voters * a.err
				emptied++
				continue
			}
			alive += voters * utility
			left += voters * a.v
			leftErr += voters * a.err
			has := a.v - a.err
			if has < least*utility {
				least = has / utility
			}
			if has < due*(1+near) {
				total.nearby += voters * utility
				total.nearbyErr += voters * a.err
			}
		}
		supporters = supporters[n:]
		total.paid += paid
		total.paidErr += paidErr
		total.left += left
		total.leftErr += leftErr
		total.alive += alive
		total.emptied += emptied
	}
	total.least = least
	return total
}

// risers are what those who give all they have for a project gain together while
// the share rises by one: at most rise, of which size is the sum of the amounts.
type risers struct{ rise, size float64 }

// certain settles an offer if for some supporter it is within the error whether
// he can pay it: afterwards those surely give all they have whose purse is below
// the price, or who stand in sure. It adds up what they gain when shares rise.
func (r *run) certain(project int, o offer) (offer, risers) {
	if o.sure == nil {
		if gain, clear := r.addRisers(project, o); clear {
			return o, gain
		}
		o = r.settle(project, o)
	}
	var gain risers
	if r.horizon > 0 {
		for _, s := range r.supporters[project] {
			if o.sure[s.class] {
				up := r.drifts[s.class].up
				gain.rise += s.voters() * up
				gain.size += s.voters() * math.Abs(up)
			}
		}
	}
	return o, gain
}

// addRisers reports whether for every supporter it is clear whether he can pay.
func (r *run) addRisers(project int, o offer) (gain risers, clear bool) {
	money, drifts := r.money, r.drifts
	var rise, size float64
	for _, s := range r.supporters[project] {
		a, utility := money[s.class], s.utility()
		due := o.value * utility
		if math.Abs(a.v-due) <= a.err+utility*o.err+4*epsilon*(a.v+due) {
			return gain, false
		}
		if a.v < due && r.horizon > 0 {
			up, voters := drifts[s.class].up, s.voters()
			rise += voters * up
			size += voters * math.Abs(up)
		}
	}
	return risers{rise, size}, true
}
