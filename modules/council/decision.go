package council

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// The states of a decision.
const (
	DecisionClaimed  State = "claimed" // its number is taken; its session is not closed yet
	DecisionTaken    State = "taken"
	DecisionAnnulled State = "annulled" // with a reason; stays in the register
)

// Decision is an entry of the public register of decisions. One that was taken
// in a session mirrors an item of its agenda; one taken by a body that does not
// sit is entered by itself. Its id is made of authority, year and number.
type Decision struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Country    string       `bson:"country" json:"country"`
	Year       int          `bson:"year" json:"year"`
	Number     int          `bson:"number" json:"number"`
	Body       law.BodyKind `bson:"body" json:"body"`
	On         time.Time    `bson:"on" json:"on"`
	Title      string       `bson:"title" json:"title"`
	Text       string       `bson:"text" json:"text"`
	Subject    Subject      `bson:"subject" json:"subject"`
	About      string       `bson:"about" json:"-"` // Subject.Key
	Outcome    Outcome      `bson:"outcome" json:"outcome"`
	For        int          `bson:"for" json:"for"`
	Against    int          `bson:"against" json:"against"`
	Abstain    int          `bson:"abstain" json:"abstain"`
	Session    string       `bson:"session,omitempty" json:"session,omitempty"`
	Item       string       `bson:"item,omitempty" json:"item,omitempty"`
	Lists      []string     `bson:"lists" json:"-"`
	Words      []string     `bson:"words" json:"-"`
}

func decisionID(authority string, year, number int) string {
	return fmt.Sprintf("%s:%d-%d", authority, year, number)
}

// Slug is the decision in an address: "2026-12".
func (d Decision) Slug() string { return fmt.Sprintf("%d-%d", d.Year, d.Number) }

// Label is the number as people write it: "12/2026".
func (d Decision) Label() string { return fmt.Sprintf("%d/%d", d.Number, d.Year) }

// parseSlug reads Slug back.
func parseSlug(s string) (year, number int, ok bool) {
	y, n, found := strings.Cut(s, "-")
	year, err := strconv.Atoi(y)
	if err != nil || !found {
		return 0, 0, false
	}
	number, err = strconv.Atoi(n)
	return year, number, err == nil && year > 0 && number > 0
}

func (d *Decision) derive() {
	d.About = d.Subject.Key()
	d.Lists, d.Words = nil, nil
	if d.State == DecisionClaimed {
		return
	}
	kind := d.Subject.Kind
	if kind == "" {
		kind = "none"
	}
	d.Lists = lists(d.Authority, strconv.Itoa(d.Year), string(d.Body), "about:"+kind)
	for _, w := range fold.Words(d.Title + " " + d.Text + " " + d.Subject.Reference) {
		d.Words = append(d.Words, d.Authority+"|"+w)
	}
}

// DecisionFilter narrows the register of an authority; zero fields do not.
type DecisionFilter struct {
	Year  int
	Body  law.BodyKind
	About string // kind of subject; "none" for decisions about no subject
	Words string
	After string
	Limit int
}

func (f DecisionFilter) list(authority string) string {
	year, about := "", ""
	if f.Year > 0 {
		year = strconv.Itoa(f.Year)
	}
	if f.About != "" {
		about = "about:" + f.About
	}
	return listName(authority, year, string(f.Body), about)
}
