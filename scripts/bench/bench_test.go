package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBench drains a small mailbox and delivers a few mails, without the programs of
// others: what make bench measures is really done, and told.
func TestBench(t *testing.T) {
	program := filepath.Join(t.TempDir(), "guichet")
	if said, err := exec.Command("go", "build", "-o", program, "../../cmd/guichet").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	folder := os.TempDir()          // which Dovecot's own user may pass
	t.Setenv("TMPDIR", t.TempDir()) // the lock there is not that of a make bench beside it
	r, err := measureAll(t.Context(), options{guichet: program, folder: folder, mails: 20, rounds: 1, wakes: 2, seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Variants {
		mine := v.of(ours)
		if mine == nil || mine.Wall <= 0 || mine.Work <= 0 || mine.Peak < megabyte || mine.Child < megabyte {
			t.Errorf("%s: guichet took %+v", v.name(), mine)
		}
	}
	if len(r.Stored.All) != 2 || len(r.Accepted.All) != 2 {
		t.Errorf("%d mails were stored and %d answered one by one, want 2", len(r.Stored.All), len(r.Accepted.All))
	}
	for i, stored := range r.Stored.All {
		if accepted := r.Accepted.All[i]; stored <= 0 || accepted <= 0 {
			t.Errorf("after its wake-up, mail %d was stored in %v and answered in %v", i, stored, accepted)
		}
	}
	var out bytes.Buffer
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"guichet run --once", "20 mails, no PDFs", "peak memory of a reader", "accepted, p99"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &out)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		figure figure
		missed bool
		begins string
	}{
		{figure{Bound: 7, AtLeast: true, Value: 7, Known: true}, false, "ok"},
		{figure{Bound: 7, AtLeast: true, Value: 6.9, Known: true}, true, "MISSED"},
		{figure{Bound: 3.5, Value: 3.5, Known: true}, false, "ok"},
		{figure{Bound: 3.5, Value: 3.6, Known: true}, true, "MISSED"},
		{figure{Bound: 7, AtLeast: true}, false, "–"},
	} {
		if got := test.figure.missed(); got != test.missed || !strings.HasPrefix(test.figure.String(), test.begins+" ") {
			t.Errorf("%+v is missed: %t, and told as %q", test.figure, got, test.figure)
		}
	}
}

func TestQuantile(t *testing.T) {
	var d delays
	for i := range 100 {
		d.add(time.Duration((i*37)%100+1) * time.Millisecond) // 1 to 100, in any order
	}
	for share, want := range map[float64]time.Duration{0.5: 50, 0.99: 99, 1: 100, 0: 1} {
		if got := d.quantile(share); got != want*time.Millisecond {
			t.Errorf("of 1 to 100 ms, %g are within %v, want %d ms", share, got, want)
		}
	}
}

func TestSyncsOf(t *testing.T) {
	const trace = `10 fdatasync(9</d/run-1/guichet.db-wal>) = 0
11 fsync(9</d/run-1/guichet.db-wal> <unfinished ...>
10 fsync(7</d/run-1/spool/1>) = 0
11 <... fsync resumed>) = 0
12 fsync(8</d/run-1/guichet.db>) = 0
`
	if got := syncsOf([]byte(trace)); got != 3 {
		t.Errorf("%d syncs of the database, want 3", got)
	}
}
