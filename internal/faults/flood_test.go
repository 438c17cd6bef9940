package faults

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	builtin "github.com/bara-think-tank/guichet/rules"
)

// proved stands above a mail that the border's host took and found to be its sender's.
func proved(from string) string {
	return "Authentication-Results: mx.example.org; dmarc=pass header.from=example.fr\r\n" +
		"Received: from mail.example.fr by mx.example.org with ESMTPS; Mon, 02 Mar 2026 08:40:09 +0100\r\n" +
		"From: " + from + "\r\nTo: contact@example.org\r\nMessage-ID: <known." + from + ">\r\n"
}

const knownAuthor = "lina.moreau@example.fr"

// TestFlood lets ten thousand mails fall on the desk at once, and a known author write in
// their midst.
func TestFlood(t *testing.T) {
	mails := size(60, 10_000)
	s := newWorlds(t, 2)
	for _, flood := range []struct {
		name   string
		sender func(i int) string
	}{
		{"flood: forged senders", func(i int) string { return fmt.Sprintf("forged%d@example.fr", i) }},
		{"flood: one sender", func(int) string { return "insistent@example.fr" }},
	} {
		r := begin(t, flood.name, mails, "memory and caps hold, a known author is answered within 15 minutes")
		d := s.house.desk(t.TempDir(), newSink(t))
		d.trusts()
		d.write("authors.csv", "name,address,registered\nLina Moreau,"+knownAuthor+",2025-10-03\n")
		if e := d.start(nil, "authors", "import", d.folder+"/authors.csv").wait(time.Minute); e.status != 0 {
			t.Fatal(tail(e.log))
		}
		w := newWriter(t, "f", 1)
		text := w.text(120)
		for i := range mails {
			d.deliver([]byte(fmt.Sprintf("From: %s\r\nTo: contact@example.org\r\nMessage-ID: <flood%d@example.fr>\r\n"+
				"Subject: Baratin : numéro %d\r\n%s%s %d\r\n", flood.sender(i), i, i, plain, text, i)))
		}
		begun := time.Now()
		p := d.start(nil, "run", "--from", "all")
		held, stop := p.remember()
		if !until(t.Context(), 2*time.Minute, func() bool { return d.count(`SELECT count(*) FROM mails`) > mails/10 }) {
			r.miss("the flood is not taken:\n%s", tail(p.log.String()))
		}
		author := proved(knownAuthor) + "Subject: Baratin : au milieu\r\n" + plain + w.text(300)
		d.deliver([]byte(author))
		came := time.Now()
		if !until(t.Context(), 15*time.Minute, func() bool { return d.sink.to(knownAuthor) > 0 }) {
			r.miss("the known author has no answer after fifteen minutes:\n%s", tail(p.log.String()))
		}
		answered := time.Since(came)
		if !until(t.Context(), 10*time.Minute, func() bool { return d.count(`SELECT count(*) FROM mails`) > mails }) {
			r.miss("%d of %d mails are recorded after ten minutes", d.count(`SELECT count(*) FROM mails`), mails+1)
		}
		took := time.Since(begun)
		stop()
		if e := p.stop(); e.status != 0 || e.panicked() {
			r.miss("it ends with status %d:\n%s", e.status, tail(e.log))
		}
		r.runs = d.count(`SELECT count(*) FROM mails`) - 1
		if held.program > 128 || held.child > mostMemory {
			r.miss("the program held %d MB, a child %d MB", held.program, held.child)
		}
		most, to := d.sink.most()
		if most > 10 {
			r.miss("%s was answered %d times in an hour", to, most)
		}
		if limit := capInAll(t); limit > 0 && d.sink.count() > limit+limit/4 {
			r.miss("%d answers left within the hour; the cap is %d, and a quarter for authors", d.sink.count(), limit)
		}
		r.say("%.0f mails/s, the known author answered after %v, %d answers left, %d to one address, the program held %d MB, a child %d MB",
			float64(mails)/took.Seconds(), answered.Round(100*time.Millisecond), d.sink.count(), most, held.program, held.child)
	}
}

// trusts makes the desk believe what its border says of senders.
func (d *desk) trusts() {
	d.t.Helper()
	d.configure(d.house.dovecot.IMAP, "    authserv_id: mx.example.org\n    received_by: mx.example.org\n")
}

// count is the number that a query gives, -1 where the ledger cannot be read.
func (d *desk) count(query string) int {
	rows, err := d.ask(query)
	if err != nil || len(rows) != 1 {
		return -1
	}
	n := -1
	_, _ = fmt.Sscan(rows[0][0], &n)
	return n
}

// to is how many letters an address got.
func (s *sink) to(address string) (n int) {
	for _, list := range s.letters() {
		for _, l := range list {
			if strings.EqualFold(l.recipient, address) {
				n++
			}
		}
	}
	return n
}

// most is the address that got the most letters, and how many.
func (s *sink) most() (most int, to string) {
	counts := map[string]int{}
	for _, list := range s.letters() {
		for _, l := range list {
			counts[l.recipient]++
			if counts[l.recipient] > most {
				most, to = counts[l.recipient], l.recipient
			}
		}
	}
	return most, to
}

var inAll = regexp.MustCompile(`(?m)^answers_per_hour_in_all: *(\d+)`)

// capInAll is how many answers the rules let leave in an hour; 0 for any number.
func capInAll(t testing.TB) (limit int) {
	t.Helper()
	text, err := fs.ReadFile(builtin.FS, "desk.yaml")
	must(t, err)
	if found := inAll.FindSubmatch(text); found != nil {
		_, _ = fmt.Sscan(string(found[1]), &limit)
	}
	return limit
}
