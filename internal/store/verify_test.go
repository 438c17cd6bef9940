package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestVerifyNamesTheFirstFault changes the file behind the desk's back, in each way
// that Verify is for.
func TestVerifyNamesTheFirstFault(t *testing.T) {
	never := []string{"DROP TRIGGER events_never_change", "DROP TRIGGER events_never_go"}
	made, err := os.ReadFile(recorded(t))
	must(t, err)
	for name, test := range map[string]struct {
		do   []string
		want map[string]string // what is said of each kind that is at fault
	}{
		"nothing": {nil, nil},
		"an event changed": {append(never, `UPDATE events SET detail = json_set(detail, '$.act', 'x') WHERE id = 2`), map[string]string{
			"log": "event 2 was changed",
		}},
		"an event left out": {append(never, `DELETE FROM events WHERE id = 3`), map[string]string{
			"log": "event 3 is missing", "keys": "of signals names a row of events", "decisions": "(publish) is not in the log",
		}},
		"a publication put back": {[]string{`UPDATE publications SET state = 'published'`}, map[string]string{
			"states": "is published, and the log says retracted",
		}},
		"a publication that never was": {[]string{
			`INSERT INTO publications (title_head, page, reference, format, title, folded_title, published_at, url, state, changed_at)
				VALUES ('', '', 'OLD-1', 'baratin', 'x', 'x', 1, '', 'withdrawn', 1)`,
		}, map[string]string{"states": "OLD-1 is withdrawn, and the log says published", "works": "says nothing of the title"}},
		"a request granted by hand": {[]string{`UPDATE requests SET state = 'granted', is_open = 0`}, map[string]string{
			"states": "is granted, and the log says \"awaiting_confirmation\"",
		}},
		"a decision reworded": {[]string{`UPDATE decisions SET public = 'Rien.' WHERE act = 'retract'`}, map[string]string{
			"decisions": "(retract) was changed",
		}},
		"a decision of another": {[]string{`UPDATE decisions SET editor = 'sacha@example.org' WHERE act = 'accept'`}, map[string]string{
			"decisions": "(accept) was changed",
		}},
		"a private motive erased": {[]string{`UPDATE decisions SET motive = ''`}, nil},
		"a decision slipped in": {[]string{
			`INSERT INTO decisions (at, act, editor, second, category, motive, public) VALUES (1, 'retract', 'x', '', '', '', '')`,
		}, map[string]string{"decisions": "(retract) is not in the log"}},
		"a decision taken away": {[]string{`UPDATE signals SET decision_id = NULL`, `DELETE FROM decisions WHERE act = 'retract'`}, map[string]string{
			"decisions": "is in the log, and there is none",
		}},
		"a wrong reference": {[]string{`UPDATE cases SET reference = 'BARA-2026-0001-9' WHERE id = 1`}, map[string]string{
			"references": "BARA-2026-0001-9: the reference's check character is wrong",
		}},
		"a counter put back": {[]string{`UPDATE reference_counters SET last = 0`}, map[string]string{"references": "would be given again"}},
		"a publication of another reference": {[]string{`UPDATE publications SET reference = 'OLD-1'`}, map[string]string{
			"references": "OLD-1 has not the reference", "states": "OLD-1 is retracted", "works": "OLD-1 were changed",
		}},
		"a mail of other bytes": {[]string{`UPDATE raws SET zstd = (SELECT zstd FROM raws ORDER BY sha256 DESC LIMIT 1)
			WHERE sha256 = (SELECT min(sha256) FROM raws)`}, map[string]string{"mails": "is not the one that was received"}},
		"a mail cut":                 {[]string{`UPDATE raws SET zstd = substr(zstd, 1, 12)`}, map[string]string{"mails": "cannot be unpacked"}},
		"a mail emptied":             {[]string{`UPDATE raws SET zstd = x''`}, map[string]string{"mails": "nothing says that it was deleted"}},
		"a mail deleted":             {[]string{`UPDATE raws SET zstd = x'', erased_at = 1`}, nil},
		"a title reworded":           {[]string{`UPDATE publications SET title = 'Un autre titre'`}, map[string]string{"works": "the title, the authors"}},
		"an author put out":          {[]string{`UPDATE publication_authors SET name = 'Quelqu’un d’autre'`}, map[string]string{"works": "the title, the authors"}},
		"an address changed by hand": {[]string{`UPDATE publications SET url = 'https://example.org/y'`}, map[string]string{"works": "the address"}},
		"a seal taken off":           {[]string{`UPDATE publications SET salt = x''`}, map[string]string{"works": "were changed"}},
		"a notice emptied":           {[]string{`UPDATE notices SET bytes = x'' WHERE id = 1`}, map[string]string{"notices": "the notice 1 waits to leave"}},
		"a notice of another": {[]string{`UPDATE notices SET bytes = (SELECT bytes FROM notices WHERE id = 2) WHERE id = 1`}, map[string]string{
			"notices": "the notice 1 does not bear the Message-ID",
		}},
		"a notice that never left": {[]string{`UPDATE notices SET state = 'sent', sent_at = 5 WHERE id = 1`}, map[string]string{
			"notices": "the receipt to the mail 1 left, and the log does not say so",
		}},
		"a repeat that nobody logged": {[]string{`UPDATE notices SET repeats = 1 WHERE id = 1`}, map[string]string{"notices": "repeats of notices are not all in the log"}},
		"a notice sent at no time":    {[]string{`UPDATE notices SET state = 'sent' WHERE id = 1`}, map[string]string{"notices": "does not say when it left"}},
		"an order to move taken away": {[]string{`DELETE FROM filings WHERE mail_id = 2`}, map[string]string{"filings": "to which folder the mail 2 goes"}},
		"a move that never was":       {[]string{`UPDATE filings SET filed_at = 5 WHERE mail_id = 2`}, map[string]string{"filings": "the mail 2 was moved, and the log"}},
		"a position put back":         {[]string{`UPDATE mailboxes SET last_uid = 1`}, map[string]string{"positions": "recorded past the position"}},
		"an ending of its own":        {[]string{`UPDATE mails SET ending = 'lost' WHERE id = 1`}, map[string]string{"sums": "the mail 1 ended in no way"}},
		"a repeat of nothing":         {[]string{`UPDATE mails SET ending = 'repeated' WHERE id = 1`}, map[string]string{"sums": "the mail 1 does not say which"}},
		"a mail without a case":       {[]string{`UPDATE mails SET case_id = NULL WHERE id = 1`}, map[string]string{"sums": "the mail 1 was filed or attached"}},
		"a row that is gone": {[]string{`PRAGMA foreign_keys = 0`, `DELETE FROM raws WHERE sha256 = (SELECT min(sha256) FROM raws)`}, map[string]string{
			"keys": "of mails names a row of raws",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "guichet.db")
			must(t, os.WriteFile(path, made, 0o600))
			tamper(t, path, test.do...)
			db, err := store.OpenReadOnly(t.Context(), path, time.Now)
			must(t, err)
			defer db.Close() //nolint:errcheck // nothing was written
			steps, kinds := 0, 0
			must(t, db.Verify(t.Context(), func(total int) {
				if steps++; steps > total {
					t.Errorf("step %d of %d", steps, total)
				}
			}, func(v store.Verified) {
				kinds++
				want := test.want[v.What]
				switch {
				case want == "" && v.Fault != nil:
					t.Errorf("%s: %v", v.What, v.Fault)
				case want != "" && (v.Fault == nil || !strings.Contains(v.Fault.Error(), want)):
					t.Errorf("%s: %v, want %s", v.What, v.Fault, want)
				case want == "" && v.Found == "":
					t.Errorf("%s: nothing is said", v.What)
				}
			}))
			if kinds != 13 {
				t.Errorf("%d kinds of checks", kinds)
			}
		})
	}
}

