package store

import (
	"context"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Watch says that a mailbox is watched from now on. It says whether the last watch
// ended without a word: what was in hand then has failed once more.
func (db *DB) Watch(ctx context.Context, mailbox string) (died bool, err error) {
	now := db.now()
	err = db.transact(ctx, func(tx *transaction) error {
		const stands = `SELECT EXISTS (SELECT 1 FROM watches WHERE mailbox = ?)`
		if err := tx.QueryRowContext(ctx, stands, mailbox).Scan(&died); err != nil {
			return err
		}
		for _, query := range []string{
			`DELETE FROM troubles WHERE mailbox = ?1 AND EXISTS (SELECT 1 FROM mails m WHERE m.mailbox = ?1
				AND m.uidvalidity = troubles.uidvalidity AND m.uid = troubles.uid)`,
			`UPDATE troubles SET failures = failures + 1, held = 0, at = ?2,
				reason = 'the desk ended while it had this mail in hand' WHERE mailbox = ?1 AND held = 1`,
			`INSERT INTO watches (mailbox, at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = ?2`,
		} {
			if _, err := tx.ExecContext(ctx, query, mailbox, millis(now)); err != nil {
				return err
			}
		}
		return nil
	})
	return died, err
}

// Unwatch says that the watch of a mailbox ended well.
func (db *DB) Unwatch(ctx context.Context, mailbox string) error {
	return db.transact(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, `UPDATE troubles SET held = 0 WHERE mailbox = ?`, mailbox); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM watches WHERE mailbox = ?`, mailbox)
		return err
	})
}

// Fail notes that a mail failed and why, and says how often it has by now.
func (db *DB) Fail(ctx context.Context, r desk.Received, why string) (failures int, err error) {
	const query = `INSERT INTO troubles (mailbox, uidvalidity, uid, failures, reason, held, at) VALUES (?, ?, ?, 1, ?, 0, ?)
		ON CONFLICT DO UPDATE SET failures = failures + 1, reason = excluded.reason, at = excluded.at RETURNING failures`
	err = db.transact(ctx, func(tx *transaction) error {
		return tx.QueryRowContext(ctx, query, r.Mailbox, r.UIDValidity, r.UID, why, millis(db.now())).Scan(&failures)
	})
	return failures, err
}

// Hold notes that a mail is in hand, and says how often it failed before.
func (db *DB) Hold(ctx context.Context, r desk.Received) (failures int, err error) {
	const query = `INSERT INTO troubles (mailbox, uidvalidity, uid, failures, reason, held, at) VALUES (?, ?, ?, 0, '', 1, ?)
		ON CONFLICT DO UPDATE SET held = 1 RETURNING failures`
	err = db.transact(ctx, func(tx *transaction) error {
		return tx.QueryRowContext(ctx, query, r.Mailbox, r.UIDValidity, r.UID, millis(db.now())).Scan(&failures)
	})
	return failures, err
}

// putTrouble forgets that a mail made trouble: it is recorded.
func putTrouble(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if calm, err := tx.calmly(ctx); err != nil || !calm.troubled {
		return err
	}
	const query = `DELETE FROM troubles WHERE mailbox = ? AND uidvalidity = ? AND uid = ?`
	_, err := tx.ExecContext(ctx, query, e.Received.Mailbox, e.Received.UIDValidity, e.Received.UID)
	return err
}

// Troubles lists the mails that failed and were not taken yet, oldest first.
func (db *DB) Troubles(ctx context.Context) ([]desk.Trouble, error) {
	const query = `SELECT mailbox, uidvalidity, uid, failures, reason, at FROM troubles WHERE failures > 0 ORDER BY at, uid`
	return collect(ctx, db.read, func(r row) (t desk.Trouble, err error) {
		err = r.Scan(&t.Mailbox, &t.UIDValidity, &t.UID, &t.Failures, &t.Reason, moment{&t.At})
		return t, err
	}, query)
}
