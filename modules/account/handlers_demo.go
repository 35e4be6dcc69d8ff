package account

import (
	"bytes"
	"net/http"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"

	"github.com/gofiber/fiber/v2"
)

// Routes mounts the provider's protocol and its page of people.
func (d *DemoProvider) Routes(s *web.Site) {
	for _, method := range []string{fiber.MethodGet, fiber.MethodPost} {
		s.Plain(method, demoPath+"/*", web.Public, d.serve)
	}
	s.Get(demoPage, web.Anyone, d.showPeople)
}

// showPeople is the page on which one chooses whom to be.
func (d *DemoProvider) showPeople(c *web.Ctx) error {
	flow := c.Query("flow")
	if flow == "" || strings.Trim(flow, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return fault.New(fault.Invalid, "This page belongs to a sign-in. Begin with “Sign in”.")
	}
	page := accountview.DemoPage{
		Page: c.Page(c.T("Choose a demo person")), Action: demoPath + "/authorize/" + flow,
	}
	page.NoIndex = true
	for _, p := range d.settings.People {
		group := p.Group.In(c.Locale.Lang())
		if n := len(page.Groups); n == 0 || page.Groups[n-1].Title != group {
			page.Groups = append(page.Groups, accountview.DemoGroup{Title: group})
		}
		last := &page.Groups[len(page.Groups)-1]
		last.People = append(last.People, accountview.DemoPerson{Subject: p.Subject, Name: p.Name, About: p.About.In(c.Locale.Lang()), Card: p.Card})
	}
	return c.Show(accountview.Demo(page))
}

// serve passes a request on to the provider, which speaks net/http. Everything
// is copied out of the server first: its buffers are used again for the next
// request, and the provider keeps what it is given.
func (d *DemoProvider) serve(c *web.Ctx) error {
	path := strings.TrimPrefix(strings.Clone(c.Path()), demoPath)
	if path == demoWellKnown {
		path += demoPath // where the provider's own routes have the metadata of an issuer with a path
	}
	if query := c.Request().URI().QueryString(); len(query) > 0 {
		path += "?" + string(query)
	}
	r, err := http.NewRequestWithContext(c.Std(), strings.Clone(c.Method()), path, bytes.NewReader(bytes.Clone(c.Body())))
	if err != nil {
		return fault.New(fault.Invalid, "").Because("account.demo", err)
	}
	c.Request().Header.VisitAll(func(name, value []byte) { r.Header.Add(string(name), string(value)) })
	answer := recorder{header: http.Header{}, status: http.StatusOK}
	d.op.ServeHTTP(&answer, r)
	for name, values := range answer.header {
		for _, v := range values {
			c.Set(name, v)
		}
	}
	if answer.header.Get(fiber.HeaderCacheControl) == "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	return c.Status(answer.status).Send(answer.body.Bytes())
}

// recorder keeps an answer until it is complete.
type recorder struct {
	header  http.Header
	status  int
	body    bytes.Buffer
	started bool
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if !r.started {
		r.status, r.started = status, true
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.started = true
	return r.body.Write(b)
}
