package association

import (
	"context"
	"net/url"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/associationview"
	"musharaka/views/ui"
)

// Names says what places are called. Server adapts the place module.
type Names interface {
	PlaceName(id, lang string) string
	// SeatsFor returns the municipalities in which an officer may enter associations.
	SeatsFor(ctx context.Context, who auth.Actor, lang string) ([]ui.Option, error)
}

// Pages are the pages of the register.
type Pages struct {
	service *Service
	names   Names
}

// NewPages returns the pages over the service.
func NewPages(s *Service, n Names) *Pages { return &Pages{service: s, names: n} }

// keepers are those who may keep entries somewhere; the act itself decides where.
var keepers = web.Roles(auth.Officer, auth.Administrator)

// Routes declares the pages.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/associations", web.Anyone, h.list)
	s.Get("/associations/:id", web.Anyone, h.show)

	s.Get("/desk/associations/new", keepers, h.showNew)
	s.Post("/desk/associations/new", keepers, h.register)
	s.Get("/desk/associations/:id/edit", keepers, h.showEdit)
	s.Post("/desk/associations/:id/edit", keepers, h.correct)
	s.Get("/desk/associations/:id/strike", keepers, h.showStrike)
	s.Post("/desk/associations/:id/strike", keepers, h.strike)
}

func (h *Pages) list(c *web.Ctx) error {
	words := c.Query("q")
	v := associationview.ListPage{Page: c.Page(c.T("Register of associations")), Words: words}
	v.Description = c.T("Associations that are entered with a municipality or region at their own request, and may petition through their legal representative.")
	found, next, err := h.find(c, words)
	if err != nil {
		return err
	}
	for _, a := range found {
		v.Cards = append(v.Cards, ui.CardSpec{
			Title: a.Name(c.Locale.Lang()), Href: c.URL("/associations/" + a.ID), Text: a.Activity,
			Meta: []string{h.names.PlaceName(a.Seat, c.Locale.Lang()), c.T("Founded on {date}", "date", a.FoundedAt)},
		})
	}
	if next != "" {
		v.Pages.Next = c.URL("/associations") + "?after=" + url.QueryEscape(next)
	}
	if c.Actor.HoldsAny(auth.Officer) || c.Actor.Holds(auth.PlatformID, auth.Administrator) {
		v.New = c.URL("/desk/associations/new")
	}
	return c.Show(associationview.List(v))
}

func (h *Pages) find(c *web.Ctx, words string) ([]Association, string, error) {
	if strings.TrimSpace(words) != "" {
		found, err := h.service.Find(c.Std(), words, 40)
		return found, "", err
	}
	page, err := h.service.List(c.Std(), c.Query("after"), 30)
	return page.Items, page.Next, err
}

