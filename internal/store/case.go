package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const caseColumns = `SELECT c.id, c.reference, c.kind, c.format, c.queue, c.state, c.verdict, c.reason,
	c.title, c.author, c.address, c.opened_at, c.changed_at,
	(SELECT count(*) FROM versions v WHERE v.case_id = c.id),
	coalesce((SELECT words FROM versions v WHERE v.case_id = c.id ORDER BY number DESC LIMIT 1), 0),
	coalesce((SELECT m.reason FROM mails m WHERE m.case_id = c.id AND m.ending = 'attached'
		AND m.id > coalesce((SELECT max(v.mail_id) FROM versions v WHERE v.case_id = c.id), 0)
		ORDER BY m.id DESC LIMIT 1), 'null'),
	coalesce((SELECT state FROM requests WHERE case_id = c.id), '')
	FROM cases c`

func scanCase(r row) (c desk.Case, err error) {
	err = r.Scan(&c.ID, &c.Reference, &c.Kind, &c.Format, &c.Queue, &c.State, &c.Verdict, inJSON{&c.Reason},
		&c.Title, &c.Author, &c.Address, moment{&c.OpenedAt}, moment{&c.ChangedAt}, &c.Versions,
		&c.Words, inJSON{&c.News}, &c.Request)
	return c, err
}

// Case finds a case by its reference; desk.ErrNotFound where there is none.
func (db *DB) Case(ctx context.Context, ref desk.Reference) (desk.Case, error) {
	c, err := scanCase(db.read.QueryRowContext(ctx, caseColumns+` WHERE c.reference = ?`, ref))
	if errors.Is(err, sql.ErrNoRows) {
		return c, desk.ErrNotFound
	}
	return c, err
}

// Waiting lists the cases of the queues that still wait for somebody, oldest first; no
// queue means every queue.
func (db *DB) Waiting(ctx context.Context, queues ...desk.Queue) ([]desk.Case, error) {
	const query = caseColumns + ` WHERE c.state NOT IN ('closed', 'declined', 'published', 'withdrawn')
		AND (?1 = '[]' OR c.queue IN (SELECT value FROM json_each(?1))) ORDER BY c.opened_at, c.id`
	if queues == nil {
		queues = []desk.Queue{}
	}
	return collect(ctx, db.read, scanCase, query, toJSON(queues))
}

// putCase opens the entry's case or changes it, and ties the mail to it.
func putCase(ctx context.Context, tx *transaction, e *desk.Entry) error {
	c := e.Case
	if c == nil {
		return nil
	}
	c.ChangedAt = e.Mail.At
	if c.ID != 0 {
		e.Mail.CaseID = c.ID
		const change = `UPDATE cases SET format = ?, queue = ?, state = ?, verdict = ?, reason = ?, title = ?, author = ?,
			changed_at = ? WHERE id = ?`
		_, err := tx.ExecContext(ctx, change, c.Format, c.Queue, c.State, c.Verdict, toJSON(c.Reason), c.Title, c.Author,
			millis(c.ChangedAt), c.ID)
		return err
	}
	err := insertCase(ctx, tx, c, e.Mail.At)
	e.Mail.CaseID = c.ID
	return err
}

func insertCase(ctx context.Context, tx *transaction, c *desk.Case, now time.Time) error {
	c.OpenedAt, c.ChangedAt = now, now
	const open = `INSERT INTO cases (reference, kind, format, queue, state, verdict, reason, title, author, address, opened_at, changed_at)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 WHERE NOT EXISTS (SELECT 1 FROM publications WHERE reference = ?1)`
	result, err := tx.ExecContext(ctx, open, c.Reference, c.Kind, c.Format, c.Queue, c.State, c.Verdict,
		toJSON(c.Reason), c.Title, c.Author, c.Address, millis(now))
	if n, err := affected(result, err); err != nil || n == 0 {
		// Taken by an import, between the reservation and now: the mail is taken again.
		return errors.Join(err, fmt.Errorf("the reference %s is a publication's", c.Reference))
	}
	return into(&c.ID)(result, err)
}

