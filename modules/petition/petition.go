package petition

import (
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// State is where a petition stands.
type State string

// The states of a petition. The editorial ones come before publication, the
// legal ones after the deposit with the council.
const (
	Draft       State = "draft"       // being written; also after a request for changes (Changes is set)
	Moderation  State = "moderation"  // submitted, waits for an officer
	Open        State = "open"        // published, collects signatures
	Ready       State = "ready"       // the threshold is reached, the authority is told
	Deposited   State = "deposited"   // handed to the council president against a receipt
	Review      State = "review"      // the bureau checks the conditions
	Admitted    State = "admitted"    // goes on the agenda of a session
	Refused     State = "refused"     // the bureau refused, with reasons
	Committee   State = "committee"   // studied by a standing committee
	Agenda      State = "agenda"      // on the agenda of a session
	Deliberated State = "deliberated" // the council has decided
	FollowUp    State = "follow_up"   // the decision is being carried out
	Closed      State = "closed"      // carried out, or the file is closed
	Answered    State = "answered"    // the council's answer is published
	Lapsed      State = "lapsed"      // the deadline passed in silence; may still be answered
	Withdrawn   State = "withdrawn"   // by its agent
	Rejected    State = "rejected"    // by moderation; the text is shown with the reason
	Hidden      State = "hidden"      // by moderation; the text is not shown
	Expired     State = "expired"     // the collection ended below the threshold
)

// States are all states, in the order of a petition's life.
var States = []State{Draft, Moderation, Open, Ready, Deposited, Review, Admitted, Refused, Committee, Agenda,
	Deliberated, FollowUp, Closed, Answered, Lapsed, Withdrawn, Rejected, Hidden, Expired}

// StateSet is a named set of states. Code asks a set, never a list of its own.
type StateSet []State

// Has reports whether the set has s.
func (set StateSet) Has(s State) bool { return slices.Contains(set, s) }

// The named sets.
var (
	// WritableStates: the author may change the text.
	WritableStates = StateSet{Draft}
	// PrivateStates: seen by the author and the authority's officers alone.
	PrivateStates = StateSet{Draft, Moderation}
	// SignableStates: signatures are taken, until the closing time.
	SignableStates = StateSet{Open, Ready}
	// WaitingStates: the authority owes a reply.
	WaitingStates = StateSet{Ready, Deposited, Review, Admitted, Committee, Agenda, Deliberated, FollowUp, Lapsed}
	// DeadlineStates: AnswerDueAt runs, and silence past it is a lapse.
	DeadlineStates = StateSet{Ready, Deposited, Review}
	// LegalStates: after the deposit; moved by service_legal.go.
	LegalStates = StateSet{Deposited, Review, Admitted, Refused, Committee, Agenda, Deliberated, FollowUp, Closed}
	// AnswerableStates: an answer may be written. Answered is one of them: an
	// answer can be corrected by a further version.
	AnswerableStates = StateSet{Ready, Deposited, Review, Admitted, Committee, Agenda, Deliberated, FollowUp, Lapsed, Answered}
	// ListedStates: shown in public lists and in search.
	ListedStates = StateSet{Open, Ready, Deposited, Review, Admitted, Refused, Committee, Agenda, Deliberated, FollowUp, Closed, Answered, Lapsed, Expired, Rejected, Withdrawn}
	// FileStates: the file for the deposit may be made and read.
	FileStates = StateSet{Ready, Deposited, Review, Admitted, Committee, Agenda, Lapsed}
	// RulingStates: the bureau decides whether the petition is admissible.
	RulingStates = StateSet{Deposited, Review, Lapsed}
	// FollowStates: steps of the follow-up may be recorded.
	FollowStates = StateSet{Answered, Deliberated, FollowUp}
	// EndedStates: nothing further is expected to happen.
	EndedStates = StateSet{Refused, Closed, Answered, Withdrawn, Rejected, Hidden, Expired}
)

// Group is what a list is filtered by: states that mean the same to a reader.
type Group string

// The groups of states in public lists. All is every listed state.
const (
	All         Group = ""
	Collecting  Group = "collecting" // Open
	Waiting     Group = "waiting"    // WaitingStates
	WasAnswered Group = "answered"   // Answered, Closed
	Over        Group = "over"       // Refused, Expired, Withdrawn
	WasRejected Group = "rejected"   // Rejected
)

// Groups are the groups in the order in which they are offered.
var Groups = []Group{All, Collecting, Waiting, WasAnswered, Over, WasRejected}

// GroupOf returns the group of a listed state, and All for one that is not listed.
func GroupOf(s State) Group {
	switch {
	case s == Open:
		return Collecting
	case WaitingStates.Has(s):
		return Waiting
	case s == Answered || s == Closed:
		return WasAnswered
	case s == Refused || s == Expired || s == Withdrawn:
		return Over
	case s == Rejected:
		return WasRejected
	}
	return All
}

// Kind says who petitions: the conditions of the law differ.
type Kind string

// The kinds.
const (
	Citizens    Kind = "citizens"
	Association Kind = "association"
)

// Themes are the themes of a petition, one each, in the order offered.
var Themes = []string{"roads", "lighting", "cleanliness", "environment", "water", "transport", "health", "education",
	"culture", "sport", "economy", "housing", "heritage", "safety", "services", "governance", "other"}

// Tags mark whom or what a petition concerns besides its theme, up to MaxTags.
var Tags = []string{"youth", "women", "vulnerable_groups", "children", "disability", "environment", "digital", "equality"}

// Text is what a petition says, in one language: the fields of the Moroccan
// form (domain.md 2.3).
type Text struct {
	Object  string `bson:"object" json:"object"`   // its title, at most MaxObject letters
	Ask     string `bson:"ask" json:"ask"`         // what is asked of the council
	Reasons string `bson:"reasons" json:"reasons"` // الأسباب
	Aims    string `bson:"aims" json:"aims"`       // الأهداف المتوخاة
}

// Petitioner is a person named in a petition.
type Petitioner struct {
	PersonID string `bson:"person,omitempty" json:"-"` // "" for somebody without an account
	Name     string `bson:"name" json:"name"`
	Public   bool   `bson:"public" json:"public"` // the person made this name public; only the agent can
}

// Source is where a number of the law comes from.
type Source struct {
	Article   string    `bson:"article" json:"article"`
	Text      string    `bson:"text" json:"text"`   // the law, or where the number was read, in English; readers get citation
	Names     law.Text  `bson:"names" json:"names"` // the same in each language
	URL       string    `bson:"url,omitempty" json:"url,omitempty"`
	Verified  bool      `bson:"verified" json:"verified"`
	Platform  bool      `bson:"platform,omitempty" json:"platform,omitempty"` // no law sets it: the platform's own rule
	ValidFrom time.Time `bson:"valid_from,omitempty" json:"valid_from,omitzero"`
}

// Threshold is what the law asks for, frozen when the petition is published.
type Threshold struct {
	Signatures int64    `bson:"signatures" json:"signatures"`                 // valid signatures; 0 when none are asked for
	PerSubunit int64    `bson:"per_subunit,omitempty" json:"per_subunit"`     // in each of Subunits; 0 when not asked for
	Subunits   []string `bson:"subunits,omitempty" json:"subunits,omitempty"` // place ids: the provinces of a region
	Source     Source   `bson:"source" json:"source"`
}

// Rejection says why moderation refused a petition.
type Rejection struct {
	Code     RejectionCode `bson:"code" json:"code"`
	Reasons  string        `bson:"reasons" json:"reasons"` // in the officer's words
	Hidden   bool          `bson:"hidden" json:"hidden"`   // the text of the petition is not shown
	At       time.Time     `bson:"at" json:"at"`
	By       string        `bson:"by" json:"-"`
	TakeDown bool          `bson:"take_down,omitempty" json:"take_down"` // after publication
}

// AnswerState is where one version of an answer stands.
type AnswerState string

// The states of a version.
const (
	AnswerDrafted   AnswerState = "drafted"   // waits for approval
	AnswerApproved  AnswerState = "approved"  // waits for publication
	AnswerReturned  AnswerState = "returned"  // sent back to its drafter with a note
	AnswerPublished AnswerState = "published" // shown
)

// AnswerText is an answer in one language.
type AnswerText struct {
	Summary string `bson:"summary" json:"summary"`
	Body    string `bson:"body" json:"body"`
}

// AnswerVersion is one text of the answer with who brought it how far.
type AnswerVersion struct {
	Number      int                   `bson:"number" json:"number"` // from 1
	State       AnswerState           `bson:"state" json:"state"`
	Texts       map[string]AnswerText `bson:"texts" json:"texts"`       // by language
	Decision    string                `bson:"decision" json:"decision"` // AnswerDecisions
	Attachments []string              `bson:"attachments,omitempty" json:"attachments,omitempty"`
	DraftedBy   string                `bson:"drafted_by" json:"-"`
	DraftedAt   time.Time             `bson:"drafted_at" json:"drafted_at"`
	ApprovedBy  string                `bson:"approved_by,omitempty" json:"-"`
	ApprovedAt  time.Time             `bson:"approved_at,omitempty" json:"approved_at,omitzero"`
	PublishedBy string                `bson:"published_by,omitempty" json:"-"`
	PublishedAt time.Time             `bson:"published_at,omitempty" json:"published_at,omitzero"`
	Note        string                `bson:"note,omitempty" json:"-"` // why it was returned
}

// Text returns the answer for a reader of lang: in that language if there is
// one, else in the other.
func (v AnswerVersion) Text(lang string) AnswerText {
	for _, l := range append([]string{lang}, TextLangs...) {
		if t, ok := v.Texts[l]; ok {
			return t
		}
	}
	return AnswerText{}
}

// AnswerDecisions say in a word what an answer says.
var AnswerDecisions = []string{"accepted", "accepted_in_part", "declined", "explained"}

// Answer is the council's answer with all its versions, oldest first. Only the
// last is worked on; the last published one is shown.
type Answer struct {
	Versions []AnswerVersion `bson:"versions,omitempty" json:"versions,omitempty"`
}

// Shown returns the published version that readers see.
func (a Answer) Shown() (AnswerVersion, bool) {
	for i := len(a.Versions) - 1; i >= 0; i-- {
		if a.Versions[i].State == AnswerPublished {
			return a.Versions[i], true
		}
	}
	return AnswerVersion{}, false
}

// without returns which of some files no version of the answer has.
func (a Answer) without(files []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(id string) bool {
		return slices.ContainsFunc(a.Versions, func(v AnswerVersion) bool { return slices.Contains(v.Attachments, id) })
	})
}

