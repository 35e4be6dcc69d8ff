package budget

import (
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/i18n"
)

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

var ineligibleLabels = map[Ineligible]string{
	TooYoung: i18n.Msg("You have not reached the age of {age} that this budget asks for."), AgeUnknown: i18n.Msg("Your profile does not say in which year you were born."),
	NoTie: i18n.Msg("This budget is for people who live, or where it says so work, in the territory."), TieUnknown: i18n.Msg("Your profile does not say where you live or work."),
	NotVerified: i18n.Msg("This budget asks for a verified account."), NotADelegate: i18n.Msg("Here the delegates of the zones decide."),
}

// IneligibleLabel is the sentence (message id, with {age}) for a reason.
func IneligibleLabel(why Ineligible) string { return ineligibleLabels[why] }

var headingLabels = map[string]string{
	"roads": i18n.Msg("Roads and pavements"), "lighting": i18n.Msg("Public lighting"), "cleanliness": i18n.Msg("Cleanliness"),
	"green": i18n.Msg("Parks and green spaces"), "water": i18n.Msg("Water and drainage"), "culture": i18n.Msg("Culture and heritage"),
	"sport": i18n.Msg("Sport"), "youth": i18n.Msg("Youth and childhood"), "education": i18n.Msg("Schools and their surroundings"),
	"markets": i18n.Msg("Markets"), "accessibility": i18n.Msg("Access for people with disabilities"), "digital": i18n.Msg("Digital equipment"), "other": i18n.Msg("Other investment"),
}

// HeadingLabel is the word (message id) for a heading of investment.
func HeadingLabel(h string) string { return headingLabels[h] }

var needLabels = map[string]string{
	"youth": i18n.Msg("Young people"), "women": i18n.Msg("Women"), "vulnerable": i18n.Msg("People with the least means or with disabilities"),
}

// NeedLabel is the word (message id) for a group whose need a proposal answers.
func NeedLabel(n string) string { return needLabels[n] }

var checkLabels = map[string]string{
	"competence": i18n.Msg("Does the authority have the power to do it?"), "land": i18n.Msg("Does the land belong to the authority, or may it be used?"),
	"law": i18n.Msg("Does it respect the law and the plans in force?"), "heading": i18n.Msg("Is it an investment under the headings of this budget?"),
	"technique": i18n.Msg("Can it be built with usual techniques?"), "duration": i18n.Msg("Can it be finished within the budget year?"),
	"access": i18n.Msg("Can everybody use it, people with disabilities included?"), "upkeep": i18n.Msg("Can the authority pay for its upkeep?"),
}

// CheckLabel is the question (message id) of the checklist.
func CheckLabel(key string) string { return checkLabels[key] }

var answerLabels = map[string]string{"yes": i18n.Msg("Yes"), "no": i18n.Msg("No"), "na": i18n.Msg("Does not apply")}

// AnswerLabel is the word (message id) for an answer of the checklist.
func AnswerLabel(a string) string { return answerLabels[a] }

var sourceLabels = map[Source]string{
	FromCitizen: i18n.Msg("An inhabitant"), FromAssociation: i18n.Msg("An association"), FromForum: i18n.Msg("A forum"), FromDesk: i18n.Msg("At the counter"),
}

// SourceLabel is the word (message id) for who proposed.
func SourceLabel(s Source) string { return sourceLabels[s] }

var proposalGroupLabels = map[ProposalGroup]string{
	AnyProposal: i18n.Msg("All proposals"), InDiscussion: i18n.Msg("Under discussion"), CanBeDone: i18n.Msg("Feasible"), CannotBeDone: i18n.Msg("Not feasible"),
	Winning: i18n.Msg("Funded"), Losing: i18n.Msg("Not funded"), Gone: i18n.Msg("Merged"),
}

// ProposalGroupLabel is the word (message id) for a group of proposals.
func ProposalGroupLabel(g ProposalGroup) string { return proposalGroupLabels[g] }

var orderLabels = map[ProposalOrder]string{
	MostSupported: i18n.Msg("Most supported first"), Newest: i18n.Msg("Newest first"), ByNumber: i18n.Msg("By number"),
}

