package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// pick is one claim while it is made. It follows the index notices_due, however much
// waits: what the cap on one address holds is put off to when it may leave, and the
// standings that the cap on all of them holds are not looked at.
type pick struct {
	Outbox
	desk.Claim
	tx    *transaction
	left  int // answers that left within the hour, those taken now among them
	paces map[string]*pace
	taken []candidate
	size  int         // of what is taken, in bytes
	seen  int         // how many were looked at
	early []candidate // for whom the hour's answers to their recipient are spent
}

// candidate is a notice that is due.
type candidate struct {
	id, nextAt int64
	recipient  string
	size       int
	again      bool // nobody knows what became of its last try
}

// pace is what one address got within the hour.
type pace struct {
	got  int   // answers, those taken now among them
	free int64 // when it may get another; 0: now
}

// choose goes through what is due, standing by standing, each from the letter that
// has waited longest, until enough are found.
func (p *pick) choose(ctx context.Context) (err error) {
	p.paces = map[string]*pace{}
	if p.left, err = p.leftInAll(ctx, p.tx, p.At); err != nil {
		return err
	}
	for _, standing := range desk.Standings {
		room, held := standing.Room(p.PerHourInAll, p.left)
		if !held {
			room = p.Most
		}
		if err := p.chooseFrom(ctx, standing, room); err != nil {
			return err
		}
	}
	return p.putOff(ctx)
}

// full says that enough was taken, or that enough was looked at to take anything: a
// thousand answers to one address must not keep the next claim waiting.
func (p *pick) full() bool {
	return len(p.taken) >= p.Most || p.Bytes > 0 && p.size >= p.Bytes || len(p.taken) > 0 && p.seen >= 8*lookPage
}

// lookPage is how many due notices of a mailbox are looked at together.
const lookPage = 128

// chooseFrom takes letters of one standing, so many at most.
func (p *pick) chooseFrom(ctx context.Context, standing desk.Standing, room int) error {
	looks := make([]look, len(p.Mailboxes))
	for i, mailbox := range p.Mailboxes {
		looks[i] = look{mailbox: mailbox, standing: standing, now: millis(p.At)}
	}
	for room > 0 && !p.full() {
		var due []candidate
		for i := range looks {
			found, err := looks[i].next(ctx, p.tx)
			if err != nil {
				return err
			}
			due = append(due, found...)
		}
		if len(due) == 0 {
			return nil
		}
		slices.SortFunc(due, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.nextAt, b.nextAt), cmp.Compare(a.id, b.id))
		})
		for _, c := range due {
			if room == 0 || p.full() {
				return nil
			}
			p.seen++
			may, err := p.may(ctx, c, standing)
			if err != nil {
				return err
			}
			if may {
				p.taken, p.size, room = append(p.taken, c), p.size+c.size, room-1
			}
		}
	}
	return nil
}

// look is how far one mailbox was looked through.
type look struct {
	mailbox  string
	standing desk.Standing
	now      int64
	last     candidate
	done     bool
}

// dueNotices follows an index: a test asks SQLite for its plan.
const dueNotices = `SELECT id, next_at, recipient, length(bytes), lease_until <> 0 OR in_doubt = 1 FROM notices
	WHERE state = 'queued' AND mailbox = ? AND standing = ? AND (next_at, id) > (?, ?) AND next_at <= ? AND lease_until <= ?
	ORDER BY next_at, id LIMIT ?`

// next is the next page of what is due.
func (l *look) next(ctx context.Context, q querier) ([]candidate, error) {
	if l.done {
		return nil, nil
	}
	found, err := collect(ctx, q, func(r row) (c candidate, err error) {
		err = r.Scan(&c.id, &c.nextAt, &c.recipient, &c.size, &c.again)
		return c, err
	}, dueNotices, l.mailbox, l.standing, l.last.nextAt, l.last.id, l.now, l.now, lookPage)
	if l.done = len(found) < lookPage; !l.done {
		l.last = found[lookPage-1]
	}
	return found, err
}

