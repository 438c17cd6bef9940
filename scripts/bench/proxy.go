package main

import (
	"bufio"
	"io"
	"net"
	"regexp"
	"sync"
	"time"
)

// proxy stands between the desk and Dovecot, and notes when the server wakes it.
type proxy struct {
	net.Listener
	server string
	idling chan struct{}  // told when IDLE has begun
	woken  chan time.Time // told when EXISTS passed within IDLE
}

func openProxy(server string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{Listener: l, server: server, idling: make(chan struct{}, 1), woken: make(chan time.Time, 1)}
	go p.serve()
	return p, nil
}

func (p *proxy) serve() {
	for {
		client, err := p.Accept()
		if err != nil {
			return // closed
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		go p.join(client, server)
	}
}

// join passes everything on, until either end closes.
func (p *proxy) join(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	state := &idle{proxy: p}
	go func() {
		_ = copyLines(server, client, state.said)
		_ = server.Close()
	}()
	_ = copyLines(client, server, state.heard)
}

// copyLines passes on what comes, each line after it was looked at.
func copyLines(to io.Writer, from io.Reader, look func(line []byte)) error {
	in := bufio.NewReaderSize(from, 64<<10)
	out := bufio.NewWriterSize(to, 64<<10)
	for {
		line, err := in.ReadSlice('\n')
		look(line)
		if _, failed := out.Write(line); failed != nil {
			return failed
		}
		if in.Buffered() == 0 {
			if failed := out.Flush(); failed != nil {
				return failed
			}
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
}

// idle is whether a connection is in IDLE (RFC 2177): outside it what looks like a
// wake-up may be a mail's text.
type idle struct {
	proxy *proxy

	mu    sync.Mutex
	asked bool // IDLE was said
	begun bool // and is under way
}

var (
	idleCommand = regexp.MustCompile(`^\S+ IDLE\r\n$`)
	exists      = regexp.MustCompile(`^\* \d+ EXISTS\r\n$`)
)

func (i *idle) said(line []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case idleCommand.Match(line):
		i.asked = true
	case string(line) == "DONE\r\n":
		i.begun = false
	}
}

func (i *idle) heard(line []byte) {
	now := time.Now()
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.asked && line[0] == '+':
		i.asked, i.begun = false, true
		tell(i.proxy.idling, struct{}{})
	case i.begun && exists.Match(line):
		tell(i.proxy.woken, now)
	}
}

// tell tells the newest thing, and never waits.
func tell[T any](to chan T, news T) {
	select {
	case <-to:
	default:
	}
	to <- news
}
