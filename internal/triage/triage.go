// Package triage is what people decide and what they are told: so far, the
// editors' daily digest of what waits in their queues, and the word to students
// that their registration came.
//
// It promises at most one digest an editor and a period, whatever the clock or
// a restart does: a period is closed in the same transaction that queues its
// digest. An editor for whom nothing waits gets no mail.
package triage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Editor is a person who receives queues.
type Editor struct {
	Name    string
	Address string
	Queues  []desk.Queue // nil: all
	Hours   []Hour       // of the day; none: no digest but by hand
}

// Hour is a time of the day.
type Hour struct{ Hour, Minute int }

// Waiting is what a digest reads of the ledger.
type Waiting interface {
	Waiting(ctx context.Context, queues ...desk.Queue) ([]desk.Case, error)
	Tally(ctx context.Context, since, until time.Time) (desk.Tally, error)
	// HeldBack counts the answers that wait because their recipient got too many, and
	// those that wait because too many left in all.
	HeldBack(ctx context.Context) (paced, capped int, err error)
	// Undelivered lists what was given up or came back in [since, until).
	Undelivered(ctx context.Context, since, until time.Time, queues ...desk.Queue) ([]desk.Undelivered, error)
}

// Slots remembers which periods were seen to.
type Slots interface {
	DigestSlot(ctx context.Context, editor string) (slot, sent time.Time, err error)
	CloseSlot(ctx context.Context, editor string, slot time.Time, digest *desk.Notice) error
}

// Digests writes the editors' digests.
type Digests struct {
	Editors []Editor
	Style   func() Style // asked once a digest: the rules may change between two
	Address string       // the mailbox that the digests come from
	Zone    *time.Location
	Waiting Waiting
	Slots   Slots
	Clock   func() time.Time
	Log     *slog.Logger
	Wake    func() // tells the outbox that a digest was queued
}

// Style is what the rules say of a digest.
type Style struct {
	Queues  []desk.Queue // in the order in which it shows them
	Lang    string
	Notices *notice.Composer
}

// Run writes each digest at its hour until the context ends. A digest whose
// hour passed while the desk was down is written at once.
func (d *Digests) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := d.Due(ctx); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "the digest was not written", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Due writes the digests whose hour has come and closes their period. On an
// editor's first period nothing is written: it began before the desk did. An
// editor whose digest fails keeps nobody else from theirs.
func (d *Digests) Due(ctx context.Context) error {
	var errs []error
	for _, e := range d.Editors {
		if err := d.due(ctx, e); err != nil {
			errs = append(errs, fmt.Errorf("digest of %s: %w", e.Address, err))
		}
	}
	return errors.Join(errs...)
}

func (d *Digests) due(ctx context.Context, e Editor) error {
	slot := e.lastSlot(d.Clock().In(d.Zone))
	closed, _, err := d.Slots.DigestSlot(ctx, e.Address)
	if err != nil {
		return err
	}
	if slot.IsZero() || !slot.After(closed) {
		return nil
	}
	var digest *desk.Notice
	if !closed.IsZero() {
		if digest, err = d.write(ctx, e); err != nil {
			return err
		}
	}
	return d.close(ctx, e, slot, digest)
}

// Now queues every editor's digest at once, and says to how many there was
// something to tell. It closes no period.
func (d *Digests) Now(ctx context.Context) (written int, err error) {
	var errs []error
	for _, e := range d.Editors {
		told, err := d.tell(ctx, e)
		if err != nil {
			errs = append(errs, fmt.Errorf("digest of %s: %w", e.Address, err))
		}
		if told {
			written++
		}
	}
	return written, errors.Join(errs...)
}

// tell queues one editor's digest, if there is something to tell.
func (d *Digests) tell(ctx context.Context, e Editor) (told bool, err error) {
	closed, _, err := d.Slots.DigestSlot(ctx, e.Address)
	if err != nil {
		return false, err
	}
	digest, err := d.write(ctx, e)
	if err != nil || digest == nil {
		return false, err
	}
	return true, d.close(ctx, e, closed, digest)
}