// may says whether a notice's recipient may get an answer now, and counts it. One
// that may not is put off, unless it is what is taken now that fills the hour: the
// next claim knows whether that left.
func (p *pick) may(ctx context.Context, c candidate, standing desk.Standing) (bool, error) {
	if standing == desk.StandingDesk {
		return true, nil
	}
	of := p.paces[c.recipient]
	if of == nil {
		of = &pace{}
		p.paces[c.recipient] = of
		var err error
		if of.got, of.free, err = p.paceOf(ctx, c.recipient); err != nil {
			return false, err
		}
	}
	switch {
	case of.free != 0:
		p.early = append(p.early, c)
		return false, nil
	case of.got >= p.PerHour:
		return false, nil
	}
	of.got++
	p.left++
	return true, nil
}

const sentTo = `SELECT count(*), coalesce(min(sent_at), 0) FROM (SELECT sent_at FROM notices
	WHERE recipient = ? AND sent_at > ? AND sent_at IS NOT NULL AND standing > 0 ORDER BY sent_at DESC LIMIT ?)`

// paceOf counts what an address got within the hour; where that is all it may get,
// free is when the oldest of it is an hour old.
func (p *pick) paceOf(ctx context.Context, recipient string) (got int, free int64, err error) {
	var oldest int64
	err = p.tx.QueryRowContext(ctx, sentTo, recipient, millis(p.At.Add(-time.Hour)), p.PerHour).Scan(&got, &oldest)
	if got < p.PerHour {
		return got, 0, err
	}
	return got, max(oldest, millis(p.At.Add(-time.Hour))) + time.Hour.Milliseconds(), err
}

// putOff makes what was early due when it may leave.
func (p *pick) putOff(ctx context.Context) error {
	const query = `UPDATE notices SET next_at = early.value ->> 1, paced = 1
		FROM json_each(?) AS early WHERE notices.id = early.value ->> 0`
	var put [][2]int64
	for _, c := range p.early {
		put = append(put, [2]int64{c.id, p.paces[c.recipient].free})
	}
	if len(put) == 0 {
		return nil
	}
	_, err := p.tx.ExecContext(ctx, query, toJSON(put))
	return err
}

// take gives what was chosen its lease, and logs what may be a repeat.
func (p *pick) take(ctx context.Context) ([]desk.Letter, error) {
	const query = `UPDATE notices SET lease_until = ?, paced = 0, in_doubt = 0, repeats = repeats + ? WHERE id = ?
		RETURNING id, message_id, sender, mailbox, recipient, bytes, attempts, kind, coalesce(mail_id, 0), coalesce(case_id, 0)`
	if len(p.taken) == 0 {
		return nil, nil
	}
	var letters []desk.Letter
	for _, c := range p.taken {
		var l desk.Letter
		again := desk.Event{At: p.At, Type: "repeated-notice", Person: c.recipient, Detail: map[string]string{}}
		var kind string
		err := p.tx.QueryRowContext(ctx, query, millis(p.At.Add(p.Lease)), c.again, c.id).Scan(&l.ID, &l.MessageID, &l.Sender,
			&l.Address, &l.Recipient, &l.Bytes, &l.Attempts, &kind, &again.MailID, &again.CaseID)
		if err != nil {
			return nil, err
		}
		letters = append(letters, l)
		if c.again {
			again.Detail["notice"] = kind
			if err := p.DB.append(ctx, p.tx, again); err != nil {
				return nil, err
			}
		}
	}
	return letters, nil
}

const sentInAll = `SELECT count(*) FROM (SELECT 1 FROM notices
	WHERE mailbox = ? AND sent_at > ? AND sent_at IS NOT NULL AND standing > 0 LIMIT ?)`

// leftInAll counts the answers that left within the hour, as far as a cap asks.
func (o Outbox) leftInAll(ctx context.Context, q querier, now time.Time) (left int, err error) {
	if o.PerHourInAll == 0 {
		return 0, nil
	}
	for _, mailbox := range o.Mailboxes {
		var n int
		err = errors.Join(err, q.QueryRowContext(ctx, sentInAll, mailbox, millis(now.Add(-time.Hour)), 2*o.PerHourInAll).Scan(&n))
		left += n
	}
	return left, err
}
