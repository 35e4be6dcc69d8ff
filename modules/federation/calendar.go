package federation

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ical"
)

// calendarMeetings is how many meetings a calendar holds.
const calendarMeetings = 200

// Calendar is a network's public meetings for calendars (RFC 5545), in the
// words of l: those that were convened and announced, those held. A cancelled
// one stays with STATUS:CANCELLED, so that calendars strike it out. A UID never
// changes; SEQUENCE grows when time or place of a meeting do.
func (s *Service) Calendar(ctx context.Context, n Network, l *i18n.Locale) (string, error) {
	page, err := s.Public(ctx, n.ID, Meeting, "", calendarMeetings)
	if err != nil {
		return "", err
	}
	l = l.Plain()
	name := l.T("Meetings: {network}", "network", n.Name(l.Lang()))
	var w ical.Writer
	w.Line("BEGIN:VCALENDAR")
	w.Line("VERSION:2.0")
	w.Line("PRODID:-//Musharaka//Network//" + strings.ToUpper(l.Lang()))
	w.Line("CALSCALE:GREGORIAN")
	w.Text("NAME", name)
	w.Text("X-WR-CALNAME", name)
	w.Line("REFRESH-INTERVAL;VALUE=DURATION:PT6H")
	for _, r := range page.Items {
		s.event(&w, l, r)
	}
	w.Line("END:VCALENDAR")
	return w.String(), nil
}

// event writes one meeting. DTSTAMP is the time of the last change, as the feed
// has no METHOD (RFC 5545, 3.8.7.2).
func (s *Service) event(w *ical.Writer, l *i18n.Locale, r Record) {
	host := "musharaka.invalid"
	if u, err := url.Parse(s.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	status := "CONFIRMED"
	if r.State == Cancelled {
		status = "CANCELLED"
	}
	words, _ := r.In(l.Lang())
	about := words.Text
	for i, item := range r.Sitting.Agenda {
		about += "\n" + strconv.Itoa(i+1) + ". " + item
	}
	w.Line("BEGIN:VEVENT")
	w.Line("UID:network-" + r.ID + "@" + host)
	w.Line("DTSTAMP:" + ical.Stamp(r.ChangedAt))
	w.Line("LAST-MODIFIED:" + ical.Stamp(r.ChangedAt))
	w.Line("CREATED:" + ical.Stamp(r.CreatedAt))
	w.Line("SEQUENCE:" + strconv.Itoa(r.Sequence))
	w.Line("DTSTART:" + ical.Stamp(r.At))
	if !r.Until.IsZero() {
		w.Line("DTEND:" + ical.Stamp(r.Until))
	}
	w.Line("STATUS:" + status)
	w.Text("SUMMARY", words.Title)
	w.Text("LOCATION", r.Sitting.Place)
	w.Text("DESCRIPTION", strings.TrimSpace(about))
	w.Text("CATEGORIES", l.T(MeetingNames[r.Sort]))
	w.Line("URL:" + s.PublicURL + "/" + l.Lang() + recordPath(r))
	w.Line("END:VEVENT")
}
