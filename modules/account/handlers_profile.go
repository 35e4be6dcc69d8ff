package account

import (
	"errors"
	"slices"
	"strconv"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"
	"musharaka/views/ui"
)

// profileForm is the profile as typed.
type profileForm struct {
	Name          string   `form:"name" validate:"required,max=80,person"`
	Lang          string   `form:"lang" validate:"oneof=ar fr en"`
	ResidenceName string   `form:"residence_name" validate:"max=80"`
	Residence     string   `form:"residence" validate:"max=80"`
	WorksName     string   `form:"works_name" validate:"max=80"`
	WorksIn       []string `form:"works_in" validate:"max=3"`
	BirthYear     string   `form:"birth_year,digits" validate:"omitempty,len=4,digits"`
	Sex           string   `form:"sex" validate:"omitempty,oneof=female male unsaid"`
	NumberCountry string   `form:"number_country" validate:"omitempty,oneof=TN MA"`
	Number        string   `form:"number" validate:"max=30"`
	Act           string   `form:"act" validate:"omitempty,oneof=save"`
}

// Messages are the form's own sentences.
func (profileForm) Messages() map[string]string {
	return map[string]string{
		"name":       i18n.Msg("Enter your first name and family name, with letters only."),
		"birth_year": i18n.Msg("Enter the year in which you were born, with four digits."),
		"lang":       i18n.Msg("Choose the language of the e-mails you receive."),
	}
}

// searching reports whether a button beside a search was pressed. Those carry
// no name, and a browser also presses the first of them for the Enter key in
// any field; with nothing to search for, that means saving.
func (f profileForm) searching() bool {
	return f.Act == "" && (f.ResidenceName != "" || f.WorksName != "")
}

// profile is the form in the module's own terms; Check has been passed.
func (f profileForm) profile() Profile {
	year, _ := strconv.Atoi(f.BirthYear)
	residence := f.Residence
	if residence == "-" {
		residence = ""
	}
	return Profile{Name: f.Name, Lang: f.Lang, Residence: residence, WorksIn: f.WorksIn, BirthYear: year, Sex: Sex(f.Sex)}
}

// formOf is the profile as it is kept.
func formOf(p Person) profileForm {
	f := profileForm{Name: p.Name, Lang: p.Lang, Residence: p.Residence, WorksIn: p.WorksIn, Sex: string(p.Sex), NumberCountry: firstOf(p.Identity.Country, p.Country)}
	if p.BirthYear != 0 {
		f.BirthYear = strconv.Itoa(p.BirthYear)
	}
	return f
}

func (h *Handlers) showProfile(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	page, err := h.profilePage(c, p, formOf(p))
	if err != nil {
		return err
	}
	return c.Show(accountview.Profile(page))
}

// profilePage shows the form with the places that were chosen and looked for.
func (h *Handlers) profilePage(c *web.Ctx, p Person, f profileForm) (accountview.ProfilePage, error) {
	c.UseCountry(p.Country)
	page := accountview.ProfilePage{
		Page: private(c, c.T("My profile")), Name: f.Name, Lang: f.Lang, BirthYear: f.BirthYear, Sex: f.Sex,
		Email: p.Email, Level: level(c, p.Level), MaxWorksIn: MaxWorksIn,
	}
	controller, err := h.service.controllers.Controller(c.Std(), p.Residence, c.Locale.Lang())
	if err != nil {
		return page, err
	}
	page.Controller = viewController(controller)
	page.Number = accountview.NumberField{
		Asked: controller.AsksNumber || p.Identity.Key != "", Last2: p.Identity.Last2, Proven: p.Identity.Proven, Country: f.NumberCountry, Typed: f.Number,
	}
	var chosen []string
	if f.Residence != "" && f.Residence != "-" {
		chosen = []string{f.Residence}
	}
	if page.Residence, err = h.choice(c, f.ResidenceName, chosen); err != nil {
		return page, err
	}
	page.WorksIn, err = h.choice(c, f.WorksName, f.WorksIn)
	return page, err
}

func viewController(c Controller) accountview.Controller {
	return accountview.Controller{Name: c.Name, Contact: c.Contact, Regulator: c.Regulator, Receipt: c.Receipt, Hosting: c.Hosting}
}

// choice lists the chosen places, then what the search found.
func (h *Handlers) choice(c *web.Ctx, query string, chosen []string) (accountview.PlaceChoice, error) {
	choice := accountview.PlaceChoice{Query: query, Searched: query != ""}
	lang := c.Locale.Lang()
	for _, id := range chosen {
		place, err := h.service.places.Place(c.Std(), id, lang)
		if fault.Is(err, fault.NotFound) { // a hand-made value: saving refuses it too
			continue
		}
		if err != nil {
			return choice, err
		}
		choice.Chosen = append(choice.Chosen, id)
		choice.Found = append(choice.Found, placeOption(place))
	}
	if query == "" {
		return choice, nil
	}
	found, err := h.service.places.FindPlaces(c.Std(), query, lang)
	for _, place := range found {
		if !slices.Contains(choice.Chosen, place.ID) {
			choice.Found = append(choice.Found, placeOption(place))
		}
	}
	return choice, err
}

func placeOption(p Place) ui.Option {
	return ui.Option{Value: p.ID, Label: p.Name, Hint: p.Within, AutoDir: true}
}

// saveProfile keeps the form, or shows it again with what was looked for, or
// with what is wrong; nothing that was typed is lost.
func (h *Handlers) saveProfile(c *web.Ctx) error {
	var f profileForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	p, err := h.service.Get(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	if f.searching() {
		page, err := h.profilePage(c, p, f)
		if err != nil {
			return err
		}
		return c.Show(accountview.Profile(page))
	}
	if f.Number != "" && !p.Identity.Proven {
		if f.NumberCountry == "" {
			mistakes.Add("number_country", i18n.Msg("Say which country issued the card."))
		} else if _, err := h.service.parseNumber(f.NumberCountry, f.Number); err != nil {
			addShown(&mistakes, "number", err)
		}
	}
	if len(mistakes) == 0 {
		field, err := h.keepProfile(c, f, p)
		if err == nil {
			c.Flash(i18n.Msg("Your profile has been saved."))
			return c.SeeOther("/me")
		}
		if !addShown(&mistakes, field, err) {
			return err
		}
	}
	if p, err = h.service.Get(c.Std(), p.ID); err != nil {
		return err
	}
	page, err := h.profilePage(c, p, f)
	if err != nil {
		return err
	}
	page.Errors = mistakes.Shown(c.Locale)
	return c.Invalid(accountview.Profile(page))
}

// keepProfile saves the profile, then the number, whose refusal must not cost
// the rest. It names the field that a fault belongs to.
func (h *Handlers) keepProfile(c *web.Ctx, f profileForm, before Person) (field string, err error) {
	_, err = h.service.SaveProfile(c.Std(), c.Actor, c.Actor.PersonID, f.profile())
	switch {
	case errors.Is(err, errBirthYear):
		return "birth_year", err
	case errors.Is(err, errNoName):
		return "name", err
	case err != nil:
		return "residence_name", err
	case f.Number == "" || before.Identity.Proven:
		return "", nil
	}
	return "number", h.service.DeclareNumber(c.Std(), c.Actor, f.NumberCountry, f.Number)
}

// addShown puts a fault's sentence beside a field, if it is one for people.
func addShown(to *form.Errors, field string, err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany, fault.Forbidden:
		if id, args := fault.Shown(err); id != "" {
			to.Add(field, id, args...)
			return true
		}
	}
	return false
}
