package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

var errOurs = errors.New("an error of ours")

// record is what the flow does with a mail, in short.
func record(ctx context.Context, page desk.Page, e *desk.Entry) error {
	known, err := page.Lookup(ctx, desk.Question{Received: e.Received, SHA256: e.Mail.SHA256, MessageID: e.Mail.MessageID})
	if err != nil || known.Recorded {
		return err
	}
	if e.Mail.Repeats = known.Repeats; known.Repeats != 0 {
		e.Mail.Ending, e.Case, e.Version, e.Notice = desk.Repeated, nil, nil, nil
		return page.Record(ctx, e)
	}
	if e.Case.Reference, err = page.Reserve(ctx, "BARA", 2026); err != nil {
		return err
	}
	return page.Record(ctx, e)
}

// Mails that are taken together see each other, and the one that fails leaves no
// trace, but those before it stand.
func TestTogether(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	entries := []*desk.Entry{entry(1, "a@example.fr"), entry(2, "b@example.fr"), entry(3, "a@example.fr"), entry(4, "c@example.fr"), entry(5, "d@example.fr")}
	entries[2].Received.Raw, entries[2].Mail.SHA256 = entries[0].Received.Raw, entries[0].Mail.SHA256
	take := func(fails int) (int, error) {
		return db.Together(ctx, len(entries), func(i int, page desk.Page) error {
			if err := record(ctx, page, entries[i]); err != nil || i != fails {
				return err
			}
			return errOurs // once everything of it is written
		})
	}
	done, err := take(3)
	if done != 3 || !errors.Is(err, errOurs) || errors.Is(err, desk.ErrStorage) {
		t.Fatalf("%d are recorded, %v", done, err)
	}
	if entries[2].Mail.Ending != desk.Repeated || entries[2].Mail.Repeats != entries[0].Mail.ID {
		t.Errorf("the third does not see the first: %+v", entries[2].Mail)
	}
	p, err := db.Position(ctx, contact)
	must(t, err)
	if p.LastUID != 3 {
		t.Errorf("the position is %d; want that of the last that is recorded", p.LastUID)
	}
	if cases, _ := db.Waiting(ctx); len(cases) != 2 {
		t.Errorf("%d cases; want those of the first two", len(cases))
	}
	entries = []*desk.Entry{entry(4, "c@example.fr"), entry(5, "d@example.fr")}
	if done, err = take(-1); done != 2 || err != nil {
		t.Fatalf("%d are recorded, %v", done, err)
	}
	for i, number := range []int{3, 4} { // nobody saw the reference of the one that failed
		if want := desk.NewReference("BARA", 2026, number); entries[i].Case.Reference != want {
			t.Errorf("%s; want %s", entries[i].Case.Reference, want)
		}
	}
	must(t, db.VerifyChain(ctx))
}

// What a mail costs does not grow with what is on record: no statement on its way goes
// through a table.
func TestAMailGoesThroughNoTable(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	for uid := range uint32(2) {
		_, err := db.Together(ctx, 1, func(_ int, page desk.Page) error {
			e := entry(uid+1, "a@example.fr")
			e.Sketch = desk.Sketch{Size: 3, Hashes: []int64{1, 2, 3}}
			if _, err := page.Lookup(ctx, desk.Question{
				Received: e.Received, SHA256: e.Mail.SHA256, Address: "a@example.fr", Thread: []string{"<x@example.fr>"}, Text: e.Version.SHA256, Sketch: e.Sketch,
			}); err != nil {
				return err
			}
			return record(ctx, page, e)
		})
		must(t, err)
	}
	plans, err := db.Plans(ctx)
	must(t, err)
	if len(plans) < 15 {
		t.Errorf("%d statements; want those of a whole mail", len(plans))
	}
	for text, plan := range plans {
		if strings.HasSuffix(text, "ORDER BY id DESC LIMIT 1") {
			continue // the last of the log
		}
		for _, step := range plan {
			for _, long := range []string{"mails", "cases", "versions", "c", "v", "m", "findings", "filings", "notices", "events", "raws", "sketches", "s", "sketch_keys"} {
				if strings.HasPrefix(step+" ", "SCAN "+long+" ") {
					t.Errorf("%s\n%s", text, plan)
				}
			}
		}
	}
}

