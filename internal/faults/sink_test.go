package faults

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
)

// sink is an SMTP server that takes every letter, counts by Message-ID, and does what a
// test tells it at a point of the dialogue.
type sink struct {
	address string
	// trouble is asked at each point of a dialogue, by its number within the
	// connection (0 is the greeting) and its name: the command, "data" for the middle
	// of the data, "." for their end. Nil is no trouble.
	trouble func(connection, point int, name string) action

	pipelining bool // whether it offers it (RFC 2920)

	mu          sync.Mutex
	connections int
	taken       map[string][]taken
	open        map[net.Conn]bool
}

// taken is one letter for which the server answers 250, or would have.
type taken struct {
	sum       [32]byte
	recipient string
	raw       []byte
}

// action is what a server does at a point: say something else than it should, hang, or
// cut the connection before or after (part of) its answer.
type action struct {
	say  string // instead of the usual answer
	part int    // bytes of the answer to send before the cut; -1 for all of it
	cut  bool
	hang bool
}

func newSink(t testing.TB) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{address: l.Addr().String(), taken: map[string][]taken{}, open: map[net.Conn]bool{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			n := s.connections
			s.connections++
			s.open[conn] = true
			s.mu.Unlock()
			serving.Go(func() {
				d := &dialogue{sink: s, conn: conn, lines: bufio.NewReader(conn), connection: n}
				d.talk()
				s.mu.Lock()
				delete(s.open, conn)
				s.mu.Unlock()
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for conn := range s.open {
			_ = conn.Close()
		}
		s.mu.Unlock()
		serving.Wait()
	})
	return s
}

// letters is what was taken, by Message-ID.
func (s *sink) letters() map[string][]taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string][]taken{}
	for id, list := range s.taken {
		all[id] = append([]taken(nil), list...)
	}
	return all
}

// count is how many letters were taken, repeats among them.
func (s *sink) count() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range s.taken {
		n += len(list)
	}
	return n
}

// dialogue is one connection.
type dialogue struct {
	*sink
	conn       net.Conn
	lines      *bufio.Reader
	connection int
	points     int
	recipient  string
}

// act is what the test wants at the next point of the dialogue.
func (d *dialogue) act(name string) (a action) {
	d.mu.Lock()
	trouble := d.trouble
	d.mu.Unlock()
	if trouble != nil {
		a = trouble(d.connection, d.points, name)
	}
	d.points++
	return a
}

// answer gives the usual answer, or what the test wants instead; it says whether the
// dialogue goes on.
func (d *dialogue) answer(name, usual string) (said string, on bool) {
	return d.say(d.act(name), usual)
}

func (d *dialogue) say(a action, usual string) (said string, on bool) {
	if a.hang {
		_, _ = io.Copy(io.Discard, d.conn) // until the client has had enough
		return "", false
	}
	if a.say != "" {
		usual = a.say
	}
	text := usual + "\r\n"
	if a.cut && a.part >= 0 {
		text = text[:min(a.part, len(text))]
	}
	_, _ = io.WriteString(d.conn, text) // a client that is gone is seen at the next line
	return usual, !a.cut
}

func (d *dialogue) talk() {
	if said, on := d.answer("greeting", "220 mx.example.org ESMTP"); !on || !strings.HasPrefix(said, "2") {
		return
	}
	for {
		line, err := d.lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !d.command(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (d *dialogue) command(verb, rest string) (on bool) {
	switch verb {
	case "EHLO", "HELO":
		offers := "250-mx.example.org\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SIZE 50000000"
		if d.pipelining {
			offers = strings.Replace(offers, "250 SIZE", "250-PIPELINING\r\n250 SIZE", 1)
		}
		_, on = d.answer("EHLO", offers)
	case "AUTH":
		_, on = d.answer("AUTH", "235 2.7.0 welcome")
	case "MAIL":
		_, on = d.answer("MAIL", "250 2.1.0 ok")
	case "RCPT":
		_, d.recipient, _ = strings.Cut(rest, "<")
		d.recipient, _, _ = strings.Cut(d.recipient, ">")
		_, on = d.answer("RCPT", "250 2.1.5 ok")
	case "DATA":
		var said string
		if said, on = d.answer("DATA", "354 go on"); on && strings.HasPrefix(said, "354") {
			on = d.data()
		}
	case "RSET", "NOOP":
		_, on = d.answer(verb, "250 2.0.0 ok")
	case "QUIT":
		d.answer("QUIT", "221 2.0.0 bye")
	default:
		_, on = d.answer(verb, "502 5.5.1 what?")
	}
	return on
}

// data reads a letter. It counts as taken where the answer is 2xx, be it heard or not.
func (d *dialogue) data() bool {
	if a := d.act("data"); a != (action{}) {
		_, _ = d.lines.ReadString('\n')
		_, _ = d.say(a, "421 4.3.2 going down")
		return false
	}
	var raw bytes.Buffer
	for {
		line, err := d.lines.ReadBytes('\n')
		if err != nil {
			return false
		}
		if string(line) == ".\r\n" {
			break
		}
		raw.Write(bytes.TrimPrefix(line, []byte(".")))
	}
	a := d.act(".")
	if a.say == "" || strings.HasPrefix(a.say, "2") {
		d.take(raw.Bytes())
	}
	_, on := d.say(a, "250 2.0.0 taken")
	return on
}

func (d *dialogue) take(raw []byte) {
	id := "without a Message-ID"
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		id = strings.TrimSpace(m.Header.Get("Message-ID"))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken[id] = append(d.taken[id], taken{sha256.Sum256(raw), d.recipient, raw})
}
