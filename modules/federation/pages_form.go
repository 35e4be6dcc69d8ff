package federation

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// again shows a form once more with what is wrong, or returns a fault that is
// none of the person's.
func again(c *web.Ctx, mistakes form.Errors, err error, fallback string, page func() (templ.Component, error)) error {
	if err != nil {
		message, args := fault.Shown(err)
		if message == "" || fallback == "" || !(fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge)) {
			return err
		}
		var input *InputError
		if errors.As(err, &input) {
			fallback = input.Field
		}
		mistakes.Add(fallback, message, args...)
	}
	c.Wrong(mistakes.Shown(c.Locale))
	shown, err := page()
	if err != nil {
		return err
	}
	return c.Invalid(shown)
}

// recordForm is what the forms of all kinds send; each shows the fields of its
// kind.
type recordForm struct {
	Stamp     string    `form:"stamp,digits" validate:"max=20"`
	Authority string    `form:"authority" validate:"max=40"`
	TitleAR   string    `form:"title_ar" validate:"max=160"`
	TextAR    string    `form:"text_ar,text" validate:"max=6000"`
	DoneAR    string    `form:"done_ar,text" validate:"max=6000"`
	ResultAR  string    `form:"result_ar,text" validate:"max=6000"`
	TitleFR   string    `form:"title_fr" validate:"max=160"`
	TextFR    string    `form:"text_fr,text" validate:"max=6000"`
	DoneFR    string    `form:"done_fr,text" validate:"max=6000"`
	ResultFR  string    `form:"result_fr,text" validate:"max=6000"`
	TitleEN   string    `form:"title_en" validate:"max=160"`
	TextEN    string    `form:"text_en,text" validate:"max=6000"`
	Sort      string    `form:"sort" validate:"max=20"`
	Body      string    `form:"body" validate:"max=20"`
	Stands    string    `form:"stands" validate:"max=20"`
	At        form.Date `form:"at" validate:"omitempty,date"`
	Clock     string    `form:"clock" validate:"max=5"`
	Ends      string    `form:"ends" validate:"max=5"`
	Until     form.Date `form:"until" validate:"omitempty,date"`
	Due       form.Date `form:"due" validate:"omitempty,date"`
	Capacity  string    `form:"capacity" validate:"max=160"`
	Parties   []string  `form:"parties" validate:"max=20"`
	Cost      string    `form:"cost,digits" validate:"max=10"`
	Contact   string    `form:"contact" validate:"max=160"`
	Address   string    `form:"address" validate:"max=160"`
	Lat       string    `form:"lat" validate:"max=12"`
	Lng       string    `form:"lng" validate:"max=12"`
	Districts string    `form:"districts,text" validate:"max=6000"`
	Services  []string  `form:"services" validate:"max=20"`
	Others    string    `form:"others,text" validate:"max=6000"`
	Hours1    string    `form:"hours1,digits" validate:"max=60"`
	Hours2    string    `form:"hours2,digits" validate:"max=60"`
	Hours3    string    `form:"hours3,digits" validate:"max=60"`
	Hours4    string    `form:"hours4,digits" validate:"max=60"`
	Hours5    string    `form:"hours5,digits" validate:"max=60"`
	Hours6    string    `form:"hours6,digits" validate:"max=60"`
	Hours7    string    `form:"hours7,digits" validate:"max=60"`
	HoursNote string    `form:"hours_note,text" validate:"max=500"`
	Place     string    `form:"place" validate:"max=160"`
	Agenda    string    `form:"agenda,text" validate:"max=6000"`
	Open      bool      `form:"open"`
}

func (f *recordForm) hours() [7]*string {
	return [7]*string{&f.Hours1, &f.Hours2, &f.Hours3, &f.Hours4, &f.Hours5, &f.Hours6, &f.Hours7}
}

// bilingual are the kinds that are written in Arabic and in French side by side.
var bilingual = []Kind{Space, Practice}

// langsOf are the languages a form asks for: both for what the public reads long
// after, else the one in which it was written, or in which the page is.
func langsOf(k Kind, r Record, lang string) []string {
	if slices.Contains(bilingual, k) {
		return []string{"ar", "fr"}
	}
	if len(r.Texts) > 0 {
		_, lang = r.In(lang)
	}
	return []string{lang}
}

// words puts what was typed into a record's texts.
func (f recordForm) words(texts map[string]Words, langs []string) map[string]Words {
	out := maps.Clone(texts)
	if out == nil {
		out = map[string]Words{}
	}
	typed := map[string]Words{"ar": {f.TitleAR, f.TextAR, f.DoneAR, f.ResultAR}, "fr": {f.TitleFR, f.TextFR, f.DoneFR, f.ResultFR}, "en": {f.TitleEN, f.TextEN, "", ""}}
	for _, l := range langs {
		out[l] = typed[l]
	}
	return out
}

// point reads a place on the map; false when what was typed is none.
func (f recordForm) point(s *Site) bool {
	if f.Lat == "" && f.Lng == "" {
		return true
	}
	var err, bad error
	s.Lat, err = strconv.ParseFloat(strings.ReplaceAll(f.Lat, ",", "."), 64)
	s.Lng, bad = strconv.ParseFloat(strings.ReplaceAll(f.Lng, ",", "."), 64)
	s.HasPoint = err == nil && bad == nil
	return s.HasPoint
}

