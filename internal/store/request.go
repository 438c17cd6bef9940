package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// workIDs are the columns that name what a request is about.
func workIDs(w desk.Work) (publication, submission any) {
	if w.Publication != nil {
		publication = w.Publication.ID
	}
	if w.Submission != nil {
		submission = w.Submission.ID
	}
	return publication, submission
}

// askedIDs are the columns under which a request for a work may stand: one for a text
// that was published since stands under its submission until it is changed.
func askedIDs(w desk.Work) (publication, submission any) {
	publication, submission = workIDs(w)
	if w.Publication != nil {
		submission = orNull(w.Publication.CaseID)
	}
	return publication, submission
}

// insertRequest writes the request of an entry whose case and mail are written.
func insertRequest(ctx context.Context, tx *transaction, r *desk.Request) error {
	const query = `INSERT INTO requests (case_id, mail_id, publication_id, submission_id, typed, state, is_open, asker,
		authentication, evidence, token_hash, token_to, token_until, confirmed_at, confirmed_by, until_at, vouched, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	publication, submission := workIDs(r.Work)
	_, err := tx.ExecContext(ctx, query, r.CaseID, r.MailID, publication, submission, r.Typed, r.State, r.State.Open(), r.Asker,
		r.Authentication, r.Evidence, r.TokenHash, r.TokenTo, millis(r.TokenUntil), millis(r.ConfirmedAt), r.ConfirmedBy,
		millis(r.Until), r.Vouched, millis(r.ChangedAt))
	return err
}

const requestColumns = `SELECT r.case_id, c.reference, r.mail_id, coalesce(r.publication_id, 0), coalesce(r.submission_id, 0),
	r.typed, r.state, r.asker, r.authentication, r.evidence, r.token_hash, r.token_to, r.token_until, r.confirmed_at,
	r.confirmed_by, r.until_at, r.vouched, c.opened_at, r.changed_at FROM requests r JOIN cases c ON c.id = r.case_id`

// RequestByCase finds a request by the reference of its case.
func (db *DB) RequestByCase(ctx context.Context, ref desk.Reference) (desk.Request, error) {
	return oneRequest(ctx, db.read, ` WHERE c.reference = ?`, ref)
}

// OpenRequest finds the one request that is open for a work; desk.ErrNotFound
// where there is none.
func (db *DB) OpenRequest(ctx context.Context, w desk.Work) (desk.Request, error) {
	publication, submission := askedIDs(w)
	return oneRequest(ctx, db.read, ` WHERE r.is_open = 1 AND (r.publication_id = ?1 OR r.submission_id = ?2)`, publication, submission)
}

// RequestByToken finds the request that a token's hash belongs to.
func (db *DB) RequestByToken(ctx context.Context, hash string) (desk.Request, error) {
	return oneRequest(ctx, db.read, ` WHERE r.token_hash = ? AND r.token_hash <> ''`, hash)
}

// DueRequests lists the open requests whose delay or token is over, oldest first.
func (db *DB) DueRequests(ctx context.Context, now time.Time) ([]desk.Request, error) {
	const where = ` WHERE r.is_open = 1 AND (r.until_at <> 0 AND r.until_at <= ?1) ORDER BY r.until_at, r.case_id`
	return requestsWhere(ctx, db.read, where, millis(now))
}

func requestsWhere(ctx context.Context, q querier, where string, args ...any) ([]desk.Request, error) {
	found, err := collect(ctx, q, scanRequest, requestColumns+where, args...)
	for i := range found {
		if err == nil {
			err = complete(ctx, q, &found[i])
		}
	}
	return requestsOf(found), err
}

// requestRow is a request whose work is known by its ids alone.
type requestRow struct {
	desk.Request
	publication, submission int64
}

func requestsOf(rows []requestRow) (all []desk.Request) {
	for _, r := range rows {
		all = append(all, r.Request)
	}
	return all
}

func scanRequest(r row) (q requestRow, err error) {
	err = r.Scan(&q.CaseID, &q.Reference, &q.MailID, &q.publication, &q.submission, &q.Typed, &q.State, &q.Asker,
		&q.Authentication, &q.Evidence, &q.TokenHash, &q.TokenTo, moment{&q.TokenUntil}, moment{&q.ConfirmedAt},
		&q.ConfirmedBy, moment{&q.Until}, &q.Vouched, moment{&q.OpenedAt}, moment{&q.ChangedAt})
	return q, err
}

func oneRequest(ctx context.Context, q querier, where string, args ...any) (desk.Request, error) {
	r, err := scanRequest(q.QueryRowContext(ctx, requestColumns+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return desk.Request{}, desk.ErrNotFound
	}
	if err != nil {
		return desk.Request{}, err
	}
	err = complete(ctx, q, &r)
	return r.Request, err
}

// complete reads what a request is about, and who objected.
func complete(ctx context.Context, q querier, r *requestRow) error {
	if r.publication != 0 {
		p, err := onePublication(ctx, q, ` WHERE p.id = ?`, r.publication)
		if err != nil {
			return err
		}
		r.Work.Publication = &p
	}
	if r.submission != 0 {
		c, err := scanCase(q.QueryRowContext(ctx, caseColumns+` WHERE c.id = ?`, r.submission))
		if err != nil {
			return err
		}
		// It may have been published since it was asked for.
		if r.Work, err = workByReference(ctx, q, c.Reference); err != nil {
			return err
		}
	}
	const query = `SELECT address, mail_id, at, text FROM objections WHERE request_id = ? ORDER BY id`
	objections, err := collect(ctx, q, scanObjection, query, r.CaseID)
	r.Objections = objections
	return err
}

func scanObjection(r row) (o desk.Objection, err error) {
	err = r.Scan(&o.Address, &o.MailID, moment{&o.At}, &o.Text)
	return o, err
}

// Decisions lists what was decided on a case and its publication, oldest first.
func (db *DB) Decisions(ctx context.Context, caseID, publicationID int64) ([]desk.Decision, error) {
	const where = ` WHERE case_id = ?1 AND ?1 <> 0 OR publication_id = ?2 AND ?2 <> 0 ORDER BY id`
	return collect(ctx, db.read, scanDecision, decisionColumns+where, caseID, publicationID)
}

const decisionColumns = `SELECT id, at, coalesce(case_id, 0), coalesce(publication_id, 0), act, editor, second, category, motive,
	public, coalesce(undoes, 0) FROM decisions`

func scanDecision(r row) (d desk.Decision, err error) {
	err = r.Scan(&d.ID, moment{&d.At}, &d.CaseID, &d.PublicationID, &d.Act, &d.Editor, &d.Second, &d.Category, &d.Motive,
		&d.Public, &d.Undoes)
	return d, err
}

// Approvals lists the first editors' words for an act, oldest first.
func (db *DB) Approvals(ctx context.Context, act desk.Act, caseID, publicationID int64) ([]desk.Approval, error) {
	const query = `SELECT coalesce(case_id, 0), coalesce(publication_id, 0), act, editor, value, at FROM approvals
		WHERE act = ?1 AND (case_id = ?2 AND ?2 <> 0 OR publication_id = ?3 AND ?3 <> 0) ORDER BY id`
	return collect(ctx, db.read, func(r row) (a desk.Approval, err error) {
		err = r.Scan(&a.CaseID, &a.PublicationID, &a.Act, &a.Editor, &a.Value, moment{&a.At})
		return a, err
	}, query, act, caseID, publicationID)
}
