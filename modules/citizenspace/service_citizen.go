package citizenspace

import (
	"context"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Reply answers what the authority asked for: the clock goes on.
func (s *Service) Reply(ctx context.Context, c Caller, id, body, way string) (Request, error) {
	return s.write(ctx, c, id, ActReply, body, way)
}

// Write writes to the authority; to one that waits for an answer it is a reply.
func (s *Service) Write(ctx context.Context, c Caller, id, body, way string) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State == Waiting {
		return s.write(ctx, c, id, ActReply, body, way)
	}
	return s.write(ctx, c, id, ActWrite, body, way)
}

func (s *Service) write(ctx context.Context, c Caller, id string, act Act, body, way string) (Request, error) {
	body = tidy(body, true)
	if err := broken(actPrefix+string(act), required("body", body, i18n.Msg("Write your message"), MaxMessage)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, c, id, act, done{}, nil, func(r *Request) error {
		return s.addMessage(r, Message{PersonID: actorID(c.Actor), Body: body, Way: way})
	})
}

// Withdraw ends a request at the wish of who asked.
func (s *Service) Withdraw(ctx context.Context, c Caller, id string) (Request, error) {
	d := done{details: map[string]string{"code": string(WithdrawnBy)}}
	return s.act(ctx, c, id, ActWithdraw, d, nil, func(r *Request) error {
		r.Ending = &Ending{Code: WithdrawnBy, At: s.Clock.Now()}
		r.StatusNotes = ""
		return nil
	})
}

// Reopen opens a request again that is not solved, with a reason that staff read
// as a message; for who asked it may be left out: one click is enough. The
// promise begins anew.
func (s *Service) Reopen(ctx context.Context, c Caller, id, reason string, seen int64) (Request, error) {
	reason = tidy(reason, true)
	if err := broken("request.reopen", atMost("reason", reason, MaxReasons)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, c, id, ActReopen, done{seen: seen}, func(r Request) bool { return r.State == Reopened }, func(r *Request) error {
		r.StatusNotes = ""
		if reason == "" {
			return nil
		}
		return s.addMessage(r, Message{PersonID: actorID(c.Actor), Body: reason, Staff: IsStaff(c.Actor, r.Authority) && !r.IsCitizen(c.Actor.PersonID)})
	})
}

// Judgement is the citizen's answer to "was it solved?".
type Judgement struct {
	Solved  bool
	Stars   int // 1 to 5; 0 leaves it
	Comment string
}

// Judge keeps the answer of who asked. Somebody who says that it is solved closes
// a request that was resolved; who says no is offered to reopen it.
func (s *Service) Judge(ctx context.Context, c Caller, id string, j Judgement) (Request, error) {
	j.Comment = tidy(j.Comment, true)
	problems := atMost("comment", j.Comment, MaxReasons)
	if j.Stars < 0 || j.Stars > 5 {
		problems = append(problems, Problem{Field: "stars", Message: i18n.Msg("Choose one to five stars")})
	}
	if err := broken("request.judge", problems); err != nil {
		return Request{}, err
	}
	put := func(r *Request) error {
		r.After.Solved, r.After.AnsweredAt = "no", s.Clock.Now()
		if j.Solved {
			r.After.Solved = "yes"
		}
		r.After.Stars, r.After.Comment = j.Stars, j.Comment
		r.After.Times++
		return nil
	}
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	d := done{details: map[string]string{"solved": map[bool]string{true: "yes", false: "no"}[j.Solved]}}
	if j.Solved && r.State == Resolved {
		return s.act(ctx, c, id, ActConfirm, d, nil, put)
	}
	return s.act(ctx, c, id, ActJudge, d, nil, put)
}

// MeToo says that somebody else sees the same as an open public request: it is
// counted once, and who left a verified address hears how it goes on.
func (s *Service) MeToo(ctx context.Context, c Caller, id, email, lang string) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	switch {
	case !r.IsShown():
		return r, errNoRequest
	case !r.State.IsOpen():
		return r, fault.New(fault.Conflict, "This request is closed already. Report it anew if it is still there.")
	case r.IsCitizen(c.Actor.PersonID):
		return r, fault.New(fault.Conflict, "This is your own request.")
	}
	email = strings.ToLower(tidy(email, false))
	if c.Actor.SignedIn() {
		email = ""
	} else if !strings.Contains(email, "@") || strings.ContainsAny(email, " ,;<>") || letters(email) > 200 {
		return r, broken("request.me_too", []Problem{{Field: "email", Message: i18n.Msg("This is not an e-mail address")}})
	}
	if err := s.addSupport(ctx, r.ID, Citizen{PersonID: c.Actor.PersonID, Email: email, Lang: lang}); err != nil {
		return r, fault.Wrap("request.me_too", err)
	}
	s.changed(r.Authority)
	return r, s.putCard(ctx, r.ID)
}

// addSupport counts somebody once.
func (s *Service) addSupport(ctx context.Context, request string, who Citizen) error {
	by := who.PersonID
	if by == "" {
		by = "mail:" + who.Email
	}
	if by == "mail:" {
		return nil // nobody who could be told apart
	}
	err := s.supports.Insert(ctx, Support{
		Meta: store.Meta{ID: onceID("support", request, by)}, Request: request, PersonID: who.PersonID, Email: who.Email, Lang: who.Lang, At: s.Clock.Now(),
	})
	if isConflict(err) {
		return nil
	}
	return err
}

// Supports reports whether an account said "me too" to a request.
func (s *Service) Supports(ctx context.Context, c Caller, id string) bool {
	if !c.Actor.SignedIn() {
		return false
	}
	_, err := s.supports.Get(ctx, onceID("support", id, c.Actor.PersonID))
	return err == nil
}

// Follow returns the request that goes with a reference and its secret code.
// One fault for all that does not fit, so that nobody learns which references
// exist.
func (s *Service) Follow(ctx context.Context, reference, code string) (Request, error) {
	no := fault.New(fault.NotFound, "The number and the secret code do not go together. Check both on your receipt.")
	r, err := s.find(ctx, NormalReference(reference))
	if NormalReference(reference) == "" || isNotFound(err) {
		s.fits(Request{CodeHash: []byte{0}}, code) // as long as for one that exists
		return Request{}, no
	}
	if err != nil {
		return Request{}, err
	}
	if !s.fits(r, code) {
		return Request{}, no
	}
	return r.forCitizen(), nil
}
