package petition

import "musharaka/modules/kit/i18n"

// actLabels are the words (message ids) for an act in a timeline: what happened.
var actLabels = map[Act]string{
	ActStart: i18n.Msg("Writing begun"), ActSubmit: i18n.Msg("Submitted for moderation"),
	ActRequestChanges: i18n.Msg("Changes asked for"), ActPublish: i18n.Msg("Published"),
	ActReject: i18n.Msg("Not accepted for publication"), ActHide: i18n.Msg("Text taken out of sight"),
	ActClosing: i18n.Msg("End of the collection changed"), ActReach: i18n.Msg("Threshold reached"),
	ActExpire: i18n.Msg("Collection ended below the threshold"), ActLapse: i18n.Msg("No reply within the time of the law"),
	ActWithdraw: i18n.Msg("Withdrawn by its agent"), ActForget: i18n.Msg("Names of the signatories deleted"), ActDraftAnswer: i18n.Msg("Answer drafted"),
	ActApproveAnswer: i18n.Msg("Answer approved"), ActReturnAnswer: i18n.Msg("Answer returned to its drafter"),
	ActPublishAnswer: i18n.Msg("Answer published"), ActDeposit: i18n.Msg("Deposited against a receipt"),
	ActReview: i18n.Msg("Check of the conditions begun"), ActAdmit: i18n.Msg("Found admissible"),
	ActRefuse: i18n.Msg("Found inadmissible"), ActAssign: i18n.Msg("Sent to a standing committee"),
	ActSchedule: i18n.Msg("Put on the agenda"), ActDeliberate: i18n.Msg("Deliberated"),
	ActFollowUp: i18n.Msg("Follow-up begun"), ActClose: i18n.Msg("File closed"),
	ActMakeFile: i18n.Msg("File for the deposit made"), ActOpenNumbers: i18n.Msg("Identity numbers opened"), ActCorrectDeposit: i18n.Msg("Receipt corrected"),
	ActFind: i18n.Msg("Conditions checked"), ActDraftRuling: i18n.Msg("Decision on admissibility drafted"),
	ActReturnRuling: i18n.Msg("Decision on admissibility returned to its drafter"), ActNotify: i18n.Msg("Notification recorded"),
	ActStepPlan: i18n.Msg("Step planned"), ActStepBegin: i18n.Msg("Step begun"), ActStepDone: i18n.Msg("Step done"), ActStepDrop: i18n.Msg("Step dropped"),
}
