package post

import (
	"context"
	"net/url"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"
	"musharaka/views/postview"

	"github.com/gofiber/fiber/v2"
)

// Pages are the pages about mails. Inbox is nil outside the demo.
type Pages struct {
	Suppressions *mail.Suppressions
	Inbox        *mail.Inbox
	// Kinds says in words (message ids) which mails a kind is.
	Kinds map[string]string
}

// Routes declares the pages.
func (h Pages) Routes(s *web.Site) {
	// A mail program posts here by itself, without cookies and from nowhere:
	// the token in the path is all that counts.
	s.Plain(fiber.MethodPost, "/unsubscribe/:token", web.Public, h.stopOneClick)
	s.Get("/unsubscribe/:token", web.Public, h.showStop)
	s.Post("/unsubscribe/:token", web.Public, h.stop)
	s.Post("/unsubscribe/:token/again", web.Public, h.again)
	if h.Inbox != nil {
		s.Get("/demo/mails", web.Public, h.inbox)
		s.Get("/demo/mails/:key", web.Public, h.letter)
		s.Plain(fiber.MethodGet, "/demo/mails/:key/html", web.Public, h.letterHTML)
	}
}

func (h Pages) token(c *web.Ctx) (mail.Unsubscription, postview.StopPage, error) {
	u, err := h.Suppressions.ParseUnsubscribe(c.Params("token"))
	v := postview.StopPage{Page: c.Page(c.T("Stop mails")), Action: c.URL("/unsubscribe/" + c.Params("token"))}
	v.NoIndex = true
	if id := h.Kinds[u.Kind]; id != "" {
		v.Kind = c.T(id)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return u, v, err
}

func (h Pages) showStop(c *web.Ctx) error {
	_, v, err := h.token(c)
	if err != nil {
		return err
	}
	return c.Show(postview.Stop(v))
}

func (h Pages) stop(c *web.Ctx) error {
	u, v, err := h.token(c)
	if err != nil {
		return err
	}
	if err := h.Suppressions.Suppress(c.Std(), u); err != nil {
		return err
	}
	v.Stopped = true
	v.Title = c.T("These mails are stopped")
	return c.Show(postview.Stop(v))
}

func (h Pages) again(c *web.Ctx) error {
	u, _, err := h.token(c)
	if err != nil {
		return err
	}
	if err := h.Suppressions.Allow(c.Std(), u); err != nil {
		return err
	}
	return c.SeeOther("/unsubscribe/" + c.Params("token"))
}

// stopOneClick is RFC 8058: the mail program posts List-Unsubscribe=One-Click.
func (h Pages) stopOneClick(c *web.Ctx) error {
	u, err := h.Suppressions.ParseUnsubscribe(c.Params("token"))
	if err != nil {
		return err
	}
	if err := h.Suppressions.Suppress(c.Std(), u); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusOK)
}

func (h Pages) inbox(c *web.Ctx) error {
	to := c.Query("to")
	find := h.Inbox.Newest
	if to != "" {
		find = func(ctx context.Context, after string, limit int) (store.Page[mail.Received], error) {
			return h.Inbox.To(ctx, to, after, limit)
		}
	}
	page, err := find(c.Std(), c.Query("after"), 30)
	if err != nil {
		return err
	}
	v := postview.InboxPage{Page: c.Page(c.T("Mails of the demonstration")), To: to}
	v.NoIndex = true
	for _, m := range page.Items {
		v.Mails = append(v.Mails, postview.MailLine{Subject: m.Subject, To: m.To, At: m.At, Href: c.URL("/demo/mails/" + url.PathEscape(m.ID))})
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/demo/mails") + "?" + url.Values{"to": {to}, "after": {page.Next}}.Encode()
	}
	return c.Show(postview.Inbox(v))
}

func (h Pages) open(c *web.Ctx) (mail.Received, error) {
	key, err := url.PathUnescape(c.Params("key"))
	if err != nil {
		return mail.Received{}, fault.New(fault.NotFound, "")
	}
	return h.Inbox.Get(c.Std(), key)
}

func (h Pages) letter(c *web.Ctx) error {
	m, err := h.open(c)
	if err != nil {
		return err
	}
	v := postview.MailPage{Page: c.Page(m.Subject), Subject: m.Subject, To: m.To, Text: m.Text, At: m.At, Lang: m.Lang, Dir: "ltr",
		HTMLHref: "/demo/mails/" + url.PathEscape(m.ID) + "/html"}
	v.NoIndex = true
	if m.Lang == "ar" {
		v.Dir = "rtl"
	}
	return c.Show(postview.Mail(v))
}

// letterHTML shows the mail as a mail program would: alone, without scripts,
// with the styles that mails carry in their elements.
func (h Pages) letterHTML(c *web.Ctx) error {
	m, err := h.open(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox allow-popups; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
	c.Type("html", "utf-8")
	return c.SendString(m.HTML)
}
