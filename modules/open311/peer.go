package open311

import (
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// The states of a back office.
const (
	Paused State = "paused" // set up; nothing goes there
	Ended  State = "ended"
)

// PeerStates are all states of a back office.
var PeerStates = []State{Paused, Active, Ended}

// Peer is the back office of an authority: its own Open311 server, which gets
// the requests that reach us. Its id is the authority's.
type Peer struct {
	store.Meta   `bson:",inline"`
	Endpoint     string            `bson:"endpoint"`               // without a slash at the end
	Jurisdiction string            `bson:"jurisdiction,omitempty"` // as it is called there; "" for none
	Sealed       []byte            `bson:"sealed,omitempty"`       // its API key; see seal
	Codes        map[string]string `bson:"codes,omitempty"`        // their service_code by ours; what is not there does not go
	State        State             `bson:"state"`
	From         time.Time         `bson:"from,omitempty"` // requests that came before stay here
	TestedAt     time.Time         `bson:"tested,omitempty"`
	TestError    string            `bson:"test_error,omitempty"` // a message id; "" when the trial went well
	TestFound    int               `bson:"test_found,omitempty"` // how many services it has
	PulledAt     time.Time         `bson:"pulled,omitempty"`
	PullError    string            `bson:"pull_error,omitempty"`
	History      []audit.Entry     `bson:"history"`
	Tasks        []string          `bson:"tasks,omitempty"`
}

// The acts on a back office.
const (
	ActSetPeer    Act = "peer_set"
	ActTestPeer   Act = "peer_test"
	ActStartPeer  Act = "peer_start"
	ActPausePeer  Act = "peer_pause"
	ActEndPeer    Act = "peer_end"
	ActResendPeer Act = "peer_resend"
)

// PeerActs are all acts on a back office.
var PeerActs = []Act{ActSetPeer, ActTestPeer, ActStartPeer, ActPausePeer, ActEndPeer, ActResendPeer}

// peerMoves is the table of who may do what with a back office.
var peerMoves = []move{
	{ActSetPeer, []State{"", Ended}, []Role{AsKeeper}, Paused},
	{ActSetPeer, []State{Paused, Active}, []Role{AsKeeper}, ""},
	{ActTestPeer, []State{Paused, Active}, []Role{AsKeeper}, ""},
	{ActStartPeer, []State{Paused}, []Role{AsKeeper}, Active},
	{ActPausePeer, []State{Active}, []Role{AsKeeper}, Paused},
	{ActEndPeer, []State{Paused, Active}, []Role{AsKeeper}, Ended},
	{ActResendPeer, []State{Active}, []Role{AsKeeper}, ""},
}

// HandoverState is where a handover stands.
type HandoverState string

// The states of a handover.
const (
	HandoverWaiting HandoverState = "waiting"
	HandoverSent    HandoverState = "sent"   // taken there; its news is asked for
	HandoverClosed  HandoverState = "closed" // closed there
	HandoverFailed  HandoverState = "failed" // given up: a person may try again
)

// Handover is one of our requests on its way to a back office. Its id is
// authority|request.
type Handover struct {
	store.Meta `bson:",inline"`
	Org        string        `bson:"org"`
	Request    string        `bson:"request"`
	Service    string        `bson:"service"`
	State      HandoverState `bson:"state"`
	Remote     string        `bson:"remote,omitempty"` // service_request_id there
	Token      string        `bson:"token,omitempty"`  // until there is one
	At         time.Time     `bson:"at"`
	CheckedAt  time.Time     `bson:"checked"`           // when its news was last asked for
	UpdatedAt  time.Time     `bson:"updated,omitempty"` // updated_datetime of the last news
	Tries      int           `bson:"tries,omitempty"`
	Error      string        `bson:"error,omitempty"` // a message id: why the last try failed
}

func handoverID(org, request string) string { return org + "|" + request }

var (
	errNoPeer     = fault.New(fault.NotFound, "No back office is set up here.")
	errNoHandover = fault.New(fault.NotFound, "This request does not go to a back office.")
)

// Why a back office could not be used: message ids.
var (
	whyInternal = i18n.Msg("The address does not lead to the public internet")
	whySilent   = i18n.Msg("Nobody answered")
	whySlow     = i18n.Msg("It took too long")
	whyRedirect = i18n.Msg("It answered with a redirect, which is not followed")
	whyKey      = i18n.Msg("It does not accept the key")
	whyRefused  = i18n.Msg("It refused what was sent")
	whyStrange  = i18n.Msg("It answered something that is not Open311")
	whyBroken   = i18n.Msg("It reported a failure of its own")
	whyGone     = i18n.Msg("The request cannot be handed over any more")
)
