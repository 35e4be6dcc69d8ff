package account

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// The verification levels.
const (
	LevelAccount  = 0 // somebody who signed in
	LevelDeclared = 1 // a profile with an identity number, as the person declared it
	LevelChecked  = 2 // an agent saw the card, or a national e-ID asserted the number
)

// LevelNames are the levels in words, for pages.
var LevelNames = [...]string{
	i18n.Msg("Account only"),
	i18n.Msg("Declared by the person"),
	i18n.Msg("Identity checked"),
}

// Sex as a person states it, if they do; it is used in statistics only.
type Sex string

// The answers offered. An empty one means that the question was not answered.
const (
	Female Sex = "female"
	Male   Sex = "male"
	Unsaid Sex = "unsaid" // prefers not to say
)

// Person is somebody with an account. Nothing of it is public.
type Person struct {
	store.Meta `bson:",inline"`
	Name       string `bson:"name"`
	Email      string `bson:"email"`
	EmailKey   string `bson:"email_key"` // the address folded, once a provider said that it verified it; "" otherwise
	Lang       string `bson:"lang"`

	Residence string   `bson:"residence"` // place id of the municipality where the person lives; "" when not said
	WorksIn   []string `bson:"works_in"`  // place ids of municipalities where the person works or studies
	Country   string   `bson:"country"`   // that of the residence, or of the first place of work
	BirthYear int      `bson:"birth_year"`
	Sex       Sex      `bson:"sex"`

	Identity Identity `bson:"identity"`
	Level    int      `bson:"level"`
	Checks   []Check  `bson:"checks"`
	Logins   []Login  `bson:"logins"`
	Grants   []Grant  `bson:"grants"`
	Orgs     []string `bson:"orgs"` // every organisation in Grants, for the list of who holds what

	MergedInto string        `bson:"merged_into"` // the account that this one became part of
	Merged     []string      `bson:"merged"`      // the accounts that became part of this one
	Unfinished string        `bson:"unfinished"`  // "join" or "erase": see FinishInterrupted
	Untold     bool          `bson:"untold"`      // a change that listeners have not been told of yet
	Tries      Tries         `bson:"tries"`
	History    []audit.Entry `bson:"history"`
	CreatedAt  time.Time     `bson:"created"`
}

// Identity is what is kept of an identity number: nothing it could be read from
// without the pepper.
type Identity struct {
	Country string    `bson:"country"`
	Key     string    `bson:"key"`   // id in the collection "identities"; "" when there is none
	Last2   string    `bson:"last2"` // the last two characters, so that the person recognises it
	Proven  bool      `bson:"proven"`
	At      time.Time `bson:"at"`
}

// Check says how a level was reached, when, and by whom.
type Check struct {
	Level    int       `bson:"level" json:"level"`
	How      string    `bson:"how" json:"how"`               // HowDeclared, HowCounter, HowEID
	By       string    `bson:"by" json:"by,omitempty"`       // person id of the agent, or key of the provider
	Place    string    `bson:"place" json:"place,omitempty"` // whose counter
	At       time.Time `bson:"at" json:"at"`
	Withdraw bool      `bson:"withdraw" json:"withdrawn,omitempty"` // the level was lost: the number was proven to be somebody else's
}

// How a level was reached.
const (
	HowDeclared = "declared"
	HowCounter  = "counter"
	HowEID      = "e_id"
)

// Login is one way in which a person signs in.
type Login struct {
	Key      string    `bson:"key" json:"-"` // id in the collection "logins"
	Provider string    `bson:"provider" json:"provider"`
	Issuer   string    `bson:"issuer" json:"issuer"`
	Subject  string    `bson:"subject" json:"subject"`
	Email    string    `bson:"email" json:"email,omitempty"`
	Since    time.Time `bson:"since" json:"since"`
	LastAt   time.Time `bson:"last" json:"lastUsed"`
}

