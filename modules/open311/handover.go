package open311

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

const jobHandOver = "open311.hand_over"

type handoverJob struct {
	Handover string `bson:"handover"`
}

// maxTries is how often one handover is tried by itself, in about two days.
const maxTries = 12

// pullEvery is how often the news of a back office is asked for, and pullMost of
// how many requests at once.
const (
	pullEvery = 10 * time.Minute
	pullMost  = 500
)

func (s *Service) registerPeerJobs() {
	job.Register(s.Queue, jobHandOver, s.handOver, job.Options{MaxAttempts: maxTries, Backoff: time.Minute, MaxBackoff: 12 * time.Hour, Timeout: 30 * time.Second, Again: true})
	s.Queue.Every("open311.pull", pullEvery, s.pull)
}

// PeerInput is what a keeper says about a back office. An empty Key keeps the
// one there is.
type PeerInput struct {
	Endpoint, Jurisdiction, Key string
	Codes                       map[string]string
}

func (s *Service) checkPeer(in *PeerInput, has bool) error {
	in.Endpoint, in.Jurisdiction, in.Key = strings.TrimRight(strings.TrimSpace(in.Endpoint), "/"), form.Clean(in.Jurisdiction, false), strings.TrimSpace(in.Key)
	if err := s.Guard.Check(in.Endpoint); err != nil {
		message, args := fault.Shown(err)
		return &InputError{Field: "endpoint", Message: message, Args: args}
	}
	if in.Key == "" && !has || len(in.Key) > 500 {
		return &InputError{Field: "api_key", Message: i18n.Msg("Give the key that the back office gave you")}
	}
	codes := map[string]string{}
	for ours, theirs := range in.Codes {
		if theirs = form.Clean(theirs, false); theirs != "" && len(theirs) <= MaxName {
			codes[ours] = theirs
		}
	}
	if in.Codes = codes; len(codes) == 0 {
		return &InputError{Field: "codes", Message: i18n.Msg("Say for at least one service what it is called there")}
	}
	return nil
}

// Peer returns the back office of an authority; NotFound when none is set up.
func (s *Service) Peer(ctx context.Context, who auth.Actor, org string) (Peer, error) {
	if !keeps(who, org) {
		return Peer{}, errNotYours
	}
	p, err := s.peers.Get(ctx, org)
	if isNotFound(err) {
		return p, errNoPeer
	}
	return p, fault.Wrap("open311.Peer", err)
}

// SetPeer sets a back office up, or changes it. Nothing goes there before it was
// tried and started.
func (s *Service) SetPeer(ctx context.Context, who auth.Actor, org string, in PeerInput) (Peer, error) {
	old, err := s.Peer(ctx, who, org)
	if err != nil && !isNotFound(err) {
		return old, err
	}
	if err := s.checkPeer(&in, len(old.Sealed) > 0 && old.State != Ended); err != nil {
		return old, err
	}
	var sealed []byte
	if in.Key != "" {
		if sealed, err = s.seal(org, in.Key); err != nil {
			return old, err
		}
	}
	change := func(p *Peer) error {
		p.Endpoint, p.Jurisdiction, p.Codes = in.Endpoint, in.Jurisdiction, in.Codes
		if sealed != nil {
			p.Sealed = sealed
		}
		p.TestedAt, p.TestError = time.Time{}, ""
		return nil
	}
	if old.ID != "" {
		return s.actPeer(ctx, who, org, ActSetPeer, change)
	}
	p := Peer{Meta: store.Meta{ID: org}}
	if err := change(&p); err != nil {
		return p, err
	}
	s.recordPeer(&p, who, ActSetPeer, Paused)
	if err := s.peers.Insert(ctx, p); isConflict(err) {
		return s.actPeer(ctx, who, org, ActSetPeer, change)
	} else if err != nil {
		return p, fault.Wrap("open311.SetPeer", err)
	}
	s.followPeer(ctx, p)
	return p, nil
}

