package federation

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Act is something done to a record.
type Act string

// The acts. In the audit they stand behind the record's kind: "output.deliver".
const (
	Enter    Act = "enter"
	Build    Act = "build"
	Open     Act = "open"
	Close    Act = "close"
	Change   Act = "change"
	Photo    Act = "photo"
	Unphoto  Act = "unphoto"
	End      Act = "end"
	Begin    Act = "begin"
	Deliver  Act = "deliver"
	Return   Act = "return"
	Accept   Act = "accept"
	Drop     Act = "drop"
	Take     Act = "take"
	NoteDown Act = "note"
	Remove   Act = "remove"
	Reopen   Act = "reopen"
	Withdraw Act = "withdraw"
	Grant    Act = "grant"
	Refuse   Act = "refuse"
	Provide  Act = "provide"
	Mediate  Act = "mediate"
	Settle   Act = "settle"
	Convene  Act = "convene"
	Cancel   Act = "cancel"
	Hold     Act = "hold"
	Publish  Act = "publish"
	Submit   Act = "submit"
	Adopt    Act = "adopt"
	Unadopt  Act = "unadopt"
)

// Role is what an actor is to a record.
type Role string

// The roles.
const (
	Keeper Role = "coordinator" // of the network, or an administrator of the platform
	Owner  Role = "owner"       // speaks for the authority whose record it is
	Member Role = "member"      // speaks for an authority of the network
)

// move is one line of the table.
type move struct {
	kind Kind
	from State
	act  Act
	by   []Role
	to   State
}

var (
	keeper = []Role{Keeper}
	owner  = []Role{Owner}
	either = []Role{Keeper, Owner}
	member = []Role{Member}
)

// moves is who may do what in which state of which kind, and where it leads.
var moves = []move{
	{Space, "", Enter, either, Planned}, {Space, "", Build, either, Building}, {Space, "", Open, either, Opened},
	{Space, Planned, Build, either, Building}, {Space, Planned, Open, either, Opened}, {Space, Building, Open, either, Opened},
	{Space, Planned, Close, either, Closed}, {Space, Building, Close, either, Closed}, {Space, Opened, Close, either, Closed}, {Space, Closed, Open, either, Opened},
	{Space, Planned, Change, either, Planned}, {Space, Building, Change, either, Building}, {Space, Opened, Change, either, Opened},
	{Space, Planned, Photo, either, Planned}, {Space, Building, Photo, either, Building}, {Space, Opened, Photo, either, Opened},
	{Space, Planned, Unphoto, either, Planned}, {Space, Building, Unphoto, either, Building}, {Space, Opened, Unphoto, either, Opened},

	{Mandate, "", Enter, keeper, Running}, {Mandate, Running, Change, keeper, Running}, {Mandate, Running, End, keeper, Ended},

	{Output, "", Enter, keeper, Agreed}, {Output, Agreed, Change, keeper, Agreed}, {Output, InHand, Change, keeper, InHand},
	{Output, Agreed, Begin, either, InHand}, {Output, Agreed, Deliver, either, Delivered}, {Output, InHand, Deliver, either, Delivered},
	{Output, Agreed, NoteDown, either, Agreed}, {Output, InHand, NoteDown, either, InHand}, {Output, Delivered, NoteDown, either, Delivered},
	{Output, Delivered, Return, keeper, InHand}, {Output, Delivered, Accept, keeper, Accepted},
	{Output, Agreed, Drop, keeper, Dropped}, {Output, InHand, Drop, keeper, Dropped},

	{Obstacle, "", Enter, either, Raised}, {Obstacle, Raised, Change, either, Raised}, {Obstacle, Raised, Take, keeper, InHand}, {Obstacle, InHand, Take, keeper, InHand},
	{Obstacle, Raised, NoteDown, either, Raised}, {Obstacle, InHand, NoteDown, either, InHand},
	{Obstacle, Raised, Remove, keeper, Removed}, {Obstacle, InHand, Remove, keeper, Removed}, {Obstacle, Removed, Reopen, either, InHand},
	{Obstacle, Raised, Withdraw, owner, Withdrawn}, {Obstacle, InHand, Withdraw, owner, Withdrawn},

	{Request, "", Enter, either, Raised}, {Request, Raised, Change, either, Raised}, {Request, Raised, NoteDown, either, Raised}, {Request, Granted, NoteDown, either, Granted},
	{Request, Raised, Grant, keeper, Granted}, {Request, Raised, Refuse, keeper, Refused}, {Request, Granted, Provide, either, Provided},
	{Request, Raised, Withdraw, owner, Withdrawn}, {Request, Granted, Withdraw, owner, Withdrawn},

	{Dispute, "", Enter, either, Raised}, {Dispute, Raised, NoteDown, either, Raised}, {Dispute, InHand, NoteDown, either, InHand},
	{Dispute, Raised, Mediate, keeper, InHand}, {Dispute, Raised, Settle, keeper, Settled}, {Dispute, InHand, Settle, keeper, Settled},
	{Dispute, Settled, Reopen, keeper, InHand}, {Dispute, Raised, Withdraw, owner, Withdrawn},

	{Meeting, "", Enter, keeper, Planned}, {Meeting, Planned, Change, keeper, Planned}, {Meeting, Convened, Change, keeper, Convened},
	{Meeting, Planned, Convene, keeper, Convened}, {Meeting, Planned, Cancel, keeper, Cancelled}, {Meeting, Convened, Cancel, keeper, Cancelled},
	{Meeting, Convened, Hold, keeper, Held}, {Meeting, Held, Hold, keeper, Held}, {Meeting, Held, Publish, keeper, Published},

	{Practice, "", Enter, either, Draft}, {Practice, Draft, Change, either, Draft}, {Practice, Draft, Submit, either, Submitted}, {Practice, Draft, Withdraw, either, Withdrawn},
	{Practice, Submitted, Return, keeper, Draft}, {Practice, Submitted, Publish, keeper, Published}, {Practice, Submitted, Withdraw, owner, Withdrawn},
	{Practice, Published, Change, keeper, Published}, {Practice, Published, Withdraw, either, Withdrawn},
	{Practice, Published, Adopt, member, Published}, {Practice, Published, Unadopt, member, Published},
}