// OrderLabel is the word (message id) for an order of proposals.
func OrderLabel(o ProposalOrder) string { return orderLabels[o] }

var editionActLabels = map[string]string{
	"budget." + string(ActBegin): i18n.Msg("Set-up begun"), "budget." + string(ActSetUp): i18n.Msg("Rules or texts changed"),
	"budget." + string(ActAnnounce): i18n.Msg("Announced"), "budget." + string(ActCalendar): i18n.Msg("Dates changed"),
	"budget." + string(ActEnter): i18n.Msg("Next phase begun"), "budget." + string(ActFreeze): i18n.Msg("Rules frozen, vote opened"),
	"budget." + string(ActEndVote): i18n.Msg("Vote closed"), "budget." + string(ActFinish): i18n.Msg("Completed"), "budget." + string(ActCancel): i18n.Msg("Cancelled"),
	"proposal." + string(ActStart): i18n.Msg("Proposed"), "proposal." + string(ActSubmit): i18n.Msg("Sent to be read"), "proposal." + string(ActReturn): i18n.Msg("Changes asked for"),
	"proposal." + string(ActPublish): i18n.Msg("Opened to discussion"), "proposal." + string(ActReject): i18n.Msg("Not accepted"), "proposal." + string(ActHide): i18n.Msg("Text taken out of sight"),
	"proposal." + string(ActWithdraw): i18n.Msg("Withdrawn by its author"), "proposal." + string(ActOffer): i18n.Msg("Merge offered"),
	"proposal." + string(ActDecline): i18n.Msg("Merge declined"), "proposal." + string(ActMerge): i18n.Msg("Merged into another proposal"),
	"proposal." + string(ActAbsorb): i18n.Msg("Another proposal was merged into it"), "proposal." + string(ActAssign): i18n.Msg("Feasibility study begun"),
	"proposal." + string(ActStudy): i18n.Msg("Feasibility study continued"), "proposal." + string(ActConclude): i18n.Msg("Found feasible"),
	"proposal." + string(ActTurnDown): i18n.Msg("Found not feasible"), "proposal." + string(ActSecond): i18n.Msg("Second opinion asked for"),
	"proposal." + string(ActList): i18n.Msg("Put on the ballot"), "proposal." + string(ActFund): i18n.Msg("Funded"), "proposal." + string(ActPassOver): i18n.Msg("Not funded"),
	"proposal." + string(ActProcure): i18n.Msg("Call for tenders begun"), "proposal." + string(ActBuild): i18n.Msg("Works begun"), "proposal." + string(ActDeliver): i18n.Msg("Delivered"),
	"proposal." + string(ActDrop): i18n.Msg("Given up"), "proposal." + string(ActReport): i18n.Msg("Progress reported"), "proposal." + string(ActForgetOne): i18n.Msg("The author's account was deleted"),
	"proposal." + string(ActDropPhotos): i18n.Msg("Photos deleted after the time they are kept"),
}

// ActName is the word (message id) for an act in a timeline or in the audit; ""
// for one of another module.
func ActName(act string) string { return editionActLabels[act] }

var ballotLabels = map[BallotKind]string{
	Approval: i18n.Msg("Choose several projects"), Single: i18n.Msg("Choose one project"), Knapsack: i18n.Msg("Choose projects until the envelope is used"),
	Points: i18n.Msg("Share out points"), Ranking: i18n.Msg("Put projects in order"),
}

// BallotLabel is the word (message id) for a kind of ballot.
func BallotLabel(k BallotKind) string { return ballotLabels[k] }

