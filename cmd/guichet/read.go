package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/bara-think-tank/guichet/internal/document"
)

// readCommand is `guichet read`.
type readCommand struct {
	JSON  bool     `help:"One JSON object a line."`
	Files []string `arg:"" name:"file" help:"Documents to read."`
}

// Run reads every file, several at once, and prints them in their order; one that
// cannot be read is told in its place, and the others are read all the same.
func (c readCommand) Run(a *app) error {
	var failed error
	for pending := range a.readAhead(c.Files) {
		d := <-pending
		if !d.Readable() {
			failed = errSaid
		}
		if err := c.print(a.out, d); err != nil {
			return err
		}
	}
	return failed
}

// readAhead reads files in their order, a few more than there are readers before
// the first is taken.
func (a *app) readAhead(files []string) <-chan chan document.Document {
	ahead := make(chan chan document.Document, 4*a.reader.Children)
	go func() {
		defer close(ahead)
		for _, file := range files {
			pending := make(chan document.Document, 1)
			ahead <- pending
			go func() { pending <- a.readDocument(file) }()
		}
	}()
	return ahead
}

func (a *app) readDocument(file string) document.Document {
	data, err := os.ReadFile(file)
	if err != nil {
		return document.Document{File: filepath.Base(file), Type: document.Other, Error: err.Error()}
	}
	return a.reader.Read(filepath.Base(file), "", data)
}

func (c readCommand) print(w io.Writer, d document.Document) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(d)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n", d.File, d.Type)
	if !d.Readable() {
		fmt.Fprintf(&b, "  not read: %s\n", d.Error)
	} else {
		fmt.Fprintf(&b, "  title     %s\n  authors   %s\n  language  %s\n  words     %d (%d with title, sources and notes)\n",
			d.Title, strings.Join(d.Authors, ", "), d.Language, d.Words, d.WordsTotal)
		if d.Abstract != "" {
			fmt.Fprintf(&b, "  abstract  %s\n", d.Abstract)
		}
		for _, h := range d.Headings {
			fmt.Fprintf(&b, "  heading   %s%s\n", strings.Repeat("  ", max(0, h.Level-1)), h.Text)
		}
		for i, s := range d.Sources {
			fmt.Fprintf(&b, "  source %2d %s\n%12s%s\n", i+1, s.Text, "", inFields(s))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// inFields is a source as it was read: its authors, date and title, and what is
// wrong with it.
func inFields(s document.Source) string {
	line := strings.Join([]string{
		cmp.Or(strings.Join(s.Authors, " & "), "no author"), cmp.Or(s.Date, "no date"), cmp.Or(s.Title, "no title"),
	}, " / ")
	if len(s.Faults) > 0 {
		line += "; wrong: " + strings.Join(s.Faults, ", ")
	}
	if s.Repeats > 0 {
		line += fmt.Sprintf("; the same as source %d", s.Repeats)
	}
	return line
}
