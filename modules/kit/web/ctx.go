package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/static"
	"musharaka/views/ui"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// Ctx is one request: Fiber's context with the words of its language and who
// is asking.
type Ctx struct {
	*fiber.Ctx
	Locale  *i18n.Locale
	Actor   auth.Actor
	site    *Site
	flash   []ui.Flash
	current string
	wrong   []ui.FieldError
	shared  bool // the page is kept and shown to others: nothing of this request may be on it
}

const ctxKey = "web.ctx"

func (s *Site) newCtx(fc *fiber.Ctx, lang string) *Ctx {
	if lang == "" {
		lang = langOf(fc)
	}
	c := &Ctx{Ctx: fc, Locale: s.words.Locale(lang, ""), site: s}
	fc.Locals(ctxKey, c)
	return c
}

// langOf finds the language of a request whose route has none: that of its
// path, or of the browser.
func langOf(fc *fiber.Ctx) string {
	for _, lang := range Langs {
		if strings.HasPrefix(fc.Path(), "/"+lang+"/") || fc.Path() == "/"+lang {
			return lang
		}
	}
	return i18n.Negotiate(fc.Get(fiber.HeaderAcceptLanguage))
}

// identify finds out who is asking. An expired session is no fault: the person
// is then simply not signed in.
func (c *Ctx) identify() error {
	token := c.Cookies(c.site.sessionCookie())
	if token == "" {
		return nil
	}
	session, err := c.site.sessions.Resolve(c.UserContext(), token)
	if fault.Is(err, fault.SignIn) {
		return nil
	}
	if err != nil {
		return err
	}
	actor, err := c.site.people.Actor(c.UserContext(), session.PersonID)
	if fault.Is(err, fault.NotFound) { // the account was deleted
		return nil
	}
	if err != nil {
		return err
	}
	actor.SessionID, actor.SignedInAt = session.ID, session.CreatedAt
	c.Actor = actor
	c.SetUserContext(auth.With(c.UserContext(), actor))
	return nil
}

// Std returns the request's context: deadline, and the actor for auth.From.
func (c *Ctx) Std() context.Context { return c.UserContext() }

// Now returns the time by the site's clock.
func (c *Ctx) Now() time.Time { return c.site.clock.Now() }

// UseCountry speaks the words of a country from here on.
func (c *Ctx) UseCountry(country string) { c.Locale = c.site.words.Locale(c.Locale.Lang(), country) }

// T translates; see i18n.Locale.T.
func (c *Ctx) T(id string, pairs ...any) string { return c.Locale.T(id, pairs...) }

// N translates with a number; see i18n.Locale.N.
func (c *Ctx) N(one, many string, n int, pairs ...any) string {
	return c.Locale.N(one, many, n, pairs...)
}

// URL returns path in the language of the request.
func (c *Ctx) URL(path string) string { return "/" + c.Locale.Lang() + strings.TrimSuffix(path, "/") }

// AbsURL returns the full address of path in the language of the request.
func (c *Ctx) AbsURL(path string) string { return c.site.URL(c.URL(path)) }

// Pager leads from one page of a list, asked for with q and after, to the next one
// and back to the first.
func (c *Ctx) Pager(path string, q url.Values, after, next string) (p ui.Pages) {
	if after != "" {
		p.First = c.URL(path) + "?" + q.Encode()
	}
	if next != "" {
		q.Set("after", next)
		p.Next = c.URL(path) + "?" + q.Encode()
		q.Del("after")
	}
	return p
}

// Page returns what the frame of a page needs; the caller adds its own.
func (c *Ctx) Page(title string) ui.Page {
	path := c.Path()
	if hasLang(path) {
		path = path[3:]
	}
	query := string(c.Request().URI().QueryString())
	if c.shared {
		query = ""
	}
	return ui.Page{
		Tr: c.Locale, Title: title, Path: path, Query: query,
		BaseURL: c.site.options.PublicURL, Country: c.Locale.Country(), Nav: c.site.options.Nav(c.Locale), Current: c.current,
		Demo: c.site.options.Demo, DemoMails: c.site.options.DemoMails, Flash: c.takeFlash(), Errors: c.wrong, Asset: static.Asset,
		SaveData: c.savesData(), Now: c.Now(),
	}
}

// savesData reports whether the browser asks for fewer bytes.
func (c *Ctx) savesData() bool { return c.Get("Save-Data") == "on" }

// SetCurrent is the key of the navigation entry the request belongs to; pages
// made afterwards mark it.
func (c *Ctx) SetCurrent(key string) { c.current = key }

// Wrong marks every page made afterwards with the mistakes of a form.
func (c *Ctx) Wrong(errs []ui.FieldError) { c.wrong = errs }

// NewID returns a fresh identifier, such as one that makes a repeated post the same.
func (c *Ctx) NewID() string { return c.site.ident.ID() }

// Show answers with a page.
func (c *Ctx) Show(page templ.Component) error { return c.show(fiber.StatusOK, page) }

