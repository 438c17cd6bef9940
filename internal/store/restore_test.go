package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// lost is a database of which a backup was made, and which went on after it.
type lost struct {
	t      *testing.T
	clock  *clock
	path   string
	backup string
	given  []desk.Reference // after the backup
}

func losing(t *testing.T) *lost {
	t.Helper()
	l := &lost{t: t, clock: &clock{time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}, path: filepath.Join(t.TempDir(), "guichet.db")}
	db, err := store.Open(t.Context(), l.path, l.clock.now)
	must(t, err)
	defer db.Close() //nolint:errcheck // everything is on the disk
	must(t, db.TakeOver(t.Context(), contact, desk.Position{UIDValidity: 7, LastUID: 0, Next: 1}))
	l.record(db, 1)
	l.backup = filepath.Join(t.TempDir(), "backup.db")
	_, err = store.Backup(t.Context(), l.path, l.backup, l.clock.now())
	must(t, err)
	for uid := uint32(2); uid < 6; uid++ {
		l.given = append(l.given, l.record(db, uid).Case.Reference)
	}
	return l
}

func (l *lost) record(db *store.DB, uid uint32) *desk.Entry {
	l.t.Helper()
	e := submission(l.t, db, uid, "lea@example.fr")
	e.Received.At = l.clock.at
	bearID(e.Notice)
	must(l.t, db.Record(l.t.Context(), e))
	return e
}

// restore puts the backup back and opens what came of it.
func (l *lost) restore() (*store.DB, store.Restored) {
	l.t.Helper()
	db, done := l.restoreUnverified()
	allVerified(l.t, db)
	return db, done
}

func TestRestoreBeginsANewBlock(t *testing.T) {
	l := losing(t)
	ctx := t.Context()
	l.clock.at = l.clock.at.Add(50 * time.Hour)
	db, done := l.restore()
	if done.Mails != 1 || done.Held != 1 || !slices.Equal(done.Next, []store.Block{{Prefix: "BARA", Year: 2026, From: 4001}}) {
		t.Errorf("restored %+v", done)
	}
	next, err := db.Reserve(ctx, "BARA", 2026)
	must(t, err)
	if next != desk.NewReference("BARA", 2026, 4001) || slices.Contains(l.given, next) {
		t.Errorf("the next reference is %s", next)
	}
	// A year of which the backup knew nothing: references may have been given in it.
	if next, err = db.Reserve(ctx, "BARA", 2027); err != nil || next != desk.NewReference("BARA", 2027, 3001) {
		t.Errorf("the first reference of a new year is %s, %v", next, err)
	}
	must(t, db.Close())

	// Again, from the same backup: what the first restore gave counts, though only the
	// replaced file knows it.
	db, done = l.restore()
	if _, err := os.Stat(done.Kept); err != nil {
		t.Error(err)
	}
	if next, err := db.Reserve(ctx, "BARA", 2026); err != nil || next != desk.NewReference("BARA", 2026, 8001) {
		t.Errorf("after the second restore %s, %v", next, err)
	}
}

