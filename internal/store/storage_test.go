package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// What is wrong with the file is told from what is wrong with a mail.
func TestStorageErrors(t *testing.T) {
	ctx := t.Context()
	t.Run("full", func(t *testing.T) {
		db, _, _ := open(t)
		must(t, db.Limit(ctx, 0))
		e := submission(t, db, 1, "lea@example.fr")
		e.Notice.Bytes = make([]byte, 1<<20)
		err := db.Record(ctx, e)
		if !errors.Is(err, desk.ErrStorage) || !errors.Is(err, desk.ErrNoSpace) || errors.Is(err, desk.ErrDamaged) {
			t.Fatalf("on a full disk: %v", err)
		}
		must(t, db.Limit(ctx, 1<<20))
		must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr"))) // and goes on once there is room
	})
	t.Run("damaged", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.db")
		must(t, os.WriteFile(path, make([]byte, 8192), 0o600))
		_, err := store.Open(ctx, path, time.Now)
		if !errors.Is(err, desk.ErrDamaged) || !errors.Is(err, desk.ErrStorage) {
			t.Errorf("no database: %v", err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		_, err := store.OpenReadOnly(ctx, filepath.Join(t.TempDir(), "none.db"), time.Now)
		if !errors.Is(err, desk.ErrStorage) || errors.Is(err, desk.ErrDamaged) {
			t.Errorf("no file: %v", err)
		}
	})
	t.Run("a statement", func(t *testing.T) {
		db, _, _ := open(t)
		e := submission(t, db, 1, "lea@example.fr")
		must(t, db.Record(ctx, e))
		if err := db.Record(ctx, e); err == nil || errors.Is(err, desk.ErrStorage) {
			t.Errorf("the same mail twice: %v", err)
		}
	})
}
