package desk

import (
	"bytes"
	"net/url"
	"slices"
	"time"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"
)

const (
	perPage   = 30
	printMost = 500 // lines on paper
	csvPage   = 500
)

// viewLabels are the parts of the queue in words.
var viewLabels = map[View]string{
	All: i18n.Msg("All"), Late: i18n.Msg("Overdue"), Soon: i18n.Msg("Due within a week"), Mine: i18n.Msg("Mine"),
	Unassigned: i18n.Msg("Nobody’s yet"), PutOff: i18n.Msg("Put off until later"), Finished: i18n.Msg("Done"),
}

// filter reads what part of the queue is asked for; what is not known is left out.
func (h *Pages) filter(c *web.Ctx) (Filter, string, error) {
	var typed filterForm
	if _, err := form.Query(c.Ctx, &typed); err != nil {
		return Filter{}, "", err
	}
	f := Filter{View: View(typed.View)}
	if !slices.Contains(Views, f.View) {
		f.View = All
	}
	if _, known := h.service.kind(typed.Kind); known && f.View != PutOff && f.View != Finished {
		f.Kind = typed.Kind
	}
	return f, typed.After, nil
}

// filterURL is the address of a part of the queue.
func filterURL(c *web.Ctx, path, org string, f Filter) string {
	q := url.Values{"authority": {org}}
	if f.View != All {
		q.Set("view", string(f.View))
	}
	if f.Kind != "" {
		q.Set("kind", f.Kind)
	}
	return c.URL(path) + "?" + q.Encode()
}

// queue is the front of the desk. Who holds no part in what waits finds the
// entries of the other modules.
func (h *Pages) queue(c *web.Ctx) error {
	v := deskview.QueuePage{Page: page(c, c.T("Desk"))}
	if len(desks(c.Actor)) > 0 {
		org, nav, err := h.at(c, pathQueue)
		if err != nil {
			return err
		}
		v.Page, v.Nav, v.HasQueue, v.Authority = page(c, c.T("Desk")), nav, true, org
		if err := h.fillQueue(c, org, &v); err != nil {
			return err
		}
	} else {
		c.SetCurrent("desk")
		v.Page = page(c, c.T("Desk"))
	}
	v.Wide, v.ArabicText, v.Scripts = true, true, []string{"desk.js"}
	for _, t := range h.tiles {
		if c.Actor.HoldsAny(t.Roles...) {
			v.More = append(v.More, ui.TileSpec{Icon: t.Icon, Title: c.T(t.Title), Text: c.T(t.Text), Href: c.URL(t.Path)})
		}
	}
	if len(v.Errors) > 0 { // nothing was ticked
		return c.Invalid(deskview.Queue(v))
	}
	return c.Show(deskview.Queue(v))
}

func (h *Pages) fillQueue(c *web.Ctx, org string, v *deskview.QueuePage) error {
	f, after, err := h.filter(c)
	if err != nil {
		return err
	}
	found, err := h.service.List(c.Std(), c.Actor, org, f, after, perPage)
	if err != nil {
		return err
	}
	names, err := h.names(c, org)
	if err != nil {
		return err
	}
	if err := h.glances(c, org, f, v); err != nil {
		return err
	}
	if err := h.kinds(c, org, f, v); err != nil {
		return err
	}
	v.Action, v.View = c.URL(pathQueue), string(f.View)
	v.Print, v.CSV, v.Keys = filterURL(c, "/desk/print", org, f), filterURL(c, "/desk/queue.csv", org, f), c.URL("/desk/keys")
	if f.View != Finished {
		v.Bulk = c.URL("/desk/bulk")
	}
	v.Sections = h.sections(c, f, found.Items, names)
	v.EmptyTitle, v.EmptyText = c.T("Nothing waits here"), c.T("Everything in this part of the queue is dealt with.")
	if f.View == Finished {
		v.EmptyTitle, v.EmptyText = c.T("Nothing was done yet"), c.T("What is dealt with stays here for two years.")
	}
	base := filterURL(c, pathQueue, org, f)
	if after != "" {
		v.Pages.First = base
	}
	if found.Next != "" {
		v.Pages.Next = base + "&after=" + url.QueryEscape(found.Next)
	}
	return nil
}

