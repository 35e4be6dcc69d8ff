package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

var (
	errFlow       = fault.New(fault.Invalid, "This sign-in was begun in another browser, used already or begun too long ago. Please start again.")
	errNoProvider = fault.New(fault.NotFound, "There is no such way of signing in.")
)

func sha(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// redirectURI is where a provider sends people back to. It is made from the
// settings: a request must have no say in where a code is delivered.
func (s *Service) redirectURI(provider string) string {
	return s.settings.PublicURL + "/auth/" + provider + "/callback"
}

// Begin is how a sign-in begins.
type Begin struct {
	Provider string
	Return   string // path on this site, checked by the caller
	Lang     string
	Browser  string // the token in the browser's cookie
	PersonID string // set: add a login for this person
}

// BeginSignIn notes a new flow and returns the address at the provider to send
// the browser to. Faults: NotFound, Unavailable when the provider is down.
func (s *Service) BeginSignIn(ctx context.Context, b Begin) (string, error) {
	p := s.provider(b.Provider)
	if p == nil {
		return "", errNoProvider
	}
	state, now := s.ident.Token(), s.clock.Now()
	flow := signin{
		Meta: store.Meta{ID: sha(state)}, Purpose: toSignIn, Provider: b.Provider, Verifier: s.ident.Token(), Nonce: s.ident.Token(),
		Browser: sha(b.Browser), Return: b.Return, Lang: b.Lang, PersonID: b.PersonID, CreatedAt: now, ExpiresAt: now.Add(flowLasts),
	}
	if b.PersonID != "" {
		flow.Purpose = toAdd
	}
	address, err := p.authURL(ctx, s.redirectURI(b.Provider), state, flow, b.Lang)
	if err != nil {
		return "", err
	}
	return address, s.all.signins.Insert(ctx, flow)
}

// Callback is what a provider sends back with the browser.
type Callback struct {
	Provider string // from the path
	State    string
	Code     string
	Issuer   string // "iss" of RFC 9207; "" when it was not sent
	Refused  bool   // the provider, or the person there, said no
	Browser  string
	Actor    auth.Actor
}

// Outcome is what came of a flow: a person to sign in, or a Question to ask.
type Outcome struct {
	PersonID string
	Provider string
	Return   string
	Lang     string
	Added    bool   // a login was added to the account of who is signed in
	Question string // token of a question that the person must answer first
}

// FinishSignIn ends a flow. Faults: Invalid for a flow that is not this
// browser's, was used, or ran out, and for an answer that could not be
// verified; Unavailable when the provider does not answer.
func (s *Service) FinishSignIn(ctx context.Context, c Callback) (Outcome, error) {
	flow, err := s.take(ctx, c.State, c.Browser, toSignIn, toAdd)
	if err != nil {
		return Outcome{}, err
	}
	p := s.provider(flow.Provider)
	switch {
	case p == nil || flow.Provider != c.Provider, c.Issuer != "" && c.Issuer != p.settings.Issuer:
		return Outcome{}, errFlow // an answer of one provider given out as another's
	case flow.Purpose == toAdd && flow.PersonID != c.Actor.PersonID:
		return Outcome{}, errFlow
	case c.Refused || c.Code == "":
		return Outcome{}, errCancelled
	}
	a, err := p.exchange(ctx, s.redirectURI(flow.Provider), c.Code, flow)
	if err != nil {
		return Outcome{}, err
	}
	proven, err := s.proven(a)
	if err != nil {
		return Outcome{}, err
	}
	if flow.Purpose == toAdd {
		return s.finishAdd(ctx, flow, a, proven)
	}
	return s.finishSignIn(ctx, flow, a, proven)
}

// take removes a flow and returns it, if it is this browser's and fresh. Only
// one of several at the same moment gets it: the one whose delete succeeds.
func (s *Service) take(ctx context.Context, token, browser string, purposes ...string) (signin, error) {
	if len(token) != 43 || len(browser) != 43 {
		return signin{}, errFlow
	}
	flow, err := s.all.signins.Get(ctx, sha(token))
	if fault.Is(err, fault.NotFound) {
		return signin{}, errFlow
	}
	if err != nil {
		return signin{}, err
	}
	if subtle.ConstantTimeCompare([]byte(flow.Browser), []byte(sha(browser))) != 1 || !slices.Contains(purposes, flow.Purpose) {
		return signin{}, errFlow // left where it is: its own browser may still use it
	}
	if err := s.all.signins.Delete(ctx, flow.ID); fault.Is(err, fault.NotFound) {
		return signin{}, errFlow
	} else if err != nil {
		return signin{}, err
	}
	if !s.clock.Now().Before(flow.ExpiresAt) {
		return signin{}, errFlow
	}
	return flow, nil
}

// proven hashes a number that the provider asserted; nil when there is none. A
// number of no known shape is refused: the provider is set up wrongly, and going
// on would leave the person without what they came for.
func (s *Service) proven(a assertion) (*number, error) {
	if a.identity == "" {
		return nil, nil
	}
	n, err := s.parseNumber(a.country, a.identity)
	if err != nil {
		return nil, errAnswer.Because("account.proven "+a.Provider, fault.New(fault.Invalid, ""))
	}
	return &n, nil
}

func (a assertion) key() string { return sha(a.Issuer + "\n" + a.Subject) }

func (a assertion) login(now time.Time) Login {
	return Login{Key: a.key(), Provider: a.Provider, Issuer: a.Issuer, Subject: a.Subject, Email: a.Email, Since: now, LastAt: now}
}

// finishSignIn finds the person of a login, or makes one. Is there an account
// with the same verified address, the person is asked first.
func (s *Service) finishSignIn(ctx context.Context, flow signin, a assertion, proven *number) (Outcome, error) {
	out := Outcome{Provider: a.Provider, Return: flow.Return, Lang: flow.Lang}
	doc, err := s.all.logins.Get(ctx, a.key())
	if fault.Is(err, fault.NotFound) {
		other, err := s.byVerifiedEmail(ctx, a)
		if err == nil {
			return s.ask(ctx, askEmail, flow, a, proven, other.ID)
		}
		if !fault.Is(err, fault.NotFound) {
			return out, err
		}
		out.PersonID, err = s.enter(ctx, a, s.ident.ID(), flow.Lang, proven)
		return out, err
	}
	if err != nil {
		return out, err
	}
	out.PersonID, err = s.enter(ctx, a, doc.PersonID, flow.Lang, proven)
	return out, err
}

// byVerifiedEmail returns the oldest account with the address that the provider
// says it verified, or NotFound.
func (s *Service) byVerifiedEmail(ctx context.Context, a assertion) (Person, error) {
	if !a.EmailVerified {
		return Person{}, fault.New(fault.NotFound, "")
	}
	page, err := s.all.people.Find(ctx, store.Query{Index: "email", Equal: []any{emailKey(a.Email)}, Limit: 10})
	if err != nil {
		return Person{}, err
	}
	for _, p := range page.Items {
		if !p.gone() {
			return p, nil
		}
	}
	return Person{}, fault.New(fault.NotFound, "")
}

// enter makes the login the person's if it is nobody's, and the person's
// document if there is none, and returns who signs in. The login is written
// first: two first sign-ins at the same moment then agree on whose it is, and a
// crash in between is completed by the next sign-in.
func (s *Service) enter(ctx context.Context, a assertion, personID, lang string, proven *number) (string, error) {
	now := s.clock.Now()
	err := s.all.logins.Insert(ctx, loginDoc{Meta: store.Meta{ID: a.key()}, PersonID: personID})
	if _, taken := store.Taken(err); taken {
		doc, err := s.all.logins.Get(ctx, a.key())
		if err != nil {
			return "", err
		}
		personID = doc.PersonID
	} else if err != nil {
		return "", err
	}
	p, err := s.canonical(ctx, personID)
	if fault.Is(err, fault.NotFound) {
		p, err = s.create(ctx, a, personID, lang, now)
	}
	if err != nil {
		return "", err
	}
	if p, err = s.all.people.Update(ctx, p.ID, func(p *Person) error {
		p.arrive(a.login(now), a.EmailVerified)
		p.Name = firstOf(p.Name, a.Name)
		return nil
	}); err != nil {
		return "", err
	}
	if err := s.appointFirst(ctx, p); err != nil {
		return "", err
	}
	if proven == nil {
		return p.ID, nil
	}
	return s.claim(ctx, p.ID, *proven, proof{how: HowEID, by: a.Provider, actor: auth.Actor{PersonID: p.ID}})
}

// create writes a new person. Conflict with one of the same id that is being
// deleted ends the sign-in.
func (s *Service) create(ctx context.Context, a assertion, personID, lang string, now time.Time) (Person, error) {
	p := Person{Meta: store.Meta{ID: personID}, Name: a.Name, Lang: lang, CreatedAt: now}
	p.note(audit.Entry{Act: "account.open", ActorID: personID, ActorRole: "citizen", At: now, Details: map[string]string{"provider": a.Provider}})
	err := s.all.people.Insert(ctx, p)
	if _, taken := store.Taken(err); taken {
		if p, err = s.all.people.Get(ctx, personID); err == nil && p.gone() {
			err = errGone
		}
		return p, err
	}
	if err != nil {
		return p, err
	}
	return p, s.log.Record(ctx, p.History...)
}

// finishAdd gives a login to who is signed in. Does it belong to another
// account, the person is asked whether to join the two.
func (s *Service) finishAdd(ctx context.Context, flow signin, a assertion, proven *number) (Outcome, error) {
	doc, err := s.all.logins.Get(ctx, a.key())
	if err == nil {
		other, err := s.canonical(ctx, doc.PersonID)
		if err == nil && other.ID != flow.PersonID {
			return s.ask(ctx, askJoin, flow, a, proven, flow.PersonID)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Outcome{}, err
		}
	} else if !fault.Is(err, fault.NotFound) {
		return Outcome{}, err
	}
	id, err := s.enter(ctx, a, flow.PersonID, flow.Lang, proven)
	return Outcome{PersonID: id, Provider: a.Provider, Return: flow.Return, Lang: flow.Lang, Added: true}, err
}

// ask keeps what was asserted until the person has answered a question.
func (s *Service) ask(ctx context.Context, purpose string, flow signin, a assertion, proven *number, personID string) (Outcome, error) {
	token, now := s.ident.Token(), s.clock.Now()
	err := s.all.signins.Insert(ctx, signin{
		Meta: store.Meta{ID: sha(token)}, Purpose: purpose, Provider: a.Provider, Browser: flow.Browser, Return: flow.Return,
		Lang: flow.Lang, PersonID: personID, Asserted: a, Proven: proven, CreatedAt: now, ExpiresAt: now.Add(flowLasts),
	})
	return Outcome{Question: token, Return: flow.Return, Lang: flow.Lang}, err
}

// Question is what a person decides before two logins become one account.
type Question struct {
	Join     bool   // the login belongs to another account, and the two may be joined
	Provider string // key of the provider just used
	Email    string // the address both have; "" when Join
	// Prove says that the account may not be used on the strength of an address:
	// the person must sign in there, with one of the providers in Logins.
	Prove  bool
	Logins []string // keys of the providers of the account that exists
	Return string
}

// Ask returns the question that a token stands for, or Invalid.
func (s *Service) Ask(ctx context.Context, token, browser string) (Question, error) {
	if len(token) != 43 || len(browser) != 43 {
		return Question{}, errFlow
	}
	flow, err := s.all.signins.Get(ctx, sha(token))
	if err != nil || flow.Browser != sha(browser) || flow.Purpose != askEmail && flow.Purpose != askJoin || !s.clock.Now().Before(flow.ExpiresAt) {
		if err == nil || fault.Is(err, fault.NotFound) {
			err = errFlow
		}
		return Question{}, err
	}
	p, err := s.canonical(ctx, flow.PersonID)
	if err != nil {
		return Question{}, err
	}
	q := Question{Join: flow.Purpose == askJoin, Provider: flow.Provider, Return: flow.Return}
	if q.Join {
		return q, nil
	}
	q.Email, q.Prove = flow.Asserted.Email, p.sensitive(s.clock.Now())
	for _, l := range p.Logins {
		if s.provider(l.Provider) != nil && !slices.Contains(q.Logins, l.Provider) {
			q.Logins = append(q.Logins, l.Provider)
		}
	}
	return q, nil
}

// Answer ends a question. yes means: it is me, use or join that account. No
// means a separate account for a login that is nobody's yet; for a join nothing
// changes. Faults: Invalid, and Forbidden when an address is not proof enough.
func (s *Service) Answer(ctx context.Context, token, browser string, yes bool, actor auth.Actor) (Outcome, error) {
	flow, err := s.take(ctx, token, browser, askEmail, askJoin)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Provider: flow.Provider, Return: flow.Return, Lang: flow.Lang}
	a, target := flow.Asserted, flow.PersonID
	switch {
	case flow.Purpose == askJoin:
		if target != actor.PersonID {
			return out, errFlow
		}
		out.PersonID = target
		if !yes {
			return out, nil
		}
		doc, err := s.all.logins.Get(ctx, a.key())
		if err != nil {
			return out, err
		}
		if target, err = s.join(ctx, target, doc.PersonID, actor); err != nil {
			return out, err
		}
		out.Added = true
	case !yes:
		target = s.ident.ID()
	default:
		p, err := s.canonical(ctx, target)
		if err != nil {
			return out, err
		}
		if p.sensitive(s.clock.Now()) {
			return out, fault.New(fault.Forbidden, "An address is not enough to use this account. Sign in to it as you did before, and add this way of signing in from your space.")
		}
	}
	out.PersonID, err = s.enter(ctx, a, target, flow.Lang, flow.Proven)
	return out, err
}

// RemoveLogin takes away one way of signing in; the last one stays (Conflict).
func (s *Service) RemoveLogin(ctx context.Context, personID, key string) error {
	now := s.clock.Now()
	p, err := s.all.people.Update(ctx, personID, func(p *Person) error {
		i := slices.IndexFunc(p.Logins, func(l Login) bool { return l.Key == key })
		switch {
		case i < 0:
			return errUnchanged
		case len(p.Logins) == 1:
			return fault.New(fault.Conflict, "This is the only way in which you can sign in. Add another one first.")
		}
		p.Logins = slices.Delete(p.Logins, i, i+1)
		p.note(audit.Entry{Act: "account.remove_login", ActorID: personID, ActorRole: "citizen", At: now})
		return nil
	})
	if err != nil {
		return err
	}
	doc, err := s.all.logins.Get(ctx, key)
	if err == nil && doc.PersonID == personID {
		err = s.all.logins.Delete(ctx, key)
	}
	if err := ignoreGone(err); err != nil {
		return err
	}
	return s.log.Record(ctx, p.History...)
}
