package budget

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// purpose says why a form asks for personal data.
func (h *Pages) purpose(c *web.Ctx, authority string) (string, error) {
	name, err := h.authorityName(c, authority)
	return c.T("{authority} asks for this to run its participatory budget, and for nothing else. Your name is shown only if you say so. You see, correct and delete your data in your space.", "authority", name), err
}

// purposeOfWriting is purpose with how long what was written is kept.
func (h *Pages) purposeOfWriting(c *web.Ctx, authority string) (string, error) {
	text, err := h.purpose(c, authority)
	if err != nil {
		return "", err
	}
	a, err := h.Places.Authority(c.Std(), authority)
	if err != nil || a.KeepMonths == 0 {
		return text, err
	}
	return text + " " + c.N("A draft that nobody touches for {n} month is deleted, and so are the photos of a proposal that was refused or withdrawn.", "A draft that nobody touches for {n} months is deleted, and so are the photos of a proposal that was refused or withdrawn.", a.KeepMonths), nil
}

// showPropose says what proposing means, and leads to drafts begun before.
func (h *Pages) showPropose(c *web.Ctx) error {
	e, err := h.edition(c, c.Actor)
	if err != nil {
		return err
	}
	v := budgetview.FormPage{Page: h.frame(c, c.T("Make a proposal")), Crumbs: crumbs(c, e, ui.Crumb{Label: c.T("Make a proposal")}),
		Lead: c.T("One question a page, saved as you go. An officer reads your proposal before it is published, and you are told of every step."), Action: c.URL("/budgets/" + e.ID + "/propose")}
	v.Before = []templ.Component{ui.SummaryList(v.Page, e.peopleRows(c)[:1])}
	if !e.Open(Proposing, c.Now()) {
		v.Tone, v.NoticeHead, v.Notice = ui.Info, c.T("Proposals are not taken now"), c.T("The calendar of this budget says when.")
		return c.Show(budgetview.Form(v))
	}
	text, err := h.purposeOfWriting(c, e.Authority)
	if err != nil {
		return err
	}
	v.Before = append(v.Before, budgetview.Prose(text))
	if c.Actor.SignedIn() {
		why, err := h.Service.MayPropose(c.Std(), c.Actor, e)
		if err != nil {
			return err
		}
		if len(why) > 0 {
			v.Tone, v.NoticeHead, v.Notice = ui.Warning, c.T("You cannot propose in this budget"), c.T(IneligibleLabel(why[0]), "age", e.Rules.Proposers.MinAge)
			v.After = []templ.Component{budgetview.Link(c.URL("/me/profile"), c.T("My profile"))}
			return c.Show(budgetview.Form(v))
		}
		if v.After, err = h.drafts(c, e); err != nil {
			return err
		}
	}
	v.Fields, v.Button = []templ.Component{ui.Hidden("once", c.NewID())}, c.T("Begin")
	return c.Show(budgetview.Form(v))
}

// drafts are links to what a person has begun in this edition.
func (h *Pages) drafts(c *web.Ctx, e Edition) ([]templ.Component, error) {
	page, err := h.Service.Mine(c.Std(), c.Actor, "")
	if err != nil {
		return nil, err
	}
	var links []templ.Component
	for _, p := range page.Items {
		if p.State == Draft && p.Edition == e.ID {
			links = append(links, budgetview.Link(c.URL(stepPath(p, nextStep(p))), titleOf(c, p)))
		}
	}
	if len(links) > 0 {
		links = append([]templ.Component{budgetview.Heading2(c.T("Go on with a draft"))}, links...)
	}
	return links, nil
}

func titleOf(c *web.Ctx, p Proposal) string {
	if title := p.Text(c.Locale.Lang()).Title; title != "" {
		return title
	}
	return c.T("Proposal without a title yet")
}

