package association

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/associationview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) campaignRoutes(s *web.Site) {
	s.Get("/k/:code", web.Public, h.campaign)
	s.Get("/k/:code/share", web.Public, h.share)
	s.Get("/k/:code/poster.pdf", web.Public, h.poster)
	s.Get("/k/:code/card.png", web.Public, h.campaignCard)
	s.Get("/petitions/:id/campaigns/new", web.SignedIn, h.showLaunch)
	s.Post("/petitions/:id/campaigns/new", web.SignedIn, web.Limited(oftenAsked, h.launch))
	s.Get("/me/campaigns/:code", web.SignedIn, h.showRework)
	s.Post("/me/campaigns/:code", web.SignedIn, h.rework)
	s.Get("/me/campaigns/:code/end", web.SignedIn, h.showEnd)
	s.Post("/me/campaigns/:code/end", web.SignedIn, h.end)
	s.Get("/desk/campaigns/:code/hide", keepers, h.showHide)
	s.Post("/desk/campaigns/:code/hide", keepers, h.hide)
}

// seenCampaign is a campaign with what its pages say beside it.
type seenCampaign struct {
	Campaign
	Petition    Petition
	Association Association
	Count       int64
}

// sight returns the campaign of the address as everybody may see it.
func (h *Pages) sight(c *web.Ctx, who auth.Actor) (seenCampaign, error) {
	x, err := h.service.Campaign(c.Std(), who, c.Params("code"))
	if err != nil {
		return seenCampaign{}, err
	}
	v := seenCampaign{Campaign: x}
	if v.Petition, err = h.service.petition(c.Std(), x.Petition); err != nil {
		return v, err
	}
	c.UseCountry(v.Petition.Country)
	if v.Association, err = h.service.Get(c.Std(), x.Association); err != nil {
		return v, err
	}
	v.Count, err = h.service.Petitions.Attributed(c.Std(), x.Petition, x.ID)
	return v, err
}

// address is the short link of a campaign, without a language: each reader gets
// their own.
func (h *Pages) address(x Campaign) string { return h.service.PublicURL + "/k/" + x.ID }

// campaign is its public page: who asks, why, how far it has come. It is kept in
// memory: a poster can bring a crowd.
func (h *Pages) campaign(c *web.Ctx) error {
	code := strings.ToLower(c.Params("code"))
	return c.Cached(web.Source{
		Key: "campaign/" + code,
		Stamp: func(ctx context.Context) (string, error) {
			x, err := h.service.Campaign(ctx, auth.Actor{}, code)
			if err != nil {
				return "", err
			}
			n, err := h.service.Petitions.Attributed(ctx, x.Petition, x.ID)
			if err != nil {
				return "", err
			}
			support, err := h.service.Stamp(ctx, x.Petition)
			p, bad := h.service.petition(ctx, x.Petition)
			if bad != nil {
				err = bad
			}
			return fmt.Sprintf("%d|%d|%s|%t|%s", x.Version, n, support, p.Signable, c.Now().Format("2006-01-02T15")), err
		},
		Render: func(c *web.Ctx) (templ.Component, error) { return h.campaignPage(c) },
	})
}

