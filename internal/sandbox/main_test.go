package sandbox

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/document"
)

// TestMain makes a child of the test's own binary too, with a reader that
// misbehaves at the documents of certain names.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == Command {
		if err := child(os.Args[2:], os.Stdin, os.Stdout, misread); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// misread reads a document, unless its name asks for harm.
func misread(r document.Reader, asked request, parts [][]byte) document.Document {
	name := asked.Name
	if asked.Body {
		name = string(parts[0])
	}
	switch name {
	case "hang.test":
		for {
			time.Sleep(time.Hour)
		}
	case "spin.test":
		for turns := 0; ; turns++ {
		}
	case "greedy.test":
		var kept [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			kept = append(kept, b)
			time.Sleep(time.Millisecond)
			_ = kept
		}
	case "crash.test":
		go panic("broken")
		time.Sleep(time.Hour)
	case "second.test": // only the first document of a child is read
		if served++; served > 1 {
			os.Exit(3)
		}
	case "escape.test":
		return document.Document{Title: strings.Join(escapes(), "\n"), Sources: []document.Source{}}
	}
	return read(r, asked, parts)
}

var served int

// escapes is what a child can do that it must not.
func escapes() (done []string) {
	for name, try := range map[string]func() error{
		"read a file":  func() error { _, err := os.ReadFile("/etc/hostname"); return err },
		"list /":       func() error { _, err := os.ReadDir("/"); return err },
		"write a file": func() error { return os.WriteFile("/tmp/guichet-escape", nil, 0o600) },
		"connect":      func() error { c, err := net.Dial("tcp", "127.0.0.1:1"); return refused(c, err) },
		"listen":       func() error { l, err := net.Listen("tcp", "127.0.0.1:0"); return refused(l, err) },
		"execute":      func() error { return exec.Command("/bin/true").Run() },
		"signal": func() error {
			p, err := os.FindProcess(os.Getppid())
			if err != nil {
				return err
			}
			return p.Signal(os.Interrupt)
		},
	} {
		if try() == nil {
			done = append(done, name)
		}
	}
	return done
}

// refused takes a connection refused by its other end for one that was let
// through.
func refused(c io.Closer, err error) error {
	if err != nil && strings.Contains(err.Error(), "connection refused") {
		return nil
	}
	if err == nil {
		return c.Close()
	}
	return err
}

// shared is one cache for all tests: making it takes seconds.
func cacheForTests(t testing.TB) string {
	t.Helper()
	folder := userCache() + "-test"
	if err := os.MkdirAll(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
	return folder
}

func newReader(t testing.TB) *Reader {
	t.Helper()
	r := &Reader{
		Program: os.Args[0], Args: []string{os.Args[0], Command}, Cache: cacheForTests(t),
		Limits: Standard(), Log: slog.New(slog.DiscardHandler),
	}
	r.Limits.Memory *= hungrier
	if program, err := os.Executable(); err == nil {
		r.Program = program
	}
	t.Cleanup(r.Close)
	return r
}

// broken keeps what is said of children that were replaced.
type broken struct{ said string }

func (b *broken) Write(line []byte) (int, error) { b.said += string(line); return len(line), nil }

func (b *broken) logger() *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }
