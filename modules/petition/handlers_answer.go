package petition

import (
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// What the pages of an answer send. The stamp names the version that was on
// the page: nobody approves or overwrites a text they have not read.
type (
	answerForm struct {
		Stamp     string   `form:"stamp"`
		Decision  string   `form:"decision"`
		SummaryAR string   `form:"summary_ar"`
		BodyAR    string   `form:"body_ar,text"`
		SummaryFR string   `form:"summary_fr"`
		BodyFR    string   `form:"body_fr,text"`
		Keep      []string `form:"keep"`
	}
	stampForm struct {
		Stamp string `form:"stamp"`
		Note  string `form:"note,text"`
	}
)

var (
	flashDrafted       = i18n.Msg("The draft is saved and waits for approval.")
	flashApproved      = i18n.Msg("The answer is approved and waits for publication.")
	flashAnswerBack    = i18n.Msg("The answer went back to its drafter with your note.")
	flashAnswerPublic  = i18n.Msg("The answer is published, and everybody who asked is told.")
	flashAnswerChanged = i18n.Msg("The corrected answer is published.")
)

// answerLabels are the words for the state of a version.
var answerLabels = map[AnswerState]string{
	AnswerDrafted: i18n.Msg("Waits for approval"), AnswerApproved: i18n.Msg("Approved, not published yet"),
	AnswerReturned: i18n.Msg("Returned to its drafter"), AnswerPublished: i18n.Msg("Public"),
}

var answerTones = map[AnswerState]ui.Tone{AnswerDrafted: ui.Warning, AnswerApproved: ui.Accent, AnswerReturned: ui.Warning, AnswerPublished: ui.Success}

// answerQueue shows what waits for a reply by deadline, the overdue on top.
func (d *Desk) answerQueue(c *web.Ctx) error {
	org, nav, err := d.at(c, tabAnswers, desks(c.Actor))
	if err != nil {
		return err
	}
	page, err := d.service.AnswerQueue(c.Std(), c.Actor, org, c.Query("after"), perPage)
	if err != nil {
		return err
	}
	v := petitionview.DeskQueuePage{
		Page: c.Page(c.T("Answers")), Nav: nav, Lead: c.T("Petitions that wait for the authority's answer, by deadline. One person drafts it, another approves it."),
		EmptyTitle: c.T("No petition waits for an answer"), EmptyText: c.T("Petitions appear here when they reach their threshold."),
		Pages: deskPages(deskURL(c, tabAnswers.Path, org), c.Query("after"), page.Next),
	}
	v.Wide = true
	var late, open [][]ui.Cell
	for _, p := range page.Items {
		if p.Overdue(c.Now()) {
			late = append(late, answerRow(c, p))
		} else {
			open = append(open, answerRow(c, p))
		}
	}
	for _, s := range []struct {
		title string
		rows  [][]ui.Cell
	}{{c.T("Overdue"), late}, {c.T("In time"), open}} {
		if len(s.rows) > 0 {
			v.Sections = append(v.Sections, petitionview.DeskSection{Title: s.title, Table: ui.TableSpec{
				Caption: s.title, HideCaption: true, RowHead: true, Rows: s.rows,
				Head: []ui.Th{{Label: c.T("Petition")}, {Label: c.T("State")}, {Label: c.T("Reply due")}, {Label: c.T("Time left")}, {Label: c.T("Answer")}},
			}})
		}
	}
	return c.Show(petitionview.DeskQueue(v))
}

func answerRow(c *web.Ctx, p Petition) []ui.Cell {
	due := "–"
	if p.ReplyRuns() {
		due = c.Locale.Date(p.AnswerDueAt)
	}
	state, tone := c.T("Not begun"), ui.Neutral
	if v, ok := p.Answer.Working(); ok {
		state, tone = c.T(answerLabels[v.State]), answerTones[v.State]
	}
	return []ui.Cell{
		{Text: titleOf(c, p), Href: c.URL(reviewPath(p) + "/answer")},
		{Text: c.T(StateLabel(p.State))}, {Text: due}, {Body: ui.Tag(dueText(c, p), dueTone(c, p))}, {Body: ui.Tag(state, tone)},
	}
}

// answerFile is file for the pages of an answer.
func (d *Desk) answerFile(c *web.Ctx) (Petition, Authority, error) {
	p, a, err := d.file(c)
	if err == nil && !answers(c.Actor, p.Authority) {
		return p, a, errNone
	}
	return p, a, err
}

// answerPath is where the answer to a petition is worked on.
func answerPath(p Petition) string { return reviewPath(p) + "/answer" }

// showAnswer shows the answer in the making with what the actor may do next.
func (d *Desk) showAnswer(c *web.Ctx) error {
	p, a, err := d.answerFile(c)
	if err != nil {
		return err
	}
	v := petitionview.AnswerPage{
		Page: c.Page(c.T("Answer of the authority")), Back: deskURL(c, tabAnswers.Path, p.Authority), Object: titleOf(c, p), Authority: a.Name(c.Locale.Lang()),
		StateText: c.T(StateLabel(p.State)), StateTone: toneOf(p.State), ReviewHref: c.URL(reviewPath(p)),
		NoActs: c.T("In this state there is nothing for you to do."), Acts: answerActs(c, p), Stages: answerStages(c, p),
	}
	v.Wide, v.ArabicText = true, true
	if p.ReplyRuns() {
		v.Due, v.DueTone = c.T("{left}: the reply is due on {date}", "left", dueText(c, p), "date", c.Locale.Date(p.AnswerDueAt)), dueTone(c, p)
	}
	if p.IsPublic() {
		v.PublicHref = c.URL("/petitions/" + p.ID)
	}
	for i := len(p.Answer.Versions) - 1; i >= 0; i-- {
		x, err := d.version(c, p, p.Answer.Versions[i])
		if err != nil {
			return err
		}
		if i == len(p.Answer.Versions)-1 {
			v.Working, v.Stage = &x, stageText(c, p.Answer.Versions[i])
			if p.Answer.Versions[i].State == AnswerReturned {
				v.Note = p.Answer.Versions[i].Note
			}
			continue
		}
		v.Versions = append(v.Versions, x)
	}
	return c.Show(petitionview.AnswerDesk(v))
}

// stageText says what comes next.
func stageText(c *web.Ctx, v AnswerVersion) string {
	switch v.State {
	case AnswerDrafted:
		return c.T("The draft waits for the approval of the head of the deciding body. Whoever drafted it cannot approve it.")
	case AnswerApproved:
		return c.T("The answer is approved and can be published.")
	case AnswerReturned:
		return c.T("The answer was returned. Whoever drafts it anew sees the note.")
	}
	return c.T("The answer is published. A correction becomes a new version, and the old one stays in the history.")
}

// version is one version of the answer as the authority sees it.
func (d *Desk) version(c *web.Ctx, p Petition, v AnswerVersion) (petitionview.AnswerText, error) {
	x := petitionview.AnswerText{
		Title: c.T("Version {n}", "n", v.Number), State: c.T(answerLabels[v.State]), Tone: answerTones[v.State], Decision: c.T(AnswerDecisionLabel(v.Decision)),
	}
	for _, lang := range answerLangs(p) {
		if t, ok := v.Texts[lang]; ok {
			x.Texts = append(x.Texts, petitionview.ReviewText{Lang: lang, LangName: langNames[lang], Sections: []petitionview.Section{{Text: t.Summary}, {Text: t.Body}}})
		}
	}
	var err error
	if x.By, err = d.versionDoers(c, v); err != nil {
		return x, err
	}
	x.Files, err = d.documents(c, v.Attachments)
	return x, err
}

// versionDoers says who brought a version how far.
func (d *Desk) versionDoers(c *web.Ctx, v AnswerVersion) ([]string, error) {
	var lines []string
	for _, x := range []struct {
		id, said, by string
		at           time.Time
	}{
		{v.DraftedBy, i18n.Msg("Drafted on {date}"), i18n.Msg("Drafted by {name} on {date}"), v.DraftedAt},
		{v.ApprovedBy, i18n.Msg("Approved on {date}"), i18n.Msg("Approved by {name} on {date}"), v.ApprovedAt},
		{v.PublishedBy, i18n.Msg("Published on {date}"), i18n.Msg("Published by {name} on {date}"), v.PublishedAt},
	} {
		if x.id == "" {
			continue
		}
		person, err := d.people.Person(c.Std(), x.id)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		date := c.Locale.DateTime(x.at)
		if person.Name == "" {
			lines = append(lines, c.T(x.said, "date", date))
			continue
		}
		lines = append(lines, c.T(x.by, "name", person.Name, "date", date))
	}
	return lines, nil
}

// answerActs are what the actor may do with the version being worked on.
func answerActs(c *web.Ctx, p Petition) []petitionview.DeskAct {
	var acts []petitionview.DeskAct
	v, working := p.Answer.Working()
	add := func(act Act, path, label, text string, kind ui.Kind) {
		if May(c.Actor, p, act) {
			acts = append(acts, petitionview.DeskAct{Label: label, Href: c.URL(answerPath(p) + path), Kind: kind, Text: text})
		}
	}
	switch {
	case !working && p.State == Answered:
		add(ActDraftAnswer, "/draft", c.T("Correct the answer"), c.T("As a new version, which is approved and published like the first."), ui.Secondary)
	case !working:
		add(ActDraftAnswer, "/draft", c.T("Draft the answer"), "", ui.Primary)
	case v.State == AnswerDrafted:
		if v.DraftedBy != c.Actor.PersonID {
			add(ActApproveAnswer, "/approve", c.T("Approve"), "", ui.Primary)
		}
		add(ActReturnAnswer, "/return", c.T("Return with a note"), "", ui.Secondary)
		add(ActDraftAnswer, "/draft", c.T("Edit the draft"), "", ui.Secondary)
	case v.State == AnswerApproved:
		add(ActPublishAnswer, "/publish", c.T("Publish the answer"), "", ui.Primary)
		add(ActReturnAnswer, "/return", c.T("Return with a note"), "", ui.Secondary)
		add(ActDraftAnswer, "/draft", c.T("Edit the draft"), c.T("An edited answer needs approval again."), ui.Secondary)
	default:
		add(ActDraftAnswer, "/draft", c.T("Draft it anew"), "", ui.Primary)
	}
	return acts
}

// answerStages are the way of an answer, with what is done of it.
func answerStages(c *web.Ctx, p Petition) []ui.Event {
	v, working := p.Answer.Working()
	if shown, ok := p.Answer.Shown(); ok && !working {
		v = shown
	}
	zone := clock.Zone(p.Country)
	stage := func(title string, at time.Time, reached bool) ui.Event {
		e := ui.Event{Title: title, When: c.T("Not yet"), State: ui.Future}
		if reached {
			e.At, e.State = at.In(zone), ui.Past
		}
		return e
	}
	approved := v.State == AnswerApproved || v.State == AnswerPublished
	return []ui.Event{
		stage(c.T("Draft"), v.DraftedAt, v.Number > 0 && v.State != AnswerReturned),
		stage(c.T("Approval by somebody else"), v.ApprovedAt, approved),
		stage(c.T("Publication"), v.PublishedAt, v.State == AnswerPublished),
	}
}

// answerLangs are the languages of answers, the petition's own first.
func answerLangs(p Petition) []string {
	langs := slices.Clone(p.Langs)
	for _, lang := range TextLangs {
		if !slices.Contains(langs, lang) {
			langs = append(langs, lang)
		}
	}
	return langs
}

func (d *Desk) showDraft(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActDraftAnswer)
	if err != nil {
		return err
	}
	typed, v := answerForm{}, AnswerVersion{}
	if n := len(p.Answer.Versions); n > 0 {
		v = p.Answer.Versions[n-1]
		typed = answerForm{Stamp: v.Stamp(), Decision: v.Decision, SummaryAR: v.Texts["ar"].Summary, BodyAR: v.Texts["ar"].Body,
			SummaryFR: v.Texts["fr"].Summary, BodyFR: v.Texts["fr"].Body, Keep: v.Attachments}
	}
	if err := d.fromTemplate(c, p, &typed); err != nil {
		return err
	}
	page, err := d.draftPage(c, p, typed, v.Attachments)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(page))
}

