package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/bara-think-tank/guichet/internal/failpoint"
)

// transaction is one of the writer's, which has the connection to itself. Its statements
// go to the connection directly: a *sql.Tx starts a goroutine for each of its queries.
type transaction struct {
	*sql.Conn
	late
}

// transact runs do in one immediate transaction of the writer. Every write goes through
// it. A context that ends stops do between two statements, never a commit. A file that
// cannot be written is desk.ErrStorage; a daemon that lost its lock gets
// desk.ErrLockLost and writes nothing.
func (db *DB) transact(ctx context.Context, do func(*transaction) error) (err error) {
	defer db.notes(&err)
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return db.transactOn(ctx, conn, do)
}

func (db *DB) transactOn(ctx context.Context, conn *sql.Conn, do func(*transaction) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	end, err := begin(context.WithoutCancel(ctx), conn)
	if err != nil {
		return err
	}
	done := false
	defer func() { // after a panic too
		if !done {
			err = errors.Join(err, within(conn, end.Rollback))
		}
	}()
	tx := &transaction{Conn: conn}
	if err = db.fence(ctx, tx); err != nil {
		return err
	}
	if err = do(tx); err != nil {
		return err
	}
	if err = tx.settle(ctx); err != nil {
		return err
	}
	failpoint.Hit("commit", "before")
	done = true // one that fails rolls back
	if err = within(conn, end.Commit); err != nil {
		return err
	}
	db.commits.Add(1)
	failpoint.Hit("commit", "after")
	return nil
}

// begin opens a transaction, which the driver ends.
func begin(ctx context.Context, conn *sql.Conn) (end driver.Tx, err error) {
	err = conn.Raw(func(c any) (err error) {
		end, err = c.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
		return err
	})
	return end, err
}

// within does what the driver does while nobody else asks it.
func within(conn *sql.Conn, do func() error) error {
	return conn.Raw(func(any) error { return do() })
}

// Commits is how many transactions this DB has committed.
func (db *DB) Commits() int64 { return db.commits.Load() }

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
