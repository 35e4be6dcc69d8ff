package budget

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Carry moves a funded project on: ActProcure, ActBuild, ActDeliver, ActDrop.
// Giving up has a reason, which is public. Doing it twice is doing it once.
func (s *Service) Carry(ctx context.Context, who auth.Actor, id string, act Act, reason string) (Proposal, error) {
	reason = tidy(reason, true)
	if act == ActDrop {
		if err := broken(required("reason", reason, needReason, MaxReason)); err != nil {
			return Proposal{}, err
		}
	}
	notice, ok := workNotices[act]
	if !ok {
		return Proposal{}, errNotNow
	}
	to := map[Act]State{ActProcure: Procurement, ActBuild: Works, ActDeliver: Delivered, ActDrop: Dropped}[act]
	d := done{reason: reason, tasks: []Task{{taskTell, notice}}}
	return s.actOnProposal(ctx, who, id, act, d, func(p Proposal) bool { return p.State == to }, func(p *Proposal, _ Edition) error {
		switch act {
		case ActDeliver:
			p.Work.Finished = s.Clock.Now()
		case ActDrop:
			p.Work.Dropped = reason
		}
		return nil
	})
}

// ReportKind is what is reported of a project that is carried out.
type ReportKind string

// The kinds of reports.
const (
	ReportPlan      ReportKind = "plan"      // service and day of the end, before anything is late
	ReportMilestone ReportKind = "milestone" // a new one
	ReportReached   ReportKind = "reached"   // Of: a milestone
	ReportContract  ReportKind = "contract"
	ReportPayment   ReportKind = "payment"
	ReportDelay     ReportKind = "delay"  // a new end, with the reason
	ReportStrike    ReportKind = "strike" // Of: a contract or a payment, with the reason
	ReportBefore    ReportKind = "before" // Of: a picture
	ReportAfter     ReportKind = "after"
)

// ReportKinds are all kinds.
var ReportKinds = []ReportKind{ReportPlan, ReportMilestone, ReportReached, ReportContract, ReportPayment, ReportDelay, ReportStrike, ReportBefore, ReportAfter}

// Report is one thing written down about a project. Which fields are needed
// depends on the kind.
type Report struct {
	Kind   ReportKind
	Of     string // what it is about: an entry's id, a file
	Text   string // title, supplier, note or reason
	Ref    string // a contract's number, a service's key
	Amount int64  // minor units
	On     time.Time
	Once   string // token of the form
}

// Tell writes down one report. A *Broken says what is wrong with it. The same
// form sent twice counts once.
func (s *Service) Tell(ctx context.Context, who auth.Actor, id string, r Report) (Proposal, error) {
	r.Text, r.Ref = tidy(r.Text, true), tidy(r.Ref, false)
	entry := s.Ident.ID()
	if r.Once != "" {
		entry = onceID("report", who.PersonID, r.Once)
	}
	d := done{details: map[string]string{"kind": string(r.Kind)}}
	if r.Kind == ReportDelay {
		d.reason, d.tasks = r.Text, []Task{{taskTell, NoticeDelayed}}
	}
	if r.Kind == ReportStrike {
		d.reason = r.Text
	}
	p, err := s.actOnProposal(ctx, who, id, ActReport, d, func(p Proposal) bool { return p.Work.has(entry) }, func(p *Proposal, e Edition) error {
		w := p.Work.clone()
		if err := broken(w.add(r, entry, e, s.Clock.Now())); err != nil {
			return err
		}
		p.Work = w
		return nil
	})
	if err == nil && (r.Kind == ReportBefore || r.Kind == ReportAfter) {
		err = s.Files.Publish(ctx, []string{r.Of}, true)
	}
	return p, err
}

// has reports whether an entry is written down already.
func (w Work) has(entry string) bool {
	return slices.ContainsFunc(w.Milestones, func(m Milestone) bool { return m.ID == entry }) ||
		slices.ContainsFunc(w.Contracts, func(c Contract) bool { return c.ID == entry }) ||
		slices.ContainsFunc(w.Payments, func(p Payment) bool { return p.ID == entry }) ||
		slices.ContainsFunc(w.Delays, func(d Delay) bool { return d.ID == entry })
}

