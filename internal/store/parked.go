package store

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const parkedColumns = `SELECT m.id, c.id, c.reference, m.mailbox, m.uidvalidity, m.uid, m.arrived_at, m.recorded_at, m.from_address,
	m.subject, m.reason, r.size FROM mails m JOIN cases c ON c.id = m.case_id JOIN raws r USING (sha256)
	WHERE m.ending = 'parked' AND c.state <> 'closed' AND m.id NOT IN (SELECT mail_id FROM parkings)`

// Parked lists the parked mails that neither the operator nor the editors are done
// with, oldest first.
func (db *DB) Parked(ctx context.Context) ([]desk.ParkedMail, error) {
	return collect(ctx, db.read, scanParked, parkedColumns+` ORDER BY m.id`)
}

// ParkedMail gives one of them with its bytes; desk.ErrNotFound where there is none
// of that reference.
func (db *DB) ParkedMail(ctx context.Context, ref desk.Reference) (p desk.ParkedMail, err error) {
	found, err := collect(ctx, db.read, scanParked, parkedColumns+` AND c.reference = ?`, ref)
	if err != nil {
		return p, err
	}
	if len(found) == 0 {
		return p, desk.ErrNotFound
	}
	p = found[0]
	p.Received.Raw, err = db.Raw(ctx, p.MailID)
	return p, err
}

func scanParked(r row) (p desk.ParkedMail, err error) {
	err = r.Scan(&p.MailID, &p.CaseID, &p.Reference, &p.Received.Mailbox, &p.Received.UIDValidity, &p.Received.UID, moment{&p.Received.At},
		moment{&p.At}, &p.From, &p.Subject, inJSON{&p.Reason}, &p.Size)
	return p, err
}

func (db *DB) countParked(ctx context.Context) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM (`+parkedColumns+`)`).Scan(&n)
	return n, storage(err)
}

// countFailing counts those of them that were parked by a fault of the desk.
func (db *DB) countFailing(ctx context.Context) (n int, err error) {
	const query = `SELECT count(*) FROM (` + parkedColumns + `) WHERE json_extract(reason, '$.code') = 'fault'`
	err = db.read.QueryRowContext(ctx, query).Scan(&n)
	return n, storage(err)
}

// Release says that the operator is done with a parked mail: it stays in the editors'
// queue as it is. It is desk.ErrMoved where somebody was faster.
func (db *DB) Release(ctx context.Context, p desk.ParkedMail) error {
	now := db.now()
	return db.transact(ctx, func(tx *transaction) error {
		if err := settleParked(ctx, tx, p.MailID, "released", now); err != nil {
			return err
		}
		return db.append(ctx, tx, desk.Event{At: now, Type: "parked_released", MailID: p.MailID, CaseID: p.CaseID})
	})
}

func settleParked(ctx context.Context, tx *transaction, mailID int64, how string, now time.Time) error {
	const query = `INSERT INTO parkings (mail_id, settled_at, how) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	return moved(tx.ExecContext(ctx, query, mailID, millis(now), how))
}

// unpark begins to take a parked mail again.
func (db *DB) unpark(ctx context.Context, tx *transaction, e *desk.Entry) error {
	e.Mail.ID = e.Retries
	if err := settleParked(ctx, tx, e.Retries, "retried", e.Mail.At); err != nil {
		return err
	}
	retried := desk.Event{At: e.Mail.At, Type: "parked_retried", MailID: e.Retries}
	if err := tx.QueryRowContext(ctx, `SELECT case_id FROM mails WHERE id = ?`, e.Retries).Scan(&retried.CaseID); err != nil {
		return err
	}
	return db.append(ctx, tx, retried)
}

// retakeCase makes of the parked case what the mail turned out to be; where the mail
// belongs to another, or to none, it is closed.
func (db *DB) retakeCase(ctx context.Context, tx *transaction, e *desk.Entry) error {
	if err := tx.settleEvents(ctx); err != nil { // what unpark says is asked for
		return err
	}
	var parked int64
	const query = `SELECT case_id FROM events WHERE type = 'parked_retried' AND mail_id = ? ORDER BY id DESC LIMIT 1`
	if err := tx.QueryRowContext(ctx, query, e.Retries).Scan(&parked); err != nil {
		return err
	}
	if parked == e.Mail.CaseID && e.Case != nil {
		const become = `UPDATE cases SET kind = ?, address = ? WHERE id = ?`
		_, err := tx.ExecContext(ctx, become, e.Case.Kind, e.Case.Address, parked)
		return err
	}
	const end = `UPDATE cases SET state = ?, changed_at = ? WHERE id = ?`
	if _, err := tx.ExecContext(ctx, end, desk.Closed, millis(e.Mail.At), parked); err != nil {
		return err
	}
	return db.append(ctx, tx, desk.Event{At: e.Mail.At, Type: "closed", MailID: e.Retries, CaseID: parked})
}

// retakeMail says anew what the mail is. Its bytes, its position and when it came stay.
func retakeMail(ctx context.Context, tx *transaction, e *desk.Entry) error {
	m := &e.Mail
	const query = `UPDATE mails SET identity = ?, message_id = ?, from_name = ?, from_address = ?, subject = ?, kind = ?, format = ?,
		automatic = ?, reason = ?, flags = ?, authentication = ?, refs = ?, ending = ?, case_id = ?, repeats = ? WHERE id = ?`
	_, err := tx.ExecContext(ctx, query, hashOrNull(m.Identity), m.MessageID, m.FromName, m.FromAddress, m.Subject, m.Kind, m.Format,
		m.Automatic, toJSON(m.Reason), toJSON(m.Flags), m.Authentication, toJSON(m.References), m.Ending, orNull(m.CaseID),
		orNull(m.Repeats), m.ID)
	return err
}

// refile orders the mail's move to the folder where it belongs now: from the watched
// folder where it was not moved yet, else from that of the queue in which it was.
func refile(ctx context.Context, tx *transaction, e *desk.Entry) error {
	const query = `UPDATE filings SET stands = CASE WHEN filed_at IS NULL THEN stands ELSE queue END, queue = ?1, filed_at = NULL
		WHERE mail_id = ?2 AND queue <> ?1`
	_, err := tx.ExecContext(ctx, query, e.Queue, e.Retries)
	return err
}

// DueRefilings lists the mails of a mailbox that are to be moved from the folder of
// one queue to that of another.
func (db *DB) DueRefilings(ctx context.Context, mailbox string) ([]desk.Refiling, error) {
	const query = `SELECT f.id, f.queue, f.copying, m.id, f.stands, f.to_uidvalidity, f.to_uid, m.message_id, m.sha256, r.size
		FROM filings f JOIN mails m ON m.id = f.mail_id JOIN raws r ON r.sha256 = m.sha256
		WHERE f.mailbox = ? AND f.filed_at IS NULL AND f.stands <> '' ORDER BY f.id`
	return collect(ctx, db.read, func(r row) (f desk.Refiling, err error) {
		var sum []byte
		err = r.Scan(&f.ID, &f.Queue, &f.Copying, &f.Stands.MailID, &f.Stands.Queue, &f.Stands.UIDValidity, &f.Stands.UID,
			&f.Stands.MessageID, &sum, &f.Stands.Size)
		copy(f.Stands.SHA256[:], sum)
		return f, err
	}, query, mailbox)
}
