package desk

import "musharaka/modules/kit/i18n"

// What the forms of the desk send.
type (
	filterForm struct {
		Authority string `form:"authority"`
		View      string `form:"view"`
		Kind      string `form:"kind"`
		After     string `form:"after"`
	}
	noteForm struct {
		Key  string `form:"key"`
		Text string `form:"text,text"`
	}
	actForm struct {
		Colleague string `form:"colleague"`
		Days      string `form:"days,digits"`
		Reason    string `form:"reason,text"`
	}
	bulkForm struct {
		Authority string   `form:"authority"`
		Act       string   `form:"act"`
		Items     []string `form:"item"`
		Key       string   `form:"key"`
		Colleague string   `form:"colleague"`
		Days      string   `form:"days,digits"`
	}
	settingsForm struct {
		Remind   string `form:"remind,digits"`
		Escalate string `form:"escalate,digits"`
	}
	templateForm struct {
		Key       string `form:"key"`
		Name      string `form:"name"`
		SummaryAR string `form:"summary_ar"`
		BodyAR    string `form:"body_ar,text"`
		SummaryFR string `form:"summary_fr"`
		BodyFR    string `form:"body_fr,text"`
	}
)

// What is said after an act.
var (
	flashTaken     = i18n.Msg("It is yours now.")
	flashReleased  = i18n.Msg("It is given back.")
	flashAssigned  = i18n.Msg("It is handed over.")
	flashNoted     = i18n.Msg("The note is saved.")
	flashDropped   = i18n.Msg("The note is deleted.")
	flashSnoozed   = i18n.Msg("It is put off.")
	flashWoken     = i18n.Msg("It is back in the queue.")
	flashEscalated = i18n.Msg("The president is told.")
	flashSettings  = i18n.Msg("The settings are saved.")
	flashTemplate  = i18n.Msg("The template is saved.")
	flashNoTpl     = i18n.Msg("The template is deleted.")
	flashUndone    = i18n.Msg("It is undone, except where somebody had gone on with it.")
)
