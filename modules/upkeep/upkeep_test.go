package upkeep

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
)

type people struct{}

func (people) Actor(_ context.Context, id string) (auth.Actor, error) {
	if id == "admin" {
		return auth.Actor{PersonID: id, Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}, nil
	}
	return auth.Actor{}, fault.New(fault.NotFound, "")
}

type letter struct {
	To string `bson:"to"`
}

// TestADeadJobIsTriedAgainOrGivenUpAndTheAuditSaysByWhom goes through the page.
func TestADeadJobIsTriedAgainOrGivenUpAndTheAuditSaysByWhom(t *testing.T) {
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, id := clock.NewFake(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)), ident.NewFake(1)
	words, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := auth.OpenSessions(t.Context(), db, c, id)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	queue, err := job.New(t.Context(), db, c, id, job.Config{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	broken := true
	job.Register(queue, "letter", func(context.Context, letter) error {
		if broken {
			return job.Permanent(errors.New("the <postman> is ill"))
		}
		return nil
	}, job.Options{})
	for _, key := range []string{"one", "two"} {
		if err := job.Enqueue(t.Context(), queue, "letter", key, letter{To: "x"}, c.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := queue.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	site := web.New(web.Options{PublicURL: "http://localhost"}, web.Parts{Words: words, Sessions: sessions, People: people{}, Clock: c, Ident: id, Log: quiet})
	Pages{Queue: queue, Log: log}.Routes(site)
	token, err := sessions.Start(t.Context(), "admin", "demo", "test")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method string, form url.Values) (int, string) {
		r := httptest.NewRequest(method, "/fr/admin/work", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "session", Value: token})
		res, err := site.App.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if status, body := ask("GET", nil); status != 200 || !strings.Contains(body, "the &lt;postman&gt; is ill") || strings.Count(body, `name="job"`) != 2 {
		t.Errorf("the dead jobs are not shown: %d", status)
	}
	broken = false
	for form, want := range map[string]int{"job=letter:one&do=retry": 303, "job=letter:two&do=discard": 303, "job=letter:two&do=burn": 422, "job=letter:nine&do=retry": 404} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := ask("POST", values); status != want {
			t.Errorf("%s: %d, not %d", form, status, want)
		}
	}
	if n, err := queue.RunDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d jobs ran again: %v", n, err)
	}
	if dead, err := queue.Dead(t.Context(), "", 10); err != nil || len(dead.Items) != 0 {
		t.Errorf("%d are still dead: %v", len(dead.Items), err)
	}
	entries, err := log.ByActor(t.Context(), "admin", audit.Paging{})
	if err != nil || len(entries.Items) != 2 {
		t.Errorf("the audit has %d entries: %v", len(entries.Items), err)
	}
}