// fromTemplate puts the prepared text that the address names into the boxes
// that are empty: what somebody wrote is never overwritten.
func (d *Desk) fromTemplate(c *web.Ctx, p Petition, typed *answerForm) error {
	id := c.Query("template")
	if d.templates == nil || id == "" {
		return nil
	}
	texts, err := d.templates.Filled(c.Std(), c.Actor, id, p)
	if err != nil {
		return err
	}
	for _, box := range []struct {
		to   *string
		text string
	}{{&typed.SummaryAR, texts["ar"].Summary}, {&typed.BodyAR, texts["ar"].Body}, {&typed.SummaryFR, texts["fr"].Summary}, {&typed.BodyFR, texts["fr"].Body}} {
		if *box.to == "" {
			*box.to = box.text
		}
	}
	return nil
}

// offerTemplates puts the choice of a prepared text above the form.
func (d *Desk) offerTemplates(c *web.Ctx, p Petition, page *petitionview.DeskActPage) error {
	if d.templates == nil {
		return nil
	}
	offered, err := d.templates.Offered(c.Std(), c.Actor, p.Authority)
	if err != nil || len(offered) == 0 {
		return err
	}
	page.Before = petitionview.ChooseTemplate(page.Page, page.Action, ui.SelectField{
		Name: "template", Label: c.T("Begin with a template"), Hint: c.T("It fills the boxes that are empty. Choose it before you write: what is not saved yet is lost."),
		Value: c.Query("template"), Options: offered, Empty: c.T("Choose"),
	})
	return nil
}

