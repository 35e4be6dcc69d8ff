package budget

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/store"
)

// VoteRecord is what is kept of a person's part in a running vote, for the
// person's own copy of their data. What was voted is theirs to see while the
// vote runs; afterwards nobody can tell whose a ballot is.
type VoteRecord struct {
	Edition string  `json:"budget"`
	Channel Channel `json:"channel,omitempty"`
	Day     string  `json:"day,omitempty"`
	Ballot  *Choice `json:"ballot,omitempty"`
	Draft   *Choice `json:"unconfirmed,omitempty"`
}

// VoteRecords returns what running votes keep of a person.
func (s *Service) VoteRecords(ctx context.Context, person string) ([]VoteRecord, error) {
	var all []VoteRecord
	err := s.openEach(ctx, func(u urnDoc) error {
		run, err := s.urn(ctx, u.ID)
		if err != nil {
			return err
		}
		r := VoteRecord{Edition: u.ID}
		if v, err := s.roll.Get(ctx, run.secret.key(u.ID, keyOfVoter, person)); err == nil {
			r.Channel, r.Day = v.Channel, v.Day
		} else if !isNotFound(err) {
			return err
		}
		if b, err := s.ballots.Get(ctx, run.secret.key(u.ID, keyOfBallot, person)); err == nil && !b.Void {
			r.Ballot = &b.Choice
		} else if err != nil && !isNotFound(err) {
			return err
		}
		if d, err := s.drafts.Get(ctx, run.secret.key(u.ID, keyOfDraft, person)); err == nil {
			r.Draft = &d.Choice
		} else if !isNotFound(err) {
			return err
		}
		if r.Channel != "" || r.Draft != nil {
			all = append(all, r)
		}
		return nil
	})
	return all, err
}

// OnRollUntil returns until when it must be known that a person is on the roll
// of a running vote: its end; zero when they are on none.
func (s *Service) OnRollUntil(ctx context.Context, person string) (until time.Time, err error) {
	err = s.openEach(ctx, func(u urnDoc) error {
		run, err := s.urn(ctx, u.ID)
		if err != nil {
			return err
		}
		channel, err := s.rolled(ctx, run, person)
		if end := run.edition.EndsAt().Add(closeAfter); err == nil && channel != "" && end.After(until) {
			until = end
		}
		return err
	})
	return until, err
}

// ForgetDrafts deletes what a person filled in and did not confirm. A ballot
// that was cast stays: it is nobody's any more when the vote has ended.
func (s *Service) ForgetDrafts(ctx context.Context, person string) error {
	return s.openEach(ctx, func(u urnDoc) error {
		run, err := s.urn(ctx, u.ID)
		if err != nil {
			return err
		}
		if err := ignoreGone(s.drafts.Delete(ctx, run.secret.key(u.ID, keyOfDraft, person))); err != nil {
			return err
		}
		return ignoreGone(s.reminders.Delete(ctx, reminderID(u.ID, person)))
	})
}

// OnVotersJoined makes one voter of two accounts that turned out to be one person's:
// in every running vote the person is on the roll once and has one ballot. On
// paper goes before online, as a ballot in a box cannot be taken out again; of
// two ballots online the one of the account that stays is kept. Safe to repeat.
func (s *Service) OnVotersJoined(ctx context.Context, kept, gone string) error {
	return s.openEach(ctx, func(u urnDoc) error {
		run, err := s.urn(ctx, u.ID)
		if err != nil {
			return err
		}
		return s.joinVoters(ctx, run, kept, gone)
	})
}

// OnNumberMoved lets what was ticked off by an identity number follow the number.
func (s *Service) OnNumberMoved(ctx context.Context, to, from, _ string) error {
	return s.openEach(ctx, func(u urnDoc) error {
		run, err := s.urn(ctx, u.ID)
		if err != nil {
			return err
		}
		channel, err := s.rolled(ctx, run, from)
		if err != nil || channel == "" || channel == Online { // who voted online did so as an account
			return err
		}
		return s.joinVoters(ctx, run, to, from)
	})
}

func (s *Service) joinVoters(ctx context.Context, run runningUrn, kept, gone string) error {
	id := run.edition.ID
	left, err := s.roll.Get(ctx, run.secret.key(id, keyOfVoter, gone))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	stays := left
	stays.Meta = store.Meta{ID: run.secret.key(id, keyOfVoter, kept)}
	both := false
	if err := s.roll.Insert(ctx, stays); err != nil {
		if _, taken := store.Taken(err); !taken {
			return err
		}
		if stays, err = s.roll.Get(ctx, stays.ID); err != nil {
			return err
		}
		both = true
	}
	if both && left.Channel != Online && stays.Channel == Online { // the paper counts
		if err := s.withdraw(ctx, run.secret.key(id, keyOfBallot, kept)); err != nil {
			return err
		}
		if _, err := s.roll.Update(ctx, stays.ID, func(v *Voter) error { v.Channel = left.Channel; return nil }); err != nil {
			return err
		}
	}
	if err := s.moveBallot(ctx, run, kept, gone, stays.Channel); err != nil {
		return err
	}
	if err := ignoreGone(s.roll.Delete(ctx, left.ID)); err != nil {
		return err
	}
	return s.recountMarks(ctx, id)
}

// moveBallot gives the ballot of an account that goes to the one that stays, or
// withdraws it where that one votes already.
func (s *Service) moveBallot(ctx context.Context, run runningUrn, kept, gone string, channel Channel) error {
	from, to := run.secret.key(run.edition.ID, keyOfBallot, gone), run.secret.key(run.edition.ID, keyOfBallot, kept)
	b, err := s.ballots.Get(ctx, from)
	if isNotFound(err) || err == nil && b.Void {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.log(ctx, b); err != nil {
		return err
	}
	if channel != Online {
		return s.withdraw(ctx, from)
	}
	moved := b
	moved.ID = to
	if err := s.ballots.Insert(ctx, moved); err != nil {
		if _, taken := store.Taken(err); !taken {
			return err
		}
		there, err := s.ballots.Get(ctx, to)
		if err != nil {
			return err
		}
		if !slices.Equal(there.Leaf, b.Leaf) {
			return s.withdraw(ctx, from)
		}
	}
	return ignoreGone(s.ballots.Delete(ctx, from))
}

// withdraw takes a ballot out of the count: it stays in the log, and a leaf is
// added that takes it off the sums.
func (s *Service) withdraw(ctx context.Context, id string) error {
	b, err := s.ballots.Get(ctx, id)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.log(ctx, b); err != nil {
		return err
	}
	sum := sha256.Sum256(append([]byte("musharaka withdrawn 1\n"), b.Leaf...))
	sums := map[string]int64{"ballots": -1, sumName("channel", string(b.Channel)): -1}
	b.addGroups(sums, -1)
	if _, err := s.Ledger.Append(ctx, ballotLog(b.Edition), ledger.Leaf{Data: sum[:], Sums: sums}); err != nil {
		return err
	}
	_, err = s.ballots.Update(ctx, id, func(b *Ballot) error {
		if b.Void {
			return store.ErrUnchanged
		}
		b.Void = true
		b.Former = append(slices.Clone(b.Former), sum[:])
		return nil
	})
	return err
}
