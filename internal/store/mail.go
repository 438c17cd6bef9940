package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Lookup answers, in one read, what the desk must know of a mail before it
// decides.
func (db *DB) Lookup(ctx context.Context, q desk.Question) (k desk.Knowledge, err error) {
	defer db.notes(&err)
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
	return lookup(ctx, tx, q)
}

func lookup(ctx context.Context, tx querier, q desk.Question) (k desk.Knowledge, err error) {
	// Each asks an index, by its very condition where it is of some rows alone.
	const mails = `SELECT
		EXISTS (SELECT 1 FROM mails WHERE mailbox = ?1 AND uidvalidity = ?2 AND uid = ?3 AND id <> ?8),
		coalesce((SELECT min(id) FROM mails WHERE (sha256 = ?4 OR identity = ?5) AND id <> ?8
			AND (?9 = '[]' OR mailbox IN (SELECT value FROM json_each(?9)))), 0),
		EXISTS (SELECT 1 FROM mails WHERE message_id = ?6 AND message_id <> '' AND id <> ?8
			AND (?9 = '[]' OR mailbox IN (SELECT value FROM json_each(?9)))),
		EXISTS (SELECT 1 FROM author_addresses WHERE address = ?7) OR NOT EXISTS (SELECT 1 FROM authors),
		?10 <> '' AND ?7 <> '' AND EXISTS (SELECT 1 FROM versions WHERE sha256 = ?10 AND sha256 <> '' AND address = ?7)`
	var again bool // the sender's very text is here
	err = tx.QueryRowContext(ctx, mails, q.Received.Mailbox, q.Received.UIDValidity, q.Received.UID,
		q.SHA256[:], hashOrNull(q.Identity), q.MessageID, q.Address, q.Except, toJSON(append([]string{}, q.Among...)), q.Text,
	).Scan(&k.Recorded, &k.Repeats, &k.KnownMessageID, &k.Registered, &again)
	if err != nil || k.Recorded { // nothing is decided for a mail that is here
		return k, err
	}
	if k.Case, k.Recipient, err = answered(ctx, tx, q.Thread); err != nil {
		return k, err
	}
	if again {
		if k.Held, err = held(ctx, tx, q); err != nil {
			return k, err
		}
	}
	if k.Kin, err = kin(ctx, tx, q); err != nil {
		return k, err
	}
	if err = lookupRequest(ctx, tx, q.Thread, &k); err != nil {
		return k, err
	}
	return k, lookupWorks(ctx, tx, q.Wanted, q.Address, &k)
}

// answered finds the case of the last notice that a thread names, and to whom that
// notice went.
func answered(ctx context.Context, q querier, thread []string) (*desk.Case, string, error) {
	for i := len(thread) - 1; i >= 0; i-- {
		var id int64
		var recipient string
		const notice = `SELECT case_id, recipient FROM notices WHERE message_id IN (?, ?) AND case_id IS NOT NULL`
		err := q.QueryRowContext(ctx, notice, thread[i], hashedID(thread[i])).Scan(&id, &recipient)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		c, err := scanCase(q.QueryRowContext(ctx, caseColumns+` WHERE c.id = ?`, id))
		return &c, recipient, err
	}
	return nil, "", nil
}

// Reserve gives the next reference of a year, and never the same twice: a
// reference that is not used leaves a gap.
func (db *DB) Reserve(ctx context.Context, prefix string, year int) (ref desk.Reference, err error) {
	err = db.transact(ctx, func(tx *transaction) (err error) {
		ref, err = tx.reserve(ctx, prefix, year)
		return err
	})
	return ref, err
}

func (tx *transaction) reserve(ctx context.Context, prefix string, year int) (desk.Reference, error) {
	c := &tx.counter
	if c.prefix != prefix || c.year != year {
		if err := tx.settleCounter(ctx); err != nil {
			return "", err
		}
		const query = `SELECT coalesce((SELECT last FROM reference_counters WHERE prefix = ? AND year = ?), (SELECT max(floor) FROM restores), 0)`
		var last int
		if err := tx.QueryRowContext(ctx, query, prefix, year).Scan(&last); err != nil {
			return "", fmt.Errorf("reserving a reference: %w", err)
		}
		*c = counter{prefix: prefix, year: year, last: last}
	}
	c.last, c.moved = c.last+1, true
	return desk.NewReference(prefix, year, c.last), nil
}

// Record writes an entry, wholly or not at all, and moves the position past its
// mail. It fills in the ids and the time of the entry's rows.
func (db *DB) Record(ctx context.Context, e *desk.Entry) error {
	return db.transact(ctx, func(tx *transaction) error { return db.record(ctx, tx, e) })
}

