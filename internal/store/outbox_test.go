package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// claimed is what an exchange takes at a time of the clock.
func claimed(t *testing.T, box store.Outbox, at time.Time, most int, settled ...desk.Settled) []desk.Letter {
	t.Helper()
	letters, err := box.Exchange(t.Context(), settled, desk.Claim{At: at, Lease: time.Minute, Most: most})
	must(t, err)
	return letters
}

// write records one mail whose answer has a standing.
func write(t *testing.T, db *store.DB, uid uint32, address string, standing desk.Standing) *desk.Entry {
	t.Helper()
	e := submission(t, db, uid, address)
	e.Notice.Standing = standing
	must(t, db.Record(t.Context(), e))
	return e
}

func TestAnExchangeIsOneGroup(t *testing.T) {
	db, c, _ := open(t)
	for uid := range uint32(5) {
		write(t, db, uid+1, fmt.Sprintf("a%d@example.fr", uid), desk.StandingOther)
	}
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	first := claimed(t, box, c.at, 3)
	if len(first) != 3 || first[0].Recipient != "a0@example.fr" || first[2].Recipient != "a2@example.fr" || first[0].Address != contact {
		t.Fatalf("claimed %+v", first)
	}
	rest := claimed(t, box, c.at, 9,
		desk.Settled{ID: first[0].ID, Outcome: desk.Outcome{At: c.at, Sent: true, Reply: "250 ok"}},
		desk.Settled{ID: first[1].ID, Outcome: desk.Outcome{At: c.at, Untried: true}},
		desk.Settled{ID: first[2].ID, Outcome: desk.Outcome{At: c.at, Permanent: true, Reply: "550 no"}})
	var to []string
	for _, l := range rest {
		to = append(to, l.Recipient)
	}
	if got := strings.Join(to, " "); got != "a1@example.fr a3@example.fr a4@example.fr" {
		t.Errorf("then claimed %s: what was not tried keeps its turn", got)
	}
	small, err := box.Exchange(t.Context(), nil, desk.Claim{At: c.at.Add(time.Hour), Lease: time.Minute, Most: 9, Bytes: len(noticeBytes(1)) + 1})
	if must(t, err); len(small) != 2 {
		t.Errorf("%d letters within a bound on bytes, want 2", len(small))
	}
}

