package outbound

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

func TestOnlyThePublicInternetIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "41.224.0.1": true, "196.200.131.1": true, "172.15.255.255": true, "172.32.0.0": true,
		"100.63.255.255": true, "100.128.0.0": true, "169.253.255.255": true, "169.255.0.0": true, "11.0.0.0": true, "223.255.255.255": true,
		"198.17.255.255": true, "198.20.0.0": true, "126.255.255.255": true, "128.0.0.0": true,
		"2606:4700:4700::1111": true, "2a00:1450:4007:80e::200e": true, "::ffff:8.8.8.8": true, "2001:4860:4860::8888": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.255.255.255": false, "100.64.0.0": false, "100.100.100.200": false, "100.127.255.255": false,
		"127.0.0.1": false, "127.255.255.255": false, "169.254.169.254": false, "169.254.170.2": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.0.0.192": false, "192.0.2.1": false, "192.31.196.1": false, "192.52.193.1": false, "192.88.99.1": false, "192.168.1.1": false, "192.175.48.1": false,
		"198.18.0.1": false, "198.19.255.255": false, "198.51.100.7": false, "203.0.113.9": false, "224.0.0.1": false, "239.255.255.255": false,
		"240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::8.8.8.8": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false,
		"::ffff:0:7f00:1": false, "64:ff9b::7f00:1": false, "64:ff9b::808:808": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:0:4136:e378::": false,
		"2001:10::1": false, "2001:db8::1": false, "2002:7f00:1::": false, "2002:808:808::": false, "2620:4f:8000::1": false, "3fff::1": false, "5f00::1": false,
		"fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "febf::1": false, "fec0::1": false, "ff02::1": false, "4000::1": false, "fe80::1%eth0": false, "2606:4700::1%1": false,
	} {
		a, err := netip.ParseAddr(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := Public(a); got != want {
			t.Errorf("Public(%s) = %v", address, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

func TestAnAddressIsJudgedWhenItIsTypedIn(t *testing.T) {
	for address, want := range map[string]bool{
		"https://hooks.example.org/x": true, "https://hooks.example.org:8443/x?y=1": true, "https://8.8.8.8/": true, "https://[2606:4700::1]/": true,
		"https://بلدية.example/": true,

		"": false, "hooks.example.org": false, "http://hooks.example.org/": false, "ftp://hooks.example.org/": false, "https:hooks.example.org": false,
		"https://": false, "https:///x": false, "https://user:pass@example.org/": false, "https://example.org/#x": false, "https://example.org:22/": false,
		"https://example.org:80/": false, "https://example.org:99999999999/": false, "https://exa mple.org/": false, "https://example.org/\r\nX: y": false, "javascript:alert(1)": false,
		"https://localhost/": false, "https://LOCALHOST/": false, "https://localhost./": false, "https://x.localhost/": false, "https://intranet/": false, "https://printer.local/": false,
		"https://metadata.google.internal/": false, "https://127.0.0.1/": false, "https://127.1/": false, "https://2130706433/": false, "https://0x7f000001/": false, "https://0x7f.1/": false,
		"https://0177.0.0.1/": false, "https://[::1]/": false, "https://[::ffff:127.0.0.1]/": false, "https://[fe80::1%25eth0]/": false, "https://169.254.169.254/latest": false,
		"https://1.0.0.127.in-addr.arpa/": false, "https://" + strings.Repeat("a", 600) + ".example/": false,
	} {
		err := Guard{}.Check(address)
		if (err == nil) != want || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("Check(%q): %v", address, err)
		}
	}
	if err := (Guard{Plain: true}).Check("http://hooks.example.org:8080/"); err != nil {
		t.Error(err)
	}
}

// onLoopback lets the test's own server be reached, and nothing else.
func onLoopback(t *testing.T, h http.HandlerFunc) (Guard, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, _ := url.Parse(s.URL)
	port, _ := strconv.Atoi(u.Port())
	return Guard{Plain: true, Ports: []int{port}, public: func(a netip.Addr) bool { return a == netip.MustParseAddr("127.0.0.1") }}, s.URL
}

func TestARequestArrivesAndItsAnswerIsRead(t *testing.T) {
	g, address := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Test") != "1" || r.Method != http.MethodPost || r.ContentLength != 4 {
			t.Errorf("arrived as %s with %v", r.Method, r.Header)
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(strings.Repeat("x", 1<<20)))
	})
	got, err := g.Client().Post(t.Context(), address, http.Header{"X-Test": {"1"}}, []byte("body"))
	if err != nil || got.Status != http.StatusTeapot || len(got.Body) != answerLimit {
		t.Errorf("%d with %d bytes, %v", got.Status, len(got.Body), err)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	inner := false
	g, address := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		inner = inner || r.URL.Path == "/inner"
		http.Redirect(w, r, "/inner", http.StatusTemporaryRedirect)
	})
	got, err := g.Client().Post(t.Context(), address, nil, nil)
	if err != nil || got.Status != http.StatusTemporaryRedirect || inner {
		t.Errorf("%d, followed %v, %v", got.Status, inner, err)
	}
}

