package petition

import "musharaka/modules/kit/i18n"

// RejectionCode is a reason for which moderation does not publish a petition
// (domain.md 9). It says nothing about legal admissibility.
type RejectionCode string

// The codes of moderation.
const (
	OutsidePowers    RejectionCode = "outside_powers"
	Constants        RejectionCode = "constants_of_the_nation"
	SubJudice        RejectionCode = "sub_judice"
	DuplicateOf      RejectionCode = "duplicate"
	Unclear          RejectionCode = "unclear_request"
	Individual       RejectionCode = "individual_case"
	FakeIdentity     RejectionCode = "fake_identity"
	AgentMissing     RejectionCode = "agent_or_mandate_missing"
	AssociationUnmet RejectionCode = "association_conditions_unmet"
	Defamatory       RejectionCode = "defamatory_or_personal_data"
	Confidential     RejectionCode = "confidential"
	Offensive        RejectionCode = "offensive"
	Advert           RejectionCode = "advert"
)

// Reason is a code with the words for it and whether it hides the text.
type Reason struct {
	Code   string
	Label  string // message id
	Hidden bool   // publishing the text would repeat the harm
}

// Rejections are the codes an officer chooses from.
var Rejections = []Reason{
	{string(OutsidePowers), i18n.Msg("The matter is outside the powers of this authority"), false},
	{string(Unclear), i18n.Msg("It is not clear what the authority is asked to do"), false},
	{string(DuplicateOf), i18n.Msg("There is already an open petition that asks for the same"), false},
	{string(Individual), i18n.Msg("It concerns an individual case: a request or a complaint is the right way"), false},
	{string(SubJudice), i18n.Msg("The matter is before a court"), false},
	{string(Constants), i18n.Msg("It touches the constants of the nation"), false},
	{string(AgentMissing), i18n.Msg("The agent or the mandate is missing"), false},
	{string(AssociationUnmet), i18n.Msg("The association does not meet the conditions"), false},
	{string(FakeIdentity), i18n.Msg("A name in the petition is not a real one"), false},
	{string(Defamatory), i18n.Msg("The text is defamatory or holds personal data of others"), true},
	{string(Confidential), i18n.Msg("The text reveals what is confidential"), true},
	{string(Offensive), i18n.Msg("The text is offensive"), true},
	{string(Advert), i18n.Msg("The text is an advertisement"), true},
}

// Refusals are the codes with which the bureau finds a deposited petition
// inadmissible. They never hide the text: it was published lawfully.
var Refusals = []Reason{
	{"outside_powers", i18n.Msg("The matter is outside the powers of this authority"), false},
	{"not_enough_valid_signatures", i18n.Msg("There are not enough valid signatures"), false},
	{"signatories_not_eligible", i18n.Msg("Signatories do not meet the conditions"), false},
	{"distribution_5pct_missing", i18n.Msg("The signatures are not spread over the provinces as the law asks"), false},
	{"agent_or_mandate_missing", i18n.Msg("The agent or the mandate is missing"), false},
	{"association_conditions_unmet", i18n.Msg("The association does not meet the conditions"), false},
	{"constants_of_the_nation", i18n.Msg("It touches the constants of the nation"), false},
	{"sub_judice", i18n.Msg("The matter is before a court"), false},
	{"duplicate", i18n.Msg("There is already an open petition that asks for the same"), false},
	{"unclear_request", i18n.Msg("It is not clear what the authority is asked to do"), false},
	{"defamatory_or_personal_data", i18n.Msg("The text is defamatory or holds personal data of others"), false},
}

