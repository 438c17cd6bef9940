package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// LastReconciled is the last comparison of a mailbox with its server; desk.ErrNotFound
// before the first.
func (db *DB) LastReconciled(ctx context.Context, mailbox string) (r desk.Reconciliation, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT found FROM reconciliations WHERE mailbox = ?`, mailbox).Scan(inJSON{&r})
	if errors.Is(err, sql.ErrNoRows) {
		return r, desk.ErrNotFound
	}
	return r, err
}

// Tallied counts the mails on record under a UIDVALIDITY, and gives their lowest UID.
func (db *DB) Tallied(ctx context.Context, mailbox string, uidValidity uint32) (n int, lowest uint32, err error) {
	const query = `SELECT count(*), coalesce(min(uid), 0) FROM mails WHERE mailbox = ? AND uidvalidity = ?`
	err = db.read.QueryRowContext(ctx, query, mailbox, uidValidity).Scan(&n, &lowest)
	return n, lowest, err
}

// FiledOf lists the filings that are done, among UIDs of the watched folder.
func (db *DB) FiledOf(ctx context.Context, mailbox string, uidValidity uint32, uids []uint32) ([]desk.Filing, error) {
	const query = `SELECT id, uidvalidity, uid, queue, to_uidvalidity, to_uid FROM filings
		WHERE mailbox = ? AND uidvalidity = ? AND uid IN (SELECT value FROM json_each(?)) AND filed_at IS NOT NULL ORDER BY uid`
	return collect(ctx, db.read, scanFiled, query, mailbox, uidValidity, toJSON(uids))
}

// FiledIn lists where mails stand that were moved to the folder of a queue, as far as
// the server told. Those that were deleted, as promised, are left out.
func (db *DB) FiledIn(ctx context.Context, mailbox string, queue desk.Queue) ([]desk.Filing, error) {
	const query = `SELECT f.id, f.uidvalidity, f.uid, f.queue, f.to_uidvalidity, f.to_uid FROM filings f
		LEFT JOIN erasures e USING (mail_id)
		WHERE f.mailbox = ? AND f.queue = ? AND f.filed_at IS NOT NULL AND f.to_uid <> 0 AND e.removed_at IS NULL ORDER BY f.to_uid`
	return collect(ctx, db.read, scanFiled, query, mailbox, queue)
}

func scanFiled(r row) (f desk.Filing, err error) {
	err = r.Scan(&f.ID, &f.UIDValidity, &f.UID, &f.Queue, &f.ToUIDValidity, &f.ToUID)
	return f, err
}

// Missed lists the UIDs that a comparison ordered to be taken, and that were not yet.
func (db *DB) Missed(ctx context.Context, mailbox string, uidValidity uint32) ([]uint32, error) {
	const query = `SELECT uid FROM missed WHERE mailbox = ?1 AND uidvalidity = ?2
		AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.mailbox = ?1 AND m.uidvalidity = ?2 AND m.uid = missed.uid) ORDER BY uid`
	return collect(ctx, db.read, func(r row) (uid uint32, err error) {
		err = r.Scan(&uid)
		return uid, err
	}, query, mailbox, uidValidity)
}

// Reconcile records a comparison, and orders the mails that were passed over to be
// taken and the filings to be carried out again. What an earlier one ordered, and is
// not there any more, goes.
func (db *DB) Reconcile(ctx context.Context, r desk.Reconciliation, missed []uint32, again []desk.Filing) error {
	found, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return db.transact(ctx, func(tx *transaction) error {
		const record = `INSERT INTO reconciliations (mailbox, found) VALUES (?, ?) ON CONFLICT (mailbox) DO UPDATE SET found = excluded.found`
		if _, err := tx.ExecContext(ctx, record, r.Mailbox, string(found)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM missed WHERE mailbox = ?`, r.Mailbox); err != nil {
			return err
		}
		for _, uid := range missed {
			const order = `INSERT INTO missed (mailbox, uidvalidity, uid) VALUES (?, ?, ?)`
			if _, err := tx.ExecContext(ctx, order, r.Mailbox, r.UIDValidity, uid); err != nil {
				return err
			}
		}
		for _, f := range again {
			// Its copy may stand where the log says that it was moved to.
			const reopen = `UPDATE filings SET filed_at = NULL, stands = '', copying = 1 WHERE id = ? AND filed_at IS NOT NULL`
			if _, err := tx.ExecContext(ctx, reopen, f.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
