package petition

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// This file and those named after it look after the honesty of signatures
// without keeping addresses: where a signature came from is a bucket that
// nobody can turn back into an address, unusual bursts are shown to an officer
// with the evidence, and an officer can take a batch of signatures out of the
// count by a rule, with a public reason, and put it back.

// Origin says where a signature came from, as far as that is kept.
type Origin struct {
	Range  string // bucket of the network range; "" when not known
	Device string // class of device: browser and system, no more
}

// freshFor is how long an account is new.
const freshFor = 24 * time.Hour

// ranges turns network ranges into buckets. The key of a day is random, lives
// in this process's memory alone, and is gone with the day: from then on nobody,
// the operator included, can tell which range a bucket was. A restart begins
// new buckets, and two processes have different ones for the same range.
type ranges struct {
	ids ident.Maker
	mu  sync.Mutex
	day string
	key []byte
}

// bucket names a range of the network for one day.
func (r *ranges) bucket(network string, now time.Time) string {
	if network == "" {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if day := now.UTC().Format("20060102"); day != r.day {
		r.day, r.key = day, r.ids.Bytes(32)
	}
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(network))
	return r.day + "-" + hex.EncodeToString(mac.Sum(nil)[:5])
}

// OriginOf returns what is kept of where a request comes from: network is its
// address range, device its class of device.
func (s *Service) OriginOf(network, device string) Origin {
	return Origin{Range: s.ranges.bucket(network, s.Clock.Now()), Device: device}
}

// BurstState is where a flagged burst stands.
type BurstState string

// The states of a burst.
const (
	BurstOpen      BurstState = "open"      // an officer has to look at it
	BurstDismissed BurstState = "dismissed" // nothing wrong with it
	BurstActed     BurstState = "acted"     // a batch was proposed because of it
)

// Burst is an hour in which unusually many people signed a petition, with what
// makes it unusual.
type Burst struct {
	store.Meta `bson:",inline"` // petition and hour
	Petition   string           `bson:"petition"`
	Authority  string           `bson:"authority"`
	Unserved   bool             `bson:"unserved,omitempty"`
	From       time.Time        `bson:"from"`
	To         time.Time        `bson:"to"` // not included
	Evidence   `bson:",inline"`
	State      BurstState    `bson:"state"`
	Reason     string        `bson:"reason,omitempty"`
	Batch      string        `bson:"batch,omitempty"`
	History    []audit.Entry `bson:"history,omitempty"`
	Lists      []string      `bson:"lists,omitempty"`
}

// Evidence is what was seen in an hour.
type Evidence struct {
	Count   int64  `bson:"count"`
	Usual   int64  `bson:"usual"` // signatures in a hundred hours before
	Fresh   int64  `bson:"fresh"` // by accounts that were new
	Range   string `bson:"range"` // the bucket that most came from
	RangeN  int64  `bson:"range_n"`
	Device  string `bson:"device"` // the class of device that most used
	DeviceN int64  `bson:"device_n"`
}

// What makes an hour unusual. These are rules of the platform, not of a law:
// they only decide what an officer is asked to look at.
const (
	burstLeast = 30 // signatures in the hour, at least
	burstTimes = 8  // times the usual rate, at least
	burstShare = 50 // percent of one range, or of new accounts, at least
)

// unusual reports whether an hour is to be looked at.
func (b Burst) unusual() bool {
	if b.Count < burstLeast || 100*b.Count < burstTimes*b.Usual {
		return false
	}
	return 100*b.Fresh >= burstShare*b.Count || 100*b.RangeN >= burstShare*b.Count
}

// settle derives the work lists. Call it before each write.
func (b *Burst) settle() {
	b.Lists = []string{"petition|" + b.Petition}
	if b.State == BurstOpen {
		b.Lists = append(b.Lists, listBursts+"|"+deskOf(b.Authority, b.Unserved))
	}
}

// listBursts is what waits at a desk: |organisation.
const listBursts = "open"

// deskOf is at whose desk something of an authority is dealt with.
func deskOf(authority string, unserved bool) string {
	if unserved {
		return auth.PlatformID
	}
	return authority
}

// BatchState is where a batch of invalidated signatures stands.
type BatchState string

// The states of a batch. In the first and those that end in -ing a job is at work.
const (
	BatchCounting  BatchState = "counting"  // how many would it be
	BatchProposed  BatchState = "proposed"  // counted, waits for the officer's word
	BatchRunning   BatchState = "running"   // signatures are taken out of the count
	BatchDone      BatchState = "done"      //
	BatchRestoring BatchState = "restoring" // they are put back
	BatchRestored  BatchState = "restored"  //
	BatchDropped   BatchState = "dropped"   // never carried out
)

// BatchStates are all states.
var BatchStates = []BatchState{BatchCounting, BatchProposed, BatchRunning, BatchDone, BatchRestoring, BatchRestored, BatchDropped}

// BatchAct is something that is done to a batch. Its value stands in the audit
// as "batch." + act.
type BatchAct string

// The acts.
const (
	BatchPropose BatchAct = "propose" // creates it; not a move
	BatchCounted BatchAct = "counted" // by the platform
	BatchDrop    BatchAct = "drop"
	BatchRun     BatchAct = "run"
	BatchFinish  BatchAct = "finish" // by the platform
	BatchRestore BatchAct = "restore"
	BatchReturn  BatchAct = "returned" // by the platform
)

