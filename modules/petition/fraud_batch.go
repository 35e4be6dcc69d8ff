package petition

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

var (
	errNoBatch     = fault.New(fault.NotFound, "There is no such batch, or it is not yours to see.")
	errBatchNotNow = fault.New(fault.Conflict, "This cannot be done in the state the batch is in now.")
)

// batchJob is one piece of the work on a batch.
type batchJob struct {
	Batch string `bson:"batch"`
}

const (
	batchPage  = 200
	batchPages = 10 // in one job
)

// ProposeBatch begins a batch: a job counts how many signatures fit the rule,
// and nothing is changed before RunBatch. The reason will be public. burst is
// the burst that gave rise to it, or "". Faults: NotFound, Forbidden, Invalid.
func (s *Service) ProposeBatch(ctx context.Context, who auth.Actor, petitionID string, r Rule, reason, burst string) (Batch, error) {
	p, err := s.petitions.Get(ctx, petitionID)
	if isNotFound(err) || err == nil && !s.mayKnow(who, p) {
		return Batch{}, errNone
	}
	if err != nil {
		return Batch{}, fault.Wrap("petition.ProposeBatch", err)
	}
	if !slices.Contains(RolesOf(who, p), AsOfficer) {
		return Batch{}, errNotYours
	}
	if p.PublishedAt.IsZero() || !p.ForgottenAt.IsZero() {
		return Batch{}, errNotNow
	}
	reason = tidy(reason, MaxReasons, true)
	now := s.Clock.Now()
	switch {
	case !r.From.Before(r.To):
		return Batch{}, &InputError{Field: "today", Message: i18n.Msg("The end must come after the beginning")}
	case r.To.After(now):
		r.To = now
	}
	if err := required("reason", reason, i18n.Msg("Say why these signatures do not count: everybody can read it"), MaxReasons); err != nil {
		return Batch{}, err
	}
	b := Batch{Meta: store.Meta{ID: s.Ident.ID()}, Petition: p.ID, Authority: p.Authority, Unserved: p.Unserved, Rule: r, Reason: reason, State: BatchCounting, At: now, Burst: burst}
	b.note(who, AsOfficer, BatchPropose, "", now, reason)
	b.settle()
	if err := s.batches.Insert(ctx, b); err != nil {
		return Batch{}, fault.Wrap("petition.ProposeBatch", err)
	}
	if err := s.Audit.Record(ctx, b.History...); err != nil {
		return Batch{}, fault.Wrap("petition.ProposeBatch", err)
	}
	if burst != "" {
		if _, err := s.moveBurst(ctx, who, burst, "act", BurstOpen, BurstActed, "", b.ID); err != nil && !isConflict(err) {
			return b, err
		}
	}
	return b, s.enqueueBatch(ctx, b)
}

func (b *Batch) note(who auth.Actor, as Role, act BatchAct, from BatchState, at time.Time, reason string) {
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	b.History = audit.Append(b.History, audit.Entry{Subject: "batch:" + b.ID, Authority: b.Authority, Act: "batch." + string(act), From: string(from), To: string(b.State),
		ActorID: actor, ActorRole: string(as), At: at, Reason: reason, Details: map[string]string{"petition": b.Petition, "signatures": fmt.Sprint(max(b.Fits, b.Changed))}})
}

func (s *Service) enqueueBatch(ctx context.Context, b Batch) error {
	return job.Enqueue(ctx, s.Queue, jobBatch, fmt.Sprintf("%s:%s:%d", b.ID, b.State, b.Part), batchJob{Batch: b.ID}, s.Clock.Now())
}

// BatchFor returns a batch with its petition to the officers of the authority.
func (s *Service) BatchFor(ctx context.Context, who auth.Actor, id string) (Batch, Petition, error) {
	b, err := s.batches.Get(ctx, id)
	if isNotFound(err) {
		return b, Petition{}, errNoBatch
	}
	if err != nil {
		return b, Petition{}, fault.Wrap("petition.BatchFor", err)
	}
	p, err := s.petitions.Get(ctx, b.Petition)
	if err == nil && !who.IsSystem() && !slices.Contains(RolesOf(who, p), AsOfficer) {
		return Batch{}, Petition{}, errNoBatch
	}
	return b, p, fault.Wrap("petition.BatchFor", err)
}

