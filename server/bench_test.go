package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/petition"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// BenchmarkPetitionPage measures the public page of one petition with 1,000,
// 100,000 and 1,000,000 signatures stored (beyond 1,000 only without -short):
// shown from memory, revalidated, and rendered anew as after each change. None
// may grow with the signatures; "bare" is the floor, the same bytes from a
// handler that does nothing else.
func BenchmarkPetitionPage(b *testing.B) {
	for _, stored := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			if testing.Short() && stored > 1_000 {
				b.Skip("prefilling takes long; run without -short")
			}
			a, path := benchApp(b, stored)
			handler := a.site.App.Handler()
			ask := func(b *testing.B, status int, before func(), header ...string) {
				var c fasthttp.RequestCtx
				c.Request.SetRequestURI(path)
				for i := 0; i+1 < len(header); i += 2 {
					c.Request.Header.Set(header[i], header[i+1])
				}
				b.ReportAllocs()
				for b.Loop() {
					before()
					c.Response.Reset()
					handler(&c)
				}
				if c.Response.StatusCode() != status {
					b.Fatalf("answers %d", c.Response.StatusCode())
				}
			}
			var first fasthttp.RequestCtx
			first.Request.SetRequestURI(path)
			handler(&first)
			etag := string(first.Response.Header.Peek("ETag"))
			body := first.Response.Body()
			nothing := func() {}
			b.Run("memory", func(b *testing.B) { ask(b, 200, nothing, "Accept-Encoding", "br") })
			b.Run("revalidated", func(b *testing.B) { ask(b, 304, nothing, "If-None-Match", etag) })
			b.Run("rendered", func(b *testing.B) { ask(b, 200, func() { a.site.Pages.Forget("petition/") }, "Accept-Encoding", "br") })
			b.Run("bare", func(b *testing.B) {
				bare := fiber.New()
				bare.Get("/*", func(c *fiber.Ctx) error { c.Response().SetBodyRaw(body); return nil })
				handler = bare.Handler()
				ask(b, 200, nothing)
			})
		})
	}
}

// benchApp builds the platform with one open petition and so many signatures.
func benchApp(b *testing.B, stored int) (*app, string) {
	b.Helper()
	data := b.TempDir()
	db, err := sqlitestore.Open(b.Context(), filepath.Join(data, "musharaka.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	a, err := newApp(b.Context(), demoSettings(b, data), db, sources{clock: clock.System(), ident: ident.New(), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	r := &running{app: a, data: data}
	id := r.openPetition(b)
	for from := 0; from < stored; from += 5_000 {
		var docs []bson.Raw
		for n := from; n < min(from+5_000, stored); n++ {
			raw, err := bson.Marshal(bson.M{
				"_id": petition.SignatureID(id, fmt.Sprint("bench", n)), "v": int64(1), "petition": id, "authority": town, "person": fmt.Sprint("bench", n),
				"name": "ساكنة", "name_public": n%4 == 0, "state": "active", "counted": true, "valid": true, "subunit": "", "consent": "1",
				"at": time.Now().Add(-time.Duration(n) * time.Second), "lists": []string{"person|bench", "names|" + id},
			})
			if err != nil {
				b.Fatal(err)
			}
			docs = append(docs, raw)
		}
		if _, err := db.InsertMany(b.Context(), "signatures", docs); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := a.petitions.Check(b.Context(), true); err != nil { // counts what was stored
		b.Fatal(err)
	}
	return a, "/ar/petitions/" + id
}

// openPetition writes, submits and publishes a petition through the acts.
func (r *running) openPetition(t testing.TB) string {
	t.Helper()
	ctx := t.Context()
	if _, err := r.places.Activate(ctx, auth.System, town); err != nil {
		t.Fatal(err)
	}
	author, err := r.accounts.Actor(ctx, r.enrol(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	officer, err := r.accounts.Actor(ctx, r.enrol(t, 2, auth.Officer))
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.petitions.StartDraft(ctx, author, town, "")
	if err != nil {
		t.Fatal(err)
	}
	text := petition.Text{Object: "إصلاح الإنارة العمومية بالشارع الساحلي", Ask: "نطلب من المجلس إصلاح أعمدة الإنارة المعطلة قبل الصيف.", Reasons: "منذ سنتين والشارع مظلم ليلا، وقد وقعت فيه حوادث عديدة."}
	for _, step := range petition.Steps {
		in := petition.Input{Authority: town, Langs: []string{"ar"}, Texts: map[string]petition.Text{"ar": text}, Theme: "lighting", Kind: petition.Citizens, AgentName: "ساكنة من العرائش"}
		if _, err := r.petitions.SaveStep(ctx, author, p.ID, step, in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.petitions.Submit(ctx, author, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.petitions.Publish(ctx, officer, p.ID); err != nil {
		t.Fatal(err)
	}
	return p.ID
}