// putVersion adds the entry's version to its case, with its findings.
func putVersion(ctx context.Context, tx *transaction, e *desk.Entry) error {
	v := e.Version
	if v == nil {
		return nil
	}
	v.MailID, v.At = e.Mail.ID, e.Mail.At
	const last = `SELECT count(*) + 1 FROM versions WHERE case_id = ?`
	if err := tx.QueryRowContext(ctx, last, e.Case.ID).Scan(&v.Number); err != nil {
		return err
	}
	const query = `INSERT INTO versions (case_id, number, mail_id, at, format, verdict, rules_hash, file, type,
		sha256, title, author, language, words, words_total, sources, address)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	_, err := tx.ExecContext(ctx, query, e.Case.ID, v.Number, v.MailID, millis(v.At), v.Format, v.Verdict, v.RulesHash,
		v.File, v.Type, v.SHA256, v.Title, v.Author, v.Language, v.Words, v.WordsTotal, v.Sources, e.Case.Address)
	if err != nil {
		return err
	}
	return putFindings(ctx, tx, e.Case.ID, v)
}

// putFindings writes the findings of a version in one statement, which is kept for
// each number of them: a format has few.
func putFindings(ctx context.Context, tx *transaction, caseID int64, v *desk.Version) error {
	const columns = `INSERT INTO findings (case_id, version, rank, criterion, level, result, measured, limits,
		file, place, label, message, repair) VALUES `
	const row, atOnce = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, 50 // SQLite takes 32,766 values
	for from := 0; from < len(v.Findings); from += atOnce {
		some := v.Findings[from:min(from+atOnce, len(v.Findings))]
		values := make([]any, 0, 13*len(some))
		for i, f := range some {
			values = append(values, caseID, v.Number, from+i, f.Criterion, f.Level, f.Result, f.Measured,
				f.Limit, f.File, f.Where, f.Label, f.Message, f.Repair)
		}
		query := columns + row + strings.Repeat(", "+row, len(some)-1)
		if _, err := tx.ExecContext(ctx, query, values...); err != nil {
			return err
		}
	}
	return nil
}

// Versions lists the versions of a case with their findings, oldest first.
func (db *DB) Versions(ctx context.Context, caseID int64) ([]desk.Version, error) {
	return versions(ctx, db.read, caseID)
}

func versions(ctx context.Context, q querier, caseID int64) ([]desk.Version, error) {
	const query = `SELECT number, mail_id, at, format, verdict, rules_hash, file, type, sha256, title, author,
		language, words, words_total, sources FROM versions WHERE case_id = ? ORDER BY number`
	versions, err := collect(ctx, q, func(r row) (v desk.Version, err error) {
		err = r.Scan(&v.Number, &v.MailID, moment{&v.At}, &v.Format, &v.Verdict, &v.RulesHash, &v.File, &v.Type,
			&v.SHA256, &v.Title, &v.Author, &v.Language, &v.Words, &v.WordsTotal, &v.Sources)
		return v, err
	}, query, caseID)
	for i := range versions {
		if err == nil {
			versions[i].Findings, err = findings(ctx, q, caseID, versions[i].Number)
		}
	}
	return versions, err
}

func findings(ctx context.Context, q querier, caseID int64, version int) ([]desk.Finding, error) {
	const query = `SELECT criterion, level, result, measured, limits, file, place, label, message, repair
		FROM findings WHERE case_id = ? AND version = ? ORDER BY rank`
	return collect(ctx, q, func(r row) (f desk.Finding, err error) {
		err = r.Scan(&f.Criterion, &f.Level, &f.Result, &f.Measured, &f.Limit, &f.File, &f.Where, &f.Label,
			&f.Message, &f.Repair)
		return f, err
	}, query, caseID, version)
}
