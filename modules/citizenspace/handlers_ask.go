package citizenspace

import (
	"bytes"
	"io"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/citizenspaceview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// maxPhotoMB is how large an upload may be, in mebibytes.
const maxPhotoMB = 10

// asking is the form of a request: what was typed, and what is asked.
type asking struct {
	settings Settings
	version  Version
	in       Input
	lat, lng string
	near     []NearOne
}

// askedFor returns the service of the address as it is offered now.
func (h *Pages) askedFor(c *web.Ctx) (a asking, err error) {
	if a.settings, err = h.settings(c, c.Params("id")); err != nil {
		return a, err
	}
	o, err := h.Service.Offer(c.Std(), a.settings.ID, c.Params("code"))
	if err != nil {
		return a, err
	}
	if !o.Current.Online || !a.settings.Open {
		return a, errNoOffer
	}
	a.version = *o.Current
	return a, nil
}

func (h *Pages) showAsk(c *web.Ctx) error {
	a, err := h.askedFor(c)
	if err != nil {
		return err
	}
	a.in.Once = c.NewID() + c.NewID()
	a.in.Spot.Landmark = c.Query("landmark")
	return c.Show(h.askPage(c, a))
}

// typedRequest reads the form.
func (h *Pages) typedRequest(c *web.Ctx, a *asking) {
	a.lat, a.lng = form.Digits(typed(c, "lat", false)), form.Digits(typed(c, "lng", false))
	a.in = Input{
		Authority: a.settings.ID, Offer: a.version.Code, Channel: Online, Once: typed(c, "once", false), Description: typed(c, "description", true),
		Citizen: Citizen{Name: typed(c, "name", false), Email: typed(c, "email", false), Phone: typed(c, "phone", false), By: typed(c, "by", false), Lang: c.Locale.Lang()},
		Spot:    Spot{Words: typed(c, "place", false), Landmark: typed(c, "landmark", false)},
	}
	if a.in.Citizen.By != "mail" && a.in.Citizen.By != "sms" {
		a.in.Citizen.By = ""
	}
	a.in.Version, _ = strconv.Atoi(typed(c, "version", false))
	if a.lat != "" || a.lng != "" {
		lat, err1 := strconv.ParseFloat(strings.ReplaceAll(a.lat, ",", "."), 64)
		lng, err2 := strconv.ParseFloat(strings.ReplaceAll(a.lng, ",", "."), 64)
		if a.in.Spot.Point = true; err1 == nil && err2 == nil { // what is no point is far away from both countries, and said to be
			a.in.Spot.Lat, a.in.Spot.Lng = lat, lng
		}
	}
	for _, q := range a.version.Questions {
		switch {
		case q.Note || q.Type == File:
		case q.Type == ManyOf:
			a.in.Answers = append(a.in.Answers, Answer{q.Code, typedAll(c, "q_"+q.Code)})
		case q.Type == Date:
			d := form.Date{Day: form.Digits(typed(c, "q_"+q.Code+"-day", false)), Month: form.Digits(typed(c, "q_"+q.Code+"-month", false)), Year: form.Digits(typed(c, "q_"+q.Code+"-year", false))}
			a.in.Answers = append(a.in.Answers, Answer{q.Code, present(dayText(d))})
		default:
			v := typed(c, "q_"+q.Code, q.Type == Text)
			if q.Type == Number {
				v = strings.ReplaceAll(form.Digits(v), ",", ".")
			}
			a.in.Answers = append(a.in.Answers, Answer{q.Code, present(v)})
		}
	}
}

// dayText is a typed day as answers are kept; what is none comes back as typed.
func dayText(d form.Date) string {
	if d.Empty() {
		return ""
	}
	if t, ok := d.In(NewCalendar("TN", usualWeek).Zone); ok {
		return t.Format("2006-01-02")
	}
	return d.Year + "-" + d.Month + "-" + d.Day
}

// ask makes the request. Before it does, what others reported nearby is shown
// once: somebody may be content with "me too".
func (h *Pages) ask(c *web.Ctx) error {
	a, err := h.askedFor(c)
	if err != nil {
		return err
	}
	h.typedRequest(c, &a)
	page := func() (templ.Component, error) { return h.askPage(c, a), nil }
	if len(a.in.Once) < 16 {
		return fault.New(fault.Invalid, "This form is not one of ours. Please begin again.")
	}
	requestID := onceID("request", a.in.Authority, a.in.Once)
	if err := h.photoPlace(c, &a); err != nil {
		return err
	}
	if typed(c, "seen_near", false) == "" {
		if a.near, err = h.Service.Near(c.Std(), a.version, a.in.tidied(a.settings).Spot); err != nil {
			return err
		}
		if len(a.near) > 0 {
			view, _ := page()
			return c.Invalid(view)
		}
	}
	checked := a.in.tidied(a.settings)
	if p := checked.problems(withoutFiles(a.version), a.settings, false); len(p) > 0 {
		return again(c, broken("request.file", p), page)
	}
	taken, err := h.takeFiles(c, &a, requestID)
	if err == nil {
		var f Filed
		if f, err = h.Service.File(c.Std(), c.Actor, a.in); err == nil {
			h.discard(c, without(taken, fileIDs(f.Request)))
			h.remember(c, f.Request.Reference, f.Code)
			return c.SeeOther("/follow/" + f.Request.Reference + "/thanks")
		}
	}
	h.discard(c, taken)
	return again(c, err, page)
}

// withoutFiles is a version whose questions for files are asked of nobody yet:
// files are taken when all else is in order.
func withoutFiles(v Version) Version {
	v.Questions = slices.DeleteFunc(slices.Clone(v.Questions), func(q Question) bool { return q.Type == File })
	return v
}

// fileIDs are all files of a request.
func fileIDs(r Request) []string {
	ids := slices.Clone(r.Photos)
	for _, a := range r.Answers {
		ids = append(ids, a.Values...)
	}
	return ids
}

func without(all, kept []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(kept, id) })
}

