package place

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
)

// actWords say what was done, in the history of an authority.
var actWords = map[act]string{
	actActivate:   i18n.Msg("The authority began to take part"),
	actDeactivate: i18n.Msg("The authority ceased to take part"),
	actBody:       i18n.Msg("Who decides was set"),
	actContact:    i18n.Msg("The contact was changed"),
	actPrivacy:    i18n.Msg("What concerns personal data was changed"),
	actLook:       i18n.Msg("The look was changed"),
	actModules:    i18n.Msg("The parts of the platform in use were changed"),
}

// ActName returns the words (a message id) for an act on an authority in the
// audit, "" for an unknown one.
func ActName(a string) string { return actWords[act(a)] }

func isAdministrator(a auth.Actor) bool { return a.Holds(auth.PlatformID, auth.Administrator) }

// deskList lists the authorities whose entries the actor may keep; an
// administrator of the platform may look for any.
func (h *Pages) deskList(c *web.Ctx) error {
	active, err := h.activeSet(c)
	if err != nil {
		return err
	}
	v := placeview.DeskListPage{Page: c.Page(c.T("Entries of authorities")), Search: isAdministrator(c.Actor), Query: shorten(c.Query("q"), 100)}
	v.NoIndex = true
	var list []Place
	switch {
	case v.Search && v.Query != "":
		list = h.table.SearchLevels(v.Query, "", found, Region, Province, Commune, Municipality)
	case v.Search:
		for id := range active {
			if p, ok := h.table.Get(id); ok {
				list = append(list, p)
			}
		}
		sortByName(list)
	default:
		for _, id := range c.Actor.OrgsWith(auth.Officer, auth.President, auth.FrontDesk) {
			if p, ok := h.table.Get(id); ok {
				list = append(list, p)
			}
		}
	}
	v.Rows = h.rows(c, list, active)
	for i := range v.Rows {
		v.Rows[i].Href = c.URL("/desk/places/" + list[i].ID)
	}
	return c.Show(placeview.DeskList(v))
}

// keeper returns the authority of a desk page, refused to whoever has no
// business there.
func (h *Pages) keeper(c *web.Ctx) (Authority, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return a, err
	}
	c.UseCountry(a.Place.Country)
	return a, authorise(c.Actor, a.ID, actContact)
}

// deskPage is the desk of an authority as it is stored.
func (h *Pages) deskPage(c *web.Ctx, a Authority) (placeview.DeskPage, error) {
	pack, lang := h.service.Pack(a), c.Locale.Lang()
	v := placeview.DeskPage{
		Page: c.Page(c.T("Entry of {place}", "place", a.Place.Name(lang))), Name: a.Place.Name(lang), Active: a.IsActive(),
		PublicHref: c.URL("/places/" + a.ID), Action: c.URL("/desk/places/" + a.ID),
		Contact: contactTyped(a.Contact), Body: bodyTyped(c, a.Body, pack),
		Privacy: placeview.PrivacyForm{Receipt: a.Privacy.Receipt, Retention: placeview.Both(a.Privacy.Retention)},
		Look:    placeview.LookForm{Accent: a.Look.Accent}, Events: events(c, a),
	}
	v.NoIndex = true
	v.Other, v.OtherLang = otherScript(a.Place, lang)
	if country, ok := h.packs.Country(a.Place.Country); ok {
		v.Privacy.ReceiptHint = country.Regulator.Acronym + ": " + country.Regulator.Requires.In(lang)
	}
	v.May.Body = authorise(c.Actor, a.ID, actBody) == nil
	v.May.Privacy = authorise(c.Actor, a.ID, actPrivacy) == nil
	v.May.Look = authorise(c.Actor, a.ID, actLook) == nil
	v.May.State = authorise(c.Actor, a.ID, actActivate) == nil
	v.Look.Limit = c.T("{n} MB", "n", file.Pictures.MaxBytes>>20)
	var err error
	v.Look.Logo, err = h.logo(c, a)
	return v, err
}

