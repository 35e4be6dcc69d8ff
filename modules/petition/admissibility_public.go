package petition

import (
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// public is the whole procedure of a petition as everybody may see it.
func (x *Procedure) public(c *web.Ctx) error {
	p, a, err := x.Desk.open(c)
	if err != nil {
		return err
	}
	book, err := x.service.Law.Book(c.Std(), a, p.PublishedAt)
	if err != nil {
		return err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("The procedure of this petition")), Caption: a.Name(c.Locale.Lang()), Lead: shownObject(c, p),
		Crumbs:  []ui.Crumb{{Label: c.T("Petitions"), Href: c.URL("/petitions")}, {Label: p.Reference, Href: c.URL("/petitions/" + p.ID)}, {Label: c.T("The procedure of this petition")}},
		TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State), Notices: procedureNotices(c, p),
	}
	v.Wide = true
	deposit := petitionview.DossierPart{ID: "deposit", Title: c.T("Deposit"), Rows: depositRows(c, p), Empty: notYet(c, p.Legal.DepositedAt)}
	if !p.Legal.DepositedAt.IsZero() {
		deposit.Note = c.T("The period is counted in months of the calendar from the day of the receipt: {source}", "source", sourceIn(c.Locale, book.Reply))
		deposit.Links = []ui.NavItem{{Label: c.T("Receipt (PDF)"), Href: c.URL("/petitions/" + p.ID + "/receipt.pdf")}}
	}
	v.Parts = append(v.Parts, deposit)
	if p.ruled() {
		part, err := x.publicRuling(c, p)
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, part...)
	}
	if text := appealText(c, book, p.State == Refused); text != "" && appealable(p) {
		v.Parts = append(v.Parts, petitionview.DossierPart{ID: "appeal", Title: c.T("What can be done against it"), Text: text, Note: sourceIn(c.Locale, book.Appeal) + uncheckedNote(c, book.Appeal)})
	}
	if rows := councilRows(c, p); len(rows) > 0 {
		part := petitionview.DossierPart{ID: "council", Title: c.T("Committee and session"), Rows: rows}
		if p.Legal.Session != "" && x.sessions != nil {
			if s, err := x.sessions.Session(c.Std(), p.Legal.Session, c.Locale.Lang()); err == nil {
				part.Links = []ui.NavItem{{Label: s.Title, Href: c.URL(s.Path)}}
			}
		}
		v.Parts = append(v.Parts, part)
	}
	if len(p.Steps) > 0 || RatedStates.Has(p.State) {
		v.Parts = append(v.Parts, petitionview.DossierPart{Title: c.T("What followed"), Text: stepsText(c, p), Links: []ui.NavItem{{Label: c.T("Follow-up and satisfaction"), Href: c.URL("/petitions/" + p.ID + "/follow-up")}}})
	}
	v.Parts = append(v.Parts, petitionview.DossierPart{ID: "timeline", Title: c.T("What has happened so far"), Events: x.timeline(c, p)})
	return c.Show(petitionview.Dossier(v))
}

// appealable reports whether there is something to appeal against: a refusal, or
// a silence after a deposit. Without one the period that ended was the
// platform's own.
func appealable(p Petition) bool {
	return p.State == Refused || p.State == Lapsed && !p.Legal.DepositedAt.IsZero()
}

// uncheckedNote says so where nobody has checked a source.
func uncheckedNote(c *web.Ctx, s Source) string {
	if s.Verified || s.Platform {
		return ""
	}
	return " · " + c.T("Not yet checked against the official journal.")
}

// procedureNotices are what must not be missed of the procedure.
func procedureNotices(c *web.Ctx, p Petition) []petitionview.DossierNotice {
	zone := clock.Zone(p.Country)
	switch {
	case p.State == Lapsed:
		return []petitionview.DossierNotice{{Tone: ui.Danger, Title: c.T("No reply in time"), Text: c.T("The period ended on {date} without a reply. The authority can still admit or answer the petition.", "date", c.Locale.Date(p.AnswerDueAt.In(zone)))}}
	case p.State == Refused && p.Legal.RefusalCode != "":
		return []petitionview.DossierNotice{{Tone: ui.Warning, Title: c.T(RefusalLabel(p.Legal.RefusalCode)), Text: p.Legal.Reasons}}
	case p.ReplyRuns():
		return []petitionview.DossierNotice{{Tone: dueTone(c, p), Title: c.T("{left}: the reply is due on {date}", "left", dueText(c, p), "date", c.Locale.Date(p.AnswerDueAt.In(zone)))}}
	}
	return nil
}

