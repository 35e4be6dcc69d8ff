package council

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

func zoneOf(country string) *time.Location { return clock.Zone(country) }

var (
	errTakesNoPart = fault.New(fault.Invalid, "This authority does not take part on the platform yet.")
	errNotFromUs   = fault.New(fault.Invalid, "Only people who live or work in the territory write into its register. Say in your profile where you do.")
	errNotHere     = fault.New(fault.Invalid, "Only people who live in the territory can start or support this. Say in your profile where you live.")
)

// QuestionID is the id of what a person writes with a form with this token.
func QuestionID(person, once string) string { return digest("question", person, once) }

// Ask enters a question or an opinion of an inhabitant: somebody who lives or
// works in the territory. An officer reads it before it is public. once makes a
// form sent twice the same.
func (s *Service) Ask(ctx context.Context, who auth.Actor, authority, once string, in Question) (Question, error) {
	in.Title, in.Text = tidy(in.Title, false), tidy(in.Text, true)
	if in.Kind != AskedQuestion && in.Kind != GivenOpinion {
		return in, wrong("kind", i18n.Msg("Choose one of the answers offered."))
	}
	if err := first(required("title", in.Title, i18n.Msg("Say in a few words what it is about"), MaxTitle), required("text", in.Text, i18n.Msg("Write your question or opinion"), MaxText)); err != nil {
		return in, err
	}
	a, person, err := s.inhabitant(ctx, who, authority)
	if err != nil {
		return in, err
	}
	if !slices.Contains(person.Lives, authority) && !slices.Contains(person.Works, authority) {
		return in, errNotFromUs
	}
	id := QuestionID(who.PersonID, once)
	if kept, err := s.questions.Get(ctx, id); err == nil || !fault.Is(err, fault.NotFound) {
		return kept, err
	}
	now := s.Clock.Now()
	year := yearOf(now, a.Country)
	n, err := s.next(ctx, fmt.Sprintf("question:%d", year))
	if err != nil {
		return in, fault.Wrap("council.Ask", err)
	}
	doc := Question{Meta: store.Meta{ID: id}, Base: Base{Authority: authority}, Country: a.Country, Kind: in.Kind, Reference: reference("AV", year, n),
		PersonID: who.PersonID, NamePublic: in.NamePublic, Title: in.Title, Text: in.Text, AskedAt: now}
	if in.NamePublic {
		doc.Name = person.Name
	}
	if in.Kind == AskedQuestion {
		doc.Due = ruleOf(s.pack(a), law.QuestionReply, now)
		doc.DueAt = dueFrom(now, doc.Due, a.Country)
	}
	return create(ctx, s, s.questions.Insert, s.questions.Update, id, who, done{act: ActAsk, subject: "question"}, doc)
}

// inhabitant returns the authority, if it takes part, and who asks.
func (s *Service) inhabitant(ctx context.Context, who auth.Actor, authority string) (Authority, Person, error) {
	if !who.SignedIn() {
		return Authority{}, Person{}, errSignIn
	}
	a, err := s.authority(ctx, authority)
	if err != nil {
		return a, Person{}, err
	}
	if !a.Active {
		return a, Person{}, errTakesNoPart
	}
	p, err := s.People.Person(ctx, who.PersonID)
	return a, p, fault.Wrap("council.inhabitant", err)
}

// Register enters a question in the public register.
func (s *Service) Register(ctx context.Context, who auth.Actor, id string) (Question, error) {
	return act(ctx, s, s.questions.Update, id, who, done{act: ActRegister, subject: "question", public: true}, func(*Question) error { return nil })
}

// Refuse does not enter it, or takes it off again, with a reason for its author.
func (s *Service) Refuse(ctx context.Context, who auth.Actor, id, reason string) (Question, error) {
	if err := short("reason", tidy(reason, true), MaxReason); err != nil {
		return Question{}, err
	}
	return act(ctx, s, s.questions.Update, id, who, done{act: ActRefuseEntry, subject: "question", reason: reason}, func(q *Question) error {
		q.Refusal = tidy(reason, true)
		return nil
	})
}

