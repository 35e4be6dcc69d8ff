package petition

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// LegalStep is what an act of the legal stages records; which fields are read
// depends on the act.
type LegalStep struct {
	Receipt   string    // ActDeposit: number of the receipt
	Code      string    // ActRefuse: one of Refusals
	Reasons   string    // ActRefuse: required; any other act: a public note
	Committee string    // ActAssign
	SessionAt time.Time // ActAdmit, ActSchedule: the session, zero when not fixed
	Decision  string    // ActDeliberate: required
}

// legalActs are the acts of Advance, with the state each leads to.
var legalActs = map[Act]State{ActDeposit: Deposited, ActReview: Review, ActAdmit: Admitted, ActRefuse: Refused, ActAssign: Committee,
	ActSchedule: Agenda, ActDeliberate: Deliberated, ActFollowUp: FollowUp, ActClose: Closed}

// Advance does one act of the legal stages (domain.md 2.3), from the deposit
// to the closing of the file. A deposit starts the period within which the
// authority must reply.
func (s *Service) Advance(ctx context.Context, who auth.Actor, id string, act Act, in LegalStep) (Petition, error) {
	to, ok := legalActs[act]
	if !ok {
		return Petition{}, errNone
	}
	in.Reasons, in.Decision = tidy(in.Reasons, MaxNote, true), tidy(in.Decision, MaxNote, true)
	in.Receipt, in.Committee = tidy(in.Receipt, MaxName, false), tidy(in.Committee, MaxName, false)
	if err := in.check(act); err != nil {
		return Petition{}, err
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	now, due := s.Clock.Now(), time.Time{}
	if act == ActDeposit {
		if due, err = s.replyDue(ctx, p, now); err != nil {
			return p, err
		}
	}
	d := done{act: act, reason: in.Reasons, details: in.details(p.Country)}
	return s.act(ctx, who, id, d, func(p Petition) bool { return p.State == to }, func(p *Petition) error {
		in.put(p, act, now, due)
		return nil
	})
}

// replyDue returns the end of the period that begins now, within which the
// petition's authority must reply.
func (s *Service) replyDue(ctx context.Context, p Petition, now time.Time) (time.Time, error) {
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return time.Time{}, err
	}
	periods, err := s.Law.Periods(ctx, a, now)
	return monthsOn(now, periods.ReplyMonths, p.Country), fault.Wrap("petition.replyDue", err)
}

func (in LegalStep) check(act Act) error {
	switch act {
	case ActRefuse:
		if _, known := reasonOf(Refusals, in.Code); !known {
			return &InputError{Field: "code", Message: i18n.Msg("Choose a reason from the list")}
		}
		return required("reasons", in.Reasons, i18n.Msg("A refusal is given with its reasons"), MaxNote)
	case ActDeliberate:
		return required("decision", in.Decision, i18n.Msg("Say what was decided"), MaxNote)
	case ActAssign:
		return required("committee", in.Committee, i18n.Msg("Name the committee"), MaxName)
	}
	return nil
}

// put writes what the act records into the petition.
func (in LegalStep) put(p *Petition, act Act, now, due time.Time) {
	switch act {
	case ActDeposit:
		p.Legal.Receipt, p.Legal.DepositedAt, p.AnswerDueAt = in.Receipt, now, due
	case ActRefuse:
		p.Legal.RefusalCode, p.Legal.Reasons, p.EndedAt = in.Code, in.Reasons, now
	case ActAssign:
		p.Legal.Committee = in.Committee
	case ActAdmit, ActSchedule:
		if !in.SessionAt.IsZero() {
			p.Legal.SessionAt = in.SessionAt.UTC()
		}
	case ActDeliberate:
		p.Legal.Decision = in.Decision
	case ActClose:
		p.EndedAt = now
	}
}

// details are what the audit keeps beside the states.
func (in LegalStep) details(country string) map[string]string {
	d := map[string]string{}
	for key, value := range map[string]string{"receipt": in.Receipt, "code": in.Code, "committee": in.Committee} {
		if value != "" {
			d[key] = value
		}
	}
	if !in.SessionAt.IsZero() {
		d["session"] = in.SessionAt.In(clock.Zone(country)).Format(time.DateOnly)
	}
	if len(d) == 0 {
		return nil
	}
	return d
}

// LegalActs are the acts of Advance in the order of the procedure.
var LegalActs = slices.DeleteFunc(slices.Clone(Acts), func(a Act) bool { _, legal := legalActs[a]; return !legal })
