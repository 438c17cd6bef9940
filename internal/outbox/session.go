package outbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// limits are how long each step may take.
type limits struct {
	connect time.Duration // from the dial to the login
	command time.Duration // one command and its reply
	data    time.Duration // the letter's bytes and the reply to them
	grace   time.Duration // what is left for the letter in hand when the context ends
	quit    time.Duration // the goodbye
}

// orRFC fills an empty set in: RFC 5321 section 4.5.3.2 wants ten minutes for
// the end of the data, because giving up there sends a letter twice.
func (l limits) orRFC() limits {
	if l != (limits{}) {
		return l
	}
	return limits{
		connect: time.Minute,
		command: 2 * time.Minute,
		data:    10 * time.Minute,
		grace:   30 * time.Second,
		quit:    5 * time.Second,
	}
}

// session is one connection, logged in.
type session struct {
	conn      net.Conn
	client    *smtp.Client
	limits    limits
	mechanism string // of the login, "" where there was none
}

// send hands one letter over and returns the server's words. Its error is a
// *failure. When the context ends the letter has a moment to finish.
func (c *session) send(ctx context.Context, l desk.Letter) (reply string, err error) {
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(c.limits.grace, func() { c.conn.Close() })
	})
	defer stop()
	// Asked for where it is not needed, SMTPUTF8 makes a later host bounce a
	// letter that it could have taken (RFC 6531 section 3.4).
	c.client.SkipSMTPUTF8(ascii(l.Sender) && ascii(l.Recipient))
	c.allow(c.limits.command)
	if err := c.client.Mail("<" + l.Sender + ">"); err != nil {
		return "", failed("MAIL", err)
	}
	c.allow(c.limits.command)
	if err := c.client.Rcpt("<" + l.Recipient + ">"); err != nil {
		return "", failed("RCPT", err)
	}
	c.allow(c.limits.command)
	body, err := c.client.Data()
	if err != nil {
		return "", failed("DATA", err)
	}
	c.allow(c.limits.data)
	if _, err := body.Write(l.Bytes); err != nil {
		return "", failed("data", err)
	}
	if err := body.Close(); err != nil {
		return "", failed("end of data", err)
	}
	return body.(*smtp.DataCloser).ServerResponse(), nil
}

// reset gives up the message that was begun.
func (c *session) reset() error {
	c.allow(c.limits.command)
	return c.client.Reset()
}

// close says goodbye where the server still listens.
func (c *session) close() {
	c.allow(c.limits.quit)
	// Nothing hangs on the goodbye: every outcome is known by now.
	_ = c.client.Quit()
	_ = c.conn.Close()
}

func (c *session) allow(d time.Duration) {
	// It fails only on a closed connection, as the next command will.
	_ = c.conn.SetDeadline(time.Now().Add(d))
}

// failure is why a letter did not leave: the command, and the server's words or
// the connection's error.
type failure struct {
	command string
	code    int // the server's, 0 where it said nothing
	err     error
}

func failed(command string, err error) *failure {
	f := &failure{command: command, err: err}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		f.code = reply.Code
	}
	return f
}

func (f *failure) Error() string {
	if f.command == "end of data" && f.code == 0 {
		return fmt.Sprintf("%s: %v (the server may have taken the letter)", f.command, f.err)
	}
	return f.command + ": " + said(f.err)
}

func (f *failure) Unwrap() error { return f.err }

func (f *failure) permanent() bool { return f.code >= 500 }

// lost says that the connection is of no more use: gone, out of step, or closed
// by the server (421, RFC 5321 section 3.8).
func (f *failure) lost() bool { return f.code < 400 || f.code == 421 }

// blameless says that the letter has no part in it: the connection was gone
// before the server had heard of it, or the server wants a login or encryption
// first (RFC 4954 section 6), which is for the configuration to repair.
func (f *failure) blameless() bool {
	switch f.code {
	case 530, 534, 535, 538:
		return true
	}
	return f.command == "MAIL" && f.lost()
}