// record is what a form says, over what was there before.
func (f recordForm) record(n Network, k Kind, before Record, lang string, mistakes *form.Errors) Record {
	zone := clock.Zone(n.Country)
	r := Record{Network: n.ID, Kind: k, Authority: f.Authority, Texts: f.words(before.Texts, langsOf(k, before, lang)), Sort: f.Sort, Body: f.Body, Capacity: f.Capacity, Parties: f.Parties, Contact: f.Contact}
	if due, ok := f.Due.In(zone); ok {
		r.Due = clock.EndOfDay(due, zone)
	}
	r.At, _ = f.At.In(zone)
	r.Until, _ = f.Until.In(zone)
	if k == Meeting {
		r.Until = time.Time{}
		if !r.At.IsZero() {
			day := r.At
			r.At = f.time(day, f.Clock, "clock", mistakes)
			if f.Ends != "" {
				r.Until = f.time(day, f.Ends, "ends", mistakes)
			}
		}
	}
	_, minor := currency(n.Country)
	if cost, err := strconv.ParseInt(f.Cost, 10, 64); err == nil {
		r.Cost = cost * minor
	} else if f.Cost != "" {
		mistakes.Add("cost", i18n.Msg("Give the cost as a whole number, 0 when it cost nothing"))
	}
	s := &r.Site
	s.Address, s.Districts, s.Services, s.Others, s.HoursNote = f.Address, strings.Split(f.Districts, "\n"), f.Services, strings.Split(f.Others, "\n"), f.HoursNote
	for i, h := range f.hours() {
		s.Hours[i] = *h
	}
	if !f.point(s) {
		mistakes.Add("lat", i18n.Msg("Give both numbers as a map shows them, such as 36.8065 and 10.1815"))
	}
	r.Sitting = Sitting{Place: f.Place, Agenda: strings.Split(f.Agenda, "\n"), Open: f.Open}
	return r
}

func (f recordForm) time(day time.Time, typed, field string, mistakes *form.Errors) time.Time {
	at, err := time.Parse("15:04", form.Digits(strings.TrimSpace(typed)))
	if err != nil {
		mistakes.Add(field, i18n.Msg("Give the time of day such as 09:30"))
		return day
	}
	y, m, d := day.Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, day.Location())
}

// formOf puts a record back into its form.
func formOf(r Record, n Network) recordForm {
	zone := clock.Zone(n.Country)
	date := func(t time.Time) form.Date {
		if t.IsZero() {
			return form.Date{}
		}
		return form.DateOf(t.In(zone))
	}
	f := recordForm{Stamp: strconv.FormatInt(r.Version, 10), Authority: r.Authority, Sort: r.Sort, Body: r.Body, Capacity: r.Capacity, Parties: r.Parties, Contact: r.Contact,
		Address: r.Site.Address, Districts: strings.Join(r.Site.Districts, "\n"), Services: r.Site.Services, Others: strings.Join(r.Site.Others, "\n"), HoursNote: r.Site.HoursNote,
		Place: r.Sitting.Place, Agenda: strings.Join(r.Sitting.Agenda, "\n"), Open: r.Sitting.Open, At: date(r.At), Until: date(r.Until), Due: date(r.Due)}
	ar, fr, en := r.Texts["ar"], r.Texts["fr"], r.Texts["en"]
	f.TitleAR, f.TextAR, f.DoneAR, f.ResultAR = ar.Title, ar.Text, ar.Done, ar.Result
	f.TitleFR, f.TextFR, f.DoneFR, f.ResultFR = fr.Title, fr.Text, fr.Done, fr.Result
	f.TitleEN, f.TextEN = en.Title, en.Text
	if r.Kind == Meeting {
		f.Clock = r.At.In(zone).Format("15:04")
		if !r.Until.IsZero() {
			f.Ends = r.Until.In(zone).Format("15:04")
		}
	}
	_, minor := currency(n.Country)
	f.Cost = strconv.FormatInt(r.Cost/minor, 10)
	for i, h := range f.hours() {
		*h = r.Site.Hours[i]
	}
	if r.Site.HasPoint {
		f.Lat, f.Lng = degrees(r.Site.Lat), degrees(r.Site.Lng)
	}
	return f
}

// entered is one use of a form.
type entered struct {
	st     Standing
	kind   Kind
	before Record // zero for a new record
	action string
	back   string
}

func (h *Pages) newOf(c *web.Ctx) (entered, error) {
	st, err := h.standing(c)
	if err != nil {
		return entered{}, err
	}
	k, ok := KindOf(c.Params("kind"))
	switch {
	case !ok:
		return entered{}, fault.New(fault.NotFound, "")
	case !st.MayEnter(k):
		return entered{}, errMayNot
	}
	return entered{st: st, kind: k, action: "/desk" + base(st.Network) + "/new/" + kindNames[k].path, back: path(st.Network, k)}, nil
}

