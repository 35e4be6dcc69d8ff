package petition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// The notices of the legal stages. That of a ruling is followed by its number.
const (
	noticeDeposited = "deposited"
	noticeRuled     = "ruled"
)

// Means is how the agent was told.
type Means string

// The means.
const (
	ByMail   Means = "mail"   // by the platform
	ByPost   Means = "post"   // registered letter
	ByHand   Means = "hand"   // against a signature
	ByNotice Means = "notice" // by a bailiff or another formal way
)

// OtherMeans are what an officer chooses from.
var OtherMeans = []Means{ByPost, ByHand, ByNotice}

// LegalNotice is the proof that the agent was told of a decision.
type LegalNotice struct {
	Key       string    `bson:"key"` // of the mail, "" for another means
	Means     Means     `bson:"means"`
	At        time.Time `bson:"at"`                   // when it was given: queued, posted, handed over
	State     string    `bson:"state"`                // of a mail: Delivery.State, or NoAddress
	SentAt    time.Time `bson:"sent,omitempty"`       // when the mail left
	MessageID string    `bson:"message_id,omitempty"` // of the mail
	Note      string    `bson:"note,omitempty"`       // number of the letter, who took it
	By        string    `bson:"by,omitempty"`
}

// The states of a notice by mail beside those of Delivery.
const (
	NoticeWaiting = "waiting"
	NoticeSent    = "sent"
	NoAddress     = "no_address" // the agent has no mail address: another means is needed
)

// jobProof looks up how the mail of a notice fared, and keeps it with the
// petition: the outbox forgets it.
const jobProof = "petition.proof"

const (
	proofAfter    = 2 * time.Minute
	proofAttempts = 14 // some two days: longer than the outbox goes on trying
)

// proofJob is the notice to look up.
type proofJob struct {
	Petition string `bson:"petition"`
	Key      string `bson:"key"`
}

func (s *Service) registerDepositJobs() {
	job.Register(s.Queue, jobProof, s.prove, job.Options{MaxAttempts: proofAttempts, Backoff: time.Minute})
	job.Register(s.Queue, jobFile, s.makeVolume, job.Options{Timeout: 10 * time.Minute, Parallel: 1})
}

// ruledKey is the key of the mail about a ruling, as tellAgent makes it.
func ruledKey(petitionID string, number int) string {
	return fmt.Sprintf("petition.%s:%d:%s", noticeRuled, number, petitionID)
}

// tellRuling has the agent told of the ruling that was just issued, and the
// proof looked up.
func (p *Petition) tellRuling(now time.Time) {
	number := p.Legal.Ruling.Number
	p.Legal.Notices = append(p.Legal.Notices, LegalNotice{Key: ruledKey(p.ID, number), Means: ByMail, At: now, State: NoticeWaiting})
	p.addTask(Task{taskTell, fmt.Sprintf("%s:%d", noticeRuled, number)})
	p.addTask(Task{taskProof, ruledKey(p.ID, number)})
}

var errStillWaits = errors.New("petition: the mail of a notice has not left yet")