func (h *Pages) discard(c *web.Ctx, ids []string) {
	if len(ids) == 0 {
		return
	}
	if err := h.Service.Files.Discard(c.Std(), ids); err != nil {
		h.Service.Log.Error("uploads that go with nothing are left", "n", len(ids), "err", err)
	}
}

// takeFiles keeps the photos and the files of answers.
func (h *Pages) takeFiles(c *web.Ctx, a *asking, requestID string) (taken []string, err error) {
	posted, err := c.MultipartForm()
	if err != nil || posted == nil {
		return nil, nil // a form without a file
	}
	take := func(field string, papers bool, most int) ([]string, error) {
		var ids []string
		files := slices.DeleteFunc(posted.File[field], func(f *multipart.FileHeader) bool { return f.Size == 0 })
		if len(files) > most {
			return nil, asBroken(field, i18n.Msg("Add {limit} photos at most"), []any{"limit", most})
		}
		for _, f := range files {
			body, err := f.Open()
			if err != nil {
				return ids, err
			}
			id, err := h.Shelf.Take(c.Std(), requestID, f.Filename, body, papers)
			_ = body.Close()
			if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) {
				message, args := fault.Shown(err)
				return ids, asBroken(field, message, args)
			}
			if err != nil {
				return ids, err
			}
			ids, taken = append(ids, id), append(taken, id)
		}
		return ids, nil
	}
	if a.in.Photos, err = take("photos", false, a.version.Photos); err != nil {
		return taken, err
	}
	for _, q := range a.version.Questions {
		if q.Type == File {
			ids, err := take("q_"+q.Code, true, 5)
			if err != nil {
				return taken, err
			}
			a.in.Answers = append(a.in.Answers, Answer{q.Code, ids})
		}
	}
	return taken, nil
}

// photoPlace takes the place from the first photo that has one, when who asks
// ticked that they want it and gave no point themselves.
func (h *Pages) photoPlace(c *web.Ctx, a *asking) error {
	if typed(c, "from_photo", false) == "" || a.in.Spot.Point {
		return nil
	}
	posted, err := c.MultipartForm()
	if err != nil || posted == nil {
		return nil
	}
	for _, f := range posted.File["photos"] {
		body, err := f.Open()
		if err != nil {
			return err
		}
		head, err := io.ReadAll(io.LimitReader(body, 256<<10)) // the position stands in front of the picture
		_ = body.Close()
		if err != nil {
			return err
		}
		if lat, lng, ok := positionIn(bytes.NewReader(head)); ok {
			a.in.Spot.Point, a.in.Spot.Lat, a.in.Spot.Lng = true, lat, lng
			a.lat, a.lng = degrees(lat), degrees(lng)
			return nil
		}
	}
	return nil
}

