package faults

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain prints the table after the tests; a row that was missed has failed its test
// already, and so the exit status.
func TestMain(m *testing.M) {
	status := m.Run()
	if full {
		table.print(os.Stdout)
	}
	_ = os.RemoveAll(program.folder)
	os.Exit(status)
}

// row is one fault and what it did to the desk.
type row struct {
	fault  string
	holds  string // what must hold
	wanted int    // how often the table promises to try it

	mu     sync.Mutex
	runs   int
	misses []string
	facts  []string
}

type rows struct {
	mu  sync.Mutex
	all []*row
}

var table rows

// begin adds a row. What it missed fails the test when the test ends.
func begin(t *testing.T, fault string, wanted int, holds string) *row {
	t.Helper()
	r := &row{fault: fault, holds: holds, wanted: wanted}
	table.mu.Lock()
	table.all = append(table.all, r)
	table.mu.Unlock()
	t.Cleanup(func() {
		t.Logf("%s: %d runs; %s", r.fault, r.runs, strings.Join(r.facts, ", "))
		for _, miss := range r.misses[:min(len(r.misses), 20)] {
			t.Error(miss)
		}
	})
	return r
}

func (r *row) ran() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs++
}

// miss notes something that did not hold.
func (r *row) miss(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.misses = append(r.misses, fmt.Sprintf(format, args...))
}

// say adds what was seen to the row.
func (r *row) say(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts = append(r.facts, fmt.Sprintf(format, args...))
}

func (r *row) verdict() string {
	switch {
	case len(r.misses) > 0:
		return "MISSED"
	case r.runs < r.wanted:
		return "short" // of time: what ran, held
	}
	return "ok"
}

func (t *rows) print(out io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(out, "\n%-7s %-34s %7s  %s\n", "", "fault", "runs", "what must hold / what was seen")
	for _, r := range t.all {
		fmt.Fprintf(out, "%-7s %-34s %7d  %s\n", r.verdict(), r.fault, r.runs, r.holds)
		seen := strings.Join(r.facts, ", ")
		if r.verdict() == "short" {
			seen += fmt.Sprintf("; %d were wanted", r.wanted)
		}
		fmt.Fprintf(out, "%-7s %-34s %7s  → %s\n", "", "", "", seen)
		for _, miss := range r.misses[:min(len(r.misses), 5)] {
			fmt.Fprintf(out, "%-7s %-34s %7s  ! %s\n", "", "", "", strings.ReplaceAll(miss, "\n", " / "))
		}
		if n := len(r.misses) - 5; n > 0 {
			fmt.Fprintf(out, "%-7s %-34s %7s  ! and %d more\n", "", "", "", n)
		}
	}
}

// size is how often something is tried: in the sample of make test, or wholly.
func size(sample, whole int) int {
	if full {
		return whole
	}
	return sample
}

// share is the part of the thirty minutes that a fault may take; what is not done by
// then is left, and the row says so. It is a bound, not a measure: on two quiet cores
// every fault ends by itself.
func share(minutes float64) func() bool {
	end := time.Now().Add(time.Duration(minutes * float64(time.Minute)))
	return func() bool { return time.Now().Before(end) }
}

// program is the real program, built once with the tag failpoint.
var program struct {
	once   sync.Once
	folder string
	path   string
	err    error
}

func guichet(t testing.TB) string {
	t.Helper()
	program.once.Do(func() {
		if program.folder, program.err = os.MkdirTemp("", "guichet-faults-"); program.err != nil {
			return
		}
		program.path = filepath.Join(program.folder, "guichet")
		build := exec.Command("go", "build", "-tags", "failpoint", "-o", program.path, "../../cmd/guichet")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			program.err = fmt.Errorf("building the program: %w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}