// BatchActs are all acts on a batch that exists.
var BatchActs = []BatchAct{BatchCounted, BatchDrop, BatchRun, BatchFinish, BatchRestore, BatchReturn}

type batchMove struct {
	Act  BatchAct
	From []BatchState
	By   []Role
	To   BatchState
}

// batchMoves is the one table of who may move a batch where.
var batchMoves = []batchMove{
	{BatchCounted, []BatchState{BatchCounting}, bySystem, BatchProposed},
	{BatchDrop, []BatchState{BatchCounting, BatchProposed}, byOfficer, BatchDropped},
	{BatchRun, []BatchState{BatchProposed}, byOfficer, BatchRunning},
	{BatchFinish, []BatchState{BatchRunning}, bySystem, BatchDone},
	{BatchRestore, []BatchState{BatchDone}, byOfficer, BatchRestoring},
	{BatchReturn, []BatchState{BatchRestoring}, bySystem, BatchRestored},
}

// NextOfBatch returns the state to which an act by one of the roles leads.
// Forbidden when others may do it there, Conflict when nobody may.
func NextOfBatch(from BatchState, act BatchAct, roles ...Role) (to BatchState, as Role, err error) {
	possible, ever := false, false
	for _, m := range batchMoves {
		mine := slices.IndexFunc(roles, func(r Role) bool { return slices.Contains(m.By, r) })
		ever = ever || m.Act == act && mine >= 0
		if m.Act != act || !slices.Contains(m.From, from) {
			continue
		}
		possible = true
		if mine >= 0 {
			return m.To, roles[mine], nil
		}
	}
	if possible || !ever {
		return "", "", errNotYours
	}
	return "", "", errBatchNotNow
}

// Rule says which signatures a batch is about. Empty fields do not narrow.
// Whatever the rule, people whose identity was checked are left alone.
type Rule struct {
	From   time.Time `bson:"from"`
	To     time.Time `bson:"to"`             // not included
	Only   string    `bson:"only,omitempty"` // OnlyOnline, OnlyPaper
	Sheet  int       `bson:"sheet,omitempty"`
	Range  string    `bson:"range,omitempty"`
	Device string    `bson:"device,omitempty"`
	Fresh  bool      `bson:"fresh,omitempty"`  // accounts that were new when they signed
	NoNum  bool      `bson:"no_num,omitempty"` // people who have given no identity number
}

// The channels a rule can be narrowed to.
const (
	OnlyOnline = "online"
	OnlyPaper  = "paper"
)

// fits reports whether a rule is about a signature.
func (r Rule) fits(s Signature) bool {
	switch {
	case !s.State.counts(), s.Level >= checkedLevel, s.At.Before(r.From), !s.At.Before(r.To):
		return false
	case r.Only == OnlyOnline && s.Channel != Online, r.Only == OnlyPaper && s.Channel != ByPaper:
		return false
	case r.Sheet != 0 && (s.Paper == nil || s.Channel != ByPaper || s.Paper.Sheet != SheetID(s.Petition, r.Sheet)):
		return false
	case r.Range != "" && s.Range != r.Range, r.Device != "" && s.Device != r.Device:
		return false
	case r.Fresh && !s.Fresh, r.NoNum && s.Level > 0:
		return false
	}
	return true
}

// Batch is a set of signatures of one petition that an officer took out of the
// count, or proposes to.
type Batch struct {
	store.Meta `bson:",inline"`
	Petition   string        `bson:"petition"`
	Authority  string        `bson:"authority"`
	Unserved   bool          `bson:"unserved,omitempty"`
	Rule       Rule          `bson:"rule"`
	Reason     string        `bson:"reason"`           // public
	Undone     string        `bson:"undone,omitempty"` // why it was put back; public
	State      BatchState    `bson:"state"`
	Cursor     string        `bson:"cursor,omitempty"` // how far the job at work has come
	Part       int           `bson:"part"`
	Seen       int64         `bson:"seen"`    // signatures of the window the job has looked at
	Fits       int64         `bson:"fits"`    // how many fitted the rule when it was counted
	Changed    int64         `bson:"changed"` // how many were taken out of the count
	At         time.Time     `bson:"at"`
	DoneAt     time.Time     `bson:"done,omitempty"`
	Burst      string        `bson:"burst,omitempty"`
	History    []audit.Entry `bson:"history,omitempty"`
	Lists      []string      `bson:"lists,omitempty"`
}

// InWork reports whether a job is at work on the batch.
func (b Batch) InWork() bool {
	return b.State == BatchCounting || b.State == BatchRunning || b.State == BatchRestoring
}

// IsPublic reports whether everybody is told of the batch.
func (b Batch) IsPublic() bool {
	return b.State == BatchRunning || b.State == BatchDone || b.State == BatchRestoring || b.State == BatchRestored
}

// settle derives the work lists. Call it before each write.
func (b *Batch) settle() {
	b.Lists = nil
	if b.InWork() {
		b.Lists = append(b.Lists, listWork)
	}
	if b.State == BatchProposed {
		b.Lists = append(b.Lists, listProposed+"|"+deskOf(b.Authority, b.Unserved))
	}
	if b.IsPublic() {
		b.Lists = append(b.Lists, "public|"+b.Petition)
	}
}

// The lists of batches.
const (
	listWork     = "work"     // a job is at work on it
	listProposed = "proposed" // |organisation: waits for the officer's word
)
