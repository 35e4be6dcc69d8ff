package upkeep

import (
	"net/url"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
	"musharaka/views/upkeepview"
)

// Tile is another module's entry of the hub.
type Tile struct {
	Icon        string
	Title, Text string // message ids
	Path        string // without the language
}

// Pages are the administrator's pages.
type Pages struct {
	Queue *job.Queue
	Log   *audit.Log
	Tiles []Tile
}

// Routes declares the pages.
func (h Pages) Routes(s *web.Site) {
	admin := web.Roles(auth.Administrator)
	s.Get("/admin", admin, h.hub)
	s.Get("/admin/work", admin, h.work)
	s.Post("/admin/work", admin, h.decide)
}

func (h Pages) hub(c *web.Ctx) error {
	v := upkeepview.HubPage{Page: c.Page(c.T("Administration"))}
	v.NoIndex = true
	for _, t := range append(h.Tiles, Tile{Icon: "clock", Title: i18n.Msg("Work beside the requests"), Text: i18n.Msg("Mails, deadlines, counts; what failed for good"), Path: "/admin/work"}) {
		v.Tiles = append(v.Tiles, ui.TileSpec{Icon: t.Icon, Title: c.T(t.Title), Text: c.T(t.Text), Href: c.URL(t.Path), Level: 2})
	}
	return c.Show(upkeepview.Hub(v))
}

func (h Pages) work(c *web.Ctx) error {
	dead, err := h.Queue.Dead(c.Std(), c.Query("after"), 20)
	if err != nil {
		return err
	}
	stats, err := h.Queue.Stats(c.Std())
	if err != nil {
		return err
	}
	v := upkeepview.WorkPage{Page: c.Page(c.T("Work beside the requests")), Action: c.URL("/admin/work"), Kinds: table(c, stats)}
	v.NoIndex = true
	for _, j := range dead.Items {
		v.Dead = append(v.Dead, upkeepview.DeadJob{ID: j.ID, Kind: j.Kind, Key: j.Key, Problem: j.LastError, When: c.Locale.DateTime(j.NextAt), Attempts: c.Locale.Number(int64(j.Attempts))})
	}
	if dead.Next != "" {
		v.Pages.Next = c.URL("/admin/work") + "?after=" + url.QueryEscape(dead.Next)
	}
	return c.Show(upkeepview.Work(v))
}

// table shows how each kind of job is doing.
func table(c *web.Ctx, stats []job.Stat) ui.TableSpec {
	t := ui.TableSpec{Caption: c.T("Jobs by kind"), HideCaption: true, RowHead: true, Head: []ui.Th{
		{Label: c.T("Kind")}, {Label: c.T("Waiting"), Number: true}, {Label: c.T("Failed for good"), Number: true},
		{Label: c.T("Done since the start"), Number: true}, {Label: c.T("Longest wait in seconds"), Number: true},
	}}
	for _, s := range stats {
		number := func(n int64) ui.Cell { return ui.Cell{Text: c.Locale.Number(n)} }
		t.Rows = append(t.Rows, []ui.Cell{{Text: s.Kind, Ltr: true}, number(s.Open), number(s.Dead), number(int64(s.Tally.Succeeded)), number(int64(s.Lag / time.Second))})
	}
	return t
}

var (
	flashRetried   = i18n.Msg("The job is tried again.")
	flashDiscarded = i18n.Msg("The job is given up.")
)

// decide tries a dead job again or gives it up, and says in the audit who did.
func (h Pages) decide(c *web.Ctx) error {
	var f struct {
		Job string `form:"job" validate:"required"`
		Do  string `form:"do" validate:"required,oneof=retry discard"`
	}
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return fault.New(fault.Invalid, "")
	}
	act, said, to := h.Queue.Retry, flashRetried, job.Open
	if f.Do == "discard" {
		act, said, to = h.Queue.Discard, flashDiscarded, job.Done
	}
	if err := act(c.Std(), f.Job); err != nil {
		return err
	}
	if err := h.record(c, f.Job, f.Do, to); err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther("/admin/work")
}

// record writes who decided. A job is no document with a history of its own, so
// the entry's place is the time: two decisions on one job are never at once,
// because only a dead one can be decided on.
func (h Pages) record(c *web.Ctx, id, act string, to job.State) error {
	entry := audit.Append(nil, audit.Entry{
		Subject: "job:" + id + "@" + strconv.FormatInt(c.Now().UnixMilli(), 10), Act: "job." + act, From: string(job.Dead), To: string(to),
		ActorID: c.Actor.PersonID, ActorRole: string(auth.Administrator), At: c.Now(),
	})
	return h.Log.Record(c.Std(), entry...)
}
