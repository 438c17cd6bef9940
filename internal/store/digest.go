package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// DigestSlot says which slot of an editor's digest was seen to last, and when
// the last digest was written; zero times before the first.
func (db *DB) DigestSlot(ctx context.Context, editor string) (slot, sent time.Time, err error) {
	const query = `SELECT slot_at, sent_at FROM digests WHERE editor = ?`
	err = db.read.QueryRowContext(ctx, query, editor).Scan(moment{&slot}, moment{&sent})
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return slot, sent, err
}

// CloseSlot marks an editor's slot as seen to and, in the same transaction,
// queues the digest, unless it is nil because nothing waits.
func (db *DB) CloseSlot(ctx context.Context, editor string, slot time.Time, digest *desk.Notice) error {
	const query = `INSERT INTO digests (editor, slot_at, sent_at) VALUES (?1, ?2, ?3)
		ON CONFLICT (editor) DO UPDATE SET slot_at = max(slot_at, ?2), sent_at = max(sent_at, ?3)`
	return db.transact(ctx, func(tx *transaction) error {
		var sent time.Time
		if digest != nil {
			sent = digest.At
			if err := insertNotice(ctx, tx, digest, 0, 0); err != nil {
				return err
			}
			event := desk.Event{At: sent, Type: "digest", Person: editor}
			if err := db.append(ctx, tx, event); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, query, editor, millis(slot), millis(sent))
		return err
	})
}
