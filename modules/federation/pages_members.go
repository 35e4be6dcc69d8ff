package federation

import (
	"slices"
	"strconv"

	"musharaka/modules/kit/web"
	"musharaka/views/federationview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// membersPage is how many members a page shows.
const membersPage = 20

// perMember is how many records of a member are counted; nobody has more of one
// kind at a time, and a page never reads more.
const perMember = 50

// members gathers what is public of each member in one place: its Citizen
// Spaces, its practices, and the ways to its pages. Members and the keeper also
// read what is still open.
func (h *Pages) members(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	n, where := st.Network, base(st.Network)+"/members"
	from, err := strconv.Atoi(c.Query("from"))
	if err != nil || from < 0 || from >= len(n.Members) {
		from = 0
	}
	to := min(from+membersPage, len(n.Members))
	v := recordview.ShowPage{Page: h.page(c, c.T("Members and their public data")), Crumbs: crumbs(c, n, ui.Crumb{Label: c.T("Members and their public data")}),
		Lead: c.T("What everybody can read of each member: its Citizen Spaces, its practices, its petitions, decisions and answering times. Nothing here is about citizens.")}
	v.Description = v.Lead
	for _, place := range n.Members[from:to] {
		body, err := h.member(c, st, v.Page, place)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, recordview.Section{ID: "member-" + place, Title: h.placeName(c, place), Body: body})
	}
	pages := ui.Pages{}
	if to < len(n.Members) {
		pages.Next = c.URL(where) + "?from=" + strconv.Itoa(to)
	}
	if from > 0 {
		pages.First = c.URL(where)
	}
	if len(v.Sections) == 0 {
		v.Sections = append(v.Sections, recordview.Section{ID: "none", Title: c.T("Members"), Body: recordview.Words(c.T("No authority has joined yet."))})
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "lists", Title: c.T("Work of the network"), Body: recordview.All([]templ.Component{ui.Pagination(v.Page, pages), ui.Tabs(v.Page, c.T("Work of the network"), tabs(c, st, "members"))})})
	return c.Show(recordview.Show(v))
}

// member is what stands under one member's name.
func (h *Pages) member(c *web.Ctx, st Standing, p ui.Page, place string) (templ.Component, error) {
	count := map[Kind]map[State]int{}
	overdue := 0
	for _, k := range []Kind{Space, Practice, Output, Obstacle, Request} {
		if !slices.Contains(st.readable(), k) {
			continue
		}
		page, err := h.List(c.Std(), st, k, Filter{Authority: place}, "", perMember)
		if err != nil {
			return nil, err
		}
		count[k] = map[State]int{}
		for _, r := range page.Items {
			count[k][r.State]++
			if r.OverdueAt(c.Now()) {
				overdue++
			}
		}
	}
	number := func(n int) string { return c.Locale.Number(int64(n)) }
	figures := []federationview.Figure{
		{Label: c.T("Citizen Spaces open to the public"), Value: number(count[Space][Opened])},
		{Label: c.T("Citizen Spaces under construction or planned"), Value: number(count[Space][Building] + count[Space][Planned])},
		{Label: c.T("Published practice sheets"), Value: number(count[Practice][Published])},
		{Label: c.T("Accepted outputs"), Value: number(count[Output][Accepted])},
	}
	if st.Inside() {
		figures = append(figures,
			federationview.Figure{Label: c.T("Obstacles not removed yet"), Value: number(count[Obstacle][Raised] + count[Obstacle][InHand])},
			federationview.Figure{Label: c.T("Overdue outputs, obstacles and requests"), Value: number(overdue)})
	}
	links, err := h.Networks.PublicPages(c, place)
	if err != nil {
		return nil, err
	}
	return federationview.Member(p, figures, links), nil
}
