// Package store keeps everything that the desk knows in one SQLite file, and
// holds the only SQL of the program.
//
// What it promises: an Entry is recorded wholly or not at all, and is on the
// disk when Record returns (synchronous=FULL, WAL). A reference is given once:
// gaps happen, repeats never. Events are append-only and chained by hash. One
// connection writes; readers never wait for it. What is to be forgotten (EraseDue) is
// overwritten in the file and in its write-ahead log. A database opened with
// OpenReadOnly is never changed.
//
// The tables are described in migrations/; times are UTC milliseconds.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is one database file, open.
type DB struct {
	write   *sql.DB // one connection: SQLite has one writer
	read    *sql.DB
	commits atomic.Int64
	now     func() time.Time
	salt    []byte
	packer  *zstd.Encoder
	opener  *zstd.Decoder

	path string
	held atomic.Pointer[Lock] // nil for a command that runs beside the daemon
	lock *os.File             // open while the lock is held

	trouble atomic.Pointer[error] // the last desk.ErrStorage that Lock.Keep has not told yet
}

// Open opens the database file and brings its schema up to date, making the
// file where it is missing. The clock stamps what is recorded.
func Open(ctx context.Context, path string, now func() time.Time) (*DB, error) {
	db := &DB{now: now, path: path}
	if err := db.open(ctx, path); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("database %s: %w", path, storage(err))
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, path string) (err error) {
	if err = makePrivate(path); err != nil {
		return err
	}
	if db.write, err = pool(dsn(path, "immediate")); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	if db.read, err = pool(dsn(path, "deferred")); err != nil {
		return err
	}
	db.read.SetMaxOpenConns(readers)
	if err = migrateUnsynced(ctx, db.write); err != nil {
		return err
	}
	if err = db.makePackers(); err != nil {
		return err
	}
	if db.salt, err = db.makeSalt(ctx); err != nil {
		return err
	}
	return db.sealOld(ctx)
}

// readers is how many connections read at once.
const readers = 4

// packWindow is how far back a packed mail refers, and about what a packer holds.
const packWindow = 1 << 20

func (db *DB) makePackers() (err error) {
	// A mail is base64 for the most part: its letters' frequencies are all that packs it.
	db.packer, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithAllLitEntropyCompression(true),
		zstd.WithWindowSize(packWindow), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return err
	}
	db.opener, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	return err
}

// makePrivate makes a database that is missing readable by this user alone: it
// will hold people's mails. SQLite gives its other files the same mode.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

func dsn(path, lock string) string {
	pragmas := url.Values{
		"_txlock": {lock}, "_dqs": {"0"},
		// What is deleted by promise must not stay in pages that are free. The log of
		// writes is brought to its place every 16 MB: each time costs two syncs.
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
			"wal_autocheckpoint(4000)", "journal_size_limit(33554432)", "cache_size(-8000)",
		},
	}
	return uri(path, pragmas)
}

// uri names a database file. A path may hold ? and %, which a URI would read as
// its own.
func uri(path string, query url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

// migrateUnsynced migrates without a sync of the disk for each step: what a power cut
// takes of them is made again. The pool has one connection.
func migrateUnsynced(ctx context.Context, db *sql.DB) (err error) {
	if _, err = db.ExecContext(ctx, `PRAGMA synchronous = NORMAL`); err != nil {
		return err
	}
	err = migrate(ctx, db)
	_, failed := db.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = FULL`)
	return errors.Join(err, failed)
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	has, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if knows := newest(); has > knows {
		return newer(has, knows)
	}
	if _, err = provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing the schema up to date: %w", err)
	}
	return nil
}

func (db *DB) makeSalt(ctx context.Context) (salt []byte, err error) {
	fresh := make([]byte, 32)
	if _, err = rand.Read(fresh); err != nil {
		return nil, err
	}
	const once = `INSERT INTO salts (name, value) VALUES ('events', ?) ON CONFLICT DO NOTHING`
	if _, err = db.write.ExecContext(ctx, once, fresh); err != nil {
		return nil, err
	}
	err = db.write.QueryRowContext(ctx, `SELECT value FROM salts WHERE name = 'events'`).Scan(&salt)
	return salt, err
}

// Close closes the file. What was recorded is on the disk already. A lock that was not
// released counts as that of a daemon that died.
func (db *DB) Close() error {
	errs := []error{db.unlockFile()}
	for _, pool := range []*sql.DB{db.read, db.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// SchemaVersion is the number of the newest migration in the file.
func (db *DB) SchemaVersion(ctx context.Context) (version int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version)
	return version, err
}

// Check asks SQLite whether the file is whole; the error names the first fault.
func (db *DB) Check(ctx context.Context) error {
	var said string
	if err := db.read.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return errors.New(said)
	}
	return nil
}