// draftPage is the form of a draft; attached are the files it may keep.
func (d *Desk) draftPage(c *web.Ctx, p Petition, typed answerForm, attached []string) (petitionview.DeskActPage, error) {
	page := petitionview.DeskActPage{
		Page: c.Page(c.T("Draft the answer")), Caption: titleOf(c, p), Back: c.URL(answerPath(p)), Action: c.URL(answerPath(p) + "/draft"),
		Intro: c.T("Write it in one language at least, if you can in both. People read it on a phone: the summary first."), Button: c.T("Save the draft"), Files: true,
	}
	f := petitionview.AnswerFields{Decision: decisionField(c, typed.Decision), Limit: c.T("{n} MB", "n", MaxFileMB), Room: len(attached) < MaxAttachments}
	for i, lang := range answerLangs(p) {
		t := map[string]AnswerText{"ar": {typed.SummaryAR, typed.BodyAR}, "fr": {typed.SummaryFR, typed.BodyFR}}[lang]
		l := petitionview.AnswerLang{Lang: lang, LangName: langNames[lang], Summary: t.Summary, Body: t.Body, MaxSummary: MaxSummary, MaxLetter: MaxAnswer}
		if i == 0 {
			l.Hint = c.T("The petition is written in this language.")
		}
		f.Langs = append(f.Langs, l)
	}
	files, err := d.shelf.Documents(c.Std(), attached)
	if err != nil {
		return page, err
	}
	f.Keep = ui.CheckboxesField{Name: "keep", Label: c.T("Documents of the answer"), Hint: c.T("Take the tick away from what should no longer be attached."), Values: typed.Keep}
	for _, file := range files {
		f.Keep.Options = append(f.Keep.Options, ui.Option{Value: file.ID, Label: file.Name, Hint: facts(file), AutoDir: true})
	}
	page.Fields = petitionview.Together(ui.Hidden("stamp", typed.Stamp), petitionview.AnswerDraft(page.Page, f))
	return page, d.offerTemplates(c, p, &page)
}

