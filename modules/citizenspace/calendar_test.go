package citizenspace

import (
	"testing"
	"time"
)

// at reads a moment of the clock on the wall in a country.
func at(t *testing.T, country, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, NewCalendar(country, usualWeek).Zone)
	if err != nil {
		t.Fatal(err)
	}
	return v.UTC()
}

func calendarOf(t *testing.T, country string) Calendar {
	t.Helper()
	all, err := loadHolidays()
	if err != nil {
		t.Fatal(err)
	}
	return Settings{Country: country}.Calendar(all[country])
}

func TestWhenAPromiseHasToBeKept(t *testing.T) {
	for name, c := range map[string]struct {
		country, from string
		promise       Promise
		due           string // the minute, or the day's end as 23:59
	}{
		"hours within a day":                      {"TN", "2026-11-23 09:00", Promise{Amount: 4, Unit: Hours}, "2026-11-23 13:00"},
		"hours go over the night":                 {"TN", "2026-11-23 15:00", Promise{Amount: 4, Unit: Hours}, "2026-11-24 10:00"},
		"hours go over the weekend":               {"TN", "2026-11-27 16:00", Promise{Amount: 2, Unit: Hours}, "2026-11-30 09:00"},
		"asked in the night begins in the morn":   {"TN", "2026-11-24 02:00", Promise{Amount: 1, Unit: Hours}, "2026-11-24 09:00"},
		"hours that end with the day":             {"TN", "2026-11-23 08:00", Promise{Amount: 9, Unit: Hours}, "2026-11-23 17:00"},
		"working days leave the day of asking":    {"TN", "2026-11-23 09:00", Promise{Amount: 3, Unit: WorkingDays}, "2026-11-26 23:59"},
		"working days leave the weekend":          {"TN", "2026-11-26 09:00", Promise{Amount: 3, Unit: WorkingDays}, "2026-12-01 23:59"},
		"a public holiday of the country":         {"TN", "2026-12-16 09:00", Promise{Amount: 2, Unit: WorkingDays}, "2026-12-21 23:59"},
		"the same day is none in the other":       {"MA", "2026-12-16 09:00", Promise{Amount: 2, Unit: WorkingDays}, "2026-12-18 23:59"},
		"a holiday that the moon sets":            {"TN", "2026-05-26 09:00", Promise{Amount: 1, Unit: WorkingDays}, "2026-05-29 23:59"},
		"days end on a working day":               {"TN", "2026-11-20 09:00", Promise{Amount: 8, Unit: Days}, "2026-11-30 23:59"},
		"a month is a calendar month":             {"MA", "2026-12-31 09:00", Promise{Amount: 2, Unit: Months}, "2027-03-01 23:59"},
		"in Ramadan the clock goes back by one":   {"MA", "2026-02-13 16:00", Promise{Amount: 2, Unit: Hours}, "2026-02-16 09:00"},
		"late in the evening is still that day":   {"MA", "2026-11-23 23:30", Promise{Amount: 1, Unit: WorkingDays}, "2026-11-24 23:59"},
		"the year's end with its holiday between": {"TN", "2026-12-31 10:00", Promise{Amount: 1, Unit: WorkingDays}, "2027-01-04 23:59"},
	} {
		t.Run(name, func(t *testing.T) {
			got := calendarOf(t, c.country).Due(at(t, c.country, c.from), c.promise)
			if want := at(t, c.country, c.due); !got.Truncate(time.Minute).Equal(want) {
				t.Errorf("due %s, want %s", got, want)
			}
		})
	}
	if due := calendarOf(t, "TN").Due(time.Now(), Promise{}); !due.IsZero() {
		t.Errorf("nothing was promised, and it is due %s", due)
	}
	if due := (Calendar{}).Due(time.Now(), Promise{Amount: 1, Unit: Hours}); !due.IsZero() {
		t.Errorf("nobody ever works, and it is due %s", due)
	}
}

func TestWhatIsLeftOfAPromiseIsLeftAfterAPause(t *testing.T) {
	for name, c := range map[string]struct {
		promise          Promise
		from, paused, on string
		due              string
	}{
		"hours":                        {Promise{Amount: 10, Unit: Hours}, "2026-11-23 09:00", "2026-11-23 11:00", "2026-11-25 09:00", "2026-11-25 17:00"},
		"a pause in the night is none": {Promise{Amount: 10, Unit: Hours}, "2026-11-23 09:00", "2026-11-23 18:00", "2026-11-24 07:00", "2026-11-24 10:00"},
		"working days":                 {Promise{Amount: 5, Unit: WorkingDays}, "2026-11-23 09:00", "2026-11-25 10:00", "2026-12-02 10:00", "2026-12-07 23:59"},
		"a pause within one day":       {Promise{Amount: 5, Unit: WorkingDays}, "2026-11-23 09:00", "2026-11-25 10:00", "2026-11-25 15:00", "2026-11-30 23:59"},
		"over a public holiday":        {Promise{Amount: 2, Unit: WorkingDays}, "2026-12-14 09:00", "2026-12-15 10:00", "2026-12-18 10:00", "2026-12-21 23:59"},
		"days of the calendar":         {Promise{Amount: 10, Unit: Days}, "2026-11-23 09:00", "2026-11-24 09:00", "2026-12-01 09:00", "2026-12-10 23:59"},
		"broken before it was paused":  {Promise{Amount: 1, Unit: Hours}, "2026-11-23 09:00", "2026-11-23 11:00", "2026-11-25 09:00", "2026-11-23 10:00"},
		"a month":                      {Promise{Amount: 1, Unit: Months}, "2026-11-02 09:00", "2026-11-03 09:00", "2026-11-13 09:00", "2026-12-14 23:59"},
	} {
		t.Run(name, func(t *testing.T) {
			cal := calendarOf(t, "TN")
			k := cal.Start(at(t, "TN", c.from), c.promise).Pause(at(t, "TN", c.paused))
			again := k.Pause(at(t, "TN", c.on))
			if !again.PausedAt.Equal(k.PausedAt) {
				t.Error("pausing twice moves the beginning of the pause")
			}
			k = k.Resume(cal, at(t, "TN", c.on))
			if want := at(t, "TN", c.due); !k.DueAt.Truncate(time.Minute).Equal(want) {
				t.Errorf("due %s, want %s", k.DueAt, want)
			}
			if twice := k.Resume(cal, at(t, "TN", c.on)); len(twice.Pauses) != 1 || !twice.DueAt.Equal(k.DueAt) {
				t.Error("resuming twice changes something")
			}
		})
	}
}

func TestMinutesOfWork(t *testing.T) {
	cal := calendarOf(t, "TN")
	for _, c := range []struct {
		from, to string
		minutes  int
	}{
		{"2026-11-23 09:00", "2026-11-23 10:30", 90},
		{"2026-11-23 16:00", "2026-11-24 09:00", 120},
		{"2026-11-27 16:30", "2026-11-30 08:30", 60},
		{"2026-11-28 09:00", "2026-11-29 18:00", 0},
		{"2026-11-24 09:00", "2026-11-23 09:00", 0},
	} {
		if got := cal.MinutesBetween(at(t, "TN", c.from), at(t, "TN", c.to)); got != c.minutes {
			t.Errorf("%s to %s: %d minutes, want %d", c.from, c.to, got, c.minutes)
		}
	}
}
