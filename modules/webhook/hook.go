package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where a hook stands.
type State string

// The states.
const (
	Active State = "active"
	Paused State = "paused" // nothing is sent
	Ended  State = "ended"  // kept for its history
)

// States are all states.
var States = []State{Active, Paused, Ended}

// Hook is an address with the events it hears.
type Hook struct {
	store.Meta   `bson:",inline"`
	Org          string        `bson:"org"` // an authority, or auth.PlatformID for the events of all
	Owner        string        `bson:"owner"`
	Name         string        `bson:"name"`
	URL          string        `bson:"url"`
	Events       []string      `bson:"events"`
	Generation   int           `bson:"generation"` // of the secret
	State        State         `bson:"state"`
	FailingSince time.Time     `bson:"failing,omitempty"` // first failure since the last success
	CreatedAt    time.Time     `bson:"created"`
	History      []audit.Entry `bson:"history"`
	Tasks        []string      `bson:"tasks,omitempty"` // what must still follow
}

// EventTypes are the events that a hook can hear, with their words.
var EventTypes = []struct{ Type, Label string }{
	{"petition.published", i18n.Msg("A petition is published")},
	{"petition.threshold_reached", i18n.Msg("A petition has the signatures it needs")},
	{"petition.answered", i18n.Msg("A petition is answered")},
	{"petition.state_changed", i18n.Msg("A petition comes into any other state")},
}

// eventTest is the type of a trial delivery; every hook hears it.
const eventTest = "test"

// Event is something public that happened.
type Event struct {
	ID   string // never changes; letters, digits and : # - . _
	Type string
	Org  string // the authority it concerns
	At   time.Time
	Data any // as JSON shows it; public
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	Waiting   DeliveryState = "waiting"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"
)

// Attempt is one try of a delivery.
type Attempt struct {
	At     time.Time `bson:"at"`
	Status int       `bson:"status,omitempty"` // what the receiver answered, 0 for nothing
	Error  string    `bson:"error,omitempty"`  // a message id: why nothing arrived
}

// Delivery is one event on its way to one hook.
type Delivery struct {
	store.Meta `bson:",inline"` // hook.event, and ~n for the n-th replay
	Hook       string           `bson:"hook"`
	Event      string           `bson:"event"` // type
	Body       string           `bson:"body"`
	At         time.Time        `bson:"at"`
	State      DeliveryState    `bson:"state"`
	Attempts   []Attempt        `bson:"attempts,omitempty"`
	Replays    int              `bson:"replays,omitempty"`
	ReplayOf   string           `bson:"replay_of,omitempty"`
}

// Act is something that is done to a hook. Its value stands in the audit as
// "webhook." + act.
type Act string

// The acts.
const (
	ActCreate Act = "create"
	ActChange Act = "change"
	ActRenew  Act = "renew" // the secret
	ActPause  Act = "pause"
	ActResume Act = "resume"
	ActTest   Act = "test"
	ActReplay Act = "replay"
	ActEnd    Act = "end"
)

// Acts are all acts on a hook that exists.
var Acts = []Act{ActChange, ActRenew, ActPause, ActResume, ActTest, ActReplay, ActEnd}

// Role is what somebody is to one hook.
type Role string

// The roles.
const (
	AsKeeper Role = "keeper" // an officer of the authority; for the platform's hooks an administrator
	AsSystem Role = "system"
)

type move struct {
	Act  Act
	From []State
	By   []Role
	To   State // "" stays where it is
}

// moves is the one table of who may do what with a hook.
var moves = []move{
	{ActCreate, []State{""}, []Role{AsKeeper}, Active},
	{ActChange, []State{Active, Paused}, []Role{AsKeeper}, ""},
	{ActRenew, []State{Active, Paused}, []Role{AsKeeper}, ""},
	{ActPause, []State{Active}, []Role{AsKeeper, AsSystem}, Paused},
	{ActResume, []State{Paused}, []Role{AsKeeper}, Active},
	{ActTest, []State{Active}, []Role{AsKeeper}, ""},
	{ActReplay, []State{Active}, []Role{AsKeeper}, ""},
	{ActEnd, []State{Active, Paused}, []Role{AsKeeper}, Ended},
}

var (
	errNone     = fault.New(fault.NotFound, "There is no such webhook.")
	errNotNow   = fault.New(fault.Conflict, "This cannot be done with the webhook as it stands now.")
	errNotYours = fault.New(fault.Forbidden, "You may not keep webhooks here.")
)

// keeps reports whether an actor keeps the hooks of an organisation.
func keeps(who auth.Actor, org string) bool {
	if org == auth.PlatformID {
		return who.Holds(org, auth.Administrator)
	}
	return who.Holds(org, auth.Officer)
}

// Next returns the state to which an act leads; Conflict when it may not be
// done in this state.
func Next(from State, act Act, as Role) (State, error) {
	for _, m := range moves {
		if m.Act == act && slices.Contains(m.From, from) && slices.Contains(m.By, as) {
			if m.To == "" {
				return from, nil
			}
			return m.To, nil
		}
	}
	return "", errNotNow
}

var actNames = map[Act]string{
	ActCreate: i18n.Msg("Webhook made"), ActChange: i18n.Msg("Webhook changed"), ActRenew: i18n.Msg("Secret of a webhook renewed"), ActPause: i18n.Msg("Webhook paused"),
	ActResume: i18n.Msg("Webhook resumed"), ActTest: i18n.Msg("Trial delivery of a webhook"), ActReplay: i18n.Msg("Delivery of a webhook replayed"), ActEnd: i18n.Msg("Webhook ended"),
}

// ActName returns the words (a message id) for an act on a hook in the audit,
// "" for an unknown one.
func ActName(act string) string {
	const prefix = "webhook."
	if len(act) < len(prefix) || act[:len(prefix)] != prefix {
		return ""
	}
	return actNames[Act(act[len(prefix):])]
}

// Secret derives the secret of a hook from the platform's key.
func secret(key []byte, hook string, generation int) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "webhook secret\x00%s\x00%d", hook, generation)
	return "whsec_" + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Sign returns the headers of a delivery: the signature is the hexadecimal
// HMAC-SHA256, keyed with the secret, of timestamp, a full stop and the body.
func Sign(secret string, at time.Time, body string) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(stamp + "." + body))
	header := http.Header{}
	header.Set("Musharaka-Timestamp", stamp)
	header.Set("Musharaka-Signature", "v1="+hex.EncodeToString(h.Sum(nil)))
	return header
}
