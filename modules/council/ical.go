package council

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/i18n"
)

// Calendar limits: a feed shows what is ahead and the last sessions.
const (
	calendarSessions = 100
	calendarMeetings = 50
)

// Calendar is an authority's feed for calendars (RFC 5545): the sessions that
// were convened and the public meetings, in the words of l. A cancelled session
// stays, with STATUS:CANCELLED, so that calendars strike it out. All times are
// UTC, which needs no VTIMEZONE.
func (s *Service) Calendar(ctx context.Context, a Authority, l *i18n.Locale) (string, error) {
	page, err := s.Sessions(ctx, a.ID, false, "", calendarSessions)
	if err != nil {
		return "", err
	}
	calls, err := s.callsIn(ctx, "meets|"+a.ID, calendarMeetings)
	if err != nil {
		return "", err
	}
	l = l.Plain()
	var c calendar
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//Musharaka//Council//" + strings.ToUpper(l.Lang()))
	c.line("CALSCALE:GREGORIAN")
	c.text("NAME", l.T("Sessions: {place}", "place", a.Name(l.Lang())))
	c.text("X-WR-CALNAME", l.T("Sessions: {place}", "place", a.Name(l.Lang())))
	c.line("REFRESH-INTERVAL;VALUE=DURATION:PT6H")
	base := s.PublicURL + "/" + l.Lang()
	host := hostOf(s.PublicURL)
	for _, x := range page.Items {
		c.session(l, a, x, base, host)
	}
	for _, x := range calls {
		c.meeting(l, a, x, base, host)
	}
	c.line("END:VCALENDAR")
	return c.b.String(), nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "musharaka.invalid"
}

// calendar writes content lines.
type calendar struct{ b strings.Builder }

func (c *calendar) session(l *i18n.Locale, a Authority, x Session, base, host string) {
	summary := l.T(kindLabels[x.Kind]) + ": " + a.Name(l.Lang())
	status := "CONFIRMED"
	if x.State == SessionCancelled {
		status = "CANCELLED"
	}
	var agenda []string
	for i, item := range x.Agenda {
		agenda = append(agenda, strconv.Itoa(i+1)+". "+item.Title)
	}
	c.line("BEGIN:VEVENT")
	c.common("session-"+x.ID+"@"+host, x.Base, x.StartsAt, status)
	if !x.ClosedAt.IsZero() && x.ClosedAt.After(x.StartsAt) {
		c.line("DTEND:" + stamp(x.ClosedAt))
	}
	c.text("SUMMARY", summary)
	c.text("LOCATION", x.Place)
	c.text("DESCRIPTION", strings.Join(agenda, "\n"))
	c.text("CATEGORIES", l.T(kindLabels[x.Kind]))
	c.line("URL:" + base + sessionPath(x))
	c.line("END:VEVENT")
}

func (c *calendar) meeting(l *i18n.Locale, a Authority, x Call, base, host string) {
	c.line("BEGIN:VEVENT")
	c.common("call-"+x.ID+"@"+host, x.Base, x.MeetsAt, "CONFIRMED")
	c.text("SUMMARY", x.Title)
	c.text("LOCATION", x.Place)
	c.text("DESCRIPTION", l.T(callLabels[x.Kind])+": "+a.Name(l.Lang()))
	c.text("CATEGORIES", l.T(callLabels[x.Kind]))
	c.line("URL:" + base + callPath(x))
	c.line("END:VEVENT")
}

// common is what every event has. DTSTAMP is the time of the last change, as
// the feed has no METHOD (RFC 5545, 3.8.7.2).
func (c *calendar) common(uid string, b Base, at time.Time, status string) {
	c.line("UID:" + uid)
	c.line("DTSTAMP:" + stamp(b.ChangedAt))
	c.line("LAST-MODIFIED:" + stamp(b.ChangedAt))
	c.line("SEQUENCE:" + strconv.Itoa(max(len(b.History)-1, 0)))
	c.line("DTSTART:" + stamp(at))
	c.line("STATUS:" + status)
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a property with a text value (RFC 5545, 3.3.11); empty ones are
// left out.
func (c *calendar) text(name, value string) {
	value = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, ""))
	if value != "" {
		c.line(name + ":" + escapes.Replace(value))
	}
}

// lineOctets is how long a line may be without its break (RFC 5545, 3.1).
const lineOctets = 75

// line writes a content line, folded between characters, never inside one.
func (c *calendar) line(s string) {
	room := lineOctets
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		c.b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], lineOctets-1 // the blank in front counts
	}
	c.b.WriteString(s + "\r\n")
}
