package petition

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

var (
	flashChecked  = i18n.Msg("What was found is recorded.")
	flashRuling   = i18n.Msg("The draft of the decision is saved and waits for approval.")
	flashIssued   = i18n.Msg("The decision is issued, and the agent is told.")
	flashRulBack  = i18n.Msg("The draft went back with your note.")
	flashNotified = i18n.Msg("The notification is recorded.")
	flashCorrect  = i18n.Msg("The receipt is corrected, and the deadline with it.")
)

// rulingForm is what the page of a decision sends.
type rulingForm struct {
	Admit   string    `form:"admit"` // "yes", "no"
	Code    string    `form:"code"`
	Reasons string    `form:"reasons,text"`
	Session string    `form:"session"`
	Day     form.Date `form:"day"`
}

// metLabels are the words for what was found.
var metLabels = map[Met]string{IsMet: i18n.Msg("Met"), IsUnmet: i18n.Msg("Not met"), NoneOf: i18n.Msg("Does not apply")}

var metTones = map[Met]ui.Tone{IsMet: ui.Success, IsUnmet: ui.Danger, NoneOf: ui.Neutral}

// rulingLabels are the words for the state of a ruling.
var rulingLabels = map[RulingState]string{
	RulingDrafted: i18n.Msg("Waits for approval"), RulingReturned: i18n.Msg("Returned to its drafter"), RulingIssued: i18n.Msg("Issued"),
}

// bureau is the desk's page of the procedure of one petition.
func (x *Procedure) bureau(c *web.Ctx) error {
	p, a, err := x.answerFile(c)
	if err != nil {
		return err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("Legal procedure")), Back: deskURL(c, tabAnswers.Path, p.Authority), Caption: a.Name(c.Locale.Lang()), Lead: titleOf(c, p),
		TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State), ActsHead: c.T("What you can do"), Acts: x.bureauActs(c, p), Links: x.bureauLinks(c, p),
	}
	v.Wide, v.Sheets = true, []string{"dossier.css"}
	if p.ReplyRuns() {
		v.Notices = append(v.Notices, petitionview.DossierNotice{Tone: dueTone(c, p), Title: c.T("{left}: the reply is due on {date}", "left", dueText(c, p), "date", c.Locale.Date(p.AnswerDueAt)), Text: c.T("The date stands on the petition's public page.")})
	}
	v.Parts = append(v.Parts, petitionview.DossierPart{ID: "deposit", Title: c.T("Deposit"), Rows: depositRows(c, p), Empty: notYet(c, p.Legal.DepositedAt)})
	if RulingStates.Has(p.State) || p.ruled() {
		checks, err := x.service.Checklist(c.Std(), p)
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, petitionview.DossierPart{ID: "conditions", Title: c.T("Conditions"), Table: x.checkTable(c, p, checks)})
	}
	if r := p.Legal.Ruling; r != nil {
		part := petitionview.DossierPart{ID: "ruling", Title: c.T("Decision on admissibility"), Rows: x.rulingRows(c, p, *r)}
		if r.Note != "" && r.State == RulingReturned {
			part.Rows = append(part.Rows, ui.SummaryRow{Key: c.T("Returned with a note"), Value: r.Note})
		}
		v.Parts = append(v.Parts, part)
	}
	if len(p.Legal.Notices) > 0 {
		v.Parts = append(v.Parts, petitionview.DossierPart{ID: "notices", Title: c.T("Notification of the agent"), Table: noticeTable(c, p)})
	}
	if rows := councilRows(c, p); len(rows) > 0 {
		v.Parts = append(v.Parts, petitionview.DossierPart{ID: "council", Title: c.T("Committee and session"), Rows: rows})
	}
	if FollowStates.Has(p.State) || len(p.Steps) > 0 {
		part, err := x.stepsPart(c, p, true)
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, part)
	}
	return c.Show(petitionview.Dossier(v))
}

func notYet(c *web.Ctx, at time.Time) string {
	if at.IsZero() {
		return c.T("Nothing is recorded yet.")
	}
	return ""
}