// askPage is the form, filled with what was typed.
func (h *Pages) askPage(c *web.Ctx, a asking) templ.Component {
	lang, v := c.Locale.Lang(), a.version
	p := citizenspaceview.FormPage{Page: h.frame(c, v.Name.In(lang)), Files: true, Unsaved: true, Button: c.T("Send the request"), Action: c.URL("/spaces/" + a.settings.ID + "/services/" + v.Code + "/ask")}
	p.Caption, p.Lead = a.settings.Name.In(lang), v.Summary.In(lang)
	about := c.URL("/spaces/" + a.settings.ID + "/services/" + v.Code)
	p.Crumbs = h.crumbs(c, a.settings, ui.Crumb{Label: p.Title, Href: about}, ui.Crumb{Label: c.T("Ask for this service")})
	p.Cancel = about
	if len(a.near) > 0 {
		p.Before = h.nearBefore(c, a)
		p.Fields = append(p.Fields, ui.Hidden("seen_near", "1"))
		p.Button = c.T("Mine is another: send it")
	}
	p.Fields = append(p.Fields, ui.Hidden("once", a.in.Once), ui.Hidden("version", strconv.Itoa(v.Number)))
	if v.Place != None {
		p.Fields = append(p.Fields, h.placeFields(c, &p.Page, a)...)
	}
	for _, q := range v.Questions {
		p.Fields = append(p.Fields, h.questionField(c, p.Page, a, q))
	}
	hint := c.T("Only the agents who work on it read this.")
	if v.Public {
		hint = c.T("Everybody can read this. Write no names, addresses or phone numbers.")
	}
	p.Fields = append(p.Fields, ui.Textarea(p.Page, ui.TextareaField{Name: "description", Label: c.T("Describe it in your words"), Hint: hint, Value: a.in.Description, Max: MaxDescription, Optional: !v.Public || len(v.Questions) > 0}))
	if v.Photos > 0 {
		p.Fields = append(p.Fields,
			ui.File(p.Page, ui.FileField{Name: "photos", Label: c.T("Add photos"), Hint: c.T("Of the place, without people’s faces. Where and when they were taken is removed."), Accept: "image/jpeg,image/png,image/webp", Limit: c.T("{n} MB", "n", maxPhotoMB), Multiple: true, Optional: true}),
			ui.Checkbox(p.Page, ui.CheckboxField{Name: "from_photo", Value: "1", Label: c.T("Use the position saved in my photo as the place")}))
	}
	p.Fields = append(p.Fields, h.citizenFields(c, p.Page, a)...)
	return citizenspaceview.Form(p)
}

// nearBefore shows what was reported nearby.
func (h *Pages) nearBefore(c *web.Ctx, a asking) []templ.Component {
	cards := []templ.Component{citizenspaceview.Heading2(c.T("Is it one of these?")), citizenspaceview.Prose(c.T("Others have reported something near there. If it is the same, say “me too”: you hear how it goes on, and the department sees how many it concerns."))}
	for _, n := range a.near {
		spec := h.card(c, a.settings, n.Card)
		spec.Href = c.URL("/requests/" + n.Card.Reference + "/me-too")
		spec.Meta = append(spec.Meta, c.N("{n} metre away", "{n} metres away", n.Metres))
		spec.Level = 3
		cards = append(cards, citizenspaceview.OneCard(c.Page(""), spec))
	}
	return cards
}

func (h *Pages) placeFields(c *web.Ctx, page *ui.Page, a asking) []templ.Component {
	lang := c.Locale.Lang()
	optional := a.version.Place != Required
	fields := []templ.Component{ui.Text(*page, ui.TextField{Name: "place", Label: c.T("Where is it?"), Hint: c.T("For example: behind the market, opposite the school"), Value: a.in.Spot.Words, Max: MaxSpotWords, AutoDir: true, Optional: optional})}
	if len(a.settings.Landmarks) > 0 {
		list := ui.SelectField{Name: "landmark", Label: c.T("Street or place"), Value: a.in.Spot.Landmark, Empty: c.T("Choose from the list"), Optional: true}
		for _, l := range a.settings.Landmarks {
			list.Options = append(list.Options, ui.Option{Value: l.Key, Label: l.Name.In(lang), AutoDir: true})
		}
		fields = append(fields, ui.Select(*page, list))
	}
	if tiles := h.withMap(page); tiles != nil {
		fields = append(fields, citizenspaceview.Map(*tiles, nil, "", degrees(a.settings.Lat), degrees(a.settings.Lng)))
	}
	return append(fields,
		ui.Text(*page, ui.TextField{Name: "lat", Label: c.T("Latitude"), Hint: c.T("Only if you know the point, such as from a map on your phone"), Value: a.lat, Size: 10, Ltr: true, Optional: true}),
		ui.Text(*page, ui.TextField{Name: "lng", Label: c.T("Longitude"), Value: a.lng, Size: 10, Ltr: true, Optional: true}))
}

