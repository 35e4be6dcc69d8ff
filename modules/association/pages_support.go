package association

import (
	"net/url"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/associationview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) supportRoutes(s *web.Site) {
	s.Get("/petitions/:id/endorsements", web.Public, h.endorsements)
	s.Get("/petitions/:id/endorse", web.SignedIn, h.showEndorse)
	s.Post("/petitions/:id/endorse", web.SignedIn, web.Limited(oftenAsked, h.endorse))
}

// shown limits what the panel of a petition shows.
const (
	namesShown     = 6
	campaignsShown = 3
)

// Panel is what associations do for a petition, for its page: nil where there is
// nothing and nothing can begin.
func (h *Pages) Panel(c *web.Ctx, petitionID string, signable bool) (templ.Component, error) {
	support, err := h.service.SupportOf(c.Std(), petitionID)
	if err != nil || support == (Support{}) && !signable {
		return nil, err
	}
	v := associationview.Panel{Title: c.T("Associations that endorse it")}
	if signable {
		v.Endorse, v.EndorseText = c.URL("/petitions/"+petitionID+"/endorse"), c.T("Act for an association: endorse it or run a campaign")
	}
	if support.Endorsements > 0 {
		v.Text = c.N("{n} association endorses this petition. An endorsement is not a signature.", "{n} associations endorse this petition. An endorsement is not a signature.", int(support.Endorsements))
		v.All, v.AllText = c.URL("/petitions/"+petitionID+"/endorsements"), c.T("What they say")
	}
	page, err := h.service.EndorsementsOf(c.Std(), petitionID, "", namesShown)
	if err != nil {
		return nil, err
	}
	for _, e := range page.Items {
		a, err := h.service.Get(c.Std(), e.Association)
		if err != nil {
			return nil, err
		}
		if a.State == Registered {
			v.Names = append(v.Names, associationview.Name{Text: a.Name(c.Locale.Lang()), Href: c.URL("/associations/" + a.ID)})
		}
	}
	if support.Campaigns == 0 {
		return associationview.Support(v), nil
	}
	all, err := h.service.CampaignsOf(c.Std(), petitionID)
	for _, x := range all {
		if x.State == Running && len(v.Campaigns) < campaignsShown {
			v.Campaigns = append(v.Campaigns, associationview.Name{Text: x.Title.In(c.Locale.Lang()), Href: c.URL("/k/" + x.ID)})
		}
	}
	v.CampaignsText = c.T("Campaigns:")
	return associationview.Support(v), err
}

// endorsements is the public list with what associations say.
func (h *Pages) endorsements(c *web.Ctx) error {
	p, err := h.service.petition(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.UseCountry(p.Country)
	page, err := h.service.EndorsementsOf(c.Std(), p.ID, c.Query("after"), 30)
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	v := recordview.ListPage{
		Page: c.Page(c.T("Associations that endorse it")), Back: c.URL("/petitions/" + p.ID), Caption: p.Object(lang),
		Lead:  c.T("Each was endorsed by a delegate under a mandate of the association. An endorsement is not a signature and is not counted with them."),
		Empty: c.T("No association endorses this petition yet"),
	}
	v.NoIndex = c.Query("after") != ""
	for _, e := range page.Items {
		a, err := h.service.Get(c.Std(), e.Association)
		if err != nil {
			return err
		}
		if a.State != Registered {
			continue
		}
		v.Cards = append(v.Cards, ui.CardSpec{Title: a.Name(lang), Href: c.URL("/associations/" + a.ID), Text: e.Statement,
			Meta: []string{h.names.PlaceName(a.Seat, lang), c.T("Since {date}", "date", e.At)}})
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/petitions/"+p.ID+"/endorsements") + "?after=" + url.QueryEscape(page.Next)
	}
	return c.Show(recordview.List(v))
}

// endorseForm is what the page of endorsing sends.
type endorseForm struct {
	Association string `form:"association" validate:"max=40"`
	Statement   string `form:"statement,text" validate:"max=500"`
	Withdraw    string `form:"withdraw" validate:"max=40"` // the association that takes it back
}

func (h *Pages) showEndorse(c *web.Ctx) error {
	page, err := h.endorsePage(c, endorseForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

// endorsePage is where delegates support a petition: endorse it, take that back,
// begin a campaign.
func (h *Pages) endorsePage(c *web.Ctx, f endorseForm) (templ.Component, error) {
	p, err := h.service.petition(c.Std(), c.Params("id"))
	if err != nil {
		return nil, err
	}
	c.UseCountry(p.Country)
	mine, options, err := h.actsFor(c, ScopeEndorse)
	if err != nil {
		return nil, err
	}
	page := c.Page(c.T("Support a petition in an association’s name"))
	base := "/petitions/" + p.ID
	v := recordview.ShowPage{Page: page, Caption: p.Object(c.Locale.Lang()), Crumbs: []ui.Crumb{{Label: c.T("Petition"), Href: c.URL(base)}, {Label: page.Title}}}
	if len(mine) == 0 {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("You have no mandate to endorse petitions"), Text: c.T("A delegate who may name others can give you one, or you ask for an association to be entered in the register.")})
		v.Links = []recordview.Link{{Href: c.URL("/me/associations"), Label: c.T("My associations")}}
	}
	var fresh []ui.Option
	for i, a := range mine {
		e, given, err := h.service.Endorsement(c.Std(), p.ID, a.ID)
		if err != nil {
			return nil, err
		}
		if !given {
			fresh = append(fresh, options[i])
			continue
		}
		v.Sections = append(v.Sections, recordview.Section{ID: "given-" + a.ID, Title: c.T("{name} endorses this petition", "name", a.Name(c.Locale.Lang())), Body: recordview.All([]templ.Component{
			ui.Paragraphs(e.Statement),
			recordview.Small(recordview.SmallForm{Action: c.URL(base + "/endorse"), Label: a.Name(c.Locale.Lang()), Button: c.T("Withdraw the endorsement"), Secondary: true, Name: "withdraw", Value: a.ID}),
		})})
	}
	switch {
	case len(fresh) > 0 && p.Signable:
		v.Sections = append(v.Sections, recordview.Section{ID: "endorse", Title: c.T("Endorse the petition"), Body: h.endorseFields(c, page, base, fresh, f)})
	case !p.Signable:
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("This petition does not take signatures now."), Text: c.T("Endorsements and campaigns belong to the time in which signatures are collected.")})
	}
	campaigners, _, err := h.actsFor(c, ScopeCampaign)
	if len(campaigners) > 0 && p.Signable {
		v.Links = append(v.Links, recordview.Link{Href: c.URL(base + "/campaigns/new"), Label: c.T("Begin a campaign")})
	}
	return recordview.Show(v), err
}

