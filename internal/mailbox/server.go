package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// Security is how the connection is protected.
type Security string

// The kinds of protection.
const (
	TLS      Security = "tls"      // from the first byte (RFC 8314)
	StartTLS Security = "starttls" // before the login, or not at all
	None     Security = "none"     // loopback only
)

// Server is an IMAP server and the account to use on it.
type Server struct {
	Address  string // host:port
	Security Security
	User     string
	Password func() (string, error) // asked at each login, so that a secret can change
	// Token gives an OAuth 2.0 access token in the password's stead; fresh asks for
	// another than the last, which the server refused. Nil where there is a password.
	Token func(ctx context.Context, fresh bool) (string, error)
	TLS   *tls.Config // the system's roots and the host's name where nil
}

// LoginError is a server that refuses the account: trying again soon is of no
// use and may lock it.
type LoginError struct {
	Server, User string
	Err          error
}

func (e *LoginError) Error() string {
	answer := strings.TrimPrefix(e.Err.Error(), "login: imap: ") // the server's own words say enough
	return fmt.Sprintf("%s refuses the login of %s: %s", e.Server, e.User, answer)
}

// Unwrap is the server's answer.
func (e *LoginError) Unwrap() error { return e.Err }

// connect makes a session that is logged in. Each answer of the server may take
// as long as patience.
func connect(ctx context.Context, server Server, patience time.Duration) (*session, error) {
	s := &session{patience: patience, wake: make(chan struct{}, 1), lost: map[imap.UID]int{}}
	if err := s.dial(ctx, server); err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", server.Address, err)
	}
	if err := s.login(ctx, server); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

func (s *session) dial(ctx context.Context, server Server) error {
	host, _, err := net.SplitHostPort(server.Address)
	if err != nil {
		return err
	}
	if server.Security == None && !loopbackName(host) {
		return ErrInsecure
	}
	dialer := net.Dialer{
		Timeout:         s.patience,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 20 * time.Second, Count: 3},
	}
	s.conn, err = dialer.DialContext(ctx, "tcp", server.Address)
	if err != nil {
		return err
	}
	if err := s.greet(ctx, server, host); err != nil {
		_ = s.conn.Close() // the error that matters is the one before
		return err
	}
	return nil
}

// greet goes from a TCP connection to a greeted IMAP client, protected as asked.
func (s *session) greet(ctx context.Context, server Server, host string) error {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if server.TLS != nil {
		conf = server.TLS.Clone()
	}
	conf.ServerName = or(conf.ServerName, host)
	options := &imapclient.Options{TLSConfig: conf, UnilateralDataHandler: s.unilateral()}

	return s.within(ctx, s.patience, "greeting", func() (err error) {
		switch server.Security {
		case TLS:
			protected := tls.Client(s.conn, conf)
			if err := protected.HandshakeContext(ctx); err != nil {
				return err
			}
			s.client = imapclient.New(protected, options)
		case StartTLS:
			if s.client, err = imapclient.NewStartTLS(s.conn, options); err != nil {
				return fmt.Errorf("STARTTLS: %w", err)
			}
		case None:
			if !loopback(s.conn.RemoteAddr()) { // a name may point elsewhere than it says
				return ErrInsecure
			}
			s.client = imapclient.New(s.conn, options)
		default:
			return fmt.Errorf("unknown security %q", server.Security)
		}
		return s.client.WaitGreeting()
	})
}

func (s *session) login(ctx context.Context, server Server) error {
	authenticate := s.withPassword
	if server.Token != nil {
		authenticate = s.withToken
	}
	err := authenticate(ctx, server)
	if refusesAccount(err) {
		return &LoginError{Server: server.Address, User: server.User, Err: err}
	}
	if err != nil {
		return fmt.Errorf("logging in to %s: %w", server.Address, err)
	}
	return s.learn(ctx)
}

func (s *session) withPassword(ctx context.Context, server Server) error {
	password, err := server.Password()
	if err != nil {
		return fmt.Errorf("reading the password of %s: %w", server.User, err)
	}
	return s.within(ctx, s.patience, "login", func() error {
		if s.client.Caps().Has(imap.AuthCap(sasl.Plain)) {
			return s.client.Authenticate(sasl.NewPlainClient("", server.User, password))
		}
		return s.client.Login(server.User, password).Wait()
	})
}

// refusesAccount tells a refused account from a server in trouble, by the codes
// of RFC 5530. A bare NO is what most servers say to a wrong password.
func refusesAccount(err error) bool {
	var provider interface{ RefusesAccount() bool }
	if errors.As(err, &provider) {
		return provider.RefusesAccount()
	}
	var answer *imap.Error
	if !errors.As(err, &answer) || answer.Type == imap.StatusResponseTypeBye {
		return false
	}
	switch answer.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug:
		return false
	}
	return true
}

func loopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
