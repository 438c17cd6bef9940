package store_test

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// A database that is only looked at shows everything, what is recorded
// meanwhile too, and refuses every change.
func TestReadOnly(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr")))
	looked, err := store.OpenReadOnly(ctx, path, c.now)
	must(t, err)
	defer looked.Close()
	must(t, looked.Check(ctx))
	must(t, looked.VerifyChain(ctx))

	second := submission(t, db, 2, "lea@example.fr")
	must(t, db.Record(ctx, second))
	if _, err := looked.Case(ctx, second.Case.Reference); err != nil {
		t.Errorf("what was recorded after the opening: %v", err)
	}
	for name, write := range map[string]func() error{
		"Record":  func() error { return looked.Record(ctx, second) },
		"Reserve": func() error { _, err := looked.Reserve(ctx, "BARA", 2026); return err },
		"authors": func() error {
			_, err := looked.Enrol(ctx, []desk.Enrolment{person("A", "a@example.fr")}, nil, false)
			return err
		},
		"Settle": func() error {
			return store.Outbox{DB: looked}.Settle(ctx, second.Notice.ID, desk.Outcome{Sent: true})
		},
	} {
		if err := write(); err == nil || !strings.Contains(err.Error(), "readonly") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The file of a desk that stands still is the same, byte by byte, after a look.
func TestALookChangesNoByte(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	must(t, db.Record(ctx, submission(t, db, 1, "lea@example.fr")))
	must(t, db.Close())
	before := sumOf(t, path)
	looked, err := store.OpenReadOnly(ctx, path, c.now)
	must(t, err)
	if _, err := looked.Waiting(ctx); err != nil {
		t.Error(err)
	}
	must(t, looked.Close())
	if sumOf(t, path) != before {
		t.Error("the file has changed")
	}
}

func sumOf(t *testing.T, path string) [32]byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	return sha256.Sum256(raw)
}

// A schema of another age is refused by those who only look, and a newer one by
// everybody; a copy of it can always be made.
func TestASchemaOfAnotherAge(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	must(t, db.Close())
	shift := func(by int) {
		t.Helper()
		raw, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f").Replace(path))
		must(t, err)
		_, err = raw.ExecContext(ctx, `UPDATE goose_db_version SET version_id = version_id + ? WHERE version_id <> 0`, by)
		must(t, errors.Join(err, raw.Close()))
	}
	for by, want := range map[int]error{-1000: store.ErrOlder, 1000: store.ErrNewer} {
		shift(by)
		if _, err := store.OpenReadOnly(ctx, path, c.now); !errors.Is(err, want) {
			t.Errorf("%+d: %v, want %v", by, err, want)
		}
		copied := filepath.Join(filepath.Dir(path), fmt.Sprint(by))
		must(t, store.Copy(ctx, path, copied))
		if by > 0 {
			if _, err := store.Open(ctx, path, c.now); !errors.Is(err, want) {
				t.Errorf("opened for writing: %v, want %v", err, want)
			}
		}
		shift(-by)
	}
	if _, err := store.OpenReadOnly(ctx, filepath.Join(t.TempDir(), "none.db"), c.now); err == nil {
		t.Error("a file that is not there was opened")
	}
}

// Every version of every submission comes once, in order, with its findings, over
// more than one page.
func TestSubmitted(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	const cases = 230
	for uid := range uint32(cases) {
		e := submission(t, db, 2*uid+1, "lea@example.fr")
		must(t, db.Record(ctx, e))
		if uid%10 != 0 {
			continue
		}
		next := submission(t, db, 2*uid+2, "lea@example.fr")
		next.Case.ID, next.Notice.MessageID = e.Case.ID, fmt.Sprintf("<again%d@example.org>", uid)
		next.Version.Verdict = desk.ToCheck
		must(t, db.Record(ctx, next))
	}
	n, err := db.CountSubmitted(ctx, "")
	must(t, err)
	seen, last := 0, desk.Submitted{}
	for s, err := range db.Submitted(ctx, contact) {
		must(t, err)
		if s.CaseID < last.CaseID || s.CaseID == last.CaseID && s.Version.Number != last.Version.Number+1 {
			t.Fatalf("%s version %d comes after %s version %d", s.Reference, s.Version.Number, last.Reference, last.Version.Number)
		}
		if s.Mailbox != contact || len(s.Version.Findings) == 0 || s.Version.At.IsZero() || s.Version.MailID == 0 {
			t.Fatalf("incomplete: %+v", s)
		}
		seen, last = seen+1, s
	}
	if want := cases + cases/10; seen != want || n != want {
		t.Errorf("%d seen, %d counted, want %d", seen, n, want)
	}
	if n, err := db.CountSubmitted(ctx, "other@example.org"); n != 0 || err != nil {
		t.Errorf("%d of another mailbox, %v", n, err)
	}
	for range db.Submitted(ctx, "") {
		break // whoever stops early is left alone
	}
}