func decisionField(c *web.Ctx, value string) ui.RadiosField {
	f := ui.RadiosField{Name: "decision", Label: c.T("What is the answer, in a word?"), Value: value}
	hints := map[string]string{
		"accepted": i18n.Msg("The authority will do what is asked."), "accepted_in_part": i18n.Msg("It will do a part of it, or otherwise than asked."),
		"declined": i18n.Msg("It will not; the answer says why."), "explained": i18n.Msg("It is done already, or not in its hands; the answer says whose."),
	}
	for _, decision := range AnswerDecisions {
		f.Options = append(f.Options, ui.Option{Value: decision, Label: c.T(AnswerDecisionLabel(decision)), Hint: c.T(hints[decision])})
	}
	return f
}

// saveDraft keeps what was written, with the file that came along.
func (d *Desk) saveDraft(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActDraftAnswer)
	if err != nil {
		return err
	}
	var typed answerForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	var v AnswerVersion
	stamp := ""
	if n := len(p.Answer.Versions); n > 0 {
		v = p.Answer.Versions[n-1]
		stamp = v.Stamp()
	}
	keep := slices.DeleteFunc(slices.Clone(v.Attachments), func(id string) bool { return !slices.Contains(typed.Keep, id) })
	err = nil
	if typed.Stamp != stamp {
		err = &InputError{Field: "", Message: i18n.Msg("Somebody else changed the answer meanwhile. Open it in another tab, then save yours again or give it up.")}
		typed.Stamp = stamp // having been told, the next one is on purpose
	} else {
		keep, err = d.takeFile(c, p, keep)
	}
	after := p
	if err == nil {
		after, err = d.service.DraftAnswer(c.Std(), c.Actor, p.ID, AnswerInput{Decision: typed.Decision, Attachments: keep, Texts: map[string]AnswerText{
			"ar": {Summary: typed.SummaryAR, Body: typed.BodyAR}, "fr": {Summary: typed.SummaryFR, Body: typed.BodyFR}}})
	}
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		page, err := d.draftPage(c, p, typed, v.Attachments)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(page))
	}
	if err != nil {
		return err
	}
	return c.Done(d.service.Files.Discard(c.Std(), after.Answer.without(v.Attachments)), flashDrafted, answerPath(p))
}