// Working returns the version that is being worked on, if one is.
func (a Answer) Working() (AnswerVersion, bool) {
	if n := len(a.Versions); n > 0 && a.Versions[n-1].State != AnswerPublished {
		return a.Versions[n-1], true
	}
	return AnswerVersion{}, false
}

// Legal is what the legal stages leave behind (domain.md 2.3 and 2.4).
type Legal struct {
	Receipt     string    `bson:"receipt,omitempty" json:"receipt,omitempty"` // number of the receipt of the deposit
	DepositedAt time.Time `bson:"deposited,omitempty" json:"deposited_at,omitzero"`
	RefusalCode string    `bson:"refusal_code,omitempty" json:"refusal_code,omitempty"` // RefusalCodes
	Reasons     string    `bson:"reasons,omitempty" json:"reasons,omitempty"`
	Committee   string    `bson:"committee,omitempty" json:"committee,omitempty"`
	SessionAt   time.Time `bson:"session,omitempty" json:"session_at,omitzero"`
	Decision    string    `bson:"decision,omitempty" json:"decision,omitempty"` // number or words of the deliberation

	Session   string                `bson:"session_id,omitempty" json:"session,omitempty"` // of the council's register, "" for a day that was typed
	DecidedAt time.Time             `bson:"decided,omitempty" json:"decided_at,omitzero"`
	Files     int                   `bson:"files,omitempty" json:"-"` // how many files were made for the deposit
	Findings  map[string]BureauFind `bson:"findings,omitempty" json:"-"`
	Ruling    *Ruling               `bson:"ruling,omitempty" json:"-"` // being worked on, or the one that was issued
	Notices   []LegalNotice         `bson:"notices,omitempty" json:"-"`
}

