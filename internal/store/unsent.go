package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Unsent lists the notices that did not leave, of these states, oldest first and without
// their bytes.
func (db *DB) Unsent(ctx context.Context, states ...desk.NoticeState) ([]desk.Unsent, error) {
	const query = `SELECT n.id, n.kind, n.mailbox, n.recipient, n.message_id, n.at, n.state, n.attempts, n.reply, n.held, n.next_at,
		coalesce(c.reference, ''), coalesce(m.subject, '') FROM notices n LEFT JOIN cases c ON c.id = n.case_id LEFT JOIN mails m ON m.id = n.mail_id
		WHERE n.state IN (SELECT value FROM json_each(?)) ORDER BY n.id`
	return collect(ctx, db.read, func(r row) (u desk.Unsent, err error) {
		err = r.Scan(&u.ID, &u.Kind, &u.Mailbox, &u.Recipient, &u.MessageID, moment{&u.At}, &u.State, &u.Attempts, &u.Reply, &u.Held,
			moment{&u.Next}, &u.Reference, &u.Subject)
		return u, err
	}, query, toJSON(states))
}

// ReleaseHeld lets held notices leave; all or, where one is not held any more, none.
func (db *DB) ReleaseHeld(ctx context.Context, ids []int64) error {
	return db.settleHeld(ctx, ids, desk.NoticeQueued, "notice_released")
}

// DropHeld keeps held notices from ever leaving; all or, where one is not held any more,
// none. What one says is no longer kept where it was a secret.
func (db *DB) DropHeld(ctx context.Context, ids []int64) error {
	return db.settleHeld(ctx, ids, desk.NoticeDropped, "notice_dropped")
}

func (db *DB) settleHeld(ctx context.Context, ids []int64, state desk.NoticeState, event string) error {
	now := db.now()
	const query = `UPDATE notices SET state = ?2, next_at = ?3, attempts = 0,
			bytes = CASE WHEN secret = 1 AND ?2 = 'dropped' THEN x'' ELSE bytes END
		WHERE id = ?1 AND state = 'held' RETURNING coalesce(mail_id, 0), coalesce(case_id, 0), kind, recipient, held`
	return db.transact(ctx, func(tx *transaction) error {
		for _, id := range ids {
			e := desk.Event{At: now, Type: event}
			var kind, why string
			err := tx.QueryRowContext(ctx, query, id, state, millis(now)).Scan(&e.MailID, &e.CaseID, &kind, &e.Person, &why)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("notice %d: %w", id, desk.ErrNotHeld)
			}
			if err != nil {
				return err
			}
			e.Detail = map[string]string{"notice": kind, "held": why}
			if err := db.append(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}
