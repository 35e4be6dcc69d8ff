package desk

import (
	"context"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// replyDoc is a reply that was owed, by subject, with the months in which it
// counts.
type replyDoc struct {
	store.Meta `bson:",inline"` // the subject
	Kind       string           `bson:"kind"`
	Authority  string           `bson:"authority"`
	Country    string           `bson:"country"`
	From       time.Time        `bson:"from"`
	Due        time.Time        `bson:"due,omitempty"`
	RepliedAt  time.Time        `bson:"at,omitempty"`
	Stamp      int64            `bson:"stamp"`

	Replied string `bson:"replied"` // month of the reply, "2026-11"; "" while there is none
	Settled string `bson:"settled"` // month in which it is clear whether it was in time; "" while it is not
	InTime  bool   `bson:"in_time"`
	Days    int    `bson:"days"` // of the calendar, from the beginning of the period to the reply
}

// monthOf is a month of an authority's calendar.
func monthOf(t time.Time, country string) string { return t.In(clock.Zone(country)).Format("2006-01") }

// judge derives the months from the moments. A reply in time is settled in the
// month it was given; one that did not come in time in the month of its
// deadline, whether it came later or never.
func (r *replyDoc) judge(silent bool) {
	r.Replied, r.Settled, r.InTime, r.Days = "", "", false, 0
	if !r.RepliedAt.IsZero() {
		r.Replied = monthOf(r.RepliedAt, r.Country)
		r.Days = max(0, DaysLeft(r.From, r.RepliedAt, clock.Zone(r.Country)))
		if r.InTime = r.Due.IsZero() || !r.RepliedAt.After(r.Due); r.InTime {
			r.Settled = r.Replied
			return
		}
	}
	if !r.Due.IsZero() && (silent || !r.RepliedAt.IsZero()) {
		r.Settled = monthOf(r.Due, r.Country)
	}
}

// same reports whether two versions of a reply say the same, whatever their stamp.
func (r replyDoc) same(o replyDoc) bool {
	return r.Kind == o.Kind && r.Authority == o.Authority && r.Country == o.Country && r.From.Equal(o.From) && r.Due.Equal(o.Due) &&
		r.RepliedAt.Equal(o.RepliedAt) && r.Replied == o.Replied && r.Settled == o.Settled && r.InTime == o.InTime && r.Days == o.Days
}

// monthJob asks for one month to be counted anew.
type monthJob struct {
	Authority string `bson:"authority"`
	Kind      string `bson:"kind"`
	Month     string `bson:"month"`
}

func (j monthJob) id() string { return j.Authority + "|" + j.Kind + "|" + j.Month }

// months are the months in which a reply counts.
func (r replyDoc) countsIn() []monthJob {
	var all []monthJob
	for _, month := range []string{r.Replied, r.Settled} {
		j := monthJob{r.Authority, r.Kind, month}
		if month != "" && (len(all) == 0 || all[0] != j) {
			all = append(all, j)
		}
	}
	return all
}

// tellReply keeps the reply of a standing, and has the months counted in which
// it counts or counted before.
func (s *Service) tellReply(ctx context.Context, subject string, st Standing) error {
	before, err := s.replies.Get(ctx, subject)
	known := !isNotFound(err)
	if known && err != nil {
		return err
	}
	if !known && st.Reply == nil {
		return nil
	}
	// The months that lose the reply are asked for first: a crash in between
	// then leaves a recount too many, not one too few.
	if err := s.askMonths(ctx, before.countsIn()); err != nil {
		return err
	}
	if st.Reply == nil {
		if before.Stamp > st.Stamp {
			return nil
		}
		if err := s.replies.Delete(ctx, subject); err != nil && !isNotFound(err) {
			return err
		}
		return s.askMonths(ctx, before.countsIn())
	}
	after, err := s.putReply(ctx, subject, st)
	if err != nil {
		return err
	}
	return s.askMonths(ctx, append(before.countsIn(), after.countsIn()...))
}

func (s *Service) putReply(ctx context.Context, subject string, st Standing) (replyDoc, error) {
	put := func(r *replyDoc) error {
		if r.Stamp > st.Stamp {
			return store.ErrUnchanged
		}
		old := *r
		r.Kind, r.Authority, r.Country, r.Stamp = st.Reply.Kind, st.Reply.Authority, st.Reply.Country, st.Stamp
		r.From, r.Due, r.RepliedAt = moment(st.Reply.From), moment(st.Reply.Due), moment(st.Reply.RepliedAt)
		r.judge(st.Reply.Silent)
		if old.same(*r) {
			return store.ErrUnchanged
		}
		return nil
	}
	for {
		r, err := s.replies.Update(ctx, subject, put)
		if !isNotFound(err) {
			return r, err
		}
		fresh := replyDoc{Meta: store.Meta{ID: subject}}
		if err := put(&fresh); err != nil {
			return fresh, err
		}
		if err := s.replies.Insert(ctx, fresh); !isConflict(err) {
			return fresh, err
		}
	}
}

func (s *Service) askMonths(ctx context.Context, months []monthJob) error {
	for _, m := range months {
		if err := job.Enqueue(ctx, s.Queue, jobFigures, m.id(), m, s.Clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// recount counts one month anew from its replies, and tells whoever keeps pages.
func (s *Service) recount(ctx context.Context, j monthJob) error {
	counted, err := s.countMonth(ctx, j)
	if err != nil {
		return fault.Wrap("desk.recount", err)
	}
	for {
		_, err := s.months.Update(ctx, j.id(), func(m *Month) error {
			if m.same(counted) {
				return store.ErrUnchanged
			}
			counted.Meta = m.Meta
			*m = counted
			return nil
		})
		if isNotFound(err) {
			if err = s.months.Insert(ctx, counted); isConflict(err) {
				continue
			}
		}
		if err == nil && s.Events != nil {
			s.Events.FiguresChanged(j.Authority)
		}
		return fault.Wrap("desk.recount", err)
	}
}

// countMonth counts one month from the replies, along their indexes.
func (s *Service) countMonth(ctx context.Context, j monthJob) (Month, error) {
	m := Month{Meta: store.Meta{ID: j.id()}, Authority: j.Authority, Kind: j.Kind, Month: j.Month, Days: map[string]int64{}}
	err := s.replies.Each(ctx, store.Query{Index: "replied", Equal: []any{j.Authority, j.Kind, j.Month}}, func(r replyDoc) error {
		m.Replied++
		m.Days[dayKey(r.Days)]++
		return nil
	})
	if err != nil {
		return m, err
	}
	err = s.replies.Each(ctx, store.Query{Index: "settled", Equal: []any{j.Authority, j.Kind, j.Month}}, func(r replyDoc) error {
		if r.InTime {
			m.InTime++
		} else {
			m.Late++
		}
		return nil
	})
	return m, err
}
