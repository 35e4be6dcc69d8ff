package budget

import (
	"fmt"
	"slices"
	"strconv"
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
	flashPlanned   = i18n.Msg("The forum is in the calendar.")
	flashRecorded  = i18n.Msg("The record is saved.")
	flashMinutes   = i18n.Msg("The minutes are final and public.")
	flashCalledOff = i18n.Msg("The forum is called off.")
	flashSentOn    = i18n.Msg("The idea is a proposal now.")
)

// forumTitle names a forum: what it is, and where.
func forumTitle(c *web.Ctx, e Edition, f Forum) string {
	if f.Area == "" {
		return c.T(ForumKindLabel(f.Kind))
	}
	return c.T("{kind}: {area}", "kind", c.T(ForumKindLabel(f.Kind)), "area", e.areaName(c, f.Area))
}

func forumTone(s ForumState) ui.Tone {
	switch s {
	case ForumClosed:
		return ui.Success
	case ForumCalledOff:
		return ui.Warning
	}
	return ui.Info
}

// forumCard is a forum as lists show it.
func forumCard(c *web.Ctx, e Edition, f Forum, href string) ui.CardSpec {
	return ui.CardSpec{Title: forumTitle(c, e, f), Href: href, TagText: c.T(ForumStateLabel(f.State)), TagTone: forumTone(f.State), Meta: []string{c.Locale.Date(f.On.In(e.Zone())), f.Venue}}
}

