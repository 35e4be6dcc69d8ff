package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/mail"
	"net/url"
	"strings"

	"musharaka/modules/kit/fault"
)

// Message is one mail to one person, rendered.
type Message struct {
	Key            string `bson:"-"`         // what is told to whom: "petition.published:PETITION:PERSON"; sent once
	To             string `bson:"to"`        // bare address
	Lang           string `bson:"lang"`      // "ar", "fr", "en"
	Subject        string `bson:"subject"`   // one line
	Text           string `bson:"text"`      // the whole mail as text
	HTML           string `bson:"html"`      // the same as HTML
	Kind           string `bson:"kind"`      // what can be unsubscribed from: "petition.news"; "" cannot
	UnsubscribeURL string `bson:"unsub_url"` // Outbox.UnsubscribeURL(To, Kind) if Kind is set
	ReplyTo        string `bson:"reply_to"`  // bare address where an answer goes; "" is the sender's usual one
}

// Sender hands a mail over for delivery. Faults: Invalid when it will never be
// accepted, Unavailable when a later attempt may succeed.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Check returns Invalid for a message that must not be sent: one with a line
// break or another control character in a header field (with which a header
// could be smuggled in), an address that is none, or parts missing.
func (m Message) Check() error {
	for _, field := range []string{m.Key, m.To, m.Lang, m.Subject, m.Kind, m.UnsubscribeURL, m.ReplyTo} {
		if strings.ContainsFunc(field, isControl) {
			return fault.New(fault.Invalid, "A mail cannot have a line break in its address or subject.")
		}
	}
	if err := CheckAddress(m.To); err != nil {
		return err
	}
	if m.ReplyTo != "" {
		if err := CheckAddress(m.ReplyTo); err != nil {
			return err
		}
	}
	if m.Key == "" || m.Subject == "" || m.Text == "" || m.HTML == "" {
		return incomplete("a mail needs a key, a subject, a text and the same in HTML")
	}
	if (m.Kind == "") != (m.UnsubscribeURL == "") {
		return incomplete("a mail of a kind needs the whole link that stops the kind, and no other mail has one")
	}
	if u, err := url.Parse(m.UnsubscribeURL); m.UnsubscribeURL != "" && (err != nil || u.Host == "" || strings.ContainsAny(m.UnsubscribeURL, "<> ")) {
		return incomplete("a mail of a kind needs the whole link that stops the kind, and no other mail has one")
	}
	return nil
}

// incomplete says what the program left out: no person can put that right.
func incomplete(problem string) error {
	return fault.New(fault.Invalid, "").Because("mail.Check", errors.New(problem))
}

// CheckAddress returns Invalid for what is not one bare mail address.
func CheckAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address || len(address) > 254 {
		return fault.New(fault.Invalid, "This is not a complete mail address, such as name@example.org.")
	}
	return nil
}

// isControl reports whether r may not stand in a header field.
func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || (r >= 0x80 && r <= 0x9f) || r == '\u2028' || r == '\u2029'
}

// messageID returns the Message-ID (without its brackets) of a key, the same
// each time, in the domain of the sender's address.
func messageID(key, from string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + from[strings.LastIndexByte(from, '@'):]
}
