package petition

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// watchDoc is how far the signatures of a petition were looked through, and the
// usual rate until there.
type watchDoc struct {
	store.Meta `bson:",inline"` // the petition
	Upto       time.Time        `bson:"upto"` // the first hour that was not looked at
	Hours      int64            `bson:"hours"`
	Total      int64            `bson:"total"`
}

// SeekBursts looks through the hours that ended since the last time, petition by
// petition, and flags what is unusual. It looks at each signature once.
func (s *Service) SeekBursts(ctx context.Context) error {
	var firstErr error
	err := s.petitions.Each(ctx, store.Query{Index: "lists", Equal: []any{listClock}, Limit: 100}, func(p Petition) error {
		if !SignableStates.Has(p.State) || p.PublishedAt.IsZero() {
			return nil
		}
		if err := s.watchOne(ctx, p); err != nil && firstErr == nil {
			firstErr = err // the others are not to wait for this one
		}
		return ctx.Err()
	})
	if err == nil {
		err = firstErr
	}
	return fault.Wrap("petition.SeekBursts", err)
}

// hourSeen is what is seen of one hour.
type hourSeen struct {
	from           time.Time
	count, fresh   int64
	ranges, device map[string]int64
}

func (s *Service) watchOne(ctx context.Context, p Petition) error {
	doc, err := s.watches.Get(ctx, p.ID)
	if isNotFound(err) {
		doc = watchDoc{Meta: store.Meta{ID: p.ID}, Upto: p.PublishedAt.Truncate(time.Hour)}
		if err = s.watches.Insert(ctx, doc); isConflict(err) {
			return nil // another process looks at it
		}
	}
	if err != nil {
		return err
	}
	end := s.Clock.Now().Truncate(time.Hour)
	if !end.After(doc.Upto) {
		return nil
	}
	next, hour := doc, hourSeen{}
	finish := func() error {
		if hour.from.IsZero() {
			return nil
		}
		err := s.flag(ctx, p, hour, next)
		next.Total += hour.count
		return err
	}
	err = s.signatures.Each(ctx, store.Query{Index: "time", Equal: []any{p.ID}, From: doc.Upto, To: end, Limit: 500}, func(sig Signature) error {
		if at := sig.At.Truncate(time.Hour); !at.Equal(hour.from) {
			if err := finish(); err != nil {
				return err
			}
			next.Hours = doc.Hours + int64(at.Sub(doc.Upto)/time.Hour)
			hour = hourSeen{from: at, ranges: map[string]int64{}, device: map[string]int64{}}
		}
		hour.see(sig)
		return ctx.Err()
	})
	if err == nil {
		err = finish()
	}
	if err != nil {
		return err
	}
	_, err = s.watches.Update(ctx, p.ID, func(d *watchDoc) error {
		if !d.Upto.Equal(doc.Upto) {
			return store.ErrUnchanged // another process was faster
		}
		d.Upto, d.Hours, d.Total = end, doc.Hours+int64(end.Sub(doc.Upto)/time.Hour), next.Total
		return nil
	})
	return err
}

// see takes a signature into the hour. What came on paper came through the
// hands of the authority.
func (h *hourSeen) see(sig Signature) {
	if sig.Channel == ByPaper {
		return
	}
	h.count++
	if sig.Fresh {
		h.fresh++
	}
	if sig.Range != "" {
		h.ranges[sig.Range]++
	}
	if sig.Device != "" {
		h.device[sig.Device]++
	}
}

func most(of map[string]int64) (key string, n int64) {
	for k, v := range of {
		if v > n || v == n && k < key {
			key, n = k, v
		}
	}
	return key, n
}

// flag keeps an hour as a burst if it is unusual. Doing it again changes nothing.
func (s *Service) flag(ctx context.Context, p Petition, h hourSeen, before watchDoc) error {
	e := Evidence{Count: h.count, Fresh: h.fresh}
	if before.Hours > 0 {
		e.Usual = 100 * before.Total / before.Hours
	}
	e.Range, e.RangeN = most(h.ranges)
	e.Device, e.DeviceN = most(h.device)
	b := NewBurst(p, h.from, e)
	if !b.unusual() {
		return nil
	}
	return s.KeepBurst(ctx, b)
}

// NewBurst is an hour of a petition with what was seen in it, to be looked at.
func NewBurst(p Petition, hour time.Time, e Evidence) Burst {
	return Burst{
		Meta: store.Meta{ID: p.ID + "-" + hour.UTC().Format("2006010215")}, Petition: p.ID, Authority: p.Authority, Unserved: p.Unserved,
		From: hour, To: hour.Add(time.Hour), Evidence: e, State: BurstOpen,
	}
}

