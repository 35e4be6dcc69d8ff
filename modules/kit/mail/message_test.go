package mail

import (
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

func TestNoHeaderCanBeSmuggledIn(t *testing.T) {
	for _, evil := range []string{"\r\nBcc: all@example.org", "\nX: y", "\r", "\x00", "\x7f", "\u0085", "\u2028X: y"} {
		for field, put := range map[string]func(*Message){
			"Key": func(m *Message) { m.Key += evil }, "To": func(m *Message) { m.To += evil },
			"Lang": func(m *Message) { m.Lang += evil }, "Subject": func(m *Message) { m.Subject += evil },
			"Kind": func(m *Message) { m.Kind += evil }, "UnsubscribeURL": func(m *Message) { m.UnsubscribeURL += evil },
		} {
			m := arabic()
			put(&m)
			if err := m.Check(); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q in %s: %v, want invalid", evil, field, err)
			}
		}
	}
}

func TestWhatAMailNeeds(t *testing.T) {
	if err := arabic().Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Message){
		"key":                      func(m *Message) { m.Key = "" },
		"subject":                  func(m *Message) { m.Subject = "" },
		"text twin":                func(m *Message) { m.Text = "" },
		"HTML twin":                func(m *Message) { m.HTML = "" },
		"a way to stop":            func(m *Message) { m.UnsubscribeURL = "" },
		"a kind to stop":           func(m *Message) { m.Kind = "" },
		"a link with a host":       func(m *Message) { m.UnsubscribeURL = "/unsubscribe/abc" },
		"a link without a bracket": func(m *Message) { m.UnsubscribeURL += ">,<https://evil.example" },
	} {
		m := arabic()
		spoil(&m)
		if err := m.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("without %s: %v, want invalid", name, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for address, good := range map[string]bool{
		"amal@example.org": true, "a.b+c@mail.example.org": true,
		"": false, "amal": false, "amal@": false, "Amal <amal@example.org>": false, "<amal@example.org>": false,
		"a@example.org, b@example.org": false, " a@example.org": false,
		strings.Repeat("a", 250) + "@example.org": false,
	} {
		if err := CheckAddress(address); (err == nil) != good {
			t.Errorf("CheckAddress(%q) = %v", address, err)
		}
	}
}