func (s *Service) recordPeer(p *Peer, who auth.Actor, act Act, to State) {
	p.History = audit.Append(p.History, audit.Entry{Subject: "open311peer:" + p.ID, Authority: p.ID, Act: "open311." + string(act), From: string(p.State), To: string(to),
		ActorID: who.PersonID, ActorRole: who.RoleIn(p.ID), At: s.Clock.Now()})
	p.State, p.Tasks = to, []string{taskMirror}
}

// followPeer mirrors the history; what fails is left to the sweep.
func (s *Service) followPeer(ctx context.Context, p Peer) {
	ctx = context.WithoutCancel(ctx)
	err := s.Audit.Record(ctx, p.History...)
	if err == nil {
		_, err = s.peers.Update(ctx, p.ID, func(now *Peer) error {
			if len(now.History) != len(p.History) || now.Tasks == nil {
				return store.ErrUnchanged
			}
			now.Tasks = nil
			return nil
		})
	}
	if err != nil {
		s.Log.Error("a task of a back office is left for later", "peer", p.ID, "err", err)
	}
}

// actPeer does one act to a back office.
func (s *Service) actPeer(ctx context.Context, who auth.Actor, org string, act Act, change func(*Peer) error) (Peer, error) {
	if !keeps(who, org) {
		return Peer{}, errNotYours
	}
	p, err := s.peers.Update(ctx, org, func(p *Peer) error {
		to, err := next(peerMoves, p.State, act, AsKeeper)
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(p); err != nil {
				return err
			}
		}
		s.recordPeer(p, who, act, to)
		return nil
	})
	if isNotFound(err) {
		return p, errNoPeer
	}
	if err != nil {
		return p, fault.Wrap("open311."+string(act), err)
	}
	s.followPeer(ctx, p)
	return p, nil
}

// TestPeer asks the back office for its services and keeps what came of it.
func (s *Service) TestPeer(ctx context.Context, who auth.Actor, org string) (Peer, error) {
	p, err := s.Peer(ctx, who, org)
	if err != nil {
		return p, err
	}
	var services []struct {
		Code text `json:"service_code"`
	}
	found := s.ask(ctx, p, "/services.json", url.Values{}, &services)
	if found == nil {
		known := map[string]bool{}
		for _, x := range services {
			known[string(x.Code)] = true
		}
		for _, code := range p.Codes {
			if !known[code] {
				found = &refusal{i18n.Msg("It does not know every service that you named"), true}
			}
		}
	}
	return s.actPeer(ctx, who, org, ActTestPeer, func(p *Peer) error {
		p.TestedAt, p.TestFound, p.TestError = s.Clock.Now(), len(services), whyOf(found)
		return nil
	})
}

// whyOf is the message of what went wrong, "" for nothing.
func whyOf(err error) string {
	var r *refusal
	switch {
	case err == nil:
		return ""
	case errors.As(err, &r):
		return r.why
	}
	return whySilent
}

var errUntried = fault.New(fault.Conflict, "Try the back office first: nothing is sent to one that was not tried, or failed.")

// StartPeer lets requests go to the back office from now on.
func (s *Service) StartPeer(ctx context.Context, who auth.Actor, org string) (Peer, error) {
	return s.actPeer(ctx, who, org, ActStartPeer, func(p *Peer) error {
		if p.TestedAt.IsZero() || p.TestError != "" {
			return errUntried
		}
		if p.From.IsZero() {
			p.From = s.Clock.Now()
		}
		return nil
	})
}

// PausePeer keeps requests here; those that are there go on, without news.
func (s *Service) PausePeer(ctx context.Context, who auth.Actor, org string) (Peer, error) {
	return s.actPeer(ctx, who, org, ActPausePeer, nil)
}

// EndPeer takes the back office away, and with it its key.
func (s *Service) EndPeer(ctx context.Context, who auth.Actor, org string) (Peer, error) {
	return s.actPeer(ctx, who, org, ActEndPeer, func(p *Peer) error { p.Sealed, p.From = nil, time.Time{}; return nil })
}

