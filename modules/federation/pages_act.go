package federation

import (
	"strconv"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// actForm is what goes with an act.
type actForm struct {
	Text    string    `form:"text,text" validate:"max=2000"`
	Due     form.Date `form:"due" validate:"omitempty,date"`
	For     string    `form:"for" validate:"max=40"`
	Minutes string    `form:"minutes,text" validate:"max=24000"`
	Women   string    `form:"women,digits" validate:"max=6"`
	Men     string    `form:"men,digits" validate:"max=6"`
	Unsaid  string    `form:"unsaid,digits" validate:"max=6"`
}

// acted returns the record of the address to somebody who may do the act now.
func (h *Pages) acted(c *web.Ctx) (Record, Standing, Act, error) {
	r, st, err := h.read(c)
	what := Act(c.Params("act"))
	if err != nil {
		return r, st, what, err
	}
	if _, known := acting[what]; !known {
		return r, st, what, fault.New(fault.NotFound, "")
	}
	_, may, ever := find(r.Kind, r.State, what, st.roles(r))
	switch {
	case !ever:
		err = errMayNot
	case !may:
		err = errChanged
	case !st.Network.Active:
		err = errOver
	}
	return r, st, what, err
}

// publishes are acts after which everybody reads what only the network read.
var publishes = map[Act]bool{Accept: true, Publish: true}

func (h *Pages) actPage(c *web.Ctx, st Standing, r Record, what Act, f actForm) templ.Component {
	w := acting[what]
	p := h.page(c, c.T(label(r, what)))
	v := recordview.FormPage{Page: p, Back: c.URL(recordPath(r)), Caption: r.Title(c.Locale.Lang()), Action: c.URL("/desk" + recordPath(r) + "/acts/" + string(what)), Button: c.T(label(r, what)), Cancel: c.T("Cancel"), Danger: w.danger, Files: w.file}
	v.NoIndex = true
	switch {
	case publishes[what]:
		v.Lead = c.T("Everybody can read it then.")
	case what == Convene && r.Sitting.Open:
		v.Lead = c.T("Everybody can read the invitation then, and it stands in the calendar.")
	case what == Convene:
		v.Lead = c.T("The members of the network read the invitation then.")
	case what == Adopt:
		v.Lead = c.T("Everybody reads who adopted the practice, and how they use it.")
	case what == Close || what == Cancel:
		v.Lead = c.T("Everybody can read the reason.")
	}
	if what == Hold {
		v.Fields = h.minutesFields(c, p, f)
		return recordview.Form(v)
	}
	if w.file && what == Photo {
		v.Lead = c.T("Public. The photo is drawn anew, and where it was taken is removed from it. No faces of people who did not agree.")
		v.Fields = append(v.Fields, ui.File(p, ui.FileField{Name: "file", Label: c.T("Photo"), Accept: "image/jpeg,image/png,image/webp", Limit: "10 MB"}))
	} else if w.file {
		v.Fields = append(v.Fields, ui.File(p, ui.FileField{Name: "file", Label: c.T("What is delivered"), Accept: "application/pdf,image/jpeg,image/png", Limit: "10 MB"}))
	}
	if what == Adopt || what == Unadopt {
		v.Fields = append(v.Fields, h.pickSeat(c, p, st, r, what, f.For))
	}
	if w.text != "" {
		v.Fields = append(v.Fields, ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T(w.text), Hint: c.T("Do not name citizens or write down what only concerns them."), Value: f.Text, Max: MaxNote, Rows: 5, Optional: !w.must}))
	}
	if w.due {
		due := f.Due
		if due.Empty() && !r.Due.IsZero() && r.Due.After(c.Now()) {
			due = form.DateOf(r.Due.In(clock.Zone(st.Network.Country)))
		}
		v.Fields = append(v.Fields, ui.DateParts(p, ui.DateField{Name: "due", Label: c.T("By which day"), Hint: c.T("May stay empty. From the day after, it counts as overdue."), Day: due.Day, Month: due.Month, Year: due.Year}))
	}
	return recordview.Form(v)
}

