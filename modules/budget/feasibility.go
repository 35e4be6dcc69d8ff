package budget

import "time"

// Verdict is what a department concludes.
type Verdict string

// The verdicts.
const (
	NoVerdict   Verdict = ""
	IsFeasible  Verdict = "feasible"
	NotFeasible Verdict = "unfeasible"
)

// Checks are the questions of the checklist, in the order asked.
var Checks = []string{"competence", "land", "law", "heading", "technique", "duration", "access", "upkeep"}

// Check is an answer of the checklist.
type Check struct {
	Key    string `bson:"key" json:"key"`       // one of Checks
	Answer string `bson:"answer" json:"answer"` // "yes", "no", "na"
	Note   string `bson:"note,omitempty" json:"note,omitempty"`
}

// Line is one line of a cost estimate.
type Line struct {
	Label    string `bson:"label" json:"label"`
	Quantity int64  `bson:"quantity" json:"quantity"`
	Unit     int64  `bson:"unit" json:"unit"` // price of one, minor units
}

// Amount is what a line costs.
func (l Line) Amount() int64 { return l.Quantity * l.Unit }

// Visit is a visit to the site.
type Visit struct {
	On     time.Time `bson:"on" json:"on"`
	Note   string    `bson:"note" json:"note"`
	Photos []string  `bson:"photos,omitempty" json:"photos,omitempty"` // file ids
}

// Opinion is what one department concluded, and when.
type Opinion struct {
	Department   string            `bson:"department" json:"department"` // key in the edition
	Checks       []Check           `bson:"checks,omitempty" json:"checks"`
	Visit        *Visit            `bson:"visit,omitempty" json:"visit,omitempty"`
	Lines        []Line            `bson:"lines,omitempty" json:"lines"`
	Running      int64             `bson:"running" json:"running"` // minor units a year
	Verdict      Verdict           `bson:"verdict" json:"verdict"`
	Explanations map[string]string `bson:"explanations,omitempty" json:"explanations"` // by language; mandatory when unfeasible
	At           time.Time         `bson:"at,omitempty" json:"at,omitzero"`            // of the verdict
}

// photos are those of the visit to the site.
func (o Opinion) photos() []string {
	if o.Visit == nil {
		return nil
	}
	return o.Visit.Photos
}

// Cost is the sum of the lines.
func (o Opinion) Cost() int64 {
	var sum int64
	for _, l := range o.Lines {
		sum += l.Amount()
	}
	return sum
}

// Study is the feasibility study of a proposal.
type Study struct {
	Department string    `bson:"department,omitempty" json:"department,omitempty"` // key of the service that examines it now
	Opinion    Opinion   `bson:"opinion" json:"opinion"`                           // being written, then the present one
	Earlier    []Opinion `bson:"earlier,omitempty" json:"earlier,omitempty"`       // before a second opinion was asked for
	Second     string    `bson:"second,omitempty" json:"second,omitempty"`         // why a second opinion was asked for
}