// Petition is one petition with all that happened to it.
type Petition struct {
	store.Meta `bson:",inline"`
	Reference  string `bson:"reference" json:"reference"` // "PET-2026-0042"; "" until first submitted
	State      State  `bson:"state" json:"state"`

	Authority string   `bson:"authority" json:"authority"`           // place id
	Unserved  bool     `bson:"unserved,omitempty" json:"unserved"`   // the authority takes no part in the platform: administrators moderate, it is served on paper
	Country   string   `bson:"country" json:"country"`               // "TN", "MA"
	Ancestors []string `bson:"ancestors,omitempty" json:"ancestors"` // province, region … of the authority

	Kind        Kind            `bson:"kind" json:"kind"`
	OrgID       string          `bson:"org,omitempty" json:"association,omitempty"` // the association
	OrgName     string          `bson:"org_name,omitempty" json:"association_name,omitempty"`
	Agent       Petitioner      `bson:"agent" json:"agent"` // the author; for an association its legal representative
	Deputy      Petitioner      `bson:"deputy" json:"-"`
	Committee   []Petitioner    `bson:"committee,omitempty" json:"-"`
	Langs       []string        `bson:"langs" json:"langs"` // of the text, the first being its original: "ar", "fr"
	Texts       map[string]Text `bson:"texts" json:"texts"`
	Theme       string          `bson:"theme" json:"theme"`
	Tags        []string        `bson:"tags,omitempty" json:"tags"`
	Attachments []string        `bson:"attachments,omitempty" json:"attachments"` // file ids
	Saved       []Step          `bson:"saved,omitempty" json:"-"`                 // steps that were saved at least once

	CreatedAt   time.Time `bson:"created" json:"created_at"`
	ChangedAt   time.Time `bson:"changed" json:"changed_at"`
	SubmittedAt time.Time `bson:"submitted,omitempty" json:"submitted_at,omitzero"`
	PublishedAt time.Time `bson:"published,omitempty" json:"published_at,omitzero"`
	ClosesAt    time.Time `bson:"closes,omitempty" json:"closes_at,omitzero"` // the last moment at which signatures are taken
	HalfAt      time.Time `bson:"half,omitempty" json:"half_at,omitzero"`
	ThresholdAt time.Time `bson:"reached,omitempty" json:"threshold_at,omitzero"`
	AnswerDueAt time.Time `bson:"answer_due,omitempty" json:"answer_due_at,omitzero"`
	AnsweredAt  time.Time `bson:"answered,omitempty" json:"answered_at,omitzero"`   // the first published answer
	EndedAt     time.Time `bson:"ended,omitempty" json:"ended_at,omitzero"`         // withdrawn, expired, refused, closed
	ForgottenAt time.Time `bson:"forgotten,omitempty" json:"forgotten_at,omitzero"` // since then it is not known who signed

	Threshold Threshold    `bson:"threshold" json:"threshold"`
	Changes   string       `bson:"changes,omitempty" json:"-"` // what an officer asked to change
	Rejection *Rejection   `bson:"rejection,omitempty" json:"rejection,omitempty"`
	Answer    Answer       `bson:"answer" json:"answer"`
	Legal     Legal        `bson:"legal" json:"legal"`
	Steps     []FollowStep `bson:"steps,omitempty" json:"steps,omitempty"` // of the follow-up, in the order they were planned

	History []audit.Entry `bson:"history,omitempty" json:"-"`
	Tasks   []Task        `bson:"tasks,omitempty" json:"-"` // what must still follow from what was done
	Lists   []string      `bson:"lists,omitempty" json:"-"` // the work lists it stands in; see store.go
	ListAt  time.Time     `bson:"list_at" json:"-"`         // its place in them
}

