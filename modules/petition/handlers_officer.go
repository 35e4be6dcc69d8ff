package petition

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// perPage is how many entries a page of the desk has.
const perPage = 20

// queue shows what waits for moderation, the oldest first.
func (d *Desk) queue(c *web.Ctx) error {
	return d.petitions(c, tabModeration, c.T("Moderation"), d.waitingRows)
}

// published shows what is public, so that an officer finds the page from which
// a closing day is changed or a text taken out of sight.
func (d *Desk) published(c *web.Ctx) error {
	return d.petitions(c, tabPublished, c.T("Published petitions"), d.publishedRows)
}

// petitions is a list of petitions at one authority's desk.
func (d *Desk) petitions(c *web.Ctx, tab DeskTab, title string, rows func(c *web.Ctx, org string, v *petitionview.DeskQueuePage) error) error {
	org, nav, err := d.at(c, tab, desks(c.Actor))
	if err != nil {
		return err
	}
	v := petitionview.DeskQueuePage{Page: c.Page(title), Nav: nav}
	v.Wide = true
	if err := rows(c, org, &v); err != nil {
		return err
	}
	return c.Show(petitionview.DeskQueue(v))
}

func (d *Desk) waitingRows(c *web.Ctx, org string, v *petitionview.DeskQueuePage) error {
	page, err := d.service.ModerationQueue(c.Std(), c.Actor, org, c.Query("after"), perPage)
	if err != nil {
		return err
	}
	v.Lead = c.T("The one that has waited longest comes first. A decision is about publication alone; whether you agree plays no part.")
	v.EmptyTitle, v.EmptyText = c.T("Nothing waits for moderation"), c.T("New petitions appear here when their authors submit them.")
	v.Pages = deskPages(deskURL(c, tabModeration.Path, org), c.Query("after"), page.Next)
	table := ui.TableSpec{Caption: c.T("Petitions that wait for moderation"), HideCaption: true, RowHead: true, Head: []ui.Th{
		{Label: c.T("Petition")}, {Label: c.T("Reference")}, {Label: c.T("Theme")}, {Label: c.T("Submitted")}, {Label: c.T("Waiting")},
	}}
	for _, p := range page.Items {
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: titleOf(c, p), Href: c.URL(reviewPath(p))}, {Text: p.Reference, Ltr: true}, {Text: c.T(ThemeLabel(p.Theme))},
			{Text: c.Locale.Date(p.SubmittedAt)}, {Text: waitingFor(c, p)},
		})
	}
	if len(table.Rows) > 0 {
		v.Sections = []petitionview.DeskSection{{Table: table}}
	}
	return nil
}

// waitingFor says for how many days a petition has waited for moderation.
func waitingFor(c *web.Ctx, p Petition) string {
	days := daysBetween(p.SubmittedAt, c.Now(), clock.Zone(p.Country))
	if days < 1 {
		return c.T("since today")
	}
	return c.N("{n} day", "{n} days", days)
}

func (d *Desk) publishedRows(c *web.Ctx, org string, v *petitionview.DeskQueuePage) error {
	page, err := d.service.List(c.Std(), Filter{Place: org, After: c.Query("after"), Limit: perPage})
	if err != nil {
		return err
	}
	v.EmptyTitle, v.EmptyText = c.T("Nothing has been published yet"), c.T("Petitions appear here once they are published.")
	v.Pages = deskPages(deskURL(c, tabPublished.Path, org), c.Query("after"), page.Next)
	table := ui.TableSpec{Caption: c.T("Published petitions"), HideCaption: true, RowHead: true, Head: []ui.Th{
		{Label: c.T("Petition")}, {Label: c.T("State")}, {Label: c.T("Signatures"), Number: true}, {Label: c.T("Published on")}, {Label: c.T("Last day to sign")},
	}}
	for _, p := range page.Items {
		if p.Authority != org {
			continue // of an authority that lies in this one
		}
		closes := "–"
		if !p.ClosesAt.IsZero() {
			closes = c.Locale.Date(p.ClosesAt)
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: p.Object(c.Locale.Lang()), Href: c.URL("/desk/petitions/" + p.ID)},
			{Body: ui.Tag(c.T(StateLabel(p.State)), toneOf(p.State))},
			{Text: countText(c, p.Valid, p.Threshold)}, {Text: c.Locale.Date(p.PublishedAt)}, {Text: closes},
		})
	}
	if len(table.Rows) > 0 {
		v.Sections = []petitionview.DeskSection{{Table: table}}
	}
	return nil
}

// countText is the count of signatures with the threshold, if there is one.
func countText(c *web.Ctx, n, of int64) string {
	if of == 0 {
		return c.Locale.Number(n)
	}
	return c.T("{n} of {total}", "n", c.Locale.Number(n), "total", c.Locale.Number(of))
}

// deskPages are the links of a queue.
func deskPages(base, after, next string) ui.Pages {
	var pages ui.Pages
	if after != "" {
		pages.First = base
	}
	if next != "" {
		pages.Next = base + "&after=" + url.QueryEscape(next)
	}
	return pages
}