// forums is the public list of an edition's forums.
func (h *Pages) forums(c *web.Ctx) error {
	e, err := h.edition(c, auth.Actor{})
	if err != nil {
		return err
	}
	page, err := h.Service.Forums(c.Std(), e.ID, c.Query("after"))
	if err != nil {
		return err
	}
	v := budgetview.ListPage{Page: h.frame(c, c.T("Forums and their minutes")), Crumbs: crumbs(c, e, ui.Crumb{Label: c.T("Forums and their minutes")}), Caption: e.Title(c.Locale.Lang()),
		Empty: c.T("No forum is planned yet"), Pages: c.Pager("/budgets/"+e.ID+"/forums", pairs(), c.Query("after"), page.Next)}
	var s budgetview.Section
	for _, f := range page.Items {
		s.Cards = append(s.Cards, forumCard(c, e, f, c.URL("/forums/"+f.ID)))
	}
	if len(s.Cards) > 0 {
		v.Sections = append(v.Sections, s)
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(budgetview.List(v))
}

// meeting returns the forum of the request for an actor, with its edition.
func (h *Pages) meeting(c *web.Ctx, who auth.Actor) (Forum, Edition, error) {
	f, err := h.Service.Forum(c.Std(), who, c.Params("id"))
	if err != nil {
		return f, Edition{}, err
	}
	e, err := h.Service.Edition(c.Std(), who, f.Edition)
	c.UseCountry(f.Country)
	return f, e, err
}

// forum is the public page of a forum: before it where and when, afterwards its
// minutes.
func (h *Pages) forum(c *web.Ctx) error {
	f, e, err := h.meeting(c, auth.Actor{})
	if err != nil {
		return err
	}
	v := budgetview.ListPage{Page: h.frame(c, forumTitle(c, e, f)), Caption: e.Title(c.Locale.Lang()), TagText: c.T(ForumStateLabel(f.State)), TagTone: forumTone(f.State)}
	v.Crumbs = crumbs(c, e, ui.Crumb{Label: c.T("Forums and their minutes"), Href: c.URL("/budgets/" + e.ID + "/forums")}, ui.Crumb{Label: v.Title})
	v.Sections = []budgetview.Section{{Rows: []ui.SummaryRow{{Key: c.T("Day"), Value: c.Locale.Date(f.On.In(e.Zone()))}, {Key: c.T("Place"), Value: f.Venue}}}}
	if f.State == ForumClosed {
		v.Buttons = []budgetview.LinkTo{{Text: c.T("The minutes as PDF"), Href: c.URL("/forums/" + f.ID + "/minutes.pdf")}}
		v.Sections = append(v.Sections, minutesSections(c, e, f)...)
	}
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(budgetview.List(v))
}

func minutesSections(c *web.Ctx, e Edition, f Forum) []budgetview.Section {
	attendance := attendanceTable(c, f)
	all := []budgetview.Section{{Title: c.N("{n} person came", "{n} people came", f.Attended()), Table: &attendance}}
	if len(f.Ideas) > 0 {
		t := ui.TableSpec{Caption: c.T("Ideas and hands"), HideCaption: true, Head: []ui.Th{{Label: c.T("Idea")}, {Label: c.T("Hands"), Number: true}}}
		for _, x := range f.Ideas {
			cell := ui.Cell{Text: x.Title}
			if x.Proposal != "" {
				cell.Href = c.URL("/proposals/" + x.Proposal)
			}
			t.Rows = append(t.Rows, []ui.Cell{cell, {Text: c.Locale.Number(int64(x.Hands))}})
		}
		all = append(all, budgetview.Section{Title: c.T("Ideas and hands"), Table: &t})
	}
	if len(f.Candidates) > 0 {
		t := ui.TableSpec{Caption: c.T("Election of the delegate"), HideCaption: true, Head: []ui.Th{{Label: c.T("Candidate")}, {Label: c.T("Hands"), Number: true}, {Label: c.T("Result")}}}
		for i, x := range f.Candidates {
			t.Rows = append(t.Rows, []ui.Cell{{Text: candidateName(c, i, x)}, {Text: c.Locale.Number(int64(x.Hands))}, {Text: electedWord(c, x)}})
		}
		all = append(all, budgetview.Section{Title: c.T("Election of the delegate"), Table: &t})
	}
	if f.Kind == DelegatesForum && e.Frozen != nil {
		t := rankingTable(c, e, f)
		text := c.T("Each score is multiplied by the weight of its criterion. Among equals the cheaper project goes first, then the lot.")
		if len(e.Rules.Earmarks) > 0 {
			text += " " + c.T("A share kept for a need is given first, in the same order; what is left of it goes to all projects.")
		}
		all = append(all, budgetview.Section{Title: c.T("Ranking by the delegates"), Text: text, Table: &t})
	}
	if f.Notes != "" {
		all = append(all, budgetview.Section{Title: c.T("Notes"), Text: f.Notes})
	}
	return all
}

func candidateName(c *web.Ctx, i int, x Candidate) string {
	if x.Name == "" {
		return c.T("Candidate {n}", "n", i+1)
	}
	return x.Name
}

func electedWord(c *web.Ctx, x Candidate) string {
	if x.Elected {
		return c.T("Elected delegate")
	}
	return ""
}

func attendanceTable(c *web.Ctx, f Forum) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("Attendance by age and sex"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Age")}}}
	for _, sex := range Sexes {
		t.Head = append(t.Head, ui.Th{Label: c.T(SexLabel(sex)), Number: true})
	}
	t.Head = append(t.Head, ui.Th{Label: c.T("Together"), Number: true})
	for _, band := range append(slices.Clone(Bands), "") {
		row := []ui.Cell{{Text: bandName(c, band)}}
		for _, sex := range append(slices.Clone(Sexes), "") {
			row = append(row, ui.Cell{Text: c.Locale.Number(int64(f.Count(sex, band)))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func bandName(c *web.Ctx, band string) string {
	from, to, ranged := strings.Cut(band, "-")
	switch {
	case band == "":
		return c.T("Together")
	case !ranged:
		return c.T("{n} years and over", "n", strings.TrimSuffix(band, "+"))
	}
	return c.T("{from} to {to} years", "from", from, "to", to)
}

func rankingTable(c *web.Ctx, e Edition, f Forum) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("Ranking by the delegates"), HideCaption: true, Head: []ui.Th{{Label: c.T("Place")}, {Label: c.T("Project")}, {Label: c.T("Points"), Number: true}, {Label: c.T("Cost"), Number: true}, {Label: c.T("Result")}}}
	for i, r := range Rank(e, e.Frozen.Projects, f.Scores) {
		result := c.T("To be funded")
		switch {
		case r.Need != "":
			result = c.T("To be funded from the share kept for: {group}", "group", c.T(NeedLabel(r.Need)))
		case !r.Fits:
			result = c.T("Does not fit what is left of its area’s envelope")
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.Locale.Number(int64(i + 1))}, {Text: inLang(r.Project.Titles, c.Locale.Lang()), Href: c.URL("/proposals/" + r.Project.ID)},
			{Text: c.Locale.Number(int64(r.Points))}, {Text: c.Locale.Money(r.Project.Cost, e.Rules.Currency)}, {Text: result}})
	}
	return t
}

// deskForums is the list of an edition's forums for those who run them.
func (h *Pages) deskForums(c *web.Ctx) error {
	e, err := h.serving(c)
	if err != nil {
		return err
	}
	page, err := h.Service.Forums(c.Std(), e.ID, c.Query("after"))
	if err != nil {
		return err
	}
	v := budgetview.ListPage{Page: h.deskFrame(c, c.T("Forums")), Crumbs: deskCrumbs(c, e, ui.Crumb{Label: c.T("Forums")}), Empty: c.T("No forum is planned yet"),
		Pages: c.Pager("/desk/budgets/"+e.ID+"/forums", pairs(), c.Query("after"), page.Next)}
	if RunningPhases.Has(e.Phase) {
		v.Buttons = []budgetview.LinkTo{{Text: c.T("Plan a forum"), Href: c.URL("/desk/budgets/" + e.ID + "/forums/new")}}
	}
	var s budgetview.Section
	for _, f := range page.Items {
		s.Cards = append(s.Cards, forumCard(c, e, f, c.URL("/desk/forums/"+f.ID)))
	}
	if len(s.Cards) > 0 {
		v.Sections = append(v.Sections, s)
	}
	return c.Show(budgetview.List(v))
}

// planForm is what one types to plan a forum.
type planForm struct {
	Kind  string    `form:"kind"`
	Area  string    `form:"area"`
	On    form.Date `form:"on"`
	Venue string    `form:"venue"`
	Once  string    `form:"once"`
}

func (h *Pages) showPlan(c *web.Ctx) error {
	view, err := h.planPage(c, planForm{})
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) planPage(c *web.Ctx, f planForm) (templ.Component, error) {
	e, err := h.serving(c)
	if err != nil {
		return nil, err
	}
	if !RunningPhases.Has(e.Phase) {
		return nil, errNotNow
	}
	v := h.edAct(c, e, c.T("Plan a forum"), "/forums/new")
	v.Cancel = c.URL("/desk/budgets/" + e.ID + "/forums")
	kinds := ui.RadiosField{Name: "kind", Label: c.T("What kind of meeting is it?"), Value: f.Kind}
	for _, k := range ForumKinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: c.T(ForumKindLabel(k))})
	}
	v.Fields = []templ.Component{ui.Hidden("once", c.NewID()), ui.Radios(v.Page, kinds)}
	if len(e.Rules.Areas) > 0 {
		v.Fields = append(v.Fields, ui.Select(v.Page, areaSelect(c, e, f.Area, c.T("The whole territory"))))
	}
	v.Fields = append(v.Fields, ui.DateParts(v.Page, ui.DateField{Name: "on", Label: c.T("Day"), Day: f.On.Day, Month: f.On.Month, Year: f.On.Year}),
		ui.Text(v.Page, ui.TextField{Name: "venue", Label: c.T("Place and hour"), Hint: c.T("For example: youth centre, Sunday at 10"), Value: f.Venue, Max: MaxTitle, AutoDir: true}))
	return budgetview.Form(v), nil
}

