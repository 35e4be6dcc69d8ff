package federation

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Kind is the kind of a record.
type Kind string

// The kinds.
const (
	Space    Kind = "space"
	Mandate  Kind = "mandate"
	Output   Kind = "output"
	Obstacle Kind = "obstacle"
	Request  Kind = "request"
	Dispute  Kind = "dispute"
	Meeting  Kind = "meeting"
	Practice Kind = "practice"
)

// Kinds are all kinds, in the order of a network's pages.
var Kinds = []Kind{Space, Mandate, Meeting, Practice, Output, Obstacle, Request, Dispute}

// State is where a record stands.
type State string

// The states; which a kind has stands in transition.go.
const (
	Planned   State = "planned"
	Building  State = "building"
	Opened    State = "open"
	Closed    State = "closed"
	Running   State = "running"
	Ended     State = "ended"
	Agreed    State = "agreed"
	InHand    State = "in_hand"
	Delivered State = "delivered"
	Accepted  State = "accepted"
	Dropped   State = "dropped"
	Raised    State = "raised"
	Removed   State = "removed"
	Withdrawn State = "withdrawn"
	Granted   State = "granted"
	Refused   State = "refused"
	Provided  State = "provided"
	Settled   State = "settled"
	Convened  State = "convened"
	Cancelled State = "cancelled"
	Held      State = "held"
	Published State = "published"
	Draft     State = "draft"
	Submitted State = "submitted"
)

// live are the states in which a day by which something is due still counts.
var live = []State{Agreed, InHand, Raised, Granted}

// Words are what a record says in one language. A practice sheet has all four:
// the problem in Text, what was done, what came of it.
type Words struct {
	Title  string `bson:"title" json:"title"`
	Text   string `bson:"text,omitempty" json:"text,omitempty"`
	Done   string `bson:"done,omitempty" json:"done,omitempty"`
	Result string `bson:"result,omitempty" json:"result,omitempty"`
}

// Site is what a space has besides.
type Site struct {
	Address   string    `bson:"address,omitempty" json:"address,omitempty"`
	HasPoint  bool      `bson:"point,omitempty" json:"-"`
	Lat       float64   `bson:"lat,omitempty" json:"lat,omitempty"` // WGS 84
	Lng       float64   `bson:"lng,omitempty" json:"long,omitempty"`
	Districts []string  `bson:"districts,omitempty" json:"districts,omitempty"` // names, as people say them
	Services  []string  `bson:"services,omitempty" json:"services,omitempty"`   // keys of ServiceNames
	Others    []string  `bson:"others,omitempty" json:"other_services,omitempty"`
	Hours     [7]string `bson:"hours" json:"hours"` // Monday first: "08:00-12:00, 13:30-17:00", "" closed
	HoursNote string    `bson:"hours_note,omitempty" json:"hours_note,omitempty"`
	Photos    []string  `bson:"photos,omitempty" json:"-"` // ids of files
}

// Sitting is what a meeting has besides. How many attended is kept as numbers
// alone, never as names.
type Sitting struct {
	Place   string   `bson:"place,omitempty" json:"place,omitempty"`
	Agenda  []string `bson:"agenda,omitempty" json:"agenda,omitempty"`
	Minutes string   `bson:"minutes,omitempty" json:"minutes,omitempty"`
	Women   int      `bson:"women,omitempty" json:"-"`
	Men     int      `bson:"men,omitempty" json:"-"`
	Unsaid  int      `bson:"unsaid,omitempty" json:"-"`
	Open    bool     `bson:"public,omitempty" json:"public"` // everybody is told once it is convened
}

// Adoption says that another authority uses a practice.
type Adoption struct {
	Authority string    `bson:"authority" json:"authority"`
	Note      string    `bson:"note,omitempty" json:"note,omitempty"`
	At        time.Time `bson:"at" json:"at"`
}

// Note is a line of a record's log. For is the authority it was written for, ""
// for the network itself.
type Note struct {
	Act  Act       `bson:"act" json:"act"`
	Text string    `bson:"text" json:"text"`
	For  string    `bson:"for,omitempty" json:"for,omitempty"`
	At   time.Time `bson:"at" json:"at"`
}