// bureauActs are what the actor may do next.
func (x *Procedure) bureauActs(c *web.Ctx, p Petition) []petitionview.DeskAct {
	var acts []petitionview.DeskAct
	add := func(act Act, path, label, text string, kind ui.Kind) {
		if May(c.Actor, p, act) {
			acts = append(acts, petitionview.DeskAct{Label: label, Href: c.URL(path), Kind: kind, Text: text})
		}
	}
	base, r := reviewPath(p), p.Legal.Ruling
	add(ActDeposit, depositPath(p)+"/record", c.T("Record the deposit"), "", ui.Primary)
	add(ActReview, base+"/procedure/review", c.T("Begin the check of the conditions"), "", ui.Secondary)
	if r != nil && r.State == RulingDrafted {
		if r.DraftedBy != c.Actor.PersonID {
			add(ActAdmit, base+"/ruling/issue", c.T("Read and issue the decision"), "", ui.Primary)
		}
		add(ActReturnRuling, base+"/ruling/return", c.T("Return with a note"), "", ui.Secondary)
	}
	add(ActFind, base+"/checklist", c.T("Check the conditions"), "", ui.Secondary)
	add(ActDraftRuling, base+"/ruling", c.T("Draft the decision"), c.T("One person drafts it, the head of the deciding body approves it."), ui.Secondary)
	add(ActAssign, base+"/procedure/assign", c.T("Send to a committee"), "", ui.Secondary)
	add(ActSchedule, base+"/procedure/schedule", c.T("Put on the agenda"), "", ui.Primary)
	add(ActDeliberate, base+"/procedure/deliberate", c.T("Record the decision of the session"), "", ui.Primary)
	add(ActFollowUp, base+"/procedure/follow_up", c.T("Begin the follow-up"), "", ui.Secondary)
	add(ActStepPlan, base+"/steps/new", c.T("Plan a step"), "", ui.Secondary)
	if p.ruled() {
		add(ActNotify, base+"/notice", c.T("Record another notification"), c.T("By registered letter, or by hand."), ui.Secondary)
	}
	add(ActCorrectDeposit, base+"/receipt", c.T("Correct the receipt"), "", ui.Secondary)
	add(ActClose, base+"/procedure/close", c.T("Close the file"), "", ui.Secondary)
	return acts
}

func (x *Procedure) bureauLinks(c *web.Ctx, p Petition) []ui.NavItem {
	links := []ui.NavItem{{Label: c.T("All of the petition"), Href: c.URL(reviewPath(p))}}
	if handlesFile(c.Actor, p) {
		links = append(links, ui.NavItem{Label: c.T("File for the deposit"), Href: c.URL(depositPath(p))})
	}
	if !p.Legal.DepositedAt.IsZero() {
		links = append(links, ui.NavItem{Label: c.T("Receipt (PDF)"), Href: c.URL("/petitions/" + p.ID + "/receipt.pdf")})
	}
	if p.ruled() {
		links = append(links, ui.NavItem{Label: c.T("Letter to the agent (PDF)"), Href: c.URL(reviewPath(p) + "/letter.pdf")})
	}
	if AnswerableStates.Has(p.State) {
		links = append(links, ui.NavItem{Label: c.T("Answer of the authority"), Href: c.URL(answerPath(p))})
	}
	if RatedStates.Has(p.State) {
		links = append(links, ui.NavItem{Label: c.T("Satisfaction of those who signed"), Href: c.URL(reviewPath(p) + "/satisfaction")})
	}
	return append(links, ui.NavItem{Label: c.T("The procedure, as everybody sees it"), Href: c.URL("/petitions/" + p.ID + "/procedure")})
}

// checkTable shows the conditions with what the platform knows and what the
// bureau found.
func (x *Procedure) checkTable(c *web.Ctx, p Petition, checks []Check) *ui.TableSpec {
	t := &ui.TableSpec{Caption: c.T("Conditions"), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("Condition")}, {Label: c.T("What the platform knows")}, {Label: c.T("What was found")}, {Label: c.T("Source")}}}
	for _, k := range checks {
		found := ui.Cell{Text: c.T("Not checked yet")}
		if f, ok := p.Legal.Findings[k.Code]; ok {
			found = ui.Cell{Body: petitionview.Found(c.T(metLabels[f.Met]), metTones[f.Met], f.Note)}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: checkTitle(c, k)}, {Text: c.T(k.Evidence.Message, k.Evidence.Args...)}, found, {Text: sourceIn(c.Locale, k.Source)}})
	}
	return t
}

func checkTitle(c *web.Ctx, k Check) string {
	if k.Message != "" {
		return c.T(k.Message)
	}
	said := k.Text.In(c.Locale.Lang()) // the law’s own list, whose entries go on a sentence
	first, size := utf8.DecodeRuneInString(said)
	return string(unicode.ToUpper(first)) + said[size:]
}

// rulingRows are what the bureau decided, or is about to.
func (x *Procedure) rulingRows(c *web.Ctx, p Petition, r Ruling) []ui.SummaryRow {
	said, zone := c.T("Inadmissible"), clock.Zone(p.Country)
	if r.Admit {
		said = c.T("Admissible")
	}
	rows := []ui.SummaryRow{{Key: c.T("State"), Value: c.T(rulingLabels[r.State])}, {Key: c.T("Decision"), Value: said}}
	if r.Code != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Reason"), Value: c.T(RefusalLabel(r.Code))})
	}
	if r.Reasons != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("In words"), Value: r.Reasons})
	}
	if !r.SessionAt.IsZero() {
		rows = append(rows, ui.SummaryRow{Key: c.T("Session"), Value: c.Locale.Date(r.SessionAt.In(zone))})
	}
	for _, by := range []struct {
		id, label string
		at        time.Time
	}{{r.DraftedBy, c.T("Drafted by"), r.DraftedAt}, {r.ApprovedBy, c.T("Approved by"), r.ApprovedAt}} {
		if by.id == "" {
			continue
		}
		row := ui.SummaryRow{Key: by.label, Value: c.Locale.DateTime(by.at)}
		if person, err := x.people.Person(c.Std(), by.id); err == nil {
			row.Body = petitionview.DoneBy(person.Name, row.Value)
		}
		rows = append(rows, row)
	}
	return rows
}

