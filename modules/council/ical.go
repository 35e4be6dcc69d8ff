package council

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ical"
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
	c.Line("BEGIN:VCALENDAR")
	c.Line("VERSION:2.0")
	c.Line("PRODID:-//Musharaka//Council//" + strings.ToUpper(l.Lang()))
	c.Line("CALSCALE:GREGORIAN")
	c.Text("NAME", l.T("Sessions: {place}", "place", a.Name(l.Lang())))
	c.Text("X-WR-CALNAME", l.T("Sessions: {place}", "place", a.Name(l.Lang())))
	c.Line("REFRESH-INTERVAL;VALUE=DURATION:PT6H")
	base := s.PublicURL + "/" + l.Lang()
	host := hostOf(s.PublicURL)
	for _, x := range page.Items {
		c.session(l, a, x, base, host)
	}
	for _, x := range calls {
		c.meeting(l, a, x, base, host)
	}
	c.Line("END:VCALENDAR")
	return c.String(), nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "musharaka.invalid"
}

// calendar writes the events of an authority.
type calendar struct{ ical.Writer }

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
	c.Line("BEGIN:VEVENT")
	c.common("session-"+x.ID+"@"+host, x.Base, x.StartsAt, status)
	if !x.ClosedAt.IsZero() && x.ClosedAt.After(x.StartsAt) {
		c.Line("DTEND:" + ical.Stamp(x.ClosedAt))
	}
	c.Text("SUMMARY", summary)
	c.Text("LOCATION", x.Place)
	c.Text("DESCRIPTION", strings.Join(agenda, "\n"))
	c.Text("CATEGORIES", l.T(kindLabels[x.Kind]))
	c.Line("URL:" + base + sessionPath(x))
	c.Line("END:VEVENT")
}

func (c *calendar) meeting(l *i18n.Locale, a Authority, x Call, base, host string) {
	c.Line("BEGIN:VEVENT")
	c.common("call-"+x.ID+"@"+host, x.Base, x.MeetsAt, "CONFIRMED")
	c.Text("SUMMARY", x.Title)
	c.Text("LOCATION", x.Place)
	c.Text("DESCRIPTION", l.T(callLabels[x.Kind])+": "+a.Name(l.Lang()))
	c.Text("CATEGORIES", l.T(callLabels[x.Kind]))
	c.Line("URL:" + base + callPath(x))
	c.Line("END:VEVENT")
}

// common is what every event has. DTSTAMP is the time of the last change, as
// the feed has no METHOD (RFC 5545, 3.8.7.2).
func (c *calendar) common(uid string, b Base, at time.Time, status string) {
	c.Line("UID:" + uid)
	c.Line("DTSTAMP:" + ical.Stamp(b.ChangedAt))
	c.Line("LAST-MODIFIED:" + ical.Stamp(b.ChangedAt))
	c.Line("SEQUENCE:" + strconv.Itoa(max(len(b.History)-1, 0)))
	c.Line("DTSTART:" + ical.Stamp(at))
	c.Line("STATUS:" + status)
}
