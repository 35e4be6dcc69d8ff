package main

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"

	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// health answers the questions of operators' tools: is the process alive, may
// it be sent requests, how is it doing.
type health struct {
	db       store.DB
	stopping atomic.Bool
	token    string // for /metrics; "" lets this machine alone read them
}

func (h *health) routes(s *web.Site) {
	s.Plain("GET", "/healthz", web.Public, func(c *web.Ctx) error { return c.SendString("ok\n") })
	s.Plain("GET", "/readyz", web.Public, h.ready)
	metrics := adaptor.HTTPHandler(promhttp.HandlerFor(s.Metrics.Registry, promhttp.HandlerOpts{}))
	s.Plain("GET", "/metrics", web.Public, func(c *web.Ctx) error {
		if !h.mayReadMetrics(c) {
			return fault.New(fault.NotFound, "")
		}
		return metrics(c.Ctx)
	})
}

// ready says no while the platform stops, so that a balancer sends nothing
// more, and while the store does not answer.
func (h *health) ready(c *web.Ctx) error {
	c.Set("Cache-Control", "no-store")
	if h.stopping.Load() {
		return c.Status(http.StatusServiceUnavailable).SendString("stopping\n")
	}
	ctx, cancel := context.WithTimeout(c.Std(), 2*time.Second)
	defer cancel()
	if err := h.db.Ping(ctx); err != nil {
		return c.Status(http.StatusServiceUnavailable).SendString("the store does not answer\n")
	}
	return c.SendString("ready\n")
}

func (h *health) mayReadMetrics(c *web.Ctx) bool {
	if h.token != "" {
		given := strings.TrimPrefix(c.Get("Authorization"), "Bearer ")
		return subtle.ConstantTimeCompare([]byte(given), []byte(h.token)) == 1
	}
	// Behind a reverse proxy everybody seems to come from this machine.
	return c.Context().RemoteIP().IsLoopback() && c.Get("X-Forwarded-For") == ""
}

// probe asks a running platform whether it is ready: the health check of the
// container, which has no other program to ask with.
func probe(ctx context.Context, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return err
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fault.New(fault.Unavailable, "").Because("health", &net.AddrError{Err: answer.Status, Addr: listen})
	}
	return nil
}
