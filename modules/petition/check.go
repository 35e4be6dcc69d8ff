package petition

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Finding is one thing that is not as it must be.
type Finding struct {
	Subject  string // "petition:…", "signature:…": an id, never a name
	Problem  string // an English sentence for the operator
	Repaired bool
}

// String returns the finding as `server check` prints it.
func (f Finding) String() string {
	if f.Repaired {
		return f.Subject + ": " + f.Problem + " (repaired)"
	}
	return f.Subject + ": " + f.Problem
}

// Check compares everything that is derived with what it is derived from:
// tallies with signatures, lists and cards with petitions, the audit with
// histories, references with what they refer to, states with their dates.
// repair corrects what can be corrected without judging. It walks everything;
// it may run beside a live service, where a count that changes this moment can
// be reported once.
func (s *Service) Check(ctx context.Context, repair bool) ([]Finding, error) {
	c := &checker{s: s, repair: repair, known: map[string]bool{}, batches: map[string]Batch{}, references: map[string]string{}, last: map[string]int64{}}
	for _, part := range []func(context.Context) error{c.petitions, c.counters, c.allBatches, c.signatures, c.sheets, c.bursts, c.followers, c.tallies, c.cards, c.opinions, c.files} {
		if err := part(ctx); err != nil {
			return c.found, fault.Wrap("petition.Check", err)
		}
	}
	return c.found, nil
}

// forgetLate is how late the daily retention may be before it is reported.
const forgetLate = 7 * 24 * time.Hour

type checker struct {
	s          *Service
	repair     bool
	found      []Finding
	known      map[string]bool   // petitions that exist
	references map[string]string // reference → petition
	last       map[string]int64  // year → highest number in use
	batches    map[string]Batch
}

// report notes a problem; mend, when not nil, is what corrects it.
func (c *checker) report(subject, problem string, mend func() error) error {
	f := Finding{Subject: subject, Problem: problem}
	if c.repair && mend != nil {
		if err := mend(); err != nil {
			return err
		}
		f.Repaired = true
	}
	c.found = append(c.found, f)
	return nil
}

