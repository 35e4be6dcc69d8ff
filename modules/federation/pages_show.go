package federation

import (
	"fmt"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/federationview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// read returns the record of the address and what the reader is to its network.
func (h *Pages) read(c *web.Ctx) (Record, Standing, error) {
	st, err := h.standing(c)
	if err != nil {
		return Record{}, st, err
	}
	r, err := h.Get(c.Std(), c.Actor, c.Params("record"))
	if err == nil && r.Network != st.Network.ID {
		err = errNone
	}
	return r, st, err
}

// show is one record.
func (h *Pages) show(c *web.Ctx) error {
	r, st, err := h.read(c)
	if err != nil {
		return err
	}
	w, lang := r.In(c.Locale.Lang())
	k := kindNames[r.Kind]
	v := recordview.ShowPage{Page: h.page(c, w.Title), Caption: c.T(k.one), Crumbs: crumbs(c, st.Network, ui.Crumb{Label: c.T(k.all), Href: c.URL(path(st.Network, r.Kind))}, ui.Crumb{Label: w.Title})}
	v.TagText, v.TagTone = tag(c, r)
	v.NoIndex = r.reach() != public
	if v.Description = clip(w.Text); v.Description == "" {
		v.Description = c.T(k.one) + " · " + h.placeName(c, r.Authority)
	}
	v.Rows = h.facts(c, r)
	if lang != c.Locale.Lang() && w.Text != "" {
		v.Sections = append(v.Sections, recordview.Section{ID: "language", Title: c.T("Language"), Body: ui.LanguageNotice(v.Page, lang)})
	}
	h.texts(c, r, w, &v)
	if r.Kind == Space {
		if err := h.space(c, st, r, &v); err != nil {
			return err
		}
	}
	h.sitting(c, st, r, &v)
	if err := h.delivered(c, r, &v); err != nil {
		return err
	}
	h.adopters(c, r, &v)
	h.log(c, st, r, &v)
	h.tools(c, st, r, &v)
	return c.Show(recordview.Show(v))
}

// facts are a record's particulars.
func (h *Pages) facts(c *web.Ctx, r Record) []ui.SummaryRow {
	var rows []ui.SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	if r.Authority != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("Member"), Value: h.placeName(c, r.Authority), Href: c.URL("/places/" + r.Authority), Action: c.T("See the authority")})
	}
	var with []string
	for _, p := range r.Parties {
		with = append(with, h.placeName(c, p))
	}
	add(c.T("Other parties"), c.Locale.List(with))
	if r.Kind == Meeting {
		add(c.T("Kind"), c.T(MeetingNames[r.Sort]))
		add(c.T("Begins"), c.Locale.DateTime(r.At))
		if !r.Until.IsZero() {
			add(c.T("Ends"), c.Locale.DateTime(r.Until))
		}
		add(c.T("Where"), r.Sitting.Place)
	} else if r.Sort != "" && r.Kind != Mandate {
		add(c.T("Kind"), c.T(SortNames[r.Sort]))
	}
	if r.Body != "" {
		add(c.T("Body"), c.T(BodyNames[r.Body]))
	}
	if r.Kind == Mandate {
		add(c.T("Capacity"), r.Capacity)
		if r.Sort != "" {
			add(c.T("Represents"), c.T(BodyNames[r.Sort]))
		}
		add(c.T("From"), day(c, r.At))
		add(c.T("Until"), day(c, r.Until))
	}
	if !r.Due.IsZero() {
		add(c.T("Due"), c.Locale.Date(r.Due))
	}
	if r.Kind == Practice {
		add(c.T("Cost"), h.cost(c, r))
		add(c.T("Who can be asked"), r.Contact)
	}
	add(c.T("Address"), r.Site.Address)
	return rows
}

// currency is a country's money and how many minor units make one.
func currency(country string) (code string, minor int64) {
	switch country {
	case "TN":
		return "TND", 1000
	case "MA":
		return "MAD", 100
	}
	return "", 1
}

func (h *Pages) cost(c *web.Ctx, r Record) string {
	code, _ := currency(c.Locale.Country())
	switch {
	case r.Cost == 0:
		return c.T("Nothing beyond working time")
	case code == "":
		return c.Locale.Number(r.Cost)
	}
	return c.Locale.Money(r.Cost, code)
}

