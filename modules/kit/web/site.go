package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/views/ui"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Langs are the languages of the site, the first being the default.
var Langs = []string{"ar", "fr", "en"}

// People tells the site who somebody is.
type People interface {
	// Actor returns the person as an actor, with the memberships that hold now.
	Actor(ctx context.Context, personID string) (auth.Actor, error)
}

// Options are the settings of a site.
type Options struct {
	PublicURL  string                           // scheme and host under which people reach it, without a slash at the end
	Production bool                             // secure cookies, HSTS, no demo
	Demo       bool                             // every page says that this is a demonstration
	DemoMails  string                           // where its mails are read, without the language; "" when they are sent
	TileOrigin string                           // where map tiles come from, for the content policy; "" for none
	Timeout    time.Duration                    // of one request; 10 s when zero
	BodyLimit  int                              // bytes; 12 MiB when zero
	Nav        func(ui.Translator) []ui.NavItem // the main navigation; ui.MainNav when nil
}

// Site is the web server with what every page needs.
type Site struct {
	App      *fiber.App
	Pages    *PageCache
	Metrics  *Metrics
	options  Options
	words    *i18n.Catalogues
	sessions *auth.Sessions
	people   People
	clock    clock.Clock
	ident    ident.Maker
	log      *slog.Logger
	routes   []Route
	crossing *http.CrossOriginProtection
}

// Route is one declared route, for the table of routes and the tests.
type Route struct {
	Method   string
	Path     string // without the language
	Audience Audience
	Localed  bool // served under each language
}

// Handler answers one request.
type Handler func(c *Ctx) error

// Parts are what a site is built from.
type Parts struct {
	Words    *i18n.Catalogues
	Sessions *auth.Sessions
	People   People
	Clock    clock.Clock
	Ident    ident.Maker
	Log      *slog.Logger
}

// New returns a site without routes, with the middleware that every request
// passes: recovery, log line, deadline, headers, cross-site protection.
func New(o Options, p Parts) *Site {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.BodyLimit == 0 {
		o.BodyLimit = 12 << 20
	}
	if o.Nav == nil {
		o.Nav = ui.MainNav
	}
	s := &Site{
		options: o, words: p.Words, sessions: p.Sessions, people: p.People,
		clock: p.Clock, ident: p.Ident, log: p.Log, Metrics: newMetrics(),
		crossing: http.NewCrossOriginProtection(),
	}
	s.Pages = newPageCache(p.Clock, 64<<20)
	s.App = fiber.New(fiber.Config{
		CaseSensitive:         true, // a page has one address: what is kept under it names it,
		StrictRouting:         true, // and another spelling would be kept for everybody
		Immutable:             true, // kept strings would otherwise be overwritten by later requests
		ErrorHandler:          s.fail,
		ReadTimeout:           30 * time.Second,
		WriteTimeout:          15 * time.Minute, // 10 MB over a slow line; who reads nothing holds no connection for ever
		IdleTimeout:           75 * time.Second,
		BodyLimit:             o.BodyLimit,
		DisableStartupMessage: true,
		ReadBufferSize:        16 << 10, // sign-in returns carry long queries
	})
	s.App.Server().HeaderReceived = patience
	s.App.Use(s.observe, s.protect)
	s.serveStatic()
	return s
}

// uploadTime is how long a form with files may take to arrive: a photograph of
// 5 MB from a phone on a slow network needs minutes.
const uploadTime = 5 * time.Minute

// patience gives more time to what is larger.
func patience(h *fasthttp.RequestHeader) (c fasthttp.RequestConfig) {
	if bytes.HasPrefix(h.ContentType(), []byte(fiber.MIMEMultipartForm)) {
		c.ReadTimeout = uploadTime
	}
	return c
}

// URL returns the absolute address of a path of the site.
func (s *Site) URL(path string) string { return s.options.PublicURL + path }

// Locale returns the words of a language as a country uses them.
func (s *Site) Locale(lang, country string) *i18n.Locale { return s.words.Locale(lang, country) }

// Get declares a page, served under every language.
func (s *Site) Get(path string, a Audience, h Handler) { s.localed(fiber.MethodGet, path, a, h) }

// Post declares an act, served under every language.
func (s *Site) Post(path string, a Audience, h Handler) { s.localed(fiber.MethodPost, path, a, h) }

