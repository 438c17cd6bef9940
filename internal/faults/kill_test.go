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
	r := begin(t, "kill -9 after every side effect", seeds*30,
		"0 lost, 0 second submission, a repeated notice only between 250 and commit, same bytes, listed")
	on, s := share(7), newWorlds(t, seeds*160)
	repeats := 0
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
		r.say("seed %d: %d side effects", seed, n-1)
	}
	r.say("%d answers repeated", repeats)
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
	before := len(r.misses)
	d.settle(r)
	// From the server's 250 on until the commit that records it, of several letters
	// perhaps.
	unrecorded := kind == "smtp" || kind == "commit" && at == "before"
	repeats = d.holds(r, mails, unharmed, func(string) bool { return unrecorded })
	for i := before; i < len(r.misses); i++ {
		r.misses[i] = fmt.Sprintf("after %s %q: %s", kind, at, r.misses[i])
	}
	return repeats
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
	delivered := 0
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
	repeats := d.holds(r, all, unharmed, func(string) bool { return true })
	d.verified(r)
	r.say("%d mails, %d answers repeated", mails, repeats)
}