func (h *Pages) endorseFields(c *web.Ctx, p ui.Page, base string, options []ui.Option, f endorseForm) templ.Component {
	if f.Association == "" && len(options) == 1 {
		f.Association = options[0].Value
	}
	return recordview.All([]templ.Component{
		recordview.Line(c.T("The name of the association is shown on the petition. This is no signature: its members sign for themselves.")),
		recordview.Small(recordview.SmallForm{Action: c.URL(base + "/endorse"), Label: c.T("Endorse the petition"), Button: c.T("Endorse the petition"), Fields: []templ.Component{
			ui.Radios(p, ui.RadiosField{Name: "association", Label: c.T("Association"), Value: f.Association, Options: options}),
			ui.Textarea(p, ui.TextareaField{Name: "statement", Label: c.T("Why the association endorses it"), Hint: c.T("Public, with the association’s name."), Value: f.Statement, Max: MaxStatement, Rows: 4, Optional: true}),
		}}),
	})
}

func (h *Pages) endorse(c *web.Ctx) error {
	var f endorseForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if f.Withdraw != "" {
		if err := h.service.Withdraw(c.Std(), c.Actor, id, f.Withdraw); err != nil {
			return err
		}
		c.Flash(i18n.Msg("The endorsement is withdrawn."))
		return c.SeeOther("/petitions/" + id + "/endorse")
	}
	if f.Association == "" {
		left, err := h.unendorsed(c, id)
		if err != nil {
			return err
		}
		if left == 0 { // the form is not on the page
			return c.SeeOther("/petitions/" + id + "/endorse")
		}
		mistakes.Add("association", i18n.Msg("Choose the association you act for"))
	}
	if len(mistakes) == 0 {
		_, err := h.service.Endorse(c.Std(), c.Actor, id, f.Association, f.Statement)
		if err == nil {
			c.Flash(i18n.Msg("The association endorses the petition."))
			return c.SeeOther("/petitions/" + id + "/endorse")
		}
		if !wrong(mistakes.Add, "association", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.endorsePage(c, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// unendorsed counts the associations of the reader that do not endorse a
// petition yet; Forbidden for somebody without any.
func (h *Pages) unendorsed(c *web.Ctx, petitionID string) (int, error) {
	mine, _, err := h.actsFor(c, ScopeEndorse)
	if err == nil && len(mine) == 0 {
		err = errMayNotEndorse
	}
	left := 0
	for _, a := range mine {
		_, given, bad := h.service.Endorsement(c.Std(), petitionID, a.ID)
		if bad != nil {
			return 0, bad
		}
		if !given {
			left++
		}
	}
	return left, err
}

// activity is what an association endorses and campaigns for, on its page.
func (h *Pages) activity(c *web.Ctx, a Association, _ ui.Page) (recordview.Section, error) {
	if a.State != Registered {
		return recordview.Section{}, nil
	}
	var items []recordview.Item
	endorsed, err := h.service.EndorsedBy(c.Std(), a.ID, "", 20)
	if err != nil {
		return recordview.Section{}, err
	}
	for _, e := range endorsed.Items {
		p, err := h.service.Petitions.Petition(c.Std(), e.Petition)
		if isNotFound(err) { // taken out of sight meanwhile
			continue
		}
		if err != nil {
			return recordview.Section{}, err
		}
		items = append(items, recordview.Item{Title: p.Object(c.Locale.Lang()), Href: c.URL("/petitions/" + p.ID), Facts: c.T("Endorsed on {date}", "date", e.At)})
	}
	campaigns, err := h.service.CampaignsBy(c.Std(), a.ID, "", 20)
	for _, x := range campaigns.Items {
		if x.State != Unseen {
			items = append(items, recordview.Item{Title: x.Title.In(c.Locale.Lang()), Href: c.URL("/k/" + x.ID), Facts: c.T(CampaignStates[x.State])})
		}
	}
	if len(items) == 0 {
		return recordview.Section{}, err
	}
	return recordview.Section{ID: "activity", Title: c.T("Petitions it supports"), Body: recordview.Items(items)}, err
}
