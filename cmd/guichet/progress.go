package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progress is a bar on the last line of a terminal. It is drawn anew at each
// whole per cent, and is not there where it is not shown.
type progress struct {
	out   io.Writer
	shown bool
	total int
	done  int

	drawn   bool // it stands there
	percent int  // as it was drawn last
}

const barWidth = 30

// step says that one more is done.
func (p *progress) step() {
	p.done = min(p.done+1, p.total)
	if !p.shown {
		return
	}
	percent := 100 * p.done / p.total
	if p.drawn && percent == p.percent {
		return
	}
	p.drawn, p.percent = true, percent
	full := barWidth * p.done / p.total
	fmt.Fprintf(p.out, "\r%3d %% [%s%s] %d/%d", percent, strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total)
}

// clear wipes the bar, for something else to stand there or to leave nothing
// behind.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}

// isTerminal says whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
