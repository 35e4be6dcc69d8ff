package council

import (
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/store"
)

// The states of a question.
const (
	QuestionWaiting    State = "waiting"    // for an officer to read it
	QuestionRegistered State = "registered" // in the public register
	QuestionAnswered   State = "answered"
	QuestionRefused    State = "refused" // not published, with a reason
	QuestionWithdrawn  State = "withdrawn"
)

// QuestionStates are all states of a question.
var QuestionStates = []State{QuestionWaiting, QuestionRegistered, QuestionAnswered, QuestionRefused, QuestionWithdrawn}

// The kinds of entries in the register.
const (
	AskedQuestion = "question"
	GivenOpinion  = "opinion"
)

// Question is an entry of the register of opinions and questions of
// inhabitants (Tunisian Local Authorities Code, article 30).
type Question struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Country    string    `bson:"country" json:"country"`
	Kind       string    `bson:"kind" json:"kind"`
	Reference  string    `bson:"reference" json:"reference"` // AV-2026-0001
	PersonID   string    `bson:"person,omitempty" json:"-"`
	Name       string    `bson:"name,omitempty" json:"name,omitempty"`
	NamePublic bool      `bson:"name_public" json:"name_public"`
	Title      string    `bson:"title" json:"title"`
	Text       string    `bson:"text" json:"text"`
	AskedAt    time.Time `bson:"asked" json:"asked_at"`
	DueAt      time.Time `bson:"due,omitempty" json:"due_at,omitzero"` // of the answer to a question; zero where no rule sets one
	Due        Rule      `bson:"due_rule" json:"due_rule"`
	Answer     string    `bson:"answer,omitempty" json:"answer,omitempty"`
	AnsweredAs string    `bson:"answered_as,omitempty" json:"answered_as,omitempty"` // the role answered in
	AnsweredAt time.Time `bson:"answered,omitempty" json:"answered_at,omitzero"`
	Refusal    string    `bson:"refusal,omitempty" json:"-"`
	Lists      []string  `bson:"lists" json:"-"`
}

func (q *Question) owner() string { return q.PersonID }

// Public reports whether the entry is in the public register.
func (q Question) Public() bool {
	return q.State == QuestionRegistered || q.State == QuestionAnswered
}

// Overdue reports whether the answer is late at a time.
func (q Question) Overdue(now time.Time) bool {
	return q.State == QuestionRegistered && !q.DueAt.IsZero() && now.After(q.DueAt)
}

func (q *Question) derive() {
	q.AtDesk = q.State == QuestionWaiting || q.State == QuestionRegistered && q.Kind == AskedQuestion
	q.Lists = nil
	switch {
	case q.Public():
		q.Lists = lists(q.Authority, q.Kind, "state:"+string(q.State))
		if q.State == QuestionRegistered && q.Kind == AskedQuestion {
			q.Lists = append(q.Lists, "due|"+q.Authority)
		}
	case q.State == QuestionWaiting:
		q.Lists = []string{"desk|" + q.Authority}
	}
	if q.PersonID != "" {
		q.Lists = append(q.Lists, "person|"+q.PersonID)
	}
}

// dueFrom is the end of the day, where the authority lies, that comes a rule's
// days after a time; zero where there is no rule.
func dueFrom(at time.Time, r Rule, country string) time.Time {
	if !r.Known() {
		return time.Time{}
	}
	zone := clock.Zone(country)
	return clock.EndOfDay(at.In(zone).AddDate(0, 0, r.Value), zone)
}

// Follow is somebody who wants to learn of the answer to a question.
type Follow struct {
	store.Meta `bson:",inline"`
	Question   string    `bson:"question" json:"question"`
	PersonID   string    `bson:"person" json:"-"`
	At         time.Time `bson:"at" json:"at"`
}
