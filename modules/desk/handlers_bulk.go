package desk

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var errTickFirst = errors.New("desk: nothing was ticked")

// showBulk asks before several items are changed at once.
func (h *Pages) showBulk(c *web.Ctx) error {
	var typed bulkForm
	if _, err := form.Query(c.Ctx, &typed); err != nil {
		return err
	}
	if typed.Authority == "" { // the address alone, as after choosing another language
		return c.SeeOther(pathQueue)
	}
	typed.Key = c.NewID()
	v, err := h.bulkPage(c, typed)
	if errors.Is(err, errTickFirst) {
		c.Wrong([]ui.FieldError{{Field: "item", Message: c.T("Tick at least one line")}})
		return h.queue(c)
	}
	if err != nil {
		return err
	}
	return c.Show(deskview.Act(v))
}

// bulkPage is the question, with the lines it is about.
func (h *Pages) bulkPage(c *web.Ctx, typed bulkForm) (deskview.ActPage, error) {
	var v deskview.ActPage
	if seatOf(c.Actor, typed.Authority) == "" {
		return v, errNotYours
	}
	if err := h.speak(c, typed.Authority); err != nil {
		return v, err
	}
	items, err := h.ticked(c, typed)
	if err != nil {
		return v, err
	}
	if len(items) == 0 {
		return v, errTickFirst
	}
	v = deskview.ActPage{Page: page(c, c.T("Put off several at once")), Back: deskURL(c, pathQueue, typed.Authority), Action: c.URL("/desk/bulk"), Button: c.T("Put off"),
		Intro: c.N("{n} line is ticked. You can undo this for a day.", "{n} lines are ticked. You can undo this for a day.", len(items))}
	roles := []auth.Role{}
	fields := []templ.Component{ui.Hidden("authority", typed.Authority), ui.Hidden("act", typed.Act), ui.Hidden("key", typed.Key)}
	for _, it := range items {
		v.Lines = append(v.Lines, ui.NavItem{Label: it.Title(c.Locale.Lang()), Href: c.URL(itemPath(it.ID))})
		fields = append(fields, ui.Hidden("item", it.ID))
		roles = append(roles, it.Roles...)
	}
	if Act(typed.Act) == ActSnooze {
		fields = append(fields, ui.Select(v.Page, snoozeField(c, typed.Days)))
	} else {
		v.Page, v.Button = page(c, c.T("Hand over several at once")), c.T("Hand them over")
		colleagues, err := h.service.People.Colleagues(c.Std(), typed.Authority)
		if err != nil {
			return v, err
		}
		if !leads(c.Actor, typed.Authority) { // who does not arrange the work takes it
			colleagues = slices.DeleteFunc(colleagues, func(x Colleague) bool { return x.ID != c.Actor.PersonID })
		}
		f := colleagueField(c, colleagues, roles, "")
		f.Value = typed.Colleague
		fields = append(fields, ui.Select(v.Page, f))
	}
	v.Fields = deskview.Together(fields...)
	return v, nil
}

// ticked are the items of a form that the actor sees at the authority.
func (h *Pages) ticked(c *web.Ctx, typed bulkForm) ([]Item, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(typed.Items)))
	if len(ids) > MaxBatch {
		return nil, fault.New(fault.TooLarge, "")
	}
	var items []Item
	for _, id := range ids {
		it, err := h.service.Get(c.Std(), c.Actor, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if it.Authority == typed.Authority {
			items = append(items, it)
		}
	}
	return items, nil
}

func (h *Pages) bulk(c *web.Ctx) error {
	var typed bulkForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if typed.Key == "" {
		typed.Key = c.NewID()
	}
	days, _ := strconv.Atoi(typed.Days) // what is no number is not one of those offered
	b, err := h.service.Many(c.Std(), c.Actor, typed.Authority, typed.Key, Act(typed.Act), typed.Items, typed.Colleague, days)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := h.bulkPage(c, typed)
		if errors.Is(err, errTickFirst) { // all of them were dealt with meanwhile
			return c.SeeOther(pathQueue)
		}
		if err != nil {
			return err
		}
		return c.Invalid(deskview.Act(v))
	}
	if err != nil {
		return err
	}
	return c.SeeOther("/desk/batches/" + url.PathEscape(b.ID))
}

func (h *Pages) batch(c *web.Ctx) error {
	b, err := h.service.batchOf(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	if err := h.speak(c, b.Authority); err != nil {
		return err
	}
	names, err := h.names(c, b.Authority)
	if err != nil {
		return err
	}
	v := deskview.BatchPage{Page: page(c, c.T("Several at once: done")), Back: deskURL(c, pathQueue, b.Authority)}
	v.Wide = true
	v.Lead = c.N("{n} line was changed.", "{n} lines were changed.", b.DoneCount())
	if !b.UndoneAt.IsZero() {
		v.Lead = c.T("This was undone on {date}.", "date", c.Locale.DateTime(b.UndoneAt))
	}
	if b.Undoable(c.Now()) {
		v.Undo, v.Until = c.URL("/desk/batches/"+b.ID+"/undo"), c.T("It can be undone until {date}.", "date", c.Locale.DateTime(b.At.Add(undoFor)))
	}
	v.Table, err = h.batchTable(c, b, names)
	if err != nil {
		return err
	}
	return c.Show(deskview.Batch(v))
}

func (h *Pages) batchTable(c *web.Ctx, b Batch, names map[string]string) (ui.TableSpec, error) {
	t := ui.TableSpec{Caption: c.T("What became of each line"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("What it is about")}, {Label: c.T("What became of it")}}}
	for _, x := range b.Changes {
		it, err := h.service.Get(c.Std(), c.Actor, x.Item)
		if err != nil && !isNotFound(err) {
			return t, err
		}
		what := ui.Cell{Text: x.Item, Ltr: true}
		if err == nil {
			what = ui.Cell{Text: it.Title(c.Locale.Lang()), Href: c.URL(itemPath(it.ID))}
		}
		t.Rows = append(t.Rows, []ui.Cell{what, {Text: h.became(c, b, x, names)}})
	}
	return t, nil
}

var leftAlone = i18n.Msg("Left as it was")

// became says what a batch did to one item.
func (h *Pages) became(c *web.Ctx, b Batch, x Changed, names map[string]string) string {
	switch {
	case x.Undone:
		return c.T("Undone")
	case !x.Done && x.Why != "":
		return c.T("Left as it was: {why}", "why", c.T(x.Why))
	case !x.Done:
		return c.T(leftAlone)
	case b.Act == ActSnooze:
		return c.T("Put off until {date}", "date", c.Locale.Date(x.Put))
	}
	return c.T("Handed to {name}", "name", nameOf(c, names, b.Colleague))
}

func (h *Pages) undo(c *web.Ctx) error {
	b, err := h.service.Undo(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	c.Flash(flashUndone)
	return c.SeeOther("/desk/batches/" + url.PathEscape(b.ID))
}