func (w Work) clone() Work {
	w.Milestones, w.Contracts, w.Payments = slices.Clone(w.Milestones), slices.Clone(w.Contracts), slices.Clone(w.Payments)
	w.Delays, w.Before, w.After = slices.Clone(w.Delays), slices.Clone(w.Before), slices.Clone(w.After)
	return w
}

var errFull = i18n.Msg("There is no room for more of these")

// add writes a report down, or says what is wrong with it.
func (w *Work) add(r Report, entry string, e Edition, now time.Time) []Problem {
	switch r.Kind {
	case ReportPlan:
		return w.plan(r, e)
	case ReportMilestone:
		found := append(required("text", r.Text, i18n.Msg("Say what will be reached"), MaxTitle), dayGiven(r.On)...)
		if len(w.Milestones) >= MaxMilestones {
			found = append(found, Problem{Field: "text", Message: errFull})
		}
		w.Milestones = append(w.Milestones, Milestone{ID: entry, Title: r.Text, Due: r.On})
		return found
	case ReportReached:
		for i := range w.Milestones {
			if m := &w.Milestones[i]; m.ID == r.Of && m.DoneAt.IsZero() {
				m.DoneAt = now
				return nil
			}
		}
		return []Problem{{Field: "of", Message: i18n.Msg("Choose a milestone that is not reached yet")}}
	case ReportContract, ReportPayment:
		return w.spend(r, entry, now)
	case ReportDelay:
		found := append(required("text", r.Text, needReason, MaxReason), dayGiven(r.On)...)
		if !r.On.After(w.DueAt) && !r.On.IsZero() {
			found = append(found, Problem{Field: "on", Message: i18n.Msg("Give a day after the one that was planned")})
		}
		if len(w.Delays) >= MaxDelays {
			found = append(found, Problem{Field: "text", Message: errFull})
		}
		w.Delays = append(w.Delays, Delay{ID: entry, Reason: r.Text, From: w.DueAt, Until: r.On, At: now})
		w.DueAt = r.On
		return found
	case ReportStrike:
		return w.strike(r)
	case ReportBefore:
		return picture(&w.Before, r.Of)
	case ReportAfter:
		return picture(&w.After, r.Of)
	}
	return []Problem{{Field: "text", Message: i18n.Msg("Choose one")}}
}

func dayGiven(t time.Time) []Problem {
	if t.IsZero() {
		return []Problem{{Field: "on", Message: i18n.Msg("Give the day")}}
	}
	return nil
}

// plan sets service and end. An end that is set is changed by a delay alone.
func (w *Work) plan(r Report, e Edition) []Problem {
	found := dayGiven(r.On)
	if r.Ref != "" && !slices.ContainsFunc(e.Departments, func(d Department) bool { return d.Key == r.Ref }) {
		found = append(found, Problem{Field: "ref", Message: i18n.Msg("Choose one")})
	}
	if !w.DueAt.IsZero() && !r.On.Equal(w.DueAt) {
		found = append(found, Problem{Field: "on", Message: i18n.Msg("The planned end is set; report a delay to change it")})
	}
	w.Department, w.DueAt = r.Ref, r.On
	return found
}

// spend writes down a contract or a payment.
func (w *Work) spend(r Report, entry string, now time.Time) []Problem {
	found := dayGiven(r.On)
	if r.On.After(now) {
		found = append(found, Problem{Field: "on", Message: i18n.Msg("This day has not come yet")})
	}
	if r.Amount <= 0 {
		found = append(found, Problem{Field: "amount", Message: i18n.Msg("Give an amount above zero")})
	}
	if r.Kind == ReportContract {
		found = append(found, required("text", r.Text, i18n.Msg("Say with whom the contract is"), MaxTitle)...)
		if len(w.Contracts) >= MaxContracts {
			found = append(found, Problem{Field: "text", Message: errFull})
		}
		w.Contracts = append(w.Contracts, Contract{ID: entry, Supplier: r.Text, Reference: r.Ref, Amount: r.Amount, On: r.On})
		return found
	}
	if len(w.Payments) >= MaxPayments {
		found = append(found, Problem{Field: "text", Message: errFull})
	}
	w.Payments = append(w.Payments, Payment{ID: entry, Amount: r.Amount, On: r.On, Note: r.Text})
	return append(found, w.problems("amount")...)
}

