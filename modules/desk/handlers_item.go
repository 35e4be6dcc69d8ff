package desk

import (
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"
)

// item is the item of the request, with its country's words.
func (h *Pages) item(c *web.Ctx) (Item, error) {
	it, err := h.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return it, err
	}
	return it, h.speak(c, it.Authority)
}

func itemPath(id string) string { return "/desk/items/" + id }

func (h *Pages) show(c *web.Ctx) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	v, err := h.itemPage(c, it, noteForm{Key: c.NewID()})
	if err != nil {
		return err
	}
	return c.Show(deskview.Item(v))
}

// itemPage is the page of one item with what the actor may do.
func (h *Pages) itemPage(c *web.Ctx, it Item, typed noteForm) (deskview.ItemPage, error) {
	colleagues, err := h.service.People.Colleagues(c.Std(), it.Authority)
	if err != nil {
		return deskview.ItemPage{}, err
	}
	names := map[string]string{}
	for _, x := range colleagues {
		names[x.ID] = x.Name
	}
	kind, _ := h.service.kind(it.Kind)
	v := deskview.ItemPage{
		Page: page(c, it.Title(c.Locale.Lang())), Back: deskURL(c, pathQueue, it.Authority), Object: it.Title(c.Locale.Lang()), Kind: c.T(kind.Label),
		Left: leftText(c, it), LeftTone: leftTone(c, it), Task: c.T(kind.Task), Open: c.URL(it.Path), State: stateText(c, it),
		CanNote: May(c.Actor, it, ActNote), NoteKey: typed.Key, NoteTyped: typed.Text, NoteAction: c.URL(itemPath(it.ID) + "/note"), MaxNote: MaxNote,
	}
	v.Wide, v.ArabicText = true, true
	if it.State == Done {
		v.Left = c.T("Done")
	}
	h.itemFacts(c, it, names, &v)
	h.itemActs(c, it, colleagues, &v)
	for _, n := range it.Notes {
		note := deskview.NoteView{By: nameOf(c, names, n.By), At: c.Locale.DateTime(n.At), Text: n.Text}
		if n.By == "" {
			note.By = c.T("Somebody who works here no more")
		}
		if n.By == c.Actor.PersonID {
			note.Drop, note.Key = c.URL(itemPath(it.ID)+"/note/delete"), n.ID
		}
		v.Notes = append(v.Notes, note)
	}
	v.History = h.history(c, it, names)
	return v, nil
}

func stateText(c *web.Ctx, it Item) string {
	switch it.State {
	case Snoozed:
		return c.T("Put off until {date}", "date", c.Locale.Date(it.SnoozedUntil))
	case Done:
		return c.T("Dealt with on {date}", "date", c.Locale.Date(it.DoneAt))
	}
	return ""
}

func (h *Pages) itemFacts(c *web.Ctx, it Item, names map[string]string, v *deskview.ItemPage) {
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.SummaryRow{Key: key, Value: value})
		}
	}
	if it.Reference != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Reference"), Body: ui.Ltr(it.Reference)})
	}
	add(c.T("Waits since"), c.Locale.Date(it.Since))
	if !it.Due.IsZero() {
		add(c.T("Deadline"), c.Locale.Date(it.Due))
	}
	add(c.T("Who deals with it"), nameOf(c, names, it.Assignee))
	if it.Escalated != nil {
		v.Reason = it.Escalated.Reason
		by := c.T("the platform, as it was long overdue")
		if it.Escalated.By != "" {
			by = nameOf(c, names, it.Escalated.By)
		} else {
			v.Reason = c.T("Its deadline has passed, and nobody has dealt with it.")
		}
		add(c.T("Brought before the president"), c.T("on {date} by {name}", "date", c.Locale.Date(it.Escalated.At), "name", by))
	}
}

func (h *Pages) itemActs(c *web.Ctx, it Item, colleagues []Colleague, v *deskview.ItemPage) {
	at := func(act Act, path string, also bool) string {
		if !also || !May(c.Actor, it, act) {
			return ""
		}
		return c.URL(itemPath(it.ID) + path)
	}
	leads := slices.Contains(RolesOf(c.Actor, it), AsLead)
	v.Take = at(ActTake, "/take", it.Assignee == "")
	v.Release = at(ActRelease, "/release", it.Assignee != "" && (it.Assignee == c.Actor.PersonID || leads))
	v.Wake = at(ActWake, "/wake", true)
	v.EscalateHref = at(ActEscalate, "/escalate", it.Escalated == nil && it.Authority != auth.PlatformID && !c.Actor.Holds(it.Authority, auth.President))
	if _, ok := snoozeEnd(it, SnoozeDays[0], c.Now()); ok {
		v.Snooze = at(ActSnooze, "/snooze", true)
		v.SnoozeDays = snoozeField(c, "")
	}
	v.Colleagues = colleagueField(c, colleagues, it.Roles, it.Assignee)
	v.Assign = at(ActAssign, "/assign", len(v.Colleagues.Options) > 0)
}

// colleagueField offers those who work on such things, except who has it.
func colleagueField(c *web.Ctx, colleagues []Colleague, roles []auth.Role, but string) ui.SelectField {
	f := ui.SelectField{Name: "colleague", Label: c.T("Colleague"), Empty: c.T("Choose")}
	for _, x := range colleagues {
		if x.ID == but || !slices.ContainsFunc(x.Roles, func(r auth.Role) bool { return slices.Contains(roles, r) }) {
			continue
		}
		var held []string
		for _, r := range x.Roles {
			if label := roleLabels[r]; label != "" {
				held = append(held, c.T(label))
			}
		}
		label := c.T("{name} ({roles})", "name", x.Name, "roles", c.Locale.List(held))
		if x.ID == c.Actor.PersonID {
			label = c.T("Myself")
		}
		f.Options = append(f.Options, ui.Option{Value: x.ID, Label: label, AutoDir: true})
	}
	return f
}

