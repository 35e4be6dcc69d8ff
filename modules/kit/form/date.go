package form

import (
	"strconv"
	"strings"
	"time"
)

// Date is a day as three fields, <name>-day, <name>-month and <name>-year,
// because a typed day is right more often than one picked from a calendar.
type Date struct{ Day, Month, Year string }

// DateOf returns the three fields for a day.
func DateOf(t time.Time) Date {
	return Date{strconv.Itoa(t.Day()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Year())}
}

// Empty reports whether nothing was typed.
func (d Date) Empty() bool { return d == Date{} }

// String returns what was typed, "" when nothing was.
func (d Date) String() string {
	if d.Empty() {
		return ""
	}
	return d.Day + "/" + d.Month + "/" + d.Year
}

// In returns the first moment of the day in a zone, and whether there is such
// a day: 30 February is none, and a year has four digits.
func (d Date) In(zone *time.Location) (time.Time, bool) {
	if len(d.Day) > 2 || len(d.Month) > 2 || len(d.Year) != 4 {
		return time.Time{}, false
	}
	var parts [3]int
	for i, part := range []string{d.Year, d.Month, d.Day} {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || strings.ContainsAny(part, "+-") {
			return time.Time{}, false
		}
		parts[i] = n
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], 0, 0, 0, 0, zone)
	if t.Year() != parts[0] || int(t.Month()) != parts[1] || t.Day() != parts[2] {
		return time.Time{}, false
	}
	return t, true
}
