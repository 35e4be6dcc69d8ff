package account

import (
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"
	"musharaka/views/ui"

	"github.com/gofiber/fiber/v2"
)

// TileSource gives the tiles that another module has in a person's space.
type TileSource func(c *web.Ctx) ([]ui.TileSpec, error)

// Handlers are the module's pages.
type Handlers struct {
	service *Service
	demo    bool
	tiles   []TileSource
}

// NewHandlers returns the pages; demo says so on the sign-in page. tiles are
// those of other modules, in their order.
func NewHandlers(s *Service, demo bool, tiles ...TileSource) *Handlers {
	return &Handlers{service: s, demo: demo, tiles: tiles}
}

// How often one person, or before signing in one address on the network, may do
// what leaves something behind or lets one guess.
var (
	oftenSignedIn = web.Limit{Burst: 300, Every: time.Second / 5} // a whole quarter can share one address
	oftenChanged  = web.Limit{Burst: 60, Every: 10 * time.Second}
	oftenShown    = web.Limit{Burst: 10, Every: time.Minute}
	oftenChecked  = web.Limit{Burst: 60, Every: 5 * time.Second} // at a counter with a queue
)

// Routes declares the module's pages, from public to administrator.
func (h *Handlers) Routes(s *web.Site) {
	s.Get("/sign-in", web.Anyone, h.showSignIn)
	s.Post("/sign-in/:provider", web.Anyone, web.Limited(oftenSignedIn, h.begin))
	s.Plain(fiber.MethodGet, "/auth/:provider/callback", web.Anyone, h.callback)
	s.Get("/sign-in/account", web.Anyone, h.showQuestion)
	s.Post("/account-question", web.Anyone, h.answer)
	s.Post("/sign-out", web.Anyone, h.signOut)
	s.Get("/me/menu", web.Anyone, h.menu)
	s.Get("/me/deleted", web.Anyone, h.showDeleted)

	s.Get("/me", web.SignedIn, h.me)
	s.Get("/me/profile", web.SignedIn, h.showProfile)
	s.Post("/me/profile", web.SignedIn, web.Limited(oftenChanged, h.saveProfile))
	s.Get("/me/sessions", web.SignedIn, h.showSessions)
	s.Post("/me/sessions/end", web.SignedIn, h.endSession)
	s.Post("/me/sessions/end-all", web.SignedIn, h.endAllSessions)
	s.Get("/me/logins/add", web.SignedIn, h.showAddLogin)
	s.Post("/me/logins/add/:provider", web.SignedIn, web.Limited(oftenShown, h.addLogin))
	s.Post("/me/logins/remove", web.SignedIn, h.removeLogin)
	s.Get("/me/code", web.SignedIn, h.showCode)
	s.Post("/me/code", web.SignedIn, web.Limited(oftenShown, h.newCode))
	s.Get("/me/data", web.SignedIn, h.showData)
	s.Plain(fiber.MethodGet, "/me/data.json", web.SignedIn, web.Limited(oftenShown, h.downloadData))
	s.Get("/me/delete", web.SignedIn, h.showDelete)
	s.Post("/me/delete", web.SignedIn, h.deleteAccount)

	desk := web.Roles(auth.FrontDesk)
	s.Get("/desk/identity", desk, h.showDesk)
	s.Post("/desk/identity", desk, web.Limited(oftenChecked, h.findAtDesk))
	s.Post("/desk/identity/check", desk, web.Limited(oftenChecked, h.checkAtDesk))

	managing := web.Roles(managers...)
	s.Get("/roles", managing, h.showOrgs)
	s.Get("/roles/:org", managing, h.showRoles)
	s.Post("/roles/:org/grant", managing, h.grantRole)
	s.Post("/roles/:org/revoke", managing, h.revokeRole)

	admin := web.Roles(auth.Administrator)
	s.Get("/admin/people", admin, h.showPeople)
	s.Post("/admin/people", admin, h.findPeople)
	s.Get("/admin/people/:person", admin, h.showPerson)
}

// private returns the frame of a page that is somebody's own.
func private(c *web.Ctx, title string) ui.Page {
	c.SetCurrent("me")
	page := c.Page(title)
	page.NoIndex = true
	return page
}

// level puts a verification level into words.
func level(c *web.Ctx, n int) accountview.Level {
	return accountview.Level{N: n, Name: c.T(LevelNames[min(max(n, 0), 2)])}
}

