package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
)

// transactUnsynced is transact without the sync of the disk: what it wrote outlasts
// the program, and a power cut only once something else was synced. Nothing that is
// written later can be kept without it.
func (db *DB) transactUnsynced(ctx context.Context, do func(*transaction) error) (err error) {
	defer db.notes(&err)
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return unsynced(ctx, conn, func() error { return db.transactOn(ctx, conn, do) })
}

// unsynced has a connection commit without the sync of the disk while do runs.
func unsynced(ctx context.Context, conn *sql.Conn, do func() error) error {
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = NORMAL`); err != nil {
		return err
	}
	defer func() {
		if _, failed := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = FULL`); failed != nil {
			// Nobody may write over it: the pool opens another.
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	return do()
}

// Sync puts on the disk what was written without it. A checkpoint that comes between
// has done so already.
func (db *DB) Sync() (err error) {
	defer db.notes(&err)
	log, err := os.Open(db.path + "-wal")
	if err != nil {
		return err
	}
	return errors.Join(log.Sync(), log.Close())
}
