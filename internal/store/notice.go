package store

import (
	"context"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func putNotice(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if e.Notice == nil {
		return nil
	}
	e.Notice.At = e.Mail.At
	return insertNotice(ctx, tx, e.Notice, e.Mail.CaseID, e.Mail.ID)
}

func insertNotice(ctx context.Context, tx *transaction, n *desk.Notice, caseID, mailID int64) error {
	n.State = desk.NoticeQueued
	id := n.MessageID
	if n.Secret {
		id = hashedID(id)
	}
	const query = `INSERT INTO notices (kind, mailbox, case_id, mail_id, sender, recipient, message_id, bytes,
		at, state, next_at, secret, standing) VALUES (?, ?, ?, ?, ?, ?6, ?, ?, ?9, ?10, ?9, ?11, CASE
			WHEN ?12 IN (?13, ?14) AND EXISTS (SELECT 1 FROM author_addresses WHERE address = lower(?6)) THEN ?15
			ELSE ?12 END) RETURNING id, standing`
	return tx.QueryRowContext(ctx, query, n.Kind, n.Mailbox, orNull(caseID), orNull(mailID), n.Sender,
		n.Recipient, id, n.Bytes, millis(n.At), n.State, n.Secret, n.Standing,
		desk.StandingProved, desk.StandingOther, desk.StandingAuthor).Scan(&n.ID, &n.Standing)
}

// hashedID is how a Message-ID that is a token is kept.
func hashedID(id string) string { return "sha256:" + desk.TokenHash(id) }

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

// FailedNotices lists the notices that were given up, and those that came back.
func (db *DB) FailedNotices(ctx context.Context) ([]desk.Notice, error) {
	return noticesWhere(ctx, db.read, `WHERE failed_at IS NOT NULL OR state = 'failed' ORDER BY id`)
}

func noticesWhere(ctx context.Context, q querier, where string, args ...any) ([]desk.Notice, error) {
	const columns = `SELECT id, kind, mailbox, sender, recipient, message_id, at, standing, state, attempts, repeats,
		sent_at, failed_at, reply, bounce FROM notices `
	return collect(ctx, q, func(r row) (n desk.Notice, err error) {
		err = r.Scan(&n.ID, &n.Kind, &n.Mailbox, &n.Sender, &n.Recipient, &n.MessageID, moment{&n.At}, &n.Standing, &n.State,
			&n.Attempts, &n.Repeats, moment{&n.SentAt}, moment{&n.FailedAt}, &n.Reply, &n.Bounce)
		return n, err
	}, columns+where, args...)
}
