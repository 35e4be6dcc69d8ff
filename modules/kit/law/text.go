package law

import (
	"time"
)

// Text is a sentence in the three languages.
type Text struct {
	AR string `yaml:"ar" bson:"ar" json:"ar"`
	FR string `yaml:"fr" bson:"fr" json:"fr"`
	EN string `yaml:"en" bson:"en" json:"en"`
}

// In returns the sentence in a language ("ar", "fr", "en"), English for others.
func (t Text) In(lang string) string {
	switch lang {
	case "ar":
		return t.AR
	case "fr":
		return t.FR
	}
	return t.EN
}

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t == Text{} }

// Citation says what a rule rests on.
type Citation struct {
	Law       Text   // the text of law; zero where none is known
	Article   string // its article, "120–122"; "" where not known
	Source    Text   // where the rule was read
	URL       string // of the source; may be ""
	ValidFrom time.Time
	Verified  bool // somebody read it in the source
	Platform  bool // no law sets it: Musharaka's own rule
	Note      Text // what a reader should know beside it; may be zero
	Disputed  []Dispute
}

// Dispute is what another official source says instead.
type Dispute struct {
	Value  int // 0 where it is not about a number
	Says   Text
	Source Text
	URL    string
}

// Unit is what a figure counts.
type Unit string

// The units.
const (
	Signatures Unit = "signatures"
	Percent    Unit = "percent"
	Years      Unit = "years"
	Months     Unit = "months"
	Days       Unit = "days"
	LevelUnit  Unit = "level" // of verification of a person's identity
)

// Figure is one number of the law.
type Figure struct {
	Value int
	Unit  Unit
	Citation
}

// FigureName names a figure of a pack.
type FigureName string

// The figures a pack may hold.
const (
	SubunitPercent     FigureName = "subunit_percent"      // of the signatures required, from each province of a region
	MinimumAge         FigureName = "minimum_age"          // of a signatory whose signature counts
	VerificationLevel  FigureName = "verification_level"   // of a signatory whose signature counts
	AssociationAge     FigureName = "association_age"      // of an association that petitions
	RefusalPeriod      FigureName = "refusal_period"       // for telling the petitioners of a refusal, or for answering
	SessionNotice      FigureName = "session_notice"       // from the notice to the session
	CollectionPeriod   FigureName = "collection_period"    // how long a petition stays open for signatures
	CollectionMaximum  FigureName = "collection_maximum"   // how long it may stay open when it is extended
	SignatureRetention FigureName = "signature_retention"  // how long it is kept who signed, after the petition is closed
	BudgetRetention    FigureName = "budget_retention"     // how long drafts, photos of what was refused and unpublished names of a participatory budget are kept
	AppealPeriod       FigureName = "appeal_period"        // for turning against a refusal or a silence
	SessionQuorum      FigureName = "session_quorum"       // of the members in office: more than this share must be present
	QuestionReply      FigureName = "question_reply"       // for answering a question of an inhabitant
	PublicMeetingShare FigureName = "public_meeting_share" // of registered voters who may ask for a public meeting
	ReferendumShare    FigureName = "referendum_share"     // of registered voters who may propose a local referendum
)

// figureRule is what the schema allows of a figure.
type figureRule struct {
	unit     Unit
	min, max int
	required bool
}

var figureRules = map[FigureName]figureRule{
	SubunitPercent:     {Percent, 1, 100, false},
	MinimumAge:         {Years, 12, 30, true},
	VerificationLevel:  {LevelUnit, 0, 2, true},
	AssociationAge:     {Years, 0, 20, false},
	RefusalPeriod:      {Months, 1, 24, true},
	SessionNotice:      {Days, 1, 90, false},
	SessionQuorum:      {Percent, 1, 99, false},
	QuestionReply:      {Days, 1, 365, false},
	CollectionPeriod:   {Months, 1, 36, true},
	CollectionMaximum:  {Months, 1, 36, true},
	SignatureRetention: {Months, 0, 120, true},
	BudgetRetention:    {Months, 1, 120, true},
	AppealPeriod:       {Days, 1, 400, false},
	PublicMeetingShare: {Percent, 1, 100, false},
	ReferendumShare:    {Percent, 1, 100, false},
}

// FigureNames lists the figures in the order in which pages show them.
var FigureNames = []FigureName{
	SubunitPercent, CollectionPeriod, CollectionMaximum, RefusalPeriod, SessionNotice, SessionQuorum, QuestionReply, MinimumAge, VerificationLevel,
	AssociationAge, PublicMeetingShare, ReferendumShare, SignatureRetention, BudgetRetention, AppealPeriod,
}

// inForce returns the index of the version that holds at a time: the latest
// whose first day has come. A time before the first version gets the first.
func inForce[T any](versions []T, from func(T) time.Time, at time.Time) int {
	found := 0
	for i, v := range versions {
		if !from(v).After(at) {
			found = i
		}
	}
	return found
}
