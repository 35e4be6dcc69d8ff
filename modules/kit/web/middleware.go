package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"musharaka/modules/kit/fault"

	"github.com/gofiber/fiber/v2"
)

var errCrossSite = fault.New(fault.Forbidden, "This form was sent from another site, so it was not accepted. Open the page again and send it from there.")

// observe surrounds every request: a deadline, recovery from panics, one log
// line without personal data, metrics. ORDER IS IMPORTANT: it comes first.
func (s *Site) observe(c *fiber.Ctx) (err error) {
	begun := time.Now() // how long it took, not what time it is: the machine's clock is right here
	ctx, cancel := context.WithTimeout(context.Background(), s.options.Timeout)
	defer cancel()
	c.SetUserContext(ctx)
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic", "what", r, "stack", string(debug.Stack()))
			err = fault.New(fault.Internal, "")
		}
		if err != nil {
			err = s.fail(c, err) // here, so that the log line knows the status
		}
		took := time.Since(begun)
		status := c.Response().StatusCode()
		s.Metrics.seen(c.Method(), c.Route().Path, status, took)
		s.log.LogAttrs(ctx, level(status), "request",
			slog.String("method", c.Method()), slog.String("route", c.Route().Path),
			slog.Int("status", status), slog.Duration("took", took))
	}()
	return c.Next()
}

// level keeps the log readable: an ordinary answer is a detail.
func level(status int) slog.Level {
	if status >= 500 {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

// protect refuses posts from other sites and sets the safe headers, which a
// handler may only widen on purpose (AllowFormTo, AllowFrames).
func (s *Site) protect(c *fiber.Ctx) error {
	if err := s.crossing.Check(asHTTP(c)); err != nil {
		return errCrossSite
	}
	s.safeguard(c)
	return c.Next()
}

// safeguard sets the safe headers. Answers that no route gives need them too:
// a request that is too large is refused before any middleware runs.
func (s *Site) safeguard(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin") // no-referrer would make Chromium send Origin: null
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)")
	h.Set(fiber.HeaderContentSecurityPolicy, s.policy("", "'none'"))
	if s.options.Production {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// policy is the content security policy: everything from here, nothing inline.
func (s *Site) policy(formTo, ancestors string) string {
	p := "default-src 'self'; img-src 'self' data:" + prefixed(s.options.TileOrigin) +
		"; object-src 'none'; base-uri 'none'; frame-ancestors " + ancestors + "; form-action 'self'" + prefixed(formTo)
	if s.options.Production {
		p += "; upgrade-insecure-requests"
	}
	return p
}

func prefixed(origin string) string {
	if origin == "" {
		return ""
	}
	return " " + origin
}

// AllowFormTo lets the forms of this one page lead on to other origins, as
// signing in does (Chromium applies form-action to the redirect as well).
func (c *Ctx) AllowFormTo(origins ...string) {
	c.Set(fiber.HeaderContentSecurityPolicy, c.site.policy(strings.Join(origins, " "), "'none'"))
}

// AllowFrames lets other sites show this one page in a frame. Such a page must
// change nothing and know nobody: whoever clicks in it may have been led to.
func (c *Ctx) AllowFrames() {
	c.Set(fiber.HeaderContentSecurityPolicy, c.site.policy("", "*"))
	c.Set("Cross-Origin-Opener-Policy", "unsafe-none")
}

// asHTTP gives net/http's protection the few parts of the request it judges by.
func asHTTP(c *fiber.Ctx) *http.Request {
	r := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), Header: http.Header{}, URL: &url.URL{Path: c.Path()}}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := c.Get(name); v != "" {
			r.Header.Set(name, v)
		}
	}
	return r
}
