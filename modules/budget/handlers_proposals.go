package budget

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func stateTone(s State) ui.Tone {
	switch s {
	case Published, UnderStudy:
		return ui.Info
	case Feasible, OnBallot, Delivered:
		return ui.Success
	case Funded, Procurement, Works:
		return ui.Accent
	case Unfeasible, Rejected, Hidden, Dropped:
		return ui.Warning
	}
	return ui.Neutral
}

// proposalCard is a proposal as lists show it.
func (h *Pages) proposalCard(c *web.Ctx, e Edition, p Proposal) ui.CardSpec {
	text := p.Text(c.Locale.Lang())
	spec := ui.CardSpec{
		Title: text.Title, Href: c.URL("/proposals/" + p.ID), Text: shorten(text.Body, 160), TagText: c.T(StateLabel(p.State)), TagTone: stateTone(p.State),
		Eyebrow: e.areaName(c, p.Area), Meta: []string{c.T("No. {n}", "n", p.Number)},
	}
	if p.Heading != "" {
		spec.Meta = append(spec.Meta, c.T(HeadingLabel(p.Heading)))
	}
	if p.Cost > 0 {
		spec.Meta = append(spec.Meta, c.Locale.Money(p.Cost, e.Rules.Currency))
	}
	if SupportableStates.Has(p.State) || ListedStates.Has(p.State) && p.Supports > 0 {
		spec.Meta = append(spec.Meta, c.N("{n} supporter", "{n} supporters", int(p.Supports)))
	}
	if p.TextHidden() {
		spec.Title, spec.Text = c.T("The text of this proposal is not shown"), ""
	}
	return spec
}

func filterOf(c *web.Ctx, e Edition) ProposalFilter {
	f := ProposalFilter{Edition: e.ID, Area: c.Query("area"), Need: c.Query("need"), Group: ProposalGroup(c.Query("group")), Order: ProposalOrder(c.Query("order")), After: c.Query("after"), Limit: 24}
	if _, ok := e.Area(f.Area); !ok {
		f.Area = ""
	}
	if !slices.Contains(NeedKeys, f.Need) {
		f.Need = ""
	}
	if !slices.Contains(ProposalGroups, f.Group) {
		f.Group = AnyProposal
	}
	if !slices.Contains(ProposalOrders, f.Order) {
		f.Order = MostSupported
	}
	return f
}

// proposals is the list of an edition's proposals.
func (h *Pages) proposals(c *web.Ctx) error {
	e, err := h.edition(c, auth.Actor{})
	if err != nil {
		return err
	}
	f, words := filterOf(c, e), shorten(c.Query("q"), 200)
	path := "/budgets/" + e.ID + "/proposals"
	v := budgetview.ProposalsPage{Page: h.frame(c, c.T("Proposals")), Crumbs: crumbs(c, e, ui.Crumb{Label: c.T("Proposals")}),
		Edition: e.Title(c.Locale.Lang()), Action: c.URL(path), Words: words, Selects: proposalSelects(c, e, f)}
	v.Wide, v.Canonical = true, path
	q := pairs("q", words, "area", f.Area, "need", f.Need, "group", string(f.Group), "order", string(f.Order))
	v.Active, v.NoIndex = len(q), len(q) > 0 || f.After != ""
	if e.Open(Proposing, c.Now()) {
		v.Propose = c.URL("/budgets/" + e.ID + "/propose")
	}
	found, next, err := h.find(c, words, f)
	if err != nil {
		return err
	}
	for _, p := range found {
		v.Cards = append(v.Cards, h.proposalCard(c, e, p))
	}
	v.Found = c.N("{n} proposal", "{n} proposals", len(found))
	if next != "" {
		v.Found = c.N("The first {n} proposal", "The first {n} proposals", len(found))
	}
	v.Pages = c.Pager(path, q, f.After, next)
	h.putMap(c, &v.Page, &v.Tiles, &v.Points, found)
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(budgetview.Proposals(v))
}

func (h *Pages) find(c *web.Ctx, words string, f ProposalFilter) ([]Proposal, string, error) {
	if words != "" {
		found, err := h.Service.Search(c.Std(), words, f, 40)
		return found, "", err
	}
	page, err := h.Service.Proposals(c.Std(), f)
	return page.Items, page.Next, err
}