func (h *Pages) propose(c *web.Ctx) error {
	var typed struct {
		Once string `form:"once"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, err := h.Service.StartDraft(c.Std(), c.Actor, c.Params("id"), typed.Once)
	if err != nil {
		return err
	}
	return c.SeeOther(stepPath(p, nextStep(p)))
}

// stepPath is where a question of a proposal is asked.
func stepPath(p Proposal, step Step) string {
	if step == "" {
		return "/proposals/" + p.ID + "/write/check"
	}
	return "/proposals/" + p.ID + "/write/" + string(step)
}

// nextStep is the first question that was not answered yet, "" when all were.
func nextStep(p Proposal) Step {
	for _, step := range Steps {
		if !slices.Contains(p.Saved, step) {
			return step
		}
	}
	return ""
}

// draft returns the proposal of the request for its author to go on writing.
func (h *Pages) draft(c *web.Ctx) (Proposal, Edition, error) {
	p, e, err := h.file(c, c.Actor)
	switch {
	case err != nil:
		return p, e, err
	case !p.IsAuthor(c.Actor.PersonID):
		return p, e, errNoProposal
	case !May(c.Actor, e, p, ActSave):
		return p, e, errNotNow
	}
	return p, e, nil
}

// proposalForm is what the questions of the writing send; each sends some of it.
type proposalForm struct {
	Langs   string   `form:"langs"` // "ar", "fr", "ar,fr"
	TitleAR string   `form:"title_ar"`
	TitleFR string   `form:"title_fr"`
	BodyAR  string   `form:"body_ar,text"`
	BodyFR  string   `form:"body_fr,text"`
	Area    string   `form:"area"`
	Spot    string   `form:"spot"`
	Lat     string   `form:"lat,digits"`
	Lng     string   `form:"lng,digits"`
	Heading string   `form:"heading"`
	Needs   []string `form:"needs"`
	Source  string   `form:"source"`
	Org     string   `form:"org"`
	Name    string   `form:"name"`
	Public  bool     `form:"public"`
}

// input is the form in the words of the acts. A point that is no point is far
// away from both countries, and said to be.
func (f proposalForm) input() Input {
	in := Input{
		Texts: map[string]Text{"ar": {Title: f.TitleAR, Body: f.BodyAR}, "fr": {Title: f.TitleFR, Body: f.BodyFR}}, Area: f.Area, Spot: Spot{Words: f.Spot},
		Heading: f.Heading, Needs: f.Needs, Source: Source(f.Source), OrgID: f.Org, Name: f.Name, Public: f.Public,
	}
	if f.Langs != "" {
		in.Langs = strings.Split(f.Langs, ",")
	}
	if f.Lat != "" || f.Lng != "" {
		lat, err1 := strconv.ParseFloat(strings.ReplaceAll(f.Lat, ",", "."), 64)
		lng, err2 := strconv.ParseFloat(strings.ReplaceAll(f.Lng, ",", "."), 64)
		if in.Spot.Point = true; err1 == nil && err2 == nil {
			in.Spot.Lat, in.Spot.Lng = lat, lng
		}
	}
	return in
}

func (h *Pages) showStep(c *web.Ctx) error {
	p, e, err := h.draft(c)
	if err != nil {
		return err
	}
	view, err := h.stepPage(c, p, e, Step(c.Params("step")))
	if err != nil {
		return err
	}
	return c.Show(view)
}

// stepPage is the page of one question, filled with what was written before.
func (h *Pages) stepPage(c *web.Ctx, p Proposal, e Edition, step Step) (templ.Component, error) {
	i := slices.Index(Steps, step)
	if i < 0 {
		return nil, errNoProposal
	}
	v := budgetview.FormPage{
		Page: h.frame(c, c.T(StepLabel(step))), Step: i + 1, Of: len(Steps), Action: c.URL(stepPath(p, step)), Back: c.URL("/budgets/" + e.ID + "/propose"),
		Button: c.T("Save and continue"), Unsaved: true,
	}
	if i > 0 {
		v.Back = c.URL(stepPath(p, Steps[i-1]))
	}
	if c.Query("back") == "check" {
		v.Back, v.Action = c.URL(stepPath(p, "")), v.Action+"?back=check"
	}
	if p.Changes != "" {
		v.Tone, v.NoticeHead, v.Notice = ui.Warning, c.T("The officer asks for changes"), p.Changes
	}
	var err error
	switch step {
	case StepLanguage:
		v.Fields = []templ.Component{languageField(v.Page, c, p.Langs)}
	case StepTitle, StepBody:
		v.Fields = textFields(v.Page, c, p, step)
		if step == StepBody {
			v.Before, err = h.similarBefore(c, e, p, v.Page)
		}
	case StepWhere:
		v.Fields = h.whereFields(c, &v.Page, e, p)
	case StepWhy:
		v.Fields = whyFields(v.Page, c, e, p)
	case StepPhotos:
		v.Files, v.Unsaved = true, false
		v.Fields, v.Before, err = h.photoFields(c, v.Page, p)
	case StepWho:
		v.Fields, err = h.whoFields(c, v.Page, e, p)
	}
	return budgetview.Form(v), err
}

func languageField(page ui.Page, c *web.Ctx, langs []string) templ.Component {
	return ui.Radios(page, ui.RadiosField{Name: "langs", Label: c.T("In which language do you write?"), Value: strings.Join(langs, ","), Options: []ui.Option{
		{Value: "ar", Label: c.T("Arabic")}, {Value: "fr", Label: c.T("French")}, {Value: "ar,fr", Label: c.T("Arabic, with a French version")}, {Value: "fr,ar", Label: c.T("French, with an Arabic version")}}})
}

// langNames are the languages of texts in their own words.
var langNames = map[string]string{"ar": "العربية", "fr": "Français"}

func textFields(page ui.Page, c *web.Ctx, p Proposal, step Step) (fields []templ.Component) {
	for _, lang := range p.Langs {
		suffix := ""
		if len(p.Langs) > 1 {
			suffix = " (" + langNames[lang] + ")"
		}
		if step == StepTitle {
			fields = append(fields, ui.Text(page, ui.TextField{Name: "title_" + lang, Label: c.T("What do you propose?") + suffix, Value: p.Texts[lang].Title, Max: MaxTitle, AutoDir: true,
				Hint: c.T("One line that says it all, for example: Lamps on the road to the school")}))
			continue
		}
		fields = append(fields, ui.Textarea(page, ui.TextareaField{Name: "body_" + lang, Label: c.T("Describe it") + suffix, Value: p.Texts[lang].Body, Max: MaxBody, Rows: 10,
			Hint: c.T("What should be built or bought, for whom, and what will be better. Name no private person.")}))
	}
	return fields
}

// similarBefore shows proposals that want much the same.
func (h *Pages) similarBefore(c *web.Ctx, e Edition, p Proposal, page ui.Page) ([]templ.Component, error) {
	found, err := h.Service.Similar(c.Std(), e.ID, p.Text(c.Locale.Lang()).Title, p.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	parts := []templ.Component{budgetview.Heading2(c.T("Proposals that want something similar")), budgetview.Prose(c.T("Supporting one of these may help more than another proposal. If yours is different, go on."))}
	for _, x := range found[:min(3, len(found))] {
		parts = append(parts, budgetview.Link(c.URL("/proposals/"+x.ID), x.Text(c.Locale.Lang()).Title))
	}
	return parts, nil
}

func (h *Pages) whereFields(c *web.Ctx, page *ui.Page, e Edition, p Proposal) []templ.Component {
	var fields []templ.Component
	if len(e.Rules.Areas) > 0 {
		fields = append(fields, ui.Select(*page, areaSelect(c, e, p.Area, c.T("Choose an area"))))
	} else {
		fields = append(fields, ui.Hidden("area", TownKey))
	}
	lat, lng := "", ""
	if p.Spot.Point {
		lat, lng = degrees(p.Spot.Lat), degrees(p.Spot.Lng)
	}
	fields = append(fields, ui.Text(*page, ui.TextField{Name: "spot", Label: c.T("Place in words"), Hint: c.T("For example: behind the market, opposite the school"), Value: p.Spot.Words, Max: MaxSpotWords, AutoDir: true, Optional: true}))
	if h.Tiles.URL != "" {
		page.Sheets = append(page.Sheets, "vendor/leaflet/leaflet.css")
		page.Scripts = append(page.Scripts, "vendor/leaflet/leaflet.js", "budgetmap.js")
		fields = append(fields, budgetview.Map(*page, budgetview.Tiles{URL: h.Tiles.URL, Attribution: h.Tiles.Attribution}, nil))
	}
	return append(fields,
		ui.Text(*page, ui.TextField{Name: "lat", Label: c.T("Latitude"), Hint: c.T("Only if you know the point, such as from a map on your phone"), Value: lat, Size: 10, Ltr: true, Optional: true}),
		ui.Text(*page, ui.TextField{Name: "lng", Label: c.T("Longitude"), Value: lng, Size: 10, Ltr: true, Optional: true}))
}

func whyFields(page ui.Page, c *web.Ctx, e Edition, p Proposal) []templ.Component {
	heading := ui.SelectField{Name: "heading", Label: c.T("Kind of investment"), Value: p.Heading, Empty: c.T("Choose one")}
	for _, x := range e.Headings() {
		heading.Options = append(heading.Options, ui.Option{Value: x, Label: c.T(HeadingLabel(x))})
	}
	needs := ui.CheckboxesField{Name: "needs", Label: c.T("Whose need does it answer in particular?"), Values: p.Needs, Optional: true}
	for _, n := range NeedKeys {
		needs.Options = append(needs.Options, ui.Option{Value: n, Label: c.T(NeedLabel(n))})
	}
	return []templ.Component{ui.Select(page, heading), ui.Checkboxes(page, needs)}
}

// MaxPhotoMB is how large a photo may be, in mebibytes.
const MaxPhotoMB = 10

func (h *Pages) photoFields(c *web.Ctx, page ui.Page, p Proposal) (fields, before []templ.Component, err error) {
	pictures, err := h.Shelf.Pictures(c.Std(), p.Photos)
	for i, x := range pictures {
		before = append(before, budgetview.Kept(page, budgetview.Photo{Full: x.Full, Thumb: x.Thumb, Alt: c.T("Photo {n} of the proposal", "n", i+1)}, c.URL(stepPath(p, StepPhotos)), x.ID))
	}
	if len(p.Photos) < MaxPhotos {
		fields = append(fields, ui.File(page, ui.FileField{Name: "photos", Label: c.T("Add photos"), Hint: c.T("Of the place, without people’s faces. Where and when they were taken is removed."), Accept: "image/jpeg,image/png,image/webp", Limit: c.T("{n} MB", "n", MaxPhotoMB), Multiple: true, Optional: true}))
	}
	return fields, before, err
}

func (h *Pages) whoFields(c *web.Ctx, page ui.Page, e Edition, p Proposal) ([]templ.Component, error) {
	orgs, err := h.Choices.Delegations(c.Std(), c.Actor.PersonID)
	if err != nil {
		return nil, err
	}
	var fields []templ.Component
	if len(orgs) > 0 {
		fields = append(fields,
			ui.Radios(page, ui.RadiosField{Name: "source", Label: c.T("Who proposes?"), Value: string(p.Source), Options: []ui.Option{{Value: string(FromCitizen), Label: c.T("I do")}, {Value: string(FromAssociation), Label: c.T("An association that I represent")}}}),
			ui.Select(page, ui.SelectField{Name: "org", Label: c.T("Association"), Value: p.OrgID, Options: orgs, Empty: c.T("None"), Optional: true}))
	} else {
		fields = append(fields, ui.Hidden("source", string(FromCitizen)))
	}
	text, err := h.purposeOfWriting(c, e.Authority)
	return append(fields,
		ui.Text(page, ui.TextField{Name: "name", Label: c.T("Your name"), Value: p.Author.Name, Max: MaxName, AutoDir: true, Autocomplete: "name"}),
		ui.Checkbox(page, ui.CheckboxField{Name: "public", Label: c.T("Show my name on the proposal"), Checked: p.Author.Public}),
		budgetview.Prose(text)), err
}

// saveStep keeps what was written, also when something is wrong with it, and
// leads on when nothing is.
func (h *Pages) saveStep(c *web.Ctx) error {
	p, e, err := h.draft(c)
	if err != nil {
		return err
	}
	step := Step(c.Params("step"))
	var typed proposalForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	saved, err := h.Service.SaveStep(c.Std(), c.Actor, p.ID, step, typed.input())
	if err != nil {
		if saved.ID == "" {
			saved = p
		}
		return again(c, err, func() (templ.Component, error) { return h.stepPage(c, saved, e, step) })
	}
	return c.SeeOther(h.after(c, saved, step))
}

// after is where a saved step leads.
func (h *Pages) after(c *web.Ctx, p Proposal, step Step) string {
	i := slices.Index(Steps, step)
	if c.Query("back") == "check" || i == len(Steps)-1 {
		return stepPath(p, "")
	}
	return stepPath(p, Steps[i+1])
}

// savePhotos takes photos, or takes one off again.
func (h *Pages) savePhotos(c *web.Ctx) error {
	p, e, err := h.draft(c)
	if err != nil {
		return err
	}
	var typed struct {
		Remove string `form:"remove"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if typed.Remove != "" {
		if _, err := h.Service.RemovePhoto(c.Std(), c.Actor, p.ID, typed.Remove); err != nil {
			return err
		}
		return c.SeeOther(stepPath(p, StepPhotos))
	}
	ids, err := h.takePhotos(c, p.ID, "photos", MaxPhotos-len(p.Photos), MaxPhotos)
	if err == nil {
		if _, err = h.Service.AddPhotos(c.Std(), c.Actor, p.ID, ids); err != nil {
			err = h.dropPhotos(c, ids, err)
		}
	}
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.stepPage(c, p, e, StepPhotos) })
	}
	if len(ids) > 0 {
		return c.SeeOther(stepPath(p, StepPhotos))
	}
	return c.SeeOther(h.after(c, p, StepPhotos))
}

