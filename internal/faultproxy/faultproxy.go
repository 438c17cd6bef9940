// Package faultproxy stands between an IMAP client and its server, and makes the
// trouble that networks and servers make: it cuts the connection at any byte, falls
// silent, hides capabilities, refuses commands, and changes UIDs, sizes and literals.
//
// It promises that what it does not change passes byte for byte, that a literal is
// never mistaken for a line, and that the same Trouble on the same dialogue does the
// same: Random draws one from a seed. It is for the tests alone, speaks to a server
// without TLS on loopback, and knows no more of IMAP than lines and literals (RFC 9051
// sections 2.2 and 4.3).
package faultproxy

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"sync"
)

// Trouble is what goes wrong on one connection. Its zero value passes everything on.
type Trouble struct {
	Name   string    // what it is, for a test's log
	Hide   []string  // capabilities that the server does not seem to have
	Refuse []Refusal // commands that are answered here and not passed on
	Hush   string    // from the first command that bears this word on, answers are withheld
	// CutAfter and HushAfter end the connection, or withhold the answers, after that
	// many bytes of the server's; 0 is never.
	CutAfter  int64
	HushAfter int64
	// Edit changes what the server says, one Answer at a time; nil changes nothing. It
	// is called by one goroutine.
	Edit Edit
}

// Refusal answers commands in the server's stead.
type Refusal struct {
	Word   string // a command that begins with this, behind its tag: "UID COPY"
	Answer string // behind the tag: "NO [OVERQUOTA] the mailbox is full"
	Times  int    // how often; 0 is always
}

// Answer is one line of the server, and the literal that it announces.
type Answer struct {
	Line    []byte // with its CRLF; its last word is {n} where there is a literal
	Literal []byte // nil where there is none
}

// Edit changes an answer: into none, itself or several. A nil Line closes the
// connection once what stands before it was passed on.
type Edit func(Answer) []Answer

// Proxy is a proxy that listens.
type Proxy struct {
	Address string // host:port, on loopback

	server   string
	listener net.Listener
	trouble  func(connection int) Trouble

	mu       sync.Mutex
	conns    []net.Conn
	closed   bool
	accepted int
	commands []string
	goings   sync.WaitGroup
}

// Start listens before a server. Each connection, numbered from 1, gets its own
// trouble.
func Start(server string, trouble func(connection int) Trouble) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{Address: l.Addr().String(), server: server, listener: l, trouble: trouble}
	p.goings.Add(1)
	go p.accept()
	return p, nil
}

// Always is the same trouble on every connection.
func Always(t Trouble) func(int) Trouble { return func(int) Trouble { return t } }

// Close ends the proxy and its connections, and waits for them.
func (p *Proxy) Close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.Cut()
	p.goings.Wait()
}

// Cut breaks every connection that there is.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

// Connections counts those that were made.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Said says whether a command with that word was sent, on any connection.
func (p *Proxy) Said(word string) bool { return p.Count(word) > 0 }

// Count counts the commands with that word.
func (p *Proxy) Count(word string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.commands {
		if strings.Contains(c, word) {
			n++
		}
	}
	return n
}

func (p *Proxy) accept() {
	defer p.goings.Done()
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			_, _ = client.Close(), server.Close()
			return
		}
		p.conns = append(p.conns, client, server)
		p.accepted++
		number := p.accepted
		p.mu.Unlock()
		c := &conn{proxy: p, client: client, server: server, trouble: p.trouble(number), hushed: make(chan struct{})}
		p.goings.Add(2)
		go c.upward()
		go c.downward()
	}
}

func (p *Proxy) note(command string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commands = append(p.commands, command)
}

// hide takes capabilities out of an answer that lists them.
func hide(line []byte, capabilities []string) []byte {
	if len(capabilities) == 0 || !bytes.Contains(line, []byte("CAPABILITY")) {
		return line
	}
	line = slices.Clone(line)
	for _, c := range capabilities {
		for _, after := range []string{" ", "]", "\r"} {
			line = bytes.ReplaceAll(line, []byte(" "+c+after), []byte(after))
		}
	}
	return line
}