// me is the person's space.
func (h *Handlers) me(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	c.UseCountry(p.Country)
	page := accountview.MePage{
		Page: private(c, c.T("My space")), Name: p.Name, Level: level(c, p.Level), Action: c.URL("/sign-out"),
	}
	if p.Level == LevelAccount {
		page.Todo = c.T("To count towards the number that the law asks for, a signature needs your municipality, your year of birth and, where it is asked for, your identity number.")
	}
	for _, source := range h.tiles {
		tiles, err := source(c)
		if err != nil {
			return err
		}
		page.Tiles = append(page.Tiles, tiles...)
	}
	page.Tiles = append(page.Tiles, h.ownTiles(c)...)
	return c.Show(accountview.Me(page))
}

// ownTiles are this module's tiles: first what a role brings, then one's own.
func (h *Handlers) ownTiles(c *web.Ctx) []ui.TileSpec {
	var tiles []ui.TileSpec
	if c.Actor.HoldsAny(auth.FrontDesk) {
		tiles = append(tiles, ui.TileSpec{Icon: "person", Title: c.T("Check an identity"), Text: c.T("At the counter: find the person by their code and enter the number on the card."), Href: c.URL("/desk/identity")})
	}
	if c.Actor.HoldsAny(managers...) {
		tiles = append(tiles, ui.TileSpec{Icon: "people", Title: c.T("Roles"), Text: c.T("Who holds which role, giving and taking back."), Href: c.URL("/roles")})
	}
	if c.Actor.HoldsAny(auth.Administrator) {
		tiles = append(tiles, ui.TileSpec{Icon: "search", Title: c.T("People"), Text: c.T("Find an account."), Href: c.URL("/admin/people")})
	}
	return append(tiles,
		ui.TileSpec{Icon: "pen", Title: c.T("My profile"), Text: c.T("Name, language, municipality, identity number."), Href: c.URL("/me/profile")},
		ui.TileSpec{Icon: "check", Title: c.T("My code"), Text: c.T("To have your identity checked at a counter."), Href: c.URL("/me/code")},
		ui.TileSpec{Icon: "clock", Title: c.T("Sign-in and devices"), Text: c.T("Where you are signed in, and how."), Href: c.URL("/me/sessions")},
		ui.TileSpec{Icon: "file", Title: c.T("My data"), Text: c.T("See, download, correct or delete it."), Href: c.URL("/me/data")},
	)
}

// menu is the header's menu of who is signed in, fetched apart so that public
// pages are the same for everybody; nothing for others.
func (h *Handlers) menu(c *web.Ctx) error {
	if !c.Actor.SignedIn() {
		return c.SendStatus(fiber.StatusNoContent)
	}
	items := []ui.NavItem{
		{Key: "me", Label: c.T("My space"), Href: c.URL("/me")},
		{Key: "profile", Label: c.T("My profile"), Href: c.URL("/me/profile")},
	}
	if c.Actor.HoldsAny(auth.FrontDesk) {
		items = append(items, ui.NavItem{Key: "identity", Label: c.T("Check an identity"), Href: c.URL("/desk/identity")})
	}
	if c.Actor.HoldsAny(managers...) {
		items = append(items, ui.NavItem{Key: "roles", Label: c.T("Roles"), Href: c.URL("/roles")})
	}
	items = append(items, ui.NavItem{Key: "data", Label: c.T("My data"), Href: c.URL("/me/data")})
	name := firstOf(c.Actor.Name, c.T("My space"))
	return c.Show(ui.PersonMenu(c.Page(""), ui.Person{Name: name, Items: items, SignOut: c.URL("/sign-out")}))
}

func (h *Handlers) signOut(c *web.Ctx) error {
	if err := c.SignOut(); err != nil {
		return err
	}
	return c.SeeOther("/")
}

// showSessions lists where and how the person signs in.
func (h *Handlers) showSessions(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	list, err := h.service.sessions.List(c.Std(), p.ID)
	if err != nil {
		return err
	}
	page := accountview.SessionsPage{Page: private(c, c.T("Sign-in and devices"))}
	for _, s := range list {
		page.Sessions = append(page.Sessions, accountview.Session{
			ID: s.ID, Device: s.Device, Provider: h.providerName(c, s.Provider), Since: s.CreatedAt, Seen: s.SeenAt, This: s.ID == c.Actor.SessionID,
		})
	}
	for _, l := range p.Logins {
		page.Logins = append(page.Logins, accountview.Login{Key: l.Key, Provider: h.providerName(c, l.Provider), Email: l.Email, LastAt: l.LastAt, Removable: len(p.Logins) > 1})
	}
	page.MayAdd = len(h.addable(p)) > 0
	return c.Show(accountview.Sessions(page))
}

