package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/failpoint"
)

// Contents is what a database or a backup holds.
type Contents struct {
	At           time.Time // of a backup: when it was made, or else up to when it knows what happened
	Size         int64     // in bytes
	Mails        int
	Cases        int
	Publications int
	Events       int
	LastEvent    int64
	LastHash     string // of the last event, its first 16 hexadecimal digits
}

// ErrNoBackup says that a file is no database of this program.
var ErrNoBackup = errors.New("it is no database of guichet")

// Backup copies the database at from to the file to, beside a daemon that runs, and says
// what the copy holds. The copy is one moment of the database, is readable by this user
// alone, has been read back (quick_check, and the log from its first event) and is on the
// disk before it takes its name: at every moment there is the old file of that name, or the
// new one whole.
func Backup(ctx context.Context, from, to string, now time.Time) (held Contents, err error) {
	part, err := os.CreateTemp(filepath.Dir(to), partOf(to))
	if err != nil {
		return held, storage(err)
	}
	defer os.Remove(part.Name()) //nolint:errcheck // it has its name by then, or is worth nothing
	if err = errors.Join(part.Close(), Copy(ctx, from, part.Name())); err != nil {
		return held, storage(err)
	}
	if err = stamp(ctx, part.Name(), now); err != nil {
		return held, fmt.Errorf("finishing %s: %w", to, storage(err))
	}
	if held, err = Inspect(ctx, part.Name()); err != nil {
		return held, fmt.Errorf("reading back %s: %w", to, err)
	}
	if err = errors.Join(syncFile(part.Name()), os.Rename(part.Name(), to)); err != nil {
		return held, storage(err)
	}
	failpoint.Hit("file", "backed up")
	return held, storage(syncFile(filepath.Dir(to)))
}

// partOf is the pattern of the names of what is not yet finished.
func partOf(to string) string { return "." + filepath.Base(to) + ".*.part" }

// RemoveParts deletes what a backup or a restore that was killed left of files whose name
// begins so, and says how many there were. Nobody may be writing one.
func RemoveParts(folder, name string, olderThan time.Time) (removed int, err error) {
	left, err := filepath.Glob(filepath.Join(escapeGlob(folder), "."+escapeGlob(name)+"*.part"))
	if err != nil {
		return 0, err
	}
	for _, path := range left {
		if info, err := os.Stat(path); err != nil || info.ModTime().After(olderThan) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// stamp makes a copy a backup: it says of when it is, and nobody runs on it. A schema from
// before there were backups has no place for either.
func stamp(ctx context.Context, path string, now time.Time) error {
	db, err := sql.Open("sqlite", uri(path, url.Values{"_dqs": {"0"}, "_txlock": {"immediate"}}))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was written is committed, and synced later
	var has bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'copies')`).Scan(&has); err != nil || !has {
		return err
	}
	for _, do := range []string{`DELETE FROM holders`, `DELETE FROM copies`, fmt.Sprintf(`INSERT INTO copies (at) VALUES (%d)`, millis(now))} {
		if _, err := db.ExecContext(ctx, do); err != nil {
			return err
		}
	}
	return nil
}

// Inspect reads a database or a backup of any schema: whether SQLite finds the file whole,
// whether the log's chain holds, and what is in it. The file is not changed.
func Inspect(ctx context.Context, path string) (held Contents, err error) {
	defer told(&err)
	info, err := os.Stat(path)
	if err != nil {
		return held, err
	}
	if !IsDatabase(path) {
		return held, ErrNoBackup
	}
	pool, err := readOnly(path)
	if err != nil {
		return held, err
	}
	db := &DB{read: pool, path: path}
	defer db.Close() //nolint:errcheck // nothing was written
	if err := db.Check(ctx); err != nil {
		return held, fmt.Errorf("%w: %w", desk.ErrDamaged, err)
	}
	if held, err = db.contents(ctx); err != nil {
		return held, err
	}
	held.Size = info.Size()
	if err := db.VerifyChain(ctx); err != nil {
		return held, fmt.Errorf("its log: %w", err)
	}
	return held, nil
}

// contents counts what is on record.
func (db *DB) contents(ctx context.Context) (held Contents, err error) {
	tables, err := collect(ctx, db.read, scanText, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('events', 'salts', 'publications', 'copies') ORDER BY name`)
	if err != nil {
		return held, err
	}
	has := map[string]bool{}
	for _, name := range tables {
		has[name] = true
	}
	if !has["events"] || !has["salts"] {
		return held, ErrNoBackup
	}
	hash, last, err := lastLink(ctx, db.read)
	if err != nil {
		return held, err
	}
	held.LastEvent, held.LastHash = last, hex.EncodeToString(hash[:min(8, len(hash))])
	const counts = `SELECT (SELECT count(*) FROM mails), (SELECT count(*) FROM cases), (SELECT count(*) FROM events),
		coalesce((SELECT at FROM events ORDER BY id DESC LIMIT 1), 0)`
	if err := db.read.QueryRowContext(ctx, counts).Scan(&held.Mails, &held.Cases, &held.Events, moment{&held.At}); err != nil {
		return held, err
	}
	if has["publications"] {
		if err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM publications`).Scan(&held.Publications); err != nil {
			return held, err
		}
	}
	if has["copies"] {
		err = db.read.QueryRowContext(ctx, `SELECT at FROM copies`).Scan(moment{&held.At})
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	return held, err
}

// IsDatabase looks at the first bytes of a file: whether it is one of SQLite.
func IsDatabase(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // nothing was written
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	_, err = io.ReadFull(file, head)
	return err == nil && string(head) == magic
}

// Replaceable says whether a backup may take the place of what has its name: nothing, or
// an earlier backup. The database itself is none.
func Replaceable(path, database string) error {
	there, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if own, err := os.Stat(database); err == nil && os.SameFile(there, own) {
		return errors.New("it is the database itself")
	}
	if !there.Mode().IsRegular() || there.Size() > 0 && !IsDatabase(path) {
		return errors.New("it is there already, and is no backup")
	}
	return nil
}

// syncFile brings a file's bytes, or a folder's names, to the disk.
func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(ignoreUnsupported(file.Sync()), file.Close())
}

// ignoreUnsupported is for systems that cannot sync a folder, where names need none.
func ignoreUnsupported(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
