package store

import (
	"context"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Herald writes the notice that tells a student of a release, nil where they can
// be told nothing. A nil Herald tells nobody.
type Herald func(desk.Release) (*desk.Notice, error)

// releaseRegistered moves what waits for a registration that has come to the
// queue of its format, and tells its author. A mail that was not filed yet goes
// to that queue's folder; one that was stays where it is.
func (db *DB) releaseRegistered(ctx context.Context, tx *transaction, tell Herald) (released int, err error) {
	const where = ` WHERE c.state = ? AND c.address IN (SELECT address FROM author_addresses) ORDER BY c.id`
	waiting, err := collect(ctx, tx, scanCase, caseColumns+where, desk.AwaitingRegistration)
	for i := range waiting {
		if err == nil {
			err = db.release(ctx, tx, &waiting[i], tell)
		}
	}
	return len(waiting), err
}

func (db *DB) release(ctx context.Context, tx *transaction, c *desk.Case, tell Herald) error {
	was := c.State
	next, err := desk.NextSubmission(was, desk.ActRegister)
	if err != nil {
		return err
	}
	c.State, c.Queue = next, desk.Queue(c.Format)
	change := &desk.Change{Case: c, CaseWas: was, Events: []desk.Event{{
		Type: "released", Detail: map[string]string{"queue": string(c.Queue), "state": string(c.State)},
	}}}
	if tell != nil {
		n, err := db.heralded(ctx, tx, *c, tell)
		if err != nil {
			return err
		}
		if n != nil {
			change.Notices = []*desk.Notice{n}
		}
	}
	const refile = `UPDATE filings SET queue = ? WHERE queue = ? AND filed_at IS NULL AND mail_id IN (SELECT id FROM mails WHERE case_id = ?)`
	if _, err := tx.ExecContext(ctx, refile, c.Queue, desk.QueueRegistration, c.ID); err != nil {
		return err
	}
	return db.apply(ctx, tx, change, db.now())
}

// heralded is the notice of a release.
func (db *DB) heralded(ctx context.Context, tx *transaction, c desk.Case, tell Herald) (*desk.Notice, error) {
	r := desk.Release{Case: c}
	const query = `SELECT (SELECT mailbox FROM mails WHERE case_id = ?1 ORDER BY id DESC LIMIT 1),
		(SELECT bytes FROM notices WHERE case_id = ?1 AND recipient = ?2 ORDER BY id DESC LIMIT 1)`
	if err := tx.QueryRowContext(ctx, query, c.ID, c.Address).Scan(&r.Mailbox, &r.Last); err != nil {
		return nil, err
	}
	return tell(r)
}
