package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Security is how a connection is encrypted.
type Security string

// The securities. Plain is refused to any address but a loopback one.
const (
	ImplicitTLS Security = "tls" // RFC 8314 section 3.3
	StartTLS    Security = "starttls"
	Plain       Security = "none"
)

// Server is a submission server and how to log in to it (RFC 6409).
type Server struct {
	Address  string // host:port
	Security Security
	User     string                 // "" for a server that wants no login
	Password func() (string, error) // asked at each login, so that a new secret counts
	// Token gives an OAuth 2.0 access token in the password's stead; fresh asks for
	// another than the last, which the server refused. Nil where there is a password.
	Token func(ctx context.Context, fresh bool) (string, error)
	TLS   *tls.Config // nil for the system's roots and the address's host
	Hello string      // the name given in EHLO; "" for the connection's own address
}

// Step is one step on the way to a server that takes letters.
type Step string

// The steps, in their order. StepTLS comes before StepGreeting, StepStartTLS
// after it.
const (
	StepDial     Step = "dial"
	StepTLS      Step = "tls"
	StepGreeting Step = "greeting"
	StepStartTLS Step = "starttls"
	StepLogin    Step = "login"
	StepSession  Step = "session" // logged in, and then it took no letter
)

// Unreachable says that the server cannot be used now, and which step failed.
// It is temporary: no letter is to blame, and none is given up for it.
type Unreachable struct {
	Address string
	Step    Step
	Err     error
}

// Error names the server and the step.
func (u *Unreachable) Error() string {
	return fmt.Sprintf("SMTP server %s: %s: %s", u.Address, u.Step, said(u.Err))
}

// Unwrap is the error of the step: a *textproto.Error where the server spoke.
func (u *Unreachable) Unwrap() error { return u.Err }

// Temporary is always true.
func (u *Unreachable) Temporary() bool { return true }

func (s Server) unreachable(step Step, err error) *Unreachable {
	return &Unreachable{Address: s.Address, Step: step, Err: err}
}

// connect returns a session that is ready for a letter; its error is an
// *Unreachable.
func (s Server) connect(ctx context.Context, lim limits) (*session, error) {
	c := &session{limits: lim}
	if err := s.open(ctx, c); err != nil {
		return nil, err
	}
	return c, nil
}

// open takes the steps one by one. On an error the connection is closed, and
// what was learnt of the server so far stays in the session's facts. An access token
// that is refused may have been withdrawn before its time: a fresh one is tried once.
func (s Server) open(ctx context.Context, c *session) error {
	err := s.openOnce(ctx, c)
	if s.Token != nil && refusesLogin(err) {
		*c = session{limits: c.limits, freshToken: true}
		err = s.openOnce(ctx, c)
	}
	return err
}

func (s Server) openOnce(ctx context.Context, c *session) error {
	ctx, cancel := context.WithTimeout(ctx, c.limits.connect)
	defer cancel()
	if err := s.dial(ctx, c); err != nil {
		return s.unreachable(StepDial, err)
	}
	// go-mail knows no context: its end makes every read and write fail. A TLS
	// connection takes c.conn's place meanwhile, over the same one.
	conn := c.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	steps := []struct {
		name Step
		take func(context.Context, *session) error
	}{
		{StepTLS, s.encrypt},
		{StepGreeting, s.greet},
		{StepStartTLS, s.startTLS},
		{StepLogin, s.login},
	}
	for _, step := range steps {
		err := step.take(ctx, c)
		if err == nil {
			continue
		}
		_ = conn.Close()
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return s.unreachable(step.name, err)
	}
	if !stop() {
		_ = conn.Close()
		return s.unreachable(StepLogin, ctx.Err())
	}
	return nil
}

func (s Server) dial(ctx context.Context, c *session) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return err
	}
	if s.Security == Plain && !loopback(conn.RemoteAddr()) {
		_ = conn.Close()
		return errors.New("refused: without encryption only a server on this machine may be used")
	}
	c.conn = conn
	return nil
}

// loopback looks at the address that was reached, not at the name that led there.
func loopback(peer net.Addr) bool {
	addr, ok := peer.(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

func (s Server) encrypt(ctx context.Context, c *session) error {
	if s.Security != ImplicitTLS {
		return nil
	}
	conn := tls.Client(c.conn, s.tlsConfig())
	c.conn = conn
	return conn.HandshakeContext(ctx)
}

func (s Server) greet(_ context.Context, c *session) (err error) {
	if c.client, err = smtp.NewClient(c.conn, s.host()); err != nil {
		return err
	}
	return c.client.Hello(s.hello(c.conn))
}

func (s Server) startTLS(_ context.Context, c *session) error {
	switch s.Security {
	case ImplicitTLS, Plain:
		return nil
	case StartTLS:
	default:
		return fmt.Errorf("unknown security %q", s.Security)
	}
	if ok, _ := c.client.Extension("STARTTLS"); !ok {
		return errors.New("the server does not offer STARTTLS")
	}
	return c.client.StartTLS(s.tlsConfig())
}

func (s Server) login(ctx context.Context, c *session) error {
	if s.User == "" {
		return nil
	}
	if s.Token != nil {
		return s.loginWithToken(ctx, c)
	}
	if s.Password == nil {
		return errors.New("a user is configured without a password")
	}
	password, err := s.Password()
	if err != nil {
		return fmt.Errorf("reading the password: %w", err)
	}
	_, offered := c.client.Extension("AUTH")
	mechanism, auth := s.mechanism(strings.Fields(strings.ToUpper(offered)), password)
	if auth == nil {
		return fmt.Errorf("the server offers no login that is known here (AUTH %s)", offered)
	}
	if err := c.client.Auth(auth); err != nil {
		return err
	}
	c.mechanism = mechanism
	return nil
}

// mechanism picks the login. The password may be shown to the server: the
// connection is encrypted, or does not leave this machine.
func (s Server) mechanism(offered []string, password string) (string, smtp.Auth) {
	switch {
	case slices.Contains(offered, "PLAIN"):
		return "PLAIN", smtp.PlainAuth("", s.User, password, s.host(), true)
	case slices.Contains(offered, "LOGIN"):
		return "LOGIN", smtp.LoginAuth(s.User, password, s.host(), true)
	case slices.Contains(offered, "SCRAM-SHA-256"):
		return "SCRAM-SHA-256", smtp.ScramSHA256Auth(s.User, password)
	}
	return "", nil
}

func (s Server) host() string {
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return s.Address
	}
	return host
}

func (s Server) tlsConfig() *tls.Config {
	config := &tls.Config{}
	if s.TLS != nil {
		config = s.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.host()
	}
	return config
}

// hello is the configured name, else the address literal of RFC 5321 section
// 4.1.3: a made-up name is a reason to be refused.
func (s Server) hello(conn net.Conn) string {
	if s.Hello != "" {
		return s.Hello
	}
	addr, ok := conn.LocalAddr().(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost"
	case addr.IP.To4() == nil:
		return "[IPv6:" + addr.IP.String() + "]"
	}
	return "[" + addr.IP.String() + "]"
}

// maxBytes reads the SIZE extension (RFC 1870); 0 is no limit told.
func maxBytes(c *smtp.Client) int64 {
	_, size := c.Extension("SIZE")
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
