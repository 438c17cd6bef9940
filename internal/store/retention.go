package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// atOnce is how many cases, or mails, one round of Expire takes: a mail that
// arrives meanwhile waits for one round at most.
const atOnce = 200

// Expire has forgotten what a mailbox kept for as long as its rules let it: cases
// that are decided, with their mails, mails that belong to none, and what the digests
// said, which names people. EraseDue deletes
// the mails' content after it. Nothing is touched that somebody still waits for: an
// open case or request, a notice that has not left. It says how many mails expired.
func (db *DB) Expire(ctx context.Context, mailbox string, keep desk.Retention) (mails int, err error) {
	for _, kept := range []struct {
		delay time.Duration
		some  func(context.Context, *transaction, string, time.Time) (cases, mails int, err error)
	}{
		{keep.Texts, db.expireTexts},
		{keep.Requests, db.expireRequests},
		{keep.Mails, db.expireOthers},
		{keep.Mails, db.expireLoose},
		{keep.Mails, db.expireDigests},
	} {
		for more := kept.delay > 0; more; {
			var cases, some int
			err = db.transact(ctx, func(tx *transaction) (err error) {
				cases, some, err = kept.some(ctx, tx, mailbox, db.now().Add(-kept.delay))
				return err
			})
			if err != nil {
				return mails, err
			}
			mails += some
			more = cases == atOnce
		}
	}
	return mails, nil
}

// decidedBefore are the cases of a mailbox that were decided before ?2, nobody waits
// for and nothing was forgotten of. It is followed by what kind they are.
const decidedBefore = `SELECT c.id FROM cases c
	WHERE c.forgotten_at = 0 AND c.state IN ('closed', 'declined', 'published', 'withdrawn') AND c.changed_at <= ?2
		AND (SELECT m.mailbox FROM mails m WHERE m.case_id = c.id ORDER BY m.id LIMIT 1) = ?1
		AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = c.id AND n.state IN ('queued', 'held'))
		AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.is_open = 1 AND (r.case_id = c.id OR r.submission_id = c.id
			OR r.publication_id = (SELECT p.id FROM publications p WHERE p.case_id = c.id)
			OR r.mail_id IN (SELECT m.id FROM mails m WHERE m.case_id = c.id)))`

func (db *DB) expireTexts(ctx context.Context, tx *transaction, mailbox string, before time.Time) (cases, mails int, err error) {
	return db.expire(ctx, tx, decidedBefore+` AND c.kind = 'submission' ORDER BY c.changed_at LIMIT ?3`, mailbox, before)
}

func (db *DB) expireRequests(ctx context.Context, tx *transaction, mailbox string, before time.Time) (cases, mails int, err error) {
	return db.expire(ctx, tx, decidedBefore+` AND c.kind = 'withdrawal' ORDER BY c.changed_at LIMIT ?3`, mailbox, before)
}

func (db *DB) expireOthers(ctx context.Context, tx *transaction, mailbox string, before time.Time) (cases, mails int, err error) {
	return db.expire(ctx, tx, decidedBefore+` AND c.kind NOT IN ('submission', 'withdrawal') ORDER BY c.changed_at LIMIT ?3`, mailbox, before)
}

func (db *DB) expire(ctx context.Context, tx *transaction, which, mailbox string, before time.Time) (cases, mails int, err error) {
	ids, err := collect(ctx, tx, scanID, which, mailbox, millis(before), atOnce)
	for _, id := range ids {
		n, err := db.forgetCase(ctx, tx, id)
		if err != nil {
			return 0, 0, err
		}
		mails += n
	}
	return len(ids), mails, err
}

// expireLoose takes the mails that belong to no case.
func (db *DB) expireLoose(ctx context.Context, tx *transaction, mailbox string, before time.Time) (taken, mails int, err error) {
	const query = `INSERT INTO erasures (mail_id, due_at) SELECT m.id, ?4 FROM mails m LEFT JOIN erasures e ON e.mail_id = m.id
		WHERE m.mailbox = ?1 AND m.recorded_at <= ?2 AND m.case_id IS NULL AND e.mail_id IS NULL
			AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.mail_id = m.id AND n.state IN ('queued', 'held'))
			AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.mail_id = m.id)
		ORDER BY m.id LIMIT ?3`
	n, err := affected(tx.ExecContext(ctx, query, mailbox, millis(before), atOnce, millis(db.now())))
	return n, n, err
}

// expireDigests empties the digests that have left: they belong to no mail and no case.
func (db *DB) expireDigests(ctx context.Context, tx *transaction, mailbox string, before time.Time) (cases, mails int, err error) {
	_, err = tx.ExecContext(ctx, emptyDigests+` AND mailbox = ? AND at <= ?`, mailbox, millis(before))
	return 0, 0, err
}

const emptyDigests = `UPDATE notices SET bytes = x'' WHERE case_id IS NULL AND mail_id IS NULL AND state NOT IN ('queued', 'held') AND bytes <> x''`

// forgetCase deletes who a case is about and what it says, and has its mails erased.
// What stays: the reference, the format, how it was judged and decided, and when; the
// title and the name of what was published, which its publication keeps.
func (db *DB) forgetCase(ctx context.Context, tx *transaction, id int64) (mails int, err error) {
	now := db.now()
	for _, query := range []string{
		`UPDATE cases SET author = '', address = '', reason = json_remove(reason, '$.args'), forgotten_at = ?2,
			title = CASE WHEN state = 'published' THEN title ELSE '' END WHERE id = ?1`,
		`UPDATE versions SET file = '', author = '', address = '',
			title = CASE WHEN (SELECT state FROM cases WHERE id = ?1) = 'published' THEN title ELSE '' END WHERE case_id = ?1`,
		`UPDATE findings SET measured = '', file = '', place = '', message = '', repair = '' WHERE case_id = ?1`,
		`DELETE FROM sketch_keys WHERE case_id = ?1`,
		`DELETE FROM sketches WHERE case_id = ?1`,
		`UPDATE requests SET typed = '', asker = '', authentication = '', evidence = '', token_to = '', vouched = '' WHERE case_id = ?1`,
		`UPDATE objections SET address = '', text = '' WHERE request_id = ?1`,
		`UPDATE decisions SET motive = '' WHERE case_id = ?1`,
		`UPDATE approvals SET value = '' WHERE case_id = ?1`,
		`UPDATE notices SET bytes = x'', recipient = '', reply = '', bounce = '' WHERE case_id = ?1 AND state NOT IN ('queued', 'held')`,
	} {
		if _, err := tx.ExecContext(ctx, query, id, millis(now)); err != nil {
			return 0, err
		}
	}
	// A report that an answer came back holds the answer.
	const due = `INSERT INTO erasures (mail_id, due_at) SELECT id, ?2 FROM mails WHERE case_id = ?1
			UNION SELECT mail_id, ?2 FROM events WHERE case_id = ?1 AND type IN ('bounced', 'late') AND mail_id IN (SELECT id FROM mails WHERE case_id IS NULL)
		ON CONFLICT (mail_id) DO UPDATE SET due_at = min(due_at, excluded.due_at)`
	if mails, err = affected(tx.ExecContext(ctx, due, id, millis(now))); err != nil {
		return 0, err
	}
	return mails, db.append(ctx, tx, desk.Event{At: now, Type: "forgotten", CaseID: id})
}

func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func scanID(r row) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}