// KeepBurst puts an hour before the officers, once.
func (s *Service) KeepBurst(ctx context.Context, b Burst) error {
	b.History = audit.Append(nil, audit.Entry{Subject: "burst:" + b.ID, Authority: b.Authority, Act: "burst.flag", To: string(BurstOpen), ActorRole: string(AsSystem), At: s.Clock.Now()})
	b.settle()
	err := s.bursts.Insert(ctx, b)
	if isConflict(err) {
		return nil
	}
	if err == nil {
		s.workMoved(ctx, b.subject())
		err = s.Audit.Record(ctx, b.History...)
	}
	return fault.Wrap("petition.KeepBurst", err)
}

// BurstsAt pages through the bursts that wait at a desk, the newest first.
func (s *Service) BurstsAt(ctx context.Context, org, after string, limit int) (Page[Burst], error) {
	page, err := s.bursts.Find(ctx, store.Query{Index: "lists", Equal: []any{listBursts + "|" + org}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("petition.BurstsAt", err)
}

var errNoBurst = fault.New(fault.NotFound, "There is no such burst, or it is not yours to see.")

// BurstFor returns a burst with its petition to the officers of the authority.
func (s *Service) BurstFor(ctx context.Context, who auth.Actor, id string) (Burst, Petition, error) {
	b, err := s.bursts.Get(ctx, id)
	if isNotFound(err) {
		return b, Petition{}, errNoBurst
	}
	if err != nil {
		return b, Petition{}, fault.Wrap("petition.BurstFor", err)
	}
	p, err := s.petitions.Get(ctx, b.Petition)
	if err == nil && !slices.Contains(RolesOf(who, p), AsOfficer) {
		return Burst{}, Petition{}, errNoBurst
	}
	return b, p, fault.Wrap("petition.BurstFor", err)
}

// DismissBurst notes that an officer found nothing wrong. ReopenBurst undoes it.
func (s *Service) DismissBurst(ctx context.Context, who auth.Actor, id, reason string) (Burst, error) {
	reason = tidy(reason, MaxReasons, true)
	if err := required("reason", reason, i18n.Msg("Say why nothing is wrong with it"), MaxReasons); err != nil {
		return Burst{}, err
	}
	return s.moveBurst(ctx, who, id, "dismiss", BurstOpen, BurstDismissed, reason, "")
}

// ReopenBurst puts a dismissed burst back before the officers.
func (s *Service) ReopenBurst(ctx context.Context, who auth.Actor, id string) (Burst, error) {
	return s.moveBurst(ctx, who, id, "reopen", BurstDismissed, BurstOpen, "", "")
}

func (s *Service) moveBurst(ctx context.Context, who auth.Actor, id, act string, from, to BurstState, reason, batch string) (Burst, error) {
	if _, _, err := s.BurstFor(ctx, who, id); err != nil {
		return Burst{}, err
	}
	b, err := s.bursts.Update(ctx, id, func(b *Burst) error {
		if b.State == to {
			return store.ErrUnchanged
		}
		if b.State != from {
			return errNotNow
		}
		b.State, b.Reason, b.Batch = to, reason, batch
		b.History = audit.Append(b.History, audit.Entry{Subject: "burst:" + b.ID, Authority: b.Authority, Act: "burst." + act, From: string(from), To: string(to),
			ActorID: who.PersonID, ActorRole: string(AsOfficer), At: s.Clock.Now(), Reason: reason})
		b.settle()
		return nil
	})
	if err == nil {
		s.workMoved(ctx, b.subject())
		err = s.Audit.Record(ctx, b.History...)
	}
	return b, fault.Wrap("petition.burst."+act, err)
}

// bursts compares bursts with their lists and petitions.
func (c *checker) bursts(ctx context.Context) error {
	return c.s.bursts.Each(ctx, store.Query{Limit: 200}, func(b Burst) error {
		subject := "burst:" + b.ID
		if !c.known[b.Petition] {
			return c.report(subject, "its petition does not exist", func() error { return c.s.bursts.Delete(ctx, b.ID) })
		}
		settled := b
		settled.settle()
		if slices.Equal(settled.Lists, b.Lists) {
			return nil
		}
		return c.report(subject, "it stands in the wrong work lists", func() error {
			_, err := c.s.bursts.Update(ctx, b.ID, func(b *Burst) error { b.settle(); return nil })
			return err
		})
	})
}
