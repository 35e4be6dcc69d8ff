package tally

import "musharaka/modules/kit/fault"

// compare lets the voters choose between two outcomes, as the rules of Wieliczka
// and Świecie do: each prefers the one with more winners that he or she supports.
// Voters without any supported winner on either side have a say like all others.
func (p *poll) compare(greedy, own *Result) *Comparison {
	c := &Comparison{Greedy: greedy.Winners, Shares: own.Winners}
	for i, votes := range p.classes {
		more := 0
		for _, v := range votes {
			if greedy.Projects[v.project].Place > 0 {
				more++
			}
			if own.Projects[v.project].Place > 0 {
				more--
			}
		}
		switch {
		case more > 0:
			c.PreferGreedy += p.count[i]
		case more < 0:
			c.PreferOwn += p.count[i]
		}
	}
	c.GreedyChosen = c.PreferGreedy > c.PreferOwn
	return c
}

// Run counts the election. Every error is a fault: of kind Invalid, which names what
// cannot be counted, or Unavailable when Options.Stop said so. The election is
// not changed.
func Run(e *Election, o Options) (*Result, error) {
	m, err := o.check()
	if err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	tie := o.Tie
	if tie == nil {
		tie = ScoreCostID
	}
	p := e.prepare(tie, m.weighted)
	p.stop = o.Stop
	res := p.count1(o, m)
	if p.stopped {
		return nil, fault.New(fault.Unavailable, "The count took too long and was given up.")
	}
	if !o.Compare {
		return res, nil
	}
	greedy := p.newResult(Greedy)
	p.greedy(greedy, method{}, o.FundUnsupported)
	comparison := p.compare(greedy, res)
	if comparison.GreedyChosen {
		greedy.Rule, res = o.Rule, greedy
	}
	res.Comparison = comparison
	return res, nil
}

// count1 runs one rule without the comparison step.
func (p *poll) count1(o Options, m method) *Result {
	res := p.newResult(o.Rule)
	switch m.family {
	case familyShares:
		p.shares(res, o, m)
	case familyPhragmen:
		p.phragmen(res, o.FundUnsupported)
	default:
		p.greedy(res, m, o.FundUnsupported)
	}
	return res
}