func (h *Pages) plan(c *web.Ctx) error {
	e, err := h.serving(c)
	if err != nil {
		return err
	}
	var typed planForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	on, _ := typed.On.In(e.Zone())
	planned := Forum{Kind: ForumKind(typed.Kind), Area: typed.Area, On: on, Venue: typed.Venue}
	if !on.IsZero() {
		planned.On = on.UTC()
	}
	if _, err := h.Service.Plan(c.Std(), c.Actor, e.ID, planned, typed.Once); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.planPage(c, typed) })
	}
	c.Flash(flashPlanned)
	return c.SeeOther("/desk/budgets/" + e.ID + "/forums")
}

// running returns the forum of the request for somebody who runs it.
func (h *Pages) running(c *web.Ctx) (Forum, Edition, error) {
	f, e, err := h.meeting(c, c.Actor)
	if err == nil && !c.Actor.Holds(f.Authority, auth.Officer, auth.Facilitator) {
		err = errNotYours
	}
	return f, e, err
}

// recordForm is what the facilitator's screen sends beside the counts.
type recordForm struct {
	Ideas      string `form:"ideas,text"`
	Candidates string `form:"candidates,text"`
	Notes      string `form:"notes,text"`
}

func recordFormOf(c *web.Ctx, f Forum) recordForm {
	var ideas, candidates []string
	for _, x := range f.Ideas {
		ideas = append(ideas, fmt.Sprintf("%s | %d", x.Title, x.Hands))
	}
	for _, x := range f.Candidates {
		shown := ""
		if x.Public {
			shown = " | +"
		}
		candidates = append(candidates, fmt.Sprintf("%s | %s | %s | %d%s", x.Name, x.Sex, x.Band, x.Hands, shown))
	}
	return recordForm{Ideas: strings.Join(ideas, "\n"), Candidates: strings.Join(candidates, "\n"), Notes: f.Notes}
}

