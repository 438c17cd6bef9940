package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Limit lets the file grow by no more than so many pages.
func (db *DB) Limit(ctx context.Context, pages int) error {
	var has int
	if err := db.write.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&has); err != nil {
		return err
	}
	_, err := db.write.ExecContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, has+pages))
	return err
}

// Reading runs do in one transaction of a reader.
func (db *DB) Reading(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return do(tx)
}

// ClaimQueries are those that a claim asks of what waits, and of what left.
var ClaimQueries = []string{dueNotices, sentTo, sentInAll}

// Plans are the steps of every statement that the writer has kept, by its text, but for
// those of migrations.
func (db *DB) Plans(ctx context.Context) (map[string][]string, error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	var texts []string
	if err := conn.Raw(func(c any) error {
		texts = slices.Collect(maps.Keys(c.(*kept).statements))
		return nil
	}); err != nil {
		return nil, err
	}
	plans := map[string][]string{}
	for _, text := range texts {
		if strings.HasSuffix(text, ";") {
			continue // a migration's, whose tables may be gone
		}
		plans[text], err = collect(ctx, conn, func(r row) (step string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &step)
			return step, err
		}, "EXPLAIN QUERY PLAN "+text, make([]any, 500)...)
		if err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// PutNotice queues a notice that is about no case.
func (db *DB) PutNotice(ctx context.Context, n *desk.Notice) error {
	return db.transact(ctx, func(tx *transaction) error { return insertNotice(ctx, tx, n, 0, 0) })
}

// LimitPages bounds the size of the file, as a full disk does.
func LimitPages(ctx context.Context, db *DB, pages int) error {
	var now int
	return db.write.QueryRowContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&now)
}

// Synchronous is how the writer commits: 2 where each commit is synced.
func (db *DB) Synchronous(ctx context.Context) (level int, err error) {
	err = db.write.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&level)
	return level, err
}