func (s *Site) localed(method, path string, a Audience, h Handler) {
	s.routes = append(s.routes, Route{Method: method, Path: path, Audience: a, Localed: true})
	for _, lang := range Langs {
		s.add(method, "/"+lang+strings.TrimSuffix(path, "/"), s.handle(lang, a, h))
	}
}

// add answers HEAD wherever it answers GET: link previews, caches and those who
// watch whether a site is up ask so.
func (s *Site) add(method, path string, h fiber.Handler) {
	s.App.Add(method, path, h)
	if method == fiber.MethodGet {
		s.App.Add(fiber.MethodHead, path, h)
	}
}

// reads reports whether a request only asks for a page.
func reads(c *fiber.Ctx) bool { return c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead }

// Plain declares a route without a language: machine-readable answers, health,
// files. The locale is negotiated for its error messages.
func (s *Site) Plain(method, path string, a Audience, h Handler) {
	s.routes = append(s.routes, Route{Method: method, Path: path, Audience: a})
	s.add(method, path, s.handle("", a, h))
}

// Routes returns all declared routes.
func (s *Site) Routes() []Route { return s.routes }

// Finish declares what answers when no route does. Call it last.
func (s *Site) Finish() {
	s.App.Use(s.handle("", Public, func(c *Ctx) error {
		path := c.Path()
		if bare := strings.TrimRight(path, "/"); reads(c.Ctx) && hasLang(path) && bare != path {
			return c.Redirect(bare+query(c.Ctx), fiber.StatusMovedPermanently)
		}
		if reads(c.Ctx) && hasLang(path) && s.takesForms(path[3:]) {
			return c.Redirect(path[:strings.LastIndexByte(path, '/')], fiber.StatusSeeOther)
		}
		if allowed := s.methodsOf(path); len(allowed) > 0 {
			c.Set(fiber.HeaderAllow, strings.Join(allowed, ", "))
			return errMethod
		}
		if !reads(c.Ctx) || hasLang(path) || strings.Contains(path, ".") {
			return errNoPage
		}
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
		return c.Redirect("/"+c.Locale.Lang()+strings.TrimSuffix(path, "/")+query(c.Ctx), fiber.StatusFound)
	}))
}

// takesForms reports whether a path without its language only takes forms. It
// stands in the address bar after a form that was not accepted, so that people
// ask for it by loading the page again or choosing another language: they are
// led to the page above it.
func (s *Site) takesForms(path string) bool {
	return slices.ContainsFunc(s.routes, func(r Route) bool {
		return r.Method == fiber.MethodPost && r.Localed && r.names(path)
	})
}

// methodsOf are the methods that a path is declared for, HEAD beside GET.
func (s *Site) methodsOf(path string) []string {
	bare, localed := path, hasLang(path)
	if localed {
		bare = path[len("/xx"):]
	}
	var all []string
	for _, r := range s.routes {
		if r.Localed && (!localed || !r.names(bare)) || !r.Localed && !r.names(path) {
			continue
		}
		all = append(all, r.Method)
		if r.Method == fiber.MethodGet {
			all = append(all, fiber.MethodHead)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// names reports whether the route’s path, without a language, leads to what was
// asked for.
func (r Route) names(path string) bool {
	declared, asked := strings.Split(strings.TrimSuffix(r.Path, "/"), "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if last := len(declared) - 1; declared[last] == "*" && len(asked) >= len(declared) {
		declared, asked = declared[:last], asked[:last]
	}
	return slices.EqualFunc(declared, asked, func(d, a string) bool {
		name, ending, _ := strings.Cut(d, ".")
		return d == a || strings.HasPrefix(name, ":") && a != "" && strings.HasSuffix(a, ending)
	})
}

func hasLang(path string) bool {
	for _, lang := range Langs {
		if path == "/"+lang || strings.HasPrefix(path, "/"+lang+"/") {
			return true
		}
	}
	return false
}

func query(c *fiber.Ctx) string {
	if q := c.Request().URI().QueryString(); len(q) > 0 {
		return "?" + string(q)
	}
	return ""
}

func (s *Site) handle(lang string, a Audience, h Handler) fiber.Handler {
	return func(fc *fiber.Ctx) error {
		c := s.newCtx(fc, lang)
		if a.session {
			fc.Set(fiber.HeaderCacheControl, "private, no-store")
			if err := c.identify(); err != nil {
				return err
			}
			if err := a.admits(c.Actor); err != nil {
				return err
			}
		}
		return h(c)
	}
}