func (db *DB) record(ctx context.Context, tx *transaction, e *desk.Entry) error {
	e.Mail.At = db.now()
	steps := []func(context.Context, *transaction, *desk.Entry) error{
		db.putRaw, putPosition, putTrouble, putCase, openRequests, putMail, putVersion, putSketch, putNotice, db.putReport, putFiling, putErasure,
		db.applyChanges, holdAnswers, db.putEvents,
	}
	if e.Retries != 0 {
		steps = []func(context.Context, *transaction, *desk.Entry) error{
			db.unpark, putCase, openRequests, retakeMail, db.retakeCase, putVersion, putSketch, putNotice, db.putReport, refile, putErasure,
			db.applyChanges, holdAnswers, db.putEvents,
		}
	}
	for _, step := range steps {
		if err := step(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func putPosition(ctx context.Context, tx *transaction, e *desk.Entry) error {
	return tx.reach(ctx, e.Received)
}

func putMail(ctx context.Context, tx *transaction, e *desk.Entry) error {
	const query = `INSERT INTO mails (mailbox, uidvalidity, uid, arrived_at, recorded_at, sha256, identity,
		message_id, from_name, from_address, subject, kind, format, automatic, reason, flags,
		authentication, refs, ending, case_id, repeats)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	r, m := e.Received, &e.Mail
	return into(&m.ID)(tx.ExecContext(ctx, query, r.Mailbox, r.UIDValidity, r.UID, millis(r.At), millis(m.At),
		m.SHA256[:], hashOrNull(m.Identity), m.MessageID, m.FromName, m.FromAddress, m.Subject,
		m.Kind, m.Format, m.Automatic, toJSON(m.Reason), toJSON(m.Flags), m.Authentication,
		toJSON(m.References), m.Ending, orNull(m.CaseID), orNull(m.Repeats)))
}

// putFiling orders the mail's move. A mail that comes again under another
// UIDVALIDITY, before its first move was made, takes that move over: the old
// position names nothing any more.
func putFiling(ctx context.Context, tx *transaction, e *desk.Entry) error {
	const takeOver = `UPDATE filings SET uidvalidity = ?1, uid = ?2
		WHERE mail_id = ?3 AND mailbox = ?4 AND uidvalidity <> ?1 AND filed_at IS NULL AND stands = ''`
	r := e.Received
	if e.Mail.Repeats != 0 {
		result, err := tx.ExecContext(ctx, takeOver, r.UIDValidity, r.UID, e.Mail.Repeats, r.Mailbox)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
	}
	const query = `INSERT INTO filings (mail_id, mailbox, uidvalidity, uid, queue) VALUES (?, ?, ?, ?, ?)`
	_, err := tx.ExecContext(ctx, query, e.Mail.ID, r.Mailbox, r.UIDValidity, r.UID, e.Queue)
	return err
}

func (db *DB) putEvents(ctx context.Context, tx *transaction, e *desk.Entry) error {
	for _, event := range e.Events {
		event.At, event.MailID, event.CaseID = e.Mail.At, e.Mail.ID, e.Mail.CaseID
		if err := db.append(ctx, tx, event); err != nil {
			return err
		}
	}
	if e.Wakes != 0 {
		const query = `UPDATE cases SET state = ?, changed_at = ? WHERE id = ?`
		if _, err := tx.ExecContext(ctx, query, desk.AwaitingEditor, millis(e.Mail.At), e.Wakes); err != nil {
			return err
		}
		asked := desk.Event{At: e.Mail.At, Type: "asked", MailID: e.Mail.ID, CaseID: e.Wakes, Detail: map[string]string{"state": string(desk.AwaitingEditor)}}
		if err := db.append(ctx, tx, asked); err != nil {
			return err
		}
	}
	if e.Closes == 0 {
		return nil
	}
	const query = `UPDATE cases SET state = ?, changed_at = ? WHERE id = ?`
	if _, err := tx.ExecContext(ctx, query, desk.Closed, millis(e.Mail.At), e.Closes); err != nil {
		return err
	}
	var by string
	const replacing = `SELECT reference FROM cases WHERE id = ?`
	if err := tx.QueryRowContext(ctx, replacing, e.Mail.CaseID).Scan(&by); err != nil {
		return err
	}
	return db.append(ctx, tx, desk.Event{
		At: e.Mail.At, Type: "closed", MailID: e.Mail.ID, CaseID: e.Closes,
		Detail: map[string]string{"replaced_by": by},
	})
}

func hashOrNull(hash [32]byte) any {
	if hash == [32]byte{} {
		return nil
	}
	return hash[:]
}

// Mails lists the mails of one case, oldest first.
func (db *DB) Mails(ctx context.Context, caseID int64) ([]desk.Mail, error) {
	return mailsWhere(ctx, db.read, `WHERE case_id = ? ORDER BY id`, caseID)
}

func mailsWhere(ctx context.Context, q querier, where string, args ...any) ([]desk.Mail, error) {
	const columns = `SELECT id, recorded_at, sha256, message_id, from_name, from_address, subject, kind, format,
		automatic, reason, flags, authentication, refs, ending, coalesce(case_id, 0), coalesce(repeats, 0)
		FROM mails `
	return collect(ctx, q, func(r row) (m desk.Mail, err error) {
		var sum []byte
		err = r.Scan(&m.ID, moment{&m.At}, &sum, &m.MessageID, &m.FromName, &m.FromAddress, &m.Subject,
			&m.Kind, &m.Format, &m.Automatic, inJSON{&m.Reason}, inJSON{&m.Flags}, &m.Authentication,
			inJSON{&m.References}, &m.Ending, &m.CaseID, &m.Repeats)
		copy(m.SHA256[:], sum)
		return m, err
	}, columns+where, args...)
}

// Tally counts the mails recorded in [since, until) by how they ended.
func (db *DB) Tally(ctx context.Context, since, until time.Time) (desk.Tally, error) {
	const query = `SELECT ending, count(*) FROM mails WHERE recorded_at >= ? AND recorded_at < ? GROUP BY ending`
	tally := desk.Tally{}
	_, err := collect(ctx, db.read, func(r row) (ending desk.Ending, err error) {
		var n int
		err = r.Scan(&ending, &n)
		tally[ending] = n
		return ending, err
	}, query, millis(since), millis(until))
	return tally, err
}
