package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Apply writes a change, wholly or not at all. It is desk.ErrMoved where the
// case, the publication or the request has left the state that the change starts
// from. It fills in the ids and the times.
func (db *DB) Apply(ctx context.Context, c *desk.Change) error {
	now := db.now()
	return db.transact(ctx, func(tx *transaction) error {
		hold, err := holdOverdue(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := db.apply(ctx, tx, c, now); err != nil {
			return err
		}
		return hold()
	})
}

func (db *DB) apply(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	for _, step := range []func(context.Context, *transaction, *desk.Change, time.Time) error{
		changeCase, changePublication, changeRequest, putObjection, putApproval, putDecision, changeNotices, db.changeEvents,
	} {
		if err := step(ctx, tx, c, now); err != nil {
			return err
		}
	}
	return nil
}

// openRequests opens the cases of the entry's new requests; the mail belongs to the
// first where it has no other case.
func openRequests(ctx context.Context, tx *transaction, e *desk.Entry) error {
	for _, c := range e.Changes {
		if c.Opens == nil {
			continue
		}
		if err := insertCase(ctx, tx, c.Opens, e.Mail.At); err != nil {
			return err
		}
		if e.Mail.CaseID == 0 {
			e.Mail.CaseID = c.Opens.ID
		}
	}
	return nil
}

// applyChanges applies what a mail changes, once the mail has its id.
func (db *DB) applyChanges(ctx context.Context, tx *transaction, e *desk.Entry) error {
	for _, c := range e.Changes {
		if c.Opens != nil {
			c.Request.CaseID, c.Request.MailID = c.Opens.ID, e.Mail.ID
			c.Request.OpenedAt, c.Request.ChangedAt = e.Mail.At, e.Mail.At
			if err := insertRequest(ctx, tx, c.Request); err != nil {
				return err
			}
			c.RequestWas = c.Request.State
		}
		if c.Objection != nil {
			c.Objection.MailID = e.Mail.ID
		}
		for i := range c.Events {
			c.Events[i].MailID = e.Mail.ID
		}
		if err := db.apply(ctx, tx, c, e.Mail.At); err != nil {
			return err
		}
	}
	return nil
}

// moved says whether an update that names the state before it found nothing.
func moved(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return desk.ErrMoved
}

func changeCase(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	if c.Case == nil || c.Case.ID == 0 {
		return nil
	}
	c.Case.ChangedAt = now
	const query = `UPDATE cases SET queue = ?, state = ?, reason = ?, changed_at = ? WHERE id = ? AND state = ?`
	return moved(tx.ExecContext(ctx, query, c.Case.Queue, c.Case.State, toJSON(c.Case.Reason), millis(now), c.Case.ID, c.CaseWas))
}

func changePublication(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	p := c.Publication
	if p == nil {
		return nil
	}
	p.ChangedAt = now
	if p.ID == 0 {
		return insertPublication(ctx, tx, p)
	}
	const query = `UPDATE publications SET state = ?, url = ?, page = ?, changed_at = ? WHERE id = ? AND state = ?`
	return moved(tx.ExecContext(ctx, query, p.State, p.URL, pageOf(p.URL), millis(now), p.ID, c.PublicationWas))
}

func changeRequest(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	r := c.Request
	if r == nil {
		return nil
	}
	r.ChangedAt = now
	const query = `UPDATE requests SET publication_id = ?, submission_id = ?, typed = ?, state = ?, is_open = ?, asker = ?, authentication = ?,
		evidence = ?, token_hash = ?, token_to = ?, token_until = ?, confirmed_at = ?, confirmed_by = ?, until_at = ?,
		vouched = ?, changed_at = ? WHERE case_id = ? AND state = ?`
	publication, submission := workIDs(r.Work)
	err := moved(tx.ExecContext(ctx, query, publication, submission, r.Typed, r.State, r.State.Open(), r.Asker, r.Authentication, r.Evidence,
		r.TokenHash, r.TokenTo, millis(r.TokenUntil), millis(r.ConfirmedAt), r.ConfirmedBy, millis(r.Until), r.Vouched, millis(now),
		r.CaseID, c.RequestWas))
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `UPDATE cases SET state = ?, changed_at = ? WHERE id = ?`, r.State.Case(), millis(now), r.CaseID); err != nil {
		return err
	}
	return putVouched(ctx, tx, c, now)
}

// putVouched adds the address that editors vouched for to those of its author,
// where that one is registered, once the delay is over in which the old address
// may object. An address that is somebody's stays theirs.
func putVouched(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	asking := c.Request.Asking()
	if c.RequestWas != desk.IdentityVouched || c.Request.Vouched == "" || !c.Request.Proved() || asking == nil || asking.AuthorID == 0 {
		return nil
	}
	const query = `INSERT INTO author_addresses (address, author_id, rank, added_at, added_by)
		VALUES (?1, ?2, (SELECT max(rank) + 1 FROM author_addresses WHERE author_id = ?2), ?3, 'editors') ON CONFLICT DO NOTHING`
	_, err := tx.ExecContext(ctx, query, c.Request.Vouched, asking.AuthorID, millis(now))
	return err
}

