package i18n

import (
	"strconv"
	"strings"
	"time"
)

func (l *Locale) monthNames() [12]string {
	return [12]string{
		l.C("month", "January"), l.C("month", "February"), l.C("month", "March"),
		l.C("month", "April"), l.C("month", "May"), l.C("month", "June"),
		l.C("month", "July"), l.C("month", "August"), l.C("month", "September"),
		l.C("month", "October"), l.C("month", "November"), l.C("month", "December"),
	}
}

// Date writes the day of t in the country's time zone: 3 October 2026.
func (l *Locale) Date(t time.Time) string {
	t = t.In(l.zone)
	month, year := l.months[t.Month()-1], strconv.Itoa(t.Year())
	if t.Day() == 1 {
		return l.C("date", "1 {month} {year}", "month", month, "year", year)
	}
	return l.C("date", "{day} {month} {year}", "day", t.Day(), "month", month, "year", year)
}

// ShortDate writes the day of t in digits, day first: 03/10/2026.
func (l *Locale) ShortDate(t time.Time) string {
	return t.In(l.zone).Format("02/01/2006")
}

// Month writes the month of t with its year: October 2026.
func (l *Locale) Month(t time.Time) string {
	t = t.In(l.zone)
	return l.C("date", "{month} {year}", "month", l.months[t.Month()-1], "year", strconv.Itoa(t.Year()))
}

// Time writes the time of day of t in the country's time zone: 14:30.
func (l *Locale) Time(t time.Time) string {
	t = t.In(l.zone)
	return l.C("time", "{hour}:{minute}", "hour", t.Format("15"), "minute", t.Format("04"))
}

// DateTime writes day and time.
func (l *Locale) DateTime(t time.Time) string {
	return l.C("date", "{date} at {time}", "date", l.Date(t), "time", l.Time(t))
}

// Ago says how long before now then was, up to thirty days; before that it
// gives the date. A then in the future, as two machines' clocks may produce,
// is "just now" up to a minute and a date with its time after that.
func (l *Locale) Ago(then, now time.Time) string {
	passed := now.Sub(then)
	switch {
	case passed < -time.Minute:
		return l.DateTime(then)
	case passed < time.Minute:
		return l.T("just now")
	case passed < time.Hour:
		return l.N("{n} minute ago", "{n} minutes ago", int(passed.Minutes()))
	case passed < 24*time.Hour:
		return l.N("{n} hour ago", "{n} hours ago", int(passed.Hours()))
	case passed < 31*24*time.Hour:
		return l.N("{n} day ago", "{n} days ago", int(passed.Hours())/24)
	default:
		return l.Date(then)
	}
}

// List joins items as the language does: a, b and c.
func (l *Locale) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return l.isolate(items[0])
	}
	var b strings.Builder
	comma := l.C("list", ", ")
	for i, item := range items[:len(items)-1] {
		if i > 0 {
			b.WriteString(comma)
		}
		b.WriteString(l.isolate(item))
	}
	return l.C("list", "{first} and {last}", "first", ready(b.String()), "last", items[len(items)-1])
}
