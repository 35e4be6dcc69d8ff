package mail

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"

	"github.com/emersion/go-smtp"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// arabic is a mail in Arabic with a link to stop such mails.
func arabic() Message {
	return Message{
		Key: "petition.published:p1:amal", To: "amal@example.org", Lang: "ar",
		Subject:        "نُشرت عريضتكم «ممر آمن أمام مدرسة ابن خلدون» على المنصة ويمكن الآن التوقيع عليها",
		Text:           "السلام عليكم،\n\nنُشرت عريضتكم.\n",
		HTML:           `<p dir="rtl">نُشرت عريضتكم.</p>`,
		Kind:           "petition.news",
		UnsubscribeURL: "https://musharaka.example/unsubscribe/abc",
	}
}

func (s *server) sender(t *testing.T, security Security, change func(*Settings)) *SMTP {
	t.Helper()
	settings := Settings{
		Host: s.host, Port: s.port, Security: security, Roots: s.roots,
		From: "مشاركة <no-reply@musharaka.example>", ReplyTo: "help@musharaka.example",
	}
	if change != nil {
		change(&settings)
	}
	sender, err := NewSMTP(settings, clock.NewFake(monday))
	must(t, err)
	return sender
}

func TestAMailArrivesWithItsHeadersAndBothTexts(t *testing.T) {
	for _, security := range []Security{StartTLS, ImplicitTLS, Plain} {
		t.Run(string(security), func(t *testing.T) {
			s := start(t, security, "127.0.0.1")
			must(t, s.sender(t, security, nil).Send(t.Context(), arabic()))
			if len(s.mails()) != 1 {
				t.Fatalf("%d mails arrived", len(s.mails()))
			}
			checkArrived(t, s.mails()[0], arabic())
		})
	}
}

func checkArrived(t *testing.T, raw string, want Message) {
	t.Helper()
	got, err := mail.ReadMessage(strings.NewReader(raw))
	must(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	must(t, err)
	if subject != want.Subject {
		t.Errorf("subject %q, want %q", subject, want.Subject)
	}
	for name, value := range map[string]string{
		"To": "<amal@example.org>", "Reply-To": "<help@musharaka.example>",
		"Date":             "Mon, 23 Nov 2026 08:00:00 +0000",
		"Message-Id":       "<" + messageID(want.Key, "no-reply@musharaka.example") + ">",
		"Auto-Submitted":   "auto-generated",
		"Content-Language": "ar",
		"List-Unsubscribe": "<https://musharaka.example/unsubscribe/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if h := got.Header.Get(name); h != value {
			t.Errorf("%s: %q, want %q", name, h, value)
		}
	}
	from, err := got.Header.AddressList("From")
	if err != nil || from[0].Name != "مشاركة" || from[0].Address != "no-reply@musharaka.example" {
		t.Errorf("From: %v, %v", from, err)
	}
	for _, line := range strings.Split(raw, "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > 127 }) {
			t.Errorf("a line of %d bytes that not every server takes: %q", len(line), line)
		}
	}
	parts := readParts(t, got)
	if parts["text/plain"] != strings.ReplaceAll(want.Text, "\n", "\r\n") && parts["text/plain"] != want.Text {
		t.Errorf("text: %q", parts["text/plain"])
	}
	if parts["text/html"] != want.HTML {
		t.Errorf("HTML: %q", parts["text/html"])
	}
}

func readParts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	found := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found
		}
		must(t, err)
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
			t.Errorf("part %q, %v, %v", kind, params, err)
		}
		var body io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(body)
		must(t, err)
		found[kind] = string(text)
	}
}

func TestAMailWithoutAKindCarriesNoUnsubscribeHeader(t *testing.T) {
	s := start(t, StartTLS, "127.0.0.1")
	m := arabic()
	m.Kind, m.UnsubscribeURL, m.Lang = "", "", "fr"
	m.Subject, m.Text, m.HTML = "Votre adresse à confirmer", "Bonjour,\n", "<p>Bonjour,</p>"
	must(t, s.sender(t, StartTLS, nil).Send(t.Context(), m))
	if raw := s.mails()[0]; strings.Contains(raw, "List-Unsubscribe") || !strings.Contains(raw, "quoted-printable") {
		t.Errorf("arrived as %s", raw)
	}
}

func TestOneClickIsPromisedOnlyOverHTTPS(t *testing.T) {
	s := start(t, StartTLS, "127.0.0.1")
	m := arabic()
	m.UnsubscribeURL = "http://localhost:3000/unsubscribe/abc"
	must(t, s.sender(t, StartTLS, nil).Send(t.Context(), m))
	if raw := s.mails()[0]; !strings.Contains(raw, "List-Unsubscribe: <http://localhost:3000/unsubscribe/abc>") || strings.Contains(raw, "List-Unsubscribe-Post") {
		t.Errorf("arrived as %s", raw)
	}
}

