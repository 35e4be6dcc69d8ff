package petition

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// SignInput is what a person says with the signature.
type SignInput struct {
	NamePublic bool
	Comment    string // shown once an officer has read it
	News       bool   // wants to learn of the answer by mail
	Campaign   string // by whose link the person came; forgotten if it is none of this petition
	Consent    string // version of the consent text the person agreed to; required
	Number     string // the identity number as typed, where AsksNumber; forgotten once it is sealed
	Origin     Origin // where the request came from; may be zero
}

// Signed is the outcome of signing.
type Signed struct {
	Signature Signature
	Already   bool // it was there before; nothing changed
}

var (
	errNotCollecting = fault.New(fault.Conflict, "This petition does not take signatures now.")
	errNoConsent     = fault.New(fault.Invalid, "Agree to how your signature is used before you sign.")
)

// Sign signs for the actor. It returns once the signature is durable and
// counted. Signing again is no fault: Already is then true. A withdrawn
// signature is given anew. Faults: SignIn, NotFound, Invalid (no consent, or an
// *InputError about the comment), Conflict (not collecting), Unavailable.
func (s *Service) Sign(ctx context.Context, who auth.Actor, id string, in SignInput) (Signed, error) {
	p, sig, err := s.prepare(ctx, who, id, in)
	if err != nil {
		return Signed{}, err
	}
	out, err := s.put(ctx, p, sig)
	if err != nil {
		return Signed{}, fault.Wrap("petition.Sign", err)
	}
	return out, nil
}

// prepare checks that the actor may sign and makes the signature.
func (s *Service) prepare(ctx context.Context, who auth.Actor, id string, in SignInput) (Petition, Signature, error) {
	if !who.SignedIn() {
		return Petition{}, Signature{}, errSignIn
	}
	in.Comment = tidy(in.Comment, MaxComment, true)
	if n := len([]rune(in.Comment)); n > MaxComment {
		return Petition{}, Signature{}, &InputError{Field: "comment", Message: tooLong, Args: []any{"limit", MaxComment}}
	}
	if in.Consent == "" {
		return Petition{}, Signature{}, errNoConsent
	}
	p, person, verdict, err := s.judge(ctx, who, id)
	if err != nil {
		return p, Signature{}, err
	}
	now := s.Clock.Now()
	if !p.Signable(now) {
		return p, Signature{}, errNotCollecting
	}
	sig := Signature{
		Meta: store.Meta{ID: SignatureID(id, who.PersonID)}, Petition: id, Moderator: p.Moderator(), Person: who.PersonID,
		Name: tidy(person.Name, MaxName, false), NamePublic: in.NamePublic, Comment: in.Comment, News: in.News,
		State: SignatureActive, At: now, Consent: in.Consent, Day: dayOf(now, p.Country), Range: in.Origin.Range, Device: in.Origin.Device,
		Fresh: !person.Since.IsZero() && now.Sub(person.Since) < freshFor,
	}
	if in.Comment != "" {
		sig.CommentState = CommentPending
	}
	if err := s.sealOwn(ctx, p, &sig, in.Number); err != nil {
		return p, sig, err
	}
	if sig.Campaign, err = s.attributed(ctx, id, in.Campaign); err != nil {
		return p, Signature{}, err
	}
	sig.verdict(person, verdict)
	sig.settle()
	return p, sig, nil
}

// attributed returns the campaign to which a signature is attributed, "" for a
// code that is no running campaign of the petition: nobody is kept from signing
// by an old link.
func (s *Service) attributed(ctx context.Context, petitionID, code string) (string, error) {
	if code == "" || s.Campaigns == nil {
		return "", nil
	}
	id, err := s.Campaigns.Running(ctx, petitionID, code)
	return id, fault.Wrap("petition.attributed", err)
}

// verdict writes what the rule pack says of the person into the signature.
func (s *Signature) verdict(person Person, v Verdict) {
	s.Valid, s.Reasons, s.Subunit, s.Place = v.Valid, slices.Clone(v.Reasons), v.Subunit, ""
	if len(person.Residence) > 0 {
		s.Place = person.Residence[0]
	}
	s.Area, s.Age, s.Sex, s.Level = v.Area, ageBand(person.BirthYear, s.At), sexOf(person.Sex), person.Level
}

// judge reads the petition and what the rule pack says of the actor.
func (s *Service) judge(ctx context.Context, who auth.Actor, id string) (Petition, Person, Verdict, error) {
	p, err := s.lately(ctx, id)
	if isNotFound(err) || err == nil && !s.mayKnow(who, p) {
		return p, Person{}, Verdict{}, errNone
	}
	if err != nil {
		return p, Person{}, Verdict{}, fault.Wrap("petition.judge", err)
	}
	person, verdict, err := s.verdictOn(ctx, p, who.PersonID)
	return p, person, verdict, fault.Wrap("petition.judge", err)
}

