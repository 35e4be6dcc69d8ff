package petition

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"musharaka/modules/kit/store"
)

// SignatureState is where a signature stands.
type SignatureState string

// The states of a signature. Active and anonymous ones are counted, unless a
// batch invalidated them.
const (
	SignatureActive    SignatureState = "active"
	SignatureWithdrawn SignatureState = "withdrawn" // by its owner, who may sign again
	SignatureAnonymous SignatureState = "anonymous" // its owner's account was deleted
	SignatureMoved     SignatureState = "moved"     // its owner's accounts were joined; it counts under the other
)

// CommentState is where the comment of a signature stands.
type CommentState string

// The states of a comment. No comment is CommentNone.
const (
	CommentNone     CommentState = ""
	CommentPending  CommentState = "pending"
	CommentApproved CommentState = "approved"
	CommentHidden   CommentState = "hidden"
)

// Signature is one person's support of one petition.
type Signature struct {
	store.Meta   `bson:",inline"` // SignatureID(petition, person)
	Petition     string           `bson:"petition" json:"petition"`
	Moderator    string           `bson:"moderator" json:"-"`        // the organisation whose officers read the comment
	Person       string           `bson:"person,omitempty" json:"-"` // "" once anonymous
	Name         string           `bson:"name,omitempty" json:"name"`
	NamePublic   bool             `bson:"name_public,omitempty" json:"name_public"`
	Comment      string           `bson:"comment,omitempty" json:"comment"`
	CommentState CommentState     `bson:"comment_state,omitempty" json:"comment_state"`
	News         bool             `bson:"news,omitempty" json:"news"` // wants to learn of the answer
	State        SignatureState   `bson:"state" json:"state"`
	Counted      bool             `bson:"counted" json:"-"` // active or anonymous, and not invalidated
	Valid        bool             `bson:"valid" json:"valid"`
	Reasons      []string         `bson:"reasons,omitempty" json:"reasons,omitempty"` // why it is not valid
	Place        string           `bson:"place,omitempty" json:"place"`               // residence when it was given
	Subunit      string           `bson:"subunit" json:"subunit"`                     // province it counts in, "" for none
	At           time.Time        `bson:"at" json:"at"`
	Campaign     string           `bson:"campaign,omitempty" json:"campaign,omitempty"` // by whose link it came
	Consent      string           `bson:"consent" json:"consent"`                       // version of the consent text agreed to
	Lists        []string         `bson:"lists,omitempty" json:"-"`

	Sealed   []byte `bson:"sealed,omitempty" json:"-"`            // the identity number, sealed to the authority's key: deposit_seal.go
	SealedAs string `bson:"sealed_as,omitempty" json:"-"`         // the id the record is bound to; another than its own after accounts were joined
	Tail     string `bson:"tail,omitempty" json:"tail,omitempty"` // the number's last two characters

	Channel Channel     `bson:"channel,omitempty" json:"channel,omitempty"` // how it came; ByPaper when it came on paper alone
	Paper   *PaperProof `bson:"paper,omitempty" json:"paper,omitempty"`     // the line of a sheet, nil when no sheet has it

	Day    string `bson:"day,omitempty" json:"-"`    // of At in the authority's country, "20261122"
	Area   string `bson:"area,omitempty" json:"-"`   // place it is counted in by the figures: see Verdict.Area
	Age    string `bson:"age,omitempty" json:"-"`    // AgeBands, "" when the year of birth was not given
	Sex    string `bson:"sex,omitempty" json:"-"`    // Sexes, "" when not said
	Level  int    `bson:"level,omitempty" json:"-"`  // verification of its owner, when it was last judged
	Fresh  bool   `bson:"fresh,omitempty" json:"-"`  // the account was new when it signed
	Range  string `bson:"range,omitempty" json:"-"`  // bucket of the network it came from; see Origin
	Device string `bson:"device,omitempty" json:"-"` // class of device

	Void string `bson:"void,omitempty" json:"invalidated,omitempty"` // the batch that took it out of the count, "" while it counts
}

// Channel is the way a signature came.
type Channel string

// The channels.
const (
	Online  Channel = ""
	ByPaper Channel = "paper"
)

// voided reports whether a batch took the signature out of the count.
func (s Signature) voided() bool { return s.Void != "" && s.State.counts() }

// SignatureID returns the id under which a person's signature of a petition is
// kept. It begins with the petition and goes on with a digest, from which
// nobody can tell that two signatures are of one person without knowing who.
func SignatureID(petitionID, personID string) string {
	sum := sha256.Sum256([]byte("signature\x00" + petitionID + "\x00" + personID))
	return petitionID + ":" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// counts reports whether a signature in this state is counted.
func (s SignatureState) counts() bool { return s == SignatureActive || s == SignatureAnonymous }

// settle derives what follows from the other fields: whether it is counted and
// the lists it stands in. Call it before each write.
func (s *Signature) settle() {
	s.Counted = s.State.counts() && s.Void == ""
	s.Lists = nil
	add := func(list, of string) { s.Lists = append(s.Lists, list+"|"+of) }
	if s.Person != "" {
		add(listPerson, s.Person)
	}
	if s.Counted && s.Campaign != "" {
		add(listCampaign, s.Petition+"|"+s.Campaign)
	}
	if s.voided() {
		add(listVoid, s.Petition)
	}
	if s.Counted && s.Channel == ByPaper {
		add(listPaper, s.Petition)
	}
	if s.State != SignatureActive || s.Void != "" {
		return
	}
	if s.NamePublic && s.Name != "" {
		add(listNames, s.Petition)
	}
	if s.News {
		add(listNews, s.Petition)
	}
	switch {
	case s.Comment == "":
	case s.CommentState == CommentApproved:
		add(listComments, s.Petition)
	case s.CommentState == CommentPending:
		add(listPending, s.Moderator)
	}
}

// The lists a signature can stand in, each ordered by the time of signing.
const (
	listPerson   = "person"   // of its owner
	listNames    = "names"    // public names of the petition
	listNews     = "news"     // who wants to learn of the answer
	listComments = "comments" // approved comments of the petition
	listCampaign = "campaign" // |petition|campaign: counted signatures that came by its link
	listPending  = "pending"  // |moderator: comments its officers must read
	listPaper    = "paper"    // of the petition: counted, and came on paper alone
	listVoid     = "void"     // of the petition: taken out of the count by a batch
)

// Follower is one person's wish to hear of a petition without signing it.
type Follower struct {
	store.Meta `bson:",inline"` // SignatureID(petition, person)
	Petition   string           `bson:"petition"`
	Person     string           `bson:"person"`
	At         time.Time        `bson:"at"`
}