func (d *Digests) close(ctx context.Context, e Editor, slot time.Time, digest *desk.Notice) error {
	if err := d.Slots.CloseSlot(ctx, e.Address, slot, digest); err != nil {
		return err
	}
	if digest != nil && d.Wake != nil {
		d.Wake()
	}
	return nil
}

func (d *Digests) write(ctx context.Context, e Editor) (*desk.Notice, error) {
	now := d.Clock()
	mail, err := d.compose(ctx, e, now)
	if err != nil || mail == nil {
		return nil, err
	}
	return &desk.Notice{
		Kind: string(mail.Kind), Mailbox: d.Address, Sender: d.Address,
		Recipient: mail.Recipient, MessageID: mail.MessageID, Bytes: mail.Bytes, At: now,
	}, nil
}

// Compose writes an editor's digest without queueing it; nil where nothing
// waits in the editor's queues, and no answer about them was lost.
func (d *Digests) Compose(ctx context.Context, e Editor) (*notice.Mail, error) {
	return d.compose(ctx, e, d.Clock())
}

// compose sums up the mails until now; the next digest counts from there.
func (d *Digests) compose(ctx context.Context, e Editor, now time.Time) (*notice.Mail, error) {
	now = now.In(d.Zone)
	_, since, err := d.Slots.DigestSlot(ctx, e.Address)
	if err != nil {
		return nil, err
	}
	cases, err := d.Waiting.Waiting(ctx, e.Queues...)
	if err != nil {
		return nil, err
	}
	undelivered, err := d.Waiting.Undelivered(ctx, since, now, e.Queues...)
	if err != nil || len(cases)+len(undelivered) == 0 {
		return nil, err
	}
	tally, err := d.Waiting.Tally(ctx, since, now)
	if err != nil {
		return nil, err
	}
	paced, capped, err := d.Waiting.HeldBack(ctx)
	if err != nil {
		return nil, err
	}
	if !since.IsZero() {
		since = since.In(d.Zone)
	}
	style := d.Style()
	page := notice.Digest{
		Editor: e.Name, Since: since, Until: now, Queues: style.sort(cases),
		Received: tally.Received(), Tally: tally, HeldBack: paced, Capped: capped, Parked: parked(cases),
		Undelivered: undelivered,
	}
	env := notice.Envelope{From: d.Address, To: e.Address, ToName: e.Name, At: now, Lang: style.Lang}
	mail, err := style.Notices.Digest(env, page)
	return &mail, err
}

// sort puts the cases under their queues, in the order of the digest. A queue
// that no rules know any more comes last: what waits there still waits.
func (s Style) sort(cases []desk.Case) (queues []notice.Queue) {
	names := slices.Clone(s.Queues)
	for _, c := range cases {
		if !slices.Contains(names, c.Queue) {
			names = append(names, c.Queue)
		}
	}
	for _, name := range names {
		q := notice.Queue{Name: name}
		for _, c := range cases {
			if c.Queue == name {
				q.Entries = append(q.Entries, notice.Entry{
					Reference: c.Reference, Author: c.Author, Title: c.Title,
					Verdict: c.Verdict, Request: c.Request, Reason: c.Why(), Since: c.OpenedAt,
				})
			}
		}
		queues = append(queues, q)
	}
	return queues
}

func parked(cases []desk.Case) (n int) {
	for _, c := range cases {
		if c.Queue == desk.QueueParked {
			n++
		}
	}
	return n
}

// lastSlot is the last of the editor's hours that is not after now; zero
// without hours. An hour that a change of clocks leaves out falls later.
func (e Editor) lastSlot(now time.Time) (last time.Time) {
	for day := -1; day <= 0; day++ {
		for _, h := range e.Hours {
			slot := time.Date(now.Year(), now.Month(), now.Day()+day, h.Hour, h.Minute, 0, 0, now.Location())
			if !slot.After(now) && slot.After(last) {
				last = slot
			}
		}
	}
	return last
}
