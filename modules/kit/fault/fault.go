// Package fault is the one error type of Musharaka.
//
// A fault says what kind of thing went wrong (Kind), what a person may be told
// about it (Message, an English sentence that is also the gettext message id,
// with its Args) and what went wrong underneath (Op and Err, for the log only).
// Pages and API answers are made from Kind and Message in one place, web.Fail;
// no other code turns an error into a status.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind sorts faults by what the asker can do about them.
type Kind uint8

// The kinds, with the HTTP status that kit/web answers for each.
const (
	Internal    Kind = iota // 500: our own mistake; nothing about it is shown
	Invalid                 // 422: what was sent cannot be accepted as it is
	SignIn                  // 401: the person must sign in first
	Forbidden               // 403: this person may not
	NotFound                // 404: there is none, or it must look as if there were none
	Gone                    // 410: it was here and is no more
	Conflict                // 409: somebody was faster, or it exists already
	TooLarge                // 413: more than is accepted
	TooMany                 // 429: too often; try again later
	Unavailable             // 503: a part we need does not answer
	Method                  // 405: there is something, but it takes another method; Allow says which
)

var kindNames = [...]string{"internal", "invalid", "sign_in", "forbidden", "not_found", "gone", "conflict", "too_large", "too_many", "unavailable", "method"}

// String returns the kind's stable name, as it stands in logs and problem documents.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Error is a fault. Message is safe to show; Op and Err are not shown.
type Error struct {
	Kind    Kind
	Message string // English sentence, also the translation key; may hold {name} placeholders
	Args    []any  // name, value, name, value … for the placeholders
	Op      string // the act that failed, such as "petition.Sign"
	Err     error  // the cause
}

// New returns a fault that may be shown: message is translated, args are
// name-value pairs for its {name} placeholders.
func New(kind Kind, message string, args ...any) *Error {
	return &Error{Kind: kind, Message: message, Args: args}
}

// Wrap notes in which act err happened and keeps its kind and message.
// It returns nil for a nil err.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: KindOf(err), Op: op, Err: err}
}

// Because attaches a cause, for the log, to a fault that is shown.
func (e *Error) Because(op string, cause error) *Error {
	c := *e
	c.Op, c.Err = op, cause
	return &c
}

// Error returns the chain of acts, the kind and the cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	if e.Message != "" {
		fmt.Fprintf(&b, "%s (%s)", e.Message, e.Kind)
		if e.Err != nil {
			b.WriteString(": ")
		}
	}
	switch {
	case e.Err != nil:
		b.WriteString(e.Err.Error())
	case e.Message == "":
		b.WriteString(e.Kind.String())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost fault in err's chain that has one;
// any other error is Internal.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Is reports whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Shown returns the outermost message in err's chain that may be shown, with
// its arguments, and "" when there is none.
func Shown(err error) (message string, args []any) {
	for err != nil {
		var f *Error
		if !errors.As(err, &f) {
			return "", nil
		}
		if f.Message != "" {
			return f.Message, f.Args
		}
		err = f.Err
	}
	return "", nil
}