// takeFile adds the file that was sent, if one was, to those kept.
func (d *Desk) takeFile(c *web.Ctx, p Petition, keep []string) ([]string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return keep, nil // none was chosen
	}
	if len(keep) >= MaxAttachments {
		return keep, &InputError{Field: "file", Message: i18n.Msg("Attach at most {limit} files"), Args: []any{"limit", MaxAttachments}}
	}
	body, err := header.Open()
	if err != nil {
		return keep, fault.Wrap("petition.takeFile", err)
	}
	defer body.Close()
	id, err := d.shelf.Take(c.Std(), c.Actor.PersonID, p.ID, header.Filename, body)
	if message, args := fault.Shown(err); message != "" && !fault.Is(err, fault.Internal) {
		return keep, &InputError{Field: "file", Message: message, Args: args}
	}
	return append(keep, id), err
}

// stampPage is the frame of a decision on the version being worked on.
func (d *Desk) stampPage(c *web.Ctx, p Petition, title, path string) (petitionview.DeskActPage, AnswerVersion, error) {
	v, ok := p.Answer.Working()
	if !ok {
		return petitionview.DeskActPage{}, v, errNotNow
	}
	return petitionview.DeskActPage{
		Page: c.Page(title), Caption: titleOf(c, p), Back: c.URL(answerPath(p)), Action: c.URL(answerPath(p) + path),
	}, v, nil
}

func (d *Desk) showApprove(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActApproveAnswer)
	if err != nil {
		return err
	}
	page, v, err := d.stampPage(c, p, c.T("Approve the answer"), "/approve")
	if err != nil {
		return err
	}
	if v.DraftedBy == c.Actor.PersonID {
		return errOwnDraft
	}
	if err := d.readFirst(c, p, v, &page); err != nil {
		return err
	}
	page.Intro, page.Button = c.T("You answer for this text in the name of the authority. It is not public until it is published."), c.T("Approve")
	return c.Show(petitionview.DeskActForm(page))
}

