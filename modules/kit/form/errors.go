package form

import "musharaka/views/ui"

// Error is one mistake in one field. Message is an English sentence and the
// translation key; Args are name, value, name, value … for its placeholders.
type Error struct {
	Field, Message string
	Args           []any
}

// Errors are the mistakes of a form, one a field: those of Check in the order
// of the fields, then those that were added.
type Errors []Error

// Add reports a mistake that only the module's own rules can find. The first
// mistake of a field stays: two sentences beside one field confuse.
func (e *Errors) Add(field, message string, pairs ...any) {
	if !e.Has(field) {
		*e = append(*e, Error{field, message, pairs})
	}
}

// Has reports whether the field has a mistake.
func (e Errors) Has(field string) bool {
	for _, one := range e {
		if one.Field == field {
			return true
		}
	}
	return false
}

// Shown returns the mistakes in the reader's language, for ui.Page.Errors.
func (e Errors) Shown(t ui.Translator) []ui.FieldError {
	if len(e) == 0 {
		return nil
	}
	shown := make([]ui.FieldError, len(e))
	for i, one := range e {
		shown[i] = ui.FieldError{Field: one.Field, Message: t.T(one.Message, one.Args...)}
	}
	return shown
}