var ruleLabels = map[tally.Rule]string{
	tally.Greedy: i18n.Msg("Most votes first, as long as the money lasts"), tally.GreedyNoSkip: i18n.Msg("Most votes first, until one does not fit"),
	tally.GreedyThreshold: i18n.Msg("Most votes first, among those with enough votes"), tally.MESCost: i18n.Msg("Equal Shares, by cost"),
	tally.MESCard: i18n.Msg("Equal Shares, every project alike"), tally.MESPoints: i18n.Msg("Equal Shares, by points"), tally.MESPointsCost: i18n.Msg("Equal Shares, by points and cost"),
	tally.MESCostU: i18n.Msg("Equal Shares, then most votes with what is left"), tally.MESCostAdd1: i18n.Msg("Equal Shares with larger shares until nothing more fits"),
	tally.MESCardAdd1: i18n.Msg("Equal Shares, every project alike, with larger shares until nothing more fits"), tally.MESPointsAdd1: i18n.Msg("Equal Shares by points, with larger shares until nothing more fits"),
	tally.MESCostAdd1U: i18n.Msg("Equal Shares with larger shares, then most votes with what is left"), tally.MESCardAdd1U: i18n.Msg("Equal Shares, every project alike, with larger shares, then most votes with what is left"),
	tally.MESPointsAdd1U: i18n.Msg("Equal Shares by points, with larger shares, then most votes with what is left"), tally.MESCostAdd1Overspend: i18n.Msg("Equal Shares with larger shares until the next would overspend"),
	tally.MESCostAdd1UInt: i18n.Msg("Equal Shares with whole shares, then larger ones, then most votes with what is left"), tally.Phragmen: i18n.Msg("Phragmén: the burden is shared evenly"),
}

// RuleLabel says (message id) what a tally rule does.
func RuleLabel(r tally.Rule) string { return ruleLabels[r] }

var tieLabels = map[string]string{
	"cost,score,lot": i18n.Msg("The cheaper project first, then more votes, then the lot"), "score,cost,lot": i18n.Msg("More votes first, then the cheaper project, then the lot"),
	"score,cost,id": i18n.Msg("More votes first, then the cheaper project, then the number"),
}

// TieOrders are the tie orders offered.
var TieOrders = []string{"cost,score,lot", "score,cost,lot"}

// TieLabel says (message id) who goes first among equals.
func TieLabel(t string) string {
	if l, ok := tieLabels[t]; ok {
		return l
	}
	return tieLabels["score,cost,id"]
}

var setupLabels = map[Setup]string{
	SetAbout: i18n.Msg("Title and year"), SetMoney: i18n.Msg("Envelope and headings"), SetAreas: i18n.Msg("Areas"), SetCalendar: i18n.Msg("Calendar"),
	SetPeople: i18n.Msg("Who takes part"), SetBallot: i18n.Msg("Ballot"), SetTally: i18n.Msg("Count"), SetServices: i18n.Msg("Services and criteria"),
}

// SetupLabel is the title (message id) of a step of the set-up.
func SetupLabel(s Setup) string { return setupLabels[s] }

var stepLabels = map[Step]string{
	StepLanguage: i18n.Msg("Language"), StepTitle: i18n.Msg("Title"), StepBody: i18n.Msg("Description"), StepWhere: i18n.Msg("Where it is"),
	StepWhy: i18n.Msg("Kind and need"), StepPhotos: i18n.Msg("Photos"), StepWho: i18n.Msg("In whose name you propose"),
}

// StepLabel is the title (message id) of a step of the writing.
func StepLabel(s Step) string { return stepLabels[s] }

var forumKindLabels = map[ForumKind]string{ZoneForum: i18n.Msg("Zone forum"), DelegatesForum: i18n.Msg("Delegates' forum"), Workshop: i18n.Msg("Workshop")}

// ForumKindLabel is the name (message id) of a kind of forum.
func ForumKindLabel(k ForumKind) string { return forumKindLabels[k] }

var forumStateLabels = map[ForumState]string{
	ForumPlanned: i18n.Msg("Still to come"), ForumHeld: i18n.Msg("Held, minutes being written"), ForumClosed: i18n.Msg("Minutes published"), ForumCalledOff: i18n.Msg("Called off"),
}

// ForumStateLabel is the word (message id) for a state of a forum.
func ForumStateLabel(s ForumState) string { return forumStateLabels[s] }

// SexLabel is the word (message id) for a column of an attendance sheet.
func SexLabel(s string) string {
	if s == "f" {
		return i18n.Msg("Women and girls")
	}
	return i18n.Msg("Men and boys")
}
