package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// putReport writes what a mail reports of a notice of ours, and logs it: without the
// server's words, which may name people. The first Message-ID that is ours counts.
func (db *DB) putReport(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if e.Report == nil {
		return nil
	}
	for _, id := range e.Report.MessageIDs {
		const query = `SELECT id, kind, coalesce(case_id, 0), coalesce(mail_id, 0), state FROM notices WHERE message_id IN (?, ?)`
		var notice int64
		var kind string
		var state desk.NoticeState
		left := desk.Event{At: e.Mail.At, Type: "sent"}
		err := tx.QueryRowContext(ctx, query, id, hashedID(id)).Scan(&notice, &kind, &left.CaseID, &left.MailID, &state)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil || state == desk.NoticeBounced {
			return err
		}
		left.Detail = map[string]string{"notice": kind}
		if state != desk.NoticeSent && e.Report.Failed {
			err = db.append(ctx, tx, left)
		}
		if err != nil {
			return err
		}
		return db.report(ctx, tx, e, notice, desk.Event{CaseID: left.CaseID, Detail: left.Detail})
	}
	return nil
}

// report marks a notice as bounced, or notes that it is late. One that is not on record
// as sent left all the same, or else nobody could know its Message-ID: its sender died
// before it could say so, or the database is an older one.
func (db *DB) report(ctx context.Context, tx *transaction, e *desk.Entry, notice int64, event desk.Event) error {
	r := e.Report
	const late = `UPDATE notices SET bounce = ?2 WHERE id = ?1`
	const failed = `UPDATE notices SET bounce = ?2, state = ?3, failed_at = ?4, sent_at = coalesce(sent_at, ?4), lease_until = 0,
		bytes = CASE WHEN secret = 1 THEN x'' ELSE bytes END WHERE id = ?1`
	said := strings.TrimSpace(r.Words)
	if !strings.Contains(said, r.Status) {
		said = strings.TrimSpace(r.Status + " " + said)
	}
	var err error
	if event.Type = "late"; r.Failed {
		event.Type = "bounced"
		_, err = tx.ExecContext(ctx, failed, notice, said, desk.NoticeBounced, millis(e.Mail.At))
	} else {
		_, err = tx.ExecContext(ctx, late, notice, said)
	}
	if err != nil {
		return err
	}
	event.At, event.MailID, event.Detail["status"] = e.Mail.At, e.Mail.ID, r.Status
	return db.append(ctx, tx, event)
}

// Undelivered lists the notices about cases that were given up or came back in
// [since, until), oldest first; of some queues where any are named.
func (db *DB) Undelivered(ctx context.Context, since, until time.Time, queues ...desk.Queue) ([]desk.Undelivered, error) {
	const query = `SELECT c.reference, c.title, n.kind, n.recipient, n.state, n.reply, n.bounce, n.failed_at
		FROM notices n JOIN cases c ON c.id = n.case_id
		WHERE n.failed_at >= ?1 AND n.failed_at < ?2 AND (?3 = '[]' OR c.queue IN (SELECT value FROM json_each(?3)))
		ORDER BY n.failed_at, n.id`
	if queues == nil {
		queues = []desk.Queue{}
	}
	return collect(ctx, db.read, func(r row) (u desk.Undelivered, err error) {
		var state desk.NoticeState
		var reply, bounce string
		err = r.Scan(&u.Reference, &u.Title, &u.Kind, &u.Recipient, &state, &reply, &bounce, moment{&u.At})
		if u.Why = reply; state == desk.NoticeBounced {
			u.Why = bounce
		}
		return u, err
	}, query, millis(since), millis(until), toJSON(queues))
}