func (h *Pages) campaignPage(c *web.Ctx) (templ.Component, error) {
	x, err := h.sight(c, auth.Actor{})
	if err != nil {
		return nil, err
	}
	lang := c.Locale.Lang()
	title, written := x.Title.Said(lang)
	appeal, appealWritten := x.Appeal.Said(lang)
	if appealWritten != "" {
		written = appealWritten
	}
	v := associationview.CampaignPage{
		Page: c.Page(title), Written: written, StateText: c.T(CampaignStates[x.State]), StateTone: ui.Neutral, By: c.T("A campaign of {name}", "name", x.Association.Name(lang)),
		ByHref: c.URL("/associations/" + x.Association.ID), Appeal: appeal, Object: x.Petition.Object(lang), Ask: ask(x.Petition, lang),
		Petition: c.URL("/petitions/" + x.Petition.ID), Share: ui.ShareSpec{URL: h.address(x.Campaign), Text: title}, Texts: c.URL("/k/" + x.ID + "/share"),
		Posters: posters(c, x.Campaign), Count: c.N("{n} signature came by this campaign", "{n} signatures came by this campaign", int(x.Count)),
		Note: c.T("Signatures that came by the campaign’s link. Each is counted once, with all others, on the petition."),
	}
	v.Description, v.Wide = appeal, true
	v.Sheets = append(v.Sheets, "association.css")
	v.OG = ui.OG{Type: "article", Image: c.URL("/k/" + x.ID + "/card.png"), ImageAlt: title, Width: 1200, Height: 630}
	if x.State == Running {
		v.StateTone = ui.Success
		if x.Petition.Signable {
			v.Sign = c.URL("/petitions/"+x.Petition.ID+"/sign") + "?via=" + x.ID
		}
	}
	if x.Association.State == Struck {
		v.Struck = c.T("This association no longer acts on the platform")
	}
	for _, g := range x.Goals {
		v.Goals = append(v.Goals, goal(c, g, x.Count))
	}
	if next, ok := x.NextGoal(x.Count); ok {
		v.Progress = &ui.ProgressSpec{Count: x.Count, Threshold: next.Signatures, Supporters: x.Count}
	} else if n := len(x.Goals); n > 0 {
		v.Progress = &ui.ProgressSpec{Count: x.Count, Threshold: x.Goals[n-1].Signatures, Supporters: x.Count}
	}
	return associationview.CampaignView(v), nil
}

// ask is what a petition asks, in the language it is shown in.
func ask(p Petition, lang string) string {
	for _, l := range []string{lang, "ar", "fr"} {
		if p.Asks[l] != "" {
			return p.Asks[l]
		}
	}
	return ""
}

func posters(c *web.Ctx, x Campaign) []associationview.Name {
	var all []associationview.Name
	for _, o := range []struct{ lang, size, label string }{
		{"ar", "a4", "العربية · A4"}, {"ar", "a3", "العربية · A3"}, {"fr", "a4", "Français · A4"}, {"fr", "a3", "Français · A3"},
	} {
		all = append(all, associationview.Name{Href: "/" + o.lang + "/k/" + x.ID + "/poster.pdf?size=" + o.size, Text: o.label})
	}
	return all
}

func goal(c *web.Ctx, g Goal, n int64) associationview.Goal {
	v := associationview.Goal{Text: c.N("{n} signature", "{n} signatures", int(g.Signatures)), Reached: n >= g.Signatures,
		Done: strconv.FormatInt(min(n, g.Signatures), 10), Of: strconv.FormatInt(g.Signatures, 10)}
	switch {
	case !g.ReachedAt.IsZero():
		v.When = c.T("reached on {date}", "date", g.ReachedAt)
	case v.Reached:
		v.When = c.T("reached")
	case !g.By.IsZero():
		v.When = c.T("wanted by {date}", "date", g.By)
	}
	return v
}

// launchForm is what a campaign says and wants. Three goals are asked for: more
// would be read by nobody.
type launchForm struct {
	Association string    `form:"association" validate:"max=40"`
	TitleAR     string    `form:"title_ar" validate:"max=120"`
	TitleFR     string    `form:"title_fr" validate:"max=120"`
	AppealAR    string    `form:"appeal_ar,text" validate:"max=600"`
	AppealFR    string    `form:"appeal_fr,text" validate:"max=600"`
	Goal1       string    `form:"goal1,digits" validate:"omitempty,number,max=8"`
	Goal1By     form.Date `form:"goal1-by" validate:"date"`
	Goal2       string    `form:"goal2,digits" validate:"omitempty,number,max=8"`
	Goal2By     form.Date `form:"goal2-by" validate:"date"`
	Goal3       string    `form:"goal3,digits" validate:"omitempty,number,max=8"`
	Goal3By     form.Date `form:"goal3-by" validate:"date"`
}

