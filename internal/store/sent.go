package store

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// How many notices are copied at once, and how long after they left at most: a setting
// that is new does not fill a folder with years.
const (
	copiesAtOnce = 50
	copyWithin   = 30 * 24 * time.Hour
)

// DueCopies lists notices of a mailbox that left and have no copy in its folder of sent
// mail, oldest first. Those that bear a token have none ever, since whoever reads the
// mailbox could use it; nor have the answers to trials, which are to be forgotten.
func (db *DB) DueCopies(ctx context.Context, mailbox string) ([]desk.Sent, error) {
	const query = `SELECT id, message_id, bytes, sent_at FROM notices
		WHERE mailbox = ? AND sent_at > ? AND copied_at IS NULL AND secret = 0 AND bytes <> x''
			AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.mail_id = notices.mail_id)
		ORDER BY sent_at, id LIMIT ?`
	return collect(ctx, db.read, func(r row) (n desk.Sent, err error) {
		err = r.Scan(&n.ID, &n.MessageID, &n.Bytes, moment{&n.At})
		return n, err
	}, query, mailbox, millis(db.now().Add(-copyWithin)), copiesAtOnce)
}

// Copied marks notices as copied.
func (db *DB) Copied(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return db.transact(ctx, func(tx *transaction) error {
		const query = `UPDATE notices SET copied_at = ? WHERE id IN (SELECT value FROM json_each(?))`
		_, err := tx.ExecContext(ctx, query, millis(db.now()), toJSON(ids))
		return err
	})
}
