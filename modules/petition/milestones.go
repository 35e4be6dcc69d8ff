package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// checkMilestones compares the stored tally of a petition with its threshold
// and moves it on. However many ask at once, the compare-and-set lets one of
// them pass each milestone, and only that one leaves the task to announce it.
// It reports whether something was passed now.
func (s *Service) checkMilestones(ctx context.Context, id string) (bool, error) {
	p, err := s.petitions.Get(ctx, id)
	if err != nil {
		if isNotFound(err) {
			return false, nil
		}
		return false, err
	}
	t, err := s.tallyNow(ctx, id)
	if err != nil {
		return false, err
	}
	for _, m := range p.milestones(t.Count()) {
		switch m {
		case HalfWay:
			return s.passHalf(ctx, id)
		case Reached:
			return s.passThreshold(ctx, p)
		}
	}
	return false, nil
}

func (s *Service) passHalf(ctx context.Context, id string) (bool, error) {
	passed := false
	p, err := s.petitions.Update(ctx, id, func(p *Petition) error {
		passed = p.State == Open && p.HalfAt.IsZero()
		if !passed {
			return store.ErrUnchanged
		}
		p.HalfAt = s.Clock.Now()
		p.addTask(Task{taskAnnounce, string(HalfWay)})
		p.addTask(Task{Kind: taskMirror})
		p.settle()
		return nil
	})
	if err == nil && passed {
		s.follow(ctx, p)
	}
	return passed && err == nil, err
}

// passThreshold makes an open petition ready. The authority is told and its
// period to reply begins; a deposit later begins it anew. An authority that
// takes no part in the platform was told nothing: its period begins with the
// deposit.
func (s *Service) passThreshold(ctx context.Context, p Petition) (bool, error) {
	now := s.Clock.Now()
	var due time.Time
	if !p.Unserved {
		var err error
		if due, err = s.replyDue(ctx, p, now); err != nil {
			return false, err
		}
	}
	passed := false
	d := done{act: ActReach, tasks: []Task{{taskAnnounce, string(Reached)}, {taskStaff, noticeReached}}}
	_, err := s.act(ctx, auth.System, p.ID, d, func(p Petition) bool { passed = false; return p.State != Open }, func(p *Petition) error {
		passed = true
		p.ThresholdAt, p.AnswerDueAt = now, due
		if p.HalfAt.IsZero() {
			p.HalfAt = now
		}
		return nil
	})
	return passed && err == nil, err
}

// tick does what the clock has brought due: collections that ended, replies
// that did not come.
func (s *Service) tick(ctx context.Context) error {
	now := s.Clock.Now()
	var firstErr error
	err := s.petitions.Each(ctx, store.Query{Index: "lists", Equal: []any{listClock}, To: now, Limit: 100}, func(p Petition) error {
		if err := s.comeDue(ctx, p); err != nil && firstErr == nil {
			firstErr = err // the others are not to wait for this one
		}
		return ctx.Err()
	})
	if err == nil {
		err = firstErr
	}
	return fault.Wrap("petition.tick", err)
}

func (s *Service) comeDue(ctx context.Context, p Petition) error {
	now := s.Clock.Now()
	act, ok := p.due(now)
	if !ok {
		return nil
	}
	if act == ActExpire { // it may have reached the threshold in its last moment
		if _, err := s.checkMilestones(ctx, p.ID); err != nil {
			return err
		}
	}
	to := map[Act]State{ActExpire: Expired, ActLapse: Lapsed}[act]
	_, err := s.act(ctx, auth.System, p.ID, done{act: act}, in(to), func(p *Petition) error {
		if due, ok := p.due(now); !ok || due != act { // the closing was moved, or it moved on
			return store.ErrUnchanged
		}
		if act == ActExpire {
			p.EndedAt = now
		}
		return nil
	})
	if fault.Is(err, fault.Conflict) {
		return nil // it moved on meanwhile
	}
	return err
}
