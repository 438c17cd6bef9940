package main

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"
)

// sink is an SMTP server that takes everything at once and counts it: what a relay
// costs is not measured here.
type sink struct {
	address string
	net.Listener

	mu       sync.Mutex
	taken    int
	accepted map[string]time.Time // by the Message-ID answered: when 250 was said
}

func openSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{address: l.Addr().String(), Listener: l, accepted: map[string]time.Time{}}
	go s.serve()
	return s, nil
}

func (s *sink) serve() {
	for {
		conn, err := s.Accept()
		if err != nil {
			return // closed
		}
		go s.talk(conn)
	}
}

// count is how many mails were taken since the last time.
func (s *sink) count() (taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken, s.taken = s.taken, 0
	return taken
}

// answer is when the answer to a mail was taken.
func (s *sink) answer(messageID string) (at time.Time, taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, taken = s.accepted[messageID]
	return at, taken
}

// talk is one connection (RFC 5321), pipelining allowed (RFC 2920).
func (s *sink) talk(conn net.Conn) {
	defer conn.Close()
	in, out := bufio.NewReaderSize(prompt{conn}, 64<<10), bufio.NewWriter(conn)
	say := func(line string) { _, _ = out.WriteString(line + "\r\n") } // its error is Flush's
	say("220 sink.test ESMTP")
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch verb {
		case "EHLO", "LHLO":
			say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 104857600")
		case "DATA":
			say("354 go on")
			if out.Flush() != nil || !s.take(in) {
				return
			}
			say("250 2.0.0 taken")
		case "QUIT":
			say("221 2.0.0 bye")
			_ = out.Flush()
			return
		default:
			say("250 2.0.0 fine")
		}
	}
}

// take reads a mail up to the line with the dot.
func (s *sink) take(in *bufio.Reader) bool {
	const field = "In-Reply-To: "
	answered := ""
	for {
		line, err := in.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return false
		}
		if string(line) == ".\r\n" {
			break
		}
		if len(line) > len(field) && strings.EqualFold(string(line[:len(field)]), field) {
			answered = strings.TrimSpace(string(line[len(field):]))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	if answered != "" {
		s.accepted[answered] = time.Now()
	}
	return true
}

// prompt acknowledges what it reads at once: a client that sends in small pieces
// would wait 40 ms for the kernel to do so.
type prompt struct{ net.Conn }

func (p prompt) Read(b []byte) (int, error) {
	if tcp, is := p.Conn.(*net.TCPConn); is {
		if raw, err := tcp.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { // else it only takes longer
				_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
			})
		}
	}
	return p.Conn.Read(b)
}