// put writes what was typed into the record. Ideas keep their ids by their titles.
func (t recordForm) put(f *Forum) {
	old := f.Ideas
	f.Ideas, f.Candidates, f.Notes = nil, nil, t.Notes
	for _, row := range rows(t.Ideas) {
		idea := Idea{Title: row[0], Hands: count(row[1])}
		for _, x := range old {
			if x.Title == row[0] {
				idea.ID, idea.Proposal = x.ID, x.Proposal
			}
		}
		f.Ideas = append(f.Ideas, idea)
	}
	for line := range strings.SplitSeq(t.Candidates, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var part [5]string
		for i, x := range strings.SplitN(line, "|", 5) {
			part[i] = strings.TrimSpace(x)
		}
		f.Candidates = append(f.Candidates, Candidate{Name: part[0], Sex: part[1], Band: part[2], Hands: count(part[3]), Public: part[4] == "+"})
	}
}

func headsName(sex, band string) string {
	return "heads_" + sex + "_" + strings.NewReplacer("+", "plus").Replace(band)
}

func scoreName(p Project, x Criterion) string { return "score_" + p.ID + "_" + x.Key }

func (h *Pages) showRecord(c *web.Ctx) error {
	f, e, err := h.running(c)
	if err != nil {
		return err
	}
	view, err := h.recordPage(c, f, e, recordFormOf(c, f))
	if err != nil {
		return err
	}
	return c.Show(view)
}

// recordPage is the facilitator's screen.
func (h *Pages) recordPage(c *web.Ctx, f Forum, e Edition, t recordForm) (templ.Component, error) {
	v := h.edAct(c, e, forumTitle(c, e, f), "")
	v.Crumbs = deskCrumbs(c, e, ui.Crumb{Label: c.T("Forums"), Href: c.URL("/desk/budgets/" + e.ID + "/forums")}, ui.Crumb{Label: v.Title})
	v.Caption = c.T("{day}, {place}", "day", c.Locale.Date(f.On.In(e.Zone())), "place", f.Venue)
	base := c.URL("/desk/forums/" + f.ID)
	v.Action, v.Button, v.Unsaved, v.Cancel = base, c.T("Save the record"), true, ""
	v.Before = []templ.Component{budgetview.Link(base+"/sheets.pdf", c.T("Print the sheets for the hall (PDF)"))}
	if _, _, err := NextForum(f.State, ActRecord, RolesIn(c.Actor, f.Authority)...); err != nil {
		v.Button = ""
		v.Before = append(v.Before, budgetview.Link(c.URL("/forums/"+f.ID), c.T("See the public page")))
		return budgetview.Form(v), nil
	}
	v.Fields = []templ.Component{budgetview.Heads(v.Page, headsGrid(c, f))}
	if f.Kind == DelegatesForum {
		v.Fields = append(v.Fields, scoreFields(c, v.Page, e, f)...)
	} else {
		v.Fields = append(v.Fields,
			ui.Textarea(v.Page, ui.TextareaField{Name: "ideas", Label: c.T("Ideas and the hands they got, one line each"), Hint: c.T("Idea | hands, for example: A garden for children | 24"), Value: t.Ideas, Rows: 8, Optional: true}),
			ui.Textarea(v.Page, ui.TextareaField{Name: "candidates", Label: c.T("Candidates for delegate, one line each"), Hint: c.T("Name | f or m | age band | hands; end with | + if the name may be published"), Value: t.Candidates, Rows: 5, Optional: true}))
		a, err := h.Places.Authority(c.Std(), f.Authority)
		if err != nil {
			return nil, err
		}
		if a.KeepMonths > 0 {
			v.Fields = append(v.Fields, budgetview.Prose(c.N("Names that may not be published are deleted {n} month after the last change of the record. Tell the candidates so.", "Names that may not be published are deleted {n} months after the last change of the record. Tell the candidates so.", a.KeepMonths)))
		}
	}
	v.Fields = append(v.Fields, ui.Textarea(v.Page, ui.TextareaField{Name: "notes", Label: c.T("Notes for the minutes"), Hint: c.T("Name no private person."), Value: t.Notes, Max: MaxIntro, Optional: true}))
	v.After = h.afterRecord(c, e, f)
	return budgetview.Form(v), nil
}