func (h *Pages) desk(c *web.Ctx) error {
	a, err := h.keeper(c)
	if err != nil {
		return err
	}
	v, err := h.deskPage(c, a)
	if err != nil {
		return err
	}
	return c.Show(placeview.Desk(v))
}

// save reads a form, does its act and comes back to the desk; what cannot be
// accepted is shown again as it was typed. Whoever may not do the act is told
// so whatever was typed.
func (h *Pages) save(c *web.Ctx, what act, into any, done, field string, do func(Authority) error, typed func(*placeview.DeskPage, Authority)) error {
	a, err := h.keeper(c)
	if err == nil {
		err = authorise(c.Actor, a.ID, what)
	}
	if err != nil {
		return err
	}
	errs, err := form.Read(c.Ctx, into)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		if err = do(a); err == nil {
			c.Flash(done)
			return c.SeeOther("/desk/places/" + a.ID)
		}
		message, args := fault.Shown(err)
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) || message == "" {
			return err
		}
		errs.Add(field, message, args...)
	}
	v, err := h.deskPage(c, a)
	if err != nil {
		return err
	}
	typed(&v, a)
	v.Errors = errs.Shown(c.Locale)
	return c.Invalid(placeview.Desk(v))
}

func (h *Pages) saveContact(c *web.Ctx) error {
	var f contactForm
	return h.save(c, actContact, &f, i18n.Msg("The contact is saved."), "function_ar", func(a Authority) error {
		_, err := h.service.SetContact(c.Std(), c.Actor, a.ID, f.contact())
		return err
	}, func(v *placeview.DeskPage, _ Authority) { v.Contact = f.typed() })
}

func (h *Pages) saveBody(c *web.Ctx) error {
	var f bodyForm
	return h.save(c, actBody, &f, i18n.Msg("Who decides is saved."), "since", func(a Authority) error {
		_, err := h.service.SetBody(c.Std(), c.Actor, a.ID, f.body(a.Place.Country))
		return err
	}, func(v *placeview.DeskPage, a Authority) { v.Body = f.typed(c, h.service.Pack(a)) })
}

func (h *Pages) savePrivacy(c *web.Ctx) error {
	var f privacyForm
	return h.save(c, actPrivacy, &f, i18n.Msg("What concerns personal data is saved."), "receipt", func(a Authority) error {
		_, err := h.service.SetPrivacy(c.Std(), c.Actor, a.ID, f.privacy())
		return err
	}, func(v *placeview.DeskPage, _ Authority) {
		v.Privacy.Receipt, v.Privacy.Retention = f.Receipt, placeview.Both{AR: f.RetentionAR, FR: f.RetentionFR}
	})
}

func (h *Pages) saveLook(c *web.Ctx) error {
	var f lookForm
	return h.save(c, actLook, &f, i18n.Msg("The colour is saved."), "accent", func(a Authority) error {
		look := a.Look
		look.Accent = f.Accent
		_, err := h.service.SetLook(c.Std(), c.Actor, a.ID, look)
		return err
	}, func(v *placeview.DeskPage, _ Authority) { v.Look.Accent = f.Accent })
}

func (h *Pages) activate(c *web.Ctx) error {
	a, err := h.keeper(c)
	if err != nil {
		return err
	}
	if _, err := h.service.Activate(c.Std(), c.Actor, a.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The authority takes part from now on."))
	return c.SeeOther("/desk/places/" + a.ID)
}

func (h *Pages) deactivate(c *web.Ctx) error {
	var f reasonForm
	return h.save(c, actDeactivate, &f, i18n.Msg("The authority takes no part any more."), "reason", func(a Authority) error {
		_, err := h.service.Deactivate(c.Std(), c.Actor, a.ID, f.Reason)
		return err
	}, func(v *placeview.DeskPage, _ Authority) { v.Reason = f.Reason })
}
