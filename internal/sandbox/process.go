package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/bara-think-tank/guichet/internal/document"
)

// Why a child did not answer.
var (
	errBroke  = errors.New("the reader broke down")
	errSlow   = errors.New("the document took its reader too long")
	errHungry = errors.New("the document took its reader too much memory")
)

// process is a child that runs.
type process struct {
	command     *exec.Cmd
	pipe        io.Closer // the child's input
	in          *bufio.Writer
	out         *bufio.Reader
	said        *lastWords
	statm       *os.File // what its memory is read from; nil where there is none
	pdf         bool     // it reads PDF too
	confinement Confinement
	served      int // documents that it has read
}

// start starts a child and waits until it is ready.
func start(program string, args []string, pdf bool) (*process, error) {
	p := &process{command: exec.Command(program), said: &lastWords{}, pdf: pdf}
	p.command.Args, p.command.Env, p.command.Dir, p.command.Stderr = args, childEnv(), "/", p.said
	in, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.pipe, p.in, p.out = in, bufio.NewWriterSize(in, pipeSize), bufio.NewReaderSize(out, pipeSize)
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("starting a reader: %w", err)
	}
	p.statm, _ = os.Open(fmt.Sprintf("/proc/%d/statm", p.command.Process.Pid)) //nolint:errcheck // elsewhere than on Linux
	var h hello
	err = p.within(Limits{Time: startTime}, func() error { return receiveJSON(p.out, 1<<16, &h) })
	if err == nil && h.Error != "" {
		err = errors.New(h.Error)
	}
	if err != nil {
		return nil, fmt.Errorf("starting a reader: %w: %s", err, p.kill())
	}
	p.confinement = h.Confinement
	return p, nil
}

// pipeSize is what a pipe holds: so much crosses it at once, and wakes the other end
// once.
const pipeSize = 64 << 10

// childEnv is the child's environment: nothing of ours.
func childEnv() []string { return []string{"GOTRACEBACK=single"} }

// ask has the child read one document.
func (p *process) ask(asked request, parts [][]byte, limits Limits) (document.Document, error) {
	var d document.Document
	err := p.within(limits, func() error {
		if err := sendJSON(p.in, asked); err != nil {
			return err
		}
		for _, part := range parts {
			if err := send(p.in, part); err != nil {
				return err
			}
		}
		if err := p.in.Flush(); err != nil {
			return err
		}
		var err error
		d, err = receiveDocument(p.out, maxAnswer)
		return err
	})
	if err != nil {
		return document.Document{}, err
	}
	return d, nil
}

// within does something with the child, and kills it when that takes more than the
// limits say; a Memory of 0 is none.
func (p *process) within(limits Limits, do func() error) error {
	w := &watch{process: p, limits: limits, begun: time.Now()}
	w.begin()
	err := do()
	if broken := w.end(); broken != nil {
		return broken
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errBroke, err)
	}
	return nil
}

// watch looks at a child from time to time while somebody waits for it: most documents
// are read before its first look, and cost it no goroutine.
type watch struct {
	*process
	limits Limits
	begun  time.Time

	mu     sync.Mutex
	next   *time.Timer
	over   bool
	broken error // why the child was killed
}

// begin has the first look taken in a moment.
func (w *watch) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next = time.AfterFunc(memoryLook, w.look)
}

func (w *watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.over:
		return
	case time.Since(w.begun) >= w.limits.Time:
		w.broken = errSlow
	case w.limits.Memory > 0 && w.resident() > w.limits.Memory:
		w.broken = errHungry
	default:
		w.next.Reset(memoryLook)
		return
	}
	w.command.Process.Kill() //nolint:errcheck // it ended by itself
}

// end leaves off looking, and says why the child was killed, if it was.
func (w *watch) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	w.next.Stop()
	return w.broken
}

// memoryLook is how often the child's memory is looked at: a page fault takes so
// long that no more than some 20 MB can come between two looks.
const memoryLook = 10 * time.Millisecond

// resident is the child's resident memory in bytes, 0 where it cannot be told.
func (p *process) resident() int64 {
	var stat [128]byte
	n, _ := p.statm.ReadAt(stat[:], 0) //nolint:errcheck // it ends before the room does
	fields := bytes.Fields(stat[:n])
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(pageSize)
}

// kill ends the child and gives its last words.
func (p *process) kill() string {
	p.pipe.Close()           //nolint:errcheck // it ends in any case
	p.command.Process.Kill() //nolint:errcheck // it ended by itself
	p.command.Wait()         //nolint:errcheck // killed
	p.statm.Close()          //nolint:errcheck // it was only read
	return p.said.String()
}

// lastWords keeps the end of what a child says on its standard error.
type lastWords struct {
	mu   sync.Mutex
	kept []byte
}

func (l *lastWords) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = []byte(tail(append(l.kept, b...)))
	return len(b), nil
}

func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return tail(l.kept)
}

// tail is the end of what a program said.
func tail(b []byte) string {
	const most = 2 << 10
	return string(bytes.TrimSpace(b[max(0, len(b)-most):]))
}
