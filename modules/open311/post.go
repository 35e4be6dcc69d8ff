package open311

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
)

// The bounds of what is sent.
const (
	maxBody        = 128 << 10
	maxDescription = 4000 // letters (GeoReport v2, POST request)
	maxShort       = 200
	maxAnswer      = 4000
	maxAnswers     = 100 // answered questions, and values of one
)

var attributeName = regexp.MustCompile(`^attribute\[([^\[\]]{1,80})\](\[\])?$`)

// parsePost reads the form of POST requests. It judges what can be judged
// without the service.
func parsePost(v url.Values) (Input, error) {
	in := Input{Service: form.Clean(v.Get("service_code"), false), Answers: map[string][]string{}}
	if in.Service == "" {
		return in, fault.New(fault.Invalid, "service_code was not provided.")
	}
	for _, f := range []struct {
		name  string
		to    *string
		most  int
		lines bool
	}{
		{"address_string", &in.Address, maxShort, false}, {"address_id", &in.AddressID, maxShort, false}, {"email", &in.Email, maxShort, false}, {"phone", &in.Phone, 40, false},
		{"first_name", &in.FirstName, maxShort, false}, {"last_name", &in.LastName, maxShort, false}, {"description", &in.Description, maxDescription, true}, {"media_url", &in.MediaURL, 500, false},
	} {
		*f.to = form.Clean(v.Get(f.name), f.lines)
		if utf8.RuneCountInString(*f.to) > f.most {
			return in, fault.New(fault.Invalid, "{name} is longer than {limit} letters.", "name", f.name, "limit", f.most)
		}
	}
	if in.Email != "" {
		if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email {
			return in, fault.New(fault.Invalid, "{name} is not written as it should be.", "name", "email")
		}
	}
	if in.MediaURL != "" {
		if u, err := url.Parse(in.MediaURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return in, fault.New(fault.Invalid, "{name} is not written as it should be.", "name", "media_url")
		}
	}
	if err := in.readPlace(v.Get("lat"), v.Get("long")); err != nil {
		return in, err
	}
	return in, in.readAnswers(v)
}

// readPlace reads the location: one of the three ways is needed.
func (in *Input) readPlace(lat, long string) error {
	lat, long = strings.TrimSpace(lat), strings.TrimSpace(long)
	if lat == "" && long == "" {
		if in.Address == "" && in.AddressID == "" {
			return fault.New(fault.Invalid, "Give a location: lat and long, address_string or address_id.")
		}
		return nil
	}
	var err error
	if in.Lat, err = degrees("lat", lat, 90); err != nil {
		return err
	}
	if in.Long, err = degrees("long", long, 180); err != nil {
		return err
	}
	in.Located = true
	return nil
}

var numeric = regexp.MustCompile(`^[+-]?\d{1,15}(\.\d{1,15})?$`)

var decimal = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d{1,20})?$`)

func degrees(name, text string, most float64) (float64, error) {
	d, err := strconv.ParseFloat(text, 64)
	if err != nil || !decimal.MatchString(text) || d < -most || d > most {
		return 0, fault.New(fault.Invalid, "{name} must be degrees of WGS 84, such as 36.8065.", "name", name)
	}
	return d, nil
}

// readAnswers collects attribute[code] and attribute[code][].
func (in *Input) readAnswers(v url.Values) error {
	for name, values := range v {
		m := attributeName.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		code := form.Clean(m[1], false)
		for _, value := range values {
			if value = form.Clean(value, true); value == "" || slices.Contains(in.Answers[code], value) {
				continue
			}
			if utf8.RuneCountInString(value) > maxAnswer {
				return fault.New(fault.Invalid, "{name} is longer than {limit} letters.", "name", "attribute["+code+"]", "limit", maxAnswer)
			}
			in.Answers[code] = append(in.Answers[code], value)
		}
		slices.Sort(in.Answers[code]) // both spellings of a list may be mixed, in whatever order
		if len(in.Answers) > maxAnswers || len(in.Answers[code]) > maxAnswers {
			return errManyIDs
		}
	}
	return nil
}

// judge compares the answers with the questions of the service.
func (in *Input) judge(d Definition) error {
	known := map[string]bool{}
	for _, a := range d.Questions {
		if !a.Variable {
			continue
		}
		known[a.Code] = true
		given := in.Answers[a.Code]
		if a.Required && len(given) == 0 {
			return fault.New(fault.Invalid, "{name} was not provided.", "name", "attribute["+a.Code+"]")
		}
		if len(given) > 1 && a.Datatype != TypeMulti || slices.ContainsFunc(given, func(v string) bool { return !a.takes(v) }) {
			return fault.New(fault.Invalid, "{name} is not one of the answers that the question takes.", "name", "attribute["+a.Code+"]")
		}
	}
	for code, given := range in.Answers {
		if !known[code] && len(given) > 0 {
			return fault.New(fault.Invalid, "The service has no question {name}.", "name", "attribute["+code+"]")
		}
	}
	return nil
}

// takes reports whether one value answers a question.
func (a Attribute) takes(value string) bool {
	switch a.Datatype {
	case TypeNumber:
		return numeric.MatchString(value)
	case TypeDatetime:
		_, err := parseTime(a.Code, value, false)
		return err == nil
	case TypeSingle, TypeMulti:
		return slices.ContainsFunc(a.Values, func(v Value) bool { return v.Key == value })
	case TypeString:
		return utf8.RuneCountInString(value) <= 1000
	}
	return true
}

// at reads a moment that a server wrote; zero when it wrote none.
func at(text string) time.Time {
	t, err := parseTime("", text, false)
	if err != nil {
		return time.Time{}
	}
	return t
}