func (s *Service) verdictOn(ctx context.Context, p Petition, personID string) (Person, Verdict, error) {
	person, err := s.People.Person(ctx, personID)
	if err != nil {
		return person, Verdict{}, err
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return person, Verdict{}, err
	}
	verdict, err := s.Law.Counts(ctx, a, person, s.Clock.Now())
	if !slices.Contains(p.Threshold.Subunits, verdict.Subunit) { // not one that this petition counts by
		verdict.Subunit = ""
	}
	verdict.Area = areaOf(a, person)
	return person, verdict, err
}

// Judge says whether the actor's signature would count, to explain it before
// signing.
func (s *Service) Judge(ctx context.Context, who auth.Actor, id string) (Verdict, error) {
	if !who.SignedIn() {
		return Verdict{}, errSignIn
	}
	_, _, verdict, err := s.judge(ctx, who, id)
	return verdict, err
}

// put makes a new signature durable and counted by the group commit. One that
// was withdrawn is given anew.
func (s *Service) put(ctx context.Context, p Petition, sig Signature) (Signed, error) {
	err := s.insert(ctx, p, sig)
	if err == nil {
		s.announce(ctx, p.ID)
		if sig.CommentState == CommentPending {
			s.commentsMoved(ctx, sig.Moderator)
		}
		return Signed{Signature: sig}, nil
	}
	if !isConflict(err) {
		return Signed{}, err
	}
	already := false
	after, err := s.alterSignature(ctx, p, sig.ID, func(old *Signature) error {
		var changed bool
		already, changed = old.takeIn(sig)
		if !changed {
			return store.ErrUnchanged
		}
		return nil
	})
	return Signed{Signature: after, Already: already}, err
}

// insert passes a signature through the gate and the batcher. The asker may
// give up waiting; the gate is left only when the batch is decided.
func (s *Service) insert(ctx context.Context, p Petition, sig Signature) error {
	if err := s.counting.enter(ctx, p); err != nil {
		return err
	}
	answer := make(chan error, 1)
	go func() {
		err := s.counting.batcher.Insert(context.WithoutCancel(ctx), sig)
		s.counting.leave(p.ID, doubtful(err))
		answer <- err
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "").Because("petition.insert", ctx.Err())
	}
}

// doubtful reports an error after which it is not known whether the signature
// is durable. The batcher's Unavailable with a message says that too many
// waited already and nothing was written; a recount would not help the crowd.
func doubtful(err error) bool {
	message, _ := fault.Shown(err)
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Invalid, fault.TooLarge:
		return false
	case fault.Unavailable:
		return message == ""
	}
	return err != nil
}

// announce looks for milestones when the count has passed one. What fails is
// left to the sweep.
func (s *Service) announce(ctx context.Context, id string) {
	if !s.counting.announces(id) {
		return
	}
	if _, err := s.checkMilestones(context.WithoutCancel(ctx), id); err != nil {
		s.Log.Error("a milestone is left for the sweep", "petition", id, "err", err)
	}
}

// changeSignature is alterSignature for a petition that is not at hand.
func (s *Service) changeSignature(ctx context.Context, petitionID, signatureID string, change func(*Signature) error) error {
	p, err := s.petitions.Get(ctx, petitionID)
	if err != nil {
		return err
	}
	_, err = s.alterSignature(ctx, p, signatureID, change)
	return err
}

// alterSignature changes a signature that exists and corrects the tally by the
// difference. A crash between the two is repaired as for new signatures.
func (s *Service) alterSignature(ctx context.Context, p Petition, signatureID string, change func(*Signature) error) (Signature, error) {
	if err := s.counting.enter(ctx, p); err != nil {
		return Signature{}, err
	}
	var before Signature
	changed := false
	after, err := s.signatures.Update(ctx, signatureID, func(sig *Signature) error {
		before, changed = *sig, false
		if err := change(sig); err != nil {
			return err
		}
		sig.settle()
		changed = true
		return nil
	})
	if err == nil && changed {
		s.counting.add(context.WithoutCancel(ctx), p.ID, delta(before, after), figuresDelta(before, after))
	}
	s.counting.leave(p.ID, changed && err != nil && doubtful(err))
	if err == nil && changed {
		s.announce(ctx, p.ID)
		if (before.CommentState == CommentPending) != (after.CommentState == CommentPending) {
			s.commentsMoved(ctx, after.Moderator)
		}
	}
	return after, err
}

