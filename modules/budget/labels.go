package budget

import "musharaka/modules/kit/i18n"

// phaseLabels are the words (message ids) for the phases.
var phaseLabels = map[Phase]string{
	Drafting: i18n.Msg("Being set up"), Informing: i18n.Msg("Information"), Proposing: i18n.Msg("Proposals"),
	Moderating: i18n.Msg("Reading of the proposals"), Assessing: i18n.Msg("Feasibility study"), Costing: i18n.Msg("Publication of the costs"),
	Voting: i18n.Msg("Vote"), Counting: i18n.Msg("Count"), Deliberating: i18n.Msg("Deliberation"), Executing: i18n.Msg("Works"),
	Accounting: i18n.Msg("Accountability"), Closed: i18n.Msg("Completed"), Cancelled: i18n.Msg("Cancelled"),
}

// PhaseLabel is the word (message id) for a phase.
func PhaseLabel(p Phase) string { return phaseLabels[p] }

// PhaseLabelIn is the word for a phase as this edition runs it: where delegates
// choose, the vote is their forum.
func (e Edition) PhaseLabelIn(p Phase) string {
	if p == Voting && e.Rules.Selection == ByDelegates {
		return i18n.Msg("Delegates' forum")
	}
	return phaseLabels[p]
}

var stateLabels = map[State]string{
	Draft: i18n.Msg("Draft"), Submitted: i18n.Msg("Waiting to be read"), Rejected: i18n.Msg("Not accepted"), Hidden: i18n.Msg("Text taken out of sight"),
	Published: i18n.Msg("Under discussion"), Merged: i18n.Msg("Merged"), Withdrawn: i18n.Msg("Withdrawn"), UnderStudy: i18n.Msg("Feasibility being studied"),
	Feasible: i18n.Msg("Feasible"), Unfeasible: i18n.Msg("Not feasible"), OnBallot: i18n.Msg("On the ballot"), Funded: i18n.Msg("Funded"),
	NotFunded: i18n.Msg("Not funded"), Procurement: i18n.Msg("Call for tenders"), Works: i18n.Msg("Works under way"), Delivered: i18n.Msg("Delivered"),
	Dropped: i18n.Msg("Given up"),
}

// StateLabel is the word (message id) for a state of a proposal.
func StateLabel(s State) string { return stateLabels[s] }

var templateLabels = map[Template]string{
	ZoneForums: i18n.Msg("Zone forums and delegates"), FourWorkshops: i18n.Msg("Four workshops"), SingleBallot: i18n.Msg("Single ballot"),
}

// TemplateLabel is the name (message id) of a template.
func TemplateLabel(t Template) string { return templateLabels[t] }

var groupLabels = map[Group]string{
	AllEditions: i18n.Msg("All budgets"), Running: i18n.Msg("Under way"), Over: i18n.Msg("Over"),
}

// GroupLabel is the word (message id) for a group of editions.
func GroupLabel(g Group) string { return groupLabels[g] }

// RejectionCode is why moderation refuses a proposal.
type RejectionCode string

// The codes.
const (
	OutsidePowers RejectionCode = "outside_powers" // not for this authority to do
	WrongHeading  RejectionCode = "wrong_heading"  // not an investment under this edition's headings
	Duplicate     RejectionCode = "duplicate"
	Unclear       RejectionCode = "unclear"
	Individual    RejectionCode = "individual"    // serves one household or business
	Discriminates RejectionCode = "discriminates" // excludes people, or incites against them
	Defamatory    RejectionCode = "defamatory"    // or personal data: the text is hidden
	Offensive     RejectionCode = "offensive"     // the text is hidden
	Advert        RejectionCode = "advert"        // the text is hidden
)

// RejectionCodes are all codes, in the order offered.
var RejectionCodes = []RejectionCode{OutsidePowers, WrongHeading, Duplicate, Unclear, Individual, Discriminates, Defamatory, Offensive, Advert}

// Hides reports whether the text of what is refused for this is not shown.
func (c RejectionCode) Hides() bool { return c == Defamatory || c == Offensive || c == Advert }

var rejectionLabels = map[RejectionCode]string{
	OutsidePowers: i18n.Msg("The authority has no power to do this"), WrongHeading: i18n.Msg("It is not an investment that this budget can pay for"),
	Duplicate: i18n.Msg("The same has been proposed already"), Unclear: i18n.Msg("It is not clear what is proposed"),
	Individual: i18n.Msg("It serves one household or business alone"), Discriminates: i18n.Msg("It excludes people or incites against them"),
	Defamatory: i18n.Msg("It defames somebody or shows personal data"), Offensive: i18n.Msg("It is offensive"), Advert: i18n.Msg("It is an advertisement"),
}

// RejectionLabel is the sentence (message id) for a code.
func RejectionLabel(c RejectionCode) string { return rejectionLabels[c] }
