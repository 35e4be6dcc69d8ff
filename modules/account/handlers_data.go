package account

import (
	"encoding/json"
	"strconv"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"
	"musharaka/views/ui"

	"github.com/gofiber/fiber/v2"
)

// showData shows all that is kept about the person.
func (h *Handlers) showData(c *web.Ctx) error {
	e, err := h.service.Export(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	c.UseCountry(e.Profile.Country)
	controller, err := h.service.controllers.Controller(c.Std(), e.Profile.Residence, c.Locale.Lang())
	if err != nil {
		return err
	}
	page := accountview.DataPage{Page: private(c, c.T("My data")), Controller: viewController(controller)}
	if page.Rows, err = h.profileRows(c, e.Profile); err != nil {
		return err
	}
	for _, x := range e.Checks {
		page.Checks = append(page.Checks, ui.SummaryRow{Key: c.Locale.Date(x.At), Value: checkText(c, x)})
	}
	for _, r := range e.Roles {
		org, err := h.orgName(c, r.OrgID)
		if err != nil {
			return err
		}
		page.Roles = append(page.Roles, ui.SummaryRow{Key: c.T(RoleNames[r.Role]), Value: org})
	}
	for _, one := range h.service.contributors {
		text, err := json.MarshalIndent(e.Others[one.Key], "", "  ")
		if err != nil {
			return fault.Wrap("account.showData", err)
		}
		if string(text) != "null" {
			page.Others = append(page.Others, accountview.DataOther{Title: c.T(one.Title), JSON: string(text)})
		}
	}
	page.Others = append(page.Others, accountview.DataOther{Title: c.T("Record of changes to your account"), JSON: historyJSON(e.History)})
	return c.Show(accountview.Data(page))
}

// historyJSON shows the history as it is kept.
func historyJSON(history []audit.Entry) string {
	text, err := json.MarshalIndent(history, "", "  ")
	if err != nil { // strings and times alone: it cannot fail
		return ""
	}
	return string(text)
}

func checkText(c *web.Ctx, x Check) string {
	if x.Withdraw {
		return c.T("Lost: the number was proven to be somebody else's.")
	}
	switch x.How {
	case HowCounter:
		return c.T("Identity card seen at a counter.")
	case HowEID:
		return c.T("Asserted by a national electronic identity.")
	}
	return c.T("Declared by you.")
}

// profileRows are the profile's fields in words.
func (h *Handlers) profileRows(c *web.Ctx, p ExportedProfile) ([]ui.SummaryRow, error) {
	unsaid := c.T("Not given")
	change := c.URL("/me/profile")
	var places []string
	for _, id := range append([]string{p.Residence}, p.WorksIn...) {
		name, err := h.placeName(c, id)
		if err != nil {
			return nil, err
		}
		places = append(places, name)
	}
	rows := []ui.SummaryRow{
		{Key: c.T("Name"), Value: firstOf(p.Name, unsaid), Href: change},
		{Key: c.T("E-mail address"), Value: firstOf(p.Email, unsaid)},
		{Key: c.T("Language"), Value: languageNames[p.Lang], Href: change},
		{Key: c.T("Municipality where you live"), Value: firstOf(places[0], unsaid), Href: change},
		{Key: c.T("Municipalities where you work or study"), Value: firstOf(c.Locale.List(places[1:]), unsaid), Href: change},
		{Key: c.T("Year of birth"), Value: unsaid, Href: change},
		{Key: c.T("Sex"), Value: c.T(sexNames[p.Sex]), Href: change},
		{Key: c.T("Identity number"), Value: unsaid, Href: change},
		{Key: c.T("Verification"), Value: c.T(LevelNames[p.Level])},
		{Key: c.T("Account number"), Value: p.ID},
		{Key: c.T("Account since"), Value: c.Locale.Date(p.CreatedAt)},
	}
	if p.BirthYear != 0 {
		rows[5].Value = strconv.Itoa(p.BirthYear)
	}
	if p.NumberEnd != "" {
		rows[7].Value = c.T("Kept in coded form; it ends in {end}", "end", p.NumberEnd)
	}
	for i := range rows {
		rows[i].Body = ui.Bidi(rows[i].Value) // at the line's start whatever its script
	}
	return rows, nil
}

// languageNames are the languages by their own names.
var languageNames = map[string]string{"ar": "العربية", "fr": "Français", "en": "English"}

var sexNames = map[Sex]string{
	"": i18n.Msg("Not given"), Female: i18n.Msg("Female"), Male: i18n.Msg("Male"), Unsaid: i18n.Msg("I prefer not to say"),
}

func (h *Handlers) placeName(c *web.Ctx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	place, err := h.service.places.Place(c.Std(), id, c.Locale.Lang())
	if fault.Is(err, fault.NotFound) {
		return id, nil
	}
	return place.Name, err
}

// downloadData is all of it as one document.
func (h *Handlers) downloadData(c *web.Ctx) error {
	e, err := h.service.Export(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(e); err != nil {
		return fault.Wrap("account.downloadData", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="musharaka-my-data.json"`)
	return c.SendString(out.String())
}

// deleteForm is the confirmation.
type deleteForm struct {
	Sure bool `form:"sure" validate:"required"`
}

// Messages are the form's own sentences.
func (deleteForm) Messages() map[string]string {
	return map[string]string{"sure": i18n.Msg("Tick the box if you want to delete your account for good.")}
}

func (h *Handlers) showDelete(c *web.Ctx) error {
	return c.Show(accountview.Delete(h.deletePage(c)))
}

func (h *Handlers) deletePage(c *web.Ctx) accountview.DeletePage {
	return accountview.DeletePage{Page: private(c, c.T("Delete my account")), Roles: len(c.Actor.Memberships)}
}

func (h *Handlers) deleteAccount(c *web.Ctx) error {
	var f deleteForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		page := h.deletePage(c)
		page.Errors = mistakes.Shown(c.Locale)
		return c.Invalid(accountview.Delete(page))
	}
	if err := h.service.Delete(c.Std(), c.Actor, c.Actor.PersonID); err != nil {
		return err
	}
	if err := c.SignOut(); err != nil {
		return err
	}
	return c.SeeOther("/me/deleted")
}

func (h *Handlers) showDeleted(c *web.Ctx) error {
	page := private(c, c.T("Your account has been deleted"))
	return c.Show(accountview.Deleted(page))
}
