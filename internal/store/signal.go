package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// PublicationChanges lists what the site was or will be told of a publication, in
// the order of the log. A change that it was told of again stands once, where it was
// told last.
func (db *DB) PublicationChanges(ctx context.Context, publication int64) ([]desk.PublicationChange, error) {
	const query = `SELECT s.event_id, s.at, s.type, coalesce(d.act, ''), coalesce(d.category, ''), coalesce(d.public, '')
		FROM signals s LEFT JOIN decisions d ON d.id = s.decision_id WHERE s.publication_id = ?1
			AND s.event_id = (SELECT max(t.event_id) FROM signals t WHERE t.publication_id = ?1 AND t.type = s.type AND t.at = s.at)
		ORDER BY s.event_id`
	return collect(ctx, db.read, func(r row) (c desk.PublicationChange, err error) {
		err = r.Scan(&c.Event, moment{&c.At}, &c.State, &c.Act, &c.Category, &c.Public)
		return c, err
	}, query, publication)
}

// Signals is what the site is to be told: one signal for each change of a
// publication, in the order of the log for each publication.
type Signals struct{ DB *DB }

// Claim takes the signal that has been due longest, for the length of a lease: if
// who claims it dies it is due again. A signal waits for those before it of its
// publication. desk.ErrNone where nothing is due.
func (s Signals) Claim(ctx context.Context, now time.Time, lease time.Duration) (g desk.Signal, err error) {
	const query = `UPDATE signals SET next_at = ?2 WHERE event_id = (
			SELECT g.event_id FROM signals g WHERE g.state = 'queued' AND g.next_at <= ?1 AND NOT EXISTS (
				SELECT 1 FROM signals b WHERE b.publication_id = g.publication_id AND b.state = 'queued' AND b.event_id < g.event_id)
			ORDER BY g.next_at, g.event_id LIMIT 1)
		RETURNING event_id, (SELECT reference FROM publications WHERE id = publication_id), attempts, state, at, reply`
	err = s.DB.transact(ctx, func(tx *transaction) (err error) {
		g, err = scanSignal(tx.QueryRowContext(ctx, query, millis(now), millis(now.Add(lease))))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return g, desk.ErrNone
	}
	return g, err
}

func scanSignal(r row) (g desk.Signal, err error) {
	err = r.Scan(&g.Event, &g.Reference, &g.Attempts, &g.State, moment{&g.At}, &g.Reply)
	return g, err
}

// Settle writes what became of one try: told, given up, or due again.
func (s Signals) Settle(ctx context.Context, id int64, out desk.Outcome) error {
	state, event, tried := desk.NoticeQueued, "", 1
	switch {
	case out.Sent:
		state, event = desk.NoticeSent, "signalled"
	case out.Permanent:
		state, event = desk.NoticeFailed, "signal_failed"
	case out.Untried:
		tried = 0
	}
	const query = `UPDATE signals SET state = ?2, attempts = attempts + ?5, next_at = ?3, reply = ?4 WHERE event_id = ?1
		RETURNING (SELECT coalesce(case_id, 0) FROM publications WHERE id = publication_id)`
	return s.DB.transact(ctx, func(tx *transaction) error {
		e := desk.Event{At: out.At, Type: event, Detail: map[string]string{"event": strconv.FormatInt(id, 10)}}
		if err := tx.QueryRowContext(ctx, query, id, state, millis(out.Next), out.Reply, tried).Scan(&e.CaseID); err != nil || event == "" {
			return err
		}
		return s.DB.append(ctx, tx, e)
	})
}

// Untold lists the signals that have not reached the site: queued, or given up.
func (s Signals) Untold(ctx context.Context) ([]desk.Signal, error) {
	const query = `SELECT g.event_id, p.reference, g.attempts, g.state, g.at, g.reply FROM signals g
		JOIN publications p ON p.id = g.publication_id WHERE g.state <> 'sent' ORDER BY g.event_id`
	return collect(ctx, s.DB.read, scanSignal, query)
}