// afterRecord are the ways on from the facilitator's screen.
func (h *Pages) afterRecord(c *web.Ctx, e Edition, f Forum) (parts []templ.Component) {
	base := c.URL("/desk/forums/" + f.ID)
	if len(f.Ideas) > 0 && takingPhases.Has(e.Phase) {
		parts = append(parts, budgetview.Heading2(c.T("Make proposals of the ideas")))
		for _, x := range f.Ideas {
			if x.Proposal == "" {
				parts = append(parts, budgetview.Link(base+"/ideas/"+x.ID, x.Title))
			}
		}
	}
	if f.Kind == DelegatesForum && e.Frozen != nil && len(f.Scores) > 0 {
		parts = append(parts, budgetview.Heading2(c.T("Ranking as it stands")), ui.Table(h.frame(c, ""), rankingTable(c, e, f)))
	}
	if f.State == ForumHeld {
		parts = append(parts, budgetview.Link(base+"/close", c.T("Close and publish the minutes")))
	}
	if f.State == ForumPlanned {
		parts = append(parts, budgetview.Link(base+"/call-off", c.T("Call the forum off")))
	}
	return parts
}

func headsGrid(c *web.Ctx, f Forum) budgetview.HeadsGrid {
	var g budgetview.HeadsGrid
	for _, sex := range Sexes {
		row := budgetview.HeadsRow{Label: c.T(SexLabel(sex))}
		for _, band := range Bands {
			row.Cells = append(row.Cells, budgetview.HeadsCell{Name: headsName(sex, band), Label: bandName(c, band), Value: positive(f.Count(sex, band))})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func scoreFields(c *web.Ctx, page ui.Page, e Edition, f Forum) (fields []templ.Component) {
	if e.Frozen == nil {
		return []templ.Component{budgetview.Prose(c.T("The projects stand here when the time of the delegates’ forum has come."))}
	}
	fields = append(fields, budgetview.Heading2(c.T("Scores from 0 to {n}", "n", MaxScore)))
	for _, p := range e.Frozen.Projects {
		var boxes []ui.TextField
		for _, x := range e.Rules.Criteria {
			v := ""
			for _, s := range f.Scores {
				if s.Proposal == p.ID && s.Criterion == x.Key {
					v = strconv.Itoa(s.Points)
				}
			}
			boxes = append(boxes, ui.TextField{Name: scoreName(p, x), Label: inLang(x.Names, c.Locale.Lang()), Value: v, Numeric: true, Size: 3})
		}
		fields = append(fields, budgetview.Scores(page, inLang(p.Titles, c.Locale.Lang()), boxes))
	}
	return fields
}

func (h *Pages) record(c *web.Ctx) error {
	f, e, err := h.running(c)
	if err != nil {
		return err
	}
	var typed recordForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	attendance, scores := typedCounts(c, e, f)
	put := func(f *Forum, _ Edition) {
		typed.put(f)
		f.Attendance, f.Scores = attendance, scores
	}
	if _, err := h.Service.RecordForum(c.Std(), c.Actor, f.ID, put); err != nil {
		put(&f, e)
		return again(c, err, func() (templ.Component, error) { return h.recordPage(c, f, e, typed) })
	}
	c.Flash(flashRecorded)
	return c.SeeOther("/desk/forums/" + f.ID)
}

// typedCounts reads the numbers of the attendance and of the scores.
func typedCounts(c *web.Ctx, e Edition, f Forum) (attendance []Heads, scores []Score) {
	for _, sex := range Sexes {
		for _, band := range Bands {
			if n := count(value(c, headsName(sex, band), false)); n != 0 {
				attendance = append(attendance, Heads{sex, band, n})
			}
		}
	}
	if f.Kind != DelegatesForum || e.Frozen == nil {
		return attendance, nil
	}
	for _, p := range e.Frozen.Projects {
		for _, x := range e.Rules.Criteria {
			if typed := value(c, scoreName(p, x), false); typed != "" {
				scores = append(scores, Score{p.ID, x.Key, count(typed)})
			}
		}
	}
	return attendance, scores
}

// forumAct is the page of one act on a forum.
func (h *Pages) forumAct(c *web.Ctx, act ForumAct, title, lead, path string) (templ.Component, error) {
	f, e, err := h.running(c)
	if err != nil {
		return nil, err
	}
	if _, _, err := NextForum(f.State, act, RolesIn(c.Actor, f.Authority)...); err != nil {
		return nil, err
	}
	v := h.edAct(c, e, title, "")
	v.Caption, v.Lead, v.Action, v.Cancel = forumTitle(c, e, f), lead, c.URL("/desk/forums/"+f.ID+path), c.URL("/desk/forums/"+f.ID)
	v.Danger = act == ActCallOff
	return budgetview.Form(v), nil
}

func (h *Pages) showCloseForum(c *web.Ctx) error {
	view, err := h.closePage(c)
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) closePage(c *web.Ctx) (templ.Component, error) {
	return h.forumAct(c, ActClose, c.T("Close and publish the minutes"), c.T("The minutes become final and public. Nothing in them can be changed afterwards."), "/close")
}

func (h *Pages) closeForum(c *web.Ctx) error {
	if _, _, err := h.running(c); err != nil {
		return err
	}
	if _, err := h.Service.CloseForum(c.Std(), c.Actor, c.Params("id")); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.closePage(c) })
	}
	c.Flash(flashMinutes)
	return c.SeeOther("/desk/forums/" + c.Params("id"))
}

