package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Vitals says how much waits in the outbox and in the queues.
func (db *DB) Vitals(ctx context.Context) (v desk.Vitals, err error) {
	// What was sent, by far the most, is left out by the index notices_waiting.
	const outbox = `SELECT mailbox, state, count(*), min(at) FROM notices WHERE state <> 'sent' GROUP BY state, mailbox`
	v.Outbox, err = collect(ctx, db.read, func(r row) (w desk.Waits, err error) {
		err = r.Scan(&w.Mailbox, &w.State, &w.Count, moment{&w.Oldest})
		return w, err
	}, outbox)
	if err != nil {
		return v, err
	}
	v.Queues = map[desk.Queue]desk.Waits{}
	const queues = `SELECT queue, count(*), min(opened_at) FROM cases
		WHERE state <> 'closed' AND state NOT IN ('declined', 'published', 'withdrawn') GROUP BY queue`
	_, err = collect(ctx, db.read, func(r row) (q desk.Queue, err error) {
		var w desk.Waits
		err = r.Scan(&q, &w.Count, moment{&w.Oldest})
		v.Queues[q] = w
		return q, err
	}, queues)
	if err != nil {
		return v, err
	}
	if v.Parked, err = db.countParked(ctx); err != nil {
		return v, err
	}
	v.Failing, err = db.countFailing(ctx)
	return v, err
}

// Late is since when a notice has been due, and could have left: what waits for its cap
// is not late. Zero where none is.
func (o Outbox) Late(ctx context.Context, now time.Time) (since time.Time, err error) {
	left, err := o.leftInAll(ctx, o.DB.read, now)
	if err != nil {
		return since, err
	}
	const query = `SELECT min(next_at) FROM notices WHERE state = 'queued' AND mailbox = ? AND standing = ? AND next_at <= ?`
	for _, standing := range desk.Standings {
		if room, held := standing.Room(o.PerHourInAll, left); held && room == 0 {
			continue
		}
		for _, mailbox := range o.Mailboxes {
			var due time.Time
			if err := o.DB.read.QueryRowContext(ctx, query, mailbox, standing, millis(now)).Scan(moment{&due}); err != nil {
				return since, err
			}
			if !due.IsZero() && (since.IsZero() || due.Before(since)) {
				since = due
			}
		}
	}
	return since, nil
}

// Mark is the end of what is recorded now.
func (db *DB) Mark(ctx context.Context) (m desk.Mark, err error) {
	const query = `SELECT (SELECT coalesce(max(id), 0) FROM mails), (SELECT coalesce(max(id), 0) FROM events)`
	err = db.read.QueryRowContext(ctx, query).Scan(&m.Mail, &m.Event)
	return m, err
}

// News says what was recorded after a mark, all of one moment.
func (db *DB) News(ctx context.Context, since desk.Mark) (n desk.News, err error) {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
	const mark = `SELECT (SELECT coalesce(max(id), 0) FROM mails), (SELECT coalesce(max(id), 0) FROM events)`
	if err = tx.QueryRowContext(ctx, mark).Scan(&n.Mark.Mail, &n.Mark.Event); err != nil {
		return n, err
	}
	n.Mails, err = collect(ctx, tx, func(r row) (c desk.MailCount, err error) {
		err = r.Scan(&c.Kind, &c.Ending, &c.Count)
		return c, err
	}, `SELECT kind, ending, count(*) FROM mails WHERE id > ? GROUP BY kind, ending`, since.Mail)
	if err != nil {
		return n, err
	}
	n.Verdicts, err = collect(ctx, tx, func(r row) (c desk.VerdictCount, err error) {
		err = r.Scan(&c.Format, &c.Verdict, &c.Count)
		return c, err
	}, `SELECT v.format, v.verdict, count(*) FROM mails m JOIN versions v ON v.case_id = m.case_id AND v.mail_id = m.id
		WHERE m.id > ? GROUP BY v.format, v.verdict`, since.Mail)
	if err != nil {
		return n, err
	}
	n.Answers, err = collect(ctx, tx, func(r row) (a desk.AnswerTime, err error) {
		var ms int64
		err = r.Scan(&a.Kind, &ms)
		a.Took = time.Duration(ms) * time.Millisecond
		return a, err
	}, `SELECT m.kind, max(e.at - m.arrived_at, 0) FROM events e JOIN mails m ON m.id = e.mail_id
		WHERE e.id > ? AND e.type = 'sent'`, since.Event)
	return n, err
}

// Probe writes one row and waits until it is on the disk: an error says that nothing
// can be recorded now.
func (db *DB) Probe(ctx context.Context) error {
	return db.transact(ctx, func(tx *transaction) error {
		const query = `INSERT INTO probes (name, at) VALUES ('desk', ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at`
		_, err := tx.ExecContext(ctx, query, millis(db.now()))
		return err
	})
}

// FileSize is how many bytes a database takes on its disk, with what is not yet in its place.
func FileSize(path string) (size int64) {
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	return size
}