// texts are what people wrote.
func (h *Pages) texts(c *web.Ctx, r Record, w Words, v *recordview.ShowPage) {
	titles := map[Kind]string{Space: c.T("About this space"), Practice: c.T("The problem"), Dispute: c.T("What it is about"), Obstacle: c.T("What stands in the way"), Request: c.T("What is needed, and what for")}
	title := titles[r.Kind]
	if title == "" {
		title = c.T("What it is about")
	}
	for _, x := range []struct{ id, title, text string }{{"text", title, w.Text}, {"done", c.T("What was done"), w.Done}, {"result", c.T("The result"), w.Result}} {
		if x.text != "" {
			v.Sections = append(v.Sections, recordview.Section{ID: x.id, Title: x.title, Body: ui.Paragraphs(x.text)})
		}
	}
}

// space adds what a Citizen Space offers.
func (h *Pages) space(c *web.Ctx, st Standing, r Record, v *recordview.ShowPage) error {
	section := func(id, title string, body templ.Component) {
		v.Sections = append(v.Sections, recordview.Section{ID: id, Title: title, Body: body})
	}
	if all := h.services(c, r); len(all) > 0 {
		section("services", c.T("Services"), federationview.Names(all))
	}
	if len(r.Site.Districts) > 0 {
		section("districts", c.T("Districts served"), federationview.Names(r.Site.Districts))
	}
	if r.State == Opened {
		var week []federationview.Day
		for i, name := range dayNames {
			week = append(week, federationview.Day{Name: c.T(name), Hours: r.Site.Hours[i]})
		}
		if r.Site.Hours != [7]string{} || r.Site.HoursNote != "" {
			section("hours", c.T("Opening hours"), federationview.Hours(v.Page, week, r.Site.HoursNote))
		}
	}
	if m := h.points(c, &v.Page, []Record{r}); m != nil {
		section("map", c.T("On the map"), m)
	}
	var pictures []federationview.Picture
	for i, id := range r.Site.Photos {
		f, err := h.Files.Get(c.Std(), id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		p := federationview.Picture{Thumb: f.Thumb, Full: f.Path, Alt: c.T("Photo {n} of {name}", "n", i+1, "name", r.Title(c.Locale.Lang()))}
		if st.May(r, Unphoto) {
			p.Remove = c.URL("/desk" + recordPath(r) + "/photos/" + id + "/remove")
		}
		pictures = append(pictures, p)
	}
	if len(pictures) > 0 {
		section("photos", c.T("Photos"), federationview.Pictures(v.Page, pictures))
	}
	return nil
}

// sitting adds agenda, minutes and attendance of a meeting.
func (h *Pages) sitting(c *web.Ctx, st Standing, r Record, v *recordview.ShowPage) {
	if r.Kind != Meeting {
		return
	}
	if len(r.Sitting.Agenda) > 0 {
		v.Sections = append(v.Sections, recordview.Section{ID: "agenda", Title: c.T("Agenda"), Body: federationview.Agenda(r.Sitting.Agenda)})
	}
	if r.Sitting.Minutes != "" && (st.Inside() || r.State == Published) {
		v.Sections = append(v.Sections, recordview.Section{ID: "minutes", Title: c.T("Minutes"), Body: ui.Paragraphs(r.Sitting.Minutes)})
	}
	a := r.AttendanceFor(st.Inside())
	if a.NotRecorded || !st.Inside() && r.State != Published {
		return
	}
	body := recordview.Line(c.N("{n} person attended.", "{n} people attended.", a.All))
	switch {
	case a.NobodyCame:
		body = recordview.Words(c.T("How many attended was not counted."))
	case a.Suppressed:
		body = recordview.All([]templ.Component{body, recordview.Words(c.T("The numbers by sex are not shown, because one of them is below {n}.", "n", LeastShown))})
	case a.BySex:
		t := ui.TableSpec{Caption: c.T("Attendance by sex"), Head: []ui.Th{{Label: c.T("Women"), Number: true}, {Label: c.T("Men"), Number: true}, {Label: c.T("Not said"), Number: true}},
			Rows: [][]ui.Cell{{{Text: c.Locale.Number(int64(a.Women))}, {Text: c.Locale.Number(int64(a.Men))}, {Text: c.Locale.Number(int64(a.Unsaid))}}}}
		body = recordview.All([]templ.Component{body, ui.Table(v.Page, t)})
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "attendance", Title: c.T("Attendance"), Body: body})
}

