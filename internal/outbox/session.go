package outbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/failpoint"
)

// limits are how long each step may take.
type limits struct {
	connect time.Duration // from the dial to the login
	command time.Duration // one command and its reply
	data    time.Duration // the letter's bytes and the reply to them
	grace   time.Duration // what is left for the letter in hand when the context ends
	quit    time.Duration // the goodbye
	linger  time.Duration // an outcome, to be recorded with others
	idle    time.Duration // a kept connection, until a letter comes: its handshake and login are most of what a letter costs
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
		linger:  20 * time.Millisecond,
		idle:    10 * time.Second,
	}
}

// session is one connection, logged in.
type session struct {
	conn      net.Conn
	client    *smtp.Client
	limits    limits
	mechanism string // of the login, "" where there was none

	nullRefused bool // the server takes no null return path
	freshToken  bool // the server refused the access token of a moment ago
}

// deliver hands one letter over and returns the server's words. Its error is a
// *failure. A letter whose null return path the server refuses goes from the
// mailbox's own address, and once that worked the others over this connection too.
func (c *session) deliver(ctx context.Context, l desk.Letter) (reply string, err error) {
	// When the context ends the letter has a moment to finish.
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(c.limits.grace, func() { c.conn.Close() })
	})
	defer stop()
	mayFall := l.Sender == "" && l.Address != ""
	if mayFall && c.nullRefused {
		l.Sender = l.Address
		return c.send(l)
	}
	reply, err = c.send(l)
	var f *failure
	if !mayFall || !errors.As(err, &f) || !f.refusesSender() {
		return reply, err
	}
	if err := c.reset(); err != nil {
		return "", failed("RSET", err)
	}
	l.Sender = l.Address
	reply, err = c.send(l)
	c.nullRefused = err == nil
	return reply, err
}

// command is one line, and the code that its reply begins with.
type command struct {
	name, line string
	expect     int
}

// begin is the commands of one letter. What an extension adds is left out where it
// is not needed: 8BITMIME and SMTPUTF8 make a later host convert, or bounce, a letter
// that it could have taken (RFC 6152, RFC 6531 section 3.4).
func (c *session) begin(l desk.Letter) []command {
	mail := "MAIL FROM:<" + l.Sender + ">"
	if ok, _ := c.client.Extension("8BITMIME"); ok && !ascii(string(l.Bytes)) {
		mail += " BODY=8BITMIME"
	}
	if ok, _ := c.client.Extension("SMTPUTF8"); ok && !(ascii(l.Sender) && ascii(l.Recipient)) {
		mail += " SMTPUTF8"
	}
	return []command{{"MAIL", mail, 250}, {"RCPT", "RCPT TO:<" + l.Recipient + ">", 25}, {"DATA", "DATA", 354}}
}

// send transmits one letter. Its error is a *failure.
func (c *session) send(l desk.Letter) (reply string, err error) {
	commands := c.begin(l)
	step := 1
	if ok, _ := c.client.Extension("PIPELINING"); ok {
		step = len(commands)
	}
	for ; len(commands) > 0; commands = commands[step:] {
		if f := c.ask(commands[:step]); f != nil {
			return "", f
		}
		failpoint.Hit("smtp", commands[step-1].name)
	}
	c.allow(c.limits.data)
	body := c.client.Text.DotWriter()
	if _, err := body.Write(l.Bytes); err != nil {
		return "", failed("data", err)
	}
	if err := body.Close(); err != nil {
		return "", failed("end of data", err)
	}
	failpoint.Hit("smtp", "data")
	_, reply, err = c.client.Text.ReadResponse(250)
	if err != nil {
		return "", failed("end of data", err)
	}
	failpoint.Hit("smtp", "end of data")
	return reply, nil
}

// ask writes commands together and reads their replies (RFC 2920); the first failure
// counts. A server that takes the data all the same gets none.
func (c *session) ask(commands []command) (first *failure) {
	c.allow(c.limits.command)
	text := c.client.Text
	for _, one := range commands {
		if _, err := text.W.WriteString(one.line + "\r\n"); err != nil {
			return failed(one.name, err)
		}
	}
	if err := text.W.Flush(); err != nil {
		return failed(commands[0].name, err)
	}
	for _, one := range commands {
		_, _, err := text.ReadResponse(one.expect)
		switch {
		case err == nil && first != nil && one.name == "DATA":
			// It has no recipient to give the empty letter to, and says so.
			_ = text.PrintfLine(".")
			_, _, _ = text.ReadResponse(250)
		case err != nil && first == nil:
			first = failed(one.name, err)
			if first.lost() {
				return first
			}
		case err != nil && failed(one.name, err).lost():
			return &failure{command: first.command, code: first.code, err: first.err, broken: true}
		}
	}
	return first
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
	broken  bool // the connection broke after the server had refused
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
	if f.unknown() {
		return fmt.Sprintf("%s: %v (the server may have taken the letter)", f.command, f.err)
	}
	return f.command + ": " + said(f.err)
}

func (f *failure) Unwrap() error { return f.err }

func (f *failure) permanent() bool { return f.code >= 500 }

// unknown says that the server may have taken the letter: it had all of it.
func (f *failure) unknown() bool { return f.command == "end of data" && f.code < 400 }

// lost says that the connection is of no more use: gone, out of step, or closed
// by the server (421, RFC 5321 section 3.8).
func (f *failure) lost() bool { return f.code < 400 || f.code == 421 || f.broken }

// aboutSender finds the enhanced codes of RFC 3463 and RFC 7372 by which servers
// refuse a sender; many tell it only once they have the recipient, or the data.
var aboutSender = regexp.MustCompile(`\b5\.(7\.\d{1,3}|1\.[78]|2\.252)\b`)

// refusesSender says that the server may have taken the letter from another sender.
func (f *failure) refusesSender() bool {
	return f.permanent() && !f.broken && !f.blameless() &&
		(f.command == "MAIL" || f.code == 553 || aboutSender.MatchString(f.err.Error()))
}

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