// reasonOf finds a code in a table of reasons.
func reasonOf(table []Reason, code string) (Reason, bool) {
	for _, r := range table {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}

// RejectionLabel returns the words (a message id) for a code of moderation, "" for an unknown one.
func RejectionLabel(code RejectionCode) string {
	r, _ := reasonOf(Rejections, string(code))
	return r.Label
}

// RefusalLabel returns the words (a message id) for a code of the bureau, "" for an unknown one.
func RefusalLabel(code string) string {
	r, _ := reasonOf(Refusals, code)
	return r.Label
}

// StateLabel returns the words (a message id) for a state, as readers see it.
func StateLabel(s State) string { return stateLabels[s] }

var stateLabels = map[State]string{
	Draft: i18n.Msg("Draft"), Moderation: i18n.Msg("Waiting for moderation"), Open: i18n.Msg("Collecting signatures"),
	Ready: i18n.Msg("Threshold reached"), Deposited: i18n.Msg("Deposited with the authority"), Review: i18n.Msg("Conditions being checked"),
	Admitted: i18n.Msg("Admitted"), Refused: i18n.Msg("Found inadmissible"), Committee: i18n.Msg("Studied in committee"),
	Agenda: i18n.Msg("On the agenda"), Deliberated: i18n.Msg("Decided"), FollowUp: i18n.Msg("Being followed up"),
	Closed: i18n.Msg("Closed"), Answered: i18n.Msg("Answered"), Lapsed: i18n.Msg("No reply in time"),
	Withdrawn: i18n.Msg("Withdrawn by its agent"), Rejected: i18n.Msg("Not accepted"), Hidden: i18n.Msg("Not accepted, text not shown"),
	Expired: i18n.Msg("Ended below the threshold"),
}

// GroupLabel returns the words (a message id) for a group of states.
func GroupLabel(g Group) string { return groupLabels[g] }

var groupLabels = map[Group]string{
	All: i18n.Msg("All petitions"), Collecting: i18n.Msg("Collecting signatures"), Waiting: i18n.Msg("Waiting for an answer"),
	WasAnswered: i18n.Msg("Answered"), Over: i18n.Msg("Ended"), WasRejected: i18n.Msg("Not accepted"),
}

// ThemeLabel returns the words (a message id) for a theme, "" for an unknown one.
func ThemeLabel(theme string) string { return themeLabels[theme] }

var themeLabels = map[string]string{
	"roads": i18n.Msg("Roads and pavements"), "lighting": i18n.Msg("Public lighting"), "cleanliness": i18n.Msg("Cleanliness and waste"),
	"environment": i18n.Msg("Environment and green spaces"), "water": i18n.Msg("Water and sanitation"), "transport": i18n.Msg("Transport and traffic"),
	"health": i18n.Msg("Health"), "education": i18n.Msg("Education and childhood"), "culture": i18n.Msg("Culture"),
	"sport": i18n.Msg("Sport and leisure"), "economy": i18n.Msg("Local economy and employment"), "housing": i18n.Msg("Housing and town planning"),
	"heritage": i18n.Msg("Heritage"), "safety": i18n.Msg("Safety"), "services": i18n.Msg("Municipal services"),
	"governance": i18n.Msg("Governance and participation"), "other": i18n.Msg("Other"),
}

// TagLabel returns the words (a message id) for a tag, "" for an unknown one.
func TagLabel(tag string) string { return tagLabels[tag] }

var tagLabels = map[string]string{
	"youth": i18n.Msg("Youth"), "women": i18n.Msg("Women"), "vulnerable_groups": i18n.Msg("Vulnerable groups"),
	"children": i18n.Msg("Children"), "disability": i18n.Msg("People with disabilities"), "environment": i18n.Msg("Environment"),
	"digital": i18n.Msg("Digital services"), "equality": i18n.Msg("Equality of women and men"),
}

// AnswerDecisionLabel returns the words (a message id) for an answer's decision.
func AnswerDecisionLabel(decision string) string { return decisionLabels[decision] }

var decisionLabels = map[string]string{
	"accepted": i18n.Msg("Accepted"), "accepted_in_part": i18n.Msg("Accepted in part"),
	"declined": i18n.Msg("Declined"), "explained": i18n.Msg("Explained"),
}
