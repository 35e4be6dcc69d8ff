package petition

import (
	"strings"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// writeForm is what the questions of the writing send; each sends some of it.
// The rules of petitions (rules.go) judge it, so it has no validate tags.
type writeForm struct {
	Authority string   `form:"authority"`
	Langs     string   `form:"langs"` // "ar", "fr", "ar,fr"
	ObjectAR  string   `form:"object_ar"`
	ObjectFR  string   `form:"object_fr"`
	AskAR     string   `form:"ask_ar,text"`
	AskFR     string   `form:"ask_fr,text"`
	ReasonsAR string   `form:"reasons_ar,text"`
	ReasonsFR string   `form:"reasons_fr,text"`
	AimsAR    string   `form:"aims_ar,text"`
	AimsFR    string   `form:"aims_fr,text"`
	Theme     string   `form:"theme"`
	Tags      []string `form:"tags"`
	Kind      string   `form:"kind"`
	Org       string   `form:"org"`
	Agent     string   `form:"agent"`
	Public    bool     `form:"public"`
	Deputy    string   `form:"deputy"`
	Committee string   `form:"committee,text"`
}

// input is the form in the words of the acts.
func (f writeForm) input() Input {
	in := Input{
		Authority: f.Authority, Theme: f.Theme, Tags: f.Tags, Kind: Kind(f.Kind), OrgID: f.Org,
		AgentName: f.Agent, AgentPublic: f.Public, Deputy: f.Deputy, Committee: strings.Split(f.Committee, "\n"),
		Texts: map[string]Text{
			"ar": {Object: f.ObjectAR, Ask: f.AskAR, Reasons: f.ReasonsAR, Aims: f.AimsAR},
			"fr": {Object: f.ObjectFR, Ask: f.AskFR, Reasons: f.ReasonsFR, Aims: f.AimsFR},
		},
	}
	if f.Langs != "" {
		in.Langs = strings.Split(f.Langs, ",")
	}
	return in
}

// pageErrors are the problems of one step beside its fields.
func pageErrors(c *web.Ctx, problems []Problem) []ui.FieldError {
	var errs form.Errors
	for _, p := range problems {
		field := p.Field
		if p.Lang != "" {
			field += "_" + p.Lang
		}
		errs.Add(field, p.Message, p.Args...)
	}
	return errs.Shown(c.Locale)
}

// noteForm is a note or reasons in words.
type noteForm struct {
	Note string `form:"note,text"`
	Code string `form:"code"`
}
