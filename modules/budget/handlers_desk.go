package budget

import (
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var (
	flashPublished = i18n.Msg("The proposal is published.")
	flashReturned  = i18n.Msg("The proposal went back to its author.")
	flashRejected  = i18n.Msg("The proposal is refused, and its author told why.")
	flashOffered   = i18n.Msg("The author is asked.")
	flashAssigned  = i18n.Msg("The service has the proposal now.")
	flashKept      = i18n.Msg("Saved.")
	flashConcluded = i18n.Msg("The verdict is public.")
	flashWritten   = i18n.Msg("The proposal is written down. An officer reads it before it is published.")
)

// deskCrumbs lead back through the desk.
func deskCrumbs(c *web.Ctx, e Edition, more ...ui.Crumb) []ui.Crumb {
	all := []ui.Crumb{{Label: c.T("Desk"), Href: c.URL("/desk")}, {Label: c.T("Participatory budgets"), Href: c.URL("/desk/budgets")}}
	if e.ID != "" {
		title := e.Title(c.Locale.Lang())
		if title == "" {
			title = c.T("Budget without a title yet")
		}
		all = append(all, ui.Crumb{Label: title, Href: c.URL("/desk/budgets/" + e.ID)})
	}
	return append(all, more...)
}

// deskFrame is a page of the desk.
func (h *Pages) deskFrame(c *web.Ctx, title string) ui.Page {
	p := h.frame(c, title)
	c.SetCurrent("desk")
	return p
}

// desk shows the editions of the authorities one serves, and what waits there.
func (h *Pages) desk(c *web.Ctx) error {
	v := budgetview.ListPage{Page: h.deskFrame(c, c.T("Participatory budgets")), Crumbs: deskCrumbs(c, Edition{})[:1], Empty: c.T("No participatory budget here yet")}
	v.Crumbs = append(v.Crumbs, ui.Crumb{Label: v.Title})
	v.Wide = true
	one := c.Query("authority")
	for _, org := range c.Actor.OrgsWith(staff...) {
		if one != "" && org != one {
			continue
		}
		section, next, err := h.deskOf(c, org)
		if isNotFound(err) { // a membership of an association, or of a place that is gone
			continue
		}
		if err != nil {
			return err
		}
		switch {
		case one != "":
			v.Pages = c.Pager("/desk/budgets", pairs("authority", one), c.Query("after"), next)
		case next != "":
			section.Parts = []templ.Component{budgetview.Link(c.URL("/desk/budgets")+"?"+pairs("authority", org, "after", next).Encode(), c.T("The next ones: {list}", "list", section.Title))}
		}
		v.Sections = append(v.Sections, section)
	}
	if c.Actor.HoldsAny(auth.Officer) {
		v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T("Prepare a new budget"), Href: c.URL("/desk/budgets/new")})
	}
	if c.Actor.HoldsAny(auth.Officer, auth.Department) {
		v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T("Proposals that wait"), Href: c.URL("/desk/proposals")})
	}
	if c.Actor.HoldsAny(auth.Officer) {
		v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T("Comments to read"), Href: c.URL("/desk/proposal-comments")})
	}
	return c.Show(budgetview.List(v))
}

// deskOf is one page of an authority's editions: the first, unless the request
// is for that authority alone.
func (h *Pages) deskOf(c *web.Ctx, org string) (s budgetview.Section, next string, err error) {
	name, err := h.authorityName(c, org)
	if err != nil {
		return s, "", err
	}
	after := ""
	if c.Query("authority") == org {
		after = c.Query("after")
	}
	page, err := h.Service.EditionsOf(c.Std(), c.Actor, org, after)
	if err != nil {
		return s, "", err
	}
	s.Title = name
	for _, e := range page.Items {
		title := e.Title(c.Locale.Lang())
		if title == "" {
			title = c.T("Budget without a title yet")
		}
		s.Cards = append(s.Cards, ui.CardSpec{Title: title, Href: c.URL("/desk/budgets/" + e.ID), TagText: c.T(e.PhaseLabelIn(e.Phase)), TagTone: phaseTone(e.Phase), Level: 3,
			Meta: []string{c.T("Envelope: {amount}", "amount", c.Locale.Money(e.Rules.Envelope, e.Rules.Currency)), c.T("Budget of {year}", "year", yearWord(e.Year))}})
	}
	if len(s.Cards) == 0 {
		s.Text = c.T("No participatory budget here yet")
	}
	return s, page.Next, nil
}

