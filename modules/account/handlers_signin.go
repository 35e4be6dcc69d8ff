package account

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// originsWait is how long the sign-in page waits for providers it has not heard
// from yet: it needs their addresses for its content policy. One that takes
// longer is shown all the same, and is known by the next visit.
const originsWait = 1500 * time.Millisecond

// back is where to go after signing in: a path on this site, with its language.
func back(c *web.Ctx, path string) string {
	home := c.URL("/me")
	path = web.SafePath(path, home)
	for _, lang := range web.Langs {
		if strings.HasPrefix(path, "/"+lang+"/sign-in") || strings.HasPrefix(path, "/"+lang+"/account-question") {
			return home
		}
	}
	return path
}

// showSignIn lists the ways of signing in.
func (h *Handlers) showSignIn(c *web.Ctx) error {
	to := back(c, c.Query("return"))
	if c.Actor.SignedIn() {
		return c.Redirect(to, fiber.StatusSeeOther)
	}
	return c.Show(h.signInPage(c, to, ""))
}

func (h *Handlers) signInPage(c *web.Ctx, to, problem string) templ.Component {
	page := accountview.SignInPage{Page: private(c, c.T("Sign in")), Return: to, Problem: problem, Demo: h.demo}
	page.Path = "/sign-in" // also where a provider's answer is shown, which has an address without a language
	page.Query = ""
	for _, p := range h.service.providers {
		page.Ways = append(page.Ways, h.way(c, p))
	}
	h.allowForms(c)
	return accountview.SignIn(page)
}

func (h *Handlers) way(c *web.Ctx, p *provider) accountview.Way {
	return accountview.Way{Key: p.settings.Key, Name: p.name(c.Locale.Lang()), Action: c.URL("/sign-in/" + p.settings.Key)}
}

// allowForms lets the forms of this page lead on to the providers: Chromium
// holds the redirect that answers a form against the page's policy too.
func (h *Handlers) allowForms(c *web.Ctx) {
	ctx, cancel := context.WithTimeout(c.Std(), originsWait)
	defer cancel()
	found := make(chan []string, len(h.service.providers))
	for _, p := range h.service.providers {
		go func() { found <- p.formOrigins(ctx) }()
	}
	var origins []string
	for range h.service.providers {
		for _, o := range <-found {
			if o != "" && o != h.service.settings.PublicURL {
				origins = append(origins, o)
			}
		}
	}
	if len(origins) > 0 {
		c.AllowFormTo(origins...)
	}
}

// begin sends the browser to a provider.
func (h *Handlers) begin(c *web.Ctx) error {
	return h.leave(c, Begin{Provider: c.Params("provider"), Return: back(c, c.FormValue("return"))})
}

// addLogin sends the browser to a provider to add it to the person's account.
func (h *Handlers) addLogin(c *web.Ctx) error {
	return h.leave(c, Begin{Provider: c.Params("provider"), Return: c.URL("/me/sessions"), PersonID: c.Actor.PersonID})
}

func (h *Handlers) leave(c *web.Ctx, b Begin) error {
	b.Lang, b.Browser = c.Locale.Lang(), h.browser(c)
	address, err := h.service.BeginSignIn(c.Std(), b)
	if err != nil {
		return err
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}

// callback is where providers send the browser back to. Of what comes with it,
// only these values are looked at.
func (h *Handlers) callback(c *web.Ctx) error {
	name, _ := h.browserCookie()
	out, err := h.service.FinishSignIn(c.Std(), Callback{
		Provider: c.Params("provider"), State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss"),
		Refused: c.Query("error") != "", Browser: c.Cookies(name), Actor: c.Actor,
	})
	if fault.Is(err, fault.Invalid) {
		problem, _ := shown(c, err)
		return c.Invalid(h.signInPage(c, c.URL("/me"), problem))
	}
	if err != nil {
		return err
	}
	return h.arrive(c, out)
}

// arrive signs the person in, or leads to the question that stands before it.
func (h *Handlers) arrive(c *web.Ctx, out Outcome) error {
	if out.Question != "" {
		return c.Redirect("/"+out.Lang+"/sign-in/account?token="+out.Question, fiber.StatusSeeOther)
	}
	h.forgetBrowser(c)
	if out.PersonID != c.Actor.PersonID {
		if err := c.SignIn(out.PersonID, out.Provider); err != nil {
			return err
		}
	}
	if out.Added {
		c.Flash(i18n.Msg("From now on you can sign in this way too."))
	}
	return c.Redirect(out.Return, fiber.StatusSeeOther)
}

// showQuestion asks before two ways of signing in become one account.
func (h *Handlers) showQuestion(c *web.Ctx) error {
	name, _ := h.browserCookie()
	token := c.Query("token")
	q, err := h.service.Ask(c.Std(), token, c.Cookies(name))
	if err != nil {
		return err
	}
	page := accountview.QuestionPage{
		Page: private(c, c.T("Is this your account?")), Action: c.URL("/account-question"), Token: token,
		Join: q.Join, Prove: q.Prove, Email: q.Email, Used: h.providerName(c, q.Provider), Return: q.Return,
	}
	for _, key := range q.Logins {
		page.Known = append(page.Known, h.way(c, h.service.provider(key)))
	}
	h.allowForms(c)
	return c.Show(accountview.Question(page))
}

func (h *Handlers) answer(c *web.Ctx) error {
	name, _ := h.browserCookie()
	out, err := h.service.Answer(c.Std(), c.FormValue("token"), c.Cookies(name), c.FormValue("answer") == "yes", c.Actor)
	if err != nil {
		return err
	}
	return h.arrive(c, out)
}
