package sandbox

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bara-think-tank/guichet/internal/document"
)

// Reader reads documents in children, as many at once as there are children; it
// may be used by several goroutines. The children start when they are needed;
// Close ends them.
type Reader struct {
	Program  string   // this binary
	Args     []string // as which it is called, and what makes it run Child
	Cache    string   // the folder of the PDF engine's compiled code
	Children int      // as many at most; less than one is one
	Limits   Limits
	Log      *slog.Logger

	replaced atomic.Int64

	making sync.Mutex // held by the one who makes the cache
	pool   pool
}

// New makes a Reader of the running program, with the standard limits and a child
// for each processor.
func New(log *slog.Logger) (*Reader, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	return &Reader{
		Program: program, Args: []string{os.Args[0], Command}, Cache: userCache(),
		Children: runtime.GOMAXPROCS(0), Limits: Standard(), Log: log,
	}, nil
}

func (r *Reader) args(more ...string) []string { return append(append([]string{}, r.Args...), more...) }

// Read reads one document as document.Read does, and PDF too; photographs, of which
// nothing is opened, take no child. It takes no context:
// a document cut short by the program's end would be recorded as one that cannot
// be read, and Limits.Time ends every reading soon.
func (r *Reader) Read(name, declared string, data []byte) document.Document {
	if d, told := document.AsPicture(name, declared, data); told {
		return d
	}
	asked := request{Name: name, Declared: declared}
	pdf := document.Guess(name, data) == document.PDF
	d, err := r.ask(asked, pdf, data)
	if err == nil && d.Type == document.PDF && d.Fault == document.FaultType && !pdf {
		d, err = r.ask(asked, true, data) // a PDF in an archive: only the child opens it
	}
	if err != nil {
		return document.Unread(name, data, document.FaultStopped, err.Error())
	}
	if !strings.HasPrefix(d.File, name+"/") {
		d.File = name
	}
	return d
}

// ReadBody reads a mail's own body as document.ReadBody does.
func (r *Reader) ReadBody(text, html string) document.Document {
	d, err := r.ask(request{Body: true}, false, []byte(text), []byte(html))
	if err != nil {
		return document.UnreadBody(text, html, document.FaultStopped, err.Error())
	}
	d.File = ""
	return d
}

// ask has a child answer. One that breaks down, or takes too much memory, may do so
// by the work of an earlier document: it is asked once more, in a child that has
// read nothing.
func (r *Reader) ask(asked request, pdf bool, parts ...[]byte) (document.Document, error) {
	p, err := r.take(pdf)
	for err == nil {
		fresh := p.served == 0
		d, broken := p.ask(asked, parts, r.Limits)
		if broken == nil {
			r.giveBack(p)
			return d, nil
		}
		said := p.kill()
		r.replaced.Add(1)
		r.Log.Warn("a reader of documents was replaced", "reason", broken, "fresh", fresh, "said", said)
		if fresh || errors.Is(broken, errSlow) {
			r.pool.free(nil)
			return document.Document{}, broken
		}
		p, err = r.startIn(pdf)
	}
	r.Log.Error("no reader of documents can be started", "error", err)
	return document.Document{}, errors.New("no reader could be started")
}

// take gives a child that can read: a warm one where one waits, else a new one. It
// waits while all children read.
func (r *Reader) take(pdf bool) (*process, error) {
	p, spare := r.pool.take(max(1, r.Children), pdf)
	if spare != nil {
		spare.kill()
	}
	if p != nil {
		return p, nil
	}
	return r.startIn(pdf)
}

// giveBack lets another use a child that has read a document, or ends it when it
// has read enough.
func (r *Reader) giveBack(p *process) {
	if p.served++; p.served >= r.Limits.Documents {
		p.kill()
		p = nil
	}
	r.pool.free(p)
}

// startIn starts a child in a place that was taken, and frees it where it cannot.
func (r *Reader) startIn(pdf bool) (*process, error) {
	p, err := r.start(pdf)
	if err != nil {
		r.pool.free(nil)
	}
	return p, err
}

func (r *Reader) start(pdf bool) (*process, error) {
	if !pdf {
		return start(r.Program, r.args("plain"), false)
	}
	folder, err := r.cache()
	if err != nil {
		return nil, err
	}
	return start(r.Program, r.args("pdf", folder), true)
}

// Confinement starts a reader of PDF if none waits, makes the PDF engine's cache
// if there is none, and says what holds the reader.
func (r *Reader) Confinement() (Confinement, error) {
	p, err := r.take(true)
	if err != nil {
		return Confinement{}, err
	}
	r.pool.free(p)
	return p.confinement, nil
}

// Replaced is how many children broke down, or were killed for what a document took of
// time or memory.
func (r *Reader) Replaced() int64 { return r.replaced.Load() }

// Close waits for the documents that are being read, and ends the children. The
// Reader may still be used, and then starts others.
func (r *Reader) Close() {
	for _, p := range r.pool.empty() {
		p.kill()
	}
}
