package store

import (
	"context"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// late is what a transaction writes once, at its end, for all the mails that share it,
// and what it knows of the database meanwhile: it alone writes. To take it back with a
// savepoint, it is copied before and put in place again.
type late struct {
	chain   chain // the end of the log
	events  []linked
	counter counter
	reached place
	calm    calm
}

// linked is an event in its place in the log.
type linked struct {
	link
	prev, hash []byte
}

// counter is how far the references of a year are given.
type counter struct {
	prefix     string
	year, last int
	moved      bool // since it was last written
}

// place is how far a mailbox was read.
type place struct {
	mailbox          string
	uidValidity, uid uint32
	moved            bool // since it was last written
}

// calm is what hardly ever stands in the database, and need not be asked for each mail.
type calm struct {
	asked               bool
	troubled, restoring bool // there are troubles; there are recoveries
}

// settle writes what is due at the end of the transaction.
func (tx *transaction) settle(ctx context.Context) error {
	for _, write := range []func(context.Context) error{tx.settleEvents, tx.settleCounter, tx.settlePlace} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settleEvents writes the log up to its end: whatever names an event needs it before.
func (tx *transaction) settleEvents(ctx context.Context) error {
	const columns = `INSERT INTO events (id, at, type, mail_id, case_id, person, detail, prev, hash) VALUES `
	const row, atOnce = `(?, ?, ?, ?, ?, ?, ?, ?, ?)`, 20
	for len(tx.events) > 0 {
		some := tx.events[:min(len(tx.events), atOnce)]
		values := make([]any, 0, 9*len(some))
		for _, e := range some {
			values = append(values, e.ID, e.At, e.Type, e.MailID, e.CaseID, e.Person, e.Detail, e.prev, e.hash)
		}
		if _, err := tx.ExecContext(ctx, columns+row+strings.Repeat(", "+row, len(some)-1), values...); err != nil {
			return err
		}
		tx.events = tx.events[len(some):]
	}
	return nil
}

func (tx *transaction) settleCounter(ctx context.Context) error {
	const query = `INSERT INTO reference_counters (prefix, year, last) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET last = ?3`
	c := &tx.counter
	if !c.moved {
		return nil
	}
	c.moved = false
	_, err := tx.ExecContext(ctx, query, c.prefix, c.year, c.last)
	return err
}

func (tx *transaction) settlePlace(ctx context.Context) error {
	if !tx.reached.moved {
		return nil
	}
	tx.reached.moved = false
	return tx.advance(ctx, tx.reached)
}

// advance moves the position past a mail; a new UIDVALIDITY starts it afresh.
func (tx *transaction) advance(ctx context.Context, p place) error {
	const query = `INSERT INTO mailboxes (address, uidvalidity, last_uid, from_at, next_uid)
		VALUES (?1, ?2, ?3, 0, 0)
		ON CONFLICT (address) DO UPDATE SET uidvalidity = ?2,
			next_uid = CASE WHEN uidvalidity = ?2 THEN next_uid ELSE 0 END,
			last_uid = CASE WHEN uidvalidity = ?2 THEN max(last_uid, ?3) ELSE ?3 END`
	_, err := tx.ExecContext(ctx, query, p.mailbox, p.uidValidity, p.uid)
	return err
}

// reach moves the position past a mail: at once for the first of a mailbox, whose row
// the mails need, and for those after it at the end.
func (tx *transaction) reach(ctx context.Context, r desk.Received) error {
	p := place{mailbox: r.Mailbox, uidValidity: r.UIDValidity, uid: r.UID}
	if was := tx.reached; was.mailbox == p.mailbox && was.uidValidity == p.uidValidity {
		tx.reached.uid, tx.reached.moved = max(was.uid, p.uid), was.moved || p.uid > was.uid
		return nil
	}
	if err := tx.settlePlace(ctx); err != nil {
		return err
	}
	tx.reached = p
	return tx.advance(ctx, p)
}

// calmly asks once what hardly ever is.
func (tx *transaction) calmly(ctx context.Context) (calm, error) {
	if tx.calm.asked {
		return tx.calm, nil
	}
	c := calm{asked: true}
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM troubles), EXISTS (SELECT 1 FROM recoveries)`).Scan(&c.troubled, &c.restoring)
	if err == nil {
		tx.calm = c
	}
	return c, err
}
