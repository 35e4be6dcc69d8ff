package federation

import (
	"slices"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/federationview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// leads say above a form who will read what is written.
var leads = map[Kind]string{
	Space:    i18n.Msg("Public as soon as it is saved."),
	Mandate:  i18n.Msg("Public as soon as it is saved: enter the name and the capacity of whoever represents a member, and nothing else of them. Whoever is named may ask the coordinator to correct it."),
	Meeting:  i18n.Msg("Only the network’s members see it until it is convened."),
	Practice: i18n.Msg("You can write it in several sittings. The coordinator publishes it once it is handed in."),
	Output:   i18n.Msg("The members of the network see it; the public does once it is delivered and accepted."),
	Obstacle: i18n.Msg("The members of the network see it, nobody else. Do not name citizens."),
	Request:  i18n.Msg("The members of the network see it, nobody else. Do not name citizens."),
	Dispute:  i18n.Msg("Only the parties and the coordinator see it. Do not name citizens."),
}

// fields are those of a kind, in their order.
func (h *Pages) fields(c *web.Ctx, p ui.Page, e entered, f recordForm) []templ.Component {
	switch e.kind {
	case Space:
		return slices.Concat(h.stands(c, p, e, f), h.written(c, p, e, f), h.siteFields(c, p, f))
	case Mandate:
		return slices.Concat([]templ.Component{pick(c, p, "body", c.T("Body"), f.Body, Bodies, BodyNames), h.represents(c, p, f)}, h.written(c, p, e, f), []templ.Component{
			ui.Text(p, ui.TextField{Name: "capacity", Label: c.T("Capacity"), Hint: c.T("Such as president of the municipality, secretary-general, head of the Citizen Space."), Value: f.Capacity, Max: MaxTitle, AutoDir: true}),
			date(p, "at", c.T("First day"), "", f.At), date(p, "until", c.T("Last day"), c.T("May stay empty."), f.Until)})
	case Meeting:
		return h.meetingFields(c, p, e, f)
	case Practice:
		return append(h.practiceTexts(c, p, f),
			ui.Text(p, ui.TextField{Name: "cost", Label: c.T("Cost"), Hint: c.T("In whole units of the country’s money, 0 when it cost nothing beyond working time."), Value: f.Cost, Numeric: true, Size: 10, Optional: true}),
			ui.Text(p, ui.TextField{Name: "contact", Label: c.T("Who can be asked"), Hint: c.T("An office with its telephone or e-mail address, not a person."), Value: f.Contact, Max: MaxTitle, AutoDir: true, Optional: true}))
	case Output:
		return append(h.written(c, p, e, f), optionalPick(c, p, "body", c.T("Body"), f.Body, Bodies, BodyNames), date(p, "due", c.T("Due"), c.T("The last day on which it is on time."), f.Due))
	case Obstacle, Request:
		kinds := ui.RadiosField{Name: "sort", Label: c.T("Which kind is it?"), Value: f.Sort}
		for _, k := range Sorts {
			kinds.Options = append(kinds.Options, ui.Option{Value: k, Label: c.T(SortNames[k]), Hint: c.T(sortHints[k])})
		}
		return append([]templ.Component{ui.Radios(p, kinds)}, h.written(c, p, e, f)...)
	}
	parties := ui.CheckboxesField{Name: "parties", Label: c.T("Who else is in the dispute?"), Values: f.Parties, Options: h.places(c, e.st.Network.Members)}
	return append(h.written(c, p, e, f), ui.Checkboxes(p, parties))
}

// sortHints say what falls under the charter's four kinds.
var sortHints = map[string]string{
	"technical": i18n.Msg("Software, network, method, know-how"), "material": i18n.Msg("Premises, furniture, equipment"),
	"human": i18n.Msg("Staff, posts, training"), "logistic": i18n.Msg("Transport, supplies, organisation"),
}

func pick(c *web.Ctx, p ui.Page, name, label, value string, keys []string, names map[string]string) templ.Component {
	s := ui.SelectField{Name: name, Label: label, Value: value, Empty: c.T("Choose from the list")}
	for _, k := range keys {
		s.Options = append(s.Options, ui.Option{Value: k, Label: c.T(names[k])})
	}
	return ui.Select(p, s)
}

// represents asks for whom somebody sits in the steering committee.
func (h *Pages) represents(c *web.Ctx, p ui.Page, f recordForm) templ.Component {
	s := ui.SelectField{Name: "sort", Label: c.T("Represents"), Hint: c.T("Only for the steering committee, which is made of representatives of the technical committees."), Value: f.Sort, Empty: c.T("Sits in a technical committee"), Optional: true}
	for _, k := range Bodies[1:] {
		s.Options = append(s.Options, ui.Option{Value: k, Label: c.T(BodyNames[k])})
	}
	return ui.Select(p, s)
}

func optionalPick(c *web.Ctx, p ui.Page, name, label, value string, keys []string, names map[string]string) templ.Component {
	s := ui.SelectField{Name: name, Label: label, Value: value, Empty: c.T("The network as a whole"), Optional: true}
	for _, k := range keys {
		s.Options = append(s.Options, ui.Option{Value: k, Label: c.T(names[k])})
	}
	return ui.Select(p, s)
}

func date(p ui.Page, name, label, hint string, d form.Date) templ.Component {
	return ui.DateParts(p, ui.DateField{Name: name, Label: label, Hint: hint, Day: d.Day, Month: d.Month, Year: d.Year})
}

// stands asks of a new space how far it is.
func (h *Pages) stands(c *web.Ctx, p ui.Page, e entered, f recordForm) []templ.Component {
	if e.before.ID != "" {
		return nil
	}
	return []templ.Component{ui.Radios(p, ui.RadiosField{Name: "stands", Label: c.T("Where does it stand?"), Value: f.Stands, Options: []ui.Option{
		{Value: string(Open), Label: c.T(stateName(Space, Opened))}, {Value: string(Build), Label: c.T(stateName(Space, Building))}, {Value: string(Enter), Label: c.T(stateName(Space, Planned))}}})}
}

// titleLabels are what the title of a kind is called.
var titleLabels = map[Kind]string{
	Space: i18n.Msg("Name of the Citizen Space"), Mandate: i18n.Msg("Name"), Meeting: i18n.Msg("Subject of the meeting"), Practice: i18n.Msg("Title of the practice"),
	Output: i18n.Msg("What is to be produced"), Obstacle: i18n.Msg("The obstacle in a line"), Request: i18n.Msg("What is needed, in a line"), Dispute: i18n.Msg("The dispute in a line"),
}

// written asks for title and text, in each language of the form.
func (h *Pages) written(c *web.Ctx, p ui.Page, e entered, f recordForm) []templ.Component {
	var all []templ.Component
	langs := langsOf(e.kind, e.before, c.Locale.Lang())
	typed := map[string][2]string{"ar": {f.TitleAR, f.TextAR}, "fr": {f.TitleFR, f.TextFR}, "en": {f.TitleEN, f.TextEN}}
	for i, l := range langs {
		title, text := c.T(titleLabels[e.kind]), c.T("In a few sentences")
		if len(langs) > 1 {
			title, text = inLang(c, title, l), inLang(c, text, l)
		}
		all = append(all, ui.Text(p, ui.TextField{Name: "title_" + l, Label: title, Value: typed[l][0], Max: MaxTitle, AutoDir: true, Optional: i > 0}))
		if e.kind != Mandate {
			all = append(all, ui.Textarea(p, ui.TextareaField{Name: "text_" + l, Label: text, Value: typed[l][1], Max: MaxText, Rows: 5, Optional: true}))
		}
	}
	return all
}

// inLang says of a field's label which language it is for.
func inLang(c *web.Ctx, label, lang string) string {
	if lang == "ar" {
		return c.T("{label} (in Arabic)", "label", label)
	}
	return c.T("{label} (in French)", "label", label)
}

func (h *Pages) siteFields(c *web.Ctx, p ui.Page, f recordForm) []templ.Component {
	services := ui.CheckboxesField{Name: "services", Label: c.T("Services"), Values: f.Services, Optional: true}
	for _, k := range Services {
		services.Options = append(services.Options, ui.Option{Value: k, Label: c.T(ServiceNames[k])})
	}
	var all []templ.Component
	if h.tiles.URL != "" { // a click fills the two numbers below in
		all = append(all, federationview.Map(federationview.Tiles(h.tiles), nil))
	}
	all = append(all,
		ui.Text(p, ui.TextField{Name: "address", Label: c.T("Address"), Value: f.Address, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Text(p, ui.TextField{Name: "lat", Label: c.T("Latitude"), Hint: c.T("As a map shows it, such as 36.8065. May stay empty."), Value: f.Lat, Ltr: true, Size: 12, Optional: true}),
		ui.Text(p, ui.TextField{Name: "lng", Label: c.T("Longitude"), Hint: c.T("As a map shows it, such as 10.1815. May stay empty."), Value: f.Lng, Ltr: true, Size: 12, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "districts", Label: c.T("Districts served"), Hint: c.T("One in each line."), Value: f.Districts, Rows: 4, Optional: true}),
		ui.Checkboxes(p, services),
		ui.Textarea(p, ui.TextareaField{Name: "others", Label: c.T("Other services"), Hint: c.T("One in each line."), Value: f.Others, Rows: 3, Optional: true}))
	for i, v := range f.hours() {
		hint := ""
		if i == 0 {
			hint = c.T("Such as 08:00-12:30, 14:00-17:00. Empty where it is closed all day.")
		}
		all = append(all, ui.Text(p, ui.TextField{Name: hourField(i), Label: c.T("Opening hours: {day}", "day", c.T(dayNames[i])), Hint: hint, Value: *v, Ltr: true, Size: 24, Optional: true}))
	}
	return append(all, ui.Textarea(p, ui.TextareaField{Name: "hours_note", Label: c.T("What else there is to say about the hours"), Hint: c.T("Such as the hours in Ramadan and in summer."), Value: f.HoursNote, Max: 500, Rows: 3, Optional: true}))
}

func (h *Pages) meetingFields(c *web.Ctx, p ui.Page, e entered, f recordForm) []templ.Component {
	kind := ui.RadiosField{Name: "sort", Label: c.T("What kind of meeting is it?"), Value: f.Sort}
	for _, k := range MeetingSorts {
		kind.Options = append(kind.Options, ui.Option{Value: k, Label: c.T(MeetingNames[k])})
	}
	open := ui.CheckboxField{Name: "open", Label: c.T("Announce it to everybody once it is convened"), Hint: c.T("Otherwise only the network’s members see it, until its minutes are published."), Checked: f.Open}
	return slices.Concat([]templ.Component{ui.Radios(p, kind), optionalPick(c, p, "body", c.T("Body that meets"), f.Body, Bodies, BodyNames)}, h.written(c, p, e, f), []templ.Component{
		date(p, "at", c.T("Day"), "", f.At),
		ui.Text(p, ui.TextField{Name: "clock", Label: c.T("Begins at"), Hint: c.T("Such as 09:30, by the clock of the country."), Value: f.Clock, Ltr: true, Size: 5}),
		ui.Text(p, ui.TextField{Name: "ends", Label: c.T("Ends at"), Value: f.Ends, Ltr: true, Size: 5, Optional: true}),
		ui.Text(p, ui.TextField{Name: "place", Label: c.T("Where"), Value: f.Place, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "agenda", Label: c.T("Agenda"), Hint: c.T("One item in each line."), Value: f.Agenda, Rows: 6, Optional: true}), ui.Checkbox(p, open)})
}

// practiceTexts asks for a practice in Arabic and in French; one of them is enough.
func (h *Pages) practiceTexts(c *web.Ctx, p ui.Page, f recordForm) []templ.Component {
	var all []templ.Component
	for _, x := range []struct {
		lang  string
		typed Words
	}{{"ar", Words{f.TitleAR, f.TextAR, f.DoneAR, f.ResultAR}}, {"fr", Words{f.TitleFR, f.TextFR, f.DoneFR, f.ResultFR}}} {
		area := func(name, label, value string) templ.Component {
			return ui.Textarea(p, ui.TextareaField{Name: name + "_" + x.lang, Label: inLang(c, label, x.lang), Value: value, Max: MaxText, Rows: 5, Optional: true})
		}
		all = append(all, ui.Text(p, ui.TextField{Name: "title_" + x.lang, Label: inLang(c, c.T(titleLabels[Practice]), x.lang), Value: x.typed.Title, Max: MaxTitle, AutoDir: true, Hint: c.T("One language is enough; the guide shows a sheet to both."), Optional: true}),
			area("text", c.T("The problem"), x.typed.Text), area("done", c.T("What was done"), x.typed.Done), area("result", c.T("The result"), x.typed.Result))
	}
	return all
}
