package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// This file declares the acts whose bodies are landing one by one.

var errLanding = fault.New(fault.Unavailable, "")

// Page is one page of a list.
type Page[T any] = store.Page[T]

// Service does all acts on petitions.
type Service struct{}

// StartDraft creates a draft addressed to an authority ("" to be chosen
// later). once is a token of the form ("" for none): a repeat of the post with
// the same token returns the draft of the first. TooMany beyond MaxDrafts.
func (s *Service) StartDraft(ctx context.Context, who auth.Actor, authority, once string) (Petition, error) {
	return Petition{}, errLanding
}

// SaveStep saves one step of the writing as it goes. What was written is kept
// even when something is wrong with it; the error is then a *Broken.
func (s *Service) SaveStep(ctx context.Context, who auth.Actor, id string, step Step, in Input) (Petition, error) {
	return Petition{}, errLanding
}

// Submit sends a draft to moderation, after all steps were checked again; a
// *Broken names the first broken step. Submitting twice is submitting once.
func (s *Service) Submit(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	return Petition{}, errLanding
}

// DeleteDraft deletes a draft that was never published. No fault if it is gone.
func (s *Service) DeleteDraft(ctx context.Context, who auth.Actor, id string) error {
	return errLanding
}

// Publish opens a petition for signatures and freezes the threshold.
func (s *Service) Publish(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	return Petition{}, errLanding
}

// RequestChanges returns a petition to its author with a note.
func (s *Service) RequestChanges(ctx context.Context, who auth.Actor, id, note string) (Petition, error) {
	return Petition{}, errLanding
}

// Reject refuses a petition for a code of Rejections, with reasons in words.
// A code that hides leads to Hidden, also after publication.
func (s *Service) Reject(ctx context.Context, who auth.Actor, id string, code RejectionCode, reasons string) (Petition, error) {
	return Petition{}, errLanding
}

// ChangeClosing moves the end of the collection, within what the law allows.
func (s *Service) ChangeClosing(ctx context.Context, who auth.Actor, id string, closes time.Time, reason string) (Petition, error) {
	return Petition{}, errLanding
}

// Withdraw takes the petition back, by its agent.
func (s *Service) Withdraw(ctx context.Context, who auth.Actor, id, reason string) (Petition, error) {
	return Petition{}, errLanding
}

// DraftAnswer writes the version of the answer that is being worked on, or
// begins the next.
func (s *Service) DraftAnswer(ctx context.Context, who auth.Actor, id string, in AnswerInput) (Petition, error) {
	return Petition{}, errLanding
}

// ApproveAnswer approves the drafted version; its drafter may not.
func (s *Service) ApproveAnswer(ctx context.Context, who auth.Actor, id string, version int) (Petition, error) {
	return Petition{}, errLanding
}

// ReturnAnswer sends the version back to its drafter with a note.
func (s *Service) ReturnAnswer(ctx context.Context, who auth.Actor, id string, version int, note string) (Petition, error) {
	return Petition{}, errLanding
}

// PublishAnswer publishes the approved version; the petition is answered.
func (s *Service) PublishAnswer(ctx context.Context, who auth.Actor, id string, version int) (Petition, error) {
	return Petition{}, errLanding
}

// AnswerInput is what a drafter writes.
type AnswerInput struct {
	Texts       map[string]AnswerText // by language
	Decision    string                // one of AnswerDecisions
	Attachments []string
}

// LegalStep is what a legal act records; which fields are read depends on the act.
type LegalStep struct {
	Receipt   string    // ActDeposit: number of the receipt
	Code      string    // ActRefuse: one of Refusals
	Reasons   string    // ActRefuse, and a public note of any act
	Committee string    // ActAssign
	SessionAt time.Time // ActAdmit, ActSchedule
	Decision  string    // ActDeliberate
}

// Advance does one act of the legal stages (ActDeposit … ActClose).
func (s *Service) Advance(ctx context.Context, who auth.Actor, id string, act Act, in LegalStep) (Petition, error) {
	return Petition{}, errLanding
}

// Get returns a petition as this actor may see it: authors and the authority's
// people all of it, everybody else Petition.Public. NotFound hides what they may not know of.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	return Petition{}, errLanding
}

// ByReference is Get for "PET-2026-0042", in any case of letters.
func (s *Service) ByReference(ctx context.Context, who auth.Actor, reference string) (Petition, error) {
	return Petition{}, errLanding
}

// Stamp changes whenever the public page of the petition would, at most a
// second late; it costs the same however many have signed.
func (s *Service) Stamp(ctx context.Context, id string) (string, error) { return "", errLanding }

// SignInput is what a person says with the signature.
type SignInput struct {
	NamePublic bool
	Comment    string
	News       bool   // wants to learn of the answer by mail
	Consent    string // version of the consent text the person agreed to; required
}

// Signed is the outcome of signing.
type Signed struct {
	Signature Signature
	Already   bool // it was there before; nothing changed
}

// Sign signs for the actor. It returns once the signature is durable and
// counted. Signing again is no fault: Already is then true. A withdrawn
// signature is given anew.
func (s *Service) Sign(ctx context.Context, who auth.Actor, id string, in SignInput) (Signed, error) {
	return Signed{}, errLanding
}

// Unsign withdraws the actor's signature while the petition collects.
func (s *Service) Unsign(ctx context.Context, who auth.Actor, id string) error { return errLanding }

// SignatureOf returns the actor's own signature, and false if there is none
// or it is withdrawn.
func (s *Service) SignatureOf(ctx context.Context, who auth.Actor, id string) (Signature, bool, error) {
	return Signature{}, false, errLanding
}

