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
	On        time.Time // ActDeposit: day of the receipt; ActDeliberate: of the decision; zero for now
	Reasons   string    // a public note
	Committee string    // ActAssign
	Session   string    // ActSchedule: id in the council's register, "" for a day that was typed
	SessionAt time.Time // ActSchedule: the session, zero when not fixed
	Decision  string    // ActDeliberate: required
}

// legalActs are the acts of Advance, with the state each leads to. Whether a
// petition is admissible is decided by two people: admissibility.go.
var legalActs = map[Act]State{ActDeposit: Deposited, ActReview: Review, ActAssign: Committee,
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
	if err := in.day(p, act, now); err != nil {
		return p, err
	}
	d := done{act: act, reason: in.Reasons, details: in.details(p.Country)}
	if act == ActDeposit {
		if due, err = s.replyDue(ctx, p, in.On); err != nil {
			return p, err
		}
		d.tasks = []Task{{taskStaff, noticeDeposited}}
	}
	return s.act(ctx, who, id, d, func(p Petition) bool { return p.State == to }, func(p *Petition) error {
		in.put(p, act, now, due)
		return nil
	})
}

// replyMonths returns within how many calendar months of a deposit the authority
// must reply.
func (s *Service) replyMonths(ctx context.Context, p Petition) (int, error) {
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return 0, err
	}
	periods, err := s.Law.Periods(ctx, a, s.Clock.Now())
	return periods.ReplyMonths, err
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
	case ActDeliberate:
		return required("decision", in.Decision, i18n.Msg("Say what was decided"), MaxNote)
	case ActAssign:
		return required("committee", in.Committee, i18n.Msg("Name the committee"), MaxName)
	}
	return nil
}

// day sets the day of the act, and says what is wrong with one that was typed:
// a receipt is not given before the threshold was reached, a decision not before
// the deposit, and neither tomorrow.
func (in *LegalStep) day(p Petition, act Act, now time.Time) error {
	if in.On.IsZero() {
		in.On = now
		return nil
	}
	after := p.Legal.DepositedAt
	if act == ActDeposit {
		after = p.ThresholdAt
	}
	zone := clock.Zone(p.Country)
	switch {
	case in.On.After(now):
		return &InputError{Field: "on", Message: i18n.Msg("This day has not come yet")}
	case in.On.Before(clock.StartOfDay(after, zone)):
		return &InputError{Field: "on", Message: i18n.Msg("This day is earlier than {date}, when it became possible"), Args: []any{"date", after}}
	}
	return nil
}

// put writes what the act records into the petition.
func (in LegalStep) put(p *Petition, act Act, now, due time.Time) {
	switch act {
	case ActDeposit:
		p.Legal.Receipt, p.Legal.DepositedAt, p.AnswerDueAt = in.Receipt, in.On.UTC(), due
	case ActAssign:
		p.Legal.Committee = in.Committee
	case ActSchedule:
		if !in.SessionAt.IsZero() {
			p.Legal.SessionAt, p.Legal.Session = in.SessionAt.UTC(), in.Session
		}
	case ActDeliberate:
		p.Legal.Decision, p.Legal.DecidedAt = in.Decision, in.On.UTC()
	case ActClose:
		p.EndedAt = now
	}
}

// details are what the audit keeps beside the states.
func (in LegalStep) details(country string) map[string]string {
	d := map[string]string{}
	for key, value := range map[string]string{"receipt": in.Receipt, "committee": in.Committee} {
		if value != "" {
			d[key] = value
		}
	}
	if in.Receipt != "" && !in.On.IsZero() {
		d["on"] = in.On.In(clock.Zone(country)).Format(time.DateOnly)
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
