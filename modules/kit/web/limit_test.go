package web

import (
	"net"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func TestWhoAsksTooOftenWaitsAndNobodyElse(t *testing.T) {
	s, c := newSite(t, Options{})
	s.Post("/act", Anyone, Limited(Limit{Burst: 3, Every: 10 * time.Second}, func(c *Ctx) error { return c.SendString("done") }))
	s.Finish()
	amal, officer := cookieOf(t, s, "amal"), cookieOf(t, s, "officer")
	for n := range 5 {
		res, _ := ask(t, s, "POST", "/ar/act", "Cookie", amal)
		if refused := res.StatusCode == 429; refused != (n >= 3) {
			t.Errorf("try %d answers %d", n+1, res.StatusCode)
		}
		if res.StatusCode == 429 && res.Header.Get("Retry-After") != "10" {
			t.Errorf("told to wait %q seconds, not 10", res.Header.Get("Retry-After"))
		}
	}
	if res, _ := ask(t, s, "POST", "/ar/act", "Cookie", officer); res.StatusCode != 200 {
		t.Errorf("somebody else is refused: %d", res.StatusCode)
	}
	c.Advance(10 * time.Second)
	for n, status := range []int{200, 429} {
		if res, _ := ask(t, s, "POST", "/ar/act", "Cookie", amal); res.StatusCode != status {
			t.Errorf("try %d after waiting answers %d, not %d", n+1, res.StatusCode, status)
		}
	}
}

func TestAnAddressIsTheLastThatTheProxyNames(t *testing.T) {
	app := fiber.New()
	for _, x := range []struct {
		from  string
		named []string
		want  string
	}{
		{"127.0.0.1", nil, "127.0.0.1"},
		{"127.0.0.1", []string{"41.226.1.2"}, "41.226.1.2"},
		{"172.18.0.1", []string{"1.1.1.1, 41.226.1.2"}, "41.226.1.2"},
		{"127.0.0.1", []string{"1.1.1.1", "41.226.1.2"}, "41.226.1.2"},
		{"127.0.0.1", []string{"nonsense"}, "127.0.0.1"},
		{"196.12.1.1", []string{"41.226.1.2"}, "196.12.1.1"}, // no proxy of ours
		{"2001:db8:1:2:3:4:5:6", nil, "2001:db8:1:2::/64"},
		{"::ffff:196.12.1.1", nil, "196.12.1.1"},
	} {
		var request fasthttp.Request
		for _, line := range x.named {
			request.Header.Add("X-Forwarded-For", line)
		}
		var ctx fasthttp.RequestCtx
		ctx.Init(&request, &net.TCPAddr{IP: net.ParseIP(x.from)}, nil)
		if got := (&Ctx{Ctx: app.AcquireCtx(&ctx)}).network(); got != x.want {
			t.Errorf("from %s, named %q: %s, not %s", x.from, x.named, got, x.want)
		}
	}
}

func TestALimitRemembersABoundedNumberOfAskers(t *testing.T) {
	l := &limiter{limit: Limit{Burst: 1, Every: time.Second}, next: map[string]time.Time{}}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for n := range 2 * limitedMost {
		l.take(strings.Repeat("x", n%7)+time.Duration(n).String(), now)
	}
	if len(l.next) > limitedMost {
		t.Errorf("%d askers are remembered", len(l.next))
	}
	if l.take("a", now) != 0 || l.take("a", now) != time.Second {
		t.Error("the limit does not hold any more")
	}
}

func TestTheReasonForWaitingIsTranslated(t *testing.T) {
	s, _ := newSite(t, Options{})
	h := Limited(Limit{Burst: 1, Every: time.Minute}, func(*Ctx) error { return nil })
	s.Post("/act", Anyone, h)
	s.Finish()
	ask(t, s, "POST", "/fr/act", "Accept", "text/html")
	_, body := ask(t, s, "POST", "/fr/act", "Accept", "text/html")
	id, _ := fault.Shown(fault.New(fault.TooMany, "You did this very often in a short time. Wait a little, then try again."))
	if strings.Contains(body, id) || !strings.Contains(body, s.Locale("fr", "").T(id)) {
		t.Error("the page does not say in French why one has to wait")
	}
}

func TestARangeIsAPartOfTheNetworkAndNoAddress(t *testing.T) {
	app := fiber.New()
	for _, x := range []struct{ from, named, want string }{
		{"127.0.0.1", "", ""}, {"10.1.2.3", "", ""}, {"0.0.0.0", "", ""},
		{"127.0.0.1", "41.226.1.2", "41.226.1.0/24"}, {"196.12.7.9", "41.226.1.2", "196.12.7.0/24"},
		{"2001:db8:1:2:3:4:5:6", "", "2001:db8:1::/48"}, {"::ffff:196.12.1.1", "", "196.12.1.0/24"},
	} {
		var request fasthttp.Request
		if x.named != "" {
			request.Header.Add("X-Forwarded-For", x.named)
		}
		var ctx fasthttp.RequestCtx
		ctx.Init(&request, &net.TCPAddr{IP: net.ParseIP(x.from)}, nil)
		if got := (&Ctx{Ctx: app.AcquireCtx(&ctx)}).Range(); got != x.want {
			t.Errorf("from %s, named %q: %q, not %q", x.from, x.named, got, x.want)
		}
	}
}

func TestALimitByKeyHoldsWhoeverSharesIt(t *testing.T) {
	s, _ := newSite(t, Options{})
	key := func(c *Ctx) string { return c.Get("X-Range") }
	s.Post("/act", Anyone, LimitedBy(Limit{Burst: 2, Every: time.Minute}, key, func(c *Ctx) error { return c.SendString("done") }))
	s.Finish()
	for n, x := range []struct {
		who, at string
		status  int
	}{{"amal", "a", 200}, {"officer", "a", 200}, {"amal", "a", 429}, {"amal", "b", 200}, {"amal", "", 200}, {"amal", "", 200}, {"amal", "", 200}} {
		if res, _ := ask(t, s, "POST", "/ar/act", "Cookie", cookieOf(t, s, x.who), "X-Range", x.at); res.StatusCode != x.status {
			t.Errorf("try %d answers %d, not %d", n+1, res.StatusCode, x.status)
		}
	}
}