// strike takes a contract or a payment out of the sums.
func (w *Work) strike(r Report) []Problem {
	found := required("text", r.Text, needReason, MaxReason)
	for i := range w.Contracts {
		if c := &w.Contracts[i]; c.ID == r.Of && c.Struck == "" {
			c.Struck = r.Text
			return append(found, w.problems("text")...)
		}
	}
	for i := range w.Payments {
		if p := &w.Payments[i]; p.ID == r.Of && p.Struck == "" {
			p.Struck = r.Text
			return found
		}
	}
	return append(found, Problem{Field: "of", Message: i18n.Msg("Choose one")})
}

func picture(list *[]string, id string) []Problem {
	if id == "" || len(*list) >= MaxSitePhotos {
		return []Problem{{Field: "file", Message: errFull}}
	}
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
	}
	return nil
}

// Decide records what the council decided on the result: in a session that was
// held on this platform, whose day is then the decision's, or in one that is
// told in words.
func (s *Service) Decide(ctx context.Context, who auth.Actor, id string, d Decision) (Edition, error) {
	d.Session, d.Number, d.Note = tidy(d.Session, false), tidy(d.Number, false), tidy(d.Note, true)
	var found []Problem
	if d.Sitting == "" {
		d.Path, d.Extraordinary = "", false
		found = required("session", d.Session, i18n.Msg("Say which session it was"), MaxTitle)
	} else if err := s.sitIn(ctx, id, &d); err != nil {
		return Edition{}, err
	}
	found = append(found, required("number", d.Number, i18n.Msg("Give the number of the deliberation"), 40)...)
	found = append(found, dayGiven(d.On)...)
	if d.On.After(s.Clock.Now()) {
		found = append(found, Problem{Field: "on", Message: i18n.Msg("This day has not come yet")})
	}
	if err := broken(found); err != nil {
		return Edition{}, err
	}
	note := done{details: map[string]string{"number": d.Number}}
	return s.actOnEdition(ctx, who, id, ActDecide, note, func(e Edition) bool { return e.Decision != nil && *e.Decision == d }, func(e *Edition) error {
		e.Decision = &d
		return nil
	})
}

// sitIn writes into a decision what is known of the session it names.
func (s *Service) sitIn(ctx context.Context, edition string, d *Decision) error {
	e, err := s.editions.Get(ctx, edition)
	if err != nil || s.Sittings == nil {
		return errNoEdition.Because("budget.decide", err)
	}
	held, err := s.Sittings.Sitting(ctx, e.Authority, d.Sitting)
	if isNotFound(err) {
		return wrong("sitting", i18n.Msg("Choose one"))
	}
	d.Session, d.On, d.Path, d.Extraordinary = "", held.On, held.Path, held.Extraordinary
	return err
}

// Funded returns the projects of an edition that are carried out, by state and
// number. There are at most MaxProjects.
func (s *Service) Funded(ctx context.Context, edition string) ([]Proposal, error) {
	var all []Proposal
	for _, state := range ExecutionStates {
		err := s.proposals.Each(ctx, store.Query{Index: "edition", Equal: []any{edition, string(state)}, Limit: 200}, func(p Proposal) error {
			all = append(all, p.Public())
			return nil
		})
		if err != nil {
			return nil, fault.Wrap("budget.Funded", err)
		}
	}
	slices.SortStableFunc(all, func(a, b Proposal) int { return int(a.Number - b.Number) })
	return all, nil
}
