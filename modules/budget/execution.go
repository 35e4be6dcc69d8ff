package budget

import (
	"time"

	"musharaka/modules/kit/i18n"
)

// Bounds of what is written down about one project.
const (
	MaxContracts  = 30
	MaxPayments   = 200
	MaxMilestones = 30
	MaxDelays     = 20
	MaxSitePhotos = 12 // before, and after
)

// Work is how a funded project is carried out: the plan, and what was really
// signed, paid, built and late. All amounts are in minor units of the edition's
// currency. What was written by mistake is struck out and stays on record.
type Work struct {
	Department string      `bson:"department,omitempty" json:"department,omitempty"` // key of the service that answers for it
	DueAt      time.Time   `bson:"due,omitempty" json:"due,omitzero"`                // when it is to be finished
	Milestones []Milestone `bson:"milestones,omitempty" json:"milestones"`
	Contracts  []Contract  `bson:"contracts,omitempty" json:"contracts"`
	Payments   []Payment   `bson:"payments,omitempty" json:"payments"`
	Delays     []Delay     `bson:"delays,omitempty" json:"delays"`
	Before     []string    `bson:"before,omitempty" json:"before"` // file ids of pictures
	After      []string    `bson:"after,omitempty" json:"after"`
	Finished   time.Time   `bson:"finished,omitempty" json:"finished,omitzero"`
	Dropped    string      `bson:"dropped,omitempty" json:"dropped,omitempty"` // why it was given up
}

// Milestone is a step of the works.
type Milestone struct {
	ID     string    `bson:"id" json:"id"`
	Title  string    `bson:"title" json:"title"`
	Due    time.Time `bson:"due" json:"due"`
	DoneAt time.Time `bson:"done,omitempty" json:"done,omitzero"`
}

// Contract is money committed.
type Contract struct {
	ID        string    `bson:"id" json:"id"`
	Supplier  string    `bson:"supplier" json:"supplier"`
	Reference string    `bson:"reference" json:"reference"` // the contract's number
	Amount    int64     `bson:"amount" json:"amount"`
	On        time.Time `bson:"on" json:"on"`
	Struck    string    `bson:"struck,omitempty" json:"struck,omitempty"` // why it does not count
}

// Payment is money paid.
type Payment struct {
	ID     string    `bson:"id" json:"id"`
	Amount int64     `bson:"amount" json:"amount"`
	On     time.Time `bson:"on" json:"on"`
	Note   string    `bson:"note,omitempty" json:"note,omitempty"`
	Struck string    `bson:"struck,omitempty" json:"struck,omitempty"`
}

// Delay is a change of the day on which the project is to be finished.
type Delay struct {
	ID     string    `bson:"id" json:"id"`
	Reason string    `bson:"reason" json:"reason"`
	From   time.Time `bson:"from" json:"from"`
	Until  time.Time `bson:"until" json:"until"`
	At     time.Time `bson:"at" json:"at"`
}

// Committed is the sum of the contracts that count.
func (w Work) Committed() (sum int64) {
	for _, c := range w.Contracts {
		if c.Struck == "" {
			sum += c.Amount
		}
	}
	return sum
}

// Paid is the sum of the payments that count.
func (w Work) Paid() (sum int64) {
	for _, p := range w.Payments {
		if p.Struck == "" {
			sum += p.Amount
		}
	}
	return sum
}

// Late reports whether a project in a state is not finished though it should be.
func (w Work) Late(s State, now time.Time) bool {
	return !EndedStates.Has(s) && !w.DueAt.IsZero() && w.DueAt.Before(now)
}

// problems are what cannot be as the figures stand: nobody is paid what was not
// committed.
func (w Work) problems(field string) []Problem {
	if w.Paid() > w.Committed() {
		return []Problem{{Field: field, Message: i18n.Msg("More would be paid than the contracts say")}}
	}
	return nil
}

// Decision is what the council decided on an edition's result.
type Decision struct {
	Session string `bson:"session" json:"session"` // which session, in the authority's words; "" when Sitting says it
	// Sitting is the session's id where it was held on this platform; its day is
	// then On, and Path leads to it.
	Sitting       string    `bson:"sitting,omitempty" json:"sitting,omitempty"`
	Extraordinary bool      `bson:"extraordinary,omitempty" json:"extraordinary,omitempty"`
	Number        string    `bson:"number" json:"number"` // of the deliberation
	On            time.Time `bson:"on" json:"on"`
	Note          string    `bson:"note,omitempty" json:"note,omitempty"`
	Path          string    `bson:"path,omitempty" json:"path,omitempty"` // of its page on this platform, when there is one
}

var workNotices = map[Act]string{ActProcure: NoticeProcured, ActBuild: NoticeBegun, ActDeliver: NoticeDelivered, ActDrop: NoticeDropped}

// The notices of the works.
const (
	NoticeProcured  = "procured"
	NoticeBegun     = "works_begun"
	NoticeDelivered = "delivered"
	NoticeDropped   = "dropped"
	NoticeDelayed   = "delayed"
)

// Reached reports whether a milestone was reached.
func (w Work) Reached(id string) bool {
	for _, m := range w.Milestones {
		if m.ID == id {
			return !m.DoneAt.IsZero()
		}
	}
	return false
}