// Judge says whether the actor's signature would count, to explain it before.
func (s *Service) Judge(ctx context.Context, who auth.Actor, id string) (Verdict, error) {
	return Verdict{}, errLanding
}

// Follow makes the actor a follower; twice is once.
func (s *Service) Follow(ctx context.Context, who auth.Actor, id string) error { return errLanding }

// Unfollow ends it; no fault if there was nothing.
func (s *Service) Unfollow(ctx context.Context, who auth.Actor, id string) error { return errLanding }

// Follows reports whether the actor follows.
func (s *Service) Follows(ctx context.Context, who auth.Actor, id string) (bool, error) {
	return false, errLanding
}

// Tally returns the counts of a petition from memory, at most a second old.
func (s *Service) Tally(ctx context.Context, id string) (Tally, error) { return Tally{}, errLanding }

// Tally is what is counted of a petition's signatures.
type Tally struct {
	Supporters int64
	Valid      int64
	Comments   int64            // approved
	Subunits   map[string]int64 // valid, by province
}

// PublicName is a name its owner made public.
type PublicName struct {
	Name string
	At   time.Time
}

// PublicNames pages through the public names, newest first.
func (s *Service) PublicNames(ctx context.Context, id, after string, limit int) (Page[PublicName], error) {
	return Page[PublicName]{}, errLanding
}

// Comment is the comment of a signature.
type Comment struct {
	ID       string // of the signature
	Petition string
	Name     string // "" if its owner did not make it public
	Text     string
	At       time.Time
	State    CommentState
}

// Comments pages through the approved comments, newest first.
func (s *Service) Comments(ctx context.Context, id, after string, limit int) (Page[Comment], error) {
	return Page[Comment]{}, errLanding
}

// PendingComments pages through the comments an authority's officer has to read, oldest first.
func (s *Service) PendingComments(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Comment], error) {
	return Page[Comment]{}, errLanding
}

// ModerateComment approves or hides a comment.
func (s *Service) ModerateComment(ctx context.Context, who auth.Actor, commentID string, approve bool) error {
	return errLanding
}

// Order is the order of a list.
type Order string

// The orders.
const (
	Newest      Order = "newest"
	MostSigned  Order = "most_signed"
	ClosingSoon Order = "closing_soon" // of those that collect
)

// Filter says which petitions are listed. Zero fields do not narrow.
type Filter struct {
	Place string // an authority or what authorities lie in
	Theme string // one of Themes, or one of Tags after "#"
	Group Group
	Order Order // Newest when ""
	After string
	Limit int
}

// Card is a petition as it stands in lists: small, and counted at most a minute ago.
type Card struct {
	store.Meta  `bson:",inline"` // the petition's id
	Reference   string
	State       State
	Authority   string
	Country     string
	Kind        Kind
	OrgName     string
	Langs       []string
	Objects     map[string]string // by language
	Asks        map[string]string // by language, the first letters
	Theme       string
	Tags        []string
	PublishedAt time.Time
	ClosesAt    time.Time
	AnsweredAt  time.Time
	Supporters  int64
	Valid       int64
	Threshold   int64
}

// List returns a page of the public petitions.
func (s *Service) List(ctx context.Context, f Filter) (Page[Card], error) {
	return Page[Card]{}, errLanding
}

// Search returns the public petitions that match words best, at most limit;
// the filter's order and cursor are not used.
func (s *Service) Search(ctx context.Context, words string, f Filter, limit int) ([]Card, error) {
	return nil, errLanding
}

// Similar returns open petitions to an authority that ask for much the same.
func (s *Service) Similar(ctx context.Context, text, authority string) ([]Card, error) {
	return nil, errLanding
}

// Count returns how many public petitions a filter finds, at most a minute old.
func (s *Service) CountListed(ctx context.Context, f Filter) (int64, error) { return 0, errLanding }

// Mine pages through the petitions a person wrote, newest first, drafts included.
func (s *Service) Mine(ctx context.Context, who auth.Actor, after string, limit int) (Page[Petition], error) {
	return Page[Petition]{}, errLanding
}

// SignedBy pages through the actor's own signatures, newest first, with the cards.
func (s *Service) SignedBy(ctx context.Context, who auth.Actor, after string, limit int) (Page[SignedCard], error) {
	return Page[SignedCard]{}, errLanding
}

// SignedCard is a petition the person signed.
type SignedCard struct {
	Signature Signature
	Card      Card
}

// FollowedBy pages through the petitions the actor follows, newest first.
func (s *Service) FollowedBy(ctx context.Context, who auth.Actor, after string, limit int) (Page[Card], error) {
	return Page[Card]{}, errLanding
}

// ModerationQueue pages through what waits for moderation at an authority, oldest first.
func (s *Service) ModerationQueue(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Petition], error) {
	return Page[Petition]{}, errLanding
}

// AnswerQueue pages through what waits for an authority's reply, by deadline.
func (s *Service) AnswerQueue(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Petition], error) {
	return Page[Petition]{}, errLanding
}

// Export returns all that petitions keep of the actor, for download.
func (s *Service) Export(ctx context.Context, personID string) (any, error) { return nil, errLanding }

// Erase makes a deleted person's signatures anonymous; they stay counted. Drafts
// are deleted. Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error { return errLanding }

// OnJoined gives what was the account gone's to the account kept: one
// signature per petition stays. Safe to repeat.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error { return errLanding }

// Reevaluate judges a person's signatures anew after the profile changed.
func (s *Service) Reevaluate(ctx context.Context, personID string) error { return errLanding }

// Changed says that the person's profile changed: a job will Reevaluate.
func (s *Service) Changed(ctx context.Context, personID string) error { return errLanding }