// checklist is what is looked at before a text is published.
var checklist = []string{
	i18n.Msg("It asks the authority for something definite."),
	i18n.Msg("The authority has the power to do it."),
	i18n.Msg("No open petition asks for the same."),
	i18n.Msg("It names no private person and accuses nobody."),
	i18n.Msg("It reveals nothing confidential, and concerns no case before a court."),
	i18n.Msg("It insults nobody, advertises nothing and calls for no hatred or violence."),
	i18n.Msg("Its documents were opened, and they too hold no personal data of others."),
}

func checkLines(c *web.Ctx) []string {
	var lines []string
	for _, line := range checklist {
		lines = append(lines, c.T(line))
	}
	return lines
}

// review shows all there is to know of a petition, and what may be done with it.
func (d *Desk) review(c *web.Ctx) error {
	p, a, err := d.file(c)
	if err != nil {
		return err
	}
	v := petitionview.ReviewPage{
		Page: c.Page(titleOf(c, p)), Back: deskURL(c, tabModeration.Path, p.Moderator()), Object: titleOf(c, p), Authority: a.Name(c.Locale.Lang()),
		StateText: c.T(StateLabel(p.State)), StateTone: toneOf(p.State), Acts: reviewActs(c, p),
		NoActs: c.T("In this state there is nothing for you to do."), Changes: changesBefore(p),
		Texts: reviewTexts(c, p), Facts: reviewFacts(c, p), People: reviewPeople(c, p), Rejection: rejection(c, p),
	}
	v.Wide, v.ArabicText = true, p.Texts["ar"].Object != ""
	if p.State == Moderation {
		v.Waiting = c.T("Submitted {ago}", "ago", c.Locale.Ago(p.SubmittedAt, c.Now()))
		v.Checklist = checkLines(c)
	}
	if !moderates(c.Actor, p.Moderator()) {
		v.Back = deskURL(c, tabAnswers.Path, p.Authority)
	}
	if p.IsPublic() {
		v.PublicHref = c.URL("/petitions/" + p.ID)
	}
	if v.Attachments, err = d.documents(c, p.Attachments); err != nil {
		return err
	}
	if v.History, err = d.history(c, p); err != nil {
		return err
	}
	if err := d.reviewCounts(c, p, &v); err != nil {
		return err
	}
	return c.Show(petitionview.Review(v))
}

// changesBefore is what was last asked of the author, while it is of use.
func changesBefore(p Petition) string {
	if p.State == Moderation {
		return p.Changes
	}
	return ""
}

// reviewCounts fills in the signatures, and what else is open for the same.
func (d *Desk) reviewCounts(c *web.Ctx, p Petition, v *petitionview.ReviewPage) error {
	if !p.PublishedAt.IsZero() {
		tally, err := d.service.Tally(c.Std(), p.ID)
		if err != nil {
			return err
		}
		count := ui.ProgressSpec{Count: tally.Valid, Threshold: p.Threshold.Signatures, Supporters: tally.Supporters}
		v.Count = &count
		return nil
	}
	found, err := d.service.Similar(c.Std(), p.Text(c.Locale.Lang()).Object, p.Authority)
	if err != nil {
		return err
	}
	v.Similar, err = d.cards(c, found)
	for i := range v.Similar {
		v.Similar[i].Level = 3
	}
	return err
}

// deskActs are the acts of the review page with what they do.
var deskActs = []struct {
	act         Act
	path        string
	label, text string
	kind        ui.Kind
	in          StateSet // where it is offered; nil wherever it may be done
}{
	{ActPublish, "/publish", i18n.Msg("Publish"), i18n.Msg("Everybody can read it, and signatures are collected."), ui.Primary, nil},
	{ActRequestChanges, "/changes", i18n.Msg("Ask for changes"), i18n.Msg("It goes back to its author with your note; others do not see it."), ui.Secondary, nil},
	{ActReject, "/reject", i18n.Msg("Do not publish"), i18n.Msg("The author is told the reason. Most reasons leave the text readable; some hide it."), ui.Secondary, nil},
	{ActDraftAnswer, "/answer", i18n.Msg("Answer"), i18n.Msg("Draft, approve and publish the answer of the authority."), ui.Primary, nil},
	{ActClosing, "/closing", i18n.Msg("Change the closing day"), "", ui.Secondary, nil},
	{ActHide, "/hide", i18n.Msg("Take the text out of sight"), i18n.Msg("For a text whose publication does harm. The petition ends."), ui.Secondary, StateSet{Open, Ready, Rejected}},
}