// A ledger that fails takes everything back: nobody is to blame, nothing is kept.
func TestTogetherNeedsALedger(t *testing.T) {
	db, _, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	done, err := db.Together(t.Context(), 2, func(i int, page desk.Page) error {
		if i == 1 {
			cancel()
		}
		return record(ctx, page, entry(uint32(i+1), "a@example.fr"))
	})
	if done != 0 || !errors.Is(err, desk.ErrStorage) || !errors.Is(err, context.Canceled) {
		t.Fatalf("%d are recorded, %v", done, err)
	}
	if cases, _ := db.Waiting(t.Context()); len(cases) != 0 {
		t.Errorf("%d cases stand", len(cases))
	}
	must(t, db.VerifyChain(t.Context()))
}

// What breaks a rule of the schema is the mail's doing; a database that is full is
// not.
func TestWhoIsToBlame(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	e := entry(1, "a@example.fr")
	e.Mail.CaseID, e.Case, e.Version = 4321, nil, nil // there is none
	_, err := db.Together(ctx, 1, func(_ int, page desk.Page) error { return page.Record(ctx, e) })
	if err == nil || errors.Is(err, desk.ErrStorage) {
		t.Errorf("a row that names no case: %v", err)
	}
	must(t, db.Limit(ctx, 1)) // as a disk without room
	big := entry(2, "b@example.fr")
	big.Packed = desk.Packed{Bytes: make([]byte, 1<<20), Size: 1 << 20}
	_, err = db.Together(ctx, 1, func(_ int, page desk.Page) error { return page.Record(ctx, big) })
	if !errors.Is(err, desk.ErrStorage) {
		t.Errorf("no room: %v", err)
	}
}

// Statements are kept by their text, and one whose rows are being read is no
// obstacle to the same question within.
func TestAStatementWithinItself(t *testing.T) {
	db, _, _ := open(t)
	must(t, db.TakeOver(t.Context(), contact, desk.Position{UIDValidity: 7}))
	for uid := range uint32(3) {
		e := submission(t, db, uid+1, fmt.Sprintf("%d@example.fr", uid))
		must(t, db.Record(t.Context(), e))
	}
	const query = `SELECT id FROM mails WHERE id >= ? ORDER BY id`
	var seen []int
	must(t, db.Reading(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), query, 1)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var outer, inner int
			if err := rows.Scan(&outer); err != nil {
				return err
			}
			if err := tx.QueryRowContext(t.Context(), query, outer).Scan(&inner); err != nil {
				return err
			}
			if inner != outer {
				t.Errorf("within row %d the same question is answered %d", outer, inner)
			}
			seen = append(seen, outer)
		}
		return rows.Err()
	}))
	if len(seen) != 3 {
		t.Errorf("rows %v; want three", seen)
	}
}

// BenchmarkRecord writes submissions one by one and together: mails a second, and
// the commits that a mail costs.
func BenchmarkRecord(b *testing.B) {
	for _, together := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("together=%d", together), func(b *testing.B) {
			db, err := store.Open(b.Context(), b.TempDir()+"/bench.db", time.Now)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.TakeOver(b.Context(), contact, desk.Position{UIDValidity: 7}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			uid, commits := uint32(0), 0
			for b.Loop() {
				if uid++; uid%uint32(together) != 0 {
					continue
				}
				first := uid - uint32(together)
				if _, err := db.Together(b.Context(), together, func(i int, page desk.Page) error {
					return record(b.Context(), page, entry(first+uint32(i)+1, fmt.Sprintf("%d@example.fr", first+uint32(i))))
				}); err != nil {
					b.Fatal(err)
				}
				commits++
			}
			b.ReportMetric(float64(uid)/b.Elapsed().Seconds(), "mails/s")
			b.ReportMetric(float64(commits)/float64(uid), "commits/mail")
		})
	}
}