// readFirst puts the whole text above the button, and its stamp into the form.
func (d *Desk) readFirst(c *web.Ctx, p Petition, v AnswerVersion, page *petitionview.DeskActPage) error {
	x, err := d.version(c, p, v)
	page.Before = petitionview.AnswerRead(page.Page, x)
	page.Fields = ui.Hidden("stamp", v.Stamp())
	return err
}

// decide does one decision on the version that was read.
func (d *Desk) decide(c *web.Ctx, said string, act func(p Petition, typed stampForm) error) error {
	p, _, err := d.answerFile(c)
	if err != nil {
		return err
	}
	var typed stampForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	err = act(p, typed)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		page, err := d.returnPage(c, p, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(page))
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther(answerPath(p))
}

func (d *Desk) approve(c *web.Ctx) error {
	return d.decide(c, flashApproved, func(p Petition, typed stampForm) error {
		_, err := d.service.ApproveAnswer(c.Std(), c.Actor, p.ID, typed.Stamp)
		return err
	})
}

func (d *Desk) showReturn(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActReturnAnswer)
	if err != nil {
		return err
	}
	v, _ := p.Answer.Working()
	page, err := d.returnPage(c, p, stampForm{Stamp: v.Stamp()})
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(page))
}

func (d *Desk) returnPage(c *web.Ctx, p Petition, typed stampForm) (petitionview.DeskActPage, error) {
	page, _, err := d.stampPage(c, p, c.T("Return the answer with a note"), "/return")
	page.Tone, page.Notice = ui.Info, c.T("Only those who work on the answer see this note. It never becomes public.")
	page.Fields = petitionview.Together(
		ui.Hidden("stamp", typed.Stamp),
		ui.Textarea(page.Page, ui.TextareaField{Name: "note", Label: c.T("What is to be changed?"), Value: typed.Note, Max: MaxNote, Rows: 6}),
	)
	page.Button = c.T("Return it")
	return page, err
}

func (d *Desk) returnAnswer(c *web.Ctx) error {
	return d.decide(c, flashAnswerBack, func(p Petition, typed stampForm) error {
		_, err := d.service.ReturnAnswer(c.Std(), c.Actor, p.ID, typed.Stamp, typed.Note)
		return err
	})
}

func (d *Desk) showPublishAnswer(c *web.Ctx) error {
	p, _, err := d.actOn(c, ActPublishAnswer)
	if err != nil {
		return err
	}
	page, v, err := d.stampPage(c, p, c.T("Publish the answer"), "/publish")
	if err != nil {
		return err
	}
	if v.State != AnswerApproved {
		return errNotNow
	}
	if err := d.readFirst(c, p, v, &page); err != nil {
		return err
	}
	page.Button, page.Tone = c.T("Publish the answer"), ui.Warning
	if !p.AnsweredAt.IsZero() {
		page.Notice = c.T("This replaces the answer that is shown now. The page says that it was corrected; nobody is told again by mail.")
		return c.Show(petitionview.DeskActForm(page))
	}
	hearers, err := d.service.Hearers(c.Std(), c.Actor, p)
	if err != nil {
		return err
	}
	page.Notice = c.N("Everybody can read it at once, and up to {n} person is told by mail, besides the agent. Mails cannot be called back.",
		"Everybody can read it at once, and up to {n} people are told by mail, besides the agent. Mails cannot be called back.", int(hearers))
	return c.Show(petitionview.DeskActForm(page))
}

func (d *Desk) publishAnswer(c *web.Ctx) error {
	p, _, err := d.answerFile(c)
	if err != nil {
		return err
	}
	said := flashAnswerPublic
	if !p.AnsweredAt.IsZero() {
		said = flashAnswerChanged
	}
	return d.decide(c, said, func(p Petition, typed stampForm) error {
		_, err := d.service.PublishAnswer(c.Std(), c.Actor, p.ID, typed.Stamp)
		return err
	})
}

// errOwnDraft is what somebody meets who would approve their own draft.
var errOwnDraft = fault.New(fault.Forbidden, "An answer is approved by somebody else than the person who drafted it.")