// An outcome that cannot be written leaves the others unwritten, and nothing claimed.
func TestAnExchangeIsWholeOrNothing(t *testing.T) {
	db, c, path := open(t)
	e := write(t, db, 1, "lea@example.fr", desk.StandingOther)
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	l := claimed(t, box, c.at, 1)[0]
	raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", " ", "%20").Replace(path))
	must(t, err)
	defer raw.Close()
	_, err = raw.ExecContext(t.Context(), `CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
	must(t, err)
	sent := desk.Settled{ID: l.ID, Outcome: desk.Outcome{At: c.at, Sent: true}}
	if letters, err := box.Exchange(t.Context(), []desk.Settled{sent}, desk.Claim{At: c.at.Add(time.Hour), Most: 1}); err == nil || len(letters) > 0 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	notices, err := db.Notices(t.Context(), e.Case.ID)
	if must(t, err); notices[0].State != desk.NoticeQueued {
		t.Errorf("notice %+v", notices[0])
	}
}

// A letter that may have left already is logged before it leaves again.
func TestRepeatsAreOnRecord(t *testing.T) {
	db, c, _ := open(t)
	e := write(t, db, 1, "lea@example.fr", desk.StandingOther)
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	repeats := func() int {
		t.Helper()
		notices, err := db.Notices(t.Context(), e.Case.ID)
		must(t, err)
		history, err := db.History(t.Context(), e.Case.ID)
		must(t, err)
		logged := 0
		for _, h := range history {
			if h.Type == "repeated-notice" && h.Detail["notice"] == "receipt" {
				logged++
			}
		}
		if logged != notices[0].Repeats {
			t.Errorf("%d repeats, %d in the log", notices[0].Repeats, logged)
		}
		return logged
	}
	if claimed(t, box, c.at, 1); repeats() != 0 {
		t.Error("a first claim counts as a repeat")
	}
	c.at = c.at.Add(2 * time.Minute)
	l := claimed(t, box, c.at, 1) // its lease ran out
	if len(l) != 1 || repeats() != 1 {
		t.Fatalf("after the lease: %d letters, %d repeats", len(l), repeats())
	}
	if n, err := db.ReleaseLeases(t.Context()); n != 1 || err != nil {
		t.Fatalf("released %d, %v", n, err)
	}
	l = claimed(t, box, c.at, 1) // its sender died
	if len(l) != 1 || repeats() != 2 {
		t.Fatalf("after the release: %d letters, %d repeats", len(l), repeats())
	}
	unknown := desk.Settled{ID: l[0].ID, Outcome: desk.Outcome{At: c.at, Unknown: true, Next: c.at.Add(time.Minute)}}
	if l = claimed(t, box, c.at.Add(time.Minute), 1, unknown); len(l) != 1 || repeats() != 3 {
		t.Fatalf("after an unknown outcome: %d letters, %d repeats", len(l), repeats())
	}
	refused := desk.Settled{ID: l[0].ID, Outcome: desk.Outcome{At: c.at, Next: c.at.Add(time.Minute), Reply: "451 later"}}
	if l = claimed(t, box, c.at.Add(time.Minute), 1, refused); len(l) != 1 || repeats() != 3 {
		t.Fatalf("after a refusal: %d letters, %d repeats", len(l), repeats())
	}
	claimed(t, box, c.at, 0, desk.Settled{ID: l[0].ID, Outcome: desk.Outcome{At: c.at, Sent: true}})
	if n, err := db.ReleaseLeases(t.Context()); n != 0 || err != nil {
		t.Errorf("released %d, %v; what was sent is in nobody's hands", n, err)
	}
	must(t, db.VerifyChain(t.Context()))
}

// A flood of answers to forged senders holds nobody up who is known.
func TestTheCapOnAllOfThem(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	author := desk.Enrolment{Author: desk.Author{Name: "Léa", Addresses: []string{"lea@example.fr"}, Registered: c.at}}
	if _, err := db.Enrol(ctx, []desk.Enrolment{author}, nil, false); err != nil {
		t.Fatal(err)
	}
	uid := uint32(0)
	written := func(n int, address string, standing desk.Standing) {
		for i := range n {
			uid++
			write(t, db, uid, fmt.Sprintf(address, i), standing)
		}
	}
	written(30, "refuted%d@example.fr", desk.StandingRefuted)
	written(30, "other%d@example.fr", desk.StandingOther)
	written(30, "proved%d@example.fr", desk.StandingProved)
	written(30, "editor%d@example.org", desk.StandingDesk)
	write(t, db, 1000, "lea@example.fr", desk.StandingOther) // raised: she is an author
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10, PerHourInAll: 10}
	sent := func() (order []string) {
		for {
			letters := claimed(t, box, c.at, 7)
			if len(letters) == 0 {
				return order
			}
			for _, l := range letters {
				claimed(t, box, c.at, 0, desk.Settled{ID: l.ID, Outcome: desk.Outcome{At: c.at, Sent: true}})
				if name, _, _ := strings.Cut(strings.TrimRight(strings.Split(l.Recipient, "@")[0], "0123456789"), "."); len(order) == 0 || order[len(order)-1] != name {
					order = append(order, name)
				}
			}
		}
	}
	if order := strings.Join(sent(), " "); order != "editor lea proved" {
		t.Errorf("there left %s", order)
	}
	if n, err := box.Capped(ctx, c.at); n != 71 || err != nil { // 20 answers in all left: the author's, and 19 proved
		t.Errorf("the cap holds %d, %v; want 71", n, err)
	}
	if held, err := box.HeldBack(ctx); held != 0 || err != nil {
		t.Errorf("held back %d, %v", held, err)
	}
	write(t, db, 1001, "lea@example.fr", desk.StandingOther)
	if order := strings.Join(sent(), " "); order != "lea" {
		t.Errorf("past the cap there left %s, want the author's", order)
	}
	c.at = c.at.Add(61 * time.Minute)
	if order := strings.Join(sent(), " "); order != "proved other" && order != "proved" {
		t.Errorf("an hour later there left %s", order)
	}
	box.PerHourInAll = 0
	if order := strings.Join(sent(), " "); !strings.HasSuffix(order, "other refuted") {
		t.Errorf("without a cap there left %s", order)
	}
}

// Outcomes spare the disk a sync; whatever else is written does not.
func TestOnlyOutcomesAreUnsynced(t *testing.T) {
	db, c, _ := open(t)
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	for uid := range uint32(3) {
		write(t, db, uid+1, "lea@example.fr", desk.StandingOther)
		l := claimed(t, box, c.at, 1)
		claimed(t, box, c.at, 0, desk.Settled{ID: l[0].ID, Outcome: desk.Outcome{At: c.at, Sent: true}})
		if level, err := db.Synchronous(t.Context()); level != 2 || err != nil {
			t.Fatalf("the writer is left at synchronous = %d, %v", level, err)
		}
	}
	must(t, db.Sync())
	must(t, db.VerifyChain(t.Context()))
}

// What the desk says of its own accord is no answer: no cap counts or holds it.
func TestDecisionsAreNoAnswers(t *testing.T) {
	db, c, _ := open(t)
	for uid := range uint32(9) {
		standing := desk.StandingDesk
		if uid > 5 {
			standing = desk.StandingOther
		}
		write(t, db, uid+1, "lea@example.fr", standing)
	}
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 2, PerHourInAll: 100}
	letters := claimed(t, box, c.at, 100)
	if len(letters) != 8 {
		t.Fatalf("%d letters, want six of the desk's and two answers", len(letters))
	}
	var settled []desk.Settled
	for _, l := range letters {
		settled = append(settled, desk.Settled{ID: l.ID, Outcome: desk.Outcome{At: c.at, Sent: true}})
	}
	if letters = claimed(t, box, c.at, 100, settled...); len(letters) != 0 {
		t.Errorf("claimed %+v", letters)
	}
	if held, err := box.HeldBack(t.Context()); held != 1 || err != nil {
		t.Errorf("held back %d, %v", held, err)
	}
}

// The claim follows its index, and its cost does not grow with what waits.
func TestTheClaimFollowsItsIndex(t *testing.T) {
	_, _, path := open(t)
	raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", " ", "%20").Replace(path))
	must(t, err)
	defer raw.Close()
	for _, query := range store.ClaimQueries {
		var plan []string
		args := make([]any, strings.Count(query, "?"))
		rows, err := raw.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
		must(t, err)
		for rows.Next() {
			var id, parent, unused int
			var step string
			must(t, rows.Scan(&id, &parent, &unused, &step))
			plan = append(plan, step)
		}
		must(t, rows.Err())
		if got := strings.Join(plan, "; "); !strings.Contains(got, "USING") || strings.Contains(got, "SCAN notices") || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s\n%s", query, got)
		}
	}
}

// BenchmarkClaim claims and settles groups while ten thousand answers wait, to as
// many addresses and to one.
func BenchmarkClaim(b *testing.B) {
	for name, address := range map[string]string{"many": "a%d@example.fr", "one": "a@example.fr"} {
		b.Run(name, func(b *testing.B) {
			at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
			db, err := store.Open(b.Context(), b.TempDir()+"/bench.db", func() time.Time { return at })
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			seedNotices(b, db, address)
			box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10, PerHourInAll: 300}
			for b.Loop() {
				letters, err := box.Exchange(context.Background(), nil, desk.Claim{At: at, Lease: time.Minute, Most: 100})
				if err != nil {
					b.Fatal(err)
				}
				var back []desk.Settled
				for _, l := range letters {
					back = append(back, desk.Settled{ID: l.ID, Outcome: desk.Outcome{At: at, Untried: true}})
				}
				if _, err := box.Exchange(context.Background(), back, desk.Claim{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func seedNotices(b *testing.B, db *store.DB, address string) {
	for i := range 10000 {
		to := address
		if strings.Contains(address, "%d") {
			to = fmt.Sprintf(address, i)
		}
		err := db.PutNotice(b.Context(), &desk.Notice{
			Kind: "receipt", Mailbox: contact, Sender: contact, Recipient: to, MessageID: fmt.Sprintf("<%d@example.org>", i),
			Bytes: make([]byte, 4000), Standing: desk.StandingOther, At: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