// Lang returns the language in which to show the petition to a reader of want:
// that one if there is a text in it, else the original's.
func (p Petition) Lang(want string) string {
	if slices.Contains(p.Langs, want) || len(p.Langs) == 0 {
		return want
	}
	return p.Langs[0]
}

// Text returns the text for a reader of lang; see Lang.
func (p Petition) Text(lang string) Text { return p.Texts[p.Lang(lang)] }

// IsAuthor reports whether a person is the agent.
func (p Petition) IsAuthor(personID string) bool {
	return personID != "" && p.Agent.PersonID == personID
}

// Moderator returns the organisation whose officers moderate the petition: the
// authority, or the platform where the authority takes no part.
func (p Petition) Moderator() string {
	if p.Unserved {
		return auth.PlatformID
	}
	return p.Authority
}

// Signable reports whether signatures are taken at t.
func (p Petition) Signable(t time.Time) bool {
	return SignableStates.Has(p.State) && !t.After(p.ClosesAt)
}

// IsPublic reports whether everybody may know of the petition. One that was
// withdrawn or returned before it was ever published is its author's affair.
func (p Petition) IsPublic() bool {
	return !PrivateStates.Has(p.State) && (p.State != Withdrawn || !p.PublishedAt.IsZero())
}

// TextHidden reports whether readers may not see the text.
func (p Petition) TextHidden() bool { return p.State == Hidden }

// AgentName returns the agent's name if the agent made it public, else "".
func (p Petition) AgentName() string {
	if p.Agent.Public {
		return p.Agent.Name
	}
	return ""
}

// Timeline returns what the public is told of the petition's life, oldest first.
func (p Petition) Timeline() []audit.Entry { return audit.Public(p.History) }

// Public returns the petition as everybody may see it: without the names that
// are for the authority alone, and without the text when it is hidden.
func (p Petition) Public() Petition {
	if !p.Agent.Public {
		p.Agent.Name = ""
	}
	p.Agent.PersonID, p.Deputy, p.Committee, p.Changes = "", Petitioner{}, nil, ""
	p.Tasks, p.Lists, p.Saved, p.History = nil, nil, nil, p.Timeline()
	shown, ok := p.Answer.Shown()
	p.Answer.Versions = nil
	if ok {
		p.Answer.Versions = []AnswerVersion{shown}
	}
	p.Legal.Notices = nil
	if !p.ruled() {
		p.Legal.Findings, p.Legal.Ruling = nil, nil
	}
	if p.TextHidden() {
		p.Texts, p.Attachments, p.OrgName, p.Agent.Name, p.Tags = nil, nil, "", "", nil
	}
	return p
}
