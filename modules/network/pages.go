package network

import (
	"context"
	"net/url"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/networkview"
	"musharaka/views/ui"
)

// Names says what places are called and which take part. Server adapts the
// place module.
type Names interface {
	PlaceName(id, lang string) string
	// ActivePlaces returns the authorities that take part on the platform.
	ActivePlaces(ctx context.Context, lang string) ([]ui.Option, error)
	// TakesPart reports whether an authority takes part on the platform.
	TakesPart(ctx context.Context, id string) (bool, error)
}

// Work leads to what a network does together. Server passes the federation
// module's pages in.
type Work interface {
	// Contents are tiles that lead to the lists a reader may open.
	Contents(c *web.Ctx, network string) ([]ui.TileSpec, error)
}

// Pages are the pages of networks.
type Pages struct {
	service *Service
	names   Names
	work    Work
}

// NewPages returns the pages over the service.
func NewPages(s *Service, n Names, w Work) *Pages { return &Pages{service: s, names: n, work: w} }

var (
	founders = web.Roles(auth.Administrator)
	keepers  = web.Roles(auth.Coordinator, auth.Administrator)
)

// Routes declares the pages, from public to administrator.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/networks", web.Anyone, h.list)
	s.Get("/networks/:id", web.Anyone, h.show)

	s.Get("/desk/networks/:id", keepers, h.showKeep)
	s.Post("/desk/networks/:id/describe", keepers, h.describe)
	s.Post("/desk/networks/:id/admit", keepers, h.admit)
	s.Post("/desk/networks/:id/release", keepers, h.release)

	s.Get("/admin/networks/new", founders, h.showFound)
	s.Post("/admin/networks/new", founders, h.found)
	s.Get("/admin/networks/:id/dissolve", founders, h.showDissolve)
	s.Post("/admin/networks/:id/dissolve", founders, h.dissolve)
}

func (h *Pages) list(c *web.Ctx) error {
	page, err := h.service.List(c.Std(), c.Query("after"), 30)
	if err != nil {
		return err
	}
	v := networkview.ListPage{Page: c.Page(c.T("Networks of authorities"))}
	v.Description = c.T("Municipalities and regions that joined to learn from each other, with their members.")
	for _, n := range page.Items {
		v.Cards = append(v.Cards, ui.CardSpec{Title: n.Name(c.Locale.Lang()), Href: c.URL("/networks/" + n.ID), Text: In(n.Aims, c.Locale.Lang()),
			Meta: []string{c.N("{n} member", "{n} members", len(n.Current()))}})
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/networks") + "?after=" + url.QueryEscape(page.Next)
	}
	if c.Actor.Holds(auth.PlatformID, auth.Administrator) {
		v.New = c.URL("/admin/networks/new")
	}
	return c.Show(networkview.List(v))
}

func (h *Pages) show(c *web.Ctx) error {
	n, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.UseCountry(n.Country)
	lang := c.Locale.Lang()
	v := networkview.ShowPage{Page: c.Page(n.Name(lang)), Aim: In(n.Aims, lang), Dissolved: n.State == Dissolved}
	v.Description, v.ArabicText = v.Aim, true
	if v.Work, err = h.work.Contents(c, n.ID); err != nil {
		return err
	}
	if v.Members, err = h.memberTable(c, n); err != nil {
		return err
	}
	v.Count = c.N("{n} member", "{n} members", len(n.Current()))
	for _, e := range n.History {
		event := ui.Event{At: e.At, Title: c.T(actNames[act(e.Act)]), Text: e.Reason, State: ui.Past}
		if place := e.Details["place"]; place != "" {
			event.By = h.names.PlaceName(place, lang)
		}
		v.Events = append(v.Events, event)
		if act(e.Act) == actDissolve {
			v.Reason = e.Reason
		}
	}
	if MayKeep(c.Actor, n) {
		v.Keep = c.URL("/desk/networks/" + n.ID)
	}
	if MayDissolve(c.Actor, n) {
		v.Dissolve = c.URL("/admin/networks/" + n.ID + "/dissolve")
	}
	return c.Show(networkview.Show(v))
}