// TestANameThatPointsInsideIsNotDialled is DNS rebinding: the name passes the
// form, and resolves to the loopback when it is dialled.
func TestANameThatPointsInsideIsNotDialled(t *testing.T) {
	reached := false
	g, address := onLoopback(t, func(http.ResponseWriter, *http.Request) { reached = true })
	g.public = nil
	u, _ := url.Parse(address)
	resolver := answering(t, [4]byte{127, 0, 0, 1})
	g.Resolver = resolver
	_, err := g.Client().Post(t.Context(), "http://rebound.example.org:"+u.Port()+"/", nil, nil)
	if !errors.Is(err, ErrInternal) || reached {
		t.Errorf("reached %v, %v", reached, err)
	}
	g.public = func(netip.Addr) bool { return true } // the same name arrives where the guard lets it
	if _, err := g.Client().Post(t.Context(), "http://rebound.example.org:"+u.Port()+"/", nil, nil); err != nil || !reached {
		t.Errorf("the test's own resolver does not work: reached %v, %v", reached, err)
	}
}

func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	g, address := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {})
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	if got, err := g.Client().Post(t.Context(), address, nil, nil); err != nil || got.Status != 200 {
		t.Errorf("%d, %v", got.Status, err)
	}
}

func TestOnlyThePortsOfTheListAreDialled(t *testing.T) {
	g := Guard{}
	for address, want := range map[string]bool{"8.8.8.8:443": true, "8.8.8.8:8443": true, "8.8.8.8:80": false, "8.8.8.8:25": false, "10.0.0.1:443": false, "nonsense": false} {
		if err := g.control("tcp4", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := g.control("udp4", "8.8.8.8:443", nil); err == nil {
		t.Error("a connection that is not TCP passes")
	}
}

// answering is a resolver that answers every name with one address: a DNS
// server on a pipe, as much of it as this test needs.
func answering(t *testing.T, ip [4]byte) *net.Resolver {
	t.Helper()
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer ours.Close()
			for {
				var head [2]byte
				if _, err := readFull(ours, head[:]); err != nil {
					return
				}
				q := make([]byte, int(head[0])<<8|int(head[1]))
				if _, err := readFull(ours, q); err != nil {
					return
				}
				end := 12
				for q[end] != 0 {
					end += int(q[end]) + 1
				}
				question := q[12 : end+5]
				a := append([]byte{q[0], q[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
				if question[len(question)-3] == 1 { // an A record was asked for
					a[7] = 1
					a = append(a, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ip[0], ip[1], ip[2], ip[3])
				}
				if _, err := ours.Write(append([]byte{byte(len(a) >> 8), byte(len(a))}, a...)); err != nil {
					return
				}
			}
		}()
		return theirs, nil
	}}
}

func readFull(c net.Conn, b []byte) (int, error) {
	n := 0
	for n < len(b) {
		m, err := c.Read(b[n:])
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}