// Tries counts what must not be tried without end.
type Tries struct {
	N     int       `bson:"n"`
	Since time.Time `bson:"since"`
}

// triesADay is how often a person may enter an identity number in a day. Each
// try tells whether a number is known here, so it must stay too slow to go
// through the numbers of a town.
const triesADay = 6

// take counts a try and reports whether it is still allowed.
func (t *Tries) take(now time.Time) bool {
	if now.Sub(t.Since) >= 24*time.Hour {
		*t = Tries{Since: now}
	}
	t.N++
	return t.N <= triesADay
}

// spent reports whether the tries of the day are used up.
func (t Tries) spent(now time.Time) bool {
	return t.N >= triesADay && now.Sub(t.Since) < 24*time.Hour
}

// Limits of what a person types.
const (
	MaxName       = 80
	MaxWorksIn    = 3
	youngest      = 10  // years; a younger birth year is a slip of the finger
	oldest        = 120 // years
	maxMembership = 10  // years a role may be granted for
)

// level is what the profile amounts to.
func (p Person) level() int {
	switch {
	case p.Identity.Proven:
		return LevelChecked
	case p.Identity.Key != "" && p.Name != "" && p.BirthYear != 0 && (p.Residence != "" || len(p.WorksIn) > 0):
		return LevelDeclared
	}
	return LevelAccount
}

// settle brings the level up to date after a change and notes how it was reached.
func (p *Person) settle(how, by, place string, now time.Time) {
	level := p.level()
	if level == p.Level {
		return
	}
	p.Checks = append(p.Checks, Check{Level: level, How: how, By: by, Place: place, At: now, Withdraw: level < p.Level})
	p.Level = level
}

// gone reports whether the account is no longer one.
func (p Person) gone() bool { return p.MergedInto != "" || p.Unfinished != "" }

// Memberships are the roles that hold at t.
func (p Person) Memberships(t time.Time) []auth.Membership {
	var held []auth.Membership
	for _, g := range p.Grants {
		if g.ActiveAt(t) {
			held = append(held, g.Membership)
		}
	}
	return held
}

// sensitive reports whether more than an address must be proven before another
// login may be added: whoever holds a role or has been checked.
func (p Person) sensitive(now time.Time) bool {
	return p.Level >= LevelChecked || len(p.Memberships(now)) > 0
}

// note adds to the person's history. Reasons and details name nobody.
func (p *Person) note(e audit.Entry) {
	e.Subject = "person:" + p.ID
	p.History = audit.Append(p.History, e)
}

// arrive lists a login, once, and takes over the address it comes with. Did the
// person change their address at the provider, it changes here too.
func (p *Person) arrive(l Login, verified bool) {
	i := slices.IndexFunc(p.Logins, func(x Login) bool { return x.Key == l.Key })
	if i < 0 {
		p.Logins = append(p.Logins, l)
		p.takeEmail(l.Email, verified)
		return
	}
	moved := verified && l.Email != "" && emailKey(p.Logins[i].Email) == emailKey(p.Email)
	p.Logins[i].LastAt, p.Logins[i].Email = l.LastAt, firstOf(l.Email, p.Logins[i].Email)
	if moved {
		p.Email, p.EmailKey = l.Email, emailKey(l.Email)
	}
	p.takeEmail(l.Email, verified)
}

// takeEmail keeps an address: the first one, or the first that is verified.
func (p *Person) takeEmail(email string, verified bool) {
	if email == "" || p.EmailKey != "" || p.Email != "" && !verified {
		return
	}
	p.Email = email
	if verified {
		p.EmailKey = emailKey(email)
	}
}

// emailKey folds an address for comparing: letter case does not tell two
// mailboxes apart anywhere in practice.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// tidyName puts a name into one line of at most MaxName characters, without
// control and direction characters, which could disturb a page.
func tidyName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > MaxName {
		name = strings.TrimSpace(string([]rune(name)[:MaxName]))
	}
	return name
}