func putObjection(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	o := c.Objection
	if o == nil {
		return nil
	}
	o.At = now
	const query = `INSERT INTO objections (request_id, mail_id, address, at, text) VALUES (?, ?, ?, ?, ?)`
	_, err := tx.ExecContext(ctx, query, c.Request.CaseID, o.MailID, o.Address, millis(now), o.Text)
	return err
}

func putApproval(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	a := c.Approval
	if a == nil {
		return nil
	}
	a.At = now
	const query = `INSERT INTO approvals (at, case_id, publication_id, act, editor, value) VALUES (?, ?, ?, ?, ?, ?)`
	_, err := tx.ExecContext(ctx, query, millis(now), orNull(a.CaseID), orNull(a.PublicationID), a.Act, a.Editor, a.Value)
	return err
}

func putDecision(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	d := c.Decision
	if d == nil {
		return nil
	}
	d.At = now
	if c.Publication != nil {
		d.PublicationID = c.Publication.ID
	}
	const query = `INSERT INTO decisions (at, case_id, publication_id, act, editor, second, category, motive, public, undoes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`
	return tx.QueryRowContext(ctx, query, millis(now), orNull(d.CaseID), orNull(d.PublicationID), d.Act, d.Editor, d.Second,
		d.Category, d.Motive, d.Public, orNull(d.Undoes)).Scan(&d.ID)
}

func changeNotices(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	for _, n := range c.Notices {
		n.At = now
		if err := insertNotice(ctx, tx, n, caseOf(c), 0); err != nil {
			return fmt.Errorf("queueing a notice: %w", err)
		}
	}
	return nil
}

// changeEvents writes the log, and what the site is to be told under the number of
// the change's last event. The last says in which states the change leaves what it
// is about, so that the log alone tells them.
func (db *DB) changeEvents(ctx context.Context, tx *transaction, c *desk.Change, now time.Time) error {
	for i, e := range c.Events {
		if i == len(c.Events)-1 {
			e.Detail = db.leaves(c, e.Detail)
			if c.Publication != nil {
				seal, err := db.seal(ctx, tx, c.Publication.ID)
				if err != nil {
					return err
				}
				maps.Copy(e.Detail, seal)
			}
		}
		e.At = now
		if e.CaseID == 0 {
			e.CaseID = caseOf(c)
		}
		if err := db.append(ctx, tx, e); err != nil {
			return err
		}
	}
	if !c.Signals {
		return nil
	}
	if len(c.Events) == 0 {
		return errors.New("a change that is told has an event")
	}
	decision := int64(0)
	if c.Decision != nil {
		decision = c.Decision.ID
	}
	if err := tx.settleEvents(ctx); err != nil {
		return err
	}
	const query = `INSERT INTO signals (event_id, publication_id, decision_id, type, at, state, next_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5)`
	_, err := tx.ExecContext(ctx, query, tx.chain.id, c.Publication.ID, orNull(decision), c.Publication.State, millis(now), desk.NoticeQueued)
	return err
}

// What the last event of a change says of the states that it leaves, and of the
// decision behind it; Verify reads them back.
const (
	leftCase        = "submission" // the reference, then the state under leftCase+leftState
	leftPublication = "publication"
	leftRequest     = "request" // the number of its case
	leftState       = "_state"
	leftDecision    = "decision" // its number
	leftHash        = "decision_hash"
)

func (db *DB) leaves(c *desk.Change, detail map[string]string) map[string]string {
	left := maps.Clone(detail)
	if left == nil {
		left = map[string]string{}
	}
	if c.Case != nil {
		left[leftCase], left[leftCase+leftState] = string(c.Case.Reference), string(c.Case.State)
	}
	if c.Publication != nil {
		left[leftPublication], left[leftPublication+leftState] = string(c.Publication.Reference), string(c.Publication.State)
	}
	if c.Request != nil {
		left[leftRequest], left[leftRequest+leftState] = strconv.FormatInt(c.Request.CaseID, 10), string(c.Request.State)
	}
	if c.Decision != nil {
		left[leftDecision], left[leftHash] = strconv.FormatInt(c.Decision.ID, 10), db.decisionHash(*c.Decision)
	}
	return left
}

// decisionHash is the salted hash by which the log knows a decision: who decided
// what, why (the category), and what the site says. The private motive is left out:
// it may be erased.
func (db *DB) decisionHash(d desk.Decision) string {
	return db.pseudonym(toJSON([]string{string(d.Act), d.Editor, d.Second, d.Category, d.Public, strconv.FormatInt(d.Undoes, 10)}))
}

// caseOf is the case that a change is about: the request's, else the submission's.
func caseOf(c *desk.Change) int64 {
	switch {
	case c.Request != nil:
		return c.Request.CaseID
	case c.Case != nil:
		return c.Case.ID
	case c.Publication != nil:
		return c.Publication.CaseID
	}
	return 0
}
