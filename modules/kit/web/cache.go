package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"

	"github.com/a-h/templ"
	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/singleflight"
)

// checkEvery is how long a cached page is shown without asking whether it
// changed: the count of signatures may be this old, not older.
const checkEvery = time.Second

// PageCache keeps rendered public pages in memory, each with its compressed
// forms and its ETag. It forgets the least recently shown when it grows past
// its size, so its memory does not grow with the number of petitions.
type PageCache struct {
	mu      sync.Mutex
	entries map[string]*list.Element
	recent  list.List // of *rendered, most recently shown first
	bytes   int
	limit   int
	clock   clock.Clock
	flight  singleflight.Group
	hits    int64
	misses  int64
}

// rendered is one page as it was at one stamp. Its bytes never change.
type rendered struct {
	key, stamp, etag    string
	checked             time.Time
	plain, gzip, brotli []byte
}

func newPageCache(c clock.Clock, limit int) *PageCache {
	return &PageCache{entries: map[string]*list.Element{}, limit: limit, clock: c}
}

// Drop makes every cached page whose key begins with prefix ask for its stamp
// before it is shown again.
func (p *PageCache) Drop(prefix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, e := range p.entries {
		if strings.HasPrefix(key, prefix) {
			e.Value.(*rendered).checked = time.Time{}
		}
	}
}

// Forget removes every cached page whose key begins with prefix.
func (p *PageCache) Forget(prefix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, e := range p.entries {
		if strings.HasPrefix(key, prefix) {
			p.bytes -= p.recent.Remove(e).(*rendered).size()
			delete(p.entries, key)
		}
	}
}

// Counts returns how many pages were shown from memory and how many were made.
func (p *PageCache) Counts() (hits, misses int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hits, p.misses
}

// fresh returns the page if it was checked within checkEvery, and otherwise
// what is known of it (or nil), which may be out of date.
func (p *PageCache) fresh(key string) (page *rendered, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.entries[key]
	if e == nil {
		return nil, false
	}
	p.recent.MoveToFront(e)
	page = e.Value.(*rendered)
	if p.clock.Now().Sub(page.checked) < checkEvery {
		p.hits++
		return page, true
	}
	return page, false
}

func (p *PageCache) keep(page *rendered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.entries[page.key]; e != nil {
		p.bytes += page.size() - e.Value.(*rendered).size()
		e.Value = page
		p.recent.MoveToFront(e)
	} else {
		p.entries[page.key] = p.recent.PushFront(page)
		p.bytes += page.size()
	}
	for p.bytes > p.limit && p.recent.Len() > 1 {
		last := p.recent.Back()
		old := p.recent.Remove(last).(*rendered)
		delete(p.entries, old.key)
		p.bytes -= old.size()
	}
}

func (r *rendered) size() int { return len(r.plain) + len(r.gzip) + len(r.brotli) + len(r.key) + 200 }

// Source tells the cache of one page.
type Source struct {
	Key string // which page, without the language: "petition/x"
	// Stamp returns a short text that is different whenever the page would be.
	// It is asked at most once a second and must cost the same however much data there is.
	Stamp func(context.Context) (string, error)
	// Render makes the page. It is called once per stamp and language.
	Render func(c *Ctx) (templ.Component, error)
}

// Cached answers with a public page from memory, rendering it when it changed.
// However many ask at once, one of them renders.
func (c *Ctx) Cached(src Source) error {
	c.shared = true
	key := src.Key + "|" + c.Locale.Lang()
	if c.savesData() {
		key += "|saves" // no other word: whoever sends many would empty the cache
	}
	page, ok := c.site.Pages.fresh(key)
	if !ok {
		made, err, _ := c.site.Pages.flight.Do(key, func() (any, error) { return c.renew(key, page, src) })
		if err != nil {
			return err
		}
		page = made.(*rendered)
	}
	return c.sendRendered(page)
}

// renew checks the stamp and renders when it is another one.
func (c *Ctx) renew(key string, old *rendered, src Source) (*rendered, error) {
	now := c.Now()
	stamp, err := src.Stamp(c.Std())
	if err != nil {
		return nil, err
	}
	if old != nil && old.stamp == stamp {
		same := *old
		same.checked = now
		c.site.Pages.keep(&same)
		return &same, nil
	}
	component, err := src.Render(c)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := component.Render(c.Std(), &out); err != nil {
		return nil, fault.Wrap("web.Cached", err)
	}
	page := compressed(key, stamp, out.Bytes())
	page.checked = now
	c.site.Pages.keep(page)
	c.site.Pages.mu.Lock()
	c.site.Pages.misses++
	c.site.Pages.mu.Unlock()
	return page, nil
}

// compressed makes the three forms of a page. Brotli 5 takes about a
// millisecond for 20 KB and is within a few percent of its best.
func compressed(key, stamp string, plain []byte) *rendered {
	sum := sha256.Sum256(plain)
	page := &rendered{key: key, stamp: stamp, plain: plain, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`}
	var gz, br bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&gz, 6) // the level is a valid constant
	_, _ = zw.Write(plain)               // writing to memory does not fail
	_ = zw.Close()
	bw := brotli.NewWriterLevel(&br, 5)
	_, _ = bw.Write(plain)
	_ = bw.Close()
	page.gzip, page.brotli = gz.Bytes(), br.Bytes()
	return page
}

func (c *Ctx) sendRendered(page *rendered) error {
	h := &c.Response().Header
	h.Set(fiber.HeaderCacheControl, "public, no-cache")
	h.Set(fiber.HeaderETag, page.etag)
	h.Set(fiber.HeaderVary, "Accept-Encoding, Save-Data")
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), page.etag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	h.SetContentType("text/html; charset=utf-8")
	body := page.plain
	switch accepted := c.Get(fiber.HeaderAcceptEncoding); {
	case takes(accepted, "br"):
		h.Set(fiber.HeaderContentEncoding, "br")
		body = page.brotli
	case takes(accepted, "gzip"):
		h.Set(fiber.HeaderContentEncoding, "gzip")
		body = page.gzip
	}
	c.Response().SetBodyRaw(body) // never changed afterwards, so no copy is needed
	return nil
}