func (h *Pages) pickSeat(c *web.Ctx, p ui.Page, st Standing, r Record, what Act, value string) templ.Component {
	var seats []string
	for _, s := range st.Seats {
		if r.adoptedBy(s) == (what == Unadopt) && s != r.Authority {
			seats = append(seats, s)
		}
	}
	if value == "" && len(seats) == 1 {
		value = seats[0]
	}
	return ui.Select(p, ui.SelectField{Name: "for", Label: c.T("For which authority?"), Value: value, Options: h.places(c, seats), Empty: c.T("Choose an authority")})
}

func (h *Pages) minutesFields(c *web.Ctx, p ui.Page, f actForm) []templ.Component {
	count := func(name, label, value string) templ.Component {
		return ui.Text(p, ui.TextField{Name: name, Label: label, Value: value, Numeric: true, Size: 6, Optional: true})
	}
	return []templ.Component{
		ui.Textarea(p, ui.TextareaField{Name: "minutes", Label: c.T("Minutes"), Hint: c.T("What was said and decided. Everybody reads it once the minutes are published."), Value: f.Minutes, Max: 4 * MaxText, Rows: 14}),
		count("women", c.T("Women who attended"), f.Women), count("men", c.T("Men who attended"), f.Men), count("unsaid", c.T("People who did not say"), f.Unsaid),
	}
}

func (h *Pages) showAct(c *web.Ctx) error {
	r, st, what, err := h.acted(c)
	if err != nil {
		return err
	}
	f := actForm{}
	if s := r.Sitting; what == Hold && s.Minutes != "" {
		f = actForm{Minutes: s.Minutes, Women: strconv.Itoa(s.Women), Men: strconv.Itoa(s.Men), Unsaid: strconv.Itoa(s.Unsaid)}
	}
	return c.Show(h.actPage(c, st, r, what, f))
}

func (h *Pages) do(c *web.Ctx) error {
	r, st, what, err := h.acted(c)
	if err != nil {
		return err
	}
	var f actForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		if err = h.doAct(c, st, r, what, f); err == nil {
			c.Flash(i18n.Msg("It is recorded."))
			return c.SeeOther(recordPath(r))
		}
	}
	fallback := "text"
	switch {
	case what == Hold:
		fallback = "minutes"
	case acting[what].file:
		fallback = "file"
	case acting[what].text == "":
		fallback = "" // nothing was asked: the fault is a page of its own
	}
	return again(c, mistakes, err, fallback, func() (templ.Component, error) { return h.actPage(c, st, r, what, f), nil })
}

func (h *Pages) doAct(c *web.Ctx, st Standing, r Record, what Act, f actForm) error {
	if what == Hold {
		m := Minutes{Text: f.Minutes}
		for _, x := range []struct {
			to   *int
			text string
		}{{&m.Women, f.Women}, {&m.Men, f.Men}, {&m.Unsaid, f.Unsaid}} {
			if x.text == "" {
				continue
			}
			n, err := strconv.Atoi(x.text)
			if err != nil {
				return &InputError{"women", i18n.Msg("Give whole numbers")}
			}
			*x.to = n
		}
		_, err := h.EnterMinutes(c.Std(), c.Actor, r.ID, m)
		return err
	}
	if acting[what].file {
		header, err := c.FormFile("file")
		if err != nil || header.Size == 0 {
			return &InputError{"file", i18n.Msg("Choose a file first")}
		}
		body, err := header.Open()
		if err != nil {
			return fault.Wrap("federation.do", err)
		}
		defer body.Close()
		_, err = h.Attach(c.Std(), c.Actor, r.ID, what, header.Filename, body, f.Text)
		return err
	}
	in := Input{Text: f.Text, For: f.For}
	if due, ok := f.Due.In(clock.Zone(st.Network.Country)); ok {
		in.Due = clock.EndOfDay(due, clock.Zone(st.Network.Country))
	}
	_, err := h.Do(c.Std(), c.Actor, r.ID, what, in)
	return err
}

func (h *Pages) removePhoto(c *web.Ctx) error {
	r, _, err := h.read(c)
	if err != nil {
		return err
	}
	if _, err := h.RemovePhoto(c.Std(), c.Actor, r.ID, c.Params("photo")); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The photo is removed."))
	return c.SeeOther(recordPath(r))
}