// What a restored desk writes about the time before is held; what comes later leaves.
func TestRestoreHoldsWhatMayHaveBeenAnswered(t *testing.T) {
	l := losing(t)
	db, _ := l.restore()
	ctx := t.Context()
	if e := l.record(db, 2); e.Notice.State != desk.NoticeHeld || e.Notice.Held != desk.DoubtArrived {
		t.Errorf("before the first look, an answer is %s: %s", e.Notice.State, e.Notice.Held)
	}
	since, due, err := db.Recovering(ctx, contact, 7, 4)
	if err != nil || !due || !since.Before(l.clock.at) {
		t.Errorf("to be searched since %s: %v, %v", since, due, err)
	}
	if e := l.record(db, 3); e.Notice.State != desk.NoticeHeld {
		t.Errorf("a mail from before the first look: %s", e.Notice.State)
	}
	if e := l.record(db, 4); e.Notice.State != desk.NoticeQueued {
		t.Errorf("a mail that came later: %s", e.Notice.State)
	}
	filed := submission(t, db, 9, "lea@example.fr")
	bearID(filed.Notice)
	unknown, err := db.Unknown(ctx, contact, "Baratins", [][32]byte{filed.Mail.SHA256})
	if err != nil || !unknown[0] {
		t.Fatalf("unknown %v, %v", unknown, err)
	}
	must(t, db.Record(ctx, filed)) // moved back, it has a new UID
	if filed.Notice.State != desk.NoticeHeld || filed.Notice.Held != desk.DoubtFiled {
		t.Errorf("a mail that was filed: %s, %s", filed.Notice.State, filed.Notice.Held)
	}
	if unknown, err = db.Unknown(ctx, contact, "Baratins", [][32]byte{filed.Mail.SHA256}); err != nil || unknown[0] {
		t.Errorf("it is still unknown: %v, %v", unknown, err)
	}
	must(t, db.Recovered(ctx, contact))
	if _, due, err = db.Recovering(ctx, contact, 7, 20); due || err != nil {
		t.Errorf("searched, and to be searched again: %v, %v", due, err)
	}
	allVerified(t, db)
	l.releaseSome(db, filed.Notice.ID)
}

// A backup may be older than the first look at a mailbox that the desk watched since: it
// is searched all the same, and what its first start takes is held. One that is watched
// since after the restore owes nothing.
func TestRestoreFromBeforeTheFirstLook(t *testing.T) {
	ctx := t.Context()
	l := &lost{t: t, clock: &clock{time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}, path: filepath.Join(t.TempDir(), "guichet.db")}
	db, err := store.Open(ctx, l.path, l.clock.now)
	must(t, err)
	l.backup = filepath.Join(t.TempDir(), "backup.db")
	_, err = store.Backup(ctx, l.path, l.backup, l.clock.now())
	must(t, err)
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7, Next: 1}))
	l.record(db, 1)
	must(t, db.Close())

	db, _ = l.restore()
	if _, err := db.Position(ctx, contact); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("the mailbox that the backup does not know has a position: %v", err)
	}
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7, Next: 3}))
	if since, due, err := db.Recovering(ctx, contact, 7, 3); !due || !since.IsZero() || err != nil {
		t.Errorf("to be searched since %s: %v, %v; nothing says from when on mails were filed", since, due, err)
	}
	if e := l.record(db, 2); e.Notice.State != desk.NoticeHeld {
		t.Errorf("what stood there at the first look is %s", e.Notice.State)
	}
	if e := l.record(db, 3); e.Notice.State != desk.NoticeQueued {
		t.Errorf("what came later is %s", e.Notice.State)
	}
	if _, due, err := db.Recovering(ctx, "new@example.org", 1, 9); due || err != nil {
		t.Errorf("a mailbox of after the restore is to be searched: %v, %v", due, err)
	}
	allVerified(t, db)
}

// A desk that was down while the backup was made had not come to what arrived before it:
// the search begins at the last mail that the backup holds, and stays there however much
// is recorded before it ends.
func TestRestoreSearchesFromWhatTheBackupCameTo(t *testing.T) {
	l := losing(t)
	ctx := t.Context()
	came := l.clock.at
	l.clock.at = came.Add(10 * 24 * time.Hour)
	_, err := store.Backup(ctx, l.backup, l.backup+".2", l.clock.now())
	must(t, err)
	l.backup += ".2"
	db, done := l.restore()
	if !done.Contents.At.Equal(l.clock.at) {
		t.Fatalf("a backup of %s", done.Contents.At)
	}
	for uid := range uint32(2) {
		since, due, err := db.Recovering(ctx, contact, 7, 2)
		if err != nil || !due || since.After(came) || since.Before(came.Add(-25*time.Hour)) {
			t.Errorf("to be searched since %s: %v, %v; the last mail is of %s", since, due, err, came)
		}
		l.clock.at = l.clock.at.Add(time.Minute)
		l.record(db, 2+uid)
	}
}

