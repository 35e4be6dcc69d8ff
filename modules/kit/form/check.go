package form

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"musharaka/modules/kit/i18n"
)

// Messenger is a form with sentences of its own: the key is the field's name
// and the rule's, "object.required", or the field's name alone for any rule.
// {limit} stands for the rule's number.
type Messenger interface{ Messages() map[string]string }

var check = newValidator()

func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("form"), ",")
		return name
	})
	// A day is judged as the text that was typed.
	v.RegisterCustomTypeFunc(func(d reflect.Value) any { return d.Interface().(Date).String() }, Date{})
	for name, rule := range rules {
		err := v.RegisterValidation(name, func(f validator.FieldLevel) bool { return rule(f.Field().String()) })
		if err != nil {
			panic("form: rule " + name + ": " + err.Error())
		}
	}
	return v
}

// Check judges a filled form by the rules in its validate tags. With names, it
// judges those fields only: a form of several pages is checked page by page
// and as a whole in the end.
func Check(form any, names ...string) Errors {
	err := check.Struct(form)
	var found validator.ValidationErrors
	if !errors.As(err, &found) {
		if err != nil {
			panic(fmt.Sprintf("form: %T: %v", form, err)) // not a struct: a mistake of ours
		}
		return nil
	}
	var sentences map[string]string
	if m, ok := form.(Messenger); ok {
		sentences = m.Messages()
	}
	var mistakes Errors
	for _, f := range found {
		name, _, _ := strings.Cut(f.Field(), "[") // an element of a list is the list's mistake
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		var args []any
		if limit, err := strconv.Atoi(f.Param()); err == nil {
			args = []any{"limit", limit}
		}
		mistakes.Add(name, sentence(sentences, name, f), args...)
	}
	return mistakes
}

func sentence(own map[string]string, name string, f validator.FieldError) string {
	for _, k := range []string{name + "." + f.Tag(), name} {
		if s := own[k]; s != "" {
			return s
		}
	}
	tag := f.Tag()
	switch f.Kind() {
	case reflect.Slice:
		tag += " choices"
	case reflect.Bool:
		tag += " tick"
	}
	for _, k := range []string{tag, f.Tag()} {
		if s := general[k]; s != "" {
			return s
		}
	}
	return i18n.Msg("This cannot be accepted as it is. Check it.")
}

// general are the sentences for fields without their own.
var general = map[string]string{
	"required":         i18n.Msg("Fill this in."),
	"required choices": i18n.Msg("Choose at least one answer."),
	"required tick":    i18n.Msg("Tick this box to continue."),
	"max":              i18n.Msg("Enter at most {limit} characters."),
	"max choices":      i18n.Msg("Choose at most {limit} answers."),
	"min":              i18n.Msg("Enter at least {limit} characters."),
	"min choices":      i18n.Msg("Choose at least {limit} answers."),
	"len":              i18n.Msg("Enter exactly {limit} characters."),
	"oneof":            i18n.Msg("Choose one of the answers offered."),
	"email":            i18n.Msg("Enter an e-mail address such as name@example.org."),
	"url":              i18n.Msg("Enter a web address that begins with https://."),
	"http_url":         i18n.Msg("Enter a web address that begins with https://."),
	"plain":            i18n.Msg("Leave out web addresses: here is room for your own words only."),
	"csvsafe":          i18n.Msg("Begin with a letter or a digit."),
	"digits":           i18n.Msg("Enter digits only."),
	"person":           i18n.Msg("Enter the name as it stands on the identity card."),
	"phone":            i18n.Msg("Enter a telephone number such as +216 71 234 567 or +212 539 123 456."),
	"date":             i18n.Msg("Enter a day that exists, such as 31 12 2026."),
	"year":             i18n.Msg("Enter a year in four digits."),
}
