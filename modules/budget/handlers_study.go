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
	Remove        string    `form:"remove"` // a photo of the visit
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
	view, err := h.studyPage(c, p, e, studyFormOf(p, e))
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) studyPage(c *web.Ctx, p Proposal, e Edition, f studyForm) (templ.Component, error) {
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
	kept, err := h.Shelf.Pictures(c.Std(), p.Study.Opinion.photos())
	if err != nil {
		return nil, err
	}
	for i, x := range kept {
		v.Before = append(v.Before, budgetview.Kept(v.Page, budgetview.Photo{Full: x.Full, Thumb: x.Thumb, Alt: c.T("Photo {n} of the site", "n", i+1)}, v.Action, x.ID))
	}
	v.Fields = append(v.Fields, budgetview.Heading2(c.T("Visit and estimate")),
		ui.DateParts(v.Page, ui.DateField{Name: "visit", Label: c.T("Day of the visit to the site"), Hint: c.T("Leave it empty if nobody was there yet"), Day: f.Visit.Day, Month: f.Visit.Month, Year: f.Visit.Year}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "visit_note", Label: c.T("What was seen there"), Value: f.VisitNote, Max: MaxReason, Optional: true}))
	if len(kept) < MaxVisitPhotos {
		v.Files = true
		v.Fields = append(v.Fields, ui.File(v.Page, ui.FileField{Name: "visit_photos", Label: c.T("Photos of the site"), Hint: c.T("Of the place, without people’s faces. Where and when they were taken is removed."), Accept: "image/jpeg,image/png,image/webp", Limit: c.T("{n} MB", "n", MaxPhotoMB), Multiple: true, Optional: true}))
	}
	v.Fields = append(append(v.Fields, estimateFields(v.Page, c, e, f)...), explanationFields(v.Page, c, f)...)
	return budgetview.Form(v), nil
}

func estimateFields(p ui.Page, c *web.Ctx, e Edition, f studyForm) []templ.Component {
	return []templ.Component{
		ui.Textarea(p, ui.TextareaField{Name: "lines", Label: c.T("Cost estimate, one line each"), Hint: c.T("What | quantity | price of one, for example: Paving | 120 | 45.500"), Value: f.Lines, Rows: 6}),
		ui.Text(p, ui.TextField{Name: "running", Label: c.T("Running costs a year"), Value: f.Running, Size: 12, Ltr: true, Suffix: c.T(currencyNames[e.Rules.Currency]), Optional: true})}
}

func explanationFields(p ui.Page, c *web.Ctx, f studyForm) []templ.Component {
	return []templ.Component{budgetview.Heading2(c.T("Explanation")),
		ui.Textarea(p, ui.TextareaField{Name: "explanation_ar", Label: c.T("In Arabic"), Hint: c.T("Mandatory when it is not feasible: what stands in the way, and what would change it."), Value: f.ExplanationAR, Max: MaxExplanation, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "explanation_fr", Label: c.T("In French"), Value: f.ExplanationFR, Max: MaxExplanation, Optional: true})}
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
	if typed.Remove != "" {
		if _, err := h.Service.RemoveVisitPhoto(c.Std(), c.Actor, p.ID, typed.Remove); err != nil {
			return err
		}
		return c.SeeOther("/desk/proposals/" + p.ID + "/study")
	}
	in := typed.input(e)
	in.VisitPhotos, err = h.takePhotos(c, p.ID, "visit_photos", MaxVisitPhotos-len(p.Study.Opinion.photos()), MaxVisitPhotos)
	if err == nil {
		if _, err = h.Service.SaveStudy(c.Std(), c.Actor, p.ID, in); err != nil {
			err = h.dropPhotos(c, in.VisitPhotos, err)
		}
	}
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.studyPage(c, p, e, typed) })
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
	box, err := h.draftStudy(c, e, p)
	if err != nil {
		return nil, err
	}
	v.Before = []templ.Component{budgetview.Heading2(c.T("Feasibility")), budgetview.Study(v.Page, box)}
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
