package web

import (
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/fault"

	"github.com/gofiber/fiber/v2"
)

// Limit is how often one asker may do something: Burst times in a row, and once
// more every Every from then on.
type Limit struct {
	Burst int
	Every time.Duration
}

// limitedMost is how many askers one limit remembers. An asker that has not
// used anything up is forgotten first.
const limitedMost = 50_000

// limiter holds askers to a limit. It remembers in memory alone, each process
// for itself: it is there against floods, not to count rightly.
type limiter struct {
	limit Limit
	mu    sync.Mutex
	next  map[string]time.Time // when an asker will have used nothing up
}

// Limited holds a handler to a limit for each person, and for people who are not
// signed in for each address on the network. Whole quarters share one address
// behind their mobile operator, so those limits must be wide. Who asks too often
// gets 429 with Retry-After; the handler is not called.
func Limited(limit Limit, h Handler) Handler {
	l := &limiter{limit: limit, next: map[string]time.Time{}}
	return func(c *Ctx) error {
		who := c.Actor.PersonID
		if who == "" {
			who = c.network()
		}
		if wait := l.take(who, c.Now()); wait > 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
			return fault.New(fault.TooMany, "You did this very often in a short time. Wait a little, then try again.")
		}
		return h(c)
	}
}

// LimitedBy holds a handler to a limit for each key that a request has. A
// request whose key is "" is not held to it. Keys live in memory for as long as
// the limit needs them.
func LimitedBy(limit Limit, key func(*Ctx) string, h Handler) Handler {
	l := &limiter{limit: limit, next: map[string]time.Time{}}
	return func(c *Ctx) error {
		if who := key(c); who != "" {
			if wait := l.take(who, c.Now()); wait > 0 {
				c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
				return fault.New(fault.TooMany, "You did this very often in a short time. Wait a little, then try again.")
			}
		}
		return h(c)
	}
}

// take uses one up, or returns how long to wait.
func (l *limiter) take(who string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.next[who]
	if next.Before(now) {
		next = now
	}
	if wait := next.Sub(now) - l.limit.Every*time.Duration(l.limit.Burst-1); wait > 0 {
		return wait
	}
	if len(l.next) >= limitedMost {
		l.forget(now)
	}
	l.next[who] = next.Add(l.limit.Every)
	return 0
}

// forget makes room: of those who have used nothing up, else of all.
func (l *limiter) forget(now time.Time) {
	for who, next := range l.next {
		if !next.After(now) {
			delete(l.next, who)
		}
	}
	if len(l.next) >= limitedMost {
		clear(l.next)
	}
}

// network is where a request comes from: an IPv4 address, or the 64 bits of IPv6
// that one connection has. Behind a reverse proxy it is the last address that
// the proxy names; those before it are whatever the asker wrote.
func (c *Ctx) network() string {
	ip := c.address()
	if ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

// Range is the part of the network a request comes from: the /24 of an IPv4
// address, the /48 of an IPv6 one, and "" from this machine or a private
// network, where it says nothing.
func (c *Ctx) Range() string {
	ip, bits := c.address(), 24
	if !ip.IsValid() || ip.IsUnspecified() || ip.IsLoopback() || ip.IsPrivate() {
		return ""
	}
	if ip.Is6() {
		bits = 48
	}
	prefix, err := ip.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// address is the asker's: see network.
func (c *Ctx) address() netip.Addr {
	ip, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	if ip = ip.Unmap(); ip.IsLoopback() || ip.IsPrivate() {
		if lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor); len(lines) > 0 {
			named := string(lines[len(lines)-1])
			if last, err := netip.ParseAddr(strings.TrimSpace(named[strings.LastIndexByte(named, ',')+1:])); err == nil {
				ip = last.Unmap()
			}
		}
	}
	return ip
}
