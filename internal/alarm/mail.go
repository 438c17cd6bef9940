package alarm

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// mailTimeout is how long the server may take for a connection and for each answer.
const mailTimeout = 30 * time.Second

// Mail tells by a mail, over an SMTP account of its own: the desk's may be what the
// alarm is about. Nothing waits in between: a server that refuses is a failure.
type Mail struct {
	Server   string // host:port
	Security string // tls, starttls or none; none is refused to any address but a loopback one
	User     string // "" for a server that wants no login
	Password func() (string, error)
	TLS      *tls.Config // nil for the system's roots
	From     string
	To       []string
}

// Name is what is kept of who was told.
func (m Mail) Name() string { return "mail" }

// Tell sends one mail to all.
func (m Mail) Tell(ctx context.Context, message Message) error {
	client, err := m.client()
	if err != nil {
		return err
	}
	letter, err := m.letter(message)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, 2*mailTimeout)
	defer stop()
	err = client.DialAndSendWithContext(ctx, letter)
	if err != nil && !letter.IsDelivered() {
		return fmt.Errorf("SMTP server %s: %w", m.Server, err)
	}
	return nil
}

// Probe logs in, and sends nothing.
func (m Mail) Probe(ctx context.Context) error {
	client, err := m.client()
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, mailTimeout)
	defer stop()
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("SMTP server %s: %w", m.Server, err)
	}
	return client.Close()
}

func (m Mail) client() (*gomail.Client, error) {
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	options := []gomail.Option{gomail.WithPort(number), gomail.WithTimeout(mailTimeout)}
	if m.TLS != nil {
		options = append(options, gomail.WithTLSConfig(m.TLS))
	}
	switch m.Security {
	case "tls":
		options = append(options, gomail.WithSSL())
	case "starttls":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithDialContextFunc(dialLoopback))
	default:
		return nil, fmt.Errorf("unknown security %q", m.Security)
	}
	if m.User != "" {
		password, err := m.Password()
		if err != nil {
			return nil, fmt.Errorf("reading the password: %w", err)
		}
		auth := gomail.SMTPAuthAutoDiscover
		if m.Security == "none" { // it does not leave this machine
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(m.User), gomail.WithPassword(password))
	}
	return gomail.NewClient(host, options...)
}

// dialLoopback looks at the address that was reached, not at the name that led there.
func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: mailTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if peer, ok := conn.RemoteAddr().(*net.TCPAddr); !ok || !peer.IP.IsLoopback() {
		return nil, errors.Join(errors.New("refused: without encryption only a server on this machine may be used"), conn.Close())
	}
	return conn, nil
}

// letter is the mail: its subject says what is the matter.
func (m Mail) letter(message Message) (*gomail.Msg, error) {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	if err := letter.FromFormat("Guichet", m.From); err != nil {
		return nil, err
	}
	if err := letter.To(m.To...); err != nil {
		return nil, err
	}
	mark := map[Stage]string{Began: "[Alarme] ", Lasts: "[Alarme, rappel] ", Over: "[Fin d’alarme] "}[message.Stage]
	letter.Subject(mark + message.What)
	letter.SetDateWithValue(message.At)
	_, domain, _ := strings.Cut(m.From, "@")
	letter.SetMessageIDWithValue(rand.Text() + "@" + domain)
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 section 5
	letter.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	letter.SetBodyString(gomail.TypeTextPlain, message.Text)
	return letter, nil
}
