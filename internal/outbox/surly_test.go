package outbox

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// surly is a server that answers each stage as it is told: the stages are
// "greeting", the commands' names, "data" for each of its lines, and "." for its
// end. A stage that is not mentioned is answered as it should be.
type surly struct {
	Address string

	mu    sync.Mutex
	heard []string // every command, connections one after the other
	data  [][]byte // what stood between DATA's reply and the final dot, as on the wire
}

// A reply is the answer to the nth time that a stage is reached, counted from 1
// over all connections.
type reply func(n int) string

const (
	hang = "hang" // never answers
	cut  = "cut"  // closes the connection, after the words before it
	torn = "torn" // closes it in the middle of the words before it
)

func always(answer string) reply { return func(int) string { return answer } }

// firstly answers once, and as it should be from then on.
func firstly(answer string) reply {
	return func(n int) string {
		if n == 1 {
			return answer
		}
		return ""
	}
}

func startSurly(t *testing.T, stages map[string]reply) *surly {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &surly{Address: listener.Addr().String()}
	times := map[string]int{}
	over := make(chan struct{})
	answer := func(conn net.Conn, stage, usual string) (string, bool) {
		s.mu.Lock()
		times[stage]++
		n := times[stage]
		s.mu.Unlock()
		if say, ok := stages[stage]; ok {
			if text := say(n); text != "" {
				usual = text
			}
		}
		if usual == hang {
			<-over
			return "", false
		}
		if text, ok := strings.CutSuffix(usual, torn); ok {
			fmt.Fprint(conn, text[:len(text)/2])
			return "", false
		}
		text, ends := strings.CutSuffix(usual, cut)
		if text != "" {
			fmt.Fprintf(conn, "%s\r\n", text)
		}
		return text, !ends
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				s.talk(conn, answer)
			})
		}
	})
	t.Cleanup(func() {
		close(over)
		listener.Close()
		serving.Wait()
	})
	return s
}

// answerer writes the reply to a stage; it returns what it said and whether to
// go on.
type answerer func(conn net.Conn, stage, usual string) (said string, on bool)

func (s *surly) talk(conn net.Conn, answer answerer) {
	if _, on := answer(conn, "greeting", usual["greeting"]); !on {
		return
	}
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSuffix(line, "\r\n")
		verb, _, _ := strings.Cut(line, " ")
		s.mu.Lock()
		s.heard = append(s.heard, line)
		s.mu.Unlock()
		text, known := usual[verb]
		if !known {
			text = "502 5.5.1 what?"
		}
		said, on := answer(conn, verb, text)
		if on && strings.HasPrefix(said, "354") && verb == "DATA" {
			on = s.listen(conn, lines, answer)
		}
		if !on || verb == "QUIT" {
			return
		}
	}
}

// listen reads the data up to the final dot.
func (s *surly) listen(conn net.Conn, lines *bufio.Reader, answer answerer) bool {
	var data []byte
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return false
		}
		if string(line) == ".\r\n" {
			break
		}
		if _, on := answer(conn, "data", ""); !on {
			return false
		}
		data = append(data, line...)
	}
	s.mu.Lock()
	s.data = append(s.data, data)
	s.mu.Unlock()
	_, on := answer(conn, ".", usual["."])
	return on
}

// usual is how each stage is answered as it should be.
var usual = map[string]string{
	"greeting": "220 mx.example.org ESMTP", "EHLO": "250-mx.example.org\r\n250 SIZE 1000000",
	"MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go on", ".": "250 2.0.0 taken as 4711",
	"RSET": "250 2.0.0 ok", "QUIT": "221 2.0.0 bye",
}

// pipelining is the answer to EHLO of a server that takes commands together.
const pipelining = "250-mx.example.org\r\n250-PIPELINING\r\n250 SIZE 1000000"

func (s *surly) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.heard...)
}

func (s *surly) wire() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]byte(nil), s.data...)
}

// said is the commands of a name, in their order.
func (s *surly) said(verb string) (lines []string) {
	for _, line := range s.commands() {
		if strings.HasPrefix(line, verb) {
			lines = append(lines, line)
		}
	}
	return lines
}