func (c *checker) petitions(ctx context.Context) error {
	return c.s.petitions.Each(ctx, store.Query{Limit: 200}, func(p Petition) error {
		c.known[p.ID] = true
		for _, check := range []func(context.Context, Petition) error{c.reference, c.state, c.lists, c.tally, c.figures, c.late, c.card, c.history} {
			if err := check(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *checker) reference(_ context.Context, p Petition) error {
	if p.Reference == "" {
		if p.State != Draft {
			return c.report(subject(p.ID), "it is past its draft and has no reference", nil)
		}
		return nil
	}
	if other := c.references[p.Reference]; other != "" {
		return c.report(subject(p.ID), "its reference "+p.Reference+" is also that of "+other, nil)
	}
	c.references[p.Reference] = p.ID
	var year string
	var n int64
	if _, err := fmt.Sscanf(strings.ReplaceAll(p.Reference, "-", " "), "PET %s %d", &year, &n); err != nil {
		return c.report(subject(p.ID), "its reference "+p.Reference+" has another form", nil)
	}
	c.last[year] = max(c.last[year], n)
	return nil
}

// state compares a state with the dates that must come with it.
func (c *checker) state(_ context.Context, p Petition) error {
	missing := func(what string, t time.Time) string {
		if t.IsZero() {
			return "it is " + string(p.State) + " and has no time of " + what
		}
		return ""
	}
	var problems []string
	if p.State == Moderation {
		problems = append(problems, missing("submission", p.SubmittedAt))
	}
	if p.State == Open || WaitingStates.Has(p.State) || p.State == Answered || p.State == Expired {
		problems = append(problems, missing("publication", p.PublishedAt), missing("closing", p.ClosesAt))
	}
	if WaitingStates.Has(p.State) {
		problems = append(problems, missing("reaching the threshold", p.ThresholdAt))
	}
	if p.State == Answered {
		problems = append(problems, missing("answer", p.AnsweredAt))
		if _, ok := p.Answer.Shown(); !ok {
			problems = append(problems, "it is answered and no answer is published")
		}
	}
	if (p.State == Rejected || p.State == Hidden) && p.Rejection == nil {
		problems = append(problems, "it is "+string(p.State)+" and no reason is given")
	}
	if n := len(p.History); n == 0 || p.History[n-1].To != string(p.State) {
		problems = append(problems, "its history does not end in its state "+string(p.State))
	}
	for _, problem := range problems {
		if problem == "" {
			continue
		}
		if err := c.report(subject(p.ID), problem, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) lists(ctx context.Context, p Petition) error {
	settled := p
	settled.settle()
	if !slices.Equal(settled.Lists, p.Lists) || !settled.ListAt.Equal(p.ListAt) {
		return c.report(subject(p.ID), "it stands in the wrong work lists", func() error {
			_, err := c.s.petitions.Update(ctx, p.ID, func(p *Petition) error { p.settle(); return nil })
			return err
		})
	}
	if len(p.Tasks) > 0 {
		return c.report(subject(p.ID), "what must follow from an act was not done yet", func() error {
			c.s.follow(ctx, p)
			return nil
		})
	}
	return nil
}

func (c *checker) tally(ctx context.Context, p Petition) error {
	doc, err := c.s.tallies.Get(ctx, p.ID)
	if isNotFound(err) {
		if p.PublishedAt.IsZero() {
			return nil
		}
		return c.report(subject(p.ID), "it has no tally", func() error {
			if err := c.s.ensureTally(ctx, p.ID); err != nil {
				return err
			}
			return c.s.recount(ctx, p.ID)
		})
	}
	if err != nil {
		return err
	}
	counted, err := c.s.countSignatures(ctx, p.ID)
	if err != nil {
		return err
	}
	recount := func() error { return c.s.recount(ctx, p.ID) }
	if stored := doc.tally(); !sameCounts(stored, counted) {
		return c.report(subject(p.ID), fmt.Sprintf("its tally says %d supporters, %d valid and %d comments; there are %d, %d and %d",
			stored.Supporters, stored.Valid, stored.Comments, counted.Supporters, counted.Valid, counted.Comments), recount)
	}
	for _, writer := range doc.Marks {
		alive, err := c.s.alive(ctx, writer)
		if err != nil {
			return err
		}
		if !alive && writer != c.s.counting.writer() {
			return c.report(subject(p.ID), "a writer that is gone left its mark in the tally", recount)
		}
	}
	return nil
}

// late looks for what the count or the clock should have moved.
func (c *checker) late(ctx context.Context, p Petition) error {
	t, err := c.s.tallyNow(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(p.milestones(t.Count())) > 0 {
		return c.report(subject(p.ID), "its count passed a milestone that was not announced", func() error {
			_, err := c.s.checkMilestones(ctx, p.ID)
			return err
		})
	}
	if due, ended, err := c.s.forgetDue(ctx, p); err != nil {
		return err
	} else if ended && c.s.Clock.Now().After(due.Add(forgetLate)) {
		return c.report(subject(p.ID), "it is kept too long who signed it", func() error { return c.s.enqueueForgetting(ctx, forgetting{Petition: p.ID}) })
	}
	const clockLate = 15 * time.Minute // the clock's job runs every minute
	if act, ok := p.due(c.s.Clock.Now().Add(-clockLate)); ok {
		return c.report(subject(p.ID), "the clock has not moved it: "+string(act), func() error { return c.s.comeDue(ctx, p) })
	}
	return nil
}

func (c *checker) card(ctx context.Context, p Petition) error {
	mend := func() error { return c.s.putCard(ctx, p.ID) }
	stored, err := c.s.cards.Get(ctx, p.ID)
	listed := ListedStates.Has(p.State) && p.IsPublic()
	switch {
	case isNotFound(err) && !listed:
		return nil
	case isNotFound(err):
		return c.report(subject(p.ID), "it has no card in the lists", mend)
	case err != nil:
		return err
	case !listed:
		return c.report(subject(p.ID), "it is not public and has a card in the lists", mend)
	}
	doc, err := c.s.tallies.Get(ctx, p.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	counts := doc.tally()
	if len(doc.Marks) > 0 { // people sign: the counts follow within a minute
		counts.Supporters, counts.Valid = stored.Supporters, stored.Valid
	}
	card := p.card(counts)
	if !sameCard(stored, card) {
		return c.report(subject(p.ID), "its card in the lists is out of date", mend)
	}
	return nil
}

func (c *checker) history(ctx context.Context, p Petition) error {
	d, err := c.s.Audit.Compare(ctx, p.History...)
	if err != nil {
		return err
	}
	// What a draft's author does is mirrored when it is submitted.
	if len(d.Missing) > 0 && p.State != Draft {
		err := c.report(subject(p.ID), fmt.Sprintf("%d entries of its history are missing in the audit", len(d.Missing)), func() error {
			return c.s.Audit.Record(ctx, p.History...)
		})
		if err != nil {
			return err
		}
	}
	if len(d.Altered) > 0 {
		return c.report(subject(p.ID), "its history and the audit say different things: "+strings.Join(d.Altered, ", "), nil)
	}
	return nil
}

func (c *checker) counters(ctx context.Context) error {
	for year, used := range c.last {
		doc, err := c.s.counters.Get(ctx, year)
		if err != nil && !isNotFound(err) {
			return err
		}
		if doc.Last >= used {
			continue
		}
		err = c.report("counter:"+year, fmt.Sprintf("it stands at %d, and %d is in use", doc.Last, used), func() error {
			for {
				last, err := c.s.counters.Get(ctx, year)
				if err != nil && !isNotFound(err) || err == nil && last.Last >= used {
					return err
				}
				if _, err := c.s.number(ctx, year); err != nil {
					return err
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) signatures(ctx context.Context) error {
	return c.s.signatures.Each(ctx, store.Query{Limit: 1000}, func(sig Signature) error {
		subject := "signature:" + sig.ID
		if !c.known[sig.Petition] {
			return c.report(subject, "its petition does not exist", nil)
		}
		if !strings.HasPrefix(sig.ID, sig.Petition+":") || sig.Person != "" && sig.ID != SignatureID(sig.Petition, sig.Person) {
			return c.report(subject, "its id is not that of its petition and person", nil)
		}
		if b, there := c.batches[sig.Void]; sig.Void != "" && (!there || b.State == BatchRestored) {
			return c.report(subject, "it is invalidated by a batch that does not do so", func() error {
				return c.s.changeSignature(ctx, sig.Petition, sig.ID, func(now *Signature) error { now.Void = ""; return nil })
			})
		}
		settled := sig
		settled.settle()
		if settled.Counted == sig.Counted && slices.Equal(settled.Lists, sig.Lists) {
			return nil
		}
		return c.report(subject, "it is counted or listed otherwise than its state says", func() error {
			return c.s.changeSignature(ctx, sig.Petition, sig.ID, func(*Signature) error { return nil })
		})
	})
}

func (c *checker) followers(ctx context.Context) error {
	return c.s.followers.Each(ctx, store.Query{Limit: 1000}, func(f Follower) error {
		if c.known[f.Petition] {
			return nil
		}
		return c.report("follower:"+f.ID, "its petition does not exist", func() error { return c.s.followers.Delete(ctx, f.ID) })
	})
}

func (c *checker) tallies(ctx context.Context) error {
	return c.s.tallies.Each(ctx, store.Query{Limit: 1000}, func(d tallyDoc) error {
		if c.known[d.ID] {
			return nil
		}
		return c.report("tally:"+d.ID, "its petition does not exist", func() error { return c.s.tallies.Delete(ctx, d.ID) })
	})
}

func (c *checker) cards(ctx context.Context) error {
	return c.s.cards.Each(ctx, store.Query{Limit: 1000}, func(card Card) error {
		if c.known[card.ID] {
			return nil
		}
		return c.report("card:"+card.ID, "its petition does not exist", func() error { return c.s.cards.Delete(ctx, card.ID) })
	})
}
