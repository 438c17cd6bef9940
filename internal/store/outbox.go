package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Outbox is the part of the outbox that one SMTP server sends: the notices of
// its mailboxes. To one address it lets PerHour answers go in any hour, and
// PerHourInAll to all together (desk.Standing); what is more waits.
type Outbox struct {
	DB           *DB
	Mailboxes    []string
	PerHour      int
	PerHourInAll int // 0 for no cap
}

// Exchange writes what became of letters that were claimed, and claims others, in one
// transaction: those that have been due longest, by their standing. If the sender
// dies, a claimed letter is due again once its lease ends, and nobody knows whether
// it left: the claim that follows is logged as a repeat. No letter means that
// nothing is due, or that what is has to wait for its cap.
//
// What is claimed is on the disk when it returns. Outcomes alone outlast the program,
// and a power cut once something else was synced (Sync): lost in one, a letter that
// left is claimed again, and logged.
func (o Outbox) Exchange(ctx context.Context, settled []desk.Settled, claim desk.Claim) (letters []desk.Letter, err error) {
	err = o.DB.transactUnsynced(ctx, func(tx *transaction) error {
		for _, s := range settled {
			if err := o.settle(ctx, tx, s); err != nil {
				return err
			}
		}
		if claim.Most == 0 {
			return nil
		}
		p := pick{Outbox: o, Claim: claim, tx: tx}
		if err := p.choose(ctx); err != nil {
			return err
		}
		letters, err = p.take(ctx)
		return err
	})
	if err != nil || len(letters) == 0 {
		return nil, err
	}
	return letters, o.DB.Sync()
}

// Sync puts the outcomes that were written on the disk.
func (o Outbox) Sync() error { return o.DB.Sync() }

// Claim is an exchange for one letter. desk.ErrNone where there is none.
func (o Outbox) Claim(ctx context.Context, now time.Time, lease time.Duration) (desk.Letter, error) {
	letters, err := o.Exchange(ctx, nil, desk.Claim{At: now, Lease: lease, Most: 1})
	switch {
	case err != nil:
		return desk.Letter{}, err
	case len(letters) == 0:
		return desk.Letter{}, desk.ErrNone
	}
	return letters[0], nil
}

// Settle is an exchange that claims nothing.
func (o Outbox) Settle(ctx context.Context, id int64, out desk.Outcome) error {
	_, err := o.Exchange(ctx, []desk.Settled{{ID: id, Outcome: out}}, desk.Claim{})
	return err
}

// settle writes what became of one try: sent, given up, or due again.
func (o Outbox) settle(ctx context.Context, tx *transaction, out desk.Settled) error {
	state, event, tried := desk.NoticeQueued, "", 1
	var sentAt, failedAt, next any
	switch {
	case out.Sent:
		state, event, sentAt = desk.NoticeSent, "sent", millis(out.At)
	case out.Permanent:
		state, event, failedAt = desk.NoticeFailed, "failed", millis(out.At)
	case out.Untried:
		tried = 0
	default:
		next = millis(out.Next)
	}
	// A bounce may be there before the outcome of a letter whose sender was slow.
	const query = `UPDATE notices SET state = CASE WHEN state = 'bounced' THEN state ELSE ?2 END, attempts = attempts + ?3, next_at = coalesce(?4, next_at), lease_until = 0,
			sent_at = coalesce(?5, sent_at), failed_at = coalesce(?6, failed_at), reply = coalesce(nullif(?7, ''), reply), in_doubt = ?8,
			bytes = CASE WHEN secret = 1 AND ?2 <> 'queued' THEN x'' ELSE bytes END
		WHERE id = ?1 RETURNING coalesce(mail_id, 0), coalesce(case_id, 0), kind, recipient`
	e := desk.Event{At: out.At, Type: event}
	var kind string
	err := tx.QueryRowContext(ctx, query, out.ID, state, tried, next, sentAt, failedAt, out.Reply, out.Unknown).
		Scan(&e.MailID, &e.CaseID, &kind, &e.Person)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it was taken off the record meanwhile
	}
	if err != nil || event == "" {
		return err
	}
	e.Detail = map[string]string{"notice": kind}
	return o.DB.append(ctx, tx, e)
}

// ReleaseLeases ends every lease: their sender is dead. It says how many letters
// were in its hands, each of which may have left.
func (db *DB) ReleaseLeases(ctx context.Context) (released int, err error) {
	const query = `UPDATE notices SET lease_until = 0, in_doubt = 1 WHERE lease_until <> 0`
	err = db.transact(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, query)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		released = int(n)
		return err
	})
	return released, err
}

// HeldBack counts the notices that wait only because their recipient got PerHour
// answers within the hour.
func (o Outbox) HeldBack(ctx context.Context) (n int, err error) {
	const query = `SELECT count(*) FROM notices WHERE state = 'queued' AND paced = 1
		AND mailbox IN (SELECT value FROM json_each(?))`
	err = o.DB.read.QueryRowContext(ctx, query, toJSON(o.Mailboxes)).Scan(&n)
	return n, err
}

// Capped counts the notices that are due and wait only because PerHourInAll answers
// left within the hour.
func (o Outbox) Capped(ctx context.Context, now time.Time) (capped int, err error) {
	left, err := o.leftInAll(ctx, o.DB.read, now)
	if err != nil {
		return 0, err
	}
	const query = `SELECT count(*) FROM notices WHERE state = 'queued' AND mailbox = ? AND standing = ? AND next_at <= ?`
	for _, standing := range desk.Standings {
		room, held := standing.Room(o.PerHourInAll, left)
		if !held || room > 0 {
			continue
		}
		for _, mailbox := range o.Mailboxes {
			var n int
			if err := o.DB.read.QueryRowContext(ctx, query, mailbox, standing, millis(now)).Scan(&n); err != nil {
				return 0, err
			}
			capped += n
		}
	}
	return capped, nil
}

// Queued counts the notices that have not left: held back, put off by the
// server, or in the hands of a sender.
func (o Outbox) Queued(ctx context.Context) (n int, err error) {
	const query = `SELECT count(*) FROM notices WHERE state = 'queued'
		AND mailbox IN (SELECT value FROM json_each(?))`
	err = o.DB.read.QueryRowContext(ctx, query, toJSON(o.Mailboxes)).Scan(&n)
	return n, err
}