// publicRuling is the decision on admissibility with what was found.
func (x *Procedure) publicRuling(c *web.Ctx, p Petition) ([]petitionview.DossierPart, error) {
	r := *p.Legal.Ruling
	r.DraftedBy, r.ApprovedBy = "", ""
	rows := x.rulingRows(c, p, r)[1:] // who drafted it, and that it is issued, is for the desk
	rows = append(rows, ui.SummaryRow{Key: c.T("Day of the decision"), Value: c.Locale.Date(r.ApprovedAt.In(clock.Zone(p.Country)))})
	checks, err := x.service.Checklist(c.Std(), p)
	return []petitionview.DossierPart{
		{ID: "ruling", Title: c.T("Decision on admissibility"), Rows: rows},
		{ID: "conditions", Title: c.T("What was found of the conditions"), Table: x.checkTable(c, p, checks)},
	}, err
}

// depositRows are what is recorded of the deposit.
func depositRows(c *web.Ctx, p Petition) []ui.SummaryRow {
	if p.Legal.DepositedAt.IsZero() {
		return nil
	}
	zone := clock.Zone(p.Country)
	rows := []ui.SummaryRow{{Key: c.T("Number of the receipt"), Body: ui.Bidi(p.Legal.Receipt)}, {Key: c.T("Day of the receipt"), Value: c.Locale.Date(p.Legal.DepositedAt.In(zone))}}
	if !p.AnswerDueAt.IsZero() {
		rows = append(rows, ui.SummaryRow{Key: c.T("Last day for the authority to reply"), Value: c.Locale.Date(p.AnswerDueAt.In(zone))})
	}
	return rows
}

// councilRows are the committee, the session and what was decided.
func councilRows(c *web.Ctx, p Petition) []ui.SummaryRow {
	var rows []ui.SummaryRow
	zone := clock.Zone(p.Country)
	if p.Legal.Committee != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Standing committee"), Value: p.Legal.Committee})
	}
	if !p.Legal.SessionAt.IsZero() {
		rows = append(rows, ui.SummaryRow{Key: c.T("Session"), Value: c.Locale.Date(p.Legal.SessionAt.In(zone))})
	}
	if p.Legal.Decision != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Decision"), Value: p.Legal.Decision})
	}
	if !p.Legal.DecidedAt.IsZero() {
		rows = append(rows, ui.SummaryRow{Key: c.T("Day of the decision"), Value: c.Locale.Date(p.Legal.DecidedAt.In(zone))})
	}
	return rows
}

// eventText is what an entry of the timeline says beside its title: numbers and
// days of the procedure, then the reason.
func eventText(c *web.Ctx, p Petition, e audit.Entry) string {
	var parts []string
	add := func(key, label string) {
		if v := e.Details[key]; v != "" {
			if day, err := time.ParseInLocation(time.DateOnly, v, clock.Zone(p.Country)); err == nil && key != "receipt" {
				v = c.Locale.Date(day)
			}
			parts = append(parts, c.T(label, "value", v))
		}
	}
	add("receipt", i18n.Msg("Receipt {value}"))
	add("on", i18n.Msg("of {value}"))
	add("committee", i18n.Msg("Committee: {value}"))
	add("session", i18n.Msg("Session of {value}"))
	if code := e.Details["code"]; code != "" && RefusalLabel(code) != "" {
		parts = append(parts, c.T(RefusalLabel(code)))
	}
	text := c.Locale.List(parts)
	switch {
	case text == "":
		return e.Reason
	case e.Reason == "":
		return text
	}
	return text + "\n" + e.Reason
}

// procedureBox is what the petition's own page says of the procedure; the rest
// stands on its page.
func procedureBox(c *web.Ctx, p Petition) *petitionview.ProcedureBox {
	if p.Legal.DepositedAt.IsZero() && p.State != Lapsed && len(p.Steps) == 0 && !RatedStates.Has(p.State) {
		return nil
	}
	box := &petitionview.ProcedureBox{Href: c.URL("/petitions/" + p.ID + "/procedure")}
	switch {
	case p.State == Refused && p.Legal.RefusalCode != "":
		box.Lines = []string{c.T(RefusalLabel(p.Legal.RefusalCode)), shorten(p.Legal.Reasons, 200)}
	case p.State == Lapsed:
		box.Lines = []string{c.T("The period ended on {date} without a reply.", "date", c.Locale.Date(p.AnswerDueAt.In(clock.Zone(p.Country))))}
	default:
		for _, row := range append(depositRows(c, p), councilRows(c, p)...) {
			box.Lines = append(box.Lines, c.T("{name}: {value}", "name", row.Key, "value", shorten(row.Value, 120)))
		}
	}
	if len(p.Steps) > 0 || RatedStates.Has(p.State) {
		box.FollowHref = c.URL("/petitions/" + p.ID + "/follow-up")
		if text := stepsText(c, p); text != "" {
			box.Lines = append(box.Lines, text)
		}
	}
	return box
}

