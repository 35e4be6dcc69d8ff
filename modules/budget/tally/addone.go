package tally

import (
	"math"
	"math/big"
)

// shares runs the Method of Equal Shares, with Add1 and the greedy completion
// where the method asks for them (RULES.md, sections 2 to 4).
func (p *poll) shares(res *Result, o Options, m method) {
	res.Share = new(big.Rat)
	if p.voters > 0 {
		step := o.Step
		if step == 0 {
			step = p.unit()
		}
		a := &addition{poll: p, m: m, step: step, start: big.NewInt(p.Budget), warm: make([]float64, len(p.Projects))}
		if m.whole {
			a.start.SetInt64(p.Budget / p.voters / step * step)
			a.start.Mul(a.start, big.NewInt(p.voters))
		}
		if m.addOne {
			a.raise()
		}
		r := p.newRun(m, a.shareN(), a.warm, 0, 0)
		r.play()
		res.Steps, res.Runs = a.steps, a.runs+1
		p.record(res, r)
	}
	if m.completion {
		p.greedy(res, m, o.FundUnsupported)
	}
}

// addition is the search for the last share that Add1 gives.
type addition struct {
	*poll
	m     method
	step  int64
	start *big.Int  // the first share, times voters
	warm  []float64 // by project: its latest price, to begin with in the next run
	steps int64
	runs  int
}

// shareN is the share after the steps made so far, times voters.
func (a *addition) shareN() *big.Int {
	n := new(big.Int).Mul(big.NewInt(a.steps), big.NewInt(a.step))
	return n.Add(n.Mul(n, big.NewInt(a.voters)), a.start)
}

// raise finds the number of steps at which Add1 ends. The outcome is not
// monotone in the share, so no share may be passed over unless its outcome is
// known: each run also proves how far the share can rise with every comparison
// in the run coming out the same, and the next run is made at the first step
// that is not below that. What was proven about the first rounds of a run holds
// for the next one, as long as it repeats them.
func (a *addition) raise() {
	horizon, usual := float64(a.step)*16, float64(a.step)
	var known []choice
	var last int64 // the greatest number of steps whose outcome is known to be within the budget
	for {
		r := a.newRun(a.m, a.shareN(), a.warm, horizon, float64(a.step))
		r.limit = a.Budget
		r.known, r.at, r.repeat = known, float64(a.steps)*float64(a.step), usual/2
		r.play()
		known = r.proven
		a.runs++
		if a.stopped {
			return
		}
		if r.cost > a.Budget {
			a.steps = last
			return
		}
		if a.ended(r) {
			return
		}
		jump := int64(1)
		if steps := math.Ceil(r.horizon / float64(a.step) * (1 - near)); steps > 1 {
			jump = int64(min(steps, 1<<40))
		}
		last = a.steps + jump - 1
		a.steps += jump
		made := float64(jump) * float64(a.step)
		usual += (made - usual) / 4
		horizon = 6 * max(made, usual) // bounds are the tighter, the less is asked of them
	}
}

// ended says whether Add1 stops with this outcome, which is within the budget:
// everything supported is bought, or (unless the rule goes on until it would
// overspend) nothing that is left fits. Projects without cost or supporters do
// not count.
func (a *addition) ended(r *run) bool {
	left := false
	for i, project := range a.Projects {
		if project.Cost > 0 && a.votes[i] > 0 && r.round[i] < 0 {
			left = true
			if !a.m.overspend && project.Cost <= a.Budget-r.cost {
				return false
			}
		}
	}
	return !left || !a.m.overspend
}

// record puts a finished run into the result, exactly.
func (p *poll) record(res *Result, r *run) {
	r.settleRounds()
	perVoter := big.NewInt(p.voters)
	res.Share = new(big.Rat).SetFrac(r.shareN, perVoter)
	for _, i := range p.inOrder(r.free) {
		res.win(p, Round{Project: i, Payment: new(big.Rat), PaidInFull: p.votes[i]}, WonByRule)
	}
	common := new(big.Int).Set(perVoter)
	for t, bought := range r.rounds {
		common.Mul(common, r.ledger.factor[t])
		round := Round{Project: bought.project, Payment: new(big.Rat).SetFrac(r.ledger.num[t], common)}
		round.Effective = new(big.Rat).Inv(round.Payment)
		if r.byCost {
			round.Effective.Mul(round.Effective, new(big.Rat).SetInt64(p.Projects[bought.project].Cost))
		}
		for _, s := range p.supporters[bought.project] {
			if at := r.emptied[s.class]; at < 0 || at > int32(t) {
				round.PaidInFull += p.count[s.class]
			} else {
				round.PaidLess += p.count[s.class]
			}
		}
		res.win(p, round, WonByRule)
	}
	common.Mul(perVoter, r.ledger.common)
	for i := range p.Projects {
		if p.votes[i] > 0 && res.Projects[i].Place == 0 {
			res.lose(p, i, LostSupporters, new(big.Rat).SetFrac(r.savings(i), common))
		}
	}
}

// inOrder sorts projects by the tie order.
func (p *poll) inOrder(projects []int) []int {
	for i := range projects {
		for j := i; j > 0 && p.rank[projects[j]] < p.rank[projects[j-1]]; j-- {
			projects[j], projects[j-1] = projects[j-1], projects[j]
		}
	}
	return projects
}