// takePhotos keeps the photos that a form sends for a proposal in one field, at
// most room of them: all, or none when something is wrong with one.
func (h *Pages) takePhotos(c *web.Ctx, proposal, field string, room, limit int) (ids []string, err error) {
	posted, err := c.MultipartForm()
	if err != nil || posted == nil {
		return nil, nil // a form without a file
	}
	if len(posted.File[field]) > room {
		return nil, wrong(field, i18n.Msg("Add {limit} photos at most"), "limit", limit)
	}
	for _, f := range posted.File[field] {
		if f.Size == 0 {
			continue
		}
		body, err := f.Open()
		if err != nil {
			return nil, h.dropPhotos(c, ids, fault.Wrap("budget.takePhotos", err))
		}
		id, err := h.take(c.Std(), c.Actor.PersonID, proposal, f.Filename, body)
		if err != nil {
			return nil, h.dropPhotos(c, ids, badPhoto(field, err))
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// dropPhotos deletes photos that were taken and go with nothing, since err came
// between.
func (h *Pages) dropPhotos(c *web.Ctx, ids []string, err error) error {
	return errors.Join(err, h.Service.Files.Discard(c.Std(), ids))
}

// badPhoto says beside the field what is wrong with a photo.
func badPhoto(field string, err error) error {
	if message, args := fault.Shown(err); fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) {
		return wrong(field, message, args...)
	}
	return err
}

func (h *Pages) take(ctx context.Context, person, proposal, name string, body io.ReadCloser) (string, error) {
	defer body.Close()
	return h.Shelf.TakePhoto(ctx, person, proposal, name, body)
}

// showCheck shows the whole proposal before it is submitted.
func (h *Pages) showCheck(c *web.Ctx) error {
	p, e, err := h.draft(c)
	if err != nil {
		return err
	}
	view, err := h.checkPage(c, p, e)
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) checkPage(c *web.Ctx, p Proposal, e Edition) (templ.Component, error) {
	v := budgetview.FormPage{Page: h.frame(c, c.T("Check your proposal")), Back: c.URL(stepPath(p, Steps[len(Steps)-1])), Action: c.URL("/proposals/" + p.ID + "/submit"), Button: c.T("Submit the proposal")}
	if p.Changes != "" {
		v.Tone, v.NoticeHead, v.Notice = ui.Warning, c.T("The officer asks for changes"), p.Changes
	}
	var rows []ui.SummaryRow
	add := func(step Step, value string) {
		rows = append(rows, ui.SummaryRow{Key: c.T(StepLabel(step)), Value: value, Href: c.URL(stepPath(p, step)) + "?back=check"})
	}
	var langs, titles, bodies, needs []string
	for _, lang := range p.Langs {
		langs, titles, bodies = append(langs, langNames[lang]), append(titles, p.Texts[lang].Title), append(bodies, p.Texts[lang].Body)
	}
	for _, n := range p.Needs {
		needs = append(needs, c.T(NeedLabel(n)))
	}
	heading := ""
	if p.Heading != "" {
		heading = c.T(HeadingLabel(p.Heading))
	}
	place := ""
	if p.Area != "" {
		place = e.areaName(c, p.Area)
	}
	add(StepLanguage, c.Locale.List(langs))
	add(StepTitle, strings.Join(titles, "\n"))
	add(StepBody, strings.Join(bodies, "\n\n"))
	add(StepWhere, strings.TrimSpace(place+"\n"+p.Spot.Words))
	add(StepWhy, strings.TrimSpace(heading+"\n"+c.Locale.List(needs)))
	add(StepPhotos, c.N("{n} photo", "{n} photos", len(p.Photos)))
	who := p.Author.Name
	if p.OrgName != "" {
		who = p.OrgName
	}
	add(StepWho, who)
	v.Before = []templ.Component{ui.SummaryList(v.Page, rows)}
	v.After = []templ.Component{budgetview.Link(c.URL("/proposals/"+p.ID+"/delete"), c.T("Delete this draft"))}
	return budgetview.Form(v), nil
}

var (
	flashSubmitted = i18n.Msg("Your proposal is submitted. An officer reads it; you are told by mail.")
	flashDeleted   = i18n.Msg("The draft is deleted.")
	flashWithdrawn = i18n.Msg("Your proposal is withdrawn.")
)

func (h *Pages) submit(c *web.Ctx) error {
	p, e, err := h.file(c, c.Actor)
	if err != nil {
		return err
	}
	if _, err := h.Service.Submit(c.Std(), c.Actor, p.ID); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.checkPage(c, p, e) })
	}
	c.Flash(flashSubmitted)
	return c.SeeOther("/me/proposals")
}