// Answer answers a question, or corrects the answer.
func (s *Service) Answer(ctx context.Context, who auth.Actor, id, text string) (Question, error) {
	text = tidy(text, true)
	if err := required("answer", text, i18n.Msg("Write the answer"), MaxText); err != nil {
		return Question{}, err
	}
	return act(ctx, s, s.questions.Update, id, who, done{act: ActAnswer, subject: "question", public: true}, func(q *Question) error {
		if q.Answer == text {
			return store.ErrUnchanged
		}
		if q.AnsweredAt.IsZero() {
			q.AnsweredAt = s.Clock.Now()
		}
		_, as, _ := permit(q.State, ActAnswer, RolesOf(who, q.Authority, q.PersonID))
		q.Answer, q.AnsweredAs = text, string(as)
		return nil
	})
}

// TakeBack withdraws a question; its author only, before it is answered.
func (s *Service) TakeBack(ctx context.Context, who auth.Actor, id string) (Question, error) {
	return act(ctx, s, s.questions.Update, id, who, done{act: ActTakeBack, subject: "question"}, func(*Question) error { return nil })
}

// Question returns an entry as an actor may see it: everybody what is in the
// register, its author and those who serve the authority the others.
func (s *Service) Question(ctx context.Context, who auth.Actor, id string) (Question, error) {
	q, err := s.questions.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return q, errNone.Because("council.Question", err)
	}
	own := who.SignedIn() && q.PersonID == who.PersonID
	if err == nil && !q.Public() && !own && !who.IsSystem() && !Serves(who, q.Authority) {
		return Question{}, errNone
	}
	return q, fault.Wrap("council.Question", err)
}

// QuestionFilter narrows the register; zero fields do not.
type QuestionFilter struct {
	Kind  string
	State State // QuestionRegistered, QuestionAnswered
	After string
	Limit int
}

// Questions pages through the public register of an authority, the newest first.
func (s *Service) Questions(ctx context.Context, authority string, f QuestionFilter) (store.Page[Question], error) {
	state := ""
	if f.State != "" {
		state = "state:" + string(f.State)
	}
	return s.questions.Find(ctx, store.Query{Index: "lists", Equal: []any{listName(authority, f.Kind, state)}, Desc: true, After: f.After, Limit: f.Limit})
}

// QuestionsWaiting pages through what an officer has to read, the oldest first.
func (s *Service) QuestionsWaiting(ctx context.Context, authority, after string, limit int) (store.Page[Question], error) {
	return s.questions.Find(ctx, store.Query{Index: "lists", Equal: []any{"desk|" + authority}, After: after, Limit: limit})
}

// QuestionsDue pages through questions without an answer, the oldest first.
func (s *Service) QuestionsDue(ctx context.Context, authority, after string, limit int) (store.Page[Question], error) {
	return s.questions.Find(ctx, store.Query{Index: "lists", Equal: []any{"due|" + authority}, After: after, Limit: limit})
}

// FollowQuestion asks for a mail when a question is answered.
func (s *Service) FollowQuestion(ctx context.Context, who auth.Actor, id string) error {
	if !who.SignedIn() {
		return errSignIn
	}
	q, err := s.Question(ctx, who, id)
	if err != nil {
		return err
	}
	if !q.Public() {
		return errNone
	}
	f := Follow{Meta: store.Meta{ID: digest("follow", id, who.PersonID)}, Question: id, PersonID: who.PersonID, At: s.Clock.Now()}
	if err := s.follows.Insert(ctx, f); err != nil && !fault.Is(err, fault.Conflict) {
		return fault.Wrap("council.FollowQuestion", err)
	}
	return nil
}

// UnfollowQuestion takes that back.
func (s *Service) UnfollowQuestion(ctx context.Context, who auth.Actor, id string) error {
	err := s.follows.Delete(ctx, digest("follow", id, who.PersonID))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return fault.Wrap("council.UnfollowQuestion", err)
}

// Follows reports whether somebody follows a question.
func (s *Service) Follows(ctx context.Context, personID, id string) (bool, error) {
	_, err := s.follows.Get(ctx, digest("follow", id, personID))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, fault.Wrap("council.Follows", err)
}