// Record is one thing of a network.
type Record struct {
	store.Meta `bson:",inline"`
	Network    string           `bson:"network" json:"network"`
	Kind       Kind             `bson:"kind" json:"kind"`
	State      State            `bson:"state" json:"state"`
	Authority  string           `bson:"authority,omitempty" json:"authority,omitempty"` // whose it is; "" is the network's own
	Texts      map[string]Words `bson:"texts" json:"texts"`                             // by language
	Sort       string           `bson:"sort,omitempty" json:"sort,omitempty"`           // of an obstacle, a request, a meeting; of a mandate in the steering committee, whom it represents
	Body       string           `bson:"body,omitempty" json:"body,omitempty"`           // of a mandate, an output, a meeting
	At         time.Time        `bson:"at" json:"at"`                                   // a meeting's beginning, a mandate's first day; else when it was entered
	Until      time.Time        `bson:"until,omitempty" json:"until,omitzero"`          // a meeting's end, a mandate's last day
	Due        time.Time        `bson:"due,omitempty" json:"due,omitzero"`
	Capacity   string           `bson:"capacity,omitempty" json:"capacity,omitempty"`
	Parties    []string         `bson:"parties,omitempty" json:"parties,omitempty"` // authorities in a dispute
	Cost       int64            `bson:"cost,omitempty" json:"cost_minor,omitempty"` // in minor units of the country's money
	Contact    string           `bson:"contact,omitempty" json:"contact,omitempty"` // an office, not a person
	File       string           `bson:"file,omitempty" json:"-"`                    // what was delivered
	Site       Site             `bson:"site" json:"-"`
	Sitting    Sitting          `bson:"sitting" json:"-"`
	Adopted    []Adoption       `bson:"adopted,omitempty" json:"adopted,omitempty"`
	Notes      []Note           `bson:"notes,omitempty" json:"-"`
	Sequence   int              `bson:"sequence,omitempty" json:"-"` // of a meeting in calendars (RFC 5545): grows when its time or place change
	By         string           `bson:"by,omitempty" json:"-"`       // person who entered it
	Lists      []string         `bson:"lists" json:"-"`
	Words      []string         `bson:"words" json:"-"`
	Open       string           `bson:"open,omitempty" json:"-"` // "NETWORK|KIND" while Due counts
	CreatedAt  time.Time        `bson:"created" json:"created_at"`
	ChangedAt  time.Time        `bson:"changed" json:"changed_at"`
	History    []audit.Entry    `bson:"history" json:"-"`
}

// Limits of what is written, in letters and entries.
const (
	MaxTitle   = 160
	MaxText    = 6000
	MaxNote    = 2000
	MaxNotes   = 300
	MaxPhotos  = 8
	MaxLines   = 40
	MaxAdopted = 500
)

// Langs are the languages a record may be written in.
var Langs = []string{"ar", "fr", "en"}

// In returns a record's words for a reader of lang, and the language they are in.
func (r Record) In(lang string) (Words, string) {
	for _, l := range append([]string{lang, "fr"}, Langs...) {
		if w := r.Texts[l]; w.Title != "" {
			return w, l
		}
	}
	return Words{}, lang
}

// Title is what a record is called, for a reader of lang.
func (r Record) Title(lang string) string { w, _ := r.In(lang); return w.Title }

// OverdueAt reports whether its day has passed and it is not done.
func (r Record) OverdueAt(t time.Time) bool {
	return !r.Due.IsZero() && slices.Contains(live, r.State) && t.After(r.Due)
}

// SeatedAt reports whether a mandate holds at a time. Its last day still counts.
func (r Record) SeatedAt(t time.Time) bool {
	return r.Kind == Mandate && r.State == Running && !t.Before(r.At) && (r.Until.IsZero() || t.Before(r.Until.AddDate(0, 0, 1)))
}

// reach is who reads a record.
type reach string

const (
	public  reach = "p"
	inside  reach = "n"
	parties reach = "k"
	drafts  reach = "d"
)

// reach follows from kind and state alone.
func (r Record) reach() reach {
	switch r.Kind {
	case Space, Mandate:
		return public
	case Dispute:
		return parties
	case Output:
		if r.State == Accepted {
			return public
		}
	case Meeting:
		if r.State == Published || r.Sitting.Open && (r.State == Convened || r.State == Held || r.State == Cancelled && r.wasConvened()) {
			return public
		}
	case Practice:
		switch r.State {
		case Published:
			return public
		case Draft, Withdrawn:
			return drafts
		}
	}
	return inside
}

func (r Record) wasConvened() bool {
	return slices.ContainsFunc(r.History, func(e audit.Entry) bool { return e.To == string(Convened) })
}