// find returns the line for an act in a state by somebody in these roles; ever
// is false when nobody in them may do it to this kind in any state.
func find(kind Kind, from State, what Act, as []Role) (m move, may, ever bool) {
	for _, x := range moves {
		if x.kind != kind || x.act != what || !slices.ContainsFunc(x.by, func(r Role) bool { return slices.Contains(as, r) }) {
			continue
		}
		ever = true
		if x.from == from {
			return x, true, true
		}
	}
	return move{}, false, ever
}

// wants is what an act asks for besides the decision itself.
type wants struct {
	label  string // the act, as a button says it
	done   string // as the audit says it
	text   string // label of the text that goes with it; "" for none
	must   bool   // the text cannot be left out
	reason bool   // the text is a reason, and stands in the audit
	due    bool   // a day until which
	file   bool   // a document
	danger bool
}

// acting says of each act what it asks for. Changing, entering and the acts with
// a form of their own are not here.
var acting = map[Act]wants{
	Build:    {label: i18n.Msg("The works have begun"), done: i18n.Msg("Construction begun")},
	Open:     {label: i18n.Msg("The space is open"), done: i18n.Msg("Opened")},
	Close:    {label: i18n.Msg("Close the space"), done: i18n.Msg("Closed"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Photo:    {label: i18n.Msg("Add a photo"), done: i18n.Msg("Photo added"), file: true},
	End:      {label: i18n.Msg("End the mandate"), done: i18n.Msg("Mandate ended"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Begin:    {label: i18n.Msg("Begin the work"), done: i18n.Msg("Work begun")},
	Deliver:  {label: i18n.Msg("Deliver"), done: i18n.Msg("Delivered"), text: i18n.Msg("Note"), file: true},
	Return:   {label: i18n.Msg("Send back"), done: i18n.Msg("Sent back"), text: i18n.Msg("What is still missing"), must: true, reason: true},
	Accept:   {label: i18n.Msg("Accept and publish"), done: i18n.Msg("Accepted")},
	Drop:     {label: i18n.Msg("Give up"), done: i18n.Msg("Given up"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Take:     {label: i18n.Msg("Take in hand"), done: i18n.Msg("Taken in hand"), text: i18n.Msg("What is being done, and by whom"), must: true, due: true},
	NoteDown: {label: i18n.Msg("Add a note"), done: i18n.Msg("Note added"), text: i18n.Msg("Note"), must: true},
	Remove:   {label: i18n.Msg("The obstacle is removed"), done: i18n.Msg("Obstacle removed"), text: i18n.Msg("How it was removed"), must: true},
	Reopen:   {label: i18n.Msg("Open it again"), done: i18n.Msg("Opened again"), text: i18n.Msg("Reason"), must: true, reason: true},
	Withdraw: {label: i18n.Msg("Withdraw"), done: i18n.Msg("Withdrawn"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Grant:    {label: i18n.Msg("Grant the request"), done: i18n.Msg("Granted"), text: i18n.Msg("What is granted, and by whom"), must: true, due: true},
	Refuse:   {label: i18n.Msg("Refuse the request"), done: i18n.Msg("Refused"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Provide:  {label: i18n.Msg("It was provided"), done: i18n.Msg("Provided"), text: i18n.Msg("Note")},
	Mediate:  {label: i18n.Msg("Begin to mediate"), done: i18n.Msg("Mediation begun"), text: i18n.Msg("Who mediates, and how"), must: true},
	Settle:   {label: i18n.Msg("Record the settlement"), done: i18n.Msg("Settled"), text: i18n.Msg("What was agreed"), must: true},
	Convene:  {label: i18n.Msg("Convene"), done: i18n.Msg("Convened")},
	Cancel:   {label: i18n.Msg("Cancel the meeting"), done: i18n.Msg("Cancelled"), text: i18n.Msg("Reason"), must: true, reason: true, danger: true},
	Hold:     {label: i18n.Msg("Minutes and attendance"), done: i18n.Msg("Minutes and attendance entered")},
	Publish:  {label: i18n.Msg("Publish"), done: i18n.Msg("Published")},
	Submit:   {label: i18n.Msg("Hand in"), done: i18n.Msg("Handed in")},
	Adopt:    {label: i18n.Msg("We adopt this practice"), done: i18n.Msg("Adopted"), text: i18n.Msg("How you use it"), must: false},
	Unadopt:  {label: i18n.Msg("We no longer use it"), done: i18n.Msg("Adoption taken back")},
}

var otherActs = map[Act]string{Enter: i18n.Msg("Entered"), Change: i18n.Msg("Changed"), Unphoto: i18n.Msg("Photo removed")}

// actOrder is the order in which acts are offered.
var actOrder = []Act{Build, Open, Photo, Begin, Deliver, Accept, Return, Take, Remove, Grant, Provide, Refuse, Mediate, Settle, Convene, Hold, Submit, Publish, Adopt, Unadopt, NoteDown, Reopen, End, Cancel, Drop, Withdraw, Close}

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(a string) string {
	for _, k := range Kinds {
		if what, ok := cutKind(a, k); ok {
			return actWords(what)
		}
	}
	return ""
}

func cutKind(a string, k Kind) (Act, bool) {
	prefix := auditName(k, "")
	if len(a) <= len(prefix) || a[:len(prefix)] != prefix {
		return "", false
	}
	return Act(a[len(prefix):]), true
}

func auditName(k Kind, what Act) string { return "network_" + string(k) + "." + string(what) }

func actWords(what Act) string {
	if w, ok := acting[what]; ok {
		return w.done
	}
	return otherActs[what]
}

// Standing is what an actor is to a network.
type Standing struct {
	Network Network
	Keeps   bool
	Seats   []string // member authorities for which they speak
}

// Inside reports whether the network's own work is theirs to read.
func (s Standing) Inside() bool { return s.Keeps || len(s.Seats) > 0 }

// StandingOf works out what an actor is to a network.
func StandingOf(who auth.Actor, n Network) Standing {
	s := Standing{Network: n, Keeps: who.IsSystem() || who.Holds(auth.PlatformID, auth.Administrator) || who.Holds(n.ID, auth.Coordinator)}
	for _, place := range n.Members {
		if who.Holds(place, auth.Officer, auth.President) {
			s.Seats = append(s.Seats, place)
		}
	}
	return s
}

// roles are what they are to a record of the network.
func (s Standing) roles(r Record) []Role {
	var as []Role
	if s.Keeps {
		as = append(as, Keeper)
	}
	if len(s.Seats) > 0 {
		as = append(as, Member)
	}
	if r.Authority != "" && slices.Contains(s.Seats, r.Authority) {
		as = append(as, Owner)
	}
	return as
}

// Allows returns the acts that may be done to a record now, in the order in
// which they are offered.
func (s Standing) Allows(r Record) []Act {
	var acts []Act
	if !s.Network.Active {
		return nil
	}
	for _, a := range actOrder {
		if _, may, _ := find(r.Kind, r.State, a, s.roles(r)); may {
			acts = append(acts, a)
		}
	}
	return acts
}

// May reports whether one act may be done to a record now.
func (s Standing) May(r Record, what Act) bool {
	_, may, _ := find(r.Kind, r.State, what, s.roles(r))
	return may && s.Network.Active
}

// MayEnter reports whether they may enter records of a kind.
func (s Standing) MayEnter(k Kind) bool {
	if !s.Network.Active {
		return false
	}
	as := []Role{}
	if s.Keeps {
		as = append(as, Keeper)
	}
	if len(s.Seats) > 0 {
		as = append(as, Owner)
	}
	_, may, _ := find(k, "", Enter, as)
	return may
}

// Sees reports whether they may read a record.
func (s Standing) Sees(r Record) bool {
	switch r.reach() {
	case public:
		return true
	case parties:
		return s.Keeps || slices.ContainsFunc(s.Seats, func(p string) bool { return p == r.Authority || slices.Contains(r.Parties, p) })
	case drafts:
		return s.Keeps || slices.Contains(s.Seats, r.Authority)
	}
	return s.Inside()
}

var (
	errNone    = fault.New(fault.NotFound, "There is no such record of the network, or it is not public.")
	errMayNot  = fault.New(fault.Forbidden, "Only the network’s coordinator or a member it concerns may do this.")
	errChanged = fault.New(fault.Conflict, "This has changed meanwhile. Open the page again.")
	errOver    = fault.New(fault.Conflict, "The network was dissolved: its records stay as they are.")
)