var meansLabels = map[Means]string{ByMail: i18n.Msg("By mail"), ByPost: i18n.Msg("By registered letter"), ByHand: i18n.Msg("By hand, against a signature"), ByNotice: i18n.Msg("By a bailiff, or another formal way")}

// noticeStates are the words for how a mail fared.
var noticeStates = map[string]string{
	NoticeWaiting: i18n.Msg("Waits to be sent"), NoticeSent: i18n.Msg("Handed to the mail server"), "unwanted": i18n.Msg("Not wanted by the reader"),
	"abandoned": i18n.Msg("Could not be sent"), NoAddress: i18n.Msg("The agent has no mail address: use another way"),
}

// noticeTable is the proof of how the agent was told.
func noticeTable(c *web.Ctx, p Petition) *ui.TableSpec {
	t := &ui.TableSpec{Caption: c.T("Notification of the agent"), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("How")}, {Label: c.T("When")}, {Label: c.T("State")}, {Label: c.T("Proof")}}}
	for _, n := range p.Legal.Notices {
		state, at := "–", c.Locale.Date(n.At.In(clock.Zone(p.Country)))
		if n.Means == ByMail {
			state, at = c.T(noticeStates[n.State]), c.Locale.DateTime(n.At)
			if !n.SentAt.IsZero() {
				at = c.Locale.DateTime(n.SentAt)
			}
		}
		proof := ui.Cell{Text: n.Note}
		if n.MessageID != "" {
			proof = ui.Cell{Text: n.MessageID, Ltr: true}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.T(meansLabels[n.Means])}, {Text: at}, {Text: state}, proof})
	}
	return t
}

// showChecklist asks what was found of each condition.
func (x *Procedure) showChecklist(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActFind)
	if err != nil {
		return err
	}
	found := map[string]BureauFind{}
	for code, f := range p.Legal.Findings {
		found[code] = f
	}
	v, err := x.checklistPage(c, p, found)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) checklistPage(c *web.Ctx, p Petition, found map[string]BureauFind) (petitionview.DeskActPage, error) {
	v := x.actPage(c, p, c.T("Check the conditions"), "/checklist")
	v.Back, v.Button = c.URL(procedurePath(p)), c.T("Save what was found")
	v.Intro = c.T("For each condition of the law: what the platform knows, and what the bureau found. You can save a part of it and go on later.")
	checks, err := x.service.Checklist(c.Std(), p)
	if err != nil {
		return v, err
	}
	var fields []petitionview.CheckField
	for _, k := range checks {
		f := petitionview.CheckField{Title: checkTitle(c, k), Source: sourceIn(c.Locale, k.Source), Evidence: c.T(k.Evidence.Message, k.Evidence.Args...), Tone: metTones[k.Evidence.Met],
			Met:  ui.RadiosField{Name: "met_" + k.Code, Label: c.T("What was found"), Value: string(found[k.Code].Met), Inline: true, Optional: true},
			Note: ui.TextareaField{Name: "note_" + k.Code, Label: c.T("By what it was seen"), Hint: c.T("Public with the decision. Name no person."), Value: found[k.Code].Note, Max: MaxNote, Rows: 2, Optional: true}}
		if k.Evidence.Met != Unknown {
			f.Word = c.T(metLabels[k.Evidence.Met])
		}
		for _, m := range Mets {
			f.Met.Options = append(f.Met.Options, ui.Option{Value: string(m), Label: c.T(metLabels[m])})
		}
		fields = append(fields, f)
	}
	v.Fields = petitionview.ChecklistFields(v.Page, fields)
	return v, nil
}

// checklist records what was found; the names of the fields follow the pack.
func (x *Procedure) checklist(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActFind)
	if err != nil {
		return err
	}
	checks, err := x.service.Checklist(c.Std(), p)
	if err != nil {
		return err
	}
	found, typed := map[string]BureauFind{}, map[string]BureauFind{}
	for _, k := range checks {
		f := BureauFind{Met: Met(c.FormValue("met_" + k.Code)), Note: strings.ToValidUTF8(c.FormValue("note_"+k.Code), "")}
		typed[k.Code] = f
		if f.Met != Unknown {
			found[k.Code] = f
		}
	}
	_, err = x.service.Find(c.Std(), c.Actor, p.ID, found)
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.checklistPage(c, p, typed) }, flashChecked, procedurePath(p)+"#conditions")
}