// settle computes what follows from the rest: where a record is listed and by
// which words it is found.
func (r *Record) settle() {
	to := []string{string(inside)}
	switch r.reach() {
	case public:
		to = []string{string(public), string(inside)}
	case parties, drafts:
		to = []string{string(r.reach())}
	}
	r.Lists, r.Words, r.Open = nil, nil, ""
	base := "|" + r.Network
	places := append([]string{r.Authority}, r.Parties...)
	words := r.indexed()
	for _, t := range to {
		r.Lists = append(r.Lists, t+base, t+base+"|"+string(r.Kind), t+base+"|"+string(r.Kind)+"|"+string(r.State))
		for _, w := range words {
			r.Words = append(r.Words, t+base+"|"+w)
		}
		for _, p := range places {
			if p != "" {
				r.Lists = append(r.Lists, t+base+"|"+string(r.Kind)+"||"+p)
			}
		}
		if r.Body != "" {
			r.Lists = append(r.Lists, t+base+"|"+string(r.Kind)+"|||"+r.Body)
		}
		if r.Sort != "" {
			r.Lists = append(r.Lists, t+base+"|"+string(r.Kind)+"||||"+r.Sort)
		}
	}
	if r.By != "" {
		r.Lists = append(r.Lists, "by|"+r.By)
	}
	if !r.Due.IsZero() && slices.Contains(live, r.State) {
		r.Open = r.Network + "|" + string(r.Kind)
		r.Lists = append(r.Lists, "due", "due|"+r.Authority)
	}
	r.Lists = slices.Compact(slices.Sorted(slices.Values(r.Lists)))
}