// advanceForm is what the pages of the further acts send.
type advanceForm struct {
	Committee string    `form:"committee"`
	Session   string    `form:"session"`
	Day       form.Date `form:"day"`
	On        form.Date `form:"on"`
	Decision  string    `form:"decision,text"`
	Reasons   string    `form:"reasons,text"`
}

// advancePages are the acts that have a page of their own by their name, with
// what their page says.
var advancePages = map[Act]struct{ title, intro, button string }{
	ActReview:     {i18n.Msg("Begin the check of the conditions"), i18n.Msg("Everybody sees that the bureau has begun. The deadline stays as it is."), i18n.Msg("Begin")},
	ActAssign:     {i18n.Msg("Send to a committee"), i18n.Msg("A standing committee studies the petition before the session."), i18n.Msg("Send it to the committee")},
	ActSchedule:   {i18n.Msg("Put on the agenda"), i18n.Msg("The session in which the petition is dealt with. Everybody sees it."), i18n.Msg("Put on the agenda")},
	ActDeliberate: {i18n.Msg("Record the decision of the session"), i18n.Msg("What was decided, as in the minutes: its number, and in a sentence what it says."), i18n.Msg("Record it")},
	ActFollowUp:   {i18n.Msg("Begin the follow-up"), i18n.Msg("From now on the steps that carry the decision out are shown, with their dates."), i18n.Msg("Begin")},
	ActClose:      {i18n.Msg("Close the file"), i18n.Msg("Nothing more is expected to happen. Some time later it is forgotten who signed."), i18n.Msg("Close the file")},
}

var flashAdvanced = i18n.Msg("It is recorded, and everybody can see it.")

func (x *Procedure) advanceAct(c *web.Ctx) (Act, Petition, error) {
	act := Act(c.Params("act"))
	if _, known := advancePages[act]; !known {
		return act, Petition{}, errNone
	}
	p, _, err := x.actOn(c, act)
	return act, p, err
}

func (x *Procedure) showAdvance(c *web.Ctx) error {
	act, p, err := x.advanceAct(c)
	if err != nil {
		return err
	}
	typed := advanceForm{Committee: p.Legal.Committee, Session: p.Legal.Session}
	if !p.Legal.SessionAt.IsZero() {
		typed.Day = form.DateOf(p.Legal.SessionAt.In(clock.Zone(p.Country)))
	}
	v, err := x.advancePage(c, p, act, typed)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) advancePage(c *web.Ctx, p Petition, act Act, typed advanceForm) (petitionview.DeskActPage, error) {
	words := advancePages[act]
	v := x.actPage(c, p, c.T(words.title), "/procedure/"+string(act))
	v.Back, v.Intro, v.Button = c.URL(procedurePath(p)), c.T(words.intro), c.T(words.button)
	var fields []templ.Component
	switch act {
	case ActAssign:
		fields = append(fields, ui.Text(v.Page, ui.TextField{Name: "committee", Label: c.T("Name of the committee"), Value: typed.Committee, Max: MaxName, AutoDir: true}))
	case ActSchedule:
		session, err := x.sessionFields(c, v.Page, p, typed.Session, typed.Day)
		if err != nil {
			return v, err
		}
		fields = append(fields, session)
	case ActDeliberate:
		fields = append(fields, ui.Textarea(v.Page, ui.TextareaField{Name: "decision", Label: c.T("Number and words of the decision"), Value: typed.Decision, Max: MaxNote, Rows: 5}),
			ui.DateParts(v.Page, ui.DateField{Name: "on", Label: c.T("Day of the decision"), Hint: c.T("For example 31 12 2026"), Day: typed.On.Day, Month: typed.On.Month, Year: typed.On.Year}))
	}
	fields = append(fields, ui.Textarea(v.Page, ui.TextareaField{Name: "reasons", Label: c.T("Public note"), Hint: c.T("Shown in the public timeline. You may leave it empty."), Value: typed.Reasons, Max: MaxNote, Rows: 3, Optional: true}))
	v.Fields = petitionview.Together(fields...)
	return v, nil
}

func (x *Procedure) advance(c *web.Ctx) error {
	act, p, err := x.advanceAct(c)
	if err != nil {
		return err
	}
	var typed advanceForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := LegalStep{Committee: typed.Committee, Decision: typed.Decision, Reasons: typed.Reasons}
	if act == ActSchedule {
		in.Session, in.SessionAt, err = x.typedSession(c, p, typed.Session, typed.Day)
	} else {
		in.On, err = typedDay(typed.On, p.Country, "on")
	}
	if err == nil {
		_, err = x.service.Advance(c.Std(), c.Actor, p.ID, act, in)
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.advancePage(c, p, act, typed) }, flashAdvanced, procedurePath(p))
}