// memberTable lists the members, those that left after those that stayed.
func (h *Pages) memberTable(c *web.Ctx, n Network) (ui.TableSpec, error) {
	t := ui.TableSpec{Caption: c.T("Members"), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("Authority")}, {Label: c.T("On the platform")}, {Label: c.T("Member since")}, {Label: c.T("Left")}}}
	var gone [][]ui.Cell
	for _, m := range n.Members {
		here, err := h.names.TakesPart(c.Std(), m.Place)
		if err != nil {
			return t, err
		}
		row := []ui.Cell{{Text: h.names.PlaceName(m.Place, c.Locale.Lang()), Href: c.URL("/places/" + m.Place)},
			{Text: c.T("Takes no part")}, {Text: c.Locale.Date(m.JoinedAt)}, {Text: "–"}}
		if here {
			row[1].Text = c.T("Takes part here")
		}
		if m.LeftAt.IsZero() {
			t.Rows = append(t.Rows, row)
			continue
		}
		row[3].Text = c.Locale.Date(m.LeftAt)
		gone = append(gone, row)
	}
	t.Rows = append(t.Rows, gone...)
	return t, nil
}

type wordsForm struct {
	NameAR  string `form:"name_ar" validate:"required,max=160,plain"`
	NameFR  string `form:"name_fr" validate:"required,max=160,plain"`
	NameEN  string `form:"name_en" validate:"max=160,plain"`
	AimAR   string `form:"aim_ar,text" validate:"max=1000"`
	AimFR   string `form:"aim_fr,text" validate:"max=1000"`
	AimEN   string `form:"aim_en,text" validate:"max=1000"`
	Country string `form:"country" validate:"omitempty,oneof=TN MA"`
}

// Messages are the form's own sentences.
func (wordsForm) Messages() map[string]string {
	return map[string]string{
		"name_ar.required": i18n.Msg("Give the network's name in Arabic and in French"),
		"name_fr.required": i18n.Msg("Give the network's name in Arabic and in French"),
		"country":          i18n.Msg("Choose a country from the list"),
	}
}

func (f wordsForm) words() Words {
	return Words{Country: f.Country, Names: filled(f.NameAR, f.NameFR, f.NameEN), Aims: filled(f.AimAR, f.AimFR, f.AimEN)}
}

// filled maps the languages to what was written in them.
func filled(texts ...string) map[string]string {
	out := map[string]string{}
	for i, text := range texts {
		if text != "" {
			out[Langs[i]] = text
		}
	}
	return out
}

// wordsTyped shows what is stored as if it had been typed.
func wordsTyped(n Network) wordsForm {
	return wordsForm{NameAR: n.Names["ar"], NameFR: n.Names["fr"], NameEN: n.Names["en"], AimAR: n.Aims["ar"], AimFR: n.Aims["fr"], AimEN: n.Aims["en"], Country: n.Country}
}

func (f wordsForm) shown(c *web.Ctx) networkview.Words {
	return networkview.Words{NameAR: f.NameAR, NameFR: f.NameFR, NameEN: f.NameEN, AimAR: f.AimAR, AimFR: f.AimFR, AimEN: f.AimEN,
		Country: ui.SelectField{Name: "country", Label: c.T("Country"), Value: f.Country, Optional: true, Empty: c.T("In both countries"),
			Options: []ui.Option{{Value: "TN", Label: c.T("Tunisia")}, {Value: "MA", Label: c.T("Morocco")}}}}
}

func (h *Pages) foundPage(c *web.Ctx, f wordsForm) networkview.FoundPage {
	return networkview.FoundPage{Page: c.Page(c.T("Found a network")), Action: c.URL("/admin/networks/new"), Back: c.URL("/networks"), Words: f.shown(c)}
}

func (h *Pages) showFound(c *web.Ctx) error {
	return c.Show(networkview.Found(h.foundPage(c, wordsForm{})))
}

func (h *Pages) found(c *web.Ctx) error {
	var f wordsForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		c.Wrong(errs.Shown(c.Locale))
		return c.Invalid(networkview.Found(h.foundPage(c, f)))
	}
	n, err := h.service.Found(c.Std(), c.Actor, "", f.words())
	if err != nil {
		return err
	}
	c.Flash(i18n.Msg("The network is founded."))
	return c.SeeOther("/desk/networks/" + n.ID)
}

// kept returns the network of the request to somebody who may keep it.
func (h *Pages) kept(c *web.Ctx) (Network, error) {
	n, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return n, err
	}
	c.UseCountry(n.Country)
	_, err = permit(c.Actor, n.ID, n.State, actDescribe)
	return n, err
}

