package store

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// putErasure notes when the mail's content is to be deleted. What repeats such a
// mail is its content too, and goes with it.
func putErasure(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if !e.ErasedAt.IsZero() {
		_, err := tx.ExecContext(ctx, `INSERT INTO erasures (mail_id, due_at) VALUES (?, ?)`, e.Mail.ID, millis(e.ErasedAt))
		return err
	}
	if e.Mail.Repeats == 0 {
		return nil
	}
	const query = `INSERT INTO erasures (mail_id, due_at) SELECT ?, due_at FROM erasures WHERE mail_id = ?`
	_, err := tx.ExecContext(ctx, query, e.Mail.ID, e.Mail.Repeats)
	return err
}

// EraseDue deletes the content of the mails that are to be forgotten: the raw
// bytes, who wrote it and under which subject, and what was answered. What stays is
// that a mail with this hash came at this position and how it ended. An answer that
// has not left yet stays until it has, and an hour longer, which the limit on
// answers an hour counts. It says how many mails it is done with.
func (db *DB) EraseDue(ctx context.Context) (done int, err error) {
	const query = `SELECT mail_id FROM erasures WHERE due_at <= ? AND erased_at IS NULL ORDER BY mail_id`
	now := db.now()
	due, err := collect(ctx, db.read, func(r row) (id int64, err error) {
		err = r.Scan(&id)
		return id, err
	}, query, millis(now))
	if err != nil || len(due) == 0 {
		return 0, err
	}
	err = db.transact(ctx, func(tx *transaction) error {
		for _, id := range due {
			erased, err := db.erase(ctx, tx, id, now)
			if err != nil {
				return err
			}
			if erased {
				done++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return done, db.settleLog(ctx)
}

// settleLog brings what was written to its place: until then what it overwrites
// still stands there, or in the write-ahead log.
func (db *DB) settleLog(ctx context.Context) error {
	_, err := db.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// erase deletes one mail's content and says whether nothing of it is left here. The
// Message-ID stays as long as the mail may have to be found by it in its folder.
func (db *DB) erase(ctx context.Context, tx *transaction, id int64, now time.Time) (done bool, err error) {
	const who = `UPDATE mails SET from_name = '', from_address = '', subject = '', flags = '[]', authentication = '', refs = '[]',
		reason = json_remove(reason, '$.args'),
		message_id = CASE WHEN EXISTS (SELECT 1 FROM filings f JOIN erasures e USING (mail_id)
			WHERE f.mail_id = ?1 AND e.removed_at IS NULL) THEN message_id ELSE '' END
		WHERE id = ?1`
	if _, err := tx.ExecContext(ctx, who, id); err != nil {
		return false, err
	}
	if err := eraseRaw(ctx, tx, id, now); err != nil {
		return false, err
	}
	const answer = `UPDATE notices SET bytes = x'', recipient = '', reply = '', bounce = '', state = CASE state WHEN 'held' THEN 'dropped' ELSE state END
		WHERE mail_id = ?1 AND state <> 'queued' AND coalesce(sent_at, 0) <= ?2 - 3600000`
	if _, err := tx.ExecContext(ctx, answer, id, millis(now)); err != nil {
		return false, err
	}
	const finish = `UPDATE erasures SET erased_at = ?2 WHERE mail_id = ?1
		AND NOT EXISTS (SELECT 1 FROM notices WHERE mail_id = ?1 AND recipient <> '')`
	result, err := tx.ExecContext(ctx, finish, id, millis(now))
	if err != nil {
		return false, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, db.append(ctx, tx, desk.Event{At: now, Type: "erased", MailID: id})
}

// DueRemovals lists the mails of a mailbox whose copy is to be deleted from the
// folder that they were moved to.
func (db *DB) DueRemovals(ctx context.Context, mailbox string) ([]desk.Removal, error) {
	const query = `SELECT m.id, f.queue, f.to_uidvalidity, f.to_uid, m.message_id, m.sha256, r.size
		FROM erasures e JOIN filings f USING (mail_id) JOIN mails m ON m.id = e.mail_id JOIN raws r ON r.sha256 = m.sha256
		WHERE e.due_at <= ? AND e.removed_at IS NULL AND f.mailbox = ? AND f.filed_at IS NOT NULL ORDER BY m.id`
	return collect(ctx, db.read, func(r row) (d desk.Removal, err error) {
		var sum []byte
		err = r.Scan(&d.MailID, &d.Queue, &d.UIDValidity, &d.UID, &d.MessageID, &sum, &d.Size)
		copy(d.SHA256[:], sum)
		return d, err
	}, query, millis(db.now()), mailbox)
}

// Removed marks removals as carried out.
func (db *DB) Removed(ctx context.Context, mailIDs []int64) error {
	now := db.now()
	err := db.transact(ctx, func(tx *transaction) error {
		for _, id := range mailIDs {
			const query = `UPDATE erasures SET removed_at = ? WHERE mail_id = ? AND removed_at IS NULL`
			result, err := tx.ExecContext(ctx, query, millis(now), id)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE mails SET message_id = '' WHERE id = ?`, id); err != nil {
				return err
			}
			if err := db.append(ctx, tx, desk.Event{At: now, Type: "removed", MailID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.settleLog(ctx)
}
