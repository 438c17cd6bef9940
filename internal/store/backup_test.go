package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// A backup is one moment of the database, however busy the desk is, and whole.
func TestBackupBesideADaemon(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	_, err := db.Lock(ctx, "guichet run")
	must(t, err)
	record := func(uid uint32) error {
		e := submission(t, db, uid, "lea@example.fr")
		bearID(e.Notice)
		return db.Record(ctx, e)
	}
	must(t, record(1))
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for uid := uint32(2); uid < 40; uid++ { // enough to write during each copy
			select {
			case <-stop:
				return
			default:
			}
			if err := record(uid); err != nil {
				t.Error(err)
				return
			}
		}
	})
	to := filepath.Join(t.TempDir(), "backup.db")
	for range 3 {
		held, err := store.Backup(ctx, path, to, c.now())
		must(t, err)
		if held.Mails == 0 || held.Mails != held.Cases || held.Events != held.Mails || !held.At.Equal(c.now()) {
			t.Errorf("it holds %+v", held)
		}
	}
	close(stop)
	writing.Wait()
	info, err := os.Stat(to)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	copied, err := store.OpenReadOnly(ctx, to, c.now)
	must(t, err)
	defer copied.Close() //nolint:errcheck // nothing was written
	if _, err := copied.Holder(ctx); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("somebody runs on a backup: %v", err)
	}
	must(t, copied.Verify(ctx, nil, func(v store.Verified) {
		if v.Fault != nil {
			t.Errorf("%s: %v", v.What, v.Fault)
		}
	}))
	others, err := filepath.Glob(filepath.Join(filepath.Dir(to), ".*"))
	if err != nil || len(others) != 0 {
		t.Errorf("left behind: %v, %v", others, err)
	}
}

// What is not a whole backup never takes the name of one.
func TestABackupThatFails(t *testing.T) {
	path := recorded(t)
	folder := t.TempDir()
	to := filepath.Join(folder, "backup.db")
	must(t, os.WriteFile(to, []byte("the last good one"), 0o600))
	tamper(t, path, "DROP TRIGGER events_never_change", `UPDATE events SET detail = '{}' WHERE id = 2`)
	if _, err := store.Backup(t.Context(), path, to, time.Now()); err == nil {
		t.Error("a log that was changed is copied without a word")
	}
	if kept, err := os.ReadFile(to); err != nil || string(kept) != "the last good one" {
		t.Errorf("in its place: %q, %v", kept, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestReplaceable(t *testing.T) {
	path := recorded(t)
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	must(t, os.WriteFile(text, []byte("my notes"), 0o600))
	earlier := filepath.Join(folder, "earlier.db")
	_, err := store.Backup(t.Context(), path, earlier, time.Now())
	must(t, err)
	for file, may := range map[string]bool{path: false, text: false, folder: false, earlier: true, filepath.Join(folder, "new.db"): true} {
		if err := store.Replaceable(file, path); (err == nil) != may {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}
