package faults

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

const (
	mostMemory = 256             // megabytes, of the program and of each child
	longestAge = 2 * time.Second // for one mail, until it is recorded
)

// TestHostileMails gives the desk what is meant to hurt it, each followed by an ordinary
// mail: our own attacks, and the mails of GUICHET_CORPUS.
func TestHostileMails(t *testing.T) {
	own := attacks()
	list := own
	if !full {
		list = nil
		for i := 0; i < len(own); i += 6 {
			list = append(list, own[i])
		}
	}
	wild := corpus(t)
	r := begin(t, "hostile mails", len(list)+len(wild),
		"each filed once, under 256 MB, under 2 s each, the next one at once")
	if len(wild) == 0 {
		r.say("GUICHET_CORPUS names no folder of mails: our own attacks alone")
	}
	list = append(list, wild...)
	s, w := newWorlds(t, 2), newWriter(t, "h", 8)
	s.unharmed(t, r, [][]byte{w.document()}) // the reader's cache is made
	d := s.desk(t, nil)
	names, delivered, given := map[string]string{}, [][]byte{}, map[string]bool{}
	give := func(name string, raw []byte) {
		h := sum(raw)
		if key := hex.EncodeToString(h[:]); !given[key] {
			given[key], names[key] = true, name
			d.deliver(raw)
			delivered = append(delivered, raw)
		}
		r.ran()
	}
	for _, a := range list {
		give(a.name, a.raw)
		raw := w.submission()
		h := sum(raw)
		names[hex.EncodeToString(h[:])] = "the mail after: " + a.name
		d.deliver(raw)
		delivered = append(delivered, raw)
	}
	d.deliver(oversize())
	begun := time.Now()
	p := d.start(nil, "run", "--once", "--from", "all")
	held, stop := p.remember()
	e := p.wait(10 * time.Minute)
	took := time.Since(begun)
	stop()
	if e.status != 0 || e.panicked() {
		r.miss("it ends with status %d:\n%s", e.status, tail(e.log))
	}
	slowest, which := d.gaps(begun, names)
	if full && slowest > longestAge { // the sample runs beside other tests
		r.miss("%v passed until this was recorded: %s", slowest, which)
	}
	if held.program > mostMemory || held.child > mostMemory {
		r.miss("the program held %d MB, a child %d MB", held.program, held.child)
	}
	d.settle(r)
	d.holds(r, delivered, nil, never)
	if n := d.count(`SELECT count(*) FROM mails WHERE subject = '` + oversizeSubject + `'`); n != 1 {
		r.miss("LOST: a mail above the size limit was recorded %d times", n)
	}
	d.verified(r)
	r.say("%d mails in %v, the slowest %v (%s), the program held %d MB, a child %d MB",
		len(delivered), took.Round(time.Second), slowest.Round(10*time.Millisecond), which, held.program, held.child)
}

// gaps is the longest time between two mails on record, and the later one's name.
func (d *desk) gaps(begun time.Time, names map[string]string) (longest time.Duration, which string) {
	d.t.Helper()
	last := int64(0)
	for _, m := range d.query(`SELECT lower(hex(sha256)), recorded_at FROM mails ORDER BY recorded_at, id`) {
		at, err := strconv.ParseInt(m[1], 10, 64)
		must(d.t, err)
		if last == 0 {
			last = max(begun.UnixMilli(), at-longestAge.Milliseconds()) // the start is no mail's
		}
		if gap := time.Duration(at-last) * time.Millisecond; gap > longest {
			longest, which = gap, names[m[0]]
		}
		last = at
	}
	return longest, which
}

// corpus is the mails of GUICHET_CORPUS, none where it is not set.
func corpus(t testing.TB) (list []attack) {
	t.Helper()
	folder := os.Getenv("GUICHET_CORPUS")
	if folder == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(folder, "mail", "*.eml"))
	must(t, err)
	for i, file := range files {
		if !full && i%60 != 0 {
			continue
		}
		raw, err := os.ReadFile(file)
		must(t, err)
		list = append(list, attack{fmt.Sprint("corpus: ", filepath.Base(file)), raw})
	}
	return list
}
