package petition

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/store"
)

// SheetState is where a sheet of paper stands.
type SheetState string

// The states of a sheet.
const (
	SheetPrinted   SheetState = "printed"   // out among people
	SheetReturned  SheetState = "returned"  // at the authority's desk; its lines may be entered in several goes
	SheetEntered   SheetState = "entered"   // waits for the second pair of eyes
	SheetConfirmed SheetState = "confirmed" // its accepted lines count
	SheetVoid      SheetState = "void"      // lost, spoilt or never used; counts nothing
)

// SheetStates are all states.
var SheetStates = []SheetState{SheetPrinted, SheetReturned, SheetEntered, SheetConfirmed, SheetVoid}

// SheetAct is something that is done to a sheet. Its value stands in the audit
// as "sheet." + act.
type SheetAct string

// The acts.
const (
	SheetPrint   SheetAct = "print"   // creates it; not a move
	SheetReturn  SheetAct = "return"  // it came back to the desk
	SheetSave    SheetAct = "save"    // lines, not all of them yet
	SheetEnter   SheetAct = "enter"   // all its lines
	SheetReopen  SheetAct = "reopen"  // back to whoever enters, with a note
	SheetConfirm SheetAct = "confirm" // by somebody else than who entered it
	SheetCancel  SheetAct = "void"
	SheetCount   SheetAct = "count" // by the platform: what each accepted line came to
)

// SheetActs are all acts on a sheet that exists.
var SheetActs = []SheetAct{SheetReturn, SheetSave, SheetEnter, SheetReopen, SheetConfirm, SheetCancel, SheetCount}

// AsFrontDesk is an agent of the authority's front desk.
const AsFrontDesk Role = "front_desk"

// SheetRoles are all roles towards a sheet.
var SheetRoles = []Role{AsAuthor, AsFrontDesk, AsOfficer, AsSystem, AsReader}

type sheetMove struct {
	Act  SheetAct
	From []SheetState
	By   []Role
	To   SheetState
}

var byDesk = []Role{AsFrontDesk, AsOfficer}

// sheetMoves is the one table of who may move a sheet where. Besides it, who
// entered a sheet never confirms it.
var sheetMoves = []sheetMove{
	{SheetReturn, []SheetState{SheetPrinted}, byDesk, SheetReturned},
	{SheetSave, []SheetState{SheetReturned}, byDesk, SheetReturned},
	{SheetEnter, []SheetState{SheetReturned}, byDesk, SheetEntered},
	{SheetReopen, []SheetState{SheetEntered}, byDesk, SheetReturned},
	{SheetConfirm, []SheetState{SheetEntered}, byDesk, SheetConfirmed},
	{SheetCancel, []SheetState{SheetPrinted}, []Role{AsAuthor, AsOfficer, AsSystem}, SheetVoid},
	{SheetCancel, []SheetState{SheetReturned, SheetEntered}, []Role{AsOfficer, AsSystem}, SheetVoid},
	{SheetCount, []SheetState{SheetConfirmed}, bySystem, SheetConfirmed},
}

// NextOfSheet returns the state to which an act by one of the roles leads.
// Forbidden when others may do it there, Conflict when nobody may.
func NextOfSheet(from SheetState, act SheetAct, roles ...Role) (to SheetState, as Role, err error) {
	possible := false
	for _, m := range sheetMoves {
		if m.Act != act || !slices.Contains(m.From, from) {
			continue
		}
		possible = true
		for _, role := range m.By {
			if slices.Contains(roles, role) {
				return m.To, role, nil
			}
		}
	}
	ever := slices.ContainsFunc(sheetMoves, func(m sheetMove) bool {
		return m.Act == act && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(m.By, r) })
	})
	if possible || !ever {
		return "", "", errNotYours
	}
	return "", "", errSheetNotNow
}

// LineState is what the second person decided about a line.
type LineState string

// The states of a line.
const (
	LineEntered  LineState = "entered"
	LineAccepted LineState = "accepted"
	LineStruck   LineState = "struck"
)

// LineOutcome is what an accepted line came to.
type LineOutcome string

// The outcomes. Only LineCounted raises the count.
const (
	LinePending   LineOutcome = ""
	LineCounted   LineOutcome = "counted"
	LineOnline    LineOutcome = "online"    // the person has signed online: one signature, which now stands on paper too
	LineTwice     LineOutcome = "twice"     // the person stands on another line or sheet
	LineTakenBack LineOutcome = "withdrawn" // the person, whose identity is proven, took the signature back online
)

// StrikeReasons are why a line is not accepted.
var StrikeReasons = []string{"unreadable", "no_signature", "no_number", "other_person", "not_meant"}