// InputError says what is wrong with one field of a form. It is a fault of kind
// Invalid.
type InputError struct {
	Field   string
	Message string // message id
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "federation: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error { return &fault.Error{Kind: fault.Invalid, Message: e.Message} }

func long(limit int, texts ...string) bool {
	return slices.ContainsFunc(texts, func(s string) bool { return utf8.RuneCountInString(s) > limit })
}

// lines tidies a list of lines.
func lines(all []string) []string {
	var kept []string
	for _, l := range all {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(kept, l) {
			kept = append(kept, l)
		}
	}
	return kept
}

// check says what is wrong with what somebody wrote, and tidies it.
func (r *Record) check(n Network) error {
	r.Capacity, r.Contact = strings.TrimSpace(r.Capacity), strings.TrimSpace(r.Contact)
	texts := map[string]Words{}
	for lang, w := range r.Texts {
		w = Words{strings.TrimSpace(w.Title), strings.TrimSpace(w.Text), strings.TrimSpace(w.Done), strings.TrimSpace(w.Result)}
		if w == (Words{}) {
			continue
		}
		switch {
		case !slices.Contains(Langs, lang):
			return errChanged
		case w.Title == "":
			return &InputError{"title_" + lang, i18n.Msg("Give it a title in this language")}
		case long(MaxTitle, w.Title):
			return &InputError{"title_" + lang, i18n.Msg("Shorten this text")}
		case long(MaxText, w.Text, w.Done, w.Result):
			return &InputError{"text_" + lang, i18n.Msg("Shorten this text")}
		}
		texts[lang] = w
	}
	r.Texts = texts
	if len(texts) == 0 {
		return &InputError{"title_ar", i18n.Msg("Give it a title, in Arabic or in French")}
	}
	if r.Authority != "" && !slices.Contains(n.Members, r.Authority) {
		return &InputError{"authority", i18n.Msg("Choose a member of the network")}
	}
	if long(MaxTitle, r.Capacity, r.Contact) {
		return &InputError{"contact", i18n.Msg("Shorten this text")}
	}
	return rules[r.Kind](r, n)
}

// rules are what each kind asks besides.
var rules = map[Kind]func(*Record, Network) error{
	Space: checkSpace, Mandate: checkMandate, Output: checkOutput, Obstacle: checkObstacle, Request: checkObstacle, Dispute: checkDispute, Meeting: checkMeeting, Practice: checkPractice,
}

func needsOwner(r *Record) error {
	if r.Authority == "" {
		return &InputError{"authority", i18n.Msg("Choose a member of the network")}
	}
	return nil
}

func checkSpace(r *Record, _ Network) error {
	s := &r.Site
	s.Address, s.HoursNote = strings.TrimSpace(s.Address), strings.TrimSpace(s.HoursNote)
	s.Districts, s.Others = lines(s.Districts), lines(s.Others)
	s.Services = slices.DeleteFunc(s.Services, func(k string) bool { return ServiceNames[k] == "" })
	if !s.HasPoint {
		s.Lat, s.Lng = 0, 0
	}
	switch {
	case len(s.Districts) > MaxLines || long(MaxTitle, s.Districts...):
		return &InputError{"districts", i18n.Msg("One name in each line, forty lines at most")}
	case len(s.Others) > MaxLines || long(MaxTitle, s.Others...):
		return &InputError{"others", i18n.Msg("One name in each line, forty lines at most")}
	case long(MaxTitle, s.Address):
		return &InputError{"address", i18n.Msg("Shorten this text")}
	case s.Lat < -90 || s.Lat > 90 || s.Lng < -180 || s.Lng > 180:
		return &InputError{"lat", i18n.Msg("Give both numbers as a map shows them, such as 36.8065 and 10.1815")}
	}
	for i, h := range s.Hours {
		tidy, ok := tidyHours(h)
		if !ok {
			return &InputError{hourField(i), i18n.Msg("Write the hours so: 08:00-12:30, 14:00-17:00. Leave the field empty when it is closed.")}
		}
		s.Hours[i] = tidy
	}
	return needsOwner(r)
}

func checkMandate(r *Record, _ Network) error {
	switch {
	case BodyNames[r.Body] == "":
		return &InputError{"body", i18n.Msg("Choose a body of the network")}
	case r.Body == Steering && (r.Sort == Steering || BodyNames[r.Sort] == ""):
		return &InputError{"sort", i18n.Msg("The steering committee is made of representatives of the technical committees: choose which one")}
	case r.Body != Steering && r.Sort != "":
		r.Sort = ""
		return checkMandate(r, Network{})
	case r.Capacity == "":
		return &InputError{"capacity", i18n.Msg("Say in which capacity the person sits there")}
	case r.At.IsZero():
		return &InputError{"at", i18n.Msg("Give the first day of the mandate")}
	case !r.Until.IsZero() && r.Until.Before(r.At):
		return &InputError{"until", i18n.Msg("The end comes after the beginning")}
	}
	return needsOwner(r)
}

func checkOutput(r *Record, _ Network) error {
	switch {
	case r.Body != "" && BodyNames[r.Body] == "":
		return &InputError{"body", i18n.Msg("Choose a body of the network")}
	case r.Due.IsZero():
		return &InputError{"due", i18n.Msg("Give the day by which it is due")}
	}
	return needsOwner(r)
}

func checkObstacle(r *Record, _ Network) error {
	if SortNames[r.Sort] == "" {
		return &InputError{"sort", i18n.Msg("Choose one of the four kinds of the charter")}
	}
	return needsOwner(r)
}

func checkDispute(r *Record, n Network) error {
	r.Parties = slices.DeleteFunc(lines(r.Parties), func(p string) bool { return p == r.Authority })
	if len(r.Parties) == 0 || slices.ContainsFunc(r.Parties, func(p string) bool { return !slices.Contains(n.Members, p) }) {
		return &InputError{"parties", i18n.Msg("Choose who else is in the dispute")}
	}
	return needsOwner(r)
}

func checkMeeting(r *Record, _ Network) error {
	s := &r.Sitting
	s.Place, s.Agenda, s.Minutes = strings.TrimSpace(s.Place), lines(s.Agenda), strings.TrimSpace(s.Minutes)
	switch {
	case MeetingNames[r.Sort] == "":
		return &InputError{"sort", i18n.Msg("Choose what kind of meeting it is")}
	case r.Body != "" && BodyNames[r.Body] == "":
		return &InputError{"body", i18n.Msg("Choose a body of the network")}
	case r.At.IsZero():
		return &InputError{"at", i18n.Msg("Give day and time of the beginning")}
	case !r.Until.IsZero() && !r.Until.After(r.At):
		return &InputError{"ends", i18n.Msg("The end comes after the beginning")}
	case len(s.Agenda) > MaxLines || long(300, s.Agenda...):
		return &InputError{"agenda", i18n.Msg("One item in each line, forty lines at most")}
	case long(MaxTitle, s.Place):
		return &InputError{"place", i18n.Msg("Shorten this text")}
	}
	return nil
}

func checkPractice(r *Record, _ Network) error {
	if r.Cost < 0 {
		return &InputError{"cost", i18n.Msg("Give the cost as a whole number, 0 when it cost nothing")}
	}
	return needsOwner(r)
}

// ready says what a practice sheet still lacks before it can be handed in.
func (r Record) ready() error {
	for _, lang := range slices.Sorted(maps.Keys(r.Texts)) {
		if w := r.Texts[lang]; w.Text == "" || w.Done == "" || w.Result == "" {
			return fault.New(fault.Invalid, "A practice sheet says the problem, what was done and the result in each language it is written in. Complete it first.")
		}
	}
	if r.Contact == "" {
		return fault.New(fault.Invalid, "Give an office that can be asked about the practice. Complete the sheet first.")
	}
	return nil
}
