package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRenumbered gives the mailbox another UIDVALIDITY, as a server does that was
// rebuilt: while the desk is down, after one of its commands, and while it works; now
// and then people put mails back by hand.
func TestRenumbered(t *testing.T) {
	if full {
		t.Parallel()
	}
	runs := size(2, 100)
	r := begin(t, "UIDVALIDITY changes", runs, "0 lost, 0 second effect")
	on, s := share(6), newWorlds(t, runs+1)
	dice := rand.New(rand.NewPCG(12, 12))
	all := newWriter(t, "u", 12).some(8)
	unharmed := s.unharmed(t, r, all)
	back := 0
	for i := 0; i < runs && on(); i++ {
		d := s.desk(t, all[:5])
		before := len(r.misses)
		when := ""
		switch i % 3 {
		case 0:
			when = "while down"
			d.settle(r)
			if i%2 == 0 {
				back += d.putBack()
			}
			d.renumber()
		case 1:
			n := 4 + dice.IntN(14)
			when = fmt.Sprintf("after its IMAP command %d", n)
			e := d.once(fmt.Sprintf("GUICHET_FAILPOINT=imap:%d", n))
			_, step := e.where()
			when += " " + step
			d.renumber()
		case 2:
			when = "while it works"
			p := d.start(nil, "run", "--from", "all")
			time.Sleep(time.Duration(50+dice.IntN(400)) * time.Millisecond)
			s.house.dovecot.Stop()
			d.renumber()
			s.house.dovecot.Start()
			until(t.Context(), time.Minute, func() bool { return d.done(5) })
			if e := p.stop(); e.status != 0 || e.panicked() {
				r.miss("it ends with status %d:\n%s", e.status, tail(e.log))
			}
		}
		for _, raw := range all[5:] {
			d.deliver(raw)
		}
		d.settle(r)
		d.checkRenumbered(r)
		d.holds(r, all, unharmed, never)
		d.verified(r)
		r.ran()
		for j := before; j < len(r.misses); j++ {
			r.misses[j] = fmt.Sprintf("run %d, %s: %s", i, when, r.misses[j])
		}
	}
	r.say("%d mails put back by hand", back)
}

// renumber has Dovecot number INBOX anew, under another UIDVALIDITY: its list of UIDs is
// replaced by an empty one, and its indexes are gone. A process of Dovecot that is about
// to end may write the old ones once more.
func (d *desk) renumber() {
	d.t.Helper()
	d.renumbered = d.validity()
	for range 20 {
		d.forgetUIDs()
		time.Sleep(50 * time.Millisecond)
		if d.validity() != d.renumbered {
			return
		}
	}
}

func (d *desk) forgetUIDs() {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.maildir, "dovecot.index*"))
	must(d.t, err)
	for _, file := range files {
		must(d.t, os.Remove(file))
	}
	validity := time.Now().Unix()
	_, _ = fmt.Sscan(d.renumbered, &validity)
	list := filepath.Join(d.maildir, "dovecot-uidlist")
	must(d.t, os.WriteFile(list, fmt.Appendf(nil, "3 V%d N1\n", validity+7), 0o600))
	must(d.t, os.Chown(list, d.house.uid, d.house.gid))
}

// checkRenumbered says whether the server did number INBOX anew.
func (d *desk) checkRenumbered(r *row) {
	if after := d.validity(); after == "" || after == d.renumbered {
		r.miss("faults: the server numbers INBOX as before (%q, %q)", d.renumbered, after)
	}
}

// validity is Dovecot's UIDVALIDITY of INBOX, "" where it has none yet.
func (d *desk) validity() string {
	text, err := os.ReadFile(filepath.Join(d.maildir, "dovecot-uidlist"))
	if err != nil {
		return ""
	}
	_, after, _ := strings.Cut(string(text), " V")
	validity, _, _ := strings.Cut(after, " ")
	return validity
}

// putBack copies what was filed into INBOX, as a person may who makes order.
func (d *desk) putBack() (n int) {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.maildir, ".*", "[cn][ue][rw]", "*"))
	must(d.t, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		must(d.t, err)
		d.deliver(raw)
		d.copies = true
		n++
	}
	return n
}