// Invalid answers with the page of a form that cannot be accepted as it is (422).
func (c *Ctx) Invalid(page templ.Component) error {
	return c.show(fiber.StatusUnprocessableEntity, page)
}

// TooOften answers a form that was sent too often with a page that keeps what was
// typed (429). A program gets the fault as every other: see fail.
func (c *Ctx) TooOften(err error, page templ.Component) error {
	if wantsJSON(c.Ctx) {
		return err
	}
	return c.show(fiber.StatusTooManyRequests, page)
}

// show renders into memory first: a failure half-way must still become an error page.
func (c *Ctx) show(status int, page templ.Component) error {
	var out bytes.Buffer
	if err := page.Render(c.UserContext(), &out); err != nil {
		return fault.Wrap("web.Show", err)
	}
	c.Status(status).Type("html", "utf-8")
	return c.sendSmall(out.Bytes())
}

// SeeOther sends the browser to a path of the site, in the request's language (303).
func (c *Ctx) SeeOther(path string) error {
	return c.Redirect(c.URL(path), fiber.StatusSeeOther)
}

// SafePath returns a path of this site to come back to, taken from a request,
// or fallback when it is not one: another host, a scheme, a backslash, a
// control character.
func SafePath(path, fallback string) string {
	u, err := url.Parse(path)
	if err != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsAny(path, "\\\r\n\t\x00") || u.Host != "" || u.Scheme != "" {
		return fallback
	}
	return path
}

// Flash leaves one sentence for the next private page that is shown. It is the
// message id; mark it with i18n.Msg.
func (c *Ctx) Flash(id string) {
	c.Cookie(&fiber.Cookie{
		Name: "flash", Value: base64.RawURLEncoding.EncodeToString([]byte(id)), Path: "/",
		HTTPOnly: true, SameSite: "Lax", MaxAge: 120, Secure: c.site.options.Production,
	})
}

// Done says what an act did on the next page and leads there, or gives its
// fault back.
func (c *Ctx) Done(err error, said, path string) error {
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther(path)
}

// takeFlash returns the sentence left by the act before. A sentence that is not
// one of ours is dropped: a cookie can be planted.
func (c *Ctx) takeFlash() []ui.Flash {
	if c.flash != nil || c.GetRespHeader(fiber.HeaderCacheControl) != "private, no-store" {
		return c.flash
	}
	value := c.Cookies("flash")
	if value == "" {
		return nil
	}
	c.Cookie(&fiber.Cookie{Name: "flash", Path: "/", MaxAge: -1, Expires: time.Unix(0, 0)})
	id, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || c.site.words.Locale("fr", "").T(string(id)) == string(id) {
		return nil // the catalogues hold every sentence of ours in French, and only those
	}
	c.flash = []ui.Flash{{Tone: ui.Success, Text: c.T(string(id))}}
	return c.flash
}

func (s *Site) sessionCookie() string {
	if s.options.Production {
		return "__Host-session"
	}
	return "session"
}

// SignIn starts a session for a person in this browser; the token before it is
// worthless afterwards.
func (c *Ctx) SignIn(personID, provider string) error {
	if old := c.Cookies(c.site.sessionCookie()); old != "" {
		if session, err := c.site.sessions.Resolve(c.Std(), old); err == nil {
			if err := c.site.sessions.End(c.Std(), session.PersonID, session.ID); err != nil {
				return err
			}
		}
	}
	token, err := c.site.sessions.Start(c.Std(), personID, provider, DeviceClass(c.Get(fiber.HeaderUserAgent)))
	if err != nil {
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: c.site.sessionCookie(), Value: token, Path: "/", HTTPOnly: true, SameSite: "Lax",
		Secure: c.site.options.Production, MaxAge: int(auth.LastsFor / time.Second),
	})
	return nil
}

// SignOut ends this browser's session.
func (c *Ctx) SignOut() error {
	c.Cookie(&fiber.Cookie{Name: c.site.sessionCookie(), Path: "/", MaxAge: -1, Expires: time.Unix(0, 0),
		Secure: c.site.options.Production, HTTPOnly: true, SameSite: "Lax"})
	return c.site.sessions.End(c.Std(), c.Actor.PersonID, c.Actor.SessionID)
}

// DeviceClass reduces a User-Agent to something a person recognises in the list
// of their sessions, and no more.
func DeviceClass(userAgent string) string {
	pick := func(names ...string) string {
		for _, n := range names {
			if key, name, _ := strings.Cut(n, "="); strings.Contains(userAgent, key) {
				return name
			}
		}
		return ""
	}
	browser := pick("Firefox/=Firefox", "Edg/=Edge", "SamsungBrowser/=Samsung Internet", "OPR/=Opera", "Chrome/=Chrome", "Safari/=Safari")
	system := pick("Android=Android", "iPhone=iPhone", "iPad=iPad", "Windows=Windows", "Mac OS X=macOS", "Linux=Linux")
	return strings.Trim(browser+" · "+system, " ·")
}