// delivered adds the document of an output.
func (h *Pages) delivered(c *web.Ctx, r Record, v *recordview.ShowPage) error {
	if r.File == "" {
		return nil
	}
	f, err := h.Files.Get(c.Std(), r.File)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "file", Title: c.T("What was delivered"), Body: recordview.Files([]recordview.File{
		{Name: f.Name, Href: f.Path, Facts: fmt.Sprintf("%s · %d KB", strings.ToUpper(f.Type[strings.LastIndexByte(f.Type, '/')+1:]), max(1, f.Size>>10))}})})
	return nil
}

// adopters adds who uses a practice.
func (h *Pages) adopters(c *web.Ctx, r Record, v *recordview.ShowPage) {
	if r.Kind != Practice || r.State != Published {
		return
	}
	body := recordview.Words(c.T("No other member has adopted it yet."))
	var items []recordview.Item
	for _, a := range r.Adopted {
		items = append(items, recordview.Item{Title: h.placeName(c, a.Authority), Href: c.URL("/places/" + a.Authority), Text: a.Note, Facts: c.Locale.Date(a.At)})
	}
	if len(items) > 0 {
		body = recordview.Items(items)
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "adopted", Title: c.T("Adopted by"), Body: body})
}

// log adds what happened: notes to those inside, and to all what is public of
// the history.
func (h *Pages) log(c *web.Ctx, st Standing, r Record, v *recordview.ShowPage) {
	var events []ui.Event
	history := audit.Public(r.History)
	if st.Inside() {
		history = r.History
	}
	for _, e := range history {
		what, _ := cutKind(e.Act, r.Kind)
		if what == NoteDown || what == Adopt || what == Unadopt || what == Photo || what == Unphoto {
			continue
		}
		event := ui.Event{At: e.At, Title: c.T(actWords(what)), Text: e.Reason, State: ui.Past}
		if e.Reason == "" && st.Inside() {
			event.Text = noteOf(r, what, e)
		}
		events = append(events, event)
	}
	if st.Inside() {
		for _, n := range r.Notes {
			if n.Act == NoteDown {
				events = append(events, ui.Event{At: n.At, Title: c.T("Note"), Text: n.Text, By: h.placeName(c, n.For), State: ui.Past})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b ui.Event) int { return b.At.Compare(a.At) })
	if len(events) > 0 {
		v.Sections = append(v.Sections, recordview.Section{ID: "history", Title: c.T("What happened so far"), Body: ui.Timeline(v.Page, events)})
	}
}

// noteOf is what was written along with an act.
func noteOf(r Record, what Act, e audit.Entry) string {
	for _, n := range r.Notes {
		if n.Act == what && n.At.Equal(e.At) {
			return n.Text
		}
	}
	return ""
}

// tools are what the reader may do with a record.
func (h *Pages) tools(c *web.Ctx, st Standing, r Record, v *recordview.ShowPage) {
	desk := "/desk" + recordPath(r)
	for i, a := range st.Allows(r) {
		if a == Unphoto || a == Adopt && !st.canAdopt(r) || a == Unadopt && !st.canUnadopt(r) {
			continue
		}
		v.Links = append(v.Links, recordview.Link{Href: c.URL(desk + "/acts/" + string(a)), Label: c.T(label(r, a)), Primary: i == 0 && !acting[a].danger && a != NoteDown})
	}
	if st.May(r, Change) {
		v.Links = append(v.Links, recordview.Link{Href: c.URL(desk + "/edit"), Label: c.T("Change")})
	}
}

// label is what the button of an act says.
func label(r Record, a Act) string {
	if a == Take && r.State == InHand {
		return i18n.Msg("Say how it goes on, and set another day")
	}
	return acting[a].label
}

// canAdopt reports whether some authority they speak for does not use a practice
// yet.
func (s Standing) canAdopt(r Record) bool {
	return slices.ContainsFunc(s.Seats, func(p string) bool { return p != r.Authority && !r.adoptedBy(p) })
}

func (s Standing) canUnadopt(r Record) bool { return slices.ContainsFunc(s.Seats, r.adoptedBy) }