func (h *Pages) keepPage(c *web.Ctx, n Network) (networkview.KeepPage, error) {
	lang := c.Locale.Lang()
	v := networkview.KeepPage{Page: c.Page(n.Name(lang)), Back: c.URL("/networks/" + n.ID), Action: c.URL("/desk/networks/" + n.ID),
		Words: wordsTyped(n).shown(c), Roles: c.URL("/roles/" + n.ID)}
	v.NoIndex = true
	v.Place = ui.SelectField{Name: "place", Label: c.T("Which authority joins?"), Empty: c.T("Choose an authority")}
	active, err := h.names.ActivePlaces(c.Std(), lang)
	for _, o := range active {
		if !n.Has(o.Value) {
			v.Place.Options = append(v.Place.Options, o)
		}
	}
	for _, m := range n.Members {
		if m.LeftAt.IsZero() {
			v.Members = append(v.Members, ui.Option{Value: m.Place, Label: h.names.PlaceName(m.Place, lang)})
		}
	}
	return v, err
}

func (h *Pages) showKeep(c *web.Ctx) error {
	n, err := h.kept(c)
	if err != nil {
		return err
	}
	v, err := h.keepPage(c, n)
	if err != nil {
		return err
	}
	return c.Show(networkview.Keep(v))
}

// save reads a form, does its act and comes back; what cannot be accepted is
// shown again as it was typed.
func (h *Pages) save(c *web.Ctx, into any, done, field string, do func(Network) error, typed func(*networkview.KeepPage)) error {
	n, err := h.kept(c)
	if err != nil {
		return err
	}
	errs, err := form.Read(c.Ctx, into)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		if err = do(n); err == nil {
			c.Flash(done)
			return c.SeeOther("/desk/networks/" + n.ID)
		}
		message, args := fault.Shown(err)
		if !fault.Is(err, fault.Invalid) || message == "" {
			return err
		}
		errs.Add(field, message, args...)
	}
	v, err := h.keepPage(c, n)
	if err != nil {
		return err
	}
	typed(&v)
	v.Errors = errs.Shown(c.Locale)
	return c.Invalid(networkview.Keep(v))
}

func (h *Pages) describe(c *web.Ctx) error {
	var f wordsForm
	return h.save(c, &f, i18n.Msg("What the network says of itself is saved."), "name_ar", func(n Network) error {
		_, err := h.service.Describe(c.Std(), c.Actor, n.ID, f.words())
		return err
	}, func(v *networkview.KeepPage) { v.Words = f.shown(c) })
}

func (h *Pages) admit(c *web.Ctx) error {
	var f struct {
		Place string `form:"place" validate:"max=40"`
	}
	return h.save(c, &f, i18n.Msg("The authority is a member now."), "place", func(n Network) error {
		_, err := h.service.Admit(c.Std(), c.Actor, n.ID, f.Place)
		return err
	}, func(v *networkview.KeepPage) { v.Place.Value = f.Place })
}

// releaseForm is what the form of a leaving member sends.
type releaseForm struct {
	Member string `form:"member" validate:"required,max=40"`
	Reason string `form:"reason" validate:"required,max=300,plain"`
}

// Messages are the form's own sentences.
func (releaseForm) Messages() map[string]string {
	return map[string]string{"member.required": i18n.Msg("Choose an authority from the list"), "reason.required": i18n.Msg("Give a reason.")}
}

func (h *Pages) release(c *web.Ctx) error {
	var f releaseForm
	return h.save(c, &f, i18n.Msg("It is recorded that the member left."), "reason", func(n Network) error {
		_, err := h.service.Release(c.Std(), c.Actor, n.ID, f.Member, f.Reason)
		return err
	}, func(v *networkview.KeepPage) { v.Reason = f.Reason })
}

func (h *Pages) dissolvePage(c *web.Ctx, n Network, reason string) networkview.DissolvePage {
	v := networkview.DissolvePage{Page: c.Page(c.T("Dissolve this network")), Name: n.Name(c.Locale.Lang()), Reason: reason,
		Action: c.URL("/admin/networks/" + n.ID + "/dissolve"), Back: c.URL("/networks/" + n.ID)}
	v.NoIndex = true
	return v
}

func (h *Pages) showDissolve(c *web.Ctx) error {
	n, err := h.kept(c)
	if err != nil {
		return err
	}
	return c.Show(networkview.Dissolve(h.dissolvePage(c, n, "")))
}

func (h *Pages) dissolve(c *web.Ctx) error {
	n, err := h.kept(c)
	if err != nil {
		return err
	}
	var f struct {
		Reason string `form:"reason,text" validate:"required,max=500"`
	}
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) > 0 {
		c.Wrong(errs.Shown(c.Locale))
		return c.Invalid(networkview.Dissolve(h.dissolvePage(c, n, f.Reason)))
	}
	if _, err := h.service.Dissolve(c.Std(), c.Actor, n.ID, f.Reason); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The network is dissolved."))
	return c.SeeOther("/networks/" + n.ID)
}
