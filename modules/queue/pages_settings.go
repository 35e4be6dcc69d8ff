package queue

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func settingsPath(a Authority) string { return deskPath(a.ID) + "/settings" }

// settings is what a hall has: services, counters, its ticket screen.
func (h *Pages) settings(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	b, err := h.hallOrEmpty(c, a)
	if err != nil {
		return err
	}
	path := c.URL(settingsPath(a))
	v := recordview.ShowPage{Page: h.page(c, a, c.T("Services, counters, ticket screen")), Caption: a.Name(c.Locale.Lang()), Crumbs: h.crumbs(c, a, c.T("Settings"))}
	services := ui.TableSpec{Caption: c.T("Services"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Service")}, {Label: c.T("In the other language")}, {Label: c.T("Usual time")}, {Label: c.T("State")}}}
	for _, g := range b.Hall.Groups {
		state := c.T("Offered")
		if g.Off {
			state = c.T("Not offered")
		}
		other := g.Names.FR
		if c.Locale.Lang() != "ar" {
			other = g.Names.AR
		}
		services.Rows = append(services.Rows, []ui.Cell{{Text: g.Letter + " · " + g.Names.In(c.Locale.Lang()), Href: path + "/services/" + g.Letter}, {Body: ui.Bidi(other)}, {Text: c.N("{n} minute", "{n} minutes", g.Minutes)}, {Text: state}})
	}
	counters := ui.TableSpec{Caption: c.T("Counters"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Counter")}, {Label: c.T("Services")}, {Label: c.T("State")}}}
	for _, x := range b.Hall.Counters {
		state := c.T("In use")
		if x.Off {
			state = c.T("Not in use")
		}
		n := strconv.Itoa(x.Number)
		counters.Rows = append(counters.Rows, []ui.Cell{{Text: c.T("Counter {number}", "number", n), Href: path + "/counters/" + n}, {Text: h.groupsOf(c, b.Hall, x)}, {Text: state}})
	}
	list := func(t ui.TableSpec, empty, href, label string) templ.Component {
		parts := []templ.Component{recordview.Line(empty)}
		if len(t.Rows) > 0 {
			parts = []templ.Component{ui.Table(v.Page, t)}
		}
		if href != "" {
			parts = append(parts, recordview.LinkLine(href, label))
		}
		return recordview.All(parts)
	}
	addCounter := ""
	if b.Hall.State == HallKept { // the first service makes the hall
		addCounter = path + "/counters/new"
	}
	v.Sections = []recordview.Section{
		{ID: "services", Title: c.T("Services"), Body: list(services, c.T("No service yet."), path+"/services/new", c.T("Add a service"))},
		{ID: "counters", Title: c.T("Counters"), Body: list(counters, c.T("No counter yet."), addCounter, c.T("Add a counter"))},
	}
	if b.Hall.Device != "" {
		v.Sections = append(v.Sections, recordview.Section{ID: "device", Title: c.T("Ticket screen"), Body: recordview.All([]templ.Component{
			recordview.Line(c.T("Open this address on the tablet at the entrance. Whoever knows it can take tickets: keep it to yourselves.")),
			recordview.LinkLine(c.URL(devicePath(a, b.Hall.Device)), c.T("Open the ticket screen")), recordview.Reference(c.AbsURL(devicePath(a, b.Hall.Device))),
			recordview.Small(recordview.SmallForm{Action: path + "/device", Label: c.T("Ticket screen"), Button: c.T("Make a new address"), Secondary: true}),
			recordview.Words(c.T("The address before leads nowhere any more.")),
		})})
	}
	return c.Show(recordview.Show(v))
}

func (h *Pages) renewDevice(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	if _, err := h.service.RenewDevice(c.Std(), c.Actor, a.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The ticket screen has a new address."))
	return c.SeeOther(settingsPath(a))
}

// groupForm is a service of a hall.
type groupForm struct {
	Letter  string `form:"letter" validate:"required,max=1"`
	AR      string `form:"ar" validate:"required,max=60"`
	FR      string `form:"fr" validate:"required,max=60"`
	Minutes string `form:"minutes,digits" validate:"required,digits,max=3"`
	Off     bool   `form:"off"`
}

// Messages are the form's own sentences.
func (groupForm) Messages() map[string]string {
	return map[string]string{"letter": i18n.Msg("Give one letter from A to Z"), "ar.required": i18n.Msg("Give the name in Arabic"), "fr.required": i18n.Msg("Give the name in French"), "minutes": i18n.Msg("Give a number of minutes")}
}

func (h *Pages) groupPage(c *web.Ctx, a Authority, f groupForm) templ.Component {
	key, title := c.Params("letter"), c.T("Change a service")
	if key == "new" {
		title = c.T("Add a service")
	}
	p := h.page(c, a, title)
	letter := ui.Text(p, ui.TextField{Name: "letter", Label: c.T("Letter"), Hint: c.T("Its numbers begin with it: A001, A002 …"), Value: f.Letter, Max: 1, Size: 2, Ltr: true})
	if key != "new" {
		letter = ui.Hidden("letter", key)
	}
	return recordview.Form(recordview.FormPage{Page: p, Back: c.URL(settingsPath(a)), Caption: strings.TrimSpace(a.Name(c.Locale.Lang())), Action: c.URL(settingsPath(a) + "/services/" + key), Button: c.T("Save"), Unsaved: true,
		Fields: []templ.Component{letter,
			ui.Text(p, ui.TextField{Name: "ar", Label: c.T("Name in Arabic"), Value: f.AR, Max: MaxName, AutoDir: true}),
			ui.Text(p, ui.TextField{Name: "fr", Label: c.T("Name in French"), Value: f.FR, Max: MaxName, AutoDir: true}),
			ui.Text(p, ui.TextField{Name: "minutes", Label: c.T("What one person usually takes"), Hint: c.T("In minutes. Once there are figures, the median of the last day counts."), Value: f.Minutes, Numeric: true, Max: 3, Size: 3}),
			ui.Checkbox(p, ui.CheckboxField{Name: "off", Label: c.T("Give no tickets for it"), Checked: f.Off}),
		}})
}

func (h *Pages) showGroup(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	if c.Params("letter") == "new" {
		return c.Show(h.groupPage(c, a, groupForm{Minutes: "10"}))
	}
	hall, err := h.service.Hall(c.Std(), a.ID)
	if err != nil {
		return err
	}
	g, ok := hall.Group(c.Params("letter"))
	if !ok {
		return errNone
	}
	return c.Show(h.groupPage(c, a, groupForm{Letter: g.Letter, AR: g.Names.AR, FR: g.Names.FR, Minutes: strconv.Itoa(g.Minutes), Off: g.Off}))
}

var errTwice = wrong("letter", i18n.Msg("Another service has this letter"))

func (h *Pages) setGroup(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	var f groupForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		minutes, _ := strconv.Atoi(f.Minutes)
		g := Group{Letter: strings.ToUpper(f.Letter), Names: Words{AR: f.AR, FR: f.FR}, Minutes: minutes, Off: f.Off}
		hall, known := h.service.Hall(c.Std(), a.ID)
		if _, taken := hall.Group(g.Letter); known == nil && taken && c.Params("letter") == "new" {
			err = errTwice
		} else if _, err = h.service.SetGroup(c.Std(), c.Actor, a.ID, g); err == nil {
			c.Flash(i18n.Msg("The service is saved."))
			return c.SeeOther(settingsPath(a))
		}
	}
	return h.again(c, errs, err, "letter", func() (templ.Component, error) { return h.groupPage(c, a, f), nil })
}

// counterForm is a counter of a hall.
type counterForm struct {
	Number string   `form:"number,digits" validate:"required,digits,max=2"`
	Groups []string `form:"groups" validate:"max=12"`
	Off    bool     `form:"off"`
}

// Messages are the form's own sentences.
func (counterForm) Messages() map[string]string {
	return map[string]string{"number": i18n.Msg("Give a number from 1 to 99")}
}

func (h *Pages) counterFormPage(c *web.Ctx, a Authority, f counterForm) (templ.Component, error) {
	hall, err := h.service.Hall(c.Std(), a.ID)
	if err != nil {
		return nil, err
	}
	key, title := c.Params("counter"), c.T("Change a counter")
	if key == "new" {
		title = c.T("Add a counter")
	}
	p := h.page(c, a, title)
	n := ui.Text(p, ui.TextField{Name: "number", Label: c.T("Number"), Hint: c.T("As it stands above the counter."), Value: f.Number, Numeric: true, Max: 2, Size: 2})
	if key != "new" {
		n = ui.Hidden("number", key)
	}
	var options []ui.Option
	for _, g := range hall.Groups {
		options = append(options, ui.Option{Value: g.Letter, Label: g.Letter + " · " + g.Names.In(c.Locale.Lang())})
	}
	return recordview.Form(recordview.FormPage{Page: p, Back: c.URL(settingsPath(a)), Caption: a.Name(c.Locale.Lang()), Action: c.URL(settingsPath(a) + "/counters/" + key), Button: c.T("Save"), Unsaved: true,
		Fields: []templ.Component{n,
			ui.Checkboxes(p, ui.CheckboxesField{Name: "groups", Label: c.T("Services"), Hint: c.T("None chosen: all services."), Values: f.Groups, Options: options, Optional: true}),
			ui.Checkbox(p, ui.CheckboxField{Name: "off", Label: c.T("Not in use"), Checked: f.Off}),
		}}), nil
}

func (h *Pages) showCounterForm(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	hall, err := h.service.Hall(c.Std(), a.ID)
	if err != nil {
		return err
	}
	f := counterForm{Number: strconv.Itoa(len(hall.Counters) + 1)}
	if key := c.Params("counter"); key != "new" {
		n, _ := strconv.Atoi(key)
		x, ok := hall.Counter(n)
		if !ok {
			return errNone
		}
		f = counterForm{Number: key, Groups: x.Groups, Off: x.Off}
	}
	page, err := h.counterFormPage(c, a, f)
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) setCounter(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	var f counterForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		n, _ := strconv.Atoi(f.Number)
		if _, err = h.service.SetCounter(c.Std(), c.Actor, a.ID, Counter{Number: n, Groups: f.Groups, Off: f.Off}); err == nil {
			c.Flash(i18n.Msg("The counter is saved."))
			return c.SeeOther(settingsPath(a))
		}
	}
	return h.again(c, errs, err, "number", func() (templ.Component, error) { return h.counterFormPage(c, a, f) })
}

// shownDays is how many days a page of the figures has.
const shownDays = 31

// figures are the waiting and service times of a hall.
func (h *Pages) figures(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	hall, err := h.service.Hall(c.Std(), a.ID)
	if err != nil {
		return err
	}
	today, err := h.service.Today(c.Std(), c.Actor, hall)
	if err != nil {
		return err
	}
	page, err := h.service.Days(c.Std(), c.Actor, hall, c.Query("after"), shownDays)
	if err != nil {
		return err
	}
	path := c.URL(deskPath(a.ID) + "/figures")
	v := recordview.ShowPage{Page: h.page(c, a, c.T("Waiting and service times")), Caption: a.Name(c.Locale.Lang()), Crumbs: h.crumbs(c, a, c.T("Waiting and service times")),
		Lead: c.T("The median is the middle: half of the people waited less, half waited longer.")}
	v.Wide = true
	empty := recordview.Line(c.T("Nothing yet."))
	section := func(id, title string, f Figures) {
		body := empty
		if len(f.Rows) > 0 {
			body = ui.Table(v.Page, h.rowsTable(c, hall, title, f))
		}
		v.Sections = append(v.Sections, recordview.Section{ID: id, Title: title, Body: body})
	}
	section("today", c.T("Today so far"), today)
	if len(page.Items) > 0 {
		section("last", c.T("Last day: {date}", "date", dateOf(page.Items[0].Date, a.Country)), page.Items[0])
	}
	days := []templ.Component{empty}
	if len(page.Items) > 0 {
		days = []templ.Component{ui.Table(v.Page, h.daysTable(c, a, page.Items))}
	}
	if page.Next != "" {
		days = append(days, recordview.LinkLine(path+"?after="+page.Next, c.T("Earlier days")))
	}
	days = append(days, recordview.LinkLine(path+".csv", c.T("Download as a table (CSV)")))
	v.Sections = append(v.Sections, recordview.Section{ID: "days", Title: c.T("Day by day"), Body: recordview.All(days)})
	return c.Show(recordview.Show(v))
}

func lasted(c *web.Ctx, seconds int64) string {
	return c.N("{n} minute", "{n} minutes", int((seconds+30)/60))
}

func (h *Pages) heads(c *web.Ctx, first string) []ui.Th {
	return []ui.Th{{Label: first}, {Label: c.T("Tickets")}, {Label: c.T("Served")}, {Label: c.T("Did not come")}, {Label: c.T("Left unserved")}, {Label: c.T("Median wait")}, {Label: c.T("Longest wait")}, {Label: c.T("Median service")}}
}

func (h *Pages) cells(c *web.Ctx, name string, r Row) []ui.Cell {
	n := func(n int) ui.Cell { return ui.Cell{Text: c.Locale.Number(int64(n))} }
	return []ui.Cell{{Text: name}, n(r.Came), n(r.Served), n(r.Absent), n(r.Left), {Text: lasted(c, r.MedianWaited)}, {Text: lasted(c, r.MaxWaited)}, {Text: lasted(c, r.MedianServed)}}
}

// rowsTable shows a day in all, by service and by counter.
func (h *Pages) rowsTable(c *web.Ctx, hall Hall, title string, f Figures) ui.TableSpec {
	t := ui.TableSpec{Caption: title, HideCaption: true, RowHead: true, Head: h.heads(c, c.T("What"))}
	order := slices.Clone(f.Rows)
	slices.SortStableFunc(order, func(x, y Row) int { return rank(x.Key) - rank(y.Key) })
	for _, r := range order {
		t.Rows = append(t.Rows, h.cells(c, rowName(c, hall, r.Key), r))
	}
	return t
}

// rank puts the whole first, then services, then counters by number.
func rank(key string) int {
	if n, ok := strings.CutPrefix(key, ofCounter); ok {
		number, _ := strconv.Atoi(n)
		return 100 + number
	}
	if letter, ok := strings.CutPrefix(key, ofGroup); ok && letter != "" {
		return 1 + int(letter[0]-'A')
	}
	return 0
}

func rowName(c *web.Ctx, hall Hall, key string) string {
	if letter, ok := strings.CutPrefix(key, ofGroup); ok {
		g, _ := hall.Group(letter)
		return letter + " · " + g.Names.In(c.Locale.Lang())
	}
	if n, ok := strings.CutPrefix(key, ofCounter); ok {
		return c.T("Counter {number}", "number", n)
	}
	return c.T("All")
}

func (h *Pages) daysTable(c *web.Ctx, a Authority, days []Figures) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("Day by day"), HideCaption: true, RowHead: true, Head: h.heads(c, c.T("Day"))}
	for _, f := range days {
		r, _ := f.Row(ofAll)
		t.Rows = append(t.Rows, h.cells(c, c.Locale.Date(dateOf(f.Date, a.Country)), r))
	}
	return t
}

// figuresCSV is all of the figures as a table: a line for each day, and for each
// service and counter in it. Times are in seconds.
func (h *Pages) figuresCSV(c *web.Ctx) error {
	a, err := h.deskAt(c, Supervises)
	if err != nil {
		return err
	}
	hall, err := h.service.Hall(c.Std(), a.ID)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("Day"), c.T("What"), c.T("Name"), c.T("Tickets"), c.T("Served"), c.T("Did not come"), c.T("Left unserved"), c.T("Median wait (seconds)"), c.T("Longest wait (seconds)"), c.T("Median service (seconds)"))
	err = h.service.EachDay(c.Std(), c.Actor, hall, func(f Figures) error {
		for _, r := range f.Rows {
			w.Row(f.Date, r.Key, rowName(c, hall, r.Key), strconv.Itoa(r.Came), strconv.Itoa(r.Served), strconv.Itoa(r.Absent), strconv.Itoa(r.Left),
				strconv.FormatInt(r.MedianWaited, 10), strconv.FormatInt(r.MaxWaited, 10), strconv.FormatInt(r.MedianServed, 10))
		}
		return nil
	})
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	c.Attachment("counters.csv")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	return c.Send(out.Bytes())
}