// orgFor returns the authority of a request at the desk: the one named, if the
// actor serves it in one of the roles, else the first.
func orgFor(c *web.Ctx, roles ...auth.Role) (string, []string, error) {
	var orgs []string
	for _, org := range c.Actor.OrgsWith(roles...) {
		if org != auth.PlatformID {
			orgs = append(orgs, org)
		}
	}
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if org == "" || !c.Actor.Holds(org, roles...) {
		return "", orgs, errNotYours
	}
	return org, orgs, nil
}

// orgTabs lead from one authority's list to another's.
func (h *Pages) orgTabs(c *web.Ctx, path, org string, orgs []string) ([]ui.Tab, error) {
	var tabs []ui.Tab
	for _, o := range orgs {
		name, err := h.authorityName(c, o)
		if err != nil {
			return nil, err
		}
		tabs = append(tabs, ui.Tab{Label: name, Href: c.URL(path) + "?authority=" + o, Current: o == org})
	}
	return tabs, nil
}

// queue lists what waits: to be read, and to be examined.
func (h *Pages) queue(c *web.Ctx) error {
	org, orgs, err := orgFor(c, auth.Officer, auth.Department)
	if err != nil {
		return err
	}
	v := budgetview.ListPage{Page: h.deskFrame(c, c.T("Proposals that wait")), Empty: c.T("Nothing waits here")}
	v.Crumbs, v.Wide = deskCrumbs(c, Edition{}, ui.Crumb{Label: v.Title}), true
	if v.Tabs, err = h.orgTabs(c, "/desk/proposals", org, orgs); err != nil {
		return err
	}
	for _, q := range []struct {
		queue Queue
		title string
	}{{QueueModeration, c.T("To be read")}, {QueueStudy, c.T("To be examined")}} {
		if q.queue == QueueModeration && !c.Actor.Holds(org, auth.Officer) {
			continue
		}
		section, next, err := h.queueSection(c, org, q.queue, q.title)
		if err != nil {
			return err
		}
		if section.Table == nil {
			continue
		}
		v.Sections = append(v.Sections, section)
		if c.Query("queue") == string(q.queue) {
			v.Pages = c.Pager("/desk/proposals", pairs("authority", org, "queue", string(q.queue)), c.Query("after"), next)
		}
	}
	return c.Show(budgetview.List(v))
}

// queueSection is one page of a queue. While both are shown each is at its
// beginning and leads to more; once one is paged through it stands alone.
func (h *Pages) queueSection(c *web.Ctx, org string, q Queue, title string) (s budgetview.Section, next string, err error) {
	after, alone := "", c.Query("queue")
	switch alone {
	case string(q):
		after = c.Query("after")
	case "":
	default:
		return s, "", nil
	}
	page, err := h.Service.Waiting(c.Std(), c.Actor, org, q, after)
	if err != nil || len(page.Items) == 0 {
		return s, "", err
	}
	table, err := h.queueTable(c, title, page.Items)
	s = budgetview.Section{Title: title, Table: &table}
	if alone == "" && page.Next != "" {
		s.Parts = []templ.Component{budgetview.Link(c.URL("/desk/proposals")+"?"+pairs("authority", org, "queue", string(q), "after", page.Next).Encode(), c.T("The next ones: {list}", "list", title))}
	}
	return s, page.Next, err
}

func (h *Pages) queueTable(c *web.Ctx, caption string, all []Proposal) (ui.TableSpec, error) {
	t := ui.TableSpec{Caption: caption, HideCaption: true, Head: []ui.Th{{Label: c.T("Number")}, {Label: c.T("Proposal")}, {Label: c.T("Area")}, {Label: c.T("Since")}}}
	for _, p := range all {
		e, err := h.Service.Edition(c.Std(), c.Actor, p.Edition)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.Locale.Number(p.Number)}, {Text: titleOf(c, p), Href: c.URL("/desk/proposals/" + p.ID)}, {Text: e.areaName(c, p.Area)}, {Text: shortDay(c, e, p.ListAt)}})
	}
	return t, nil
}

// desking returns the proposal of the request for somebody who serves its authority.
func (h *Pages) desking(c *web.Ctx) (Proposal, Edition, error) {
	p, e, err := h.file(c, c.Actor)
	if err == nil && !c.Actor.Holds(p.Authority, staff...) {
		err = errNotYours
	}
	return p, e, err
}

// deskAct is desking for one act that can be done now.
func (h *Pages) deskAct(c *web.Ctx, act Act) (Proposal, Edition, error) {
	p, e, err := h.desking(c)
	if err == nil {
		_, _, err = Next(p.State, e.Phase, act, RolesOf(c.Actor, p)...)
	}
	return p, e, err
}

