package association

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Endorsement is one association's support of one petition. It is no signature.
type Endorsement struct {
	store.Meta  `bson:",inline"` // EndorsementID(petition, association)
	Petition    string           `bson:"petition" json:"petition"`
	Association string           `bson:"association" json:"association"`
	Mandate     string           `bson:"mandate" json:"-"`
	Statement   string           `bson:"statement,omitempty" json:"statement"`
	Given       bool             `bson:"given" json:"given"` // false: withdrawn
	At          time.Time        `bson:"at" json:"at"`       // of giving it last
	History     []audit.Entry    `bson:"history" json:"-"`
}

// MaxStatement is the length of what an association says with its endorsement.
const MaxStatement = 500

// EndorsementID is where an association's endorsement of a petition is kept.
func EndorsementID(petitionID, associationID string) string { return petitionID + ":" + associationID }

const (
	actEndorse  act = "association.endorse"
	actWithdraw act = "association.endorsement_withdraw"
)

var endorsementActNames = map[act]string{
	actEndorse: i18n.Msg("Petition endorsed by an association"), actWithdraw: i18n.Msg("Endorsement by an association withdrawn"),
}

var (
	errMayNotEndorse  = fault.New(fault.Forbidden, "You have no mandate to endorse petitions for this association.")
	errNotCollecting  = fault.New(fault.Conflict, "This petition does not take signatures now.")
	errNoSuchPetition = fault.New(fault.NotFound, "There is no such petition, or it is not public.")
)

// Endorse supports a petition in an association's name, while the petition
// collects signatures. Once more replaces what was said.
func (s *Service) Endorse(ctx context.Context, who auth.Actor, petitionID, associationID, statement string) (Endorsement, error) {
	p, m, err := s.endorser(ctx, who, petitionID, associationID)
	if err != nil {
		return Endorsement{}, err
	}
	switch {
	case !p.Signable:
		return Endorsement{}, errNotCollecting
	case tooLong(MaxStatement, statement):
		return Endorsement{}, &InputError{Field: "statement", Message: i18n.Msg("Shorten this text")}
	}
	e := Endorsement{Meta: store.Meta{ID: EndorsementID(p.ID, associationID)}, Petition: p.ID, Association: associationID}
	change := func(e *Endorsement) {
		from := e.said()
		e.Mandate, e.Statement, e.Given, e.At = m.ID, statement, true, s.Clock.Now()
		s.noteEndorsement(e, who, p, actEndorse, from)
	}
	change(&e)
	err = s.endorsements.Insert(ctx, e)
	if fault.Is(err, fault.Conflict) {
		e, err = s.endorsements.Update(ctx, e.ID, func(e *Endorsement) error {
			if e.Given && e.Statement == statement {
				return store.ErrUnchanged
			}
			change(e)
			return nil
		})
	}
	if err != nil {
		return e, fault.Wrap(string(actEndorse), err)
	}
	return e, s.endorsed(ctx, e)
}

