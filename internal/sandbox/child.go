package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/bara-think-tank/guichet/internal/document"
)

// hello is what a child says once it is confined and ready.
type hello struct {
	Confinement Confinement `json:"confinement"`
	Error       string      `json:"error"` // why it cannot read
}

// Child is the hidden command: it serves documents on its standard input and
// output until the input ends. With "make" it makes the PDF engine's cache in a
// folder; with "pdf" it reads PDF with the cache in a folder; with "plain" every
// other type.
func Child(args []string, in io.Reader, out io.Writer) error {
	return child(args, in, out, read)
}

// read does what is asked with the messages that follow.
func read(r document.Reader, asked request, parts [][]byte) document.Document {
	if asked.Body {
		return r.ReadBody(string(parts[0]), string(parts[1]))
	}
	return r.Read(asked.Name, asked.Declared, parts[0])
}

// reading is read, or what stands in its place.
type reading func(document.Reader, request, [][]byte) document.Document

// child lets the tests put a reader that misbehaves in the place of the real one.
func child(args []string, in io.Reader, out io.Writer, read reading) error {
	if len(args) == 2 && args[0] == "make" {
		return makeCache(args[1])
	}
	debug.SetMemoryLimit(heapLimit)
	debug.SetGCPercent(heapGrowth)
	reader, confinement, err := prepare(args)
	if err != nil {
		return errors.Join(err, sendJSON(out, hello{Error: err.Error()}))
	}
	if err := sendJSON(out, hello{Confinement: confinement}); err != nil {
		return err
	}
	return serve(reader, read, listen(in), out)
}

// heapLimit is where the child's own collector begins to work hard: below the
// limit on resident memory, of which the engine takes a part.
const heapLimit = 160 << 20

// heapGrowth lets a child collect less often than a program that lasts: what a
// document leaves is small beside that limit.
const heapGrowth = 400

// large is a document after which a child gives its memory back: it waits with little,
// and the next large one finds nothing of this one.
const large = 4 << 20

// prepare confines the child. The engine is made between the two halves: it reads
// its cache, which Landlock lets it and seccomp would not.
func prepare(args []string) (r document.Reader, c Confinement, err error) {
	switch {
	case len(args) == 1 && args[0] == "plain":
		runtime.GOMAXPROCS(1) // one document at a time: a second thread would only be woken
		c.Landlock, err = restrictFiles("")
	case len(args) == 2 && args[0] == "pdf":
		if c.Landlock, err = restrictFiles(args[1]); err != nil {
			return r, c, err
		}
		made, engineErr := newEngine(args[1])
		if engineErr != nil {
			return r, c, engineErr
		}
		if err = made.warm(); err == nil {
			r.PDF = made
		}
	default:
		err = fmt.Errorf("%q is no way to start a child", args)
	}
	if err != nil {
		return r, c, err
	}
	if err := limitCPU(); err != nil {
		return r, c, err
	}
	c.Seccomp, err = restrictCalls()
	return r, c, err
}

// task is one document to read: what is asked, and the messages that follow.
type task struct {
	request
	parts [][]byte
}

// listen reads ahead, so that a child whose parent is gone ends even while it
// reads a document.
func listen(in io.Reader) <-chan task {
	tasks := make(chan task)
	in = bufio.NewReaderSize(polled(in), pipeSize)
	go func() {
		defer close(tasks)
		for {
			t, err := receiveTask(in)
			if err != nil {
				os.Exit(0)
			}
			tasks <- t
		}
	}()
	return tasks
}

// maxDocument bounds what a child takes.
const maxDocument = 256 << 20

func receiveTask(in io.Reader) (t task, err error) {
	if err := receiveJSON(in, maxDocument, &t.request); err != nil {
		return t, err
	}
	t.parts = make([][]byte, t.request.parts())
	for i := range t.parts {
		if t.parts[i], err = receive(in, maxDocument); err != nil {
			return t, err
		}
	}
	return t, nil
}

func serve(reader document.Reader, read reading, tasks <-chan task, out io.Writer) error {
	for {
		t := <-tasks
		if err := sendDocument(out, read(reader, t.request, t.parts)); err != nil {
			return err
		}
		size := 0
		for i := range t.parts {
			size += len(t.parts[i])
			t.parts[i] = nil
		}
		if size >= large {
			debug.FreeOSMemory()
		}
	}
}
