package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// reconcileStep is where the comparing of items with their sources stands: it
// goes through the sources one after the other, then through the open items.
type reconcileStep struct {
	Part  string `bson:"part"`  // name of a source, or an item's state
	After string `bson:"after"` // cursor
	Run   string `bson:"run"`   // which round, so that the parts of one do not meet those of another
}

// reconcile begins a round; the parts follow as jobs of their own, each with a
// cursor, so that no single run grows with the data.
func (s *Service) reconcile(ctx context.Context) error {
	run := s.Clock.Now().Format(time.RFC3339)
	for _, part := range s.parts() {
		if err := s.nextStep(ctx, reconcileStep{Part: part, Run: run}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) parts() []string {
	var parts []string
	for _, source := range s.sources {
		parts = append(parts, source.Name())
	}
	return append(parts, string(Open), string(Snoozed))
}

// nextStep enqueues one part. Its key is the part alone: a round that is still
// under way is not joined by a second one.
func (s *Service) nextStep(ctx context.Context, step reconcileStep) error {
	return job.Enqueue(ctx, s.Queue, jobReconcile, step.Part, step, s.Clock.Now())
}

// reconcilePart compares one page of a part, then asks for the next.
func (s *Service) reconcilePart(ctx context.Context, step reconcileStep) error {
	const pages = 20 // in one job
	for range pages {
		next, err := s.reconcilePage(ctx, step)
		if err != nil || next == "" {
			return err
		}
		step.After = next
	}
	return s.nextStep(ctx, step)
}

func (s *Service) reconcilePage(ctx context.Context, step reconcileStep) (string, error) {
	if step.Part == string(Open) || step.Part == string(Snoozed) {
		page, err := s.items.Find(ctx, store.Query{Index: "clock", Equal: []any{step.Part}, After: step.After, Limit: 100})
		if err != nil {
			return "", err
		}
		for _, it := range page.Items {
			if err := s.refreshKnown(ctx, it.Subject); err != nil {
				return "", err
			}
		}
		return page.Next, nil
	}
	source, ok := s.source(step.Part + ":")
	if !ok {
		return "", nil
	}
	subjects, next, err := source.Waiting(ctx, step.After)
	if err != nil {
		return "", err
	}
	for _, subject := range subjects {
		if err := s.Refresh(ctx, subject); err != nil {
			return "", err
		}
	}
	return next, nil
}

// refreshKnown is Refresh for an item that is there: without its source, which
// another version of the program had, it is left as it is.
func (s *Service) refreshKnown(ctx context.Context, subject string) error {
	if _, ok := s.source(subject); !ok {
		return nil
	}
	return s.Refresh(ctx, subject)
}

// Finding is something that Check found wrong.
type Finding struct {
	Subject, Problem string
	Repaired         bool
}

// Check compares the items with what their sources say waits, the monthly
// figures with the replies, and the histories with the audit.
func (s *Service) Check(ctx context.Context, repair bool) ([]Finding, error) {
	c := &checker{s: s, repair: repair, seen: map[string]bool{}}
	for _, step := range []func(context.Context) error{c.subjects, c.items, c.replies, c.months, c.settings} {
		if err := step(ctx); err != nil {
			return c.found, fault.Wrap("desk.Check", err)
		}
	}
	return c.found, nil
}

type checker struct {
	s      *Service
	repair bool
	found  []Finding
	seen   map[string]bool // subjects that were compared
}

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

// subjects asks every source for all it has.
func (c *checker) subjects(ctx context.Context) error {
	for _, source := range c.s.sources {
		for after := ""; ; {
			subjects, next, err := source.All(ctx, after)
			if err != nil {
				return err
			}
			for _, subject := range subjects {
				if err := c.subject(ctx, source, subject); err != nil {
					return err
				}
			}
			if next == "" {
				break
			}
			after = next
		}
	}
	return nil
}

// subject compares what the desk has of a subject with its standing.
func (c *checker) subject(ctx context.Context, source Source, subject string) error {
	c.seen[subject] = true
	st, err := source.Standing(ctx, subject)
	if err != nil {
		return err
	}
	page, err := c.s.items.Find(ctx, store.Query{Index: "subject", Equal: []any{subject}, Limit: subjectItems})
	if err != nil {
		return err
	}
	var problems []string
	named := map[string]bool{}
	for _, w := range st.Waits {
		id := subject + "." + w.Slot
		named[id] = true
		i := slices.IndexFunc(page.Items, func(it Item) bool { return it.ID == id })
		switch {
		case (i < 0 || page.Items[i].State == Done || page.Items[i].Kind != w.Kind) && c.s.Clock.Now().Sub(w.Since) < 3*reconcileEvery:
			// it has just come, or become this by the clock, and will be found
		case i < 0 || page.Items[i].State == Done:
			problems = append(problems, w.Slot+" waits and is not at the desk")
		case !page.Items[i].Due.Equal(moment(w.Due)) || page.Items[i].Kind != w.Kind || page.Items[i].Authority != w.Authority:
			problems = append(problems, w.Slot+" stands at the desk with another deadline, kind or authority")
		}
	}
	for _, it := range page.Items {
		if it.State != Done && !named[it.ID] {
			problems = append(problems, strings.TrimPrefix(it.ID, subject+".")+" stands at the desk and does not wait")
		}
	}
	if problem, err := c.reply(ctx, subject, st); err != nil {
		return err
	} else if problem != "" {
		problems = append(problems, problem)
	}
	if len(problems) == 0 {
		return nil
	}
	return c.report("desk "+subject, strings.Join(problems, "; "), func() error { return c.s.Tell(ctx, subject, st) })
}

// reply says what is wrong with the reply that is kept of a subject.
func (c *checker) reply(ctx context.Context, subject string, st Standing) (string, error) {
	r, err := c.s.replies.Get(ctx, subject)
	if err != nil && !isNotFound(err) {
		return "", err
	}
	switch {
	case isNotFound(err) && st.Reply == nil:
		return "", nil
	case isNotFound(err):
		return "its reply is not counted", nil
	case st.Reply == nil:
		return "a reply is counted that is not owed", nil
	}
	want := replyDoc{Meta: r.Meta, Kind: st.Reply.Kind, Authority: st.Reply.Authority, Country: st.Reply.Country, Stamp: r.Stamp,
		From: moment(st.Reply.From), Due: moment(st.Reply.Due), RepliedAt: moment(st.Reply.RepliedAt)}
	want.judge(st.Reply.Silent)
	if !want.same(r) {
		return "its reply is counted otherwise than it was given", nil
	}
	return "", nil
}

// items looks at each item: those of subjects that are gone, lists, tasks, audit.
func (c *checker) items(ctx context.Context) error {
	return c.s.items.Each(ctx, store.Query{Limit: 200}, func(it Item) error {
		if it.State != Done && !c.seen[it.Subject] {
			mend := func() error { return c.s.Tell(ctx, it.Subject, Standing{Stamp: it.Stamp + 1}) }
			if _, ok := c.s.source(it.Subject); !ok {
				mend = nil
			}
			return c.report("desk "+it.Subject, "it stands at the desk and is gone", mend)
		}
		rules, err := c.s.SettingsOf(ctx, it.Authority)
		if err != nil {
			return err
		}
		settled := it
		settled.settle(rules)
		if !slices.Equal(settled.Facets, it.Facets) || !settled.Order.Equal(it.Order) || !settled.Wake.Equal(it.Wake) || !slices.Equal(settled.People, it.People) {
			err := c.report("desk "+it.ID, "it stands in the wrong lists", func() error {
				_, err := c.s.items.Update(ctx, it.ID, func(it *Item) error { it.settle(rules); return nil })
				return err
			})
			if err != nil {
				return err
			}
		}
		if len(it.Tasks) > 0 {
			return c.report("desk "+it.ID, "what must follow from an act was not done yet", func() error { c.s.follow(ctx, it); return nil })
		}
		d, err := c.s.Audit.Compare(ctx, mirrored(it.History)...)
		if err != nil {
			return err
		}
		if len(d.Missing) > 0 {
			return c.report("desk "+it.ID, fmt.Sprintf("%d entries of its history are missing in the audit", len(d.Missing)), func() error {
				return c.s.Audit.Record(ctx, mirrored(it.History)...)
			})
		}
		if len(d.Altered) > 0 {
			return c.report("desk "+it.ID, "its history and the audit say different things: "+strings.Join(d.Altered, ", "), nil)
		}
		return nil
	})
}

// replies finds those whose subject is gone.
func (c *checker) replies(ctx context.Context) error {
	return c.s.replies.Each(ctx, store.Query{Limit: 500}, func(r replyDoc) error {
		if c.seen[r.ID] {
			return nil
		}
		return c.report("desk "+r.ID, "a reply is counted of a subject that is gone", func() error { return c.s.Tell(ctx, r.ID, Standing{Stamp: r.Stamp + 1}) })
	})
}

// months compares the figures with the replies.
func (c *checker) months(ctx context.Context) error {
	wanted := map[monthJob]bool{}
	err := c.s.replies.Each(ctx, store.Query{Limit: 500}, func(r replyDoc) error {
		for _, j := range r.countsIn() {
			wanted[j] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.s.months.Each(ctx, store.Query{Limit: 500}, func(m Month) error {
		j := monthJob{m.Authority, m.Kind, m.Month}
		delete(wanted, j)
		counted, err := c.s.countMonth(ctx, j)
		if err != nil || counted.same(m) {
			return err
		}
		return c.report("desk "+m.ID, "its figures are not those of its replies", func() error { return c.s.recount(ctx, j) })
	})
	if err != nil {
		return err
	}
	for j := range wanted {
		if err := c.report("desk "+j.id(), "it has replies and no figures", func() error { return c.s.recount(ctx, j) }); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) settings(ctx context.Context) error {
	return c.s.settings.Each(ctx, store.Query{}, func(x Settings) error {
		if !x.Unmirrored {
			return nil
		}
		return c.report("desk settings of "+x.ID, "what follows from their change was not done yet", func() error { return c.s.settingsFollow(ctx, x) })
	})
}
