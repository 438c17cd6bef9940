package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// again opens a database a second time, as another process would.
func again(t *testing.T, path string, now func() time.Time) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), path, now)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func TestOneDaemonOnADatabase(t *testing.T) {
	first, c, path := open(t)
	ctx := t.Context()
	lock, err := first.Lock(ctx, "guichet run")
	must(t, err)
	if lock.Predecessor != nil || lock.Unclean {
		t.Errorf("nobody was before: %+v", lock)
	}
	second := again(t, path, c.now)
	c.at = c.at.Add(24 * time.Hour) // however long it says nothing: its process is there
	var held *store.HeldError
	if _, err = second.Lock(ctx, "guichet run"); !errors.As(err, &held) || held.Holder.PID == 0 ||
		!strings.Contains(err.Error(), "since 2026-03-01T09:00:00Z") {
		t.Fatalf("a second daemon: %v", err)
	}
	must(t, second.Record(ctx, submission(t, second, 1, "lea@example.fr"))) // short commands go on
	must(t, lock.Release(ctx))

	next, err := second.Lock(ctx, "guichet run")
	must(t, err)
	if next.Unclean || next.Predecessor == nil || next.Predecessor.Ended.IsZero() {
		t.Errorf("after a clean end: %+v", next)
	}
	must(t, second.Close()) // it dies
	last, err := first.Lock(ctx, "guichet run")
	must(t, err)
	if !last.Unclean {
		t.Errorf("after a death: %+v", last)
	}
	must(t, last.Release(ctx))
}

// One name or another: a database has one lock.
func TestTheLockIsOfTheFile(t *testing.T) {
	first, c, path := open(t)
	lock, err := first.Lock(t.Context(), "guichet run")
	must(t, err)
	defer lock.Release(t.Context()) //nolint:errcheck // the test ends
	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(path, link))
	var held *store.HeldError
	if _, err := again(t, link, c.now).Lock(t.Context(), "guichet run"); !errors.As(err, &held) {
		t.Errorf("by another name: %v", err)
	}
}

// A daemon of another machine is known by its beat alone; one whose row another took
// writes no more.
func TestALockOfAnotherMachine(t *testing.T) {
	first, c, path := open(t)
	ctx := t.Context()
	_, err := first.Lock(ctx, "guichet run")
	must(t, err)
	elsewhere := []string{`UPDATE holders SET host = 'elsewhere', boot = 'another'`}
	tamper(t, path, elsewhere...)
	must(t, first.Close())

	second := again(t, path, c.now)
	var held *store.HeldError
	if _, err := second.Lock(ctx, "guichet run"); !errors.As(err, &held) || held.Holder.Host != "elsewhere" {
		t.Fatalf("while it beats: %v", err)
	}
	c.at = c.at.Add(-2 * time.Hour) // a clock that was set back does not keep it for ever
	lock, err := second.Lock(ctx, "guichet run")
	must(t, err)
	if !lock.Unclean {
		t.Error("a daemon that fell silent counts as a clean end")
	}
	e := submission(t, second, 1, "lea@example.fr")
	must(t, second.Record(ctx, e))
	tamper(t, path, `UPDATE holders SET token = 'somebody else'`)
	for name, write := range map[string]func() error{
		"Record": func() error {
			e.Received.UID, e.Mail.SHA256[0] = 9, e.Mail.SHA256[0]+1
			return second.Record(ctx, e)
		},
		"Reserve":  func() error { _, err := second.Reserve(ctx, "BARA", 2026); return err },
		"TakeOver": func() error { return second.TakeOver(ctx, contact, desk.Position{UIDValidity: 1}) },
		"Claim": func() error {
			_, err := store.Outbox{DB: second, Mailboxes: []string{contact}, PerHour: 9}.Claim(ctx, c.at, time.Hour)
			return err
		},
		"Signals": func() error { _, err := store.Signals{DB: second}.Claim(ctx, c.at, time.Hour); return err },
	} {
		if err := write(); !errors.Is(err, desk.ErrLockLost) {
			t.Errorf("%s without the lock: %v", name, err)
		}
	}
	must(t, second.VerifyChain(ctx))
}
