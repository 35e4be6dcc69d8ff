package form

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"musharaka/modules/kit/fault"
)

const (
	// MaxRunes is the most characters any one field may hold, whatever its own
	// limit. It is far beyond what anybody types, so that a text that is too long
	// for its field comes back with its sentence and nothing of it is lost.
	MaxRunes = 200_000
	// MaxValues is the most values one field may be sent with.
	MaxValues = 200
)

// Read fills the struct that into points to from the posted form, url-encoded
// or multipart, and checks it. The faults: Invalid for a body that is no form,
// TooLarge for a field beyond MaxRunes or MaxValues. Files of a multipart form
// are left to kit/file.
func Read(c *fiber.Ctx, into any) (Errors, error) {
	values, err := posted(c)
	if err != nil {
		return nil, err
	}
	if err := fill(values, into); err != nil {
		return nil, err
	}
	return Check(into), nil
}

// Fill is Read without the check, for a button that keeps a draft as it is.
func Fill(c *fiber.Ctx, into any) error {
	values, err := posted(c)
	if err != nil {
		return err
	}
	return fill(values, into)
}

// Query fills the struct that into points to from the address, for the filters
// of a list, and checks it. Its fault is Read's TooLarge.
func Query(c *fiber.Ctx, into any) (Errors, error) {
	if err := fill(argsValues(c.Request().URI().QueryArgs()), into); err != nil {
		return nil, err
	}
	return Check(into), nil
}

// Names returns the names of the fields that a form reads, in their order, so
// that a test can compare them with those of its page.
func Names(of any) []string {
	var names []string
	for _, f := range fieldsOf(indirect(reflect.TypeOf(of))) {
		if f.kind == kindDate {
			names = append(names, f.name+"-day", f.name+"-month", f.name+"-year")
		} else {
			names = append(names, f.name)
		}
	}
	return names
}

// values returns all values that were sent under a name.
type values func(name string) []string

// posted returns the values of the request's body.
func posted(c *fiber.Ctx) (values, error) {
	kind, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case fiber.MIMEApplicationForm:
		return argsValues(c.Request().PostArgs()), nil
	case fiber.MIMEMultipartForm:
		m, err := c.MultipartForm()
		if err != nil {
			return nil, fault.New(fault.Invalid, "The form arrived incomplete. Go back and send it again.").Because("form.Read", err)
		}
		return func(name string) []string { return m.Value[name] }, nil
	default:
		return nil, fault.New(fault.Invalid, "This address expects a form.")
	}
}

func argsValues(args interface{ PeekMulti(key string) [][]byte }) values {
	return func(name string) []string {
		found := args.PeekMulti(name)
		out := make([]string, len(found))
		for i, v := range found {
			out[i] = string(v) // fasthttp uses the bytes again for the next request
		}
		return out
	}
}

type kind uint8

const (
	kindString kind = iota
	kindBool
	kindStrings
	kindDate
)

// field is what the tags of a struct's field say.
type field struct {
	index  []int
	name   string
	kind   kind
	lines  bool
	digits bool
}

var plans sync.Map // reflect.Type → []field

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldsOf returns the fields of a form's type. It panics where a type cannot
// be read into, which the first test of the form meets.
func fieldsOf(t reflect.Type) []field {
	if known, ok := plans.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("form")
		if !tagged || tag == "-" {
			continue
		}
		options := strings.Split(tag, ",")
		plan := field{index: f.Index, name: options[0], lines: slices.Contains(options[1:], "text"), digits: slices.Contains(options[1:], "digits")}
		for _, o := range options[1:] {
			if o != "line" && o != "text" && o != "digits" {
				panic(fmt.Sprintf("form: %s.%s: the tag knows line, text and digits, not %q", t, f.Name, o))
			}
		}
		switch {
		case f.Type == reflect.TypeFor[Date]():
			plan.kind = kindDate
		case f.Type.Kind() == reflect.String:
			plan.kind = kindString
		case f.Type.Kind() == reflect.Bool:
			plan.kind = kindBool
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.String:
			plan.kind = kindStrings
		default:
			panic(fmt.Sprintf("form: %s.%s: a form's field is a string, a bool, a []string or a form.Date", t, f.Name))
		}
		fields = append(fields, plan)
	}
	plans.Store(t, fields)
	return fields
}

func fill(sent values, into any) error {
	v := reflect.ValueOf(into).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if err := f.set(v.FieldByIndex(f.index), sent); err != nil {
			return err
		}
	}
	return nil
}

// set puts what was sent for one field into the struct.
func (f field) set(v reflect.Value, sent values) error {
	if f.kind == kindDate {
		var d Date
		for suffix, part := range map[string]*string{"-day": &d.Day, "-month": &d.Month, "-year": &d.Year} {
			p := field{name: f.name + suffix, digits: true}
			if err := p.set(reflect.ValueOf(part).Elem(), sent); err != nil {
				return err
			}
		}
		v.Set(reflect.ValueOf(d))
		return nil
	}
	found := sent(f.name)
	if len(found) > MaxValues {
		return fault.New(fault.TooLarge, "More answers were sent than this form has.")
	}
	for i := range found {
		text, err := f.clean(found[i])
		if err != nil {
			return err
		}
		found[i] = text
	}
	switch f.kind {
	case kindString:
		text := ""
		if len(found) > 0 {
			text = found[0]
		}
		v.SetString(text)
	case kindBool:
		v.SetBool(slices.ContainsFunc(found, ticked))
	case kindStrings:
		found = slices.DeleteFunc(found, func(s string) bool { return s == "" })
		list := reflect.MakeSlice(v.Type(), len(found), len(found))
		for i, s := range found {
			list.Index(i).SetString(s)
		}
		v.Set(list)
	}
	return nil
}

func (f field) clean(s string) (string, error) {
	// The bytes first: a text that is much too long is not even normalised.
	if len(s) > MaxRunes*utf8.UTFMax {
		return "", tooLong()
	}
	s = Clean(s, f.lines)
	if f.digits {
		s = Digits(s)
	}
	if utf8.RuneCountInString(s) > MaxRunes {
		return "", tooLong()
	}
	return s, nil
}

func tooLong() error {
	return fault.New(fault.TooLarge, "One of your answers is longer than this site accepts.")
}

func ticked(s string) bool { return s == "on" || s == "true" || s == "1" || s == "yes" }