// Line is one line of a sheet as it was entered. The number itself is kept
// nowhere: Shadow stands for it. Once the sheet is confirmed and counted, the
// line keeps its state, reason and outcome alone; what is needed of an accepted
// one is in the signature.
type Line struct {
	N         int         `bson:"n"` // on the sheet, from 1
	Name      string      `bson:"name,omitempty"`
	Shadow    string      `bson:"shadow,omitempty"`
	Last2     string      `bson:"last2,omitempty"`
	Sealed    []byte      `bson:"sealed,omitempty"` // the number, sealed to the authority's key; nil without one
	Place     string      `bson:"place,omitempty"`  // place id of the residence; elsewherePlace, or "" when it is not said
	Born      int         `bson:"born,omitempty"`   // year
	State     LineState   `bson:"state"`
	Reason    string      `bson:"reason,omitempty"` // StrikeReasons
	Corrected bool        `bson:"corrected,omitempty"`
	Outcome   LineOutcome `bson:"outcome,omitempty"`
}

// elsewherePlace is the residence of somebody who lives in none of the places offered.
const elsewherePlace = "elsewhere"

// wipe takes away what a line need not keep.
func (l *Line) wipe() {
	*l = Line{N: l.N, State: l.State, Reason: l.Reason, Corrected: l.Corrected, Outcome: l.Outcome}
}

// SheetLines is how many lines a sheet has.
const SheetLines = 10

// MaxSheets is how many sheets a petition may have.
const MaxSheets = 2000

// Sheet is one numbered sheet of paper for the signatures of one petition.
type Sheet struct {
	store.Meta  `bson:",inline"` // SheetID(petition, number)
	Petition    string           `bson:"petition"`
	Authority   string           `bson:"authority"`
	Unserved    bool             `bson:"unserved,omitempty"`
	Number      int              `bson:"number"` // from 1
	Lang        string           `bson:"lang"`   // in which it is printed
	Check       string           `bson:"check"`  // the checksum printed on it
	State       SheetState       `bson:"state"`
	Lines       []Line           `bson:"lines,omitempty"`
	Note        string           `bson:"note,omitempty"` // why it went back
	EnteredBy   []string         `bson:"entered_by,omitempty"`
	ConfirmedBy string           `bson:"confirmed_by,omitempty"`
	PrintedAt   time.Time        `bson:"printed"`
	ReturnedAt  time.Time        `bson:"returned,omitempty"`
	ConfirmedAt time.Time        `bson:"confirmed,omitempty"`
	ChangedAt   time.Time        `bson:"changed"`
	Consent     string           `bson:"consent"` // version of the consent text printed on it
	Counted     bool             `bson:"counted"` // every accepted line has its outcome, and nothing personal is left
	History     []audit.Entry    `bson:"history,omitempty"`
	Lists       []string         `bson:"lists,omitempty"`
	ListAt      time.Time        `bson:"list_at"`
}

// SheetID returns the id of a sheet.
func SheetID(petition string, number int) string { return fmt.Sprintf("%s-%04d", petition, number) }

// The work lists of a sheet (index "lists", ordered by ListAt).
const (
	listSheetsToEnter   = "enter"   // |authority
	listSheetsToConfirm = "confirm" // |authority
	listSheetsToCount   = "count"   // confirmed and not counted yet
)

// settle derives the work lists. Call it before each write.
func (s *Sheet) settle() {
	s.Lists, s.ListAt = nil, s.ChangedAt
	desk := s.Authority
	if s.Unserved {
		desk = auth.PlatformID
	}
	switch {
	case s.State == SheetReturned:
		s.Lists, s.ListAt = []string{listSheetsToEnter + "|" + desk}, s.ReturnedAt
	case s.State == SheetEntered:
		s.Lists, s.ListAt = []string{listSheetsToConfirm + "|" + desk}, s.ReturnedAt
	case s.State == SheetConfirmed && !s.Counted:
		s.Lists = []string{listSheetsToCount}
	}
}

// rolesOnSheet returns what an actor is to a sheet of a petition.
func rolesOnSheet(who auth.Actor, p Petition) []Role {
	if who.IsSystem() {
		return []Role{AsSystem}
	}
	roles := []Role{AsReader}
	if p.IsAuthor(who.PersonID) {
		roles = append(roles, AsAuthor)
	}
	if who.Holds(p.Authority, auth.FrontDesk) {
		roles = append(roles, AsFrontDesk)
	}
	if who.Holds(p.Authority, auth.Officer) || p.Unserved && who.Holds(auth.PlatformID, auth.Administrator) {
		roles = append(roles, AsOfficer)
	}
	return roles
}

// MaySheet reports whether an actor may do an act to a sheet as it stands.
func MaySheet(who auth.Actor, p Petition, s Sheet, act SheetAct) bool {
	_, _, err := NextOfSheet(s.State, act, rolesOnSheet(who, p)...)
	return err == nil && (act != SheetConfirm || !slices.Contains(s.EnteredBy, who.PersonID))
}