// addable are the providers with which a person may add a login: those they do
// not use yet, and the demo's, where everybody may be several people.
func (h *Handlers) addable(p Person) []*provider {
	return slices.DeleteFunc(slices.Clone(h.service.providers), func(pr *provider) bool {
		return pr.settings.Kind != Demo && slices.ContainsFunc(p.Logins, func(l Login) bool { return l.Provider == pr.settings.Key })
	})
}

// showAddLogin is the sign-in page of somebody who is signed in.
func (h *Handlers) showAddLogin(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	page := accountview.AddLoginPage{Page: private(c, c.T("Add a way of signing in"))}
	for _, pr := range h.addable(p) {
		page.Ways = append(page.Ways, accountview.Way{Key: pr.settings.Key, Name: pr.name(c.Locale.Lang()), Action: c.URL("/me/logins/add/" + pr.settings.Key)})
	}
	h.allowForms(c)
	return c.Show(accountview.AddLogin(page))
}

func (h *Handlers) providerName(c *web.Ctx, key string) string {
	if p := h.service.provider(key); p != nil {
		return p.name(c.Locale.Lang())
	}
	return key
}

func (h *Handlers) endSession(c *web.Ctx) error {
	if err := h.service.sessions.End(c.Std(), c.Actor.PersonID, c.FormValue("session")); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The device has been signed out."))
	return c.SeeOther("/me/sessions")
}

func (h *Handlers) endAllSessions(c *web.Ctx) error {
	if err := h.service.sessions.EndAll(c.Std(), c.Actor.PersonID, ""); err != nil {
		return err
	}
	return h.signOut(c)
}

func (h *Handlers) removeLogin(c *web.Ctx) error {
	if err := h.service.RemoveLogin(c.Std(), c.Actor.PersonID, c.FormValue("login")); err != nil {
		return err
	}
	c.Flash(i18n.Msg("This way of signing in has been removed."))
	return c.SeeOther("/me/sessions")
}

func (h *Handlers) showCode(c *web.Ctx) error {
	return c.Show(accountview.Code(accountview.CodePage{Page: private(c, c.T("My code"))}))
}

// newCode shows a code in the answer itself: only its hash is kept, so there is
// no page that could show it later.
func (h *Handlers) newCode(c *web.Ctx) error {
	code, until, err := h.service.NewCode(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	return c.Show(accountview.Code(accountview.CodePage{Page: private(c, c.T("My code")), Code: code, Until: until}))
}

// browserCookie is the cookie that binds a sign-in to the browser it began in.
// __Host- keeps other hosts of the same domain from planting one.
func (h *Handlers) browserCookie() (name string, secure bool) {
	if strings.HasPrefix(h.service.settings.PublicURL, "https://") {
		return "__Host-signin", true
	}
	return "signin", false
}

// browser returns this browser's token, and gives it one for the length of a
// sign-in. One that is there is kept, so that two tabs can sign in.
func (h *Handlers) browser(c *web.Ctx) string {
	name, secure := h.browserCookie()
	token := c.Cookies(name)
	if len(token) != 43 {
		token = h.service.ident.Token()
	}
	c.Cookie(&fiber.Cookie{Name: name, Value: token, Path: "/", HTTPOnly: true, Secure: secure, SameSite: "Lax", MaxAge: int(flowLasts / time.Second)})
	return token
}

func (h *Handlers) forgetBrowser(c *web.Ctx) {
	name, secure := h.browserCookie()
	c.Cookie(&fiber.Cookie{Name: name, Path: "/", HTTPOnly: true, Secure: secure, SameSite: "Lax", MaxAge: -1, Expires: time.Unix(0, 0)})
}

// shown returns the sentence of a fault that may be shown on a form, and
// whether it is of a kind that belongs there.
func shown(c *web.Ctx, err error) (string, bool) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany, fault.Forbidden:
	default:
		return "", false
	}
	id, args := fault.Shown(err)
	return c.T(id, args...), id != ""
}
