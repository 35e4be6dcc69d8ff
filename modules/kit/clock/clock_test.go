package clock

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestMonthsEndWhereTheMonthDoes(t *testing.T) {
	cases := []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2027-12-31", 2, "2028-02-29"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-08-31", 3, "2026-11-30"},
		{"2026-11-15", 3, "2027-02-15"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-05-31", 0, "2026-05-31"},
		{"2024-02-29", 12, "2025-02-28"},
	}
	for _, c := range cases {
		if got := AddMonths(day(c.from), c.months).Format("2006-01-02"); got != c.want {
			t.Errorf("%s and %d months is %s, not %s", c.from, c.months, got, c.want)
		}
	}
}

func TestADayEndsByTheLocalClock(t *testing.T) {
	cases := []struct{ country, at, end string }{
		{"TN", "2026-06-10T12:00:00Z", "2026-06-10T22:59:59.999Z"},
		{"TN", "2026-06-10T23:30:00Z", "2026-06-11T22:59:59.999Z"}, // already the 11th in Tunis
		{"MA", "2026-06-10T12:00:00Z", "2026-06-10T22:59:59.999Z"},
		{"MA", "2026-03-01T12:00:00Z", "2026-03-01T23:59:59.999Z"}, // Ramadan: Casablanca is on UTC
	}
	for _, c := range cases {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := EndOfDay(at, Zone(c.country)).Format("2006-01-02T15:04:05.000Z07:00"); got != c.end {
			t.Errorf("%s: the day of %s ends %s, not %s", c.country, c.at, got, c.end)
		}
		if start := StartOfDay(at, Zone(c.country)); start.After(at) || EndOfDay(at, Zone(c.country)).Sub(start) != 24*time.Hour-time.Millisecond {
			t.Errorf("%s: the day of %s begins %s", c.country, c.at, start)
		}
	}
}

func TestTimesAreWholeMilliseconds(t *testing.T) {
	now := System().Now()
	if now.Nanosecond()%1e6 != 0 || now.Location() != time.UTC {
		t.Errorf("%v would not come back from the store as it is", now)
	}
	f := NewFake(now)
	f.Advance(time.Hour)
	if !f.Now().Equal(now.Add(time.Hour)) {
		t.Error("the fake clock did not move by an hour")
	}
	f.Set(day("2026-01-01"))
	if !f.Now().Equal(day("2026-01-01")) {
		t.Error("the fake clock was not set")
	}
}
