package sandbox

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/document"
)

// Reader reads documents in a child, one at a time; it may be used by several
// goroutines. The child starts with the first document; Close ends it.
type Reader struct {
	Program string   // this binary
	Args    []string // as which it is called, and what makes it run Child
	Cache   string   // the folder of the PDF engine's compiled code
	Limits  Limits
	Log     *slog.Logger

	mu    sync.Mutex
	child *process
}

// New makes a Reader of the running program, with the standard limits.
func New(log *slog.Logger) (*Reader, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	return &Reader{Program: program, Args: []string{os.Args[0], Command}, Cache: userCache(), Limits: Standard(), Log: log}, nil
}

func (r *Reader) args() []string { return append([]string{}, r.Args...) }

// Read reads one document as document.Read does, and PDF too. It takes no context:
// a document cut short by the program's end would be recorded as one that cannot
// be read, and Limits.Time ends every reading soon.
func (r *Reader) Read(name, declared string, data []byte) document.Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	pdf := document.Sniff(name, declared, data) == document.PDF
	for {
		p, fresh, err := r.ready(pdf)
		if err != nil {
			r.Log.Error("no reader of documents can be started", "error", err)
			return document.Unread(name, declared, data, document.FaultStopped, "no reader could be started")
		}
		d, err := p.read(name, declared, data, r.Limits)
		if err == nil {
			if !utf8.ValidString(name) { // JSON did not carry it
				d.File = name
			}
			if p.served++; p.served >= r.Limits.Documents {
				r.drop()
			}
			return d
		}
		said := r.drop()
		r.Log.Warn("a reader of documents was replaced", "reason", err, "bytes", len(data), "fresh", fresh, "said", said)
		if fresh || !errors.Is(err, errBroke) {
			return document.Unread(name, declared, data, document.FaultStopped, err.Error())
		}
		// What broke down may be the work of an earlier document: once more, in a
		// child that has read nothing.
	}
}

// ready gives a child that can read, a new one where there is none.
func (r *Reader) ready(pdf bool) (p *process, fresh bool, err error) {
	if r.child != nil && (r.child.pdf || !pdf) {
		return r.child, r.child.served == 0, nil
	}
	r.drop()
	args := append(r.args(), "plain")
	if pdf {
		folder, err := r.cache()
		if err != nil {
			return nil, true, err
		}
		args = append(r.args(), "pdf", folder)
	}
	p, err = start(r.Program, args, pdf)
	if err == nil {
		r.child = p
	}
	return p, true, err
}

// drop ends the child, and gives the last that it said on its standard error.
func (r *Reader) drop() string {
	if r.child == nil {
		return ""
	}
	said := r.child.kill()
	r.child = nil
	return said
}

// Confinement starts a reader of PDF if there is none, and says what holds it.
func (r *Reader) Confinement() (Confinement, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _, err := r.ready(true)
	if err != nil {
		return Confinement{}, err
	}
	return p.confinement, nil
}

// Close ends the child. The Reader may still be used, and then starts another.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop()
}
