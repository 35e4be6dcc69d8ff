package budget

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// studyForm is what a department types beside the checklist.
type studyForm struct {
	Visit         form.Date `form:"visit"`
	VisitNote     string    `form:"visit_note,text"`
	Lines         string    `form:"lines,text"`
	Running       string    `form:"running"`
	ExplanationAR string    `form:"explanation_ar,text"`
	ExplanationFR string    `form:"explanation_fr,text"`
	checks        map[string]Check
}

func studyFormOf(p Proposal, e Edition) studyForm {
	o := p.Study.Opinion
	f := studyForm{Running: typedAmount(o.Running, e.Rules.Currency), ExplanationAR: o.Explanations["ar"], ExplanationFR: o.Explanations["fr"], checks: map[string]Check{}}
	if o.Visit != nil {
		f.Visit, f.VisitNote = form.DateOf(o.Visit.On.In(e.Zone())), o.Visit.Note
	}
	var lines []string
	for _, l := range o.Lines {
		lines = append(lines, fmt.Sprintf("%s | %d | %s", l.Label, l.Quantity, typedAmount(l.Unit, e.Rules.Currency)))
	}
	f.Lines = strings.Join(lines, "\n")
	for _, x := range o.Checks {
		f.checks[x.Key] = x
	}
	return f
}

// input is the form in the words of the acts. What is no number becomes one that
// the rules refuse.
func (f studyForm) input(e Edition) StudyInput {
	in := StudyInput{VisitNote: f.VisitNote, Running: amount(f.Running, e.Rules.Currency), Explanations: map[string]string{"ar": f.ExplanationAR, "fr": f.ExplanationFR}}
	for _, key := range Checks {
		x := f.checks[key]
		x.Key = key
		in.Checks = append(in.Checks, x)
	}
	if !f.Visit.Empty() {
		on, ok := f.Visit.In(e.Zone())
		if !ok {
			on = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		in.VisitOn = on
	}
	for line := range strings.SplitSeq(f.Lines, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.Split(line, "|")
		l := Line{Label: strings.TrimSpace(parts[0]), Quantity: -1, Unit: -1}
		if len(parts) == 3 {
			l.Quantity, l.Unit = int64(count(parts[1])), amount(strings.TrimSpace(parts[2]), e.Rules.Currency)
		}
		in.Lines = append(in.Lines, l)
	}
	return in
}

func (h *Pages) showStudy(c *web.Ctx) error {
	p, e, err := h.deskAct(c, ActStudy)
	if err != nil {
		return err
	}
	return c.Show(h.studyPage(c, p, e, studyFormOf(p, e)))
}

func (h *Pages) studyPage(c *web.Ctx, p Proposal, e Edition, f studyForm) templ.Component {
	v := h.actPage(c, p, e, c.T("Write down the study"), "/study")
	v.Button, v.Unsaved = c.T("Save"), true
	v.Lead = c.T("Nothing of this is public before the verdict; then all of it is.")
	if p.Study.Second != "" {
		v.Tone, v.NoticeHead, v.Notice = ui.Info, c.T("A second opinion was asked for"), p.Study.Second
	}
	var answers []ui.Option
	for _, a := range []string{"yes", "no", "na"} {
		answers = append(answers, ui.Option{Value: a, Label: c.T(AnswerLabel(a))})
	}
	v.Fields = append(v.Fields, budgetview.Heading2(c.T("Checklist")))
	for _, key := range Checks {
		x := f.checks[key]
		v.Fields = append(v.Fields, ui.Radios(v.Page, ui.RadiosField{Name: "check_" + key, Label: c.T(CheckLabel(key)), Value: x.Answer, Options: answers, Inline: true}),
			ui.Text(v.Page, ui.TextField{Name: "note_" + key, Label: c.T("Note: {question}", "question", c.T(CheckLabel(key))), Value: x.Note, Max: MaxTitle, AutoDir: true, Optional: true}))
	}
	v.Fields = append(v.Fields, budgetview.Heading2(c.T("Visit and estimate")),
		ui.DateParts(v.Page, ui.DateField{Name: "visit", Label: c.T("Day of the visit to the site"), Hint: c.T("Leave it empty if nobody was there yet"), Day: f.Visit.Day, Month: f.Visit.Month, Year: f.Visit.Year}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "visit_note", Label: c.T("What was seen there"), Value: f.VisitNote, Max: MaxReason, Optional: true}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "lines", Label: c.T("Cost estimate, one line each"), Hint: c.T("What | quantity | price of one, for example: Paving | 120 | 45.500"), Value: f.Lines, Rows: 6}),
		ui.Text(v.Page, ui.TextField{Name: "running", Label: c.T("Running costs a year"), Value: f.Running, Size: 12, Ltr: true, Suffix: c.T(currencyNames[e.Rules.Currency]), Optional: true}),
		budgetview.Heading2(c.T("Explanation")),
		ui.Textarea(v.Page, ui.TextareaField{Name: "explanation_ar", Label: c.T("In Arabic"), Hint: c.T("Mandatory when it is not feasible: what stands in the way, and what would change it."), Value: f.ExplanationAR, Max: MaxExplanation, Optional: true}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "explanation_fr", Label: c.T("In French"), Value: f.ExplanationFR, Max: MaxExplanation, Optional: true}))
	return budgetview.Form(v)
}

