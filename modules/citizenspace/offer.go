package citizenspace

import (
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/store"
)

// Words is a text by language.
type Words map[string]string

// In returns the text for a reader of lang, in whatever language there is.
func (w Words) In(lang string) string {
	for _, l := range []string{lang, "ar", "fr", "en"} {
		if s := w[l]; s != "" {
			return s
		}
	}
	return ""
}

// DataType is the kind of answer to a question, named as Open311 names it.
type DataType string

// The data types. The last three are ours: to programs that speak Open311 a date
// is a datetime, a place a string, and a file is not shown.
const (
	String  DataType = "string"          // one line
	Number  DataType = "number"          // decimal, "." before the fraction
	Instant DataType = "datetime"        // RFC 3339
	Text    DataType = "text"            // several lines
	OneOf   DataType = "singlevaluelist" // a key of Choices
	ManyOf  DataType = "multivaluelist"  // keys of Choices
	Date    DataType = "date"            // 2006-01-02
	File    DataType = "file"            // file ids
	Place   DataType = "place"           // words, or a landmark's key after "#"
)

// DataTypes are all types, in the order offered.
var DataTypes = []DataType{String, Text, Number, Date, Instant, OneOf, ManyOf, File, Place}

// Choice is one value of a list.
type Choice struct {
	Key  string `bson:"key" yaml:"key"`
	Name Words  `bson:"name" yaml:"name"`
}

// Question is one thing that a service asks.
type Question struct {
	Code     string   `bson:"code" yaml:"code"`
	Type     DataType `bson:"type" yaml:"type"`
	Label    Words    `bson:"label" yaml:"label"`
	Hint     Words    `bson:"hint,omitempty" yaml:"hint"`
	Required bool     `bson:"required,omitempty" yaml:"required"`
	Public   bool     `bson:"public,omitempty" yaml:"public"` // the answer may be shown with a public request
	Note     bool     `bson:"note,omitempty" yaml:"note"`     // nothing is asked: Label is something to read (Open311: variable=false)
	Choices  []Choice `bson:"choices,omitempty" yaml:"choices"`
}

// Paper is a document that a service needs.
type Paper struct {
	Name     Words `bson:"name" yaml:"name"`
	Copies   int   `bson:"copies,omitempty" yaml:"copies"`     // 0 means one
	Original bool  `bson:"original,omitempty" yaml:"original"` // to be shown, and given back
	Optional bool  `bson:"optional,omitempty" yaml:"optional"`
}

// Unit is what a promise is counted in.
type Unit string

// The units.
const (
	Hours       Unit = "hours"        // of the working calendar
	WorkingDays Unit = "working_days" //
	Days        Unit = "days"         // of the calendar; ends on a working day
	Months      Unit = "months"       // likewise
)

// Units are all units.
var Units = []Unit{Hours, WorkingDays, Days, Months}

// Promise is the time within which a request is settled.
type Promise struct {
	Amount   int   `bson:"amount" yaml:"amount"` // 0: nothing is promised
	Unit     Unit  `bson:"unit,omitempty" yaml:"unit"`
	Legal    bool  `bson:"legal,omitempty" yaml:"legal"` // a law sets it; otherwise the municipality promises it
	Source   Words `bson:"source,omitempty" yaml:"source"`
	Verified bool  `bson:"verified,omitempty" yaml:"verified"` // somebody has read the source; otherwise pages say that it is to be confirmed
}

// Fee is what a service costs.
type Fee struct {
	Minor    int64 `bson:"minor" yaml:"minor"`             // of the country's currency: millimes, centimes
	Varies   bool  `bson:"varies,omitempty" yaml:"varies"` // Note says how
	Note     Words `bson:"note,omitempty" yaml:"note"`
	Source   Words `bson:"source,omitempty" yaml:"source"`
	Verified bool  `bson:"verified,omitempty" yaml:"verified"`
}

// Form is a paper to print and fill in.
type Form struct {
	Name Words  `bson:"name" yaml:"name"`
	File string `bson:"file,omitempty" yaml:"file"` // file id
	URL  string `bson:"url,omitempty" yaml:"url"`
}

// Need says whether something has to be given.
type Need string

// The needs.
const (
	None     Need = ""
	Optional Need = "optional"
	Required Need = "required"
)

