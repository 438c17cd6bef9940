package faults

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestKilledAfterEverySideEffect kills the program after its first side effect, in a new
// desk after its second, and so on until a run ends by itself; each time the next run
// must finish the work as if nothing had happened.
func TestKilledAfterEverySideEffect(t *testing.T) {
	seeds, step := size(1, 10), size(13, 1)
	r := begin(t, "kill -9 after every side effect", seeds*size(5, 60),
		"0 lost, 0 second submission, a repeated notice only between 250 and commit, same bytes, listed")
	on, s := share(7), newWorlds(t, seeds*160)
	repeats, effects := 0, []int(nil)
	for seed := range uint64(seeds) {
		mails := newWriter(t, fmt.Sprintf("k%d-", seed), seed).some(5)
		unharmed := s.unharmed(t, r, mails)
		n := 1 + int(seed)%step
		for ; on(); n += step {
			d := s.desk(t, mails)
			e := d.once(fmt.Sprintf("GUICHET_FAILPOINT=%d", n))
			if !e.killed {
				break
			}
			r.ran()
			kind, at := e.where()
			if kind == "" || e.panicked() {
				r.miss("killed, and not by a failpoint:\n%s", tail(e.log))
			}
			again := s.recovered(r, d, mails, unharmed, kind, at)
			repeats += again
		}
		effects = append(effects, n-1)
	}
	r.say("%d seeds of %v side effects, %d answers repeated", seeds, effects, repeats)
}

// worlds hands out desks on one Dovecot.
type worlds struct{ house *house }

func newWorlds(t testing.TB, desks int) *worlds { return &worlds{newHouse(t, desks)} }

func (s *worlds) desk(t testing.TB, mails [][]byte) *desk {
	t.Helper()
	d := s.house.desk(t.TempDir(), newSink(t))
	for _, raw := range mails {
		d.deliver(raw)
	}
	return d
}

// unharmed is what a desk makes of the mails when nothing happens.
func (s *worlds) unharmed(t testing.TB, r *row, mails [][]byte) map[string]string {
	t.Helper()
	d := s.desk(t, mails)
	d.settle(r)
	shapes := d.shapes()
	d.holds(r, mails, shapes, never)
	if len(shapes) != len(mails) {
		t.Fatalf("an unharmed desk records %d of %d mails", len(shapes), len(mails))
	}
	return shapes
}

// recovered lets a desk go on after a kill, and holds it to what must be.
func (s *worlds) recovered(r *row, d *desk, mails [][]byte, unharmed map[string]string, kind, at string) (repeats int) {
	before, open := len(r.misses), d.unrecorded()
	d.settle(r)
	repeats = d.holds(r, mails, unharmed, func(id string) bool { return open[id] })
	for i := before; i < len(r.misses); i++ {
		r.misses[i] = fmt.Sprintf("after %s %q: %s", kind, at, r.misses[i])
	}
	return repeats
}

// unrecorded is the letters that the server took and whose commit did not come: those
// alone may leave a second time.
func (d *desk) unrecorded() map[string]bool {
	d.t.Helper()
	open := map[string]bool{}
	if !d.begun() {
		return open
	}
	took := d.sink.byLedger()
	for _, n := range d.query(`SELECT message_id FROM notices WHERE state <> 'sent'`) {
		if len(took[n[0]]) > 0 {
			open[n[0]] = true
		}
	}
	return open
}

// TestKilledAnywhere kills a desk on a real Dovecot at random moments, while mail comes
// in.
func TestKilledAnywhere(t *testing.T) {
	kills, mails := size(12, 1000), size(10, 500)
	r := begin(t, "kill -9 at random", kills, "0 lost, 0 second submission, repeated notices with the same bytes, listed")
	on, s := share(9), newWorlds(t, 2)
	dice := rand.New(rand.NewPCG(9, 9))
	all := newWriter(t, "r", 9).some(mails)
	unharmed := s.unharmed(t, r, all)
	d := s.desk(t, nil)
	delivered, open := 0, map[string]bool{}
	longest := 300 * time.Millisecond
	for k := 0; k < kills && on(); k++ {
		for delivered*kills < (k+1)*mails && delivered < mails {
			d.deliver(all[delivered])
			delivered++
		}
		p := d.start(nil, "run", "--from", "all")
		select {
		case <-p.done:
		case <-time.After(time.Duration(dice.Int64N(int64(longest)))):
		}
		e := p.kill()
		r.ran()
		for id := range d.unrecorded() {
			open[id] = true
		}
		switch {
		case e.panicked() || !e.killed:
			r.miss("it ended by itself:\n%s", tail(e.log))
		case !strings.Contains(e.log, "recorded") && longest < 5*time.Second:
			longest += longest / 50 // this machine is slow to start
		case longest > 300*time.Millisecond:
			longest -= longest / 100
		}
		if k%20 == 19 { // time passes, or what was in hand would wait for the end
			d.later()
		}
	}
	for _, raw := range all[delivered:] {
		d.deliver(raw)
	}
	d.settle(r)
	repeats := d.holds(r, all, unharmed, func(id string) bool { return open[id] })
	d.verified(r)
	r.say("%d mails, %d answers repeated", mails, repeats)
}
