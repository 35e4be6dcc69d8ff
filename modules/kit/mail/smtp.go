package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"

	gomail "github.com/wneessen/go-mail"
)

// Security says how the connection to the SMTP server is protected.
type Security string

// The ways. Certificates are always verified.
const (
	StartTLS    Security = "starttls" // STARTTLS must be offered, or nothing is sent; port 587
	ImplicitTLS Security = "tls"      // TLS from the first byte; port 465
	Plain       Security = "plain"    // no protection: only to this machine itself
)

// Settings of the SMTP sender.
type Settings struct {
	Host     string
	Port     int // 0 means 465 for ImplicitTLS, 587 otherwise
	Security Security
	Username string // "" means no authentication
	Password string
	From     string         // "Musharaka <no-reply@example.org>" or a bare address
	ReplyTo  string         // "" means none
	Hello    string         // the name given in EHLO; "" means localhost
	Roots    *x509.CertPool // nil means the machine's certificate authorities
	Timeout  time.Duration  // of the conversation about one mail; 0 means 30 s
}

// SMTP sends mails through a server. Each mail has its own connection.
type SMTP struct {
	settings Settings
	from     *mail.Address
	replyTo  *mail.Address // nil: none
	clock    clock.Clock
}

// NewSMTP checks the settings and returns the sender; it does not connect.
// Invalid when a setting cannot work or is not safe; the cause names it, for the
// operator.
func NewSMTP(s Settings, clk clock.Clock) (*SMTP, error) {
	sender := &SMTP{settings: s, clock: clk}
	var err error
	if sender.from, err = mail.ParseAddress(s.From); err != nil {
		return nil, unusable("From is not a mail address")
	}
	if s.ReplyTo != "" {
		if sender.replyTo, err = mail.ParseAddress(s.ReplyTo); err != nil {
			return nil, unusable("ReplyTo is not a mail address")
		}
	}
	if s.Host == "" {
		return nil, unusable("Host is empty")
	}
	switch {
	case s.Security == StartTLS || s.Security == ImplicitTLS:
	case s.Security == Plain && isLoopback(s.Host):
	case s.Security == Plain:
		return nil, unusable("Security may be plain only when Host is this machine itself")
	default:
		return nil, unusable("Security must be starttls, tls or plain")
	}
	if s.Port == 0 {
		sender.settings.Port = 587
		if s.Security == ImplicitTLS {
			sender.settings.Port = 465
		}
	}
	if s.Timeout <= 0 {
		sender.settings.Timeout = 30 * time.Second
	}
	if s.Hello == "" {
		sender.settings.Hello = "localhost"
	}
	return sender, nil
}

// unusable says what is wrong with the settings.
func unusable(problem string) error {
	return fault.New(fault.Invalid, "").Because("mail settings", errors.New(problem))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send delivers m to the server. Invalid when the message or its recipient is
// refused for good (5xx); Unavailable when the server does not answer, is not
// who it should be, refuses our name and password, or asks to come back later (4xx).
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.settings.Timeout)
	defer cancel()
	conversation := &dialer{settings: s.settings, until: ctx}
	defer conversation.hangUp()
	client, err := gomail.NewClient(s.settings.Host, s.options(conversation)...)
	if err != nil {
		return fault.Wrap("mail.Send", err)
	}
	line, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fault.New(fault.Unavailable, "").Because("mail.Send: connecting", err)
	}
	err = client.SendWithSMTPClient(line, msg)
	if msg.IsDelivered() { // a broken farewell changes nothing
		err = nil
	}
	if err == nil {
		_ = client.CloseWithSMTPClient(line)
	}
	return refusal(err)
}

func (s *SMTP) options(d *dialer) []gomail.Option {
	o := []gomail.Option{
		gomail.WithPort(s.settings.Port),
		gomail.WithTimeout(s.settings.Timeout),
		gomail.WithHELO(s.settings.Hello),
		gomail.WithTLSConfig(s.settings.tls()),
		gomail.WithDialContextFunc(d.dial),
		gomail.WithoutNoop(), // a fresh connection need not be tried
	}
	if s.settings.Security == StartTLS {
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	} else {
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS)) // the dialer has seen to it, or it is this machine
	}
	if s.settings.Username != "" {
		o = append(o,
			gomail.WithUsername(s.settings.Username), gomail.WithPassword(s.settings.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return o
}

func (s Settings) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// dialer keeps hold of the connection: the library leaves it open when the
// greeting, the handshake or the sign-in fails, and does not end it with ctx.
type dialer struct {
	settings Settings
	until    context.Context // of the whole conversation; the one given to dial ends with the sign-in
	conn     net.Conn
	stop     func() bool
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if d.settings.Security == ImplicitTLS {
		conn, err = (&tls.Dialer{Config: d.settings.tls()}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	if err == nil {
		d.conn = conn
		d.stop = context.AfterFunc(d.until, func() { _ = conn.Close() })
	}
	return conn, err
}

func (d *dialer) hangUp() {
	if d.conn != nil {
		d.stop()
		_ = d.conn.Close()
	}
}

// refusal sorts the answer of a server. Its words are left out, as they repeat
// the recipient's address.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	var e *gomail.SendError
	if !errors.As(err, &e) || e.ErrorCode() == 0 {
		return fault.New(fault.Unavailable, "").Because("mail.Send", errors.New("the connection broke"))
	}
	cause := fmt.Errorf("the server answered %d %s while %s", e.ErrorCode(), e.EnhancedStatusCode(), e.Reason)
	if e.ErrorCode() >= 500 {
		return fault.New(fault.Invalid, "").Because("mail.Send", cause)
	}
	return fault.New(fault.Unavailable, "").Because("mail.Send", cause)
}

// compose writes the message with all its header fields.
func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	encoding := gomail.EncodingQP
	if m.Lang == "ar" { // quoted-printable takes six characters for each Arabic letter
		encoding = gomail.EncodingB64
	}
	msg := gomail.NewMsg(gomail.WithEncoding(encoding), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	switch {
	case m.ReplyTo != "":
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, fault.New(fault.Invalid, "").Because("mail.compose", errors.New("the address for answers is none"))
		}
	case s.replyTo != nil:
		msg.ReplyToMailAddress(s.replyTo)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fault.New(fault.Invalid, "").Because("mail.compose", errors.New("the address is none"))
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(messageID(m.Key, s.from.Address))
	msg.SetDateWithValue(s.clock.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation replies, please
	if m.Lang != "" {
		msg.SetGenHeader("Content-Language", m.Lang)
	}
	switch {
	case strings.HasPrefix(m.UnsubscribeURL, "https://"):
		if err := msg.SetListUnsubscribeOneClick(m.UnsubscribeURL); err != nil {
			return nil, fault.Wrap("mail.compose", err)
		}
	case m.UnsubscribeURL != "": // RFC 8058 knows https only
		msg.SetListUnsubscribe(m.UnsubscribeURL)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}
