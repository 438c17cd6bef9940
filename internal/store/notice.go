package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func putNotice(ctx context.Context, tx *sql.Tx, e *desk.Entry) error {
	if e.Notice == nil {
		return nil
	}
	e.Notice.At = e.Mail.At
	return insertNotice(ctx, tx, e.Notice, e.Mail.CaseID, e.Mail.ID)
}

func insertNotice(ctx context.Context, tx *sql.Tx, n *desk.Notice, caseID, mailID int64) error {
	n.State = desk.NoticeQueued
	id := n.MessageID
	if n.Secret {
		id = hashedID(id)
	}
	const query = `INSERT INTO notices (kind, mailbox, case_id, mail_id, sender, recipient, message_id, bytes,
		at, state, next_at, secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?10, ?9, ?11) RETURNING id`
	return tx.QueryRowContext(ctx, query, n.Kind, n.Mailbox, orNull(caseID), orNull(mailID), n.Sender,
		n.Recipient, id, n.Bytes, millis(n.At), n.State, n.Secret).Scan(&n.ID)
}

// hashedID is how a Message-ID that is a token is kept.
func hashedID(id string) string { return "sha256:" + desk.TokenHash(id) }

// Outbox is the part of the outbox that one SMTP server sends: the notices of
// its mailboxes. To one address it lets PerHour go in any hour; what is more is
// held back until the hour is over.
type Outbox struct {
	DB        *DB
	Mailboxes []string
	PerHour   int
}

// room counts what went to the notice's recipient within the hour.
const room = `(SELECT count(*) FROM notices s WHERE s.recipient = n.recipient AND s.state = 'sent' AND s.sent_at > ?2)`

// Claim takes the notice that has been due longest, for the length of a lease:
// if the sender dies it is due again. desk.ErrNone where nothing is due.
func (o Outbox) Claim(ctx context.Context, now time.Time, lease time.Duration) (l desk.Letter, err error) {
	const query = `UPDATE notices SET lease_until = ?3 WHERE id = (
			SELECT n.id FROM notices n WHERE n.state = 'queued' AND n.next_at <= ?1 AND n.lease_until <= ?1
				AND n.mailbox IN (SELECT value FROM json_each(?4)) AND ` + room + ` < ?5
			ORDER BY n.next_at, n.id LIMIT 1)
		RETURNING id, message_id, sender, recipient, bytes, attempts`
	err = o.DB.transact(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, query, millis(now), millis(now.Add(-time.Hour)), millis(now.Add(lease)),
			toJSON(o.Mailboxes), o.PerHour,
		).Scan(&l.ID, &l.MessageID, &l.Sender, &l.Recipient, &l.Bytes, &l.Attempts)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return l, desk.ErrNone
	}
	return l, err
}

// Settle writes what became of one try: sent, given up, or due again.
func (o Outbox) Settle(ctx context.Context, id int64, out desk.Outcome) error {
	state, event, tried := desk.NoticeQueued, "", 1
	switch {
	case out.Sent:
		state, event = desk.NoticeSent, "sent"
	case out.Permanent:
		state, event = desk.NoticeFailed, "failed"
	case out.Untried:
		tried = 0
	}
	const query = `UPDATE notices SET state = ?2, attempts = attempts + ?3, next_at = ?4, lease_until = 0,
			sent_at = ?5, reply = ?6, bytes = CASE WHEN secret = 1 AND ?2 <> 'queued' THEN x'' ELSE bytes END WHERE id = ?1
		RETURNING coalesce(mail_id, 0), coalesce(case_id, 0), kind, recipient`
	return o.DB.transact(ctx, func(tx *sql.Tx) error {
		e := desk.Event{At: out.At, Type: event}
		var kind string
		sentAt := any(nil)
		if out.Sent {
			sentAt = millis(out.At)
		}
		err := tx.QueryRowContext(ctx, query, id, state, tried, millis(out.Next), sentAt, out.Reply).
			Scan(&e.MailID, &e.CaseID, &kind, &e.Person)
		if err != nil || event == "" {
			return err
		}
		e.Detail = map[string]string{"notice": kind}
		return o.DB.append(ctx, tx, e)
	})
}

// HeldBack counts the notices that are due and wait only because their
// recipient got PerHour mails within the hour.
func (o Outbox) HeldBack(ctx context.Context) (n int, err error) {
	const query = `SELECT count(*) FROM notices n WHERE n.state = 'queued' AND n.next_at <= ?1
		AND n.mailbox IN (SELECT value FROM json_each(?3)) AND ` + room + ` >= ?4`
	now := o.DB.now()
	err = o.DB.read.QueryRowContext(ctx, query, millis(now), millis(now.Add(-time.Hour)),
		toJSON(o.Mailboxes), o.PerHour).Scan(&n)
	return n, err
}

// Queued counts the notices that have not left: held back, put off by the
// server, or in the hands of a sender.
func (o Outbox) Queued(ctx context.Context) (n int, err error) {
	const query = `SELECT count(*) FROM notices WHERE state = 'queued'
		AND mailbox IN (SELECT value FROM json_each(?))`
	err = o.DB.read.QueryRowContext(ctx, query, toJSON(o.Mailboxes)).Scan(&n)
	return n, err
}

// Notices lists what was sent, or is to be, about a case, oldest first and
// without the bytes.
func (db *DB) Notices(ctx context.Context, caseID int64) ([]desk.Notice, error) {
	return noticesWhere(ctx, db.read, `WHERE case_id = ? ORDER BY id`, caseID)
}

// NoticeBytes is a notice as it is, or was, sent; empty where it was forgotten.
func (db *DB) NoticeBytes(ctx context.Context, id int64) (raw []byte, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT bytes FROM notices WHERE id = ?`, id).Scan(&raw)
	return raw, err
}

// FailedNotices lists the notices that were given up.
func (db *DB) FailedNotices(ctx context.Context) ([]desk.Notice, error) {
	return noticesWhere(ctx, db.read, `WHERE state = 'failed' ORDER BY id`)
}

func noticesWhere(ctx context.Context, q querier, where string, args ...any) ([]desk.Notice, error) {
	const columns = `SELECT id, kind, mailbox, sender, recipient, message_id, at, state, attempts, sent_at, reply
		FROM notices `
	return collect(ctx, q, func(r row) (n desk.Notice, err error) {
		err = r.Scan(&n.ID, &n.Kind, &n.Mailbox, &n.Sender, &n.Recipient, &n.MessageID, moment{&n.At}, &n.State,
			&n.Attempts, moment{&n.SentAt}, &n.Reply)
		return n, err
	}, columns+where, args...)
}
