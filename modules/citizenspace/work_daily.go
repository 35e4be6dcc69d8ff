package citizenspace

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/spaceworkview"
	"musharaka/views/ui"
)

// Daily is the work of an authority as its officers look at it each day.
type Daily struct {
	At        time.Time
	Open      int // all that is open, what waits for the citizen among it
	New       int // nobody has looked at it
	Overdue   int
	DueSoon   int // within two working days' time: 48 hours
	Waiting   int // for the citizen
	Unstaffed int // with nobody in particular

	// Of what ended in the last DailyDays days.
	Ended        int
	FirstContact int           // settled by whoever received it, on the same day
	Kept         int           // within the promise
	Promised     int           // something was promised
	Median       time.Duration // from coming in to the end, without the time the citizen took

	Departments []DailyRow
	Services    []DailyRow
}

// DailyRow is a department or a service in it.
type DailyRow struct {
	Key                  string
	Open, Overdue, Ended int
	Median               time.Duration
	times                []time.Duration
}

// DailyDays is how far back the figures of what ended reach.
const DailyDays = 30

// took is how long a request took, without the time for which its clock was
// paused: the citizen's time is not the authority's.
func (r Request) took() time.Duration {
	d := r.EndedAt.Sub(r.CreatedAt)
	for _, p := range r.Clock.Pauses {
		d -= p.To.Sub(p.From)
	}
	return max(0, d)
}

func medianOf(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	n := len(all)
	if n%2 == 1 {
		return all[n/2]
	}
	return (all[n/2-1] + all[n/2]) / 2
}

// tally gathers the figures of a day.
type tally struct {
	Daily
	departments, services map[string]*DailyRow
	times                 []time.Duration
}

func rowOf(m map[string]*DailyRow, key string) *DailyRow {
	if m[key] == nil {
		m[key] = &DailyRow{Key: key}
	}
	return m[key]
}

func (t *tally) open(r Request, now time.Time) {
	d, o := rowOf(t.departments, r.Department), rowOf(t.services, r.Offer)
	t.Open++
	d.Open++
	o.Open++
	switch {
	case r.State == Waiting:
		t.Waiting++
	case r.Overdue(now):
		t.Overdue++
		d.Overdue++
		o.Overdue++
	case !r.Clock.DueAt.IsZero() && r.Clock.DueAt.Sub(now) < 48*time.Hour:
		t.DueSoon++
	}
	if r.State == Received || r.State == Reopened {
		t.New++
	}
	if r.Assignee == "" {
		t.Unstaffed++
	}
}

func (t *tally) ended(r Request) {
	d, o := rowOf(t.departments, r.Department), rowOf(t.services, r.Offer)
	t.Ended++
	d.Ended++
	o.Ended++
	if r.FirstContact {
		t.FirstContact++
	}
	if kept, promised := r.Kept(); promised {
		t.Promised++
		if kept {
			t.Kept++
		}
	}
	took := r.took()
	t.times, d.times, o.times = append(t.times, took), append(d.times, took), append(o.times, took)
}

// Reckon makes the figures of an authority's day: from all that is open, and from
// what ended in the last DailyDays days. What was merged into another request
// was not settled, and counts in neither.
func (s *Service) Reckon(ctx context.Context, authority string) (Daily, error) {
	now := s.Clock.Now()
	t := tally{Daily: Daily{At: now}, departments: map[string]*DailyRow{}, services: map[string]*DailyRow{}}
	since := now.AddDate(0, 0, -DailyDays)
	for _, state := range OpenStates {
		if err := s.EachOpen(ctx, authority, "s", string(state), func(r Request) error { t.open(r, now); return nil }); err != nil {
			return t.Daily, fault.Wrap("citizenspace.Reckon", err)
		}
	}
	err := s.EachChanged(ctx, authority, since, time.Time{}, func(r Request) error {
		if !r.State.IsOpen() && r.State != Duplicate && !r.EndedAt.Before(since) {
			t.ended(r)
		}
		return nil
	})
	t.Median = medianOf(t.times)
	for _, part := range []struct {
		rows map[string]*DailyRow
		into *[]DailyRow
	}{{t.departments, &t.Departments}, {t.services, &t.Services}} {
		for _, key := range slices.Sorted(maps.Keys(part.rows)) {
			row := *part.rows[key]
			row.Median, row.times = medianOf(row.times), nil
			*part.into = append(*part.into, row)
		}
		slices.SortStableFunc(*part.into, func(a, b DailyRow) int { return cmp.Or(b.Overdue-a.Overdue, b.Open-a.Open) })
	}
	return t.Daily, fault.Wrap("citizenspace.Reckon", err)
}

// dailyFor is how old the figures of a day may be: they walk through all that is
// open, which nobody should wait for at each look.
const dailyFor = 5 * time.Minute