func snoozeField(c *web.Ctx, value string) ui.SelectField {
	f := ui.SelectField{Name: "days", Label: c.T("For how long"), Hint: c.T("It comes back in the morning, and the day before its deadline at the latest."), Value: value}
	for _, n := range SnoozeDays {
		f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(n), Label: c.N("{n} day", "{n} days", n)})
	}
	return f
}

// history is what happened to the item, the newest first.
func (h *Pages) history(c *web.Ctx, it Item, names map[string]string) []ui.Event {
	events := make([]ui.Event, 0, len(it.History))
	for _, e := range slices.Backward(it.History) {
		by := c.T("The platform itself")
		if e.ActorID != "" {
			by = nameOf(c, names, e.ActorID)
		}
		events = append(events, ui.Event{At: e.At.In(it.Zone()), Title: c.T(ActName(e.Act)), Text: historyText(c, e), By: by, State: ui.Past})
	}
	return events
}

func historyText(c *web.Ctx, e audit.Entry) string {
	if days := e.Details["days"]; days != "" {
		if n, err := strconv.Atoi(days); err == nil {
			return c.N("{n} day before the deadline", "{n} days before the deadline", n)
		}
	}
	return e.Reason
}

// do does one act on the item of the request and comes back to its page, or to
// where the form stood.
func (h *Pages) do(c *web.Ctx, said string, act func(it Item, typed actForm) error) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	var typed actForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	err = act(it, typed)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := h.itemPage(c, it, noteForm{Key: c.NewID()})
		if err != nil {
			return err
		}
		return c.Invalid(deskview.Item(v))
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	if back := web.SafePath(c.Query("back"), ""); strings.HasPrefix(back, pathQueue) {
		return c.SeeOther(back)
	}
	return c.SeeOther(itemPath(it.ID))
}

func (h *Pages) take(c *web.Ctx) error {
	return h.do(c, flashTaken, func(it Item, _ actForm) error {
		_, err := h.service.Take(c.Std(), c.Actor, it.ID)
		return err
	})
}

func (h *Pages) release(c *web.Ctx) error {
	return h.do(c, flashReleased, func(it Item, _ actForm) error {
		_, err := h.service.Release(c.Std(), c.Actor, it.ID)
		return err
	})
}

func (h *Pages) assign(c *web.Ctx) error {
	return h.do(c, flashAssigned, func(it Item, typed actForm) error {
		_, err := h.service.Assign(c.Std(), c.Actor, it.ID, typed.Colleague)
		return err
	})
}

func (h *Pages) snooze(c *web.Ctx) error {
	return h.do(c, flashSnoozed, func(it Item, typed actForm) error {
		days, _ := strconv.Atoi(typed.Days) // what is no number is not one of those offered
		_, err := h.service.Snooze(c.Std(), c.Actor, it.ID, days)
		return err
	})
}

func (h *Pages) wake(c *web.Ctx) error {
	return h.do(c, flashWoken, func(it Item, _ actForm) error {
		_, err := h.service.Unsnooze(c.Std(), c.Actor, it.ID)
		return err
	})
}

func (h *Pages) note(c *web.Ctx) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	var typed noteForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if typed.Key == "" {
		typed.Key = c.NewID()
	}
	_, err = h.service.Note(c.Std(), c.Actor, it.ID, typed.Key, typed.Text)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := h.itemPage(c, it, typed)
		if err != nil {
			return err
		}
		return c.Invalid(deskview.Item(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashNoted)
	return c.SeeOther(itemPath(it.ID))
}

func (h *Pages) dropNote(c *web.Ctx) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	var typed noteForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = h.service.DropNote(c.Std(), c.Actor, it.ID, typed.Key)
	return c.Done(err, flashDropped, itemPath(it.ID))
}

func (h *Pages) showEscalate(c *web.Ctx) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	if _, err := Next(it.State, ActEscalate, RolesOf(c.Actor, it)...); err != nil {
		return err
	}
	return c.Show(deskview.Act(escalatePage(c, it, "")))
}

func escalatePage(c *web.Ctx, it Item, reason string) deskview.ActPage {
	v := deskview.ActPage{
		Page: page(c, c.T("Bring it before the president")), Caption: it.Title(c.Locale.Lang()), Back: c.URL(itemPath(it.ID)), Action: c.URL(itemPath(it.ID) + "/escalate"),
		Intro: c.T("The president sees it from then on and is told by mail."), Button: c.T("Tell the president"),
	}
	v.Fields = ui.Textarea(v.Page, ui.TextareaField{Name: "reason", Label: c.T("Why should the president look at it?"), Hint: c.T("Colleagues and those who read the audit see the reason. It never becomes public."), Value: reason, Max: MaxReason, Rows: 4})
	return v
}

func (h *Pages) escalate(c *web.Ctx) error {
	it, err := h.item(c)
	if err != nil {
		return err
	}
	var typed actForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	_, err = h.service.Escalate(c.Std(), c.Actor, it.ID, typed.Reason)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(deskview.Act(escalatePage(c, it, typed.Reason)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashEscalated)
	return c.SeeOther(itemPath(it.ID))
}
