package mailbox

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// proxy stands between a watcher and its server and makes the trouble that
// networks and servers make.
type proxy struct {
	trouble
	address string

	mu       sync.Mutex
	conns    []net.Conn
	accepted int
	commands []string
}

type trouble struct {
	hide []string // capabilities that the server does not have any more
	hush string   // from the command that bears this word on, answers are withheld
}

func newProxy(t *testing.T, server string, trouble trouble) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{trouble: trouble, address: l.Addr().String()}
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
	})
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			p.join(client, upstream)
		}
	}()
	return p
}

func (p *proxy) join(client, server net.Conn) {
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.accepted++
	p.mu.Unlock()
	hushed := make(chan struct{})
	go func() {
		defer server.Close()
		var once sync.Once
		eachLine(client, func(line []byte) error {
			p.mu.Lock()
			p.commands = append(p.commands, strings.TrimSpace(string(line)))
			p.mu.Unlock()
			if p.hush != "" && bytes.Contains(line, []byte(p.hush)) {
				once.Do(func() { close(hushed) })
			}
			_, err := server.Write(line)
			return err
		})
	}()
	go func() {
		defer client.Close()
		eachLine(server, func(line []byte) error {
			select {
			case <-hushed:
				return nil
			default:
			}
			_, err := client.Write(p.edit(line))
			return err
		})
	}()
}

func eachLine(r io.Reader, do func([]byte) error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 && do(line) != nil || err != nil {
			return
		}
	}
}

// edit takes the hidden capabilities out of an answer.
func (p *proxy) edit(line []byte) []byte {
	if !bytes.Contains(line, []byte("CAPABILITY")) {
		return line
	}
	for _, c := range p.hide {
		for _, after := range []string{" ", "]", "\r"} {
			line = bytes.ReplaceAll(line, []byte(" "+c+after), []byte(after))
		}
	}
	return line
}

// cut breaks every connection.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

// connections counts those that were made.
func (p *proxy) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// said says whether a command with that word was sent.
func (p *proxy) said(word string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.commands, func(c string) bool { return strings.Contains(c, word) })
}
