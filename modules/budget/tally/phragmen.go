package tally

import (
	"math"
	"math/big"
)

// phragmenRun is an execution of sequential Phragmén (RULES.md, section 6).
// A voter's load is 0 or that of the round in which he last supported a winner,
// so exact loads are kept by round.
type phragmenRun struct {
	*poll
	last []int32 // by class: the last round that changed its load, -1
	load []loadOf
	sum  []float64 // by project: its supporters' loads together, about
	err  []float64 // by project: how wrong sum can be
	left []bool    // by project: can still be chosen

	exact ledger // loads of the rounds, in minor units; see ledger
}

// loadOf is a round's load, as the filter sees it.
type loadOf struct {
	project    int
	value, err float64
}

// phragmen chooses the project whose supporters would carry the least load, if
// its cost were spread so that they all carry the same, and stops when one of
// those with the least load does not fit.
func (p *poll) phragmen(res *Result, unsupported bool) {
	n := len(p.Projects)
	r := &phragmenRun{poll: p, last: make([]int32, len(p.classes)), sum: make([]float64, n), err: make([]float64, n), left: make([]bool, n)}
	r.exact.common = big.NewInt(1)
	for i := range r.last {
		r.last[i] = -1
	}
	for i, project := range p.Projects {
		r.left[i] = project.Cost <= p.Budget && p.votes[i] > 0
		if project.Cost > p.Budget {
			res.lose(p, i, LostTooDear, new(big.Rat).SetInt64(p.Budget))
		}
	}
	stopped := false
	for !stopped {
		least := r.leastLoad()
		if len(least) == 0 {
			break
		}
		for _, i := range least {
			stopped = stopped || p.Projects[i].Cost > res.Remaining
		}
		if !stopped {
			winner := p.inOrder(least)[0]
			r.choose(winner)
			res.win(p, Round{Project: winner, PaidInFull: p.votes[winner]}, WonByRule)
		}
	}
	r.fill(res)
	if unsupported && !stopped {
		p.fundRest(res)
	}
	for i := range p.Projects {
		if r.left[i] && p.Projects[i].Cost > res.Remaining {
			res.lose(p, i, LostMoney, new(big.Rat).SetInt64(res.Remaining))
		}
	}
}

// fundRest takes the unsupported projects in the tie order while all that are
// left fit one by one, as the references do.
func (p *poll) fundRest(res *Result) {
	var rest []int
	for i, project := range p.Projects {
		if p.votes[i] == 0 && project.Cost <= p.Budget {
			rest = append(rest, i)
		}
	}
	rest = p.inOrder(rest)
	for len(rest) > 0 {
		for _, i := range rest {
			if p.Projects[i].Cost > res.Remaining {
				return
			}
		}
		res.win(p, Round{Project: rest[0]}, WonByRule)
		rest = rest[1:]
	}
}

// leastLoad returns all projects whose load would be least.
func (r *phragmenRun) leastLoad() []int {
	best := math.Inf(1)
	low := make([]float64, len(r.Projects))
	for i, left := range r.left {
		if !left {
			continue
		}
		votes, cost := float64(r.votes[i]), float64(r.Projects[i].Cost)
		value := (cost + r.sum[i]) / votes
		slack := r.err[i]/votes + 8*epsilon*value
		low[i] = value - slack
		best = min(best, value+slack)
	}
	var least []int
	for i, left := range r.left {
		if !left || low[i] > best {
			continue
		}
		d := -1
		if len(least) > 0 {
			d = r.compareExactly(i, least[0])
		}
		if d < 0 {
			least = least[:0]
		}
		if d <= 0 {
			least = append(least, i)
		}
	}
	return least
}

func (r *phragmenRun) compareExactly(i, j int) int {
	if r.twin[i] == r.twin[j] {
		return 0
	}
	left, right := r.total(i), r.total(j)
	return left.Mul(left, big.NewInt(r.votes[j])).Cmp(right.Mul(right, big.NewInt(r.votes[i])))
}

// total returns a project's cost and its supporters' loads together, times the
// common denominator.
func (r *phragmenRun) total(i int) *big.Int {
	times := make([]int64, len(r.exact.num))
	for _, s := range r.supporters[i] {
		if t := r.last[s.class]; t >= 0 {
			times[t] += r.count[s.class]
		}
	}
	total := new(big.Int).Mul(big.NewInt(r.Projects[i].Cost), r.exact.common)
	return total.Add(total, r.exact.horner(times))
}

// choose gives all supporters of a project the same load.
func (r *phragmenRun) choose(winner int) {
	num, votes := r.total(winner), big.NewInt(r.votes[winner])
	if g := new(big.Int).GCD(nil, nil, new(big.Int).Mod(num, votes), votes); g.Cmp(one) > 0 {
		num.Quo(num, g)
		votes.Quo(votes, g)
	}
	r.exact.num, r.exact.factor = append(r.exact.num, num), append(r.exact.factor, votes)
	r.exact.common = new(big.Int).Mul(r.exact.common, votes)

	x := new(big.Float).SetPrec(96).SetInt(num)
	value, _ := x.Quo(x, new(big.Float).SetPrec(96).SetInt(r.exact.common)).Float64()
	r.load = append(r.load, loadOf{winner, value, 2 * epsilon * value})
	r.left[winner] = false
	now := int32(len(r.load) - 1)
	for _, s := range r.supporters[winner] {
		was := loadOf{}
		if t := r.last[s.class]; t >= 0 {
			was = r.load[t]
		}
		r.last[s.class] = now
		for _, v := range r.classes[s.class] {
			r.sum[v.project] += s.voters() * (value - was.value)
			r.err[v.project] += s.voters()*(was.err+2*epsilon*value) + 4*epsilon*(r.sum[v.project]+s.voters()*value)
		}
	}
}

// fill gives the result's rounds their exact loads.
func (r *phragmenRun) fill(res *Result) {
	common := big.NewInt(1)
	for t := range r.load {
		common.Mul(common, r.exact.factor[t])
		res.Rounds[t].Load = new(big.Rat).SetFrac(r.exact.num[t], common)
	}
}