func reviewActs(c *web.Ctx, p Petition) []petitionview.DeskAct {
	var acts []petitionview.DeskAct
	for _, a := range deskActs {
		if !May(c.Actor, p, a.act) || a.in != nil && !a.in.Has(p.State) {
			continue
		}
		text := ""
		if a.text != "" {
			text = c.T(a.text)
		}
		acts = append(acts, petitionview.DeskAct{Label: c.T(a.label), Href: c.URL(reviewPath(p) + a.path), Kind: a.kind, Text: text})
	}
	if slices.Contains(RolesOf(c.Actor, p), AsOfficer) && !p.PublishedAt.IsZero() {
		acts = append(acts, petitionview.DeskAct{Label: c.T("Invalidated signatures"), Href: c.URL(reviewPath(p) + "/batches"), Kind: ui.Secondary, Text: c.T("Take signatures that were not given honestly out of the count, or put them back.")})
	}
	if answers(c.Actor, p.Authority) && (AnswerableStates.Has(p.State) || LegalStates.Has(p.State)) {
		acts = append(acts, petitionview.DeskAct{Label: c.T("Legal procedure"), Href: c.URL(procedurePath(p)), Kind: ui.Secondary, Text: c.T("Deposit, conditions, decision, session and follow-up.")})
	}
	return acts
}

// reviewTexts are the texts in all languages of the petition, the original first.
func reviewTexts(c *web.Ctx, p Petition) []petitionview.ReviewText {
	var texts []petitionview.ReviewText
	for i, lang := range p.Langs {
		name := langNames[lang]
		if i == 0 && len(p.Langs) > 1 {
			name = c.T("{language} (original)", "language", name)
		}
		t := p.Texts[lang]
		texts = append(texts, petitionview.ReviewText{Lang: lang, LangName: name, Object: t.Object, Sections: sections(c, t)})
	}
	return texts
}

func reviewFacts(c *web.Ctx, p Petition) []ui.SummaryRow {
	var rows []ui.SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return c.Locale.DateTime(t)
	}
	var tags []string
	for _, tag := range p.Tags {
		tags = append(tags, c.T(TagLabel(tag)))
	}
	rows = append(rows, ui.SummaryRow{Key: c.T("Reference"), Body: ui.Ltr(p.Reference)})
	add(c.T("Theme"), c.T(ThemeLabel(p.Theme)))
	add(c.T("Concerns"), c.Locale.List(tags))
	add(c.T("Submitted"), date(p.SubmittedAt))
	add(c.T("Published on"), date(p.PublishedAt))
	if !p.ClosesAt.IsZero() {
		add(c.T("Last day to sign"), c.Locale.Date(p.ClosesAt))
	}
	if p.Threshold.Signatures > 0 {
		add(c.T("Threshold"), c.N("{n} valid signature", "{n} valid signatures", int(p.Threshold.Signatures)))
	}
	if p.ReplyRuns() {
		add(c.T("Reply due"), c.Locale.Date(p.AnswerDueAt))
	}
	return rows
}

// reviewPeople names those who petition, for the authority alone.
func reviewPeople(c *web.Ctx, p Petition) []ui.SummaryRow {
	row := func(key, value string) ui.SummaryRow {
		if value == "" {
			value = c.T("Not named")
		}
		return ui.SummaryRow{Key: key, Value: value}
	}
	var rows []ui.SummaryRow
	agent := c.T("Agent")
	if p.Kind == Association {
		rows = append(rows, row(c.T("Association"), p.OrgName))
		agent = c.T("Legal representative")
	}
	name := p.Agent.Name
	switch {
	case name == "":
		name = c.T("The account of the agent was deleted.")
	case p.Agent.Public:
		name += "\n\n" + c.T("This name is public.")
	}
	rows = append(rows, row(agent, name), row(c.T("Deputy"), p.Deputy.Name))
	return append(rows, row(c.T("Committee"), memberNames(p)))
}

// memberNames are the names of the committee, each a paragraph of its own: one
// may be in Arabic letters, the next in Latin ones.
func memberNames(p Petition) string {
	var members []string
	for _, m := range p.Committee {
		members = append(members, m.Name)
	}
	return strings.Join(members, "\n\n")
}

// history is all that happened, with what the public is not told marked as such.
func (d *Desk) history(c *web.Ctx, p Petition) ([]ui.Event, error) {
	var events []ui.Event
	names := map[string]string{}
	for i, e := range p.History {
		by, err := d.doer(c, e, names)
		if err != nil {
			return nil, err
		}
		if !e.Public {
			by += " · " + c.T("not shown to the public")
		}
		state := ui.Past
		if i == len(p.History)-1 {
			state = ui.Present
		}
		events = append(events, ui.Event{At: e.At.In(clock.Zone(p.Country)), Title: d.actLabel(c, e.Act), Text: e.Reason, By: by, State: state})
	}
	return events, nil
}

// doer says in which role somebody did something, with the name of those who
// serve the authority. The agent's name stands where the petitioners do.
func (d *Desk) doer(c *web.Ctx, e audit.Entry, names map[string]string) (string, error) {
	label := roleLabels[e.ActorRole]
	if label == "" {
		return e.ActorRole, nil
	}
	switch Role(e.ActorRole) {
	case AsOfficer, AsCouncillor, AsPresident:
	default:
		return c.T(label), nil
	}
	name, known := names[e.ActorID]
	if !known {
		person, err := d.people.Person(c.Std(), e.ActorID)
		if err != nil && !isNotFound(err) {
			return "", err
		}
		name = person.Name
		names[e.ActorID] = name
	}
	if name == "" {
		return c.T(label), nil
	}
	return c.T("{name}, {role}", "name", name, "role", c.T(label)), nil
}
