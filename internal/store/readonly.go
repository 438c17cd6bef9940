package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"github.com/pressly/goose/v3"
)

// Why a database cannot be opened as it is.
var (
	// ErrOlder says that the schema is older than the program: Open brings it up
	// to date.
	ErrOlder = errors.New("its schema is older than this program")
	// ErrNewer says that a later version of the program wrote the schema.
	ErrNewer = errors.New("its schema is newer than this program")
)

// OpenReadOnly opens a database file that is there, and cannot change it: SQLite
// itself refuses (mode=ro), and so does every method that records. It may be used
// beside a desk that runs, and sees what that records. A schema of another age
// is refused: ErrOlder, ErrNewer.
//
// SQLite keeps a small file for the locks beside the database (-shm); the folder
// must allow it, or the file be there already.
func OpenReadOnly(ctx context.Context, path string, now func() time.Time) (*DB, error) {
	db := &DB{now: now, path: path}
	if err := db.openReadOnly(ctx, path); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("database %s: %w", path, storage(err))
	}
	return db, nil
}

func (db *DB) openReadOnly(ctx context.Context, path string) (err error) {
	if db.read, err = readOnly(path); err != nil {
		return err
	}
	db.write = db.read
	if err = db.checkSchema(ctx); err != nil {
		return err
	}
	if err = db.makePackers(); err != nil {
		return err
	}
	return db.read.QueryRowContext(ctx, `SELECT value FROM salts WHERE name = 'events'`).Scan(&db.salt)
}

// readOnly is connections that can only read. The file's journal mode stays what
// it is: a copy is no WAL.
func readOnly(path string) (*sql.DB, error) {
	db, err := pool(uri(path, url.Values{
		"mode": {"ro"}, "_dqs": {"0"}, "_pragma": {"busy_timeout(10000)"},
	}))
	if err == nil {
		db.SetMaxOpenConns(readers)
	}
	return db, err
}

// checkSchema compares the file's schema with the program's.
func (db *DB) checkSchema(ctx context.Context) error {
	has, err := db.SchemaVersion(ctx)
	if err != nil {
		return fmt.Errorf("reading its schema: %w", err)
	}
	switch knows := newest(); {
	case int64(has) > knows:
		return newer(int64(has), knows)
	case int64(has) < knows:
		return fmt.Errorf("%w (schema %d, this program's %d)", ErrOlder, has, knows)
	}
	return nil
}

func newer(has, knows int64) error {
	return fmt.Errorf("%w (schema %d, this program's %d)", ErrNewer, has, knows)
}

// newest is the number of the program's last migration.
func newest() (last int64) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil { // only of a malformed pattern
		return 0
	}
	for _, name := range names {
		if n, err := goose.NumericComponent(name); err == nil {
			last = max(last, n)
		}
	}
	return last
}

// Copy writes a consistent copy of a database to a new file, whatever its
// schema; the database itself is only read.
func Copy(ctx context.Context, from, to string) error {
	db, err := readOnly(from)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("copying the database %s to %s: %w", from, to, err)
	}
	return nil
}
