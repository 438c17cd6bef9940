package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// A mail may have been received at a second of the backup that it does not hold, by a
// clock that is not ours.
const clockDoubt = 24 * time.Hour

// Recovering says whether a backup was restored since the mailbox's folders were last
// searched, and from when on mails may be unknown; zero is from the first. The first time
// it is told the UID that the server will give next, it keeps it: mails below it may have
// been answered before.
//
// A backup may be younger than what it had come to: the desk was down for days when it was
// made. So the last mail that it holds of the mailbox counts, and where it holds none, all
// of them may be unknown; before the first look at a mailbox, none from before the backup.
func (db *DB) Recovering(ctx context.Context, mailbox string, uidValidity, uidNext uint32) (since time.Time, due bool, err error) {
	const query = `SELECT r.below_uid, min(b.backup_at, coalesce(
			(SELECT arrived_at FROM mails WHERE mailbox = r.mailbox AND recorded_at <= b.at ORDER BY id DESC LIMIT 1),
			(SELECT 0 FROM mailboxes WHERE address = r.mailbox), b.backup_at))
		FROM recoveries r JOIN restores b ON b.id = r.restore_id WHERE r.mailbox = ? AND r.searched_at IS NULL`
	var below uint32
	err = db.read.QueryRowContext(ctx, query, mailbox).Scan(&below, moment{&since})
	if errors.Is(err, sql.ErrNoRows) {
		return since, false, nil
	}
	if err == nil && below == 0 {
		err = db.transact(ctx, func(tx *transaction) error {
			const bound = `UPDATE recoveries SET uidvalidity = ?, below_uid = ? WHERE mailbox = ? AND below_uid = 0`
			_, err := tx.ExecContext(ctx, bound, uidValidity, max(uidNext, 1), mailbox)
			return err
		})
	}
	if !since.IsZero() {
		since = since.Add(-clockDoubt)
	}
	return since, err == nil, storage(err)
}

// Unknown says of which mails, that stand in a queue's folder, the ledger knows nothing,
// and remembers those: once they are taken in, their notices are held.
func (db *DB) Unknown(ctx context.Context, mailbox, folder string, sums [][32]byte) (unknown []bool, err error) {
	unknown = make([]bool, len(sums))
	const query = `INSERT INTO recovered (sha256, mailbox, folder, restore_id)
		SELECT ?1, ?2, ?3, (SELECT max(id) FROM restores) WHERE NOT EXISTS (SELECT 1 FROM mails WHERE sha256 = ?1)
		ON CONFLICT DO UPDATE SET folder = ?3`
	err = db.transact(ctx, func(tx *transaction) error {
		for i, sum := range sums {
			result, err := tx.ExecContext(ctx, query, sum[:], mailbox, folder)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			unknown[i] = n == 1
		}
		return nil
	})
	return unknown, err
}

// Recovered says that every folder of the mailbox was searched.
func (db *DB) Recovered(ctx context.Context, mailbox string) error {
	now := db.now()
	return db.transact(ctx, func(tx *transaction) error {
		var found string
		const query = `UPDATE recoveries SET searched_at = ? WHERE mailbox = ? AND searched_at IS NULL
			RETURNING (SELECT count(*) FROM recovered WHERE mailbox = recoveries.mailbox)`
		err := tx.QueryRowContext(ctx, query, millis(now), mailbox).Scan(&found)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return db.append(ctx, tx, desk.Event{At: now, Type: "recovered", Person: mailbox, Detail: map[string]string{"found": found}})
	})
}

// holdAnswers keeps what a mail has written from leaving, where it may have been answered
// before a restore.
func holdAnswers(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if !e.Writes() {
		return nil
	}
	if calm, err := tx.calmly(ctx); err != nil || !calm.restoring {
		return err
	}
	const query = `SELECT CASE WHEN EXISTS (SELECT 1 FROM recovered WHERE sha256 = ?4) THEN 'filed'
			WHEN below_uid = 0 OR uidvalidity = ?2 AND ?3 < below_uid THEN 'arrived' ELSE '' END
		FROM recoveries WHERE mailbox = ?1`
	var why desk.Doubt
	err := tx.QueryRowContext(ctx, query, e.Received.Mailbox, e.Received.UIDValidity, e.Received.UID, e.Mail.SHA256[:]).Scan(&why)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil, why == "":
		return err
	}
	if e.Notice != nil {
		if err := hold(ctx, tx, e.Notice, why); err != nil {
			return err
		}
	}
	for _, c := range e.Changes {
		for _, n := range c.Notices {
			if err := hold(ctx, tx, n, why); err != nil {
				return err
			}
		}
	}
	return nil
}

// holdOverdue keeps what time has written about a request from leaving, where its delay
// ended before a restore: that was told then. It is asked before the change is made, and
// what it gives is done after.
func holdOverdue(ctx context.Context, tx *transaction, c *desk.Change) (after func() error, err error) {
	if c.Request == nil || len(c.Notices) == 0 {
		return func() error { return nil }, nil
	}
	var overdue bool
	const query = `SELECT EXISTS (SELECT 1 FROM requests WHERE case_id = ? AND until_at <> 0
		AND until_at <= (SELECT max(at) FROM restores) AND changed_at <= (SELECT max(at) FROM restores))`
	err = tx.QueryRowContext(ctx, query, c.Request.CaseID).Scan(&overdue)
	return func() error {
		for _, n := range c.Notices {
			if !overdue {
				break
			}
			if err := hold(ctx, tx, n, desk.DoubtOverdue); err != nil {
				return err
			}
		}
		return nil
	}, err
}

func hold(ctx context.Context, tx *transaction, n *desk.Notice, why desk.Doubt) error {
	n.State, n.Held = desk.NoticeHeld, why
	_, err := tx.ExecContext(ctx, `UPDATE notices SET state = ?, held = ? WHERE id = ?`, n.State, n.Held, n.ID)
	return err
}
