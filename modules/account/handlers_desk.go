package account

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"
	"musharaka/views/ui"
)

// deskForm is the counter's check as typed.
type deskForm struct {
	Code      string `form:"code" validate:"required,max=20"`
	Authority string `form:"authority" validate:"required,max=80"`
	Number    string `form:"number" validate:"required,max=30"`
	Seen      bool   `form:"seen" validate:"required"`
}

// Messages are the form's own sentences.
func (deskForm) Messages() map[string]string {
	return map[string]string{
		"code":   i18n.Msg("Enter the code that the person shows."),
		"number": i18n.Msg("Enter the number as it stands on the card."),
		"seen":   i18n.Msg("Confirm that you have seen the original card. Without it, there is no check."),
	}
}

func (h *Handlers) showDesk(c *web.Ctx) error {
	page, err := h.deskPage(c, deskForm{})
	if err != nil {
		return err
	}
	return c.Show(accountview.Desk(page))
}

// deskPage offers the counters at which the agent sits.
func (h *Handlers) deskPage(c *web.Ctx, f deskForm) (accountview.DeskPage, error) {
	page := accountview.DeskPage{Page: private(c, c.T("Check an identity")), Code: f.Code, Number: f.Number, Seen: f.Seen, Authority: f.Authority}
	for _, id := range c.Actor.OrgsWith(auth.FrontDesk) {
		place, err := h.service.places.Place(c.Std(), id, c.Locale.Lang())
		if err != nil {
			return page, err
		}
		page.Authorities = append(page.Authorities, ui.Option{Value: id, Label: place.Name})
		page.Authority = firstOf(page.Authority, id)
	}
	return page, nil
}

// findAtDesk shows who has the code. It is a post, so that no code stands in an
// address or a browser's history.
func (h *Handlers) findAtDesk(c *web.Ctx) error {
	var f deskForm
	if err := form.Fill(c.Ctx, &f); err != nil {
		return err
	}
	return h.desk(c, f, form.Check(f, "code"))
}

// desk shows the page with the person of the code, or without when there is none.
func (h *Handlers) desk(c *web.Ctx, f deskForm, mistakes form.Errors) error {
	page, err := h.deskPage(c, f)
	if err != nil {
		return err
	}
	if !mistakes.Has("code") {
		p, err := h.service.ByCode(c.Std(), f.Code)
		switch {
		case err == nil:
			page.Found = &accountview.DeskPerson{Name: p.Name, BirthYear: p.BirthYear, Level: level(c, p.Level)}
		case !addShown(&mistakes, "code", err):
			return err
		}
	}
	if len(mistakes) == 0 {
		return c.Show(accountview.Desk(page))
	}
	page.Errors = mistakes.Shown(c.Locale)
	return c.Invalid(accountview.Desk(page))
}

func (h *Handlers) checkAtDesk(c *web.Ctx) error {
	var f deskForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		_, err := h.service.CheckAtCounter(c.Std(), c.Actor, f.Authority, f.Code, f.Number)
		if err == nil {
			c.Flash(i18n.Msg("The identity has been checked. The person's account is now at the highest level."))
			return c.SeeOther("/desk/identity")
		}
		if fault.Is(err, fault.Forbidden) || !addShown(&mistakes, "number", err) {
			return err
		}
	}
	return h.desk(c, f, mistakes)
}
