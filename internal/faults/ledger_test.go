package faults

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the ledger is read as the desk left it

	guichetdesk "github.com/bara-think-tank/guichet/internal/desk"
)

// mailOnRecord is what the desk made of one mail.
type mailOnRecord struct {
	sum     string // of the raw bytes, in hexadecimal
	ending  string
	queue   string
	filed   bool
	repeats bool
	opens   bool // it opened a case
	answers []answer
}

// answer is one notice that the mail gave rise to.
type answer struct {
	kind, recipient, id, state string
	attempts                   int
}

// shape is what must be the same of a mail whatever happened on the way.
func (m mailOnRecord) shape() string {
	text := fmt.Sprintf("%s, in %s", m.ending, m.queue)
	if m.opens {
		text += ", a case"
	}
	for _, a := range m.answers {
		text += fmt.Sprintf(", %s to %s", a.kind, a.recipient)
	}
	return text
}

// query reads rows of the ledger as strings.
func (d *desk) query(text string, args ...any) [][]string {
	d.t.Helper()
	all, err := d.ask(text, args...)
	must(d.t, err)
	return all
}

// ask is query for a ledger that may be out of reach.
func (d *desk) ask(text string, args ...any) (all [][]string, err error) {
	if _, err := os.Stat(d.database()); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+d.database()+"?_pragma=busy_timeout(20000)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		one := make([]string, len(columns))
		into := make([]any, len(columns))
		for i := range one {
			into[i] = &one[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// begun says whether the desk has a ledger with tables.
func (d *desk) begun() bool {
	if _, err := os.Stat(d.database()); err != nil {
		return false
	}
	return len(d.query(`SELECT name FROM sqlite_master WHERE name IN ('mails', 'notices')`)) == 2
}

// records is every mail on record, in the order of their recording.
func (d *desk) records() (list []mailOnRecord) {
	d.t.Helper()
	if !d.begun() {
		return nil
	}
	at := map[string]int{}
	for _, r := range d.query(`SELECT m.id, lower(hex(m.sha256)), m.ending, coalesce(f.queue, ''),
			coalesce(f.filed_at, 0) <> 0, coalesce(m.repeats, 0) <> 0,
			m.case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mails b WHERE b.case_id = m.case_id AND b.id < m.id)
			FROM mails m LEFT JOIN filings f ON f.mail_id = m.id ORDER BY m.id`) {
		at[r[0]] = len(list)
		list = append(list, mailOnRecord{sum: r[1], ending: r[2], queue: r[3], filed: r[4] == "1", repeats: r[5] == "1", opens: r[6] == "1"})
	}
	for _, r := range d.query(`SELECT mail_id, kind, recipient, message_id, state, attempts FROM notices
			WHERE mail_id IS NOT NULL ORDER BY kind, recipient, id`) {
		if i, known := at[r[0]]; known {
			a := answer{kind: r[1], recipient: r[2], id: r[3], state: r[4]}
			_, _ = fmt.Sscan(r[5], &a.attempts)
			list[i].answers = append(list[i].answers, a)
		}
	}
	return list
}

// later lets time pass for what waits: leases end, what was put off is due, and the
// hour of the caps is over.
func (d *desk) later() {
	d.t.Helper()
	if !d.begun() {
		return
	}
	d.query(`UPDATE notices SET lease_until = min(lease_until, 1), next_at = 0 WHERE state = 'queued' RETURNING id`)
	d.query(`UPDATE notices SET sent_at = sent_at - 7200000 WHERE sent_at IS NOT NULL RETURNING id`)
}

// settle runs the desk without a fault until nothing is left to do.
func (d *desk) settle(r *row) {
	d.t.Helper()
	for last := -1; ; {
		d.later()
		e := d.once()
		if e.status != 0 || e.panicked() {
			r.miss("a run without a fault ends with status %d:\n%s", e.status, tail(e.log))
			return
		}
		left := d.count(`SELECT count(*) FROM notices WHERE state = 'queued'`)
		if left == 0 {
			return
		}
		if left == last {
			r.miss("%s: %d answers do not leave:\n%s", d.address, left, tail(e.log))
			return
		}
		last = left
	}
}

func tail(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}

// shapes is what became of each mail, by the hash of its bytes: what a desk that
// nothing happened to is compared by.
func (d *desk) shapes() map[string]string {
	all := map[string]string{}
	for _, m := range d.records() {
		if !m.repeats {
			all[m.sum] = m.shape()
		}
	}
	return all
}

// holds compares a desk with what was delivered, with what an unharmed desk made of it,
// with the folders and with the sink. Repeats of an answer are allowed for the
// Message-IDs for which mayRepeat says so.
func (d *desk) holds(r *row, delivered [][]byte, unharmed map[string]string, mayRepeat func(id string) bool) (repeats int) {
	d.t.Helper()
	seen, repeated := map[string]int{}, map[string]bool{}
	for _, m := range d.records() {
		if m.repeats {
			repeated[m.sum] = true
			if len(m.answers) > 0 {
				r.miss("%s: a repeated mail was answered: %s", d.address, m.shape())
			}
			continue
		}
		if seen[m.sum]++; seen[m.sum] > 1 {
			r.miss("%s: a mail was recorded twice: %s", d.address, m.shape())
		}
		if want := unharmed[m.sum]; want != "" && m.shape() != want {
			r.miss("%s: a mail ended otherwise than it should: %s; want %s", d.address, m.shape(), want)
		}
		if !m.filed {
			r.miss("%s: a mail was not filed: %s", d.address, m.shape())
		}
	}
	stands := d.stands()
	for _, raw := range delivered {
		s := sum(raw)
		name := hex.EncodeToString(s[:])
		if seen[name] != 1 && !(unharmed == nil && repeated[name]) {
			r.miss("%s: LOST: a mail was recorded %d times: %.80q", d.address, seen[name], raw)
		}
		if n := len(stands[name]); n != 1 && !(d.copies && n > 1) {
			r.miss("%s: a mail stands in %d folders (%v): %.80q", d.address, n, stands[name], raw)
		} else if slices.Contains(stands[name], "INBOX") {
			r.miss("%s: a mail is left in INBOX: %.80q", d.address, raw)
		}
	}
	return d.answered(r, mayRepeat)
}

// answered compares the notices with what the sink took.
func (d *desk) answered(r *row, mayRepeat func(id string) bool) (repeats int) {
	d.t.Helper()
	of := d.sink.byLedger()
	known, listed := 0, "0"
	if len(d.query(`SELECT name FROM pragma_table_info('notices') WHERE name = 'repeats'`)) > 0 {
		listed = "repeats"
	}
	for _, n := range d.query(`SELECT message_id, state, ` + listed + `, recipient FROM notices`) {
		list := of[n[0]]
		switch {
		case len(list) == 0 && n[1] == "sent":
			r.miss("%s: LOST: a notice to %s counts as sent and never arrived", d.address, n[3])
		case len(list) == 0 && n[1] == "failed":
			continue
		case len(list) == 0:
			r.miss("%s: a notice to %s is %s and never arrived", d.address, n[3], n[1])
		case n[1] != "sent":
			r.miss("%s: a notice to %s arrived and is %s", d.address, n[3], n[1])
		}
		known += len(list)
		for _, again := range list {
			if again.sum != list[0].sum {
				r.miss("%s: a repeated notice has other bytes", d.address)
			}
			if again.recipient != n[3] {
				r.miss("%s: a notice to %s went to %s", d.address, n[3], again.recipient)
			}
		}
		if len(list) > 1 {
			repeats += len(list) - 1
			if !mayRepeat(n[0]) {
				r.miss("%s: a notice to %s arrived %d times without cause", d.address, n[3], len(list))
			}
			if n[2] < fmt.Sprint(len(list)-1) {
				r.miss("%s: a notice to %s arrived %d times, and %s repeats are listed", d.address, n[3], len(list), n[2])
			}
		}
	}
	if total := d.sink.count(); total > known {
		r.miss("%s: %d letters arrived that no notice knows", d.address, total-known)
	}
	return repeats
}

// byLedger is what the sink took, by the id under which the ledger has it: a token is
// kept as its hash.
func (s *sink) byLedger() map[string][]taken {
	of := map[string][]taken{}
	for id, list := range s.letters() {
		bare := strings.Trim(id, "<>")
		for _, name := range []string{id, bare, "sha256:" + guichetdesk.TokenHash(id), "sha256:" + guichetdesk.TokenHash(bare)} {
			of[name] = list
		}
	}
	return of
}

// stands says in which folders each mail stands, by the hash of its bytes, as it is on
// Dovecot's disk.
func (d *desk) stands() map[string][]string {
	all := map[string][]string{}
	boxes, err := os.ReadDir(d.maildir)
	must(d.t, err)
	for _, box := range boxes {
		name, folder := "INBOX", d.maildir
		if strings.HasPrefix(box.Name(), ".") {
			name, folder = box.Name(), filepath.Join(d.maildir, box.Name())
		} else if box.Name() != "cur" {
			continue
		}
		for _, sub := range []string{"cur", "new"} {
			files, err := os.ReadDir(filepath.Join(folder, sub))
			if err != nil {
				continue // no mail folder
			}
			for _, file := range files {
				raw, err := os.ReadFile(filepath.Join(folder, sub, file.Name()))
				if err != nil {
					continue // Dovecot renames it under us
				}
				s := sum(raw)
				all[hex.EncodeToString(s[:])] = append(all[hex.EncodeToString(s[:])], name)
			}
		}
	}
	return all
}

// verified runs `guichet verify`, which must find nothing.
func (d *desk) verified(r *row) {
	d.t.Helper()
	if e := d.start(nil, "verify").wait(time.Minute); e.status != 0 {
		r.miss("%s: guichet verify fails:\n%s", d.address, tail(e.log))
	}
}

func never(string) bool { return false }
