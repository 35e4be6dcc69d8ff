package ui

import (
	"github.com/a-h/templ"
	"strconv"
	"unicode/utf8"
)

// FormSpec is a form element. Forms post unless Get is set, say nothing to the
// browser's own validation (its messages come in the browser's language, not
// the reader's) and answer 303 or 422.
type FormSpec struct {
	Action string
	Get    bool
	// Files lets the form carry file uploads.
	Files bool
	// Unsaved asks for a confirmation when the page is left with changes (needs the script).
	Unsaved bool
	// Role "search" marks a search form.
	Role string
	// Label names the form for screen readers where a page has several.
	Label string
}

// TextField is a single line to fill in.
type TextField struct {
	Name, Label, Hint, Value string
	// Type is "text" (also when empty), "email", "tel", "url", "password" or "number";
	// for whole numbers and codes use Numeric with a text.
	Type         string
	Numeric      bool   // brings up digits on a phone
	Autocomplete string // "name", "email", "tel", "bday-year" …
	Max          int    // most characters; shown as the browser's limit
	Size         int    // width in characters when what is expected is short
	Ltr          bool   // references, phones, addresses: always left to right
	AutoDir      bool   // people's own words: direction from the first letter
	Prefix       string
	Suffix       string // such as a currency
	Optional     bool   // says so behind the label
	Heading      bool   // the label is the page's h1 (one question a page)
	Caption      string // above a Heading, such as "Step 2 of 7"
	Disabled     bool
}

// TextareaField is a text of several lines. With Max it says how long the
// text may be, and the script counts down.
type TextareaField struct {
	Name, Label, Hint, Value string
	Rows                     int // 5 when 0
	Max                      int
	Optional                 bool
	Heading                  bool
	Caption                  string
}

// Option is one answer of a choice.
type Option struct {
	Value, Label, Hint string
	// Reveal is shown under the option while it is chosen (radios, checkboxes).
	Reveal templ.Component
	// Divider puts the word "or" above the option (radios).
	Divider bool
	// Group starts or continues an optgroup of that name (select).
	Group string
	// AutoDir is for labels in people's own words.
	AutoDir bool
}

// SelectField is a choice from a list that drops down; up to seven answers are better as radios.
type SelectField struct {
	Name, Label, Hint, Value string
	Options                  []Option
	Empty                    string // label of the empty first answer; none when ""
	Optional                 bool
}

// RadiosField is a choice of one.
type RadiosField struct {
	Name, Label, Hint, Value string
	Options                  []Option
	Inline                   bool // for two short answers
	Optional                 bool
	Heading                  bool
	Caption                  string
}

// CheckboxesField is a choice of any number.
type CheckboxesField struct {
	Name, Label, Hint string
	Values            []string
	Options           []Option
	Optional          bool
	Heading           bool
	Caption           string
}

// CheckboxField is one box to tick: a consent, a wish. Value is "on" when empty.
type CheckboxField struct {
	Name, Label, Hint, Value string
	Checked                  bool
}

// FileField is a file to attach.
type FileField struct {
	Name, Label, Hint string
	Accept            string // "image/jpeg,image/png,application/pdf"
	Limit             string // "5 MB": shown with the hint
	Multiple          bool
	Optional          bool
}

// DateField is a day given as day, month and year, sent as Name-day, Name-month
// and Name-year. An error is filed under Name.
type DateField struct {
	Name, Label, Hint string
	Day, Month, Year  string
	Autocomplete      bool // it is the person's birthday
	Heading           bool
	Caption           string
}

// SearchField is a box to search with, its button beside it.
type SearchField struct {
	Name, Label, Hint, Value string
	Button                   string // "Search" when empty
	HideLabel                bool
	List                     []string // suggestions, as a datalist
}

// FieldsetSpec groups fields under a legend. Name is the field whose error
// belongs to the group, if any.
type FieldsetSpec struct {
	Name, Legend, Hint string
	Heading            bool
	Caption            string
	// Large makes the legend as large as a section heading.
	Large bool
}

// field is what all fields share.
type field struct {
	name, id, label, hint, problem string
	optional, heading, hideLabel   bool
	caption                        string
	limit                          int
	grouped                        bool // a fieldset, on which aria-invalid means nothing
}

// describedBy lists the ids of hint, error and limit, in the order they are read.
func (f field) describedBy() string {
	s := ""
	add := func(id string) {
		if s != "" {
			s += " "
		}
		s += id
	}
	if f.hint != "" {
		add(f.id + "-hint")
	}
	if f.problem != "" {
		add(f.id + "-error")
	}
	if f.limit > 0 {
		add(f.id + "-limit")
	}
	return s
}

func (p Page) field(name, label, hint string) field {
	return field{name: name, id: fieldID(name), label: label, hint: hint, problem: p.ErrorFor(name)}
}

func (f TextField) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// dir is the direction of the box, "" for the page's own.
func (f TextField) dir() string {
	switch {
	case f.Ltr || f.Type == "email" || f.Type == "tel" || f.Type == "url":
		return "ltr"
	case f.AutoDir:
		return "auto"
	}
	return ""
}

func (f TextField) mode() string {
	switch {
	case f.Numeric:
		return "numeric"
	case f.Type == "email", f.Type == "tel", f.Type == "url":
		return f.Type
	}
	return ""
}

func (f TextareaField) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

// left is how many characters may still be typed; below zero there are too many.
func (f TextareaField) left() int { return f.Max - utf8.RuneCountInString(f.Value) }

// optionID is the id of the i-th answer; the first carries the field's own id,
// so that the error summary's link lands on it.
func optionID(f field, i int) string {
	if i == 0 {
		return f.id
	}
	return f.id + "-" + strconv.Itoa(i+1)
}

// group is a run of options under one optgroup.
type group struct {
	label   string
	options []Option
}

func (f SelectField) groups() []group {
	var out []group
	for _, o := range f.Options {
		if n := len(out); n == 0 || out[n-1].label != o.Group {
			out = append(out, group{label: o.Group})
		}
		out[len(out)-1].options = append(out[len(out)-1].options, o)
	}
	return out
}

// value is what a single box sends.
func (f CheckboxField) value() string {
	if f.Value == "" {
		return "on"
	}
	return f.Value
}

// auto is the part's autocomplete hint, when the date is a birthday.
func (d DateField) auto(hint string) string {
	if d.Autocomplete {
		return hint
	}
	return ""
}

// described links a field with its hint, error and limit.
func described(f field) templ.Attributes {
	a := templ.Attributes{}
	if by := f.describedBy(); by != "" && f.id != "" {
		a["aria-describedby"] = by
	}
	if f.problem != "" && !f.grouped {
		a["aria-invalid"] = "true"
	}
	return a
}

// boxDescribed is described for a single box, whose hint stands below it.
func boxDescribed(f field, hint string) templ.Attributes {
	f.hint = hint
	return described(f)
}

// join puts two sentences beside each other.
func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