func (h *Pages) show(c *web.Ctx) error {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	v := associationview.ShowPage{Page: c.Page(a.Name(lang)), Struck: a.State == Struck}
	if v.Struck {
		v.Reason = a.History[len(a.History)-1].Reason
	}
	add := func(key, value string) {
		if value != "" {
			v.Rows = append(v.Rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add(c.T("Name in Arabic"), a.NameAR)
	add(c.T("Name in French"), a.NameFR)
	add(c.T("Founded"), c.Locale.Date(a.FoundedAt))
	add(c.T("Seat"), h.names.PlaceName(a.Seat, lang))
	var branches []string
	for _, id := range a.Branches {
		branches = append(branches, h.names.PlaceName(id, lang))
	}
	add(c.T("Branches"), c.Locale.List(branches))
	add(c.T("Legal representative"), a.Representative)
	add(c.T("What the association does"), a.Activity)
	if MayKeep(c.Actor, a.Places()) {
		v.Edit, v.Strike = c.URL("/desk/associations/"+a.ID+"/edit"), c.URL("/desk/associations/"+a.ID+"/strike")
	}
	return c.Show(associationview.Show(v))
}

// entryForm is what the form of an entry sends.
type entryForm struct {
	NameAR         string    `form:"name_ar" validate:"max=160,csvsafe"`
	NameFR         string    `form:"name_fr" validate:"max=160,csvsafe"`
	Founded        form.Date `form:"founded" validate:"required,date"`
	Seat           string    `form:"seat" validate:"required"`
	Representative string    `form:"representative" validate:"required,max=160,person"`
	Activity       string    `form:"activity,text" validate:"max=1000"`
	Mail           string    `form:"mail" validate:"omitempty,email,max=200"`
}

// Messages are the form's own sentences.
func (entryForm) Messages() map[string]string {
	return map[string]string{
		"founded":                 i18n.Msg("Give the day on which the association was founded"),
		"seat.required":           i18n.Msg("Choose the municipality of its seat"),
		"representative.required": i18n.Msg("Give the name of the legal representative"),
	}
}

func (h *Pages) entryPage(c *web.Ctx, title, action, back string, f entryForm) (associationview.EntryPage, error) {
	seats, err := h.names.SeatsFor(c.Std(), c.Actor, c.Locale.Lang())
	return associationview.EntryPage{
		Page: c.Page(title), Action: c.URL(action), Back: c.URL(back), NameAR: f.NameAR, NameFR: f.NameFR,
		Founded:        ui.DateField{Name: "founded", Label: c.T("Founded"), Day: f.Founded.Day, Month: f.Founded.Month, Year: f.Founded.Year},
		Seat:           ui.SelectField{Name: "seat", Label: c.T("Seat"), Value: f.Seat, Options: seats, Empty: c.T("Choose a municipality")},
		Representative: f.Representative, Activity: f.Activity, Mail: f.Mail,
	}, err
}

func (h *Pages) showNew(c *web.Ctx) error {
	v, err := h.entryPage(c, c.T("Enter an association"), "/desk/associations/new", "/associations", entryForm{})
	if err != nil {
		return err
	}
	return c.Show(associationview.Entry(v))
}

func (h *Pages) register(c *web.Ctx) error {
	return h.save(c, c.T("Enter an association"), "/desk/associations/new", "/associations", Association{}, func(in Association) (Association, error) {
		return h.service.Register(c.Std(), c.Actor, in)
	})
}

// kept returns the entry of the request to somebody who may keep it.
func (h *Pages) kept(c *web.Ctx) (Association, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err == nil && !MayKeep(c.Actor, a.Places()) {
		err = errNotHere
	}
	return a, err
}

func (h *Pages) showEdit(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	f := entryForm{NameAR: a.NameAR, NameFR: a.NameFR, Founded: form.DateOf(a.FoundedAt), Seat: a.Seat, Representative: a.Representative, Activity: a.Activity, Mail: a.Mail}
	v, err := h.entryPage(c, c.T("Correct the entry"), "/desk/associations/"+a.ID+"/edit", "/associations/"+a.ID, f)
	if err != nil {
		return err
	}
	return c.Show(associationview.Entry(v))
}

func (h *Pages) correct(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	return h.save(c, c.T("Correct the entry"), "/desk/associations/"+a.ID+"/edit", "/associations/"+a.ID, a, func(in Association) (Association, error) {
		return h.service.Correct(c.Std(), c.Actor, a.ID, in)
	})
}

// save reads the form over an entry, and keeps it or shows what is wrong.
func (h *Pages) save(c *web.Ctx, title, action, back string, a Association, keep func(Association) (Association, error)) error {
	var f entryForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	founded, _ := f.Founded.In(clock.Zone("")) // a day; judged by the form's rules already
	a.NameAR, a.NameFR, a.FoundedAt, a.Seat, a.Representative, a.Activity, a.Mail = f.NameAR, f.NameFR, founded, f.Seat, f.Representative, f.Activity, f.Mail
	if len(mistakes) == 0 {
		kept, err := keep(a)
		if err == nil {
			c.Flash(flashSaved)
			return c.SeeOther("/associations/" + kept.ID)
		}
		message, args := fault.Shown(err)
		if !fault.Is(err, fault.Invalid) || message == "" {
			return err
		}
		mistakes.Add("name_ar", message, args...)
	}
	c.Wrong(mistakes.Shown(c.Locale))
	v, err := h.entryPage(c, title, action, back, f)
	if err != nil {
		return err
	}
	return c.Invalid(associationview.Entry(v))
}

var (
	flashSaved    = i18n.Msg("The entry is saved.")
	flashStruck   = i18n.Msg("The association is struck off the register.")
	flashRestored = i18n.Msg("The association is restored to the register.")
)

func (h *Pages) strikePage(c *web.Ctx) (Association, associationview.ReasonPage, error) {
	a, err := h.kept(c)
	title := c.T("Strike off the register")
	if a.State == Struck {
		title = c.T("Restore the entry")
	}
	return a, associationview.ReasonPage{Page: c.Page(title), Name: a.Name(c.Locale.Lang()), Action: c.URL("/desk/associations/" + a.ID + "/strike"), Back: c.URL("/associations/" + a.ID)}, err
}

func (h *Pages) showStrike(c *web.Ctx) error {
	_, v, err := h.strikePage(c)
	if err != nil {
		return err
	}
	return c.Show(associationview.Reason(v))
}

func (h *Pages) strike(c *web.Ctx) error {
	var f struct {
		Reason string `form:"reason,text" validate:"required,max=500"`
	}
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		c.Wrong(mistakes.Shown(c.Locale))
		_, v, err := h.strikePage(c)
		if err != nil {
			return err
		}
		v.Reason = f.Reason
		return c.Invalid(associationview.Reason(v))
	}
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	act, said := h.service.Strike, flashStruck
	if a.State == Struck {
		act, said = h.service.Restore, flashRestored
	}
	if _, err := act(c.Std(), c.Actor, a.ID, f.Reason); err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther("/associations/" + a.ID)
}
