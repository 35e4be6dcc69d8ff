package citizenspace

import (
	"net/url"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/citizenspaceview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// A browser that gave a right code keeps it in a cookie for an hour, so that the
// code stands in no address. It is sent to this site alone and read by no script.
const (
	followCookie = "musharaka_request"
	followLasts  = 3600 // seconds
)

func (h *Pages) remember(c *web.Ctx, reference, code string) {
	c.Cookie(&fiber.Cookie{Name: followCookie, Value: url.QueryEscape(reference + " " + NormalCode(code)), Path: "/", HTTPOnly: true, SameSite: "Lax", Secure: h.Secure, MaxAge: followLasts})
}

// remembered is the code that this browser keeps for a request; "" for none.
func remembered(c *web.Ctx, reference string) string {
	value, err := url.QueryUnescape(c.Cookies(followCookie))
	if err != nil {
		return ""
	}
	of, code, _ := strings.Cut(value, " ")
	if of != NormalReference(reference) {
		return ""
	}
	return code
}

// triedCode is the request whose code is tried, however it comes: nobody tries
// more than a few a minute of one request.
func triedCode(c *web.Ctx) string {
	ref := NormalReference(c.Params("ref"))
	if ref == "" || c.Query("code") == "" && remembered(c, ref) == "" {
		return ""
	}
	return "code:" + ref
}

func (h *Pages) caller(c *web.Ctx) Caller {
	return Caller{Actor: c.Actor, Code: remembered(c, c.Params("ref"))}
}

func (h *Pages) followPage(c *web.Ctx) templ.Component {
	v := citizenspaceview.FormPage{Page: h.frame(c, c.T("Follow a request")), Lead: c.T("Both stand on your receipt. No account is needed."), Action: c.URL("/follow"), Button: c.T("Show the request")}
	v.Crumbs = []ui.Crumb{{Label: c.T("Citizen Spaces"), Href: c.URL("/spaces")}, {Label: v.Title}}
	ref := typed(c, "reference", false)
	if ref == "" {
		ref = NormalReference(c.Query("reference"))
	}
	v.Fields = []templ.Component{
		ui.Text(v.Page, ui.TextField{Name: "reference", Label: c.T("Number of the request"), Hint: c.T("For example: EC-2026-17"), Value: ref, Size: 16, Ltr: true}),
		ui.Text(v.Page, ui.TextField{Name: "code", Label: c.T("Secret code"), Hint: c.T("Twelve letters and digits, on your receipt"), Size: 16, Ltr: true}),
	}
	return citizenspaceview.Form(v)
}

func (h *Pages) showFollow(c *web.Ctx) error { return c.Show(h.followPage(c)) }

// follow checks number and code; what does not fit is said in one sentence,
// whichever of the two is wrong.
func (h *Pages) follow(c *web.Ctx) error {
	ref, code := typed(c, "reference", false), typed(c, "code", false)
	r, err := h.Service.Follow(c.Std(), ref, code)
	if isNotFound(err) {
		err = broken("request.follow", []Problem{{Field: "code", Message: i18n.Msg("The number and the secret code do not go together. Check both on your receipt.")}})
		return again(c, err, func() (templ.Component, error) { return h.followPage(c), nil })
	}
	if err != nil {
		return err
	}
	h.remember(c, r.Reference, code)
	return c.SeeOther("/follow/" + r.Reference)
}

// own returns the request of the address for who asked for it: by the account,
// or by the code in the address (from the receipt's QR code) or in the cookie.
func (h *Pages) own(c *web.Ctx) (Request, Settings, error) {
	ref := c.Params("ref")
	r, err := h.Service.Request(c.Std(), h.caller(c), ref)
	if err == nil && !h.Service.mine(h.caller(c), r) {
		err = errNoRequest
	}
	if err != nil {
		return r, Settings{}, err
	}
	s, err := h.settings(c, r.Authority)
	return r, s, err
}

// mine reports whether a caller is who asked.
func (s *Service) mine(c Caller, r Request) bool {
	return r.IsCitizen(c.Actor.PersonID) || s.fits(r, c.Code)
}

// followed shows a request to who asked for it.
func (h *Pages) followed(c *web.Ctx) error {
	ref := c.Params("ref")
	if code := c.Query("code"); code != "" {
		if r, err := h.Service.Follow(c.Std(), ref, code); err == nil {
			h.remember(c, r.Reference, code)
			return c.SeeOther("/follow/" + r.Reference)
		}
	}
	r, s, err := h.own(c)
	if isNotFound(err) {
		return c.SeeOther("/follow?reference=" + url.QueryEscape(NormalReference(ref)))
	}
	if err != nil {
		return err
	}
	view, err := h.followedPage(c, s, r)
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) followedPage(c *web.Ctx, s Settings, r Request) (templ.Component, error) {
	v, err := h.requestPage(c, s, r)
	if err != nil {
		return nil, err
	}
	path := "/follow/" + r.Reference
	v.Crumbs = h.crumbs(c, s, ui.Crumb{Label: c.T("My request")}, ui.Crumb{Label: r.Reference})
	v.NoIndex = true
	for _, m := range r.Messages {
		from := c.T(citizenLabel)
		if m.Staff {
			from = c.T(spaceLabel)
		}
		v.Thread = append(v.Thread, citizenspaceview.Message{From: from, When: c.Locale.DateTime(m.At.In(NewCalendar(s.Country, usualWeek).Zone)), Body: m.Body, Staff: m.Staff})
	}
	v.Aside = append(v.Aside, ui.ButtonLink(c.URL(path+"/receipt.pdf"), c.T("Receipt to print (PDF)"), ui.Secondary))
	if r.IsShown() {
		v.Aside = append(v.Aside, ui.ButtonLink(c.URL("/requests/"+r.Reference), c.T("What everybody sees"), ui.Secondary))
	}
	caller := h.caller(c)
	if afterwards.Has(r.State) {
		v.Before = append(v.Before, h.judgeForm(c, v.Page, r, path))
	}
	switch {
	case r.State == Waiting:
		v.After = append(v.After, writeForm(c, v.Page, c.URL(path+"/write"), c.T("Answer what you are asked"), c.T("The period stands still until you answer.")))
	case h.Service.May(caller, r, ActWrite):
		v.After = append(v.After, writeForm(c, v.Page, c.URL(path+"/write"), c.T("Write to the Citizen Space"), ""))
	}
	if h.Service.May(caller, r, ActWithdraw) {
		v.Aside = append(v.Aside, ui.ButtonLink(c.URL(path+"/withdraw"), c.T("I no longer need it"), ui.Secondary))
	}
	return citizenspaceview.Request(v), nil
}

func writeForm(c *web.Ctx, page ui.Page, action, title, hint string) templ.Component {
	return citizenspaceview.Write(page, action, title, ui.TextareaField{Name: "body", Label: c.T("Your message"), Hint: hint, Value: typed(c, "body", true), Max: MaxMessage}, c.T("Send"))
}

// judgeForm asks whether it was solved, and offers to reopen it with one click.
func (h *Pages) judgeForm(c *web.Ctx, page ui.Page, r Request, path string) templ.Component {
	v := citizenspaceview.JudgeForm{Page: page, Title: c.T("Was it solved?"), Action: c.URL(path + "/judge"), Reopen: c.URL(path + "/reopen"), ReopenLabel: c.T("It is not solved: reopen it"), Button: c.T("Send my answer")}
	v.Answer = ui.RadiosField{Name: "solved", Label: c.T("Is what you asked for solved?"), Value: r.After.Solved, Inline: true, Options: []ui.Option{{Value: "yes", Label: c.T("Yes")}, {Value: "no", Label: c.T("No")}}}
	v.Stars = ui.SelectField{Name: "stars", Label: c.T("How content are you with how it went?"), Empty: c.T("No answer"), Optional: true}
	for n := 5; n >= 1; n-- {
		v.Stars.Options = append(v.Stars.Options, ui.Option{Value: string(rune('0' + n)), Label: c.N("{n} star", "{n} stars", n)})
	}
	if r.After.Stars > 0 {
		v.Stars.Value = string(rune('0' + r.After.Stars))
	}
	v.Comment = ui.TextareaField{Name: "comment", Label: c.T("What should be better?"), Hint: c.T("Read by the Citizen Space alone."), Value: r.After.Comment, Rows: 3, Max: MaxReasons, Optional: true}
	if r.After.Solved != "" {
		v.Note = c.T("You answered already. You can change your answer.")
	}
	return citizenspaceview.Judge(v)
}

var (
	flashSent      = i18n.Msg("Your message is sent.")
	flashJudged    = i18n.Msg("Thank you: your answer counts.")
	flashReopened  = i18n.Msg("The request is open again.")
	flashWithdrawn = i18n.Msg("Your request is withdrawn.")
)

// after does what follows an act on one's own request.
func (h *Pages) after(c *web.Ctx, r Request, err error, said string) error {
	if err == nil {
		c.Flash(said)
		return c.SeeOther("/follow/" + r.Reference)
	}
	return again(c, err, func() (templ.Component, error) {
		r, s, err := h.own(c)
		if err != nil {
			return nil, err
		}
		return h.followedPage(c, s, r)
	})
}

func (h *Pages) write(c *web.Ctx) error {
	r, err := h.Service.Write(c.Std(), h.caller(c), c.Params("ref"), typed(c, "body", true), "")
	return h.after(c, r, err, flashSent)
}

func (h *Pages) judge(c *web.Ctx) error {
	answer, stars := typed(c, "solved", false), typed(c, "stars", false)
	if answer != "yes" && answer != "no" {
		return h.after(c, Request{}, broken("request.judge", []Problem{{Field: "solved", Message: i18n.Msg("Answer this question")}}), "")
	}
	j := Judgement{Solved: answer == "yes", Comment: typed(c, "comment", true)}
	if len(stars) == 1 {
		j.Stars = int(stars[0] - '0')
	}
	r, err := h.Service.Judge(c.Std(), h.caller(c), c.Params("ref"), j)
	return h.after(c, r, err, flashJudged)
}

func (h *Pages) reopen(c *web.Ctx) error {
	r, err := h.Service.Reopen(c.Std(), h.caller(c), c.Params("ref"), typed(c, "reason", true), 0)
	return h.after(c, r, err, flashReopened)
}

func (h *Pages) showWithdraw(c *web.Ctx) error {
	r, s, err := h.own(c)
	if err != nil {
		return err
	}
	path := "/follow/" + r.Reference
	v := citizenspaceview.FormPage{Page: h.frame(c, c.T("I no longer need it")), Caption: r.Reference, Lead: c.T("The municipality stops working on it. You can make a new request at any time."),
		Action: c.URL(path + "/withdraw"), Button: c.T("Withdraw my request"), Danger: true, Cancel: c.URL(path)}
	v.Crumbs = h.crumbs(c, s, ui.Crumb{Label: r.Reference, Href: c.URL(path)}, ui.Crumb{Label: v.Title})
	return c.Show(citizenspaceview.Form(v))
}

func (h *Pages) withdraw(c *web.Ctx) error {
	r, err := h.Service.Withdraw(c.Std(), h.caller(c), c.Params("ref"))
	return h.after(c, r, err, flashWithdrawn)
}

// thanks shows the number and the code that go with a request just made.
func (h *Pages) thanks(c *web.Ctx) error {
	r, s, err := h.own(c)
	if err != nil {
		return err
	}
	path := "/follow/" + r.Reference
	v := citizenspaceview.ThanksPage{Page: h.frame(c, c.T("Your request is received")), Panel: c.T("Your request is received"), Reference: r.Reference, Code: ShownCode(remembered(c, r.Reference)),
		Receipt: c.URL(path + "/receipt.pdf"), Follow: c.URL(path)}
	v.NoIndex = true
	if !r.Clock.DueAt.IsZero() {
		v.Lines = append(v.Lines, c.T("It is promised to be settled by {day}.", "day", day(c.Locale, r.Clock.DueAt, s.Country)))
	}
	if version, err := h.Service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo); err == nil {
		v.Lines = append(v.Lines, present(version.Notice.In(c.Locale.Lang()))...)
	}
	return c.Show(citizenspaceview.Thanks(v))
}

// MayReadFile reports whether somebody may read a file of a request, and whether
// everybody may: the photos of a public one are shown, all else is for who asked
// and for the authority's people.
func (h *Pages) MayReadFile(c *web.Ctx, requestID, fileID string) (public, ok bool) {
	r, err := h.Service.requests.Get(c.Std(), requestID)
	if err != nil {
		return false, false
	}
	for _, id := range r.Photos {
		if id == fileID && r.IsShown() {
			return true, true
		}
	}
	for _, id := range fileIDs(r) {
		if id == fileID {
			code := Caller{Actor: c.Actor, Code: remembered(c, r.Reference)}
			return false, h.Service.Sees(code, r)
		}
	}
	return false, false
}
