package petition

import (
	"context"
	"net/url"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
)

// signForm is what the page of signing sends.
type signForm struct {
	Comment string `form:"comment,text" validate:"max=500"`
	Public  bool   `form:"public"`
	News    bool   `form:"news"`
	Number  string `form:"number"`
	Consent bool   `form:"consent" validate:"required"`
	Via     string `form:"via" validate:"max=20"` // the campaign whose link led here
}

// Messages are the form's own sentences.
func (signForm) Messages() map[string]string {
	return map[string]string{
		"consent.required": i18n.Msg("Agree that your signature is given to the authority: without it we cannot count it"),
		"comment.max":      i18n.Msg("Shorten your comment to {limit} letters or fewer"),
	}
}

// showSign asks for confirmation and consent; one who signed already sees that.
func (h *Pages) showSign(c *web.Ctx) error {
	_, signed, err := h.service.SignatureOf(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	if signed {
		return c.SeeOther("/petitions/" + c.Params("id") + "/signed")
	}
	v, err := h.signPage(c, signForm{News: true, Via: form.Clean(c.Query("via"), false)})
	if err != nil {
		return err
	}
	return c.Show(petitionview.Sign(v))
}

func (h *Pages) signPage(c *web.Ctx, typed signForm) (petitionview.SignPage, error) {
	var v petitionview.SignPage
	p, authority, err := h.open(c)
	if err != nil {
		return v, err
	}
	person, err := h.people.Person(c.Std(), c.Actor.PersonID)
	if err != nil {
		return v, err
	}
	v = petitionview.SignPage{
		Page: c.Page(c.T("Sign this petition")), Object: p.Text(c.Locale.Lang()).Object, Authority: authority.Name(c.Locale.Lang()),
		Href: c.URL("/petitions/" + p.ID), Name: person.Name, Comment: typed.Comment, MaxComment: MaxComment,
		NamePublic: typed.Public, News: typed.News, Consent: typed.Consent, Via: typed.Via, Open: p.Signable(c.Now()),
		ProfileHref: c.URL("/me/profile") + "?return=" + url.QueryEscape(c.URL("/petitions/"+p.ID+"/sign")+via(typed.Via)),
	}
	if v.Counts, v.WhyNot, err = h.verdict(c, p, authority); err != nil {
		return v, err
	}
	asks, err := h.service.AsksNumber(c.Std(), c.Actor, p)
	if err != nil {
		return v, err
	}
	if asks {
		field := numberField(c, authority)
		v.Identity = &field
	}
	_, v.ConsentText, err = h.consents.Consent(c.Std(), p.Authority, c.Locale)
	return v, err
}

// via is what carries a campaign's code on to the page of signing.
func via(code string) string {
	if code == "" {
		return ""
	}
	return "?via=" + url.QueryEscape(code)
}

// open returns the petition of the request as everybody may see it, with its
// authority, and speaks the words of its country from there on.
func (h *Pages) open(c *web.Ctx) (Petition, Authority, error) {
	p, err := h.service.Get(c.Std(), auth.Actor{}, c.Params("id"))
	if err != nil {
		return p, Authority{}, err
	}
	c.UseCountry(p.Country)
	c.SetCurrent("petitions")
	authority, err := h.places.Authority(c.Std(), p.Authority)
	return p, authority, err
}

// verdict says whether the person's signature counts towards the threshold,
// and in sentences why it does not.
func (h *Pages) verdict(c *web.Ctx, p Petition, a Authority) (bool, []string, error) {
	verdict, err := h.service.Judge(c.Std(), c.Actor, p.ID)
	if err != nil {
		return false, nil, err
	}
	var why []string
	for _, code := range verdict.Reasons {
		why = append(why, h.law.Why(c.Locale, a, code, c.Now()))
	}
	return verdict.Valid, why, nil
}

// sign takes the signature; it answers once the signature is durable.
func (h *Pages) sign(c *web.Ctx) error {
	var typed signForm
	mistakes, err := form.Read(c.Ctx, &typed)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		v, err := h.signPage(c, typed)
		if err != nil {
			return err
		}
		v.Errors = mistakes.Shown(c.Locale)
		return c.Invalid(petitionview.Sign(v))
	}
	p, _, err := h.open(c)
	if err != nil {
		return err
	}
	version, _, err := h.consents.Consent(c.Std(), p.Authority, c.Locale)
	if err != nil {
		return err
	}
	in := SignInput{NamePublic: typed.Public, Comment: typed.Comment, News: typed.News, Campaign: typed.Via, Consent: version, Number: strings.TrimSpace(typed.Number),
		Origin: h.service.OriginOf(c.Range(), web.DeviceClass(c.Get("User-Agent")))}
	asks, err := h.service.AsksNumber(c.Std(), c.Actor, p)
	if err == nil && asks && in.Number == "" {
		err = &InputError{Field: "number", Message: i18n.Msg("Enter the number of your identity card")}
	}
	if err == nil {
		_, err = h.service.Sign(c.Std(), c.Actor, p.ID, in)
	}
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := h.signPage(c, typed)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.Sign(v))
	}
	if err != nil {
		return err
	}
	return c.SeeOther("/petitions/" + p.ID + "/signed")
}