// prove writes how the mail of a notice fared into the petition. While it waits
// the job comes back.
func (s *Service) prove(ctx context.Context, j proofJob) error {
	p, err := s.petitions.Get(ctx, j.Petition)
	if isNotFound(err) || s.Deliveries == nil {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := s.Deliveries.Delivery(ctx, j.Key)
	if isNotFound(err) {
		_, _, reachable, err := s.reader(ctx, p.ID, p.Agent.PersonID)
		if err != nil {
			return err
		}
		if reachable {
			return errStillWaits
		}
		d = Delivery{State: NoAddress, At: s.Clock.Now()}
	} else if err != nil {
		return err
	}
	if err := s.keepProof(ctx, j, d); err != nil {
		return err
	}
	if d.State == NoticeWaiting {
		return errStillWaits
	}
	return nil
}

func (s *Service) keepProof(ctx context.Context, j proofJob, d Delivery) error {
	_, err := s.petitions.Update(ctx, j.Petition, func(p *Petition) error {
		i := slices.IndexFunc(p.Legal.Notices, func(n LegalNotice) bool { return n.Key == j.Key })
		if i < 0 || p.Legal.Notices[i].State == d.State && p.Legal.Notices[i].MessageID == d.MessageID {
			return store.ErrUnchanged
		}
		p.Legal.Notices = slices.Clone(p.Legal.Notices)
		n := &p.Legal.Notices[i]
		n.State, n.MessageID = d.State, d.MessageID
		if d.State == NoticeSent {
			n.SentAt = d.At
		}
		return nil
	})
	return err
}

// NotifyInput is how an officer told the agent otherwise than by mail.
type NotifyInput struct {
	Means Means     // one of OtherMeans
	On    time.Time // the day
	Note  string    // number of the letter, who took it
}

// Notify records that the agent was told of the decision otherwise than by
// mail. Faults: Invalid, Conflict, Forbidden.
func (s *Service) Notify(ctx context.Context, who auth.Actor, id string, in NotifyInput) (Petition, error) {
	in.Note = tidy(in.Note, MaxName, false)
	now := s.Clock.Now()
	switch {
	case !slices.Contains(OtherMeans, in.Means):
		return Petition{}, &InputError{Field: "means", Message: i18n.Msg("Choose how the agent was told")}
	case in.On.IsZero() || in.On.After(now):
		return Petition{}, &InputError{Field: "on", Message: i18n.Msg("Enter the day on which the agent was told")}
	}
	if err := required("note", in.Note, i18n.Msg("Say by what it can be proved: the number of the letter, who took it"), MaxName); err != nil {
		return Petition{}, err
	}
	same := func(n LegalNotice) bool { return n.Means == in.Means && n.At.Equal(in.On.UTC()) && n.Note == in.Note }
	again := func(p Petition) bool { return slices.ContainsFunc(p.Legal.Notices, same) }
	d := done{act: ActNotify, private: true, details: map[string]string{"means": string(in.Means)}}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		if !p.ruled() {
			return errNotNow
		}
		if in.On.Before(clock.StartOfDay(p.Legal.Ruling.ApprovedAt, clock.Zone(p.Country))) {
			return &InputError{Field: "on", Message: i18n.Msg("This day is earlier than the decision")}
		}
		p.Legal.Notices = append(p.Legal.Notices, LegalNotice{Means: in.Means, At: in.On.UTC(), Note: in.Note, By: who.PersonID})
		return nil
	})
}

// CorrectDeposit puts right the number or the day of a receipt, with a public
// reason; the deadline follows the day. Faults: Invalid, Conflict, Forbidden.
func (s *Service) CorrectDeposit(ctx context.Context, who auth.Actor, id string, in LegalStep) (Petition, error) {
	in.Receipt, in.Reasons = tidy(in.Receipt, MaxName, false), tidy(in.Reasons, MaxNote, true)
	if err := required("receipt", in.Receipt, i18n.Msg("Enter the number of the receipt"), MaxName); err != nil {
		return Petition{}, err
	}
	if err := required("reasons", in.Reasons, i18n.Msg("Say why it is corrected"), MaxNote); err != nil {
		return Petition{}, err
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	if in.On.IsZero() {
		in.On = p.Legal.DepositedAt
	}
	if err := in.day(p, ActDeposit, s.Clock.Now()); err != nil {
		return p, err
	}
	due, err := s.replyDue(ctx, p, in.On)
	if err != nil {
		return p, err
	}
	again := func(p Petition) bool { return p.Legal.Receipt == in.Receipt && p.Legal.DepositedAt.Equal(in.On.UTC()) }
	d := done{act: ActCorrectDeposit, reason: in.Reasons, details: in.details(p.Country)}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		p.Legal.Receipt, p.Legal.DepositedAt, p.AnswerDueAt = in.Receipt, in.On.UTC(), due
		return nil
	})
}