// Withdraw takes an endorsement back; what was said with it is forgotten. No
// fault if there is none.
func (s *Service) Withdraw(ctx context.Context, who auth.Actor, petitionID, associationID string) error {
	p, _, err := s.endorser(ctx, who, petitionID, associationID)
	if err != nil {
		return err
	}
	e, err := s.endorsements.Update(ctx, EndorsementID(petitionID, associationID), func(e *Endorsement) error {
		if !e.Given {
			return store.ErrUnchanged
		}
		from := e.said()
		e.Given, e.Statement = false, ""
		s.noteEndorsement(e, who, p, actWithdraw, from)
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fault.Wrap(string(actWithdraw), err)
	}
	return s.endorsed(ctx, e)
}

// endorser returns the petition and the mandate of who may endorse.
func (s *Service) endorser(ctx context.Context, who auth.Actor, petitionID, associationID string) (Petition, Mandate, error) {
	if !who.SignedIn() {
		return Petition{}, Mandate{}, errSignIn
	}
	if !s.MayAct(ctx, who, associationID, ScopeEndorse) {
		return Petition{}, Mandate{}, errMayNotEndorse
	}
	m, err := s.mandateOf(ctx, associationID, who.PersonID)
	if err != nil {
		return Petition{}, m, err
	}
	p, err := s.petition(ctx, petitionID)
	return p, m, err
}

func (s *Service) petition(ctx context.Context, id string) (Petition, error) {
	p, err := s.Petitions.Petition(ctx, id)
	if isNotFound(err) {
		err = errNoSuchPetition
	}
	return p, err
}

// said is the state of an endorsement in the audit.
func (e Endorsement) said() string {
	switch {
	case e.Given:
		return "given"
	case len(e.History) > 0:
		return "withdrawn"
	}
	return ""
}

func (s *Service) noteEndorsement(e *Endorsement, who auth.Actor, p Petition, what act, from string) {
	to := "withdrawn"
	if e.Given {
		to = "given"
	}
	e.History = audit.Append(e.History, audit.Entry{
		Subject: "endorsement:" + e.ID, Authority: p.Authority, Act: string(what), From: from, To: to, ActorID: who.PersonID,
		ActorRole: string(auth.Delegate), At: s.Clock.Now(), Public: true, Details: map[string]string{"association": e.Association, "mandate": e.Mandate},
	})
}

// endorsed does what follows from an endorsement.
func (s *Service) endorsed(ctx context.Context, e Endorsement) error {
	if err := s.Audit.Record(ctx, e.History...); err != nil {
		return err
	}
	return s.refresh(ctx, e.Petition)
}

// EndorsementsOf pages through the endorsements of a petition, newest first.
// Those of associations that were struck off meanwhile are left out by the
// caller: see Get.
func (s *Service) EndorsementsOf(ctx context.Context, petitionID, after string, limit int) (store.Page[Endorsement], error) {
	return s.endorsements.Find(ctx, store.Query{Index: "petition", Equal: []any{petitionID, true}, Desc: true, After: after, Limit: limit})
}

// EndorsedBy pages through what an association endorses, newest first.
func (s *Service) EndorsedBy(ctx context.Context, associationID, after string, limit int) (store.Page[Endorsement], error) {
	return s.endorsements.Find(ctx, store.Query{Index: "association", Equal: []any{associationID, true}, Desc: true, After: after, Limit: limit})
}

// Endorsement returns an association's endorsement of a petition, and whether it stands.
func (s *Service) Endorsement(ctx context.Context, petitionID, associationID string) (Endorsement, bool, error) {
	e, err := s.endorsements.Get(ctx, EndorsementID(petitionID, associationID))
	if isNotFound(err) {
		return e, false, nil
	}
	return e, err == nil && e.Given, err
}

// supportDoc counts what associations do for one petition. It is derived, and
// its version is the stamp of what the petition's page shows of them.
type supportDoc struct {
	store.Meta   `bson:",inline"` // the petition
	Endorsements int64            `bson:"endorsements"`
	Campaigns    int64            `bson:"campaigns"` // that run
	Touched      time.Time        `bson:"touched"`
}

// Support is what associations do for a petition.
type Support struct{ Endorsements, Campaigns int64 }

// SupportOf returns it, from one document.
func (s *Service) SupportOf(ctx context.Context, petitionID string) (Support, error) {
	d, err := s.support.Get(ctx, petitionID)
	if isNotFound(err) {
		return Support{}, nil
	}
	return Support{d.Endorsements, d.Campaigns}, err
}

// Stamp changes whenever the panel of a petition would; it costs one read.
func (s *Service) Stamp(ctx context.Context, petitionID string) (string, error) {
	d, err := s.support.Get(ctx, petitionID)
	if isNotFound(err) {
		return "", nil
	}
	return strconv.FormatInt(d.Version, 36), err
}

// refresh counts anew what associations do for a petition. It is called after
// each act of an association, of which a petition has a few dozen at most, and
// may be repeated.
func (s *Service) refresh(ctx context.Context, petitionID string) error {
	endorsed, running, err := s.countSupport(ctx, petitionID)
	if err != nil {
		return fault.Wrap("association.refresh", err)
	}
	write := func(d *supportDoc) error {
		d.Endorsements, d.Campaigns, d.Touched = endorsed, running, s.Clock.Now()
		return nil
	}
	_, err = s.support.Update(ctx, petitionID, write)
	if isNotFound(err) {
		d := supportDoc{Meta: store.Meta{ID: petitionID}}
		_ = write(&d) // never fails
		if err = s.support.Insert(ctx, d); fault.Is(err, fault.Conflict) {
			_, err = s.support.Update(ctx, petitionID, write)
		}
	}
	return fault.Wrap("association.refresh", err)
}

func (s *Service) countSupport(ctx context.Context, petitionID string) (endorsed, running int64, err error) {
	if endorsed, err = s.endorsements.Count(ctx, store.Query{Index: "petition", Equal: []any{petitionID, true}}); err != nil {
		return 0, 0, err
	}
	err = s.campaigns.Each(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: 100}, func(c Campaign) error {
		if c.State == Running {
			running++
		}
		return nil
	})
	return endorsed, running, err
}

// touchAll makes the pages of all petitions that an association supports be
// made anew: its name or its standing changed.
func (s *Service) touchAll(ctx context.Context, associationID string) error {
	err := s.endorsements.Each(ctx, store.Query{Index: "association", Equal: []any{associationID, true}, Limit: 100}, func(e Endorsement) error {
		return s.refresh(ctx, e.Petition)
	})
	if err != nil {
		return err
	}
	return s.campaigns.Each(ctx, store.Query{Index: "association", Equal: []any{associationID}, Limit: 100}, func(c Campaign) error {
		return s.refresh(ctx, c.Petition)
	})
}
