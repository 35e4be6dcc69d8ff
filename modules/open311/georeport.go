package open311

import "time"

// The types of a service (GeoReport v2, GET services).
const (
	Realtime = "realtime" // a request at once
	Batch    = "batch"    // a token first
)

// The datatypes of an attribute.
const (
	TypeString   = "string"
	TypeNumber   = "number"
	TypeDatetime = "datetime"
	TypeText     = "text"
	TypeSingle   = "singlevaluelist"
	TypeMulti    = "multivaluelist"
)

// The two statuses the standard knows; what is between stands in the notes.
const (
	StatusOpen   = "open"
	StatusClosed = "closed"
)

// Offer is a kind of request that programs can send: a service of the standard.
type Offer struct {
	Code, Name, Description string
	Type                    string // Realtime or Batch
	Keywords                []string
	Group                   string
	Attributes              bool // has questions of its own
}

// Definition is an offer with its questions.
type Definition struct {
	Offer
	Questions []Attribute
}

// Attribute is one question of a service.
type Attribute struct {
	Code        string
	Variable    bool // false: a text to read, to which nothing is answered
	Datatype    string
	Required    bool
	Hint        string // how to write the answer
	Description string // the question
	Values      []Value
}

// Value is one answer of a list.
type Value struct{ Key, Name string }

// Request is a public request.
type Request struct {
	ID            string
	Status        string // StatusOpen or StatusClosed
	Notes         string
	ServiceName   string
	ServiceCode   string
	Description   string
	Agency        string // the department it is with
	Notice        string
	RequestedAt   time.Time
	UpdatedAt     time.Time
	ExpectedAt    time.Time
	Address       string
	AddressID     string
	Zipcode       string
	Lat, Long     float64
	Located       bool
	MediaURL      string
	Page          string // address for people; not part of the standard's fields
	Jurisdiction  string
	CountMeToo    int
	ReopenedTimes int
}

// Input is a request as it is sent: by a program to us, or by us to a back office.
type Input struct {
	Jurisdiction string              `bson:"jurisdiction"`
	Service      string              `bson:"service"`
	Lat          float64             `bson:"lat,omitempty"`
	Long         float64             `bson:"long,omitempty"`
	Located      bool                `bson:"located,omitempty"`
	Address      string              `bson:"address,omitempty"`
	AddressID    string              `bson:"address_id,omitempty"`
	Email        string              `bson:"email,omitempty"`
	Phone        string              `bson:"phone,omitempty"`
	FirstName    string              `bson:"first_name,omitempty"`
	LastName     string              `bson:"last_name,omitempty"`
	Description  string              `bson:"description,omitempty"`
	MediaURL     string              `bson:"media_url,omitempty"`
	Answers      map[string][]string `bson:"answers,omitempty"`
	Lang         string              `bson:"lang,omitempty"`
}

// Query describes a list of public requests.
type Query struct {
	Jurisdiction, Lang string
	IDs                []string // overrides all that follows
	Codes              []string
	From, To           time.Time // requested_datetime, both inclusive
	Status             string    // "" for both
	UpdatedFrom        time.Time // zero for all
	Skip, Size         int
}

// The bounds of lists (GeoReport v2, GET requests).
const (
	maxSpan = 90 * 24 * time.Hour
	maxList = 1000
	maxDeep = 10_000 // how far page and page_size reach: beyond it, narrow the dates
)
