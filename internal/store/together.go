package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Together takes n mails in their order in one transaction, and so with one sync of
// the disk. Each sees what those before it recorded, and is wholly in or wholly out:
// it has a savepoint of its own. The first that fails ends it, and those before it
// are committed; done says how many are, and err why the next one is not. Where the
// ledger itself fails (desk.ErrStorage) nothing is recorded: done is 0.
func (db *DB) Together(ctx context.Context, n int, take func(i int, page desk.Page) error) (done int, err error) {
	var refused error
	err = db.transact(ctx, func(tx *transaction) error {
		for done = 0; done < n; done++ {
			refused = db.apart(ctx, tx, func(p openPage) error { return take(done, p) })
			if errors.Is(refused, desk.ErrStorage) {
				return refused
			}
			if refused != nil {
				break
			}
		}
		return nil
	})
	if err != nil {
		return 0, ofStorage(err)
	}
	return done, refused
}

// apart takes one mail under a savepoint. An error of the ledger itself leaves it as
// it is: the whole transaction goes.
func (db *DB) apart(ctx context.Context, tx *transaction, take func(openPage) error) error {
	before := tx.late
	if _, err := tx.ExecContext(ctx, `SAVEPOINT mail`); err != nil {
		return ofStorage(err)
	}
	failed := take(openPage{db, tx})
	if errors.Is(failed, desk.ErrStorage) {
		return failed
	}
	if failed != nil {
		if _, err := tx.ExecContext(ctx, `ROLLBACK TO mail`); err != nil {
			return ofStorage(errors.Join(failed, err))
		}
		tx.late = before
	}
	if _, err := tx.ExecContext(ctx, `RELEASE mail`); err != nil {
		return ofStorage(errors.Join(failed, err))
	}
	return failed
}

// openPage is the ledger within a transaction.
type openPage struct {
	db *DB
	tx *transaction
}

// Lookup answers what the desk must know of a mail before it decides.
func (p openPage) Lookup(ctx context.Context, q desk.Question) (desk.Knowledge, error) {
	k, err := lookup(ctx, p.tx, q)
	return k, blamed(err)
}

// Reserve gives the next reference; one of a mail that is not recorded was never
// seen by anybody, and is given again.
func (p openPage) Reserve(ctx context.Context, prefix string, year int) (desk.Reference, error) {
	ref, err := p.tx.reserve(ctx, prefix, year)
	return ref, blamed(err)
}

// Record writes an entry, and moves the position past its mail.
func (p openPage) Record(ctx context.Context, e *desk.Entry) error {
	return blamed(p.db.record(ctx, p.tx, e))
}

// ofStorage marks an error as the ledger's own: no mail is to blame for it.
func ofStorage(err error) error {
	if err = storage(err); err == nil || errors.Is(err, desk.ErrStorage) {
		return err
	}
	return fmt.Errorf("%w: %w", desk.ErrStorage, err)
}

// blamed marks an error that is the ledger's own and lets the others be: a row that
// breaks a rule of the schema is the mail's doing, a full disk is not.
func blamed(err error) error {
	if err != nil && sick(err) {
		return ofStorage(err)
	}
	return err
}

// sick says whether the database, its disk or its connection fails, whatever is
// written.
func sick(err error) bool {
	var code *sqlite.Error
	if errors.As(err, &code) {
		switch code.Code() & 0xff {
		case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH,
			sqlite3.SQLITE_RANGE, sqlite3.SQLITE_MISUSE:
			return false
		}
		return true
	}
	var system syscall.Errno
	return errors.As(err, &system) || errors.Is(err, desk.ErrLockLost) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded)
}
