package outbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"musharaka/modules/kit/fault"
)

// The bounds of a request.
const (
	dialWithin   = 5 * time.Second
	answerWithin = 10 * time.Second // all of it: name, connection, answer
	answerLimit  = 4 << 10          // bytes that are read of an answer
	maxAddress   = 500              // letters
)

// Guard opens connections to the public internet alone. The zero Guard sends
// to https on ports 443 and 8443.
type Guard struct {
	Plain bool  // http is allowed too, on ports 80 and 8080
	Ports []int // instead of the usual ones

	// Resolver looks names up; nil is the machine's.
	Resolver *net.Resolver
	// public judges an address; nil is Public. Tests let the loopback through.
	public func(netip.Addr) bool
}

// ErrInternal is the cause of a request that was refused because its address
// is not of the public internet.
var ErrInternal = errors.New("outbound: the address is not of the public internet")

// Check judges an address as somebody types it in. Invalid, with a sentence
// for the form, when it could never be sent to. A name is not resolved: what
// it points to is judged each time it is dialled.
func (g Guard) Check(address string) error {
	if len(address) > maxAddress {
		return fault.New(fault.Invalid, "This address is too long.")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Opaque != "" || u.Hostname() == "" || strings.ContainsAny(address, " \t\r\n\x00") {
		return fault.New(fault.Invalid, "Give a complete address that begins with {scheme}", "scheme", "https://")
	}
	if u.Scheme != "https" && !(g.Plain && u.Scheme == "http") {
		return fault.New(fault.Invalid, "The address must begin with {scheme}, so that nobody can read along.", "scheme", "https://")
	}
	if u.User != nil || u.Fragment != "" {
		return fault.New(fault.Invalid, "Leave out names, passwords and anything after a # in the address.")
	}
	if !slices.Contains(g.ports(), portOf(u)) {
		return fault.New(fault.Invalid, "This port is not allowed. Use 443 or 8443.")
	}
	if !g.mayName(u.Hostname()) {
		return errNotPublic
	}
	return nil
}

var errNotPublic = fault.New(fault.Invalid, "This address is not on the public internet.").Because("outbound.Check", ErrInternal)

// mayName refuses hosts that can be judged without asking anybody: addresses
// written out, in whatever way, and names that only a private network knows.
func (g Guard) mayName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return g.allows(a)
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || last == "" || strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return g.public != nil // "localhost", "2130706433", "127.1", "0x7f.1": other spellings of addresses
	}
	return !slices.Contains([]string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "onion", "arpa"}, last)
}

func portOf(u *url.URL) int {
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return -1
		}
		return n
	}
	return map[string]int{"https": 443, "http": 80}[u.Scheme]
}

func (g Guard) ports() []int {
	switch {
	case g.Ports != nil:
		return g.Ports
	case g.Plain:
		return []int{443, 8443, 80, 8080}
	}
	return []int{443, 8443}
}

func (g Guard) allows(a netip.Addr) bool {
	if g.public != nil {
		return g.public(a)
	}
	return Public(a)
}

// control judges the very address and port that are about to be connected to,
// after the name was resolved.
func (g Guard) control(network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !g.allows(to.Addr()) {
		return ErrInternal
	}
	if !slices.Contains(g.ports(), int(to.Port())) {
		return fmt.Errorf("outbound: port %d is not allowed", to.Port())
	}
	return nil
}

// Client returns a client that sends through the guard. It keeps no
// connection, no cookie, follows no redirect and uses no proxy. Make it once.
func (g Guard) Client() *Client {
	dialer := &net.Dialer{Timeout: dialWithin, Control: g.control, Resolver: g.Resolver, KeepAlive: -1}
	return &Client{guard: g, http: &http.Client{
		Timeout:       answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: dialWithin,
			ResponseHeaderTimeout: answerWithin, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: false,
			DisableCompression: true, // a small answer must stay small
		},
	}}
}

// Client posts to addresses that people typed in.
type Client struct {
	guard Guard
	http  *http.Client
}

// Answer is what came back.
type Answer struct {
	Status int
	Body   []byte // at most 4 KB of it after Post, at most its limit after Get
}

// Post sends a body. An error when no answer came: the address is refused (the
// cause is ErrInternal), nobody is there, it took too long. Any answer, also
// one that reports a failure or a redirect, is no error.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (Answer, error) {
	if err := c.guard.Check(address); err != nil {
		return Answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Answer{}, fault.Wrap("outbound.Post", err)
	}
	r.Header = header.Clone()
	return c.send("outbound.Post", r, answerLimit)
}

// Get asks for a document, of which at most limit bytes are read. Its errors are
// those of Post.
func (c *Client) Get(ctx context.Context, address string, header http.Header, limit int64) (Answer, error) {
	if err := c.guard.Check(address); err != nil {
		return Answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, fault.Wrap("outbound.Get", err)
	}
	r.Header = header.Clone()
	return c.send("outbound.Get", r, limit)
}

func (c *Client) send(op string, r *http.Request, limit int64) (Answer, error) {
	got, err := c.http.Do(r)
	if err != nil {
		return Answer{}, fault.Wrap(op, err)
	}
	defer got.Body.Close()
	read, err := io.ReadAll(io.LimitReader(got.Body, limit))
	if err != nil { // the status has arrived, which is what counts
		read = nil
	}
	return Answer{Status: got.StatusCode, Body: read}, nil
}