// Handovers pages through what went to the back office, the newest first.
func (s *Service) Handovers(ctx context.Context, who auth.Actor, org, after string, limit int) (store.Page[Handover], error) {
	if !keeps(who, org) {
		return store.Page[Handover]{}, errNotYours
	}
	page, err := s.handed.Find(ctx, store.Query{Index: "newest", Equal: []any{org}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("open311.Handovers", err)
}

// Arrived hears of a request that came to be, or changed. It may be repeated:
// one request is handed over once.
func (s *Service) Arrived(ctx context.Context, a Arrival) error {
	p, err := s.peers.Get(ctx, a.Jurisdiction)
	if isNotFound(err) || err == nil && (p.State != Active || p.Codes[a.Service] == "" || a.At.Before(p.From)) {
		return nil
	}
	if err != nil {
		return fault.Wrap("open311.Arrived", err)
	}
	h := Handover{Meta: store.Meta{ID: handoverID(a.Jurisdiction, a.ID)}, Org: a.Jurisdiction, Request: a.ID, Service: a.Service, State: HandoverWaiting, At: s.Clock.Now(), CheckedAt: s.Clock.Now()}
	if err := s.handed.Insert(ctx, h); isConflict(err) {
		return nil
	} else if err != nil {
		return fault.Wrap("open311.Arrived", err)
	}
	return job.Enqueue(ctx, s.Queue, jobHandOver, h.ID, handoverJob{h.ID}, s.Clock.Now())
}

// Resend tries a handover again that was given up.
func (s *Service) Resend(ctx context.Context, who auth.Actor, org, request string) error {
	h, err := s.handed.Get(ctx, handoverID(org, request))
	if isNotFound(err) {
		return errNoHandover
	}
	if err != nil {
		return fault.Wrap("open311.Resend", err)
	}
	if h.State != HandoverFailed {
		return errNotNow
	}
	if _, err := s.actPeer(ctx, who, org, ActResendPeer, nil); err != nil {
		return err
	}
	if _, err = s.handed.Update(ctx, h.ID, func(h *Handover) error { h.State, h.Tries, h.Error = HandoverWaiting, 0, ""; return nil }); err != nil {
		return fault.Wrap("open311.Resend", err)
	}
	return job.Enqueue(ctx, s.Queue, jobHandOver, h.ID, handoverJob{h.ID}, s.Clock.Now())
}

// handOver sends one request. What can be mended is tried again by the queue;
// after that, and for what cannot, a person decides.
func (s *Service) handOver(ctx context.Context, j handoverJob) error {
	h, err := s.handed.Get(ctx, j.Handover)
	if isNotFound(err) || err == nil && h.State != HandoverWaiting {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := s.peers.Get(ctx, h.Org)
	if err != nil && !isNotFound(err) {
		return err
	}
	if isNotFound(err) || p.State != Active || p.Codes[h.Service] == "" {
		return s.failed(ctx, h, &refusal{whyGone, true})
	}
	in, err := s.Outgoing.Report(ctx, h.Org, h.Request)
	if isNotFound(err) {
		return s.failed(ctx, h, &refusal{whyGone, true})
	}
	if err != nil {
		return err
	}
	got, err := s.post(ctx, p, h.ID, in)
	if err != nil {
		return s.failed(ctx, h, err)
	}
	_, err = s.handed.Update(ctx, h.ID, func(h *Handover) error {
		h.State, h.Remote, h.Token, h.Error, h.CheckedAt = HandoverSent, string(got.ID), string(got.Token), "", s.Clock.Now()
		return nil
	})
	if err != nil {
		return err
	}
	return s.Outgoing.Apply(ctx, h.Org, h.Request, News{RemoteID: string(got.ID)})
}

// failed keeps why a try failed, and returns an error when there is to be
// another one.
func (s *Service) failed(ctx context.Context, h Handover, why error) error {
	var r *refusal
	final := errors.As(why, &r) && r.final
	now, err := s.handed.Update(ctx, h.ID, func(h *Handover) error {
		h.Tries++
		h.Error = whyOf(why)
		if final || h.Tries >= maxTries {
			h.State = HandoverFailed
		}
		return nil
	})
	if err != nil {
		return err
	}
	if now.State == HandoverFailed {
		s.Log.Warn("a request did not reach a back office", "handover", h.ID, "why", now.Error)
		if !final {
			return job.Permanent(why) // a dead letter: operators see it too
		}
		return nil
	}
	return why
}

// pull asks every back office for its news.
func (s *Service) pull(ctx context.Context) error {
	return s.peers.Each(ctx, store.Query{Index: "state", Equal: []any{string(Active)}, Limit: 100}, func(p Peer) error {
		found := s.pullFrom(ctx, p)
		var r *refusal
		if found != nil && !errors.As(found, &r) {
			return found
		}
		_, err := s.peers.Update(ctx, p.ID, func(p *Peer) error { p.PulledAt, p.PullError = s.Clock.Now(), whyOf(found); return nil })
		return err
	})
}

// pullFrom asks one back office about what was not asked about for the longest
// time: the cursor is the time of the last question, kept with each handover.
func (s *Service) pullFrom(ctx context.Context, p Peer) error {
	for range pullMost / newsMost {
		page, err := s.handed.Find(ctx, store.Query{Index: "news", Equal: []any{p.ID, string(HandoverSent)}, To: s.Clock.Now().Add(-pullEvery / 2), Limit: newsMost})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		var ids []string
		for i, h := range page.Items {
			if h.Remote == "" && h.Token != "" {
				if page.Items[i].Remote, err = s.resolve(ctx, p, h.Token); err != nil {
					return err
				}
			}
			if page.Items[i].Remote != "" {
				ids = append(ids, page.Items[i].Remote)
			}
		}
		found := map[string]theirs{}
		if len(ids) > 0 {
			if found, err = s.news(ctx, p, ids); err != nil {
				return err
			}
		}
		for _, h := range page.Items {
			if err := s.hear(ctx, h, found[h.Remote]); err != nil {
				return err
			}
		}
	}
	return nil
}

// hear applies the news of one request before it keeps that it was heard: what a
// crash leaves between the two is applied again, which changes nothing.
func (s *Service) hear(ctx context.Context, h Handover, t theirs) error {
	n := News{RemoteID: h.Remote, Closed: strings.EqualFold(string(t.Status), StatusClosed), Notes: form.Clean(string(t.Notes), true), At: at(string(t.Updated)), Expected: at(string(t.Expected))}
	if runes := []rune(n.Notes); len(runes) > 1500 {
		n.Notes = string(runes[:1500])
	}
	if t.ID != "" && (n.Closed || n.At.IsZero() || !n.At.Equal(h.UpdatedAt)) {
		if err := s.Outgoing.Apply(ctx, h.Org, h.Request, n); err != nil && !isNotFound(err) {
			return err
		}
	}
	_, err := s.handed.Update(ctx, h.ID, func(x *Handover) error {
		x.Remote, x.CheckedAt = h.Remote, s.Clock.Now()
		if !n.At.IsZero() {
			x.UpdatedAt = n.At
		}
		if n.Closed {
			x.State = HandoverClosed
		}
		return nil
	})
	return err
}

// checkPeers finds handovers that wait and nobody sends, and histories that the
// audit lacks.
func (s *Service) checkPeers(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.peers.Each(ctx, store.Query{Limit: 100}, func(p Peer) error {
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, p.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the back office")
		}
		if err != nil {
			return err
		}
		return s.handed.Each(ctx, store.Query{Index: "news", Equal: []any{p.ID, string(HandoverWaiting)}, Limit: 500}, func(h Handover) error {
			j, err := s.Queue.Find(ctx, jobHandOver, h.ID)
			if err != nil && !isNotFound(err) || err == nil && j.State == job.Open {
				return ignoreNotFound(err)
			}
			found = append(found, "handover "+h.ID+" waits and nobody sends it")
			if !repair {
				return nil
			}
			return job.Enqueue(ctx, s.Queue, jobHandOver, h.ID, handoverJob{h.ID}, s.Clock.Now())
		})
	})
	return found, fault.Wrap("open311.Check", err)
}

func ignoreNotFound(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}
