package open311

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// datetimes are the profiles of the W3C note on dates and times.
var datetimes = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"}

// parseTime reads a date and time of the standard. A plus sign that was not
// escaped arrives as a space. end makes a whole day, month or year end at its
// last moment.
func parseTime(name, text string, end bool) (time.Time, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "+")
	for i, layout := range datetimes {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() < 1970 || t.Year() > 9000 {
			break
		}
		if end {
			t = []time.Time{t, t, t.AddDate(0, 0, 1), t.AddDate(0, 1, 0), t.AddDate(1, 0, 0)}[i]
			if i >= 2 {
				t = t.Add(-time.Millisecond)
			}
		}
		return t.UTC(), nil
	}
	return time.Time{}, fault.New(fault.Invalid, "{name} must be a date and time of ISO 8601 with its time zone, such as 2026-03-31T12:00:00Z.", "name", name)
}

// csv splits a list of the standard.
func csv(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

var errManyIDs = fault.New(fault.Invalid, "At most {limit} values may be asked for at once.", "limit", maxIDs)

const maxIDs = 200

// parseQuery reads the filters of GET requests. An empty parameter is one that
// is not there.
func parseQuery(v url.Values, now time.Time) (Query, error) {
	q := Query{IDs: csv(v.Get("service_request_id")), Codes: csv(v.Get("service_code")), Size: maxList}
	if len(q.IDs) > maxIDs || len(q.Codes) > maxIDs {
		return q, errManyIDs
	}
	if len(q.IDs) > 0 {
		return q, nil
	}
	if err := q.readStatus(v["status"]); err != nil {
		return q, err
	}
	if err := q.readSpan(v.Get("start_date"), v.Get("end_date"), now); err != nil {
		return q, err
	}
	if text := v.Get("updated_after"); text != "" {
		var err error
		if q.UpdatedFrom, err = parseTime("updated_after", text, false); err != nil {
			return q, err
		}
	}
	return q, q.readPage(v.Get("page"), v.Get("page_size"))
}

func (q *Query) readStatus(given []string) error {
	wanted := csv(strings.ToLower(strings.Join(given, ",")))
	for _, s := range wanted {
		if s != StatusOpen && s != StatusClosed {
			return fault.New(fault.Invalid, "status is open or closed, or both separated by a comma.")
		}
	}
	if len(wanted) == 1 {
		q.Status = wanted[0]
	}
	return nil
}

// readSpan reads the dates: at most ninety days, the last ninety by default.
func (q *Query) readSpan(start, end string, now time.Time) (err error) {
	if start != "" {
		if q.From, err = parseTime("start_date", start, false); err != nil {
			return err
		}
	}
	if end != "" {
		if q.To, err = parseTime("end_date", end, true); err != nil {
			return err
		}
	}
	switch {
	case start == "" && end == "":
		q.From, q.To = now.Add(-maxSpan), now
	case start == "":
		q.From = q.To.Add(-maxSpan)
	case end == "":
		q.To = q.From.Add(maxSpan)
	}
	if q.To.Before(q.From) {
		return fault.New(fault.Invalid, "end_date must not be before start_date.")
	}
	if q.To.Sub(q.From) > maxSpan {
		return fault.New(fault.Invalid, "start_date and end_date may be at most 90 days apart.")
	}
	return nil
}

func (q *Query) readPage(page, size string) error {
	n, err := number("page", page, 1, maxDeep)
	if err != nil {
		return err
	}
	if q.Size, err = number("page_size", size, maxList, maxList); err != nil {
		return err
	}
	q.Skip = (n - 1) * q.Size
	if q.Skip+q.Size > maxDeep {
		return fault.New(fault.Invalid, "Pages reach {limit} requests deep: narrow the dates instead.", "limit", maxDeep)
	}
	return nil
}

var msgNumber = i18n.Msg("{name} must be a whole number from 1 to {limit}.")

func number(name, text string, usual, most int) (int, error) {
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, &fault.Error{Kind: fault.Invalid, Message: msgNumber, Args: []any{"name", name, "limit", most}}
	}
	return n, nil
}
