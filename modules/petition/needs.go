package petition

import (
	"context"
	"io"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/law"
)

// Authority is what petitions need to know of a place that may be addressed.
type Authority struct {
	ID        string
	Country   string            // "TN", "MA"
	Level     string            // the rule pack's level: "region", "province", "commune", "municipality"
	Ancestors []string          // place ids of what it lies in: province, region
	Subunits  []string          // of a region, its provinces and prefectures
	Names     map[string]string // by language
	Active    bool              // takes part in the platform

	Population      int  // for the threshold
	Arrondissements bool // divided into arrondissements
}

// Name returns the authority's name for a reader of lang.
func (a Authority) Name(lang string) string {
	for _, l := range []string{lang, "fr", "ar"} {
		if a.Names[l] != "" {
			return a.Names[l]
		}
	}
	return a.ID
}

// Authorities knows the places. The place module does.
type Authorities interface {
	// Authority returns a place, active or not; NotFound when there is none.
	Authority(ctx context.Context, id string) (Authority, error)
}

// Person is what petitions need to know of somebody, as it is now.
type Person struct {
	ID        string
	Name      string // as the person wrote it
	Lang      string
	Email     string     // verified, "" when there is none; for mails alone
	Residence []string   // where the person lives: the place's id, then what it lies in; empty when not given
	Works     [][]string // where the person works, each as Residence
	BirthYear int        // 0 when not given
	Level     int        // verification 0, 1, 2
	Sex       string     // "female", "male"; else not said
	Since     time.Time  // when the account was opened
	Delegates []string   // associations for which the person may act
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Staff knows who serves an authority. The account module does.
type Staff interface {
	// HoldersOf returns the ids of the people who hold one of the roles in an
	// organisation now.
	HoldersOf(ctx context.Context, orgID string, roles ...auth.Role) ([]string, error)
}

// Organisation is an association that petitions.
type Organisation struct {
	ID        string
	Name      string
	FoundedAt time.Time
	Seats     []string // place ids of its seat and branches, with what they lie in
}

// Organisations knows the associations.
type Organisations interface {
	// Organisation returns an association; NotFound when there is none.
	Organisation(ctx context.Context, id string) (Organisation, error)
}

// Campaigns knows the campaigns of associations for petitions.
type Campaigns interface {
	// Running returns the id of the running campaign of a petition that has this
	// code, "" for none.
	Running(ctx context.Context, petitionID, code string) (string, error)
	// Of returns the ids of all campaigns there ever were for a petition.
	Of(ctx context.Context, petitionID string) ([]string, error)
}

// Periods are the periods of the law and of the platform for one authority.
type Periods struct {
	CollectMonths    int // how long signatures are collected, in calendar months
	MaxCollectMonths int // how far an officer may extend it
	ReplyMonths      int // within which the authority must reply
	ReplySource      Source
	KeepMonths       int // how long after the end it is kept who signed; 0 without an end
}

// Verdict says whether a signature counts towards the threshold, and why not.
type Verdict struct {
	Valid   bool
	Reasons []string // codes of law.Reason, empty when valid; the rule pack explains them
	Subunit string   // of a region: the province the signature counts in, "" for none
	Area    string   // where the figures count it: of a region its province, else the municipality of residence; "" when not known
}

// Law answers by the rule packs: PackLaw, and tests' own.
type Law interface {
	// Threshold returns what a petition published on a day must reach.
	Threshold(ctx context.Context, a Authority, kind Kind, on time.Time) (Threshold, error)
	// Periods returns the periods that begin on a day.
	Periods(ctx context.Context, a Authority, on time.Time) (Periods, error)
	// Counts judges one person's signature.
	Counts(ctx context.Context, a Authority, p Person, on time.Time) (Verdict, error)
	// Unmet returns the conditions (message ids) an association does not meet.
	Unmet(ctx context.Context, a Authority, o Organisation, on time.Time) ([]string, error)
	// Book returns what the law says of the deposit and of what follows it.
	Book(ctx context.Context, a Authority, on time.Time) (Book, error)
}

// Book is what a rule pack says of a deposited petition.
type Book struct {
	Right      bool           // a law gives the right to petition this authority
	Numbers    law.NumberForm // what the list of signatures shows of an identity number
	List       Source
	Reply      Source // of the period within which the authority must reply
	ReplyIn    int    // calendar months
	AppealTo   law.Text
	AppealDays int // 0 when not known
	Appeal     Source
	Conditions []Condition

	AssociationYears int // how old an association must be; 0 when not asked for
	Association      Source
}

// Condition is one rule of admissibility.
type Condition struct {
	Code   string // "seat_or_branch"
	Of     string // law.OfSignatory, law.OfAssociation, law.OfObject
	Text   law.Text
	Source Source
}

// Sealer seals identity numbers, so that only the people of an authority read
// them. The server adapts kit/seal.
type Sealer interface {
	// Seals reports whether the authority has a key to seal to.
	Seals(ctx context.Context, authority string) (bool, error)
	// Seal returns the sealed record of a number in its normal form, bound to a
	// petition and a signature; nil when the authority has no key.
	Seal(ctx context.Context, authority, petition, signature, number string) ([]byte, error)
}

// OwnNumbers confirms identity numbers that people give again. The account
// module does.
type OwnNumbers interface {
	// HasNumber reports whether a person has given a number.
	HasNumber(ctx context.Context, personID string) (bool, error)
	// ConfirmNumber returns the normal form of a number if it is the person's
	// own. Invalid when it is not, TooMany after too many wrong ones.
	ConfirmNumber(ctx context.Context, personID, typed string) (string, error)
}

// Files knows what was uploaded.
type Files interface {
	// Uploaded reports whether all these files exist and were uploaded for the
	// petition. Who uploaded them is not asked: an account may have been joined
	// to another since.
	Uploaded(ctx context.Context, petitionID string, ids []string) (bool, error)
	// Discard deletes files that go with nothing any more. No fault for one that
	// is gone already.
	Discard(ctx context.Context, ids []string) error
}

// Events hears of changes: the server drops the cached pages.
type Events interface {
	PetitionChanged(id string)
}

// Shadow stands for an identity number that was written on paper. It is the
// same for every paper the number stands on, and no account's id.
type Shadow struct {
	ID     string
	Last2  string // the number's last two characters, for comparing
	Normal string // the number in its normal form, to be sealed at once and kept nowhere
}

// Numbers keeps identity numbers apart without keeping them. The account module does.
type Numbers interface {
	// Shadow returns who stands for a number, and remembers its keyed hash until
	// a time. Invalid, with words to show, for a number of no valid shape.
	Shadow(ctx context.Context, country, number string, until time.Time) (Shadow, error)
	// Behind returns under whose id a shadow's signatures are kept now, and
	// whether that is an account that proved the number. NotFound when the hash
	// is no longer kept.
	Behind(ctx context.Context, shadow string) (personID string, proven bool, err error)
}

// Delivery is how a mail fared: "waiting", "sent", "unwanted" or "abandoned".
type Delivery struct {
	State     string
	At        time.Time
	MessageID string
}

// Deliveries know how mails fared. Server adapts the outbox of kit/mail.
type Deliveries interface {
	// Delivery returns how the mail of a key fared; NotFound when it was never
	// queued or is forgotten.
	Delivery(ctx context.Context, key string) (Delivery, error)
}

// Session is a session of the deciding body, in which petitions are treated.
type Session struct {
	ID    string
	Title string // in the reader's language
	At    time.Time
	Path  string // of its public page, without the language
}

// Sessions knows the sessions of the deciding bodies. The council module does.
type Sessions interface {
	// Coming returns the sessions of an authority that are still to come, the
	// next one first, at most 20.
	Coming(ctx context.Context, authority, lang string) ([]Session, error)
	// Session returns one; NotFound when there is none.
	Session(ctx context.Context, id, lang string) (Session, error)
}

// KeptFile is a file that the platform made and keeps.
type KeptFile struct {
	ID     string `bson:"id"`
	SHA256 string `bson:"sha256"`
	Size   int64  `bson:"size"` // bytes
}

// Vault keeps the files that the platform itself makes. Nobody reads them but
// through this module. Server adapts kit/file.
type Vault interface {
	// Keep keeps a PDF that goes with a petition.
	Keep(ctx context.Context, petitionID, name string, pdf io.Reader) (KeptFile, error)
	// Read returns the bytes, to be closed; NotFound when they are gone.
	Read(ctx context.Context, id string) (io.ReadCloser, error)
}

// DemoKeys hands out, in the demo alone, the private file that the demo made
// for an authority. Server keeps them.
type DemoKeys interface {
	// PrivateFile returns the file; NotFound where the demo made none.
	PrivateFile(ctx context.Context, authority string) ([]byte, error)
	// Passphrase opens every file of the demo.
	Passphrase() string
}