// deskActs are the acts that have a page at the desk, in the order offered.
var deskActs = []struct {
	act         Act
	path, label string
}{
	{ActStudy, "/study", i18n.Msg("Write down the study")}, {ActConclude, "/verdict", i18n.Msg("Give the verdict")}, {ActAssign, "/assign", i18n.Msg("Give it to a service")},
	{ActOffer, "/merge", i18n.Msg("Offer a merge")}, {ActReturn, "/return", i18n.Msg("Ask the author for changes")},
	{ActReject, "/reject", i18n.Msg("Refuse the proposal")}, {ActHide, "/reject", i18n.Msg("Take the text out of sight")}, // last: the first one catches the eye
}

// review shows all of a proposal and what can be done with it.
func (h *Pages) review(c *web.Ctx) error {
	p, e, err := h.desking(c)
	if err != nil {
		return err
	}
	text := p.Text(c.Locale.Lang())
	v := budgetview.ListPage{Page: h.deskFrame(c, titleOf(c, p)), Crumbs: deskCrumbs(c, e, ui.Crumb{Label: p.Reference()}), Caption: c.T("Proposal no. {n}", "n", p.Number),
		TagText: c.T(StateLabel(p.State)), TagTone: stateTone(p.State)}
	base := c.URL("/desk/proposals/" + p.ID)
	rows := h.facts(c, e, p)
	who := p.Author.Name
	if p.OrgName != "" {
		who = p.OrgName
	}
	rows = append(rows, ui.SummaryRow{Key: c.T("Who proposes"), Value: c.T(SourceLabel(p.Source)) + "\n" + who}, ui.SummaryRow{Key: c.T("Supporters"), Value: c.Locale.Number(p.Supports)})
	v.Sections = append(v.Sections, budgetview.Section{Text: text.Body, Rows: rows})
	if May(c.Actor, e, p, ActPublish) {
		v.Sections = append(v.Sections, budgetview.Section{Title: c.T("Publish"), Text: c.T("Published, it is for everybody to read, support and discuss. Whether you like it plays no part."),
			Parts: []templ.Component{budgetview.Small(base+"/publish", c.T("Publish the proposal"), ui.Primary)}})
	}
	if similar, err := h.similarSection(c, e, p); err != nil {
		return err
	} else if len(similar.Cards) > 0 {
		v.Sections = append(v.Sections, similar)
	}
	offered := map[string]bool{}
	for _, a := range deskActs {
		if May(c.Actor, e, p, a.act) && !offered[a.path] {
			offered[a.path] = true
			v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T(a.label), Href: base + a.path})
		}
	}
	if May(c.Actor, e, p, ActSecond) {
		v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T("Ask for a second opinion"), Href: c.URL("/proposals/" + p.ID + "/second-opinion")})
	}
	if p.IsPublic() {
		v.Buttons = append(v.Buttons, budgetview.LinkTo{Text: c.T("See the public page"), Href: c.URL("/proposals/" + p.ID)})
	}
	if p.Study.Department != "" {
		box, err := h.draftStudy(c, e, p)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, budgetview.Section{Title: c.T("Feasibility"), Parts: []templ.Component{budgetview.Study(v.Page, box)}})
	}
	v.Sections = append(v.Sections, budgetview.Section{Title: c.T("What happened to it"), Events: timeline(c, p.History)})
	return c.Show(budgetview.List(v))
}

func (h *Pages) draftStudy(c *web.Ctx, e Edition, p Proposal) (budgetview.StudyBox, error) {
	box, err := h.studyBox(c, e, p.Study.Opinion)
	if p.Study.Opinion.Verdict == NoVerdict {
		box.Title, box.VerdictText, box.VerdictTone = e.DepartmentName(p.Study.Department, c.Locale.Lang()), c.T("No verdict yet"), ui.Neutral
	}
	return box, err
}

func (h *Pages) similarSection(c *web.Ctx, e Edition, p Proposal) (budgetview.Section, error) {
	found, err := h.Service.Similar(c.Std(), e.ID, p.Text(c.Locale.Lang()).Title, p.ID)
	s := budgetview.Section{Title: c.T("Proposals that want something similar")}
	for _, x := range found {
		card := h.proposalCard(c, e, x)
		card.Level = 3
		s.Cards = append(s.Cards, card)
	}
	return s, err
}

