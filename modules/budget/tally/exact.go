package tally

import (
	"cmp"
	"math/big"
)

// ledger holds the exact prices of the rounds played so far. It is filled when
// an exact answer is first needed, which most runs never do.
//
// A purse is either empty, or the endowment less what its owner paid per weight
// in each round, times the weight. So only the prices are kept, as whole numbers
// over denominators that grow by one factor in each round: in units of one
// voters-th of a minor unit, round t's price is num[t]/(factor[0]·…·factor[t]).
type ledger struct {
	num    []*big.Int
	factor []*big.Int
	common *big.Int // the product of all factors
}

// fraction is the price num/(ledger.common·weight), as the ledger stood in its round.
type fraction struct {
	num    *big.Int
	weight int64
}

// horner returns Σ times[t]·price[t], times ledger.common.
func (l *ledger) horner(times []int64) *big.Int {
	sum, x := new(big.Int), new(big.Int)
	for t := range l.num {
		if sum.Sign() != 0 {
			sum.Mul(sum, l.factor[t])
		}
		if times[t] != 0 {
			sum.Add(sum, x.Mul(x.SetInt64(times[t]), l.num[t]))
		}
	}
	return sum
}

// settleRounds brings the ledger up to the last round played.
func (r *run) settleRounds() {
	l := &r.ledger
	if l.common == nil {
		l.common = big.NewInt(1)
	}
	for t := len(l.num); t < len(r.rounds); t++ {
		project := r.rounds[t].project
		times := make([]int64, t)
		var givers, weight int64
		for _, s := range r.supporters[project] {
			switch at := r.emptied[s.class]; {
			case at == int32(t):
				givers += r.addHistory(times, s.class)
			case at < 0 || at > int32(t):
				weight += int64(s.count) * int64(s.weight)
			}
		}
		num := r.lacking(project, givers, times)
		w := big.NewInt(weight)
		if g := new(big.Int).GCD(nil, nil, new(big.Int).Mod(num, w), w); g.Cmp(one) > 0 {
			num.Quo(num, g)
			w.Quo(w, g)
		}
		l.num, l.factor = append(l.num, num), append(l.factor, w)
		l.common = new(big.Int).Mul(l.common, w)
	}
}

var one = big.NewInt(1)

// addHistory adds to times[t] what a class paid for in round t, per unit of its
// price, for the rounds before len(times), and returns its voters.
func (r *run) addHistory(times []int64, class int32) int64 {
	n := r.count[class]
	for _, v := range r.classes[class] {
		if t := r.round[v.project]; t >= 0 && int(t) < len(times) {
			times[t] += n * r.weight(v)
		}
	}
	return n
}

func (r *run) weight(v vote) int64 {
	if r.weighted {
		return v.points
	}
	return 1
}

// lacking returns, times ledger.common and voters, what is lacking to a project's
// cost when these givers with this history in common give all they have.
func (r *run) lacking(project int, givers int64, times []int64) *big.Int {
	num := new(big.Int).Mul(big.NewInt(r.Projects[project].Cost), big.NewInt(r.voters))
	num.Sub(num, new(big.Int).Mul(big.NewInt(givers), r.shareN))
	num.Mul(num, r.ledger.common)
	return num.Add(num, r.ledger.horner(times))
}

// purseOf returns a class's exact money per voter, times ledger.common and voters.
func (r *run) purseOf(class int32) *big.Int {
	if r.emptied[class] >= 0 {
		return new(big.Int)
	}
	times := make([]int64, len(r.ledger.num))
	n := r.addHistory(times, class)
	for t := range times {
		times[t] /= n
	}
	amount := new(big.Int).Mul(r.shareN, r.ledger.common)
	return amount.Sub(amount, r.ledger.horner(times))
}

// savings returns the exact money of all supporters of a project together, times
// ledger.common and voters.
func (r *run) savings(project int) *big.Int {
	times := make([]int64, len(r.ledger.num))
	var givers int64
	for _, s := range r.supporters[project] {
		if r.emptied[s.class] < 0 {
			givers += r.addHistory(times, s.class)
		}
	}
	sum := new(big.Int).Mul(big.NewInt(givers), r.shareN)
	sum.Mul(sum, r.ledger.common)
	return sum.Sub(sum, r.ledger.horner(times))
}

// settle prices a project exactly.
func (r *run) settle(project int, o offer) offer {
	r.settleRounds()
	cost := new(big.Int).Mul(big.NewInt(r.Projects[project].Cost), big.NewInt(r.voters))
	if r.savings(project).Cmp(cost.Mul(cost, r.ledger.common)) < 0 {
		return offer{broke: true}
	}
	times := make([]int64, len(r.ledger.num))
	gives := map[int32]bool{}
	var givers, weight int64
	for _, s := range r.supporters[project] {
		if r.emptied[s.class] >= 0 {
			gives[s.class] = true
		} else {
			weight += int64(s.count) * int64(s.weight)
		}
	}
	for {
		num := r.lacking(project, givers, times)
		o = offer{emptied: len(gives), alive: float64(weight), sure: gives, exact: &fraction{num, weight}}
		o.value = r.approximate(o.exact)
		o.err = o.value * 4 * epsilon
		added := false
		for _, s := range r.supporters[project] {
			if !gives[s.class] && r.cannotPay(s, o) {
				gives[s.class], added = true, true
				givers += r.addHistory(times, s.class)
				weight -= int64(s.count) * int64(s.weight)
			}
		}
		if !added {
			return o
		}
	}
}

// cannotPay decides exactly whether a supporter has less than the offer's price.
func (r *run) cannotPay(s supporter, o offer) bool {
	a := &r.money[s.class]
	due := o.value * s.utility()
	margin := a.err + (a.v+due)*16*epsilon
	if a.v-due > margin {
		return false
	}
	if due-a.v > margin {
		return true
	}
	has := r.purseOf(s.class)
	has.Mul(has, big.NewInt(o.exact.weight))
	return has.Cmp(new(big.Int).Mul(o.exact.num, big.NewInt(int64(s.weight)))) < 0
}

// approximate returns a fraction in minor units, rounded; its relative error is
// below two roundings.
func (r *run) approximate(f *fraction) float64 {
	den := new(big.Int).Mul(r.ledger.common, big.NewInt(f.weight))
	den.Mul(den, big.NewInt(r.voters))
	x := new(big.Float).SetPrec(96).SetInt(f.num)
	v, _ := x.Quo(x, new(big.Float).SetPrec(96).SetInt(den)).Float64()
	return v
}

// compareExactly compares two candidates' prices per utility.
func (r *run) compareExactly(a, b *candidate) int {
	left, right := new(big.Int), new(big.Int)
	if a.price.plain && b.price.plain { // the price is cost/alive
		left.Mul(big.NewInt(r.Projects[a.project].Cost), big.NewInt(int64(b.price.alive)))
		right.Mul(big.NewInt(r.Projects[b.project].Cost), big.NewInt(int64(a.price.alive)))
	} else {
		for _, c := range []*candidate{a, b} {
			if c.price.exact == nil {
				c.price = r.settle(c.project, c.price)
			}
		}
		left.Mul(a.price.exact.num, big.NewInt(b.price.exact.weight))
		right.Mul(b.price.exact.num, big.NewInt(a.price.exact.weight))
	}
	if r.byCost {
		left.Mul(left, big.NewInt(r.Projects[b.project].Cost))
		right.Mul(right, big.NewInt(r.Projects[a.project].Cost))
	}
	return cmp.Compare(left.Cmp(right), 0)
}