func (h *Pages) saveStudy(c *web.Ctx) error {
	p, e, err := h.deskAct(c, ActStudy)
	if err != nil {
		return err
	}
	var typed studyForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	typed.checks = map[string]Check{}
	for _, key := range Checks {
		typed.checks[key] = Check{Key: key, Answer: value(c, "check_"+key, false), Note: value(c, "note_"+key, false)}
	}
	if _, err := h.Service.SaveStudy(c.Std(), c.Actor, p.ID, typed.input(e)); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.studyPage(c, p, e, typed), nil })
	}
	c.Flash(flashKept)
	return c.SeeOther("/desk/proposals/" + p.ID)
}

func (h *Pages) showVerdict(c *web.Ctx) error {
	view, err := h.verdictPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) verdictPage(c *web.Ctx, chosen string) (templ.Component, error) {
	p, e, err := h.deskAct(c, ActConclude)
	if err != nil {
		return nil, err
	}
	v := h.actPage(c, p, e, c.T("Give the verdict"), "/verdict")
	v.Lead = c.T("The verdict makes the whole study public, and the author and the followers are told.")
	v.Before = []templ.Component{budgetview.Heading2(c.T("Feasibility")), budgetview.Study(v.Page, h.draftStudy(c, e, p))}
	v.Fields = []templ.Component{ui.Radios(v.Page, ui.RadiosField{Name: "verdict", Label: c.T("Verdict"), Value: chosen, Options: []ui.Option{
		{Value: string(IsFeasible), Label: c.T("Feasible"), Hint: c.T("Every question is answered and the estimate is complete")},
		{Value: string(NotFeasible), Label: c.T("Not feasible"), Hint: c.T("The explanation is written")}}})}
	return budgetview.Form(v), nil
}

func (h *Pages) verdict(c *web.Ctx) error {
	var typed struct {
		Verdict string `form:"verdict"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, _, err := h.deskAct(c, ActConclude)
	if err != nil {
		return err
	}
	if _, err := h.Service.Conclude(c.Std(), c.Actor, p.ID, Verdict(typed.Verdict)); err != nil {
		var b *Broken
		if errors.As(err, &b) { // what is missing stands on the page of the study; here there is one question
			err = wrong("verdict", b.Problems[0].Message, b.Problems[0].Args...)
		}
		return again(c, err, func() (templ.Component, error) { return h.verdictPage(c, typed.Verdict) })
	}
	c.Flash(flashConcluded)
	return c.SeeOther("/desk/proposals/" + p.ID)
}