// signLater asks somebody who was refused for sending too often to try again in
// a moment. What they typed stays in the form, but for the identity number.
func (h *Pages) signLater(c *web.Ctx, refused error) error {
	var typed signForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	v, err := h.signPage(c, typed)
	if err != nil {
		return err
	}
	said, args := fault.Shown(refused)
	v.Wait = c.T(said, args...)
	return c.TooOften(refused, petitionview.Sign(v))
}

// signed thanks, and says whether the signature counts.
func (h *Pages) signed(c *web.Ctx) error {
	p, authority, err := h.open(c)
	if err != nil {
		return err
	}
	mine, ok, err := h.service.SignatureOf(c.Std(), c.Actor, p.ID)
	if err != nil {
		return err
	}
	if !ok {
		return c.SeeOther("/petitions/" + p.ID)
	}
	tally, err := h.service.Tally(c.Std(), p.ID)
	if err != nil {
		return err
	}
	v := petitionview.SignedPage{
		Page: c.Page(c.T("Thank you, you have signed")), Object: p.Text(c.Locale.Lang()).Object, Href: c.URL("/petitions/" + p.ID),
		Supporters: c.N("{n} person supports this petition.", "{n} people support this petition.", int(tally.Supporters)),
		Counts:     mine.Valid, ProfileHref: c.URL("/me/profile") + "?return=" + url.QueryEscape(c.URL("/petitions/"+p.ID+"/signed")),
		Share: share(c, p), CanWithdraw: p.Signable(c.Now()), CommentWaits: mine.CommentState == CommentPending,
	}
	if b, void, err := h.service.InvalidatedBy(c.Std(), mine); err != nil {
		return err
	} else if void {
		v.Void, v.VoidHref = b.Reason, c.URL("/petitions/"+p.ID+"/figures")
		v.CodeHref = c.URL("/me/code")
	}
	for _, code := range mine.Reasons {
		v.WhyNot = append(v.WhyNot, h.law.Why(c.Locale, authority, code, c.Now()))
	}
	if len(mine.Sealed) == 0 && v.CanWithdraw {
		asks, err := h.service.AsksNumber(c.Std(), c.Actor, p)
		if err != nil {
			return err
		}
		if asks {
			v.NumberHref = c.URL("/petitions/" + p.ID + "/number")
		}
	}
	return c.Show(petitionview.Signed(v))
}

// showUnsign asks before a signature is withdrawn.
func (h *Pages) showUnsign(c *web.Ctx) error {
	p, _, err := h.open(c)
	if err != nil {
		return err
	}
	href := c.URL("/petitions/" + p.ID)
	return c.Show(petitionview.Confirm(petitionview.ConfirmPage{
		Page: c.Page(c.T("Withdraw my signature")), Caption: p.Text(c.Locale.Lang()).Object,
		Text:   c.T("Your signature, your name and your comment are taken back and no longer counted. While the petition is open you can sign again."),
		Action: href + "/unsign", Back: href + "/signed", Button: c.T("Withdraw my signature"), Danger: true,
	}))
}

func (h *Pages) unsign(c *web.Ctx) error {
	return c.Done(h.service.Unsign(c.Std(), c.Actor, c.Params("id")), flashUnsigned, "/me/petitions")
}

var (
	flashUnsigned   = i18n.Msg("Your signature is withdrawn.")
	flashFollowed   = i18n.Msg("You follow this petition and will hear of it by mail.")
	flashUnfollowed = i18n.Msg("You no longer follow this petition.")
)

// showFollow offers to follow or, for one who follows, to stop.
func (h *Pages) showFollow(c *web.Ctx) error {
	p, _, err := h.open(c)
	if err != nil {
		return err
	}
	follows, err := h.service.Follows(c.Std(), c.Actor, p.ID)
	if err != nil {
		return err
	}
	href := c.URL("/petitions/" + p.ID)
	v := petitionview.ConfirmPage{
		Page: c.Page(c.T("Follow this petition")), Caption: p.Text(c.Locale.Lang()).Object,
		Text:   c.T("You get a mail when the petition is halfway, when it reaches the threshold and when it is answered, and what its agent and the campaigns for it write: at most four messages a month, each read by an officer. Following is not signing, and nobody sees it."),
		Action: href + "/follow", Back: href, Button: c.T("Follow"),
	}
	if follows {
		v.Title, v.Text, v.Action, v.Button = c.T("Stop following"), c.T("You follow this petition. If you stop, you get no more mails about it."), href+"/unfollow", c.T("Stop following")
		v.Page.Title = v.Title
	}
	return c.Show(petitionview.Confirm(v))
}

func (h *Pages) follow(c *web.Ctx) error {
	return h.setFollow(c, h.service.Follow, flashFollowed)
}

func (h *Pages) unfollow(c *web.Ctx) error {
	return h.setFollow(c, h.service.Unfollow, flashUnfollowed)
}

func (h *Pages) setFollow(c *web.Ctx, act func(ctx context.Context, who auth.Actor, id string) error, said string) error {
	return c.Done(act(c.Std(), c.Actor, c.Params("id")), said, "/me/petitions")
}