// names are the colleagues of an authority by id.
func (h *Pages) names(c *web.Ctx, org string) (map[string]string, error) {
	all, err := h.service.People.Colleagues(c.Std(), org)
	names := make(map[string]string, len(all))
	for _, x := range all {
		names[x.ID] = x.Name
	}
	return names, err
}

func (h *Pages) glances(c *web.Ctx, org string, f Filter, v *deskview.QueuePage) error {
	counts, err := h.service.Counts(c.Std(), c.Actor, org, f.Kind)
	if err != nil {
		return err
	}
	tones := map[View]ui.Tone{Late: ui.Danger, Soon: ui.Warning}
	for _, view := range Views {
		g := deskview.Glance{Count: counts[view], Label: c.T(viewLabels[view]), Href: filterURL(c, pathQueue, org, Filter{View: view, Kind: f.Kind}), Current: view == f.View, Tone: tones[view]}
		if view == Finished {
			g.Count = -1
		}
		v.Glances = append(v.Glances, g)
	}
	return nil
}

func (h *Pages) kinds(c *web.Ctx, org string, f Filter, v *deskview.QueuePage) error {
	counts, err := h.service.CountsByKind(c.Std(), c.Actor, org)
	if err != nil || f.View == PutOff || f.View == Finished {
		return err
	}
	v.Kinds = ui.SelectField{Name: "kind", Label: c.T("What is to be done"), Value: f.Kind, Options: []ui.Option{{Label: c.T("Everything")}}}
	for _, k := range h.service.Kinds {
		if n := counts[k.Key]; n > 0 || k.Key == f.Kind {
			v.Kinds.Options = append(v.Kinds.Options, ui.Option{Value: k.Key, Label: c.T("{kind} ({n})", "kind", c.T(k.Label), "n", n)})
		}
	}
	if f.Kind != "" {
		v.Active, v.Clear = 1, filterURL(c, pathQueue, org, Filter{View: f.View})
	}
	return nil
}

// sections puts the overdue on top.
func (h *Pages) sections(c *web.Ctx, f Filter, items []Item, names map[string]string) []deskview.Section {
	late := deskview.Section{ID: "late", Title: c.T("Overdue"), Danger: true}
	rest := deskview.Section{ID: "rest", Title: c.T("In time, or without a deadline")}
	for _, it := range items {
		if it.Overdue(c.Now()) {
			late.Rows = append(late.Rows, h.row(c, it, names))
		} else {
			rest.Rows = append(rest.Rows, h.row(c, it, names))
		}
	}
	if f.View == Finished {
		rest.Title = c.T("Done")
	}
	return slices.DeleteFunc([]deskview.Section{late, rest}, func(s deskview.Section) bool { return len(s.Rows) == 0 })
}

func (h *Pages) row(c *web.Ctx, it Item, names map[string]string) deskview.Row {
	r := deskview.Row{
		ID: it.ID, Title: it.Title(c.Locale.Lang()), Href: c.URL("/desk/items/" + it.ID), Kind: h.kindLabel(c, it), Reference: it.Reference,
		Left: leftText(c, it), LeftTone: leftTone(c, it), Since: sinceText(c, it), Assignee: nameOf(c, names, it.Assignee), Mine: it.Assignee == c.Actor.PersonID,
		Escalated: it.Escalated != nil, Noted: len(it.Notes) > 0,
	}
	if !it.Due.IsZero() {
		r.Due = c.Locale.Date(it.Due)
	}
	if it.State == Snoozed {
		r.Snoozed = c.T("Put off until {date}", "date", c.Locale.Date(it.SnoozedUntil))
	}
	if it.State == Done {
		r.Left, r.Due = c.T("Done"), c.Locale.Date(it.DoneAt)
	}
	if it.Assignee == "" && May(c.Actor, it, ActTake) {
		r.Take = c.URL("/desk/items/" + it.ID + "/take")
	}
	return r
}

// nameOf names a colleague, also one who works here no more.
func nameOf(c *web.Ctx, names map[string]string, id string) string {
	if id == "" {
		return ""
	}
	if name := names[id]; name != "" {
		return name
	}
	return c.T("Somebody who works here no more")
}