func TestSigningInToTheMailServer(t *testing.T) {
	for _, security := range []Security{StartTLS, ImplicitTLS} {
		s := start(t, security, "127.0.0.1")
		right := func(c *Settings) { c.Username, c.Password = "musharaka", "correct horse" }
		must(t, s.sender(t, security, right).Send(t.Context(), arabic()))
		if !s.signedIn {
			t.Errorf("%s: the mail was sent without signing in", security)
		}
		wrong := func(c *Settings) { c.Username, c.Password = "musharaka", "battery staple" }
		if err := s.sender(t, security, wrong).Send(t.Context(), arabic()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: wrong password: %v, want unavailable (the mail is not at fault)", security, err)
		}
	}
}

func TestAServerThatIsNotWhoItSaysGetsNothing(t *testing.T) {
	cases := map[string]struct {
		offered, wanted Security
		subject         string
		settings        func(*Settings)
	}{
		"STARTTLS, unknown authority": {StartTLS, StartTLS, "127.0.0.1", func(c *Settings) { c.Roots = nil }},
		"STARTTLS, another name":      {StartTLS, StartTLS, "mail.elsewhere.example", nil},
		"STARTTLS is not offered":     {Plain, StartTLS, "127.0.0.1", nil},
		"TLS, unknown authority":      {ImplicitTLS, ImplicitTLS, "127.0.0.1", func(c *Settings) { c.Roots = nil }},
		"TLS, another name":           {ImplicitTLS, ImplicitTLS, "mail.elsewhere.example", nil},
		"nobody listens at that port": {StartTLS, StartTLS, "127.0.0.1", func(c *Settings) { c.Port = 1 }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := start(t, c.offered, c.subject)
			if err := s.sender(t, c.wanted, c.settings).Send(t.Context(), arabic()); !fault.Is(err, fault.Unavailable) {
				t.Errorf("%v, want unavailable", err)
			}
			if len(s.mails()) != 0 {
				t.Error("the mail was handed over")
			}
		})
	}
}

func TestAnswersOfTheServerAreSorted(t *testing.T) {
	refuse := func(code int) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no such person: amal@example.org"}
	}
	cases := map[string]struct {
		set  func(*server)
		want fault.Kind
	}{
		"450 at RCPT":      {func(s *server) { s.rcpt = func(string) error { return refuse(450) } }, fault.Unavailable},
		"550 at RCPT":      {func(s *server) { s.rcpt = func(string) error { return refuse(550) } }, fault.Invalid},
		"452 at DATA":      {func(s *server) { s.data = func(*smtp.Conn) error { return refuse(452) } }, fault.Unavailable},
		"554 at DATA":      {func(s *server) { s.data = func(*smtp.Conn) error { return refuse(554) } }, fault.Invalid},
		"421 at MAIL":      {func(s *server) { s.onMail = func(*smtp.Conn) error { return refuse(421) } }, fault.Unavailable},
		"hangs up at MAIL": {func(s *server) { s.onMail = hangUp }, fault.Unavailable},
		"hangs up at DATA": {func(s *server) { s.data = hangUp }, fault.Unavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := start(t, StartTLS, "127.0.0.1")
			c.set(s)
			err := s.sender(t, StartTLS, nil).Send(t.Context(), arabic())
			if !fault.Is(err, c.want) || strings.Contains(err.Error(), "@") {
				t.Errorf("%v, want %s and no address in it", err, c.want)
			}
		})
	}
}

func hangUp(c *smtp.Conn) error {
	_ = c.Close()
	return errors.New("hung up")
}

func TestAMailTakenButNotAcknowledgedIsRepeatedUnderTheSameMessageID(t *testing.T) {
	s := start(t, StartTLS, "127.0.0.1")
	s.data = hangUp
	sender := s.sender(t, StartTLS, nil)
	if err := sender.Send(t.Context(), arabic()); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("%v, want unavailable", err)
	}
	s.data = nil
	must(t, sender.Send(t.Context(), arabic()))
	var ids []string
	for _, raw := range s.mails() {
		m, err := mail.ReadMessage(strings.NewReader(raw))
		must(t, err)
		ids = append(ids, m.Header.Get("Message-Id"))
	}
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("message ids %q", ids)
	}
}

func TestUnsafeOrUnworkableSettingsAreRefused(t *testing.T) {
	good := Settings{Host: "mail.example.org", Security: StartTLS, From: "no-reply@example.org"}
	if s, err := NewSMTP(good, clock.NewFake(monday)); err != nil || s.settings.Port != 587 {
		t.Fatalf("good settings: %v", err)
	}
	for name, spoil := range map[string]func(*Settings){
		"plain to another machine": func(s *Settings) { s.Security = Plain },
		"no protection named":      func(s *Settings) { s.Security = "" },
		"no host":                  func(s *Settings) { s.Host = "" },
		"no sender":                func(s *Settings) { s.From = "" },
		"a header in the sender":   func(s *Settings) { s.From = "a@example.org\r\nBcc: b@example.org" },
		"a bad reply address":      func(s *Settings) { s.ReplyTo = "nobody" },
	} {
		s := good
		spoil(&s)
		if _, err := NewSMTP(s, clock.NewFake(monday)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "10.0.0.1": false, "localhost.example.org": false} {
		if isLoopback(host) != want {
			t.Errorf("isLoopback(%q) = %v", host, !want)
		}
	}
}