// putMap puts those proposals that have a point on a map, where there are tiles.
func (h *Pages) putMap(c *web.Ctx, page *ui.Page, tiles **budgetview.Tiles, points *[]budgetview.Point, all []Proposal) {
	if h.Tiles.URL == "" {
		return
	}
	for _, p := range all {
		if p.Spot.Point && !p.TextHidden() {
			*points = append(*points, budgetview.Point{Title: p.Text(c.Locale.Lang()).Title, Href: c.URL("/proposals/" + p.ID), Lat: degrees(p.Spot.Lat), Lng: degrees(p.Spot.Lng)})
		}
	}
	if len(*points) == 0 {
		return
	}
	*tiles = &budgetview.Tiles{URL: h.Tiles.URL, Attribution: h.Tiles.Attribution}
	page.Sheets = append(page.Sheets, "vendor/leaflet/leaflet.css")
	page.Scripts = append(page.Scripts, "vendor/leaflet/leaflet.js", "budgetmap.js")
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

func proposalSelects(c *web.Ctx, e Edition, f ProposalFilter) []ui.SelectField {
	group := ui.SelectField{Name: "group", Label: c.T("State"), Value: string(f.Group)}
	for _, g := range ProposalGroups {
		group.Options = append(group.Options, ui.Option{Value: string(g), Label: c.T(ProposalGroupLabel(g))})
	}
	need := ui.SelectField{Name: "need", Label: c.T("Whose need it answers"), Value: f.Need, Empty: c.T("Anybody's")}
	for _, n := range NeedKeys {
		need.Options = append(need.Options, ui.Option{Value: n, Label: c.T(NeedLabel(n))})
	}
	order := ui.SelectField{Name: "order", Label: c.T("Order"), Value: string(f.Order)}
	for _, o := range ProposalOrders {
		order.Options = append(order.Options, ui.Option{Value: string(o), Label: c.T(OrderLabel(o))})
	}
	if len(e.Rules.Areas) == 0 {
		return []ui.SelectField{need, group, order}
	}
	return []ui.SelectField{areaSelect(c, e, f.Area, c.T("All areas")), need, group, order}
}

func areaSelect(c *web.Ctx, e Edition, chosen, empty string) ui.SelectField {
	area := ui.SelectField{Name: "area", Label: e.areaWord(c), Value: chosen, Empty: empty}
	for _, a := range e.AllAreas() {
		area.Options = append(area.Options, ui.Option{Value: a.Key, Label: e.areaName(c, a.Key)})
	}
	return area
}

// proposal is the public page of a proposal.
func (h *Pages) proposal(c *web.Ctx) error {
	id := c.Params("id")
	after := c.Query("after")
	return c.Cached(web.Source{
		Key: "budget/" + id,
		Stamp: func(ctx context.Context) (string, error) {
			p, err := h.Service.Proposal(ctx, auth.Actor{}, id)
			if err != nil {
				return "", err
			}
			e, err := h.Service.Edition(ctx, auth.System, p.Edition)
			return fmt.Sprintf("%d|%d|%s", p.Version, e.Version, after), err
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.proposalPage(c, after)
			return budgetview.Proposal(v), err
		},
	})
}

func (h *Pages) proposalPage(c *web.Ctx, after string) (budgetview.ProposalPage, error) {
	p, e, err := h.file(c, auth.Actor{})
	if err != nil {
		return budgetview.ProposalPage{}, err
	}
	lang := c.Locale.Lang()
	text := p.Text(lang)
	if p.TextHidden() {
		text.Title = c.T("The text of this proposal is not shown")
	}
	v := budgetview.ProposalPage{
		Page: h.frame(c, text.Title), Crumbs: crumbs(c, e, ui.Crumb{Label: c.T("Proposals"), Href: c.URL("/budgets/" + e.ID + "/proposals")}, ui.Crumb{Label: p.Reference()}),
		Caption: c.T("Proposal no. {n}", "n", p.Number), StateText: c.T(StateLabel(p.State)), StateTone: stateTone(p.State), By: byline(c, p), Body: text.Body,
		Hidden: p.TextHidden(), Facts: h.facts(c, e, p), Supports: c.N("{n} supporter", "{n} supporters", int(p.Supports)),
		Supportable: SupportableStates.Has(p.State) && BeforeVotePhases.Has(e.Phase), TakePart: c.URL("/proposals/" + p.ID + "/take-part"),
		Share: ui.ShareSpec{URL: c.AbsURL("/proposals/" + p.ID), Text: text.Title}, Timeline: timeline(c, p.History), Second: p.Study.Second,
	}
	v.Wide, v.Description, v.NoIndex, v.ArabicText = true, shorten(text.Body, 160), p.TextHidden(), p.Lang(lang) == "ar"
	if s := p.Lang(lang); s != lang && !p.TextHidden() {
		v.TextLang = s
	}
	if p.Refusal != nil {
		v.Refusal = &budgetview.Refusal{Reason: c.T(RejectionLabel(p.Refusal.Code)), Text: p.Refusal.Reasons}
	}
	if AssessedStates.Has(p.State) && p.Study.Opinion.Verdict != NoVerdict {
		box, err := h.studyBox(c, e, p.Study.Opinion)
		if err != nil {
			return v, err
		}
		v.Study = &box
	}
	if ExecutionStates.Has(p.State) {
		panel, err := h.workPanel(c, e, p)
		if err != nil {
			return v, err
		}
		v.Work = budgetview.WorkOf(v.Page, panel)
	}
	for _, o := range p.Study.Earlier {
		box, err := h.studyBox(c, e, o)
		if err != nil {
			return v, err
		}
		v.Earlier = append(v.Earlier, box)
	}
	h.putMap(c, &v.Page, &v.Tiles, &v.Points, []Proposal{p})
	return v, h.surroundings(c, p, after, &v)
}

// surroundings are photos, merged proposals and comments.
func (h *Pages) surroundings(c *web.Ctx, p Proposal, after string, v *budgetview.ProposalPage) error {
	pictures, err := h.Shelf.Pictures(c.Std(), p.Photos)
	if err != nil {
		return err
	}
	for i, x := range pictures {
		v.Photos = append(v.Photos, budgetview.Photo{Full: x.Full, Thumb: x.Thumb, Alt: c.T("Photo {n} of the proposal", "n", i+1)})
	}
	title := func(id string) (budgetview.LinkTo, error) {
		other, err := h.Service.Proposal(c.Std(), auth.Actor{}, id)
		link := budgetview.LinkTo{Text: other.Text(c.Locale.Lang()).Title, Href: c.URL("/proposals/" + id)}
		if other.State == Merged && other.Comments > 0 {
			link.Note, link.NoteHref = c.N("{n} comment there", "{n} comments there", int(other.Comments)), link.Href+"#comments"
		}
		return link, err
	}
	if p.State == Merged && p.Merge != nil {
		link, err := title(p.Merge.Into)
		if err == nil {
			v.Merged = &link
		}
	}
	for _, id := range p.Absorbed {
		if link, err := title(id); err == nil {
			v.Absorbed = append(v.Absorbed, link)
		}
	}
	page, err := h.Service.Comments(c.Std(), p.ID, after, 30)
	if err != nil {
		return err
	}
	for _, x := range page.Items {
		name := x.Name
		if name == "" {
			name = c.T("An inhabitant")
		}
		v.Comments = append(v.Comments, budgetview.CommentBox{Name: name, Text: x.Text, At: x.At})
	}
	v.CommentNext = c.Pager("/proposals/"+p.ID, pairs(), after, page.Next)
	return nil
}

func byline(c *web.Ctx, p Proposal) string {
	at := p.SubmittedAt
	switch {
	case p.Source == FromAssociation && p.OrgName != "":
		return c.T("Proposed by the association {name} on {date}", "name", p.OrgName, "date", at)
	case p.Source == FromForum:
		return c.T("Proposed by a forum on {date}", "date", at)
	case p.Author.Public && p.Author.Name != "":
		return c.T("Proposed by {name} on {date}", "name", p.Author.Name, "date", at)
	}
	return c.T("Proposed by an inhabitant on {date}", "date", at)
}

func (h *Pages) facts(c *web.Ctx, e Edition, p Proposal) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: e.areaWord(c), Value: e.areaName(c, p.Area)}}
	if p.Spot.Words != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Place"), Value: p.Spot.Words})
	}
	if p.Spot.Point {
		rows = append(rows, ui.SummaryRow{Key: c.T("Point"), Body: ui.Ltr(degrees(p.Spot.Lat) + ", " + degrees(p.Spot.Lng))})
	}
	rows = append(rows, ui.SummaryRow{Key: c.T("Kind of investment"), Value: c.T(HeadingLabel(p.Heading))})
	if len(p.Needs) > 0 {
		var needs []string
		for _, n := range p.Needs {
			needs = append(needs, c.T(NeedLabel(n)))
		}
		rows = append(rows, ui.SummaryRow{Key: c.T("Whose need it answers"), Value: c.Locale.List(needs)})
	}
	if p.Cost > 0 {
		rows = append(rows, ui.SummaryRow{Key: c.T("Cost"), Value: c.Locale.Money(p.Cost, e.Rules.Currency)})
	}
	if p.TextHidden() {
		return nil
	}
	return rows
}