// figuresOf returns the figures of an authority, made anew when they are old.
func (h *Work) figuresOf(c *web.Ctx, authority string) (Daily, error) {
	h.mu.Lock()
	defer h.mu.Unlock() // one makes them, the others wait for it
	d, ok := h.today[authority]
	if age := c.Now().Sub(d.At); ok && age >= 0 && age < dailyFor {
		return d, nil
	}
	d, err := h.service.Reckon(c.Std(), authority)
	if err == nil {
		h.today[authority] = d
	}
	return d, err
}

// lateShown is how many overdue requests stand on the screen of the day.
const lateShown = 10

// daily is the supervisor's screen of the day.
func (h *Work) daily(c *web.Ctx) error {
	s, err := h.at(c)
	if err != nil {
		return err
	}
	d, err := h.figuresOf(c, s.ID)
	if err != nil {
		return err
	}
	path, n := c.URL(workPath(s.ID)), func(n int) string { return c.Locale.Number(int64(n)) }
	v := spaceworkview.DailyPage{Page: h.page(c, s, c.T("The day at a glance")), Crumbs: h.crumbs(c, s, c.T("The day at a glance")), Caption: h.Places.PlaceName(s.ID, c.Locale.Lang()),
		Measured: c.T("Counted at {time}. What ended is that of the last {n} days.", "time", c.Locale.Time(d.At.In(clock.Zone(s.Country))), "n", DailyDays)}
	v.Wide = true
	v.Stats = []ui.Stat{{Value: n(d.Overdue), Label: c.T("Overdue")}, {Value: n(d.New), Label: c.T("Nobody has looked at it yet")}, {Value: n(d.DueSoon), Label: c.T("Due within two days")}, {Value: n(d.Waiting), Label: c.T("Waiting for the citizen")},
		{Value: n(d.Open), Label: c.T("All open")}, {Value: share(c, d.FirstContact, d.Ended), Label: c.T("Settled at first contact")}, {Value: span(c, d.Median, d.Ended), Label: c.T("Median time to the end")}, {Value: share(c, d.Kept, d.Promised), Label: c.T("Within the promise")}}
	page, err := h.service.Work(c.Std(), c.Actor, s.ID, "", "", "", lateShown)
	if err != nil {
		return err
	}
	names := h.names(c, s)
	for _, r := range page.Items {
		if r.Overdue(c.Now()) {
			line := h.line(c, s, r, names)
			line.Value = ""
			v.Late = append(v.Late, line)
		}
	}
	v.LateMore = path
	v.Links = []spaceworkview.Link{{Label: c.T("New"), Href: path + "?view=new", Kind: ui.Secondary}, {Label: c.T("Waiting for the citizen"), Href: path + "?view=waiting", Kind: ui.Secondary}, {Label: c.T("All open"), Href: path, Kind: ui.Secondary}}
	offers, err := h.service.Offers(c.Std(), s.ID)
	if err != nil {
		return err
	}
	v.Tables = []ui.TableSpec{
		h.dailyTable(c, c.T("By department"), c.T("Department"), d.Departments, func(key string) (string, string) {
			x, _ := s.Department(key)
			return cmp.Or(x.Name.In(c.Locale.Lang()), c.T("no department")), path + "?part=d:" + key
		}),
		h.dailyTable(c, c.T("By service"), c.T("Service"), d.Services, func(key string) (string, string) {
			i := slices.IndexFunc(offers, func(v Version) bool { return v.Code == key })
			if i < 0 {
				return key, path + "?part=o:" + key
			}
			return offers[i].Name.In(c.Locale.Lang()), path + "?part=o:" + key
		}),
	}
	return c.Show(spaceworkview.Daily(v))
}

func (h *Work) dailyTable(c *web.Ctx, caption, first string, rows []DailyRow, name func(key string) (label, href string)) ui.TableSpec {
	t := ui.TableSpec{Caption: caption, RowHead: true, Head: []ui.Th{{Label: first}, {Label: c.T("Open"), Number: true}, {Label: c.T("Overdue"), Number: true}, {Label: c.T("Ended"), Number: true}, {Label: c.T("Median time to the end")}}}
	for _, r := range rows {
		label, href := name(r.Key)
		n := func(n int) ui.Cell { return ui.Cell{Text: c.Locale.Number(int64(n))} }
		t.Rows = append(t.Rows, []ui.Cell{{Text: label, Href: href}, n(r.Open), n(r.Overdue), n(r.Ended), {Text: span(c, r.Median, r.Ended)}})
	}
	return t
}

// share is a part of a whole; a dash when there is no whole.
func share(c *web.Ctx, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return c.Locale.Percent(float64(part) / float64(whole))
}

// span says how long something took; a dash when nothing ended.
func span(c *web.Ctx, d time.Duration, ended int) string {
	switch {
	case ended == 0:
		return "–"
	case d < time.Hour:
		return c.N("{n} minute", "{n} minutes", max(1, int(d.Minutes())))
	case d < 48*time.Hour:
		return c.N("{n} hour", "{n} hours", int(d.Hours()+0.5))
	}
	return c.N("{n} day", "{n} days", int(d.Hours()/24+0.5))
}
