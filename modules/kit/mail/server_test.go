package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real SMTP server on this machine that does as the test tells it.
type server struct {
	host  string
	port  int
	roots *x509.CertPool // the authority that vouches for it

	mu       sync.Mutex
	received []string                 // what DATA brought, in order
	rcpt     func(to string) error    // answer to RCPT TO
	data     func(*smtp.Conn) error   // answer after DATA; may hang up
	onMail   func(c *smtp.Conn) error // answer to MAIL FROM
	signedIn bool
}

// start runs the server until the test ends. subject is the name its
// certificate is for; security is Plain to offer no STARTTLS.
func start(t *testing.T, security Security, subject string) *server {
	t.Helper()
	s := &server{host: "127.0.0.1"}
	certificate, roots := certify(t, subject)
	s.roots = roots
	server := smtp.NewServer(s)
	server.Domain = "mail.example.org"
	server.ErrorLog = log.New(io.Discard, "", 0)
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if security == StartTLS {
		server.TLSConfig = config
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.port = listener.Addr().(*net.TCPAddr).Port
	if security == ImplicitTLS {
		listener = tls.NewListener(listener, config)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = listener.Close() // the server may not have got to know it yet
		_ = server.Close()
		<-ended
	})
	return s
}

// certify makes a certificate for a name, signed by an authority of its own.
func certify(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	} else {
		leaf.DNSNames = []string{name}
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	must(t, err)
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, authority, leafKey.Public(), authorityKey)
	must(t, err)
	root, err := x509.ParseCertificate(authorityDER)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey}, pool
}

func (s *server) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.received...)
}

// NewSession makes server an smtp.Backend.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s, c}, nil }

type session struct {
	*server
	conn *smtp.Conn
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.onMail != nil {
		return s.onMail(s.conn)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.rcpt != nil {
		return s.rcpt(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.received = append(s.received, string(text))
	s.mu.Unlock()
	if s.data != nil {
		return s.data(s.conn)
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// AuthMechanisms and Auth make session an smtp.AuthSession.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "musharaka" || password != "correct horse" {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.signedIn = true
		return nil
	}), nil
}
