package budget

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Frozen are the rules as they stood when voting opened.
type Frozen struct {
	At       time.Time `bson:"at" json:"at"`
	Hash     string    `bson:"hash" json:"hash"`         // SHA-256 of Document, in hex
	Document string    `bson:"document" json:"document"` // canonical JSON of RulesDocument
	Projects []Project `bson:"projects" json:"projects"` // what can be voted for, by area and number
}

// Project is a proposal as it stands on the ballot.
type Project struct {
	ID     string            `bson:"id" json:"id"`         // of the proposal
	Number int64             `bson:"number" json:"number"` // as printed on the ballot
	Area   string            `bson:"area" json:"area"`
	Cost   int64             `bson:"cost" json:"cost"` // minor units
	Needs  []string          `bson:"needs" json:"needs"`
	Titles map[string]string `bson:"titles" json:"titles"`
	Lot    int               `bson:"lot" json:"lot"` // drawn when the rules were frozen; the smaller goes first
}

// RulesDocument is what is hashed: all that decides the outcome but the ballots.
type RulesDocument struct {
	Edition   string    `json:"edition"`
	Authority string    `json:"authority"`
	Year      int       `json:"year"`
	Rules     Rules     `json:"rules"`
	Voting    Stage     `json:"voting"`
	Projects  []Project `json:"projects"`
}

// Freeze returns the rules of an edition with these projects as they are
// published: canonical JSON (keys sorted, no spaces, UTF-8, nothing escaped that
// need not be) and its hash.
func Freeze(e Edition, projects []Project, at time.Time) (Frozen, error) {
	voting, _ := e.Calendar.Stage(Voting)
	document, err := canonical(RulesDocument{Edition: e.ID, Authority: e.Authority, Year: e.Year, Rules: e.Rules, Voting: voting, Projects: projects})
	if err != nil {
		return Frozen{}, err
	}
	return Frozen{At: at, Hash: hashOf(document), Document: document, Projects: projects}, nil
}

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// canonical writes a value so that the same value is always the same bytes:
// encoding/json sorts the keys of maps, so everything is made a map first.
func canonical(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var free any
	if err := unmarshalExact(data, &free); err != nil {
		return "", err
	}
	return marshalPlain(free)
}
