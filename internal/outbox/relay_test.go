package outbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
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

// relay is an honest submission server: go-smtp, keeping what it takes.
type relay struct {
	Address string
	Roots   *x509.CertPool

	mu          sync.Mutex
	connections int
	taken       []taken
	logins      []string
}

type taken struct {
	from, to string
	data     []byte
}

// relayOptions say what the server offers; a user other than "" must log in.
type relayOptions struct {
	security       Security
	user, password string
	mechanisms     []string
	maxBytes       int64
}

func startRelay(t testing.TB, opts relayOptions) *relay {
	t.Helper()
	certificate, roots := selfSigned(t)
	r := &relay{Roots: roots}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.connections++
		session := &relaySession{relay: r, opts: opts}
		if opts.user == "" {
			return session, nil
		}
		return relayLogin{session}, nil
	}))
	server.Domain = "mx.example.org"
	server.MaxLineLength = 0
	server.MaxMessageBytes = opts.maxBytes
	server.AllowInsecureAuth = opts.security == Plain
	server.ErrorLog = log.New(io.Discard, "", 0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.Address = listener.Addr().String()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	switch opts.security {
	case StartTLS:
		server.TLSConfig = config
	case ImplicitTLS:
		listener = tls.NewListener(listener, config)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // where Serve had not begun, Close knew of no listener
		<-done
	})
	return r
}

func (r *relay) all() []taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]taken(nil), r.taken...)
}

func (r *relay) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.connections
}

type relaySession struct {
	*relay
	opts   relayOptions
	letter taken
	user   string
}

func (s *relaySession) Reset()        { s.letter = taken{} }
func (s *relaySession) Logout() error { return nil }

func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error {
	if s.opts.user != s.user {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "log in first"}
	}
	s.letter.from = from
	return nil
}

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.to = to
	return nil
}

func (s *relaySession) Data(r io.Reader) (err error) {
	if s.letter.data, err = io.ReadAll(r); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, s.letter)
	return nil
}

// relayLogin is a session that offers AUTH.
type relayLogin struct{ *relaySession }

func (s relayLogin) AuthMechanisms() []string { return s.opts.mechanisms }

func (s relayLogin) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != s.opts.user || password != s.opts.password {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.user = user
		s.logins = append(s.logins, mechanism)
		return nil
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	}
	return nil, errors.New("unknown mechanism")
}

// loginServer is the server's half of LOGIN, which go-sasl leaves out.
type loginServer struct {
	check func(user, password string) error
	step  int
	user  string
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

func selfSigned(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "mx.example.org"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:         true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