// BatchesOf pages through the batches of a petition, the newest first.
func (s *Service) BatchesOf(ctx context.Context, petitionID, after string, limit int) (Page[Batch], error) {
	page, err := s.batches.Find(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("petition.BatchesOf", err)
}

// PublicBatches returns the newest batches of a petition that everybody is told of.
func (s *Service) PublicBatches(ctx context.Context, petitionID string) ([]Batch, error) {
	page, err := s.batches.Find(ctx, store.Query{Index: "lists", Equal: []any{"public|" + petitionID}, Desc: true, Limit: 20})
	return page.Items, fault.Wrap("petition.PublicBatches", err)
}

// InvalidatedBy returns the batch that took a signature out of the count, for
// the page of its owner. False when it counts.
func (s *Service) InvalidatedBy(ctx context.Context, sig Signature) (Batch, bool, error) {
	if sig.Void == "" {
		return Batch{}, false, nil
	}
	b, err := s.batches.Get(ctx, sig.Void)
	return b, err == nil, fault.Wrap("petition.InvalidatedBy", err)
}

// onBatch does one act to a batch by the table.
func (s *Service) onBatch(ctx context.Context, who auth.Actor, id string, act BatchAct, reason string, change func(*Batch) error) (Batch, error) {
	_, p, err := s.BatchFor(ctx, who, id)
	if err != nil {
		return Batch{}, err
	}
	b, err := s.batches.Update(ctx, id, func(b *Batch) error {
		to, as, err := NextOfBatch(b.State, act, RolesOf(who, p)...)
		if err != nil {
			return err
		}
		if err := change(b); err != nil {
			return err
		}
		from := b.State
		b.State, b.Cursor, b.Part = to, "", b.Part+1
		b.note(who, as, act, from, s.Clock.Now(), reason)
		b.settle()
		return nil
	})
	if err == nil {
		s.workMoved(ctx, b.subject())
		err = s.Audit.Record(ctx, b.History...)
	}
	if err == nil && b.InWork() {
		err = s.enqueueBatch(ctx, b)
	}
	if err == nil {
		s.changed(b.Petition)
	}
	return b, fault.Wrap("petition.batch."+string(act), err)
}

// DropBatch gives a proposal up.
func (s *Service) DropBatch(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	return s.onBatch(ctx, who, id, BatchDrop, "", func(*Batch) error { return nil })
}

// RunBatch takes the signatures of a counted proposal out of the count, by a job.
func (s *Service) RunBatch(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	return s.onBatch(ctx, who, id, BatchRun, "", func(b *Batch) error {
		b.Seen, b.Changed = 0, 0
		return nil
	})
}

// RestoreBatch puts the signatures of a batch back into the count, by a job. The
// reason will be public.
func (s *Service) RestoreBatch(ctx context.Context, who auth.Actor, id, reason string) (Batch, error) {
	reason = tidy(reason, MaxReasons, true)
	if err := required("reason", reason, i18n.Msg("Say why these signatures count again: everybody can read it"), MaxReasons); err != nil {
		return Batch{}, err
	}
	return s.onBatch(ctx, who, id, BatchRestore, reason, func(b *Batch) error {
		b.Seen, b.Undone = 0, reason
		return nil
	})
}

// workBatch does a bounded piece of the work on a batch and leaves the rest to
// the next job. It may be repeated: a signature is taken out or put back once.
func (s *Service) workBatch(ctx context.Context, j batchJob) error {
	for range batchPages {
		b, err := s.batches.Get(ctx, j.Batch)
		if isNotFound(err) || err == nil && !b.InWork() {
			return nil
		}
		if err != nil {
			return err
		}
		next, seen, fits, err := s.workPage(ctx, b)
		if err != nil {
			return err
		}
		if next == "" {
			return s.finishBatch(ctx, b, seen, fits)
		}
		if err := s.keepProgress(ctx, b, next, seen, fits); err != nil {
			return err
		}
	}
	b, err := s.batches.Update(ctx, j.Batch, func(b *Batch) error {
		if !b.InWork() {
			return store.ErrUnchanged
		}
		b.Part++
		return nil
	})
	if err != nil || !b.InWork() {
		return err
	}
	return s.enqueueBatch(ctx, b)
}

// workPage does one page of signatures.
func (s *Service) workPage(ctx context.Context, b Batch) (next string, seen, fits int64, err error) {
	p, err := s.petitions.Get(ctx, b.Petition)
	if err != nil {
		return "", 0, 0, err
	}
	page, err := s.signatures.Find(ctx, store.Query{Index: "time", Equal: []any{b.Petition}, From: b.Rule.From, To: b.Rule.To, After: b.Cursor, Limit: batchPage})
	if err != nil {
		return "", 0, 0, err
	}
	for _, sig := range page.Items {
		seen++
		fit, err := s.workOne(ctx, p, b, sig)
		if err != nil {
			return "", 0, 0, err
		}
		if fit {
			fits++
		}
	}
	return page.Next, seen, fits, nil
}

// workOne does one signature and reports whether the batch is about it.
func (s *Service) workOne(ctx context.Context, p Petition, b Batch, sig Signature) (bool, error) {
	switch {
	case b.State == BatchCounting:
		return sig.Void == "" && b.Rule.fits(sig), nil
	case b.State == BatchRunning && sig.Void == b.ID, b.State == BatchRestoring && sig.Void != b.ID:
		return b.State == BatchRunning, nil
	case b.State == BatchRunning && (sig.Void != "" || !b.Rule.fits(sig)):
		return false, nil
	}
	fit := false
	_, err := s.alterSignature(ctx, p, sig.ID, func(now *Signature) error {
		if b.State == BatchRunning {
			if fit = now.Void == "" && b.Rule.fits(*now); !fit {
				return store.ErrUnchanged
			}
			now.Void = b.ID
			return nil
		}
		if fit = now.Void == b.ID; !fit {
			return store.ErrUnchanged
		}
		now.Void = ""
		return nil
	})
	if isNotFound(err) { // joined or deleted meanwhile
		return false, nil
	}
	return fit, err
}

// keepProgress remembers how far the job has come.
func (s *Service) keepProgress(ctx context.Context, was Batch, cursor string, seen, fits int64) error {
	_, err := s.batches.Update(ctx, was.ID, func(b *Batch) error {
		if b.State != was.State || b.Cursor != was.Cursor { // another worker has done this page
			return store.ErrUnchanged
		}
		b.Cursor = cursor
		b.progress(seen, fits)
		return nil
	})
	return err
}

func (b *Batch) progress(seen, fits int64) {
	b.Seen += seen
	switch b.State {
	case BatchCounting:
		b.Fits += fits
	case BatchRunning:
		b.Changed += fits
	}
}

func (s *Service) finishBatch(ctx context.Context, was Batch, seen, fits int64) error {
	act := map[BatchState]BatchAct{BatchCounting: BatchCounted, BatchRunning: BatchFinish, BatchRestoring: BatchReturn}[was.State]
	_, err := s.onBatch(ctx, auth.System, was.ID, act, "", func(b *Batch) error {
		if b.Cursor != was.Cursor {
			return errBatchNotNow
		}
		b.progress(seen, fits)
		if act == BatchFinish {
			b.DoneAt = s.Clock.Now()
		}
		return nil
	})
	if isConflict(err) { // another worker was faster
		return nil
	}
	return err
}

// sweepBatches goes on with batches whose job was lost.
func (s *Service) sweepBatches(ctx context.Context) error {
	return s.batches.Each(ctx, store.Query{Index: "lists", Equal: []any{listWork}, Limit: 50}, func(b Batch) error { return s.enqueueBatch(ctx, b) })
}

// allBatches compares batches with their petitions and lists, and remembers
// them for the signatures.
func (c *checker) allBatches(ctx context.Context) error {
	return c.s.batches.Each(ctx, store.Query{Limit: 200}, func(b Batch) error {
		c.batches[b.ID] = b
		if !c.known[b.Petition] {
			return c.report("batch:"+b.ID, "its petition does not exist", nil)
		}
		settled := b
		settled.settle()
		if slices.Equal(settled.Lists, b.Lists) {
			return nil
		}
		return c.report("batch:"+b.ID, "it stands in the wrong work lists", func() error {
			_, err := c.s.batches.Update(ctx, b.ID, func(b *Batch) error { b.settle(); return nil })
			return err
		})
	})
}