// Version is a service as it was published once: it never changes again, and a
// request keeps the one it was asked under.
type Version struct {
	store.Meta `bson:",inline" yaml:"-"` // authority|code|number
	Authority  string                    `bson:"authority" yaml:"-"`
	Code       string                    `bson:"code" yaml:"code"`
	Number     int                       `bson:"number" yaml:"-"`
	Group      string                    `bson:"group" yaml:"group"` // one of Groups
	Name       Words                     `bson:"name" yaml:"name"`
	Summary    Words                     `bson:"summary" yaml:"summary"`
	Who        Words                     `bson:"who,omitempty" yaml:"who"` // who may ask
	Papers     []Paper                   `bson:"papers,omitempty" yaml:"papers"`
	Fee        Fee                       `bson:"fee" yaml:"fee"`
	Promise    Promise                   `bson:"promise" yaml:"promise"`
	Notice     Words                     `bson:"notice,omitempty" yaml:"notice"` // what happens next; Open311's service_notice
	Questions  []Question                `bson:"questions,omitempty" yaml:"questions"`
	Department string                    `bson:"department" yaml:"department"`
	Hours      Words                     `bson:"hours,omitempty" yaml:"hours"` // when other than the Citizen Space's own
	Forms      []Form                    `bson:"forms,omitempty" yaml:"forms"`
	Keywords   []string                  `bson:"keywords,omitempty" yaml:"keywords"`

	Public     bool `bson:"public" yaml:"public"`           // requests are shown to everybody, without who asked
	Place      Need `bson:"place" yaml:"place"`             //
	Photos     int  `bson:"photos" yaml:"photos"`           // how many may be added
	Citizen    Need `bson:"citizen" yaml:"citizen"`         // the name of who asks
	Contact    Need `bson:"contact" yaml:"contact"`         // mail or phone
	Online     bool `bson:"online" yaml:"online"`           // false: to be read about, and asked for at the counter
	NearMeters int  `bson:"near_meters" yaml:"near_meters"` // what is reported this near may be the same; 0 offers none
	NearDays   int  `bson:"near_days" yaml:"near_days"`     // and not longer ago
	KeepMonths int  `bson:"keep_months" yaml:"keep_months"` // personal data after the end; 0 means 12

	PublishedAt time.Time `bson:"published,omitempty" yaml:"-"`
	PublishedBy string    `bson:"published_by,omitempty" yaml:"-"`
}

// Groups are the groups of services, in the order offered.
var Groups = []string{"papers", "town_planning", "networks", "taxes", "halls", "streets", "cleanliness", "green", "nuisance", "voice"}

// VersionID is the id of a version of a service.
func VersionID(authority, code string, number int) string {
	return authority + "|" + code + "|" + strconv.Itoa(number)
}

// Question returns the question with this code.
func (v Version) Question(code string) (Question, bool) {
	i := slices.IndexFunc(v.Questions, func(q Question) bool { return q.Code == code })
	if i < 0 {
		return Question{}, false
	}
	return v.Questions[i], true
}

// publicAnswers keeps the answers that everybody may read.
func (v Version) publicAnswers(all []Answer) (shown []Answer) {
	for _, a := range all {
		q, ok := v.Question(a.Code)
		if ok && q.Public && q.Type != File {
			clean := Answer{Code: a.Code}
			for _, value := range a.Values {
				clean.Values = append(clean.Values, withoutContacts(value))
			}
			shown = append(shown, clean)
		}
	}
	return shown
}

// OfferState is where a service of the catalogue stands.
type OfferState string

// The states of a service.
const (
	Preparing OfferState = "preparing" // adopted, never published
	Offered   OfferState = "offered"   // citizens see it and ask for it
	Withdrawn OfferState = "withdrawn" // no longer offered; what was asked for goes on
)

// OfferStates are all states.
var OfferStates = []OfferState{Preparing, Offered, Withdrawn}

// Offer is a service in a municipality's catalogue: what is being prepared and
// which version is offered.
type Offer struct {
	store.Meta  `bson:",inline"` // authority|code
	Authority   string           `bson:"authority"`
	Code        string           `bson:"code"`
	State       OfferState       `bson:"state"`
	Template    string           `bson:"template,omitempty"` // the shared template it was adopted from
	Draft       *Version         `bson:"draft,omitempty"`    // being changed; nil when nothing is
	Current     *Version         `bson:"current,omitempty"`  // the one offered, or offered last
	Versions    int              `bson:"versions"`           // how many were published
	ChangedAt   time.Time        `bson:"changed"`
	WithdrawnAt time.Time        `bson:"withdrawn,omitempty"`
	History     []audit.Entry    `bson:"history,omitempty"`
	Tasks       []Task           `bson:"tasks,omitempty"`
	Lists       []string         `bson:"lists,omitempty"`
	Order       string           `bson:"order"` // place of the group, then the code
}

// OfferID is the id of a service in a catalogue.
func OfferID(authority, code string) string { return authority + "|" + code }

// settle derives lists and order. Call it before each write.
func (o *Offer) settle() {
	v := o.Current
	if v == nil {
		v = o.Draft
	}
	o.Lists = []string{"all|" + o.Authority}
	if o.State == Offered {
		o.Lists = append(o.Lists, "offered|"+o.Authority)
	}
	if len(o.Tasks) > 0 {
		o.Lists = append(o.Lists, listTasks)
	}
	if v != nil {
		o.Order = strconv.Itoa(slices.Index(Groups, v.Group)+100) + "|" + o.Code
	}
}