func (h *Pages) publish(c *web.Ctx) error {
	if _, _, err := h.desking(c); err != nil {
		return err
	}
	p, err := h.Service.PublishProposal(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	c.Flash(flashPublished)
	return c.SeeOther("/desk/proposals?authority=" + p.Authority)
}

// actPage is the frame of the page of one act on a proposal.
func (h *Pages) actPage(c *web.Ctx, p Proposal, e Edition, title, path string) budgetview.FormPage {
	return budgetview.FormPage{Page: h.deskFrame(c, title), Caption: titleOf(c, p), Action: c.URL("/desk/proposals/" + p.ID + path), Button: title, Cancel: c.URL("/desk/proposals/" + p.ID),
		Crumbs: deskCrumbs(c, e, ui.Crumb{Label: p.Reference(), Href: c.URL("/desk/proposals/" + p.ID)}, ui.Crumb{Label: title})}
}

func (h *Pages) showReturn(c *web.Ctx) error {
	view, err := h.returnPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) returnPage(c *web.Ctx, note string) (templ.Component, error) {
	p, e, err := h.deskAct(c, ActReturn)
	if err != nil {
		return nil, err
	}
	v := h.actPage(c, p, e, c.T("Ask the author for changes"), "/return")
	v.Lead = c.T("Only the author and the officers see this note. It never becomes public.")
	v.Fields = []templ.Component{ui.Textarea(v.Page, ui.TextareaField{Name: "note", Label: c.T("What should be changed, and why?"), Value: note, Max: MaxReason, Rows: 8})}
	return budgetview.Form(v), nil
}

func (h *Pages) sendBack(c *web.Ctx) error {
	var typed struct {
		Note string `form:"note,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if _, _, err := h.deskAct(c, ActReturn); err != nil {
		return err
	}
	p, err := h.Service.ReturnProposal(c.Std(), c.Actor, c.Params("id"), typed.Note)
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.returnPage(c, typed.Note) })
	}
	c.Flash(flashReturned)
	return c.SeeOther("/desk/proposals?authority=" + p.Authority)
}

func (h *Pages) showReject(c *web.Ctx) error {
	view, err := h.rejectPage(c, "", "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) rejectPage(c *web.Ctx, code, reasons string) (templ.Component, error) {
	p, e, err := h.deskAct(c, ActHide)
	if err != nil {
		return nil, err
	}
	before := p.State == Submitted
	v := h.actPage(c, p, e, c.T("Refuse the proposal"), "/reject")
	v.Danger, v.Lead = true, c.T("The refusal is public with its reason. Disagreement is no reason.")
	if !before {
		v.Title, v.Button = c.T("Take the text out of sight"), c.T("Take the text out of sight")
		v.Page.Title = v.Title
	}
	field := ui.RadiosField{Name: "code", Label: c.T("Reason"), Value: code}
	for _, x := range RejectionCodes {
		if !before && !x.Hides() {
			continue
		}
		option := ui.Option{Value: string(x), Label: c.T(RejectionLabel(x))}
		if x.Hides() {
			option.Hint = c.T("The text will not be shown.")
		}
		field.Options = append(field.Options, option)
	}
	v.Fields = []templ.Component{ui.Radios(v.Page, field), ui.Textarea(v.Page, ui.TextareaField{Name: "reasons", Label: c.T("Explain it to the author"), Value: reasons, Max: MaxReason})}
	return budgetview.Form(v), nil
}

func (h *Pages) reject(c *web.Ctx) error {
	var typed struct {
		Code    string `form:"code"`
		Reasons string `form:"reasons,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if _, _, err := h.deskAct(c, ActHide); err != nil {
		return err
	}
	p, err := h.Service.RejectProposal(c.Std(), c.Actor, c.Params("id"), RejectionCode(typed.Code), typed.Reasons)
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.rejectPage(c, typed.Code, typed.Reasons) })
	}
	c.Flash(flashRejected)
	return c.SeeOther("/desk/proposals?authority=" + p.Authority)
}

