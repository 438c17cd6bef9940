package faultproxy

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// conn is one connection through the proxy: two goroutines, one a direction.
type conn struct {
	proxy          *Proxy
	client, server net.Conn
	trouble        Trouble

	writing sync.Mutex // of the client's side: refusals come from the other goroutine
	given   int64      // bytes passed to the client
	hushed  chan struct{}
	once    sync.Once
	refused []int // how often each refusal was given
}

// errCut ends a connection on purpose.
var errCut = errors.New("cut on purpose")

// upward passes the client's commands on.
func (c *conn) upward() {
	defer c.proxy.goings.Done()
	defer c.server.Close()
	c.refused = make([]int, len(c.trouble.Refuse))
	from := bufio.NewReader(c.client)
	for {
		line, err := from.ReadBytes('\n')
		if err != nil {
			return
		}
		c.proxy.note(strings.TrimSpace(string(line)))
		if c.trouble.Hush != "" && strings.Contains(string(line), c.trouble.Hush) {
			c.once.Do(func() { close(c.hushed) })
		}
		size, sync, literal := announced(line)
		if answer := c.refusal(string(line)); answer != "" {
			if literal && !sync {
				if _, err := io.CopyN(io.Discard, from, size); err != nil {
					return
				}
				if _, err := from.ReadBytes('\n'); err != nil {
					return
				}
			}
			if c.pass([]byte(answer)) != nil {
				return
			}
			continue
		}
		if _, err := c.server.Write(line); err != nil {
			return
		}
		if literal {
			if _, err := io.CopyN(c.server, from, size); err != nil {
				return
			}
		}
	}
}

// refusal is the answer to a command that is not passed on, "" for any other.
func (c *conn) refusal(line string) string {
	tag, command, _ := strings.Cut(line, " ")
	for i, r := range c.trouble.Refuse {
		if strings.HasPrefix(command, r.Word) && (r.Times == 0 || c.refused[i] < r.Times) {
			c.refused[i]++
			return tag + " " + r.Answer + "\r\n"
		}
	}
	return ""
}

// downward passes the server's answers on, changed as the trouble has it.
func (c *conn) downward() {
	defer c.proxy.goings.Done()
	defer c.client.Close()
	from := bufio.NewReader(c.server)
	for {
		line, err := from.ReadBytes('\n')
		if err != nil {
			return
		}
		answer := Answer{Line: hide(line, c.trouble.Hide)}
		if size, _, literal := announced(line); literal {
			answer.Literal = make([]byte, size)
			if _, err := io.ReadFull(from, answer.Literal); err != nil {
				return
			}
		}
		said := []Answer{answer}
		if c.trouble.Edit != nil {
			said = c.trouble.Edit(answer)
		}
		for _, a := range said {
			if a.Line == nil || c.pass(append(a.Line, a.Literal...)) != nil {
				return
			}
		}
	}
}

// pass gives bytes to the client, up to where the connection is cut or falls silent.
func (c *conn) pass(b []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	select {
	case <-c.hushed:
		return nil
	default:
	}
	if left := c.trouble.HushAfter - c.given; c.trouble.HushAfter > 0 && left <= int64(len(b)) {
		c.once.Do(func() { close(c.hushed) })
		b = b[:left]
	}
	cut := c.trouble.CutAfter > 0 && c.trouble.CutAfter-c.given <= int64(len(b))
	if cut {
		b = b[:c.trouble.CutAfter-c.given]
	}
	n, err := c.client.Write(b)
	c.given += int64(n)
	if err == nil && cut {
		err = errCut
	}
	return err
}

// announced reads the literal that a line announces (RFC 9051 section 4.3); sync says
// that its sender waits to be told to go on.
func announced(line []byte) (size int64, sync, ok bool) {
	text := strings.TrimRight(string(line), "\r\n")
	open := strings.LastIndexByte(text, '{')
	if open < 0 || !strings.HasSuffix(text, "}") {
		return 0, false, false
	}
	number, waits := text[open+1:len(text)-1], true
	if n, found := strings.CutSuffix(number, "+"); found {
		number, waits = n, false
	}
	size, err := strconv.ParseInt(number, 10, 64)
	return size, waits, err == nil && size >= 0
}
