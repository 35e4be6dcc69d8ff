package budget

import (
	"context"
	"sync"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// The acts on an urn, as they stand in the audit.
const (
	actOpenUrn  = "urn.open"
	actCloseUrn = "urn.close" // with it the secret is destroyed
)

// closeAfter is how long after the end of a vote its urn is closed: whoever
// confirmed in the last second is let through.
const closeAfter = time.Minute

const (
	jobCloseUrn   = "budget.close_urn"
	publishEvery  = 10 * time.Minute
	urnCacheLasts = 2 * time.Second
)

var (
	errNoUrn     = fault.New(fault.NotFound, "No vote has begun in this budget.")
	errUrnClosed = fault.New(fault.Conflict, "The vote is over.")
	errUrnOpen   = fault.New(fault.Conflict, "The ballots are read when the vote is over, not before.")
)

// openBallots is the area of the vote: collections, jobs.
func (s *Service) openBallots(ctx context.Context) (err error) {
	if s.voteStore, err = openVotes(ctx, s.DB); err != nil {
		return err
	}
	s.votes = &urnCache{kept: map[string]runningUrn{}}
	job.Register(s.Queue, jobCloseUrn, s.closeUrnJob, job.Options{Timeout: 10 * time.Minute})
	job.Register(s.Queue, jobRemind, s.remind, job.Options{})
	s.Queue.Every("budget.publish_heads", publishEvery, s.publishHeads)
	s.Queue.Every("budget.log_ballots", time.Hour, s.logLeftBallots)
	s.Queue.Every("budget.reminders", 10*time.Minute, s.sweepReminders)
	return nil
}

// startBallots finishes what a crash left: ballots that are durable and not in
// the log yet.
func (s *Service) startBallots(ctx context.Context) error {
	if err := s.logLeftBallots(ctx); err != nil {
		s.Log.Error("ballots could not be brought into the log at the start; it is tried again", "err", err)
	}
	return nil
}

// stopBallots finishes what waits.
func (s *Service) stopBallots(ctx context.Context) error {
	err := s.onRoll.Close(ctx)
	if closed := s.inUrn.Close(ctx); err == nil {
		err = closed
	}
	return err
}

// ballotsEntered opens the urn when voting begins, and has it closed when
// voting is over or the edition is cancelled.
func (s *Service) ballotsEntered(ctx context.Context, e Edition, p Phase) error {
	if !e.Ballots() {
		return nil
	}
	switch {
	case p == Voting:
		return s.openUrn(ctx, e)
	case DecidedPhases.Has(p) || p == Cancelled:
		urn, err := s.urns.Get(ctx, e.ID)
		if isNotFound(err) || err == nil && !urn.Open {
			return nil
		}
		if err != nil {
			return err
		}
		return job.Enqueue(ctx, s.Queue, jobCloseUrn, e.ID, urnJob{Edition: e.ID}, s.Clock.Now().Add(closeAfter))
	}
	return nil
}

type urnJob struct {
	Edition string `bson:"edition"`
}

// runningUrn makes the secret and begins the log. Safe to repeat.
func (s *Service) openUrn(ctx context.Context, e Edition) error {
	if err := s.Ledger.Begin(ctx, ballotLog(e.ID)); err != nil {
		return err
	}
	sealed, err := s.seal(e.ID, s.Ident.Bytes(32))
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	entry := audit.Entry{Subject: "budget:" + e.ID, Authority: e.Authority, Act: actOpenUrn, ActorRole: string(AsSystem), At: now, Public: true}
	u := urnDoc{Meta: store.Meta{ID: e.ID}, Authority: e.Authority, Secret: sealed, OpenedAt: now, Open: true, LoggedTo: dayOf(e, now)}
	u.History = audit.Append(u.History, entry)
	err = s.urns.Insert(ctx, u)
	if _, taken := store.Taken(err); taken { // an urn has one secret: the first
		return nil
	}
	if err != nil {
		return err
	}
	return s.Audit.Record(ctx, u.History...)
}

// dayOf returns a day in the authority's zone.
func dayOf(e Edition, t time.Time) string { return t.In(e.Zone()).Format(time.DateOnly) }

// runningUrn is an urn with its secret, kept for a moment.
type runningUrn struct {
	edition Edition
	secret  secret
	at      time.Time
}

type urnCache struct {
	mu      sync.Mutex
	kept    map[string]runningUrn
	marking sync.Mutex // held while a mark is counted
}

// urn returns an edition with the secret of its urn. Conflict when the vote is
// over, NotFound when none has begun. What it returns may be two seconds old:
// the clock, not the phase, decides whether a ballot is still taken.
func (s *Service) urn(ctx context.Context, id string) (runningUrn, error) {
	now := s.Clock.Now()
	s.votes.mu.Lock()
	u, ok := s.votes.kept[id]
	s.votes.mu.Unlock()
	if age := now.Sub(u.at); ok && age >= 0 && age < urnCacheLasts {
		return u, nil
	}
	e, err := s.Edition(ctx, auth.System, id)
	if err != nil {
		return u, err
	}
	doc, err := s.urns.Get(ctx, id)
	if isNotFound(err) {
		return u, errNoUrn
	}
	if err != nil {
		return u, fault.Wrap("budget.urn", err)
	}
	if !doc.Open {
		return u, errUrnClosed
	}
	k, err := s.unseal(id, doc.Secret)
	if err != nil {
		return u, err
	}
	u = runningUrn{edition: e, secret: k, at: now}
	s.votes.mu.Lock()
	if len(s.votes.kept) > 200 {
		clear(s.votes.kept)
	}
	s.votes.kept[id] = u
	s.votes.mu.Unlock()
	return u, nil
}

// closeUrnJob closes an urn whose vote is over.
func (s *Service) closeUrnJob(ctx context.Context, j urnJob) error {
	return s.CloseUrn(ctx, j.Edition)
}

// CloseUrn ends the vote for good: every ballot that is durable is brought into
// the log, the log is sealed, what was not confirmed is deleted, and the secret
// is destroyed, so that nobody can tell any more whose a ballot is. Conflict
// before the vote is over. Safe to repeat.
func (s *Service) CloseUrn(ctx context.Context, id string) error {
	e, err := s.Edition(ctx, auth.System, id)
	if err != nil {
		return err
	}
	if e.Phase == Voting {
		return errUrnOpen
	}
	if err := s.pourLeft(ctx, e); err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	if err := s.logBallots(ctx, e, ""); err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	if err := s.forgetDrafts(ctx, id); err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	if _, err := s.Ledger.Seal(ctx, ballotLog(id)); err != nil {
		return err
	}
	if _, err := s.Ledger.Publish(ctx, ballotLog(id)); err != nil {
		return err
	}
	if err := s.recountMarks(ctx, id); err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	blank, err := s.countBlank(ctx, id)
	if err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	now := s.Clock.Now()
	doc, err := s.urns.Update(ctx, id, func(u *urnDoc) error {
		if !u.Open {
			return store.ErrUnchanged
		}
		u.Open, u.Secret, u.ClosedAt, u.Blank = false, nil, now, blank
		u.History = audit.Append(u.History, audit.Entry{Subject: "budget:" + id, Authority: e.Authority, Act: actCloseUrn, ActorRole: string(AsSystem), At: now, Public: true})
		return nil
	})
	if err != nil {
		return fault.Wrap("budget.CloseUrn", err)
	}
	s.votes.mu.Lock()
	delete(s.votes.kept, id)
	s.votes.mu.Unlock()
	if err := s.Audit.Record(ctx, doc.History...); err != nil {
		return err
	}
	s.changed(id)
	return nil
}

// UrnClosed reports whether the ballots of an edition can be read and counted.
func (s *Service) UrnClosed(ctx context.Context, edition string) (bool, error) {
	u, err := s.urns.Get(ctx, edition)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil && !u.Open, fault.Wrap("budget.UrnClosed", err)
}

// forgetDrafts deletes what was never confirmed.
func (s *Service) forgetDrafts(ctx context.Context, edition string) error {
	if err := s.drafts.Each(ctx, store.Query{Index: "edition", Equal: []any{edition}}, func(d draftDoc) error {
		return ignoreGone(s.drafts.Delete(ctx, d.ID))
	}); err != nil {
		return err
	}
	return s.reminders.Each(ctx, store.Query{Index: "edition", Equal: []any{edition}}, func(r reminderDoc) error {
		return ignoreGone(s.reminders.Delete(ctx, r.ID))
	})
}

// openEach visits the open urns.
func (s *Service) openEach(ctx context.Context, do func(urnDoc) error) error {
	return s.urns.Each(ctx, store.Query{Index: "open", Equal: []any{true}}, do)
}

// publishHeads keeps the present head of each running vote for all to see.
func (s *Service) publishHeads(ctx context.Context) error {
	return s.openEach(ctx, func(u urnDoc) error {
		before, err := s.Ledger.Heads(ctx, ballotLog(u.ID), "", 1)
		if err != nil {
			return err
		}
		p, err := s.Ledger.Publish(ctx, ballotLog(u.ID))
		if err == nil && (len(before.Items) == 0 || before.Items[0].Size != p.Size) {
			s.changed(u.ID)
		}
		return err
	})
}

// logLeftBallots brings ballots into the log that a crash kept from it.
func (s *Service) logLeftBallots(ctx context.Context) error {
	return s.openEach(ctx, func(u urnDoc) error {
		e, err := s.Edition(ctx, auth.System, u.ID)
		if err != nil {
			return err
		}
		today := dayOf(e, s.Clock.Now())
		if err := s.pourLeft(ctx, e); err != nil {
			return err
		}
		if err := s.logBallots(ctx, e, u.LoggedTo); err != nil {
			return err
		}
		_, err = s.urns.Update(ctx, u.ID, func(u *urnDoc) error {
			if u.LoggedTo == today {
				return store.ErrUnchanged
			}
			u.LoggedTo = today
			return nil
		})
		return err
	})
}

// logBallots brings all ballots of a day and later into the log that are not
// in it; "" means of all days.
func (s *Service) logBallots(ctx context.Context, e Edition, since string) error {
	q := store.Query{Index: "day", Equal: []any{e.ID}}
	if since != "" {
		q.From = since
	}
	for {
		page, err := s.ballots.Find(ctx, withLimit(q, 500))
		if err != nil {
			return err
		}
		hashes := make([]tlog.Hash, len(page.Items))
		of := map[tlog.Hash]Ballot{}
		for i, b := range page.Items {
			hashes[i] = tlog.RecordHash(b.Leaf)
			of[hashes[i]] = b
		}
		missing, err := s.Ledger.Missing(ctx, ballotLog(e.ID), hashes)
		if err != nil {
			return err
		}
		for _, h := range missing {
			if err := s.log(ctx, of[h]); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

func withLimit(q store.Query, n int) store.Query {
	q.Limit = n
	return q
}

// log brings a ballot's leaf into the log; no fault when it is there.
func (s *Service) log(ctx context.Context, b Ballot) error {
	_, err := s.Ledger.Append(ctx, ballotLog(b.Edition), ledger.Leaf{Data: b.Leaf, Sums: b.Sums})
	return err
}