func (h *Pages) showCallOff(c *web.Ctx) error {
	view, err := h.forumAct(c, ActCallOff, c.T("Call the forum off"), c.T("The forum stays in the list as called off."), "/call-off")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) callOff(c *web.Ctx) error {
	if _, _, err := h.running(c); err != nil {
		return err
	}
	if _, err := h.Service.CallOff(c.Std(), c.Actor, c.Params("id")); err != nil {
		return err
	}
	c.Flash(flashCalledOff)
	return c.SeeOther("/desk/forums/" + c.Params("id"))
}

// showSendOn asks what is still missing to make a proposal of an idea.
func (h *Pages) showSendOn(c *web.Ctx) error {
	view, err := h.sendOnPage(c, proposalForm{}, true)
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) sendOnPage(c *web.Ctx, t proposalForm, fresh bool) (templ.Component, error) {
	f, e, err := h.running(c)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Ideas, func(x Idea) bool { return x.ID == c.Params("idea") })
	if i < 0 {
		return nil, errNoForum
	}
	if fresh {
		t.TitleAR, t.Area = f.Ideas[i].Title, f.Area
		t.BodyAR = c.T("Idea of the forum: {title}. It got the hands of {n} of {total} people present.", "title", f.Ideas[i].Title, "n", f.Ideas[i].Hands, "total", f.Attended())
	}
	v := h.edAct(c, e, c.T("Make a proposal of the idea"), "")
	v.Caption, v.Action, v.Cancel = forumTitle(c, e, f), c.URL("/desk/forums/"+f.ID+"/ideas/"+f.Ideas[i].ID), c.URL("/desk/forums/"+f.ID)
	v.Lead = c.T("The forum is public, so the proposal is published at once.")
	in := t.input()
	p := Proposal{Langs: []string{"ar"}, Texts: in.Texts, Area: in.Area, Spot: in.Spot, Heading: in.Heading, Needs: in.Needs}
	v.Fields = append(textFields(v.Page, c, p, StepTitle), textFields(v.Page, c, p, StepBody)...)
	v.Fields = append(append(v.Fields, h.whereFields(c, &v.Page, e, p)...), whyFields(v.Page, c, e, p)...)
	return budgetview.Form(v), nil
}

func (h *Pages) sendOn(c *web.Ctx) error {
	f, _, err := h.running(c)
	if err != nil {
		return err
	}
	var typed proposalForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := typed.input()
	in.Langs = []string{"ar"}
	if _, err := h.Service.SendOn(c.Std(), c.Actor, f.ID, c.Params("idea"), in); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.sendOnPage(c, typed, false) })
	}
	c.Flash(flashSentOn)
	return c.SeeOther("/desk/forums/" + f.ID)
}