func (h *Pages) changeOf(c *web.Ctx) (entered, error) {
	r, st, err := h.read(c)
	if err != nil {
		return entered{}, err
	}
	_, may, ever := find(r.Kind, r.State, Change, st.roles(r))
	switch {
	case !ever:
		err = errMayNot
	case !may:
		err = errChanged
	case !st.Network.Active:
		err = errOver
	}
	return entered{st: st, kind: r.Kind, before: r, action: "/desk" + recordPath(r) + "/edit", back: recordPath(r)}, err
}

func (h *Pages) showEnter(c *web.Ctx) error {
	e, err := h.newOf(c)
	if err != nil {
		return err
	}
	f := recordForm{}
	if !e.st.Keeps && len(e.st.Seats) == 1 {
		f.Authority = e.st.Seats[0]
	}
	return c.Show(h.formPage(c, e, f))
}

func (h *Pages) enter(c *web.Ctx) error {
	e, err := h.newOf(c)
	if err != nil {
		return err
	}
	f, in, mistakes, err := h.typed(c, e)
	if err != nil {
		return err
	}
	as := Enter
	if e.kind == Space {
		if as = Act(f.Stands); as != Enter && as != Build && as != Open {
			mistakes.Add("stands", i18n.Msg("Say where the space stands"))
		}
	}
	if len(mistakes) == 0 {
		r, bad := h.Enter(c.Std(), c.Actor, in, as)
		if bad == nil {
			c.Flash(i18n.Msg("The entry is saved."))
			return c.SeeOther(recordPath(r))
		}
		err = bad
	}
	return again(c, mistakes, err, "title_"+langsOf(e.kind, e.before, c.Locale.Lang())[0], func() (templ.Component, error) { return h.formPage(c, e, f), nil })
}

// typed reads the form of a record. A mistake about a title is shown where the
// form has its title.
func (h *Pages) typed(c *web.Ctx, e entered) (recordForm, Record, form.Errors, error) {
	var f recordForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return f, Record{}, nil, err
	}
	if f.Authority == "" && e.kind != Meeting && (e.before.ID == "" || e.kind == Output) {
		mistakes.Add("authority", i18n.Msg("Choose a member of the network"))
	}
	if SortNames[f.Sort] == "" && (e.kind == Obstacle || e.kind == Request) {
		mistakes.Add("sort", i18n.Msg("Choose one of the four kinds of the charter"))
	}
	in := f.record(e.st.Network, e.kind, e.before, c.Locale.Lang(), &mistakes)
	langs := langsOf(e.kind, e.before, c.Locale.Lang())
	if w := in.Texts[langs[0]]; len(langs) == 1 && w.Title == "" {
		mistakes.Add("title_"+langs[0], i18n.Msg("Give it a title"))
	}
	return f, in, mistakes, nil
}

func (h *Pages) showChange(c *web.Ctx) error {
	e, err := h.changeOf(c)
	if err != nil {
		return err
	}
	return c.Show(h.formPage(c, e, formOf(e.before, e.st.Network)))
}

func (h *Pages) change(c *web.Ctx) error {
	e, err := h.changeOf(c)
	if err != nil {
		return err
	}
	f, in, mistakes, err := h.typed(c, e)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		stamp, _ := strconv.ParseInt(f.Stamp, 10, 64) // digits, judged by the form
		if _, err = h.Change(c.Std(), c.Actor, e.before.ID, stamp, in); err == nil {
			c.Flash(i18n.Msg("The entry is saved."))
			return c.SeeOther(recordPath(e.before))
		}
	}
	return again(c, mistakes, err, "title_"+langsOf(e.kind, e.before, c.Locale.Lang())[0], func() (templ.Component, error) { return h.formPage(c, e, f), nil })
}

// formPage is the form of a kind.
func (h *Pages) formPage(c *web.Ctx, e entered, f recordForm) templ.Component {
	w, title := kindNames[e.kind], c.T("Change")
	if e.before.ID == "" {
		title = c.T(w.enter)
	}
	p := h.page(c, title)
	p.NoIndex = true
	v := recordview.FormPage{Page: p, Back: c.URL(e.back), Caption: e.st.Network.Name(c.Locale.Lang()), Action: c.URL(e.action), Button: c.T("Save"), Unsaved: true, Lead: c.T(leads[e.kind])}
	if f.Stamp != "" {
		v.Fields = append(v.Fields, ui.Hidden("stamp", f.Stamp))
	}
	if e.kind != Meeting && (e.before.ID == "" || e.kind == Output) {
		v.Fields = append(v.Fields, ui.Select(p, ui.SelectField{Name: "authority", Label: c.T("For which member?"), Value: f.Authority, Options: h.places(c, e.offered()), Empty: c.T("Choose an authority")}))
	}
	v.Fields = append(v.Fields, h.fields(c, p, e, f)...)
	if e.kind == Space && h.tiles.URL != "" {
		withMap(&v.Page)
	}
	return recordview.Form(v)
}

// offered are the authorities for which somebody may enter a record: the keeper
// for all members, others for those they speak for.
func (e entered) offered() []string {
	if e.st.Keeps {
		return e.st.Network.Members
	}
	return e.st.Seats
}