// studyBox is an opinion as the public reads it.
func (h *Pages) studyBox(c *web.Ctx, e Edition, o Opinion) (budgetview.StudyBox, error) {
	money := func(n int64) string { return c.Locale.Money(n, e.Rules.Currency) }
	b := budgetview.StudyBox{Title: e.DepartmentName(o.Department, c.Locale.Lang()), VerdictText: c.T("Feasible"), VerdictTone: ui.Success, Explanation: inLang(o.Explanations, c.Locale.Lang())}
	if !o.At.IsZero() {
		b.Title = c.T("{service}, {date}", "service", b.Title, "date", o.At)
	}
	if o.Verdict == NotFeasible {
		b.VerdictText, b.VerdictTone = c.T("Not feasible"), ui.Warning
	}
	if o.Visit != nil {
		b.Visit, b.VisitNote = c.T("Visit to the site on {date}", "date", o.Visit.On.In(e.Zone())), o.Visit.Note
	}
	if o.Running > 0 {
		b.Running = c.T("Running costs: {amount} a year", "amount", money(o.Running))
	}
	b.Lines = ui.TableSpec{Caption: c.T("Cost estimate"), Head: []ui.Th{{Label: c.T("What")}, {Label: c.T("Quantity"), Number: true}, {Label: c.T("Price of one"), Number: true}, {Label: c.T("Amount"), Number: true}}}
	for _, l := range o.Lines {
		b.Lines.Rows = append(b.Lines.Rows, []ui.Cell{{Text: l.Label}, {Text: c.Locale.Number(l.Quantity)}, {Text: money(l.Unit)}, {Text: money(l.Amount())}})
	}
	if len(o.Lines) > 0 {
		b.Total = c.T("In all: {amount}", "amount", money(o.Cost()))
	}
	b.Checks = checksTable(c, o)
	pictures, err := h.Shelf.Pictures(c.Std(), o.photos())
	for i, x := range pictures {
		b.Photos = append(b.Photos, budgetview.Photo{Full: x.Full, Thumb: x.Thumb, Alt: c.T("Photo {n} of the site", "n", i+1)})
	}
	return b, err
}

// shortDay is a day in numbers, for lists of the desk.
func shortDay(c *web.Ctx, e Edition, t time.Time) string {
	return strings.TrimSpace(c.Locale.Date(t.In(e.Zone())))
}

// checksTable is the checklist with its answers, and with remarks where there
// are any.
func checksTable(c *web.Ctx, o Opinion) ui.TableSpec {
	remarks := slices.ContainsFunc(o.Checks, func(x Check) bool { return x.Note != "" })
	t := ui.TableSpec{Caption: c.T("Checklist"), Head: []ui.Th{{Label: c.T("Question")}, {Label: c.T("Answer")}}}
	if remarks {
		t.Head = append(t.Head, ui.Th{Label: c.T("Remark")})
	}
	for _, x := range o.Checks {
		row := []ui.Cell{{Text: c.T(CheckLabel(x.Key))}, {Text: c.T(AnswerLabel(x.Answer))}}
		if remarks {
			row = append(row, ui.Cell{Text: x.Note})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