// Messages are the form's own sentences.
func (launchForm) Messages() map[string]string {
	number := i18n.Msg("Write the goal as a whole number")
	return map[string]string{"goal1": number, "goal2": number, "goal3": number}
}

func launchFormOf(x Campaign) launchForm {
	f := launchForm{Association: x.Association, TitleAR: x.Title.AR, TitleFR: x.Title.FR, AppealAR: x.Appeal.AR, AppealFR: x.Appeal.FR}
	number := []*string{&f.Goal1, &f.Goal2, &f.Goal3}
	by := []*form.Date{&f.Goal1By, &f.Goal2By, &f.Goal3By}
	for i, g := range x.Goals {
		if i < len(number) {
			*number[i] = strconv.FormatInt(g.Signatures, 10)
			if !g.By.IsZero() {
				*by[i] = form.DateOf(g.By)
			}
		}
	}
	return f
}

func (f launchForm) input(country string) CampaignInput {
	in := CampaignInput{Title: Text{AR: f.TitleAR, FR: f.TitleFR}, Appeal: Text{AR: f.AppealAR, FR: f.AppealFR}}
	zone := clock.Zone(country)
	for _, g := range []struct {
		n  string
		by form.Date
	}{{f.Goal1, f.Goal1By}, {f.Goal2, f.Goal2By}, {f.Goal3, f.Goal3By}} {
		n, _ := strconv.ParseInt(g.n, 10, 64) // judged by the form's rules already
		goal := Goal{Signatures: n}
		if day, ok := g.by.In(zone); ok {
			goal.By = clock.EndOfDay(day, zone)
		}
		in.Goals = append(in.Goals, goal)
	}
	return in
}

