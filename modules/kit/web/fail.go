package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/views/ui"

	"github.com/gofiber/fiber/v2"
)

var (
	errNoPage = fault.New(fault.NotFound, "")
	errMethod = fault.New(fault.Method, "")
)

var statuses = map[fault.Kind]int{
	fault.Invalid: 422, fault.SignIn: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Gone: 410,
	fault.Conflict: 409, fault.TooLarge: 413, fault.TooMany: 429, fault.Unavailable: 503, fault.Method: 405, fault.Internal: 500,
}

// fail turns an error into the answer: the only place where faults become
// statuses, pages and problem documents (RFC 9457).
func (s *Site) fail(c *fiber.Ctx, err error) error {
	err = classify(err)
	kind := fault.KindOf(err)
	reference := ""
	if kind == fault.Internal || kind == fault.Unavailable {
		reference = strings.ToUpper(s.ident.Code(8))
		s.log.Error("failed", "reference", reference, "route", c.Route().Path, "kind", kind.String(), "error", err.Error())
	}
	if (kind == fault.TooMany || kind == fault.Unavailable) && c.GetRespHeader(fiber.HeaderRetryAfter) == "" {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	if c.GetRespHeader(fiber.HeaderContentSecurityPolicy) == "" {
		s.safeguard(c)
	}
	ctx, _ := c.Locals(ctxKey).(*Ctx)
	if ctx == nil {
		ctx = s.newCtx(c, "")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if wantsJSON(c) {
		return s.problem(ctx, kind, err, reference)
	}
	if kind == fault.SignIn && reads(c) {
		return c.Redirect(ctx.URL("/sign-in")+"?return="+escape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	page, spec := ctx.errorPage(kind, err, reference)
	if ctx.show(spec.Status, ui.ErrorPage(page, spec)) != nil {
		c.Status(spec.Status).Type("txt", "utf-8")
		return c.SendString("Something went wrong. " + reference)
	}
	return nil
}

// errorPage says what happened in the asker's language.
func (c *Ctx) errorPage(kind fault.Kind, err error, reference string) (ui.Page, ui.ErrorSpec) {
	spec := ui.ErrorSpec{Status: statuses[kind], Reference: reference}
	if id, args := fault.Shown(err); id != "" {
		spec.Text = c.T(id, args...)
	}
	if kind == fault.SignIn {
		spec.Href, spec.Link = c.URL("/sign-in")+"?return="+escape(c.cameFrom()), c.T("Sign in")
	}
	page := c.Page("")
	page.Title, page.NoIndex = spec.Heading(page), true
	return page, spec
}

// cameFrom is the page of this site on which a form was sent; without one, the
// form's own address.
func (c *Ctx) cameFrom() string {
	from, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || from.Host != string(c.Request().Host()) {
		return c.OriginalURL()
	}
	return SafePath(from.RequestURI(), c.OriginalURL())
}

// classify gives every error a kind: Fiber's own by their code (their text is
// never shown), deadlines as unavailable, the rest as internal.
func classify(err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable, "").Because("web", err)
	}
	var theirs *fiber.Error
	if !errors.As(err, &theirs) {
		return fault.New(fault.Internal, "").Because("web", err)
	}
	kinds := map[int]fault.Kind{404: fault.NotFound, 405: fault.Method, 413: fault.TooLarge, 429: fault.TooMany, 503: fault.Unavailable}
	if kind, ok := kinds[theirs.Code]; ok {
		return fault.New(kind, "").Because("web", err)
	}
	if theirs.Code < 500 {
		return fault.New(fault.Invalid, "").Because("web", err)
	}
	return fault.New(fault.Internal, "").Because("web", err)
}

func wantsJSON(c *fiber.Ctx) bool {
	return strings.HasSuffix(c.Path(), ".json") || c.Accepts("text/html", "application/json", "application/problem+json") != "text/html"
}

// problem answers a program with an RFC 9457 document.
func (s *Site) problem(c *Ctx, kind fault.Kind, err error, reference string) error {
	page, spec := c.errorPage(kind, err, reference)
	body := map[string]any{"type": "about:blank", "title": page.Title, "status": spec.Status, "detail": spec.Advice(page), "kind": kind.String()}
	if reference != "" {
		body["reference"] = reference
	}
	out, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.Status(spec.Status).Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
	return c.Send(out)
}
