package petition

import (
	"context"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// RulingState is where a decision on admissibility stands.
type RulingState string

// The states of a ruling.
const (
	RulingDrafted  RulingState = "drafted"  // waits for somebody else's approval
	RulingReturned RulingState = "returned" // sent back with a note
	RulingIssued   RulingState = "issued"   // approved: the petition is admitted or refused, the agent is told
)

// rulingMoves is the table of a ruling: from which states an act leads where.
var rulingMoves = []struct {
	act  Act
	from []RulingState // "" is no ruling yet
	to   RulingState
}{
	{ActDraftRuling, []RulingState{"", RulingDrafted, RulingReturned}, RulingDrafted},
	{ActReturnRuling, []RulingState{RulingDrafted}, RulingReturned},
	{ActAdmit, []RulingState{RulingDrafted}, RulingIssued},
	{ActRefuse, []RulingState{RulingDrafted}, RulingIssued},
}

// Ruling is the bureau's decision on admissibility, drafted by one person and
// approved by another.
type Ruling struct {
	Number     int         `bson:"number" json:"number"` // of the draft, from 1
	State      RulingState `bson:"state" json:"state"`
	Admit      bool        `bson:"admit" json:"admit"`
	Code       string      `bson:"code,omitempty" json:"code,omitempty"` // Refusals
	Reasons    string      `bson:"reasons,omitempty" json:"reasons,omitempty"`
	Session    string      `bson:"session,omitempty" json:"-"`
	SessionAt  time.Time   `bson:"session_at,omitempty" json:"session_at,omitzero"`
	DraftedBy  string      `bson:"drafted_by" json:"-"`
	DraftedAt  time.Time   `bson:"drafted_at" json:"-"`
	ApprovedBy string      `bson:"approved_by,omitempty" json:"-"`
	ApprovedAt time.Time   `bson:"approved_at,omitempty" json:"approved_at,omitzero"`
	Note       string      `bson:"note,omitempty" json:"-"` // why it was returned
}

// Stamp names the draft: a decision is about the text that was read.
func (r Ruling) Stamp() string {
	return strconv.Itoa(r.Number) + "." + strconv.FormatInt(r.DraftedAt.UnixMilli(), 36)
}

// move changes a ruling's state by the table.
func (r *Ruling) move(act Act) error {
	for _, m := range rulingMoves {
		if m.act == act && slices.Contains(m.from, r.State) {
			r.State = m.to
			return nil
		}
	}
	return errNotNow
}

// RulingInput is what a drafter writes.
type RulingInput struct {
	Admit     bool
	Code      string // one of Refusals, for a refusal
	Reasons   string // required for a refusal
	Session   string // of the council's register, or
	SessionAt time.Time
}

func (in *RulingInput) check() error {
	in.Reasons = tidy(in.Reasons, MaxNote, true)
	if in.Admit {
		in.Code = ""
		if len([]rune(in.Reasons)) > MaxNote {
			return &InputError{Field: "reasons", Message: tooLong, Args: []any{"limit", MaxNote}}
		}
		return nil
	}
	in.Session, in.SessionAt = "", time.Time{}
	if _, known := reasonOf(Refusals, in.Code); !known {
		return &InputError{Field: "code", Message: i18n.Msg("Choose a reason from the list")}
	}
	return required("reasons", in.Reasons, i18n.Msg("A refusal is given with its reasons"), MaxNote)
}

// DraftRuling writes the draft of the bureau's decision. Every condition must
// have been checked; a petition is admitted when all are met. After a silence
// it can only be admitted. Faults: Invalid, Conflict, Forbidden.
func (s *Service) DraftRuling(ctx context.Context, who auth.Actor, id string, in RulingInput) (Petition, error) {
	if err := in.check(); err != nil {
		return Petition{}, err
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	checks, err := s.Checklist(ctx, p)
	if err != nil {
		return p, err
	}
	again := func(p Petition) bool {
		r := p.Legal.Ruling
		return r != nil && r.State == RulingDrafted && r.DraftedBy == who.PersonID && r.Admit == in.Admit && r.Code == in.Code &&
			r.Reasons == in.Reasons && r.SessionAt.Equal(in.SessionAt) && r.Session == in.Session
	}
	return s.act(ctx, who, id, done{act: ActDraftRuling, private: true}, again, func(p *Petition) error {
		if err := mayRule(*p, checks, in.Admit); err != nil {
			return err
		}
		if !in.Admit && p.State == Lapsed {
			return &InputError{Field: "admit", Message: i18n.Msg("The period for a refusal is over. The petition can still be admitted or answered.")}
		}
		r := Ruling{Admit: in.Admit, Code: in.Code, Reasons: in.Reasons, Session: in.Session, DraftedBy: who.PersonID, DraftedAt: s.Clock.Now(), Number: 1}
		if !in.SessionAt.IsZero() {
			r.SessionAt = in.SessionAt.UTC()
		}
		if was := p.Legal.Ruling; was != nil {
			r.Number, r.State = was.Number+1, was.State
		}
		if err := r.move(ActDraftRuling); err != nil {
			return err
		}
		p.Legal.Ruling = &r
		return nil
	})
}

var (
	errOtherRuling = fault.New(fault.Conflict, "The decision was changed meanwhile. Read it again before you decide.")
	errOwnRuling   = fault.New(fault.Forbidden, "A decision is approved by somebody else than the person who drafted it.")
)

// ruling returns a copy of the draft that a stamp names.
func (p Petition) ruling(stamp string) (*Ruling, error) {
	if p.Legal.Ruling == nil {
		return nil, errNotNow
	}
	r := *p.Legal.Ruling
	if r.Stamp() != stamp {
		return nil, errOtherRuling
	}
	return &r, nil
}

// ReturnRuling sends the draft that the stamp names back with a note.
func (s *Service) ReturnRuling(ctx context.Context, who auth.Actor, id, stamp, note string) (Petition, error) {
	note = tidy(note, MaxNote, true)
	if err := required("note", note, i18n.Msg("Say what is to be changed"), MaxNote); err != nil {
		return Petition{}, err
	}
	again := func(p Petition) bool {
		r := p.Legal.Ruling
		return r != nil && r.Stamp() == stamp && r.State == RulingReturned && r.Note == note
	}
	return s.act(ctx, who, id, done{act: ActReturnRuling, reason: note, private: true}, again, func(p *Petition) error {
		r, err := p.ruling(stamp)
		if err != nil {
			return err
		}
		r.Note = note
		p.Legal.Ruling = r
		return r.move(ActReturnRuling)
	})
}

// IssueRuling approves the draft that the stamp names: the petition is admitted
// or refused, and the agent is told. Forbidden for whoever drafted it.
func (s *Service) IssueRuling(ctx context.Context, who auth.Actor, id, stamp string) (Petition, error) {
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	r, err := p.ruling(stamp)
	if err != nil {
		if _, may := Next(p.State, ActAdmit, RolesOf(who, p)...); may != nil {
			err = may // no wiser for whom it does not concern
		}
		return p, err
	}
	act := ActRefuse
	if r.Admit {
		act = ActAdmit
	}
	checks, err := s.Checklist(ctx, p)
	if err != nil {
		return p, err
	}
	again := func(p Petition) bool { return p.ruled() && p.Legal.Ruling.Stamp() == stamp }
	d := done{act: act, reason: r.Reasons, details: r.details(p.Country)}
	return s.act(ctx, who, id, d, again, func(p *Petition) error { return s.issue(p, who, stamp, act, checks) })
}

func (s *Service) issue(p *Petition, who auth.Actor, stamp string, act Act, checks []Check) error {
	r, err := p.ruling(stamp)
	if err != nil {
		return err
	}
	if r.DraftedBy == who.PersonID {
		return errOwnRuling
	}
	if err := mayRule(*p, checks, r.Admit); err != nil {
		return err
	}
	if err := r.move(act); err != nil {
		return err
	}
	now := s.Clock.Now()
	r.ApprovedBy, r.ApprovedAt = who.PersonID, now
	p.Legal.Ruling = r
	if r.Admit {
		p.Legal.SessionAt, p.Legal.Session = r.SessionAt, r.Session
	} else {
		p.Legal.RefusalCode, p.Legal.Reasons, p.EndedAt = r.Code, r.Reasons, now
	}
	p.tellRuling(now)
	return nil
}

func (r Ruling) details(country string) map[string]string {
	d := map[string]string{}
	if r.Code != "" {
		d["code"] = r.Code
	}
	if !r.SessionAt.IsZero() {
		d["session"] = r.SessionAt.In(clock.Zone(country)).Format(time.DateOnly)
	}
	if len(d) == 0 {
		return nil
	}
	return d
}