func (h *Pages) showDelete(c *web.Ctx) error {
	p, _, err := h.file(c, c.Actor)
	if err != nil {
		return err
	}
	if !p.IsAuthor(c.Actor.PersonID) {
		return errNoProposal
	}
	return c.Show(budgetview.Form(budgetview.FormPage{Page: h.frame(c, c.T("Delete this draft")), Caption: titleOf(c, p), Lead: c.T("What you wrote is deleted for good."),
		Action: c.URL("/proposals/" + p.ID + "/delete"), Button: c.T("Delete this draft"), Danger: true, Cancel: c.URL(stepPath(p, "")), Fields: nil}))
}

func (h *Pages) deleteDraft(c *web.Ctx) error {
	if err := h.Service.DeleteDraft(c.Std(), c.Actor, c.Params("id")); err != nil {
		return err
	}
	c.Flash(flashDeleted)
	return c.SeeOther("/me/proposals")
}

// mine lists what a person proposed.
func (h *Pages) mine(c *web.Ctx) error {
	after := c.Query("after")
	page, err := h.Service.Mine(c.Std(), c.Actor, after)
	if err != nil {
		return err
	}
	v := budgetview.MinePage{Page: h.frame(c, c.T("My proposals")), Pages: c.Pager("/me/proposals", pairs(), after, page.Next)}
	c.SetCurrent("me")
	for _, p := range page.Items {
		e, err := h.Service.Edition(c.Std(), c.Actor, p.Edition)
		if err != nil {
			return err
		}
		card := h.proposalCard(c, e, p)
		card.Title = titleOf(c, p)
		switch {
		case p.State == Draft:
			card.Href = c.URL(stepPath(p, nextStep(p)))
		case p.Merge != nil && !p.Merge.Refused && p.State != Merged:
			card.Href = c.URL("/proposals/" + p.ID + "/merge")
			card.Meta = append(card.Meta, c.T("You are asked about a merge"))
		case p.State == Submitted:
			card.Href = c.URL("/proposals/" + p.ID + "/withdraw")
		}
		v.Cards = append(v.Cards, card)
	}
	return c.Show(budgetview.Mine(v))
}