func (h *Pages) launchFields(c *web.Ctx, p ui.Page, f launchForm, options []ui.Option) []templ.Component {
	var fields []templ.Component
	if options != nil {
		if f.Association == "" && len(options) == 1 {
			f.Association = options[0].Value
		}
		fields = append(fields, ui.Radios(p, ui.RadiosField{Name: "association", Label: c.T("Association"), Value: f.Association, Options: options}))
	}
	goal := func(name, label, n string, by form.Date, optional bool) {
		fields = append(fields, ui.Text(p, ui.TextField{Name: name, Label: label, Value: n, Numeric: true, Size: 8, Max: 8, Optional: optional}),
			ui.DateParts(p, ui.DateField{Name: name + "-by", Label: c.T("Wanted by"), Hint: c.T("May stay empty."), Day: by.Day, Month: by.Month, Year: by.Year}))
	}
	fields = append(fields,
		ui.Text(p, ui.TextField{Name: "title_ar", Label: c.T("Name of the campaign, in Arabic"), Hint: c.T("One language is enough; readers of the other are shown this one, and told so."), Value: f.TitleAR, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Text(p, ui.TextField{Name: "title_fr", Label: c.T("Name of the campaign, in French"), Value: f.TitleFR, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "appeal_ar", Label: c.T("Why people should sign, in Arabic"), Hint: c.T("In the association’s words. It stands on the campaign’s page, on posters and in the texts to share."), Value: f.AppealAR, Max: MaxAppeal, Rows: 5, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "appeal_fr", Label: c.T("Why people should sign, in French"), Value: f.AppealFR, Max: MaxAppeal, Rows: 5, Optional: true}))
	goal("goal1", c.T("First goal: how many signatures"), f.Goal1, f.Goal1By, false)
	goal("goal2", c.T("Second goal"), f.Goal2, f.Goal2By, true)
	goal("goal3", c.T("Third goal"), f.Goal3, f.Goal3By, true)
	return fields
}

func (h *Pages) showLaunch(c *web.Ctx) error {
	page, err := h.launchPage(c, launchForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) launchPage(c *web.Ctx, f launchForm) (templ.Component, error) {
	p, err := h.service.petition(c.Std(), c.Params("id"))
	if err != nil {
		return nil, err
	}
	c.UseCountry(p.Country)
	_, options, err := h.actsFor(c, ScopeCampaign)
	if err != nil {
		return nil, err
	}
	page := c.Page(c.T("Begin a campaign"))
	v := recordview.FormPage{
		Page: page, Back: c.URL("/petitions/" + p.ID), Caption: p.Object(c.Locale.Lang()), Action: c.URL("/petitions/" + p.ID + "/campaigns/new"), Button: c.T("Begin the campaign"), Unsaved: true,
		Lead: c.T("The campaign gets a short link and a QR code, posters, texts to share and a page that shows how far it has come. Signatures that come by the link are counted for it as well."),
	}
	if len(options) == 0 {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("You have no mandate to run campaigns"), Text: c.T("A delegate who may name others can give you one, or you ask for an association to be entered in the register.")})
		v.Action, v.Button, v.Unsaved = "", "", false
		return recordview.Form(v), nil
	}
	v.Fields = h.launchFields(c, page, f, options)
	return recordview.Form(v), nil
}

func (h *Pages) launch(c *web.Ctx) error {
	var f launchForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Association == "" {
		mistakes.Add("association", "Choose the association you act for")
	}
	if len(mistakes) == 0 {
		x, err := h.service.Launch(c.Std(), c.Actor, c.Params("id"), f.Association, f.input(c.Locale.Country()))
		if err == nil {
			c.Flash(i18n.Msg("The campaign has begun. Share its link, print its poster."))
			return c.SeeOther("/me/campaigns/" + x.ID)
		}
		if !wrong(mistakes.Add, "title_ar", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.launchPage(c, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// ours returns the campaign of the address to the delegates who run it.
func (h *Pages) ours(c *web.Ctx) (seenCampaign, error) {
	x, err := h.sight(c, c.Actor)
	if err == nil && !h.service.MayAct(c.Std(), c.Actor, x.Campaign.Association, ScopeCampaign) {
		err = errMayNotCampaign
	}
	return x, err
}

func (h *Pages) showRework(c *web.Ctx) error {
	x, err := h.ours(c)
	if err != nil {
		return err
	}
	return c.Show(h.reworkPage(c, x, launchFormOf(x.Campaign)))
}

// reworkPage is where an association looks after its campaign.
func (h *Pages) reworkPage(c *web.Ctx, x seenCampaign, f launchForm) templ.Component {
	p := c.Page(c.T("Look after the campaign"))
	v := recordview.FormPage{
		Page: p, Back: c.URL("/me/associations"), Caption: x.Title.In(c.Locale.Lang()), Action: c.URL("/me/campaigns/" + x.ID), Button: c.T("Save"), Unsaved: true,
		Lead:   c.N("{n} signature came by this campaign", "{n} signatures came by this campaign", int(x.Count)),
		Before: []templ.Component{recordview.Reference(h.address(x.Campaign))},
		Fields: h.launchFields(c, p, f, nil),
	}
	if missing := x.missing(); missing != "" {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T(missing)})
	}
	if x.State != Unseen {
		v.Before = append(v.Before, recordview.LinkLine(c.URL("/k/"+x.ID), c.T("See the campaign’s page")), recordview.LinkLine(c.URL("/k/"+x.ID+"/share"), c.T("Texts and pictures to share, posters")))
	}
	if x.State == Running {
		v.Before = append(v.Before, recordview.LinkLine(c.URL("/me/campaigns/"+x.ID+"/end"), c.T("End the campaign")))
	} else {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T(CampaignStates[x.State]), Text: x.lastReason()})
	}
	return recordview.Form(v)
}

// missing says that a campaign speaks one language alone: its poster in the
// other shows what there is.
func (x Campaign) missing() string {
	switch {
	case x.Title.FR == "" || x.Appeal.FR == "" && !x.Appeal.IsZero():
		return i18n.Msg("The French poster and texts show the Arabic words until you write French ones.")
	case x.Title.AR == "" || x.Appeal.AR == "" && !x.Appeal.IsZero():
		return i18n.Msg("The Arabic poster and texts show the French words until you write Arabic ones.")
	}
	return ""
}

// lastReason is why a campaign was taken out of sight, as long as it is.
func (x Campaign) lastReason() string {
	if n := len(x.History); n > 0 && x.State == Unseen {
		return x.History[n-1].Reason
	}
	return ""
}

func (h *Pages) rework(c *web.Ctx) error {
	x, err := h.ours(c)
	if err != nil {
		return err
	}
	var f launchForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		_, err := h.service.Rework(c.Std(), c.Actor, x.ID, f.input(x.Petition.Country))
		if err == nil {
			c.Flash(i18n.Msg("The campaign is saved."))
			return c.SeeOther("/me/campaigns/" + x.ID)
		}
		if !wrong(mistakes.Add, "title_ar", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	return c.Invalid(h.reworkPage(c, x, f))
}

func (h *Pages) showEnd(c *web.Ctx) error {
	x, err := h.ours(c)
	if err != nil {
		return err
	}
	return c.Show(recordview.Form(recordview.FormPage{
		Page: c.Page(c.T("End the campaign")), Back: c.URL("/me/campaigns/" + x.ID), Caption: x.Title.In(c.Locale.Lang()), Action: c.URL("/me/campaigns/" + x.ID + "/end"),
		Lead:   c.T("Its link goes on leading to its page and to the petition, but no more signatures are counted for it. An ended campaign cannot be begun again."),
		Button: c.T("End the campaign"), Danger: true, Cancel: c.T("Cancel"),
	}))
}

func (h *Pages) end(c *web.Ctx) error {
	x, err := h.service.End(c.Std(), c.Actor, c.Params("code"))
	if err != nil {
		return err
	}
	c.Flash(i18n.Msg("The campaign has ended."))
	return c.SeeOther("/me/campaigns/" + x.ID)
}

// An officer takes a campaign out of sight, or brings it back.

func (h *Pages) warded(c *web.Ctx) (seenCampaign, error) {
	x, err := h.sight(c, c.Actor)
	if err == nil && !c.Actor.Holds(x.Authority, auth.Officer) && !isAdmin(c) {
		err = errMayNotCampaign
	}
	return x, err
}

func (h *Pages) hidePage(c *web.Ctx, x seenCampaign, reason string) templ.Component {
	title, lead := c.T("Take the campaign out of sight"), c.T("Its page, its posters and its texts are no longer shown, and no signature is counted for it. The petition is untouched.")
	if x.State == Unseen {
		title, lead = c.T("Show the campaign again"), x.lastReason()
	}
	p := c.Page(title)
	v := recordview.FormPage{Page: p, Back: c.URL("/petitions/" + x.Petition.ID), Caption: x.Title.In(c.Locale.Lang()), Lead: lead, Action: c.URL("/desk/campaigns/" + x.ID + "/hide"), Button: title, Danger: x.State != Unseen, Cancel: c.T("Cancel")}
	if x.State != Unseen {
		v.Fields = []templ.Component{ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: c.T("The association reads it."), Value: reason, Max: 500, Rows: 3})}
	}
	return recordview.Form(v)
}

func (h *Pages) showHide(c *web.Ctx) error {
	x, err := h.warded(c)
	if err != nil {
		return err
	}
	return c.Show(h.hidePage(c, x, ""))
}

func (h *Pages) hide(c *web.Ctx) error {
	x, err := h.warded(c)
	if err != nil {
		return err
	}
	if x.State == Unseen {
		_, err = h.service.ShowCampaign(c.Std(), c.Actor, x.ID)
		return c.Done(err, i18n.Msg("The campaign is shown again."), "/petitions/"+x.Petition.ID)
	}
	reason, ok, err := readReason(c, func(typed string) templ.Component { return h.hidePage(c, x, typed) })
	if !ok {
		return err
	}
	_, err = h.service.HideCampaign(c.Std(), c.Actor, x.ID, reason)
	return c.Done(err, i18n.Msg("The campaign is out of sight."), "/petitions/"+x.Petition.ID)
}