func (h *Pages) showOffer(c *web.Ctx) error {
	view, err := h.offerPage(c, "", "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) offerPage(c *web.Ctx, into, note string) (templ.Component, error) {
	p, e, err := h.deskAct(c, ActOffer)
	if err != nil {
		return nil, err
	}
	v := h.actPage(c, p, e, c.T("Offer a merge"), "/merge")
	v.Lead = c.T("The author is asked. Nothing happens without a yes.")
	field := ui.RadiosField{Name: "into", Label: c.T("Merge it into"), Value: into}
	similar, err := h.Service.Similar(c.Std(), e.ID, p.Text(c.Locale.Lang()).Title, p.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range similar {
		if mergeable.Has(x.State) {
			field.Options = append(field.Options, ui.Option{Value: x.ID, Label: titleOf(c, x), Hint: c.T("No. {n}", "n", x.Number), AutoDir: true})
		}
	}
	v.Fields = []templ.Component{
		ui.Text(v.Page, ui.TextField{Name: "number", Label: c.T("Number of the other proposal"), Hint: c.T("Such as 12"), Numeric: true, Size: 6, Optional: len(field.Options) > 0}),
		ui.Textarea(v.Page, ui.TextareaField{Name: "note", Label: c.T("A word to the author"), Value: note, Max: MaxReason, Optional: true})}
	if len(field.Options) > 0 {
		v.Fields = append([]templ.Component{ui.Radios(v.Page, field)}, v.Fields...)
	}
	return budgetview.Form(v), nil
}

func (h *Pages) offer(c *web.Ctx) error {
	var typed struct {
		Into   string `form:"into"`
		Number string `form:"number"`
		Note   string `form:"note,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, e, err := h.deskAct(c, ActOffer)
	if err != nil {
		return err
	}
	if typed.Number != "" {
		found, err := h.Service.Search(c.Std(), typed.Number, ProposalFilter{Edition: e.ID}, 1)
		if err != nil {
			return err
		}
		if typed.Into = ""; len(found) == 1 {
			typed.Into = found[0].ID
		}
	}
	if _, err := h.Service.OfferMerge(c.Std(), c.Actor, p.ID, typed.Into, typed.Note); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.offerPage(c, typed.Into, typed.Note) })
	}
	c.Flash(flashOffered)
	return c.SeeOther("/desk/proposals/" + p.ID)
}

func (h *Pages) showAssign(c *web.Ctx) error {
	view, err := h.assignPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) assignPage(c *web.Ctx, department string) (templ.Component, error) {
	p, e, err := h.deskAct(c, ActAssign)
	if err != nil {
		return nil, err
	}
	v := h.actPage(c, p, e, c.T("Give it to a service"), "/assign")
	v.Fields = []templ.Component{ui.Select(v.Page, departmentSelect(c, e, department))}
	return budgetview.Form(v), nil
}

func (h *Pages) assign(c *web.Ctx) error {
	var typed struct {
		Department string `form:"department"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	p, _, err := h.deskAct(c, ActAssign)
	if err != nil {
		return err
	}
	if _, err := h.Service.Assign(c.Std(), c.Actor, p.ID, typed.Department); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.assignPage(c, typed.Department) })
	}
	c.Flash(flashAssigned)
	return c.SeeOther("/desk/proposals/" + p.ID)
}

// commentQueue lists the comments that wait to be read.
func (h *Pages) commentQueue(c *web.Ctx) error {
	org, orgs, err := orgFor(c, auth.Officer)
	if err != nil {
		return err
	}
	page, err := h.Service.CommentsWaiting(c.Std(), c.Actor, org, c.Query("after"))
	if err != nil {
		return err
	}
	v := budgetview.ListPage{Page: h.deskFrame(c, c.T("Comments to read")), Empty: c.T("Nothing waits here"), Pages: c.Pager("/desk/proposal-comments", pairs("authority", org), c.Query("after"), page.Next)}
	v.Crumbs = deskCrumbs(c, Edition{}, ui.Crumb{Label: v.Title})
	if v.Tabs, err = h.orgTabs(c, "/desk/proposal-comments", org, orgs); err != nil {
		return err
	}
	action := c.URL("/desk/proposal-comments")
	for _, x := range page.Items {
		p, err := h.Service.Proposal(c.Std(), c.Actor, x.Proposal)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, budgetview.Section{Title: titleOf(c, p), Text: strings.TrimSpace(x.Name + "\n\n" + x.Text), Parts: []templ.Component{
			budgetview.Small(action, c.T("Show it"), ui.Primary, "id", x.ID, "decision", "show"), budgetview.Small(action, c.T("Do not show it"), ui.Secondary, "id", x.ID, "decision", "refuse")}})
	}
	return c.Show(budgetview.List(v))
}

func (h *Pages) decideComment(c *web.Ctx) error {
	var typed struct {
		ID       string `form:"id"`
		Decision string `form:"decision"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if err := h.Service.DecideComment(c.Std(), c.Actor, typed.ID, typed.Decision == "show"); err != nil {
		return err
	}
	c.Flash(flashKept)
	return c.SeeOther("/desk/proposal-comments")
}