// releaseSome lets one notice leave, and drops the others.
func (l *lost) releaseSome(db *store.DB, id int64) {
	t := l.t
	t.Helper()
	ctx := t.Context()
	held, err := db.Unsent(ctx, desk.NoticeHeld)
	must(t, err)
	reasons := map[desk.Doubt]int{}
	for _, u := range held {
		reasons[u.Held]++
	}
	if len(held) != 4 || reasons[desk.DoubtWaited] != 1 || reasons[desk.DoubtArrived] != 2 || held[0].Reference == "" {
		t.Errorf("held %+v", held)
	}
	must(t, db.ReleaseHeld(ctx, []int64{id}))
	if err := db.DropHeld(ctx, []int64{held[0].ID, id}); !errors.Is(err, desk.ErrNotHeld) {
		t.Errorf("dropping what was released: %v", err)
	}
	if still, err := db.Unsent(ctx, desk.NoticeHeld); err != nil || len(still) != 3 {
		t.Errorf("half of it was done: %d held, %v", len(still), err)
	}
	must(t, db.DropHeld(ctx, []int64{held[0].ID, held[1].ID, held[2].ID}))
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 100}
	var left []int64
	for {
		letter, err := box.Claim(ctx, l.clock.at.Add(time.Minute), time.Hour)
		if errors.Is(err, desk.ErrNone) {
			break
		}
		must(t, err)
		left = append(left, letter.ID)
	}
	if len(left) != 2 || !slices.Contains(left, id) {
		t.Errorf("the letters %v leave, want %d and the one of the mail that came later", left, id)
	}
	allVerified(t, db)
}

// A delay that ended before the restore was told then; a digest of today too.
func TestRestoreRepeatsNoReminder(t *testing.T) {
	l := losing(t)
	ctx := t.Context()
	db := again(t, l.path, l.clock.now)
	e := l.record(db, 20)
	work, err := db.Work(ctx, e.Case.Reference)
	must(t, err)
	asked := ask(t, db, 21, "lea@example.fr", work, desk.AwaitingConfirm)
	asked.Changes[0].Request.Until = l.clock.at.Add(time.Hour)
	must(t, db.Record(ctx, asked))
	must(t, db.CloseSlot(ctx, "camille@example.org", l.clock.at, nil))
	_, err = store.Backup(ctx, l.path, l.backup, l.clock.now())
	must(t, err)
	must(t, db.Close())
	l.clock.at = l.clock.at.Add(3 * time.Hour)

	db, _ = l.restore()
	if slot, _, err := db.DigestSlot(ctx, "camille@example.org"); err != nil || !slot.Equal(l.clock.at) {
		t.Errorf("the digest's slot is %s, %v", slot, err)
	}
	due, err := db.DueRequests(ctx, l.clock.at)
	if err != nil || len(due) != 1 {
		t.Fatalf("due %+v, %v", due, err)
	}
	r := due[0]
	was := r.State
	r.State, r.Until = desk.RequestExpired, time.Time{}
	told := &desk.Notice{Kind: "expired", Mailbox: contact, Sender: contact, Recipient: "lea@example.fr", MessageID: "<x@example.org>"}
	bearID(told)
	must(t, db.Apply(ctx, &desk.Change{Request: &r, RequestWas: was, Notices: []*desk.Notice{told}, Events: []desk.Event{{Type: "expired"}}}))
	if told.State != desk.NoticeHeld || told.Held != desk.DoubtOverdue {
		t.Errorf("told again: %s, %s", told.State, told.Held)
	}
	allVerified(t, db)
}

