package store

import (
	"context"
	"database/sql"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// NoticeBytes gives a notice as it is kept: nothing once it is erased.
func (db *DB) NoticeBytes(ctx context.Context, id int64) (raw []byte, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT bytes FROM notices WHERE id = ?`, id).Scan(&raw)
	return raw, err
}

// ClaimQueries are those that a claim asks of what waits, and of what left.
var ClaimQueries = []string{dueNotices, sentTo, sentInAll}

// PutNotice queues a notice that is about no case.
func (db *DB) PutNotice(ctx context.Context, n *desk.Notice) error {
	return db.transact(ctx, func(tx *sql.Tx) error { return insertNotice(ctx, tx, n, 0, 0) })
}