// print is a part of the queue on paper.
func (h *Pages) print(c *web.Ctx) error {
	org, nav, err := h.at(c, pathQueue)
	if err != nil {
		return err
	}
	f, _, err := h.filter(c)
	if err != nil {
		return err
	}
	found, err := h.service.List(c.Std(), c.Actor, org, f, "", printMost)
	if err != nil {
		return err
	}
	names, err := h.names(c, org)
	if err != nil {
		return err
	}
	v := deskview.PrintPage{Page: page(c, c.T("What waits")), Nav: nav, Back: filterURL(c, pathQueue, org, f), Lead: c.T("{part}, as of {date}", "part", c.T(viewLabels[f.View]), "date", c.Locale.DateTime(c.Now()))}
	v.Wide = true
	v.Table = ui.TableSpec{Caption: c.T("What waits"), HideCaption: true, RowHead: true, Head: []ui.Th{
		{Label: c.T("What it is about")}, {Label: c.T("What is to be done")}, {Label: c.T("Reference")}, {Label: c.T("Deadline")}, {Label: c.T("Time left")}, {Label: c.T("Who deals with it")}}}
	for _, it := range found.Items {
		r := h.row(c, it, names)
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: r.Title}, {Text: r.Kind}, {Text: orDash(r.Reference), Ltr: true}, {Text: orDash(r.Due)}, {Text: r.Left}, {Text: orDash(r.Assignee)}})
	}
	if found.Next != "" {
		v.Cut = c.N("Only the first {n} line is shown. The table for download has them all.", "Only the first {n} lines are shown. The table for download has them all.", printMost)
	}
	return c.Show(deskview.Print(v))
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// csv is a part of the queue for a spreadsheet, whole. Internal notes are not
// in it: a file is passed on more easily than meant.
func (h *Pages) csv(c *web.Ctx) error {
	org, _, err := h.at(c, pathQueue)
	if err != nil {
		return err
	}
	f, _, err := h.filter(c)
	if err != nil {
		return err
	}
	names, err := h.names(c, org)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("What it is about"), c.T("What is to be done"), c.T("Reference"), c.T("Waits since"), c.T("Deadline"), c.T("Days left"), c.T("Who deals with it"), c.T("Before the president"))
	for after := ""; ; {
		found, err := h.service.List(c.Std(), c.Actor, org, f, after, csvPage)
		if err != nil {
			return err
		}
		for _, it := range found.Items {
			w.Row(h.csvRow(c, it, names)...)
		}
		if after = found.Next; after == "" {
			break
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Attachment("desk-" + org + "-" + day(c.Now(), time.UTC) + ".csv")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	return c.Send(out.Bytes())
}

func (h *Pages) csvRow(c *web.Ctx, it Item, names map[string]string) []string {
	due, left, escalated := "", "", ""
	if !it.Due.IsZero() {
		due, left = day(it.Due, it.Zone()), c.Locale.Plain().Number(int64(DaysLeft(c.Now(), it.Due, it.Zone())))
	}
	if it.Escalated != nil {
		escalated = day(it.Escalated.At, it.Zone())
	}
	return []string{it.Title(c.Locale.Lang()), h.kindLabel(c, it), it.Reference, day(it.Since, it.Zone()), due, left, nameOf(c, names, it.Assignee), escalated}
}

// keys explains how the queue is worked by keyboard.
func (h *Pages) keys(c *web.Ctx) error {
	c.SetCurrent("desk")
	v := deskview.KeysPage{Page: page(c, c.T("Working by keyboard")), Back: c.URL(pathQueue)}
	v.Scripts = []string{"desk.js"}
	for _, k := range []struct{ press, does string }{
		{"j ↓", i18n.Msg("to the next line")}, {"k ↑", i18n.Msg("to the line before")}, {"o", i18n.Msg("open the line")}, {"x", i18n.Msg("tick the line")},
		{"t", i18n.Msg("take it")}, {"a", i18n.Msg("to the buttons for the ticked lines")},
	} {
		v.Keys = append(v.Keys, deskview.Key{Press: k.press, Does: c.T(k.does)})
	}
	return c.Show(deskview.Keys(v))
}