// recorded is a database with a text that was published and retracted, and one whose
// withdrawal is asked.
func recorded(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "guichet.db")
	db, err := store.Open(t.Context(), path, time.Now)
	must(t, err)
	defer db.Close() //nolint:errcheck // everything is on the disk
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	bearID(e.Notice)
	must(t, db.Record(ctx, e))
	p := publish(t, db, e, "https://bara.example.org/x")
	stand(t, db, p, desk.ActRetract, "error", "Une erreur de calcul.")
	other := submission(t, db, 2, "noe@example.fr")
	bearID(other.Notice)
	must(t, db.Record(ctx, other))
	work, err := db.Work(ctx, other.Case.Reference)
	must(t, err)
	must(t, db.Record(ctx, ask(t, db, 3, "noe@example.fr", work, desk.AwaitingConfirm)))
	return path
}

// bearID gives a notice the header that a mail of ours has.
func bearID(n *desk.Notice) { n.Bytes = []byte("Message-ID: " + n.MessageID + "\r\n\r\nBonjour.\r\n") }

func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f").Replace(path))
	must(t, err)
	defer raw.Close() //nolint:errcheck // a test's own connection
	raw.SetMaxOpenConns(1)
	for _, s := range statements {
		_, err := raw.ExecContext(context.Background(), s)
		must(t, err)
	}
}

// What may have left twice is on record, and listed.
func TestVerifyListsRepeats(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	bearID(e.Notice)
	must(t, db.Record(ctx, e))
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	_, err := box.Claim(ctx, c.at, time.Hour)
	must(t, err)
	released, err := db.ReleaseLeases(ctx) // its sender died
	if err != nil || released != 1 {
		t.Fatalf("%d leases, %v", released, err)
	}
	letter, err := box.Claim(ctx, c.at, time.Hour)
	must(t, err)
	must(t, box.Settle(ctx, letter.ID, desk.Outcome{At: c.at, Sent: true, Reply: "250"}))
	must(t, db.Verify(ctx, nil, func(v store.Verified) {
		if v.Fault != nil || v.What == "notices" && v.Found != "1 sent; 1 may have left more than once: 1" {
			t.Errorf("%s: %v, %s", v.What, v.Fault, v.Found)
		}
	}))
}