// questionField is the field of one question of the service.
func (h *Pages) questionField(c *web.Ctx, page ui.Page, a asking, q Question) templ.Component {
	lang, name, values := c.Locale.Lang(), "q_"+q.Code, a.in.answer(q.Code)
	label, hint, first := q.Label.In(lang), q.Hint.In(lang), ""
	if len(values) > 0 {
		first = values[0]
	}
	options := func() (all []ui.Option) {
		for _, x := range q.Choices {
			all = append(all, ui.Option{Value: x.Key, Label: x.Name.In(lang)})
		}
		return all
	}
	if q.Note {
		return citizenspaceview.Prose(label)
	}
	switch q.Type {
	case Text:
		return ui.Textarea(page, ui.TextareaField{Name: name, Label: label, Hint: hint, Value: first, Max: MaxText, Optional: !q.Required})
	case OneOf:
		return ui.Radios(page, ui.RadiosField{Name: name, Label: label, Hint: hint, Value: first, Options: options(), Optional: !q.Required})
	case ManyOf:
		return ui.Checkboxes(page, ui.CheckboxesField{Name: name, Label: label, Hint: hint, Values: values, Options: options(), Optional: !q.Required})
	case Number:
		return ui.Text(page, ui.TextField{Name: name, Label: label, Hint: hint, Value: first, Size: 10, Ltr: true, Numeric: true, Optional: !q.Required})
	case Date:
		d := ui.DateField{Name: name, Label: label, Hint: hint}
		if parts := strings.SplitN(first, "-", 3); len(parts) == 3 {
			d.Year, d.Month, d.Day = parts[0], parts[1], parts[2]
		}
		return ui.DateParts(page, d)
	case File:
		return ui.File(page, ui.FileField{Name: name, Label: label, Hint: hint, Accept: "application/pdf,image/jpeg,image/png,image/webp", Limit: c.T("{n} MB", "n", maxPhotoMB), Multiple: true, Optional: !q.Required})
	}
	return ui.Text(page, ui.TextField{Name: name, Label: label, Hint: hint, Value: first, Max: MaxLine, AutoDir: true, Optional: !q.Required})
}

// citizenFields ask who it is and how to tell them, as little as the service needs.
func (h *Pages) citizenFields(c *web.Ctx, page ui.Page, a asking) []templ.Component {
	who, v := a.in.Citizen, a.version
	fields := []templ.Component{citizenspaceview.Heading2(c.T("How we tell you")), citizenspaceview.Prose(c.T("The municipality uses this to work on your request and to tell you of it, and for nothing else. It is deleted {n} months after the end.", "n", keepMonths(v)))}
	if v.Citizen != None {
		fields = append(fields, ui.Text(page, ui.TextField{Name: "name", Label: c.T("Your name"), Value: who.Name, Max: MaxName, AutoDir: true, Autocomplete: "name", Optional: v.Citizen != Required}))
	}
	by := ui.RadiosField{Name: "by", Label: c.T("How shall we tell you of news?"), Value: who.By, Optional: true, Options: []ui.Option{{Value: "mail", Label: c.T("By e-mail")}}}
	if h.Service.SMS != nil {
		by.Options = append(by.Options, ui.Option{Value: "sms", Label: c.T("By SMS")})
	}
	by.Options = append(by.Options, ui.Option{Value: "", Label: c.T("Not at all: I look with my code")})
	return append(fields,
		ui.Text(page, ui.TextField{Name: "email", Label: c.T("Your e-mail address"), Value: who.Email, Type: "email", Autocomplete: "email", Ltr: true, Optional: true}),
		ui.Text(page, ui.TextField{Name: "phone", Label: c.T("Your phone number"), Value: who.Phone, Type: "tel", Autocomplete: "tel", Ltr: true, Optional: true}),
		ui.Radios(page, by))
}

// keepMonths is how long personal data is kept after the end.
func keepMonths(v Version) int {
	if v.KeepMonths > 0 {
		return v.KeepMonths
	}
	return 12
}