// Unsign withdraws the actor's signature while the petition collects; name and
// comment are forgotten. No fault if there is none.
func (s *Service) Unsign(ctx context.Context, who auth.Actor, id string) error {
	if !who.SignedIn() {
		return errSignIn
	}
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) || err == nil && !s.mayKnow(who, p) {
		return errNone
	}
	if err != nil {
		return fault.Wrap("petition.Unsign", err)
	}
	if !p.Signable(s.Clock.Now()) {
		return fault.New(fault.Conflict, "A signature can be withdrawn while the petition collects signatures.")
	}
	mayTakeBack, err := s.ownsPaper(ctx, who.PersonID)
	if err != nil {
		return fault.Wrap("petition.Unsign", err)
	}
	_, err = s.alterSignature(ctx, p, SignatureID(id, who.PersonID), func(sig *Signature) error {
		if sig.State != SignatureActive {
			return store.ErrUnchanged
		}
		if sig.Paper != nil && !mayTakeBack { // a declared number proves nothing: the paper stays
			if sig.Channel == ByPaper {
				return store.ErrUnchanged
			}
			sig.backToPaper()
			return nil
		}
		sig.State, sig.Channel, sig.Paper, sig.Campaign = SignatureWithdrawn, Online, nil, ""
		sig.forget()
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	return fault.Wrap("petition.Unsign", err)
}

// PublicName is a name its owner made public.
type PublicName struct {
	Name string
	At   time.Time
}

// Comment is the comment of a signature.
type Comment struct {
	ID       string // of the signature
	Petition string
	Name     string // "" if its owner did not make it public
	Text     string
	At       time.Time // of the signature
	State    CommentState
}

// forget takes away what a signature that is not active need not keep.
func (s *Signature) forget() {
	s.Name, s.NamePublic, s.Comment, s.CommentState, s.News = "", false, "", CommentNone, false
	s.Sealed, s.SealedAs, s.Tail = nil, "", ""
}

// SignatureOf returns the actor's own signature, and false if there is none or
// it is withdrawn.
func (s *Service) SignatureOf(ctx context.Context, who auth.Actor, id string) (Signature, bool, error) {
	if !who.SignedIn() {
		return Signature{}, false, nil
	}
	sig, err := s.signatures.Get(ctx, SignatureID(id, who.PersonID))
	if isNotFound(err) {
		return Signature{}, false, nil
	}
	if err == nil && sig.Channel == ByPaper {
		if own, err := s.ownsPaper(ctx, who.PersonID); err != nil || !own {
			return Signature{}, false, fault.Wrap("petition.SignatureOf", err)
		}
	}
	return sig, err == nil && sig.State == SignatureActive, fault.Wrap("petition.SignatureOf", err)
}

// PublicNames pages through the names their owners made public, newest first.
func (s *Service) PublicNames(ctx context.Context, id, after string, limit int) (Page[PublicName], error) {
	page, err := s.shown(ctx, listNames, id, after, limit)
	names := Page[PublicName]{Next: page.Next}
	for _, sig := range page.Items {
		names.Items = append(names.Items, PublicName{Name: sig.Name, At: sig.At})
	}
	return names, fault.Wrap("petition.PublicNames", err)
}

// Comments pages through the approved comments, newest first.
func (s *Service) Comments(ctx context.Context, id, after string, limit int) (Page[Comment], error) {
	page, err := s.shown(ctx, listComments, id, after, limit)
	return comments(page), fault.Wrap("petition.Comments", err)
}

// shown returns one page of what signatures show of themselves. A petition
// that is not public, or whose text is hidden, shows none.
func (s *Service) shown(ctx context.Context, list, id, after string, limit int) (Page[Signature], error) {
	p, err := s.lately(ctx, id)
	if isNotFound(err) || err == nil && (!p.IsPublic() || p.TextHidden()) {
		return Page[Signature]{}, errNone
	}
	if err != nil {
		return Page[Signature]{}, err
	}
	return s.signatures.Find(ctx, store.Query{Index: "lists", Equal: []any{list + "|" + id}, Desc: true, After: after, Limit: limit})
}

func comments(page store.Page[Signature]) Page[Comment] {
	out := Page[Comment]{Next: page.Next}
	for _, sig := range page.Items {
		c := Comment{ID: sig.ID, Petition: sig.Petition, Text: sig.Comment, At: sig.At, State: sig.CommentState}
		if sig.NamePublic {
			c.Name = sig.Name
		}
		out.Items = append(out.Items, c)
	}
	return out
}
