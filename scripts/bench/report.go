package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report is everything that was measured. Times are nanoseconds in JSON, sizes bytes.
type report struct {
	Load       string    `json:"load"` // of the minute before the start
	Processors int       `json:"processors"`
	Rounds     int       `json:"rounds"`
	Variants   []variant `json:"variants"`
	Growth     *growth   `json:"growth"` // null where only one size was measured
	Syncs      *syncs    `json:"syncs"`
	Stored     *delays   `json:"stored"`
	Accepted   *delays   `json:"accepted"`
	Figures    []figure  `json:"figures"`
}

// variant is one mailbox and what every tool took for it.
type variant struct {
	PDFs    bool     `json:"pdfs"`
	Mails   int      `json:"mails"`
	Bytes   int64    `json:"bytes"`
	Median  int64    `json:"median_bytes"`
	Results []result `json:"results"`
}

type result struct {
	Tool string `json:"tool"`
	Does string `json:"does"`
	// Failed is why it was not measured in every round, or "".
	Failed string `json:"failed"`
	Runs   []run  `json:"runs"`
	run    `json:"median"`
}

type growth struct {
	Mails int `json:"mails"`
	Small run `json:"small"`
	Large run `json:"large"`
}

type syncs struct {
	Mails int `json:"mails"`
	Syncs int `json:"syncs"`
}

// of is the median of a tool's runs; nil where it was not measured.
func (v variant) of(tool string) *run {
	i := slices.IndexFunc(v.Results, func(r result) bool { return r.Tool == tool && len(r.Runs) > 0 })
	if i < 0 {
		return nil
	}
	return &v.Results[i].run
}

func (v variant) perSecond(r *run) float64 { return float64(v.Mails) / r.Wall.Seconds() }

// workOf1000 is the seconds of processors that a thousand mails take.
func (v variant) workOf1000(r *run) float64 { return r.Work.Seconds() / float64(v.Mails) * 1000 }

func (v variant) name() string {
	if v.PDFs {
		return "every PDF in the sandbox"
	}
	return "no PDFs"
}

// print writes the tables.
func (r *report) print(out io.Writer) error {
	w := &writer{out: out}
	w.line("%d processors, load at start %s, medians of %d rounds", r.Processors, r.Load, r.Rounds)
	for _, v := range r.Variants {
		w.line("\n%d mails, %s: %.0f MB, median %.1f KB", v.Mails, v.name(), float64(v.Bytes)/1e6, float64(v.Median)/1024)
		w.line("  %-20s %-30s %9s %8s %14s %9s", "", "does", "mails/s", "s", "CPU s / 1,000", "guichet")
		for _, t := range v.Results {
			if len(t.Runs) == 0 {
				w.line("  %-20s %-30s %s", t.Tool, t.Does, t.Failed)
				continue
			}
			w.line("  %-20s %-30s %9.0f %8.2f %14.2f %8.2fx", t.Tool, t.Does, v.perSecond(&t.run), t.Wall.Seconds(),
				v.workOf1000(&t.run), t.Wall.Seconds()/v.of(ours).Wall.Seconds())
		}
	}
	w.line("")
	for _, f := range r.Figures {
		w.line("%s", f)
	}
	return w.err
}

// writer keeps the first error.
type writer struct {
	out io.Writer
	err error
}

func (w *writer) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// kept says whether no bound was missed.
func (r *report) kept() bool {
	return !slices.ContainsFunc(r.Figures, figure.missed)
}

const megabyte = 1 << 20

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
