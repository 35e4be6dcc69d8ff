package open311

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where a key or a back office stands.
type State string

// The states of a key.
const (
	Active  State = "active"
	Revoked State = "revoked" // opens nothing any more; kept for its history
)

// KeyStates are all states of a key.
var KeyStates = []State{Active, Revoked}

// Key lets a program send requests to one jurisdiction.
type Key struct {
	store.Meta `bson:",inline"` // stands in the key as it is shown
	Org        string           `bson:"org"`
	Owner      string           `bson:"owner"` // who made it
	Name       string           `bson:"name"`  // of the program
	Contact    string           `bson:"contact"`
	Hash       string           `bson:"hash"` // SHA-256 of the key as it was shown
	State      State            `bson:"state"`
	CreatedAt  time.Time        `bson:"created"`
	Used       int64            `bson:"used"`              // reports sent with it
	UsedOn     time.Time        `bson:"used_on,omitempty"` // day of the last one
	History    []audit.Entry    `bson:"history"`
	Tasks      []string         `bson:"tasks,omitempty"`
}

// Act is something done to a key or to a back office. Its value stands in the
// audit as "open311." + act.
type Act string

// The acts on keys.
const (
	ActCreateKey Act = "key_create"
	ActRevokeKey Act = "key_revoke"
)

// Role is what somebody is to a key or to a back office.
type Role string

// The roles.
const (
	AsKeeper Role = "keeper" // an officer of the authority
	AsSystem Role = "system"
)

type move struct {
	Act  Act
	From []State
	By   []Role
	To   State // "" stays where it is
}

// keyMoves is the table of who may do what with a key.
var keyMoves = []move{
	{ActCreateKey, []State{""}, []Role{AsKeeper}, Active},
	{ActRevokeKey, []State{Active}, []Role{AsKeeper}, Revoked},
}

var (
	errNoKey    = fault.New(fault.NotFound, "There is no such key.")
	errNotNow   = fault.New(fault.Conflict, "This cannot be done as it stands now.")
	errNotYours = fault.New(fault.Forbidden, "You may not keep the connections of this authority to other programs.")
	errBadKey   = fault.New(fault.Forbidden, "The API key is missing, unknown or revoked.")
)

// keeps reports whether an actor keeps the keys of an authority.
func keeps(who auth.Actor, org string) bool { return who.Holds(org, auth.Officer) }

// Keeps reports whether an actor keeps the connections of an authority: the
// server offers them the page.
func Keeps(who auth.Actor, org string) bool { return keeps(who, org) }

// next returns the state to which an act leads; Conflict when it may not be done.
func next(table []move, from State, act Act, as Role) (State, error) {
	for _, m := range table {
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
	ActCreateKey: i18n.Msg("Key for Open311 made"), ActRevokeKey: i18n.Msg("Key for Open311 revoked"),
	ActSetPeer: i18n.Msg("Back office set up"), ActTestPeer: i18n.Msg("Back office tried"), ActStartPeer: i18n.Msg("Requests go to the back office"),
	ActPausePeer: i18n.Msg("Back office paused"), ActEndPeer: i18n.Msg("Back office taken away"), ActResendPeer: i18n.Msg("Request sent to the back office again"),
}

// ActName returns the words (a message id) for an act in the audit, "" for an
// unknown one.
func ActName(act string) string {
	name, ours := strings.CutPrefix(act, "open311.")
	if !ours {
		return ""
	}
	return actNames[Act(name)]
}

const keyPrefix = "o311_"

// shownKey puts a key together as it is shown: the id finds it, the rest is secret.
func shownKey(id, secret string) string { return keyPrefix + id + "_" + secret }

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// idIn returns the id that stands in a key, "" when it is none of ours.
func idIn(key string) string {
	rest, ours := strings.CutPrefix(key, keyPrefix)
	id, _, whole := strings.Cut(rest, "_")
	if !ours || !whole || len(key) > 200 {
		return ""
	}
	return id
}

// opens reports whether a key as it was sent is this one. It takes the same
// time whatever was sent.
func (k Key) opens(sent, org string) bool {
	return subtle.ConstantTimeCompare([]byte(k.Hash), []byte(hashOf(sent))) == 1 && k.State == Active && k.Org == org
}
