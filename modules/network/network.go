package network

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// State is where a network stands.
type State string

// The states.
const (
	Active    State = "active"
	Dissolved State = "dissolved"
)

// Member is an authority's time in a network.
type Member struct {
	Place    string    `bson:"place" json:"place"`
	JoinedAt time.Time `bson:"joined" json:"joined_at"`
	LeftAt   time.Time `bson:"left,omitempty" json:"left_at,omitzero"`
}

// Network is one network.
type Network struct {
	store.Meta `bson:",inline"`
	State      State             `bson:"state" json:"state"`
	Country    string            `bson:"country" json:"country"` // "TN", "MA", "" for both
	Names      map[string]string `bson:"names" json:"names"`     // by language
	Aims       map[string]string `bson:"aims" json:"aims"`
	Members    []Member          `bson:"members,omitempty" json:"members"`
	FoundedAt  time.Time         `bson:"founded" json:"founded_at"`
	History    []audit.Entry     `bson:"history" json:"-"`
}

// Limits of what is written, in letters, and of the members.
const (
	MaxName    = 160
	MaxAim     = 1000
	MaxMembers = 500
)

// Langs are the languages a network is described in; Arabic and French must be there.
var Langs = []string{"ar", "fr", "en"}

// In returns a text for a reader of lang; where it is missing, in another language.
func In(texts map[string]string, lang string) string {
	for _, l := range append([]string{lang, "fr"}, Langs...) {
		if texts[l] != "" {
			return texts[l]
		}
	}
	return ""
}

// Name returns the name for a reader of lang.
func (n Network) Name(lang string) string { return In(n.Names, lang) }

// Current returns the places that are members now.
func (n Network) Current() []string {
	var places []string
	for _, m := range n.Members {
		if m.LeftAt.IsZero() {
			places = append(places, m.Place)
		}
	}
	return places
}

// Has reports whether a place is a member now.
func (n Network) Has(place string) bool { return slices.Contains(n.Current(), place) }

// Words are what a network says of itself.
type Words struct {
	Country     string
	Names, Aims map[string]string
}

// check says what is wrong with the words, and tidies them.
func (w *Words) check() error {
	for _, texts := range []map[string]string{w.Names, w.Aims} {
		for lang, text := range texts {
			texts[lang] = strings.TrimSpace(text)
		}
	}
	switch {
	case w.Names["ar"] == "" || w.Names["fr"] == "":
		return fault.New(fault.Invalid, "Give the network's name in Arabic and in French")
	case tooLong(w.Names, MaxName) || tooLong(w.Aims, MaxAim):
		return fault.New(fault.Invalid, "This text is too long")
	case w.Country != "" && w.Country != "TN" && w.Country != "MA":
		return fault.New(fault.Invalid, "Choose a country from the list")
	}
	return nil
}

func tooLong(texts map[string]string, most int) bool {
	for _, text := range texts {
		if utf8.RuneCountInString(text) > most {
			return true
		}
	}
	return false
}