// checksum is printed on a sheet: it follows from what the sheet says and from
// a secret of its own, so that neither another text nor another number goes with it.
func checksum(p Petition, number int, lang string, secret []byte) string {
	t := p.Text(lang)
	h := sha256.New()
	for _, part := range []string{p.Reference, fmt.Sprint(number), lang, t.Object, t.Ask, string(secret)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return strings.ToUpper(base32.StdEncoding.EncodeToString(h.Sum(nil)[:5])) // eight letters and digits
}

// PaperProof is the line of a sheet that stands behind a signature.
type PaperProof struct {
	Shadow  string    `bson:"shadow" json:"-"`
	Sheet   string    `bson:"sheet" json:"sheet"`
	Line    int       `bson:"line" json:"line"`
	Name    string    `bson:"name" json:"name"`
	Place   string    `bson:"place,omitempty" json:"place,omitempty"`
	Area    string    `bson:"area,omitempty" json:"-"`
	Age     string    `bson:"age,omitempty" json:"age,omitempty"`
	Valid   bool      `bson:"valid" json:"valid"`
	Reasons []string  `bson:"reasons,omitempty" json:"reasons,omitempty"`
	Subunit string    `bson:"subunit,omitempty" json:"-"`
	At      time.Time `bson:"at" json:"at"` // when it was confirmed
	Day     string    `bson:"day" json:"-"`
	Consent string    `bson:"consent" json:"consent"`
	Sealed  []byte    `bson:"sealed,omitempty" json:"-"` // the number, bound to the signature of the shadow; nil where none is wanted
	Tail    string    `bson:"tail,omitempty" json:"-"`   // its last two characters
}

// signature is the signature that a line of paper makes by itself.
func (p PaperProof) signature(petition Petition, person string) Signature {
	sig := Signature{Meta: store.Meta{ID: SignatureID(petition.ID, person)}, Petition: petition.ID, Moderator: petition.Moderator(), Person: person, State: SignatureActive}
	sig.fromPaper(p)
	sig.settle()
	return sig
}

// fromPaper makes a signature what the paper alone says.
func (s *Signature) fromPaper(p PaperProof) {
	s.Channel, s.Paper, s.Name, s.Place, s.Area, s.Age, s.Sex = ByPaper, &p, p.Name, p.Place, p.Area, p.Age, ""
	s.Valid, s.Reasons, s.Subunit, s.Level, s.Consent = p.Valid, slices.Clone(p.Reasons), p.Subunit, 1, p.Consent
	s.At, s.Day, s.Fresh, s.Range, s.Device = p.At, p.Day, false, "", ""
	s.NamePublic, s.Comment, s.CommentState, s.News = false, "", CommentNone, false
	s.Sealed, s.SealedAs, s.Tail = nil, "", ""
	s.sealFromPaper()
}

// sealFromPaper takes the number that was sealed when the sheet was entered,
// unless its owner gave it online.
func (s *Signature) sealFromPaper() {
	if s.Sealed == nil && s.Paper != nil && s.Paper.Sealed != nil {
		s.Sealed, s.SealedAs, s.Tail = s.Paper.Sealed, SignatureID(s.Petition, s.Paper.Shadow), s.Paper.Tail
	}
}

// backToPaper takes away what somebody added online.
func (s *Signature) backToPaper() { s.fromPaper(*s.Paper) }

// offPaper takes the line of paper away from a signature that was given online too.
func (s *Signature) offPaper() {
	if s.SealedAs == SignatureID(s.Petition, s.Paper.Shadow) {
		s.Sealed, s.SealedAs, s.Tail = nil, "", ""
	}
	s.Paper = nil
}

// takeIn lets a further signature of the same person into the one that is
// there: one person, one signature, however it came. already says that the
// person had signed, by what the asker may know: somebody who signs online and
// stands on paper has not signed online yet.
func (s *Signature) takeIn(in Signature) (already, changed bool) {
	void := s.Void
	switch {
	case s.State == SignatureAnonymous && in.Channel == ByPaper:
		return true, false // the account was deleted and its signature stays counted
	case s.State != SignatureActive:
		at, day := s.At, s.Day
		*s = in
		if void != "" { // it stays in the time that its batch is about
			s.At, s.Day = at, day
		}
	case in.Channel == ByPaper && s.Paper == nil:
		s.Paper = in.Paper
		s.rejudged()
		already = true
	case in.Channel == Online && s.Channel == ByPaper:
		at, day, paper := s.At, s.Day, s.Paper
		*s = in
		s.At, s.Day, s.Paper = at, day, paper
		s.rejudged()
	case in.Paper != nil && s.Paper == nil: // two accounts of one person
		s.Paper = in.Paper
		s.rejudged()
		already = true
	default:
		return true, false
	}
	if s.Void == "" {
		s.Void = void
	}
	return already, true
}

// rejudged lets the paper speak where the profile says too little: two people
// of the authority have seen it.
func (s *Signature) rejudged() {
	if s.Paper == nil {
		return
	}
	s.sealFromPaper()
	if !s.Valid && s.Paper.Valid {
		s.Valid, s.Reasons, s.Subunit = true, nil, s.Paper.Subunit
	}
	if s.Area == "" {
		s.Place, s.Area = s.Paper.Place, s.Paper.Area
	}
	if s.Age == "" {
		s.Age = s.Paper.Age
	}
}

// rejudge is verdict for a signature that exists: paper is heard too, and
// somebody whose identity was checked since counts again.
func (s *Signature) rejudge(person Person, v Verdict) {
	s.verdict(person, v)
	s.rejudged()
	if person.Level >= checkedLevel {
		s.Void = ""
	}
}

// checkedLevel is the verification level of somebody whose identity was checked.
const checkedLevel = 2
