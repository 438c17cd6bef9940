package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRestored backs a desk up in the middle of its life, lets it go on, puts the
// backup back, and does what the guide asks of the operator: held answers that never
// arrived are released, the others dropped.
func TestRestored(t *testing.T) {
	if full {
		t.Parallel()
	}
	runs := size(1, 100)
	s := newWorlds(t, runs+1)
	r := begin(t, "a restored database", runs, "0 lost, 0 second effect, held answers apart")
	on, dice := share(6), rand.New(rand.NewPCG(14, 14))
	held, released := 0, 0
	for i := 0; i < runs && on(); i++ {
		before := len(r.misses)
		h, l := s.disaster(t, r, i, dice)
		held, released = held+h, released+l
		r.ran()
		for j := before; j < len(r.misses); j++ {
			r.misses[j] = fmt.Sprintf("run %d: %s", i, r.misses[j])
		}
	}
	r.say("%d answers held, %d of them released", held, released)
}

// disaster is one life of a desk: some mails, a backup, more mails, a restore, more.
func (s *worlds) disaster(t *testing.T, r *row, i int, dice *rand.Rand) (held, released int) {
	w := newWriter(t, fmt.Sprintf("z%d-", i), uint64(i))
	mails := w.some(9)
	d := s.desk(t, mails[:3])
	backup := filepath.Join(d.folder, "backup.db")
	run := func(what string, args ...string) ended {
		e := d.start(nil, args...).wait(time.Minute)
		if e.status != 0 || e.panicked() {
			r.miss("%s ends with status %d:\n%s", what, e.status, tail(e.log))
		}
		return e
	}
	switch i % 3 {
	case 0: // a backup at rest
		d.settle(r)
		run("backup", "backup", backup)
	case 1: // after a kill, with letters in hand perhaps
		if d.once(fmt.Sprintf("GUICHET_FAILPOINT=%d", 20+dice.IntN(30))); !d.begun() {
			d.settle(r)
		}
		run("backup", "backup", backup)
	case 2: // beside a desk that works
		p := d.start(nil, "run", "--from", "all")
		until(t.Context(), time.Minute, func() bool { return d.count(`SELECT count(*) FROM mails`) >= dice.IntN(3)+1 })
		run("backup", "backup", backup)
		if e := p.stop(); e.status != 0 {
			r.miss("it ends with status %d:\n%s", e.status, tail(e.log))
		}
	}
	for _, raw := range mails[3:6] {
		d.deliver(raw)
	}
	if i%2 == 0 {
		d.settle(r)
	} else { // the loss comes in the middle of the work
		d.once(fmt.Sprintf("GUICHET_FAILPOINT=%d", 5+dice.IntN(30)))
	}
	if dice.IntN(4) == 0 {
		d.renumber() // the server was rebuilt as well
	}
	listed := d.repeats() // by the database that is lost
	run("restore", "restore", backup)
	for _, raw := range mails[6:] {
		d.deliver(raw)
	}
	d.settle(r)
	held, released = d.decideHeld(r, run)
	d.settle(r)
	d.checkRestored(r, mails, listed)
	run("verify", "verify")
	return held, released
}

// decideHeld releases the held answers that never arrived, and drops the others.
func (d *desk) decideHeld(r *row, run func(string, ...string) ended) (held, released int) {
	listed := run("outbox list", "outbox", "list", "--held", "--json")
	for line := range strings.Lines(listed.log) {
		var one struct {
			ID int64  `json:"id"`
			To string `json:"to"`
		}
		if json.Unmarshal([]byte(line), &one) != nil || one.ID == 0 {
			continue // the log
		}
		held++
		what := "drop"
		if d.sink.to(one.To) == 0 {
			what = "release"
			released++
		}
		run("outbox "+what, "outbox", what, fmt.Sprint(one.ID))
	}
	return held, released
}

// repeats is how often answers were repeated to whom, as the ledger lists them: a desk that
// is killed between the server's 250 and its commit sends the answer again.
func (d *desk) repeats() map[string]int {
	listed := map[string]int{}
	if !d.begun() {
		return listed
	}
	for _, row := range d.query(`SELECT recipient, sum(repeats) FROM notices WHERE repeats > 0 GROUP BY recipient`) {
		n, _ := strconv.Atoi(row[1])
		listed[row[0]] = n
	}
	return listed
}

// checkRestored wants every mail on record once, and every sender who is answered,
// answered once, whatever the restored ledger knows of it; and again only where the lost
// one listed a repeat.
func (d *desk) checkRestored(r *row, mails [][]byte, listed map[string]int) {
	d.t.Helper()
	once := map[string]int{}
	answered := map[string]bool{}
	for _, m := range d.records() {
		if !m.repeats {
			once[m.sum]++
		}
		for _, a := range m.answers {
			answered[a.recipient] = true
		}
	}
	stands := d.stands()
	for _, raw := range mails {
		name := nameOf(raw)
		if once[name] != 1 {
			r.miss("LOST: a mail is recorded %d times: %.80q", once[name], raw)
		}
		if len(stands[name]) != 1 || stands[name][0] == "INBOX" {
			r.miss("a mail stands in %v: %.80q", stands[name], raw)
		}
	}
	for to := range answered {
		if n := d.sink.to(to); n < 1 || n > 1+listed[to] {
			r.miss("%s got %d answers, and %d repeats are listed", to, n, listed[to])
		}
	}
}