// Nothing is replaced by what is not whole, nor while somebody runs.
func TestRestoreRefuses(t *testing.T) {
	ctx := t.Context()
	for name, spoil := range map[string]func(*lost){
		"a damaged backup": func(l *lost) {
			raw, err := os.ReadFile(l.backup)
			must(t, err)
			for i := 4096; i < len(raw); i += 4096 {
				raw[i] ^= 0xff
			}
			must(t, os.WriteFile(l.backup, raw, 0o600))
		},
		"a backup that was changed": func(l *lost) {
			tamper(t, l.backup, "DROP TRIGGER events_never_change", `UPDATE events SET detail = '{}' WHERE id = 1`)
		},
		"no database of ours": func(l *lost) {
			must(t, os.Remove(l.backup))
			tamper(t, l.backup, `CREATE TABLE notes (x)`)
		},
		"a desk on another machine": func(l *lost) {
			db := again(t, l.path, l.clock.now)
			_, err := db.Lock(ctx, "guichet run")
			must(t, err)
			must(t, db.Close())
			tamper(t, l.path, `UPDATE holders SET host = 'elsewhere', boot = 'another'`)
		},
		"a desk here": func(l *lost) {
			_, err := again(t, l.path, l.clock.now).Lock(ctx, "guichet run")
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := losing(t)
			spoil(l)
			if _, err := store.Restore(ctx, store.Restoration{Backup: l.backup, Database: l.path, Now: l.clock.now}); err == nil {
				t.Fatal("it was restored")
			}
			db, err := store.OpenReadOnly(ctx, l.path, l.clock.now)
			must(t, err)
			defer db.Close() //nolint:errcheck // nothing was written
			if tally, err := db.Tally(ctx, time.Time{}, l.clock.at.Add(time.Hour)); err != nil || tally.Received() != 5 {
				t.Errorf("the database holds %d mails, %v", tally.Received(), err)
			}
			if left, err := filepath.Glob(filepath.Join(filepath.Dir(l.path), ".*")); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// The leap of a restore hides nothing: an event that is taken out before it is missed.
func TestALeapHidesNothing(t *testing.T) {
	l := losing(t)
	db, _ := l.restore()
	l.record(db, 2)
	must(t, db.VerifyChain(t.Context()))
	must(t, db.Close())
	tamper(t, l.path, "DROP TRIGGER events_never_go", `DELETE FROM events WHERE type = 'received' AND id < 1000`)
	db = again(t, l.path, l.clock.now)
	if err := db.VerifyChain(t.Context()); err == nil {
		t.Error("an event before the leap is gone, and nobody misses it")
	}
}

// A backup of the first schema is brought up to date as it is restored.
func TestRestoreOfAnOldSchema(t *testing.T) {
	l := losing(t)
	dump, err := os.ReadFile("testdata/first.sql")
	must(t, err)
	must(t, os.Remove(l.backup))
	old, err := sql.Open("sqlite", l.backup)
	must(t, err)
	_, err = old.ExecContext(t.Context(), string(dump))
	must(t, errors.Join(err, old.Close()))
	db, done := l.restoreUnverified()
	if done.Mails != 2 {
		t.Errorf("restored %+v", done)
	}
	must(t, db.VerifyChain(t.Context()))
	if c, err := db.Case(t.Context(), desk.NewReference("BARA", 2026, 1)); err != nil || c.Versions != 2 {
		t.Errorf("the case %+v, %v", c, err)
	}
}

func (l *lost) restoreUnverified() (*store.DB, store.Restored) {
	l.t.Helper()
	done, err := store.Restore(l.t.Context(), store.Restoration{
		Backup: l.backup, Database: l.path, Mailboxes: []string{contact}, Now: l.clock.now,
	})
	must(l.t, err)
	return again(l.t, l.path, l.clock.now), done
}

// A restore that was killed between setting aside and naming leaves no database; its log
// of writes, were it left, is not taken for the new one's.
func TestRestoreAfterAKilledOne(t *testing.T) {
	l := losing(t)
	db := again(t, l.path, l.clock.now)
	lock, err := db.Lock(t.Context(), "guichet run")
	must(t, err)
	must(t, lock.Release(t.Context()))
	must(t, db.Close())
	must(t, os.Remove(l.path))
	must(t, os.WriteFile(l.path+"-wal", []byte("what was left"), 0o600))
	if !store.Vanished(l.path) {
		t.Error("nobody misses the database")
	}
	db, done := l.restore()
	if done.Kept != "" || store.Vanished(l.path) {
		t.Errorf("restored %+v", done)
	}
	l.record(db, 2)
	allVerified(t, db)
}
