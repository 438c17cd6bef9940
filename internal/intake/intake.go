// Package intake is the flow: one mail, from received to recorded.
//
// What it promises: a mail is read, classified, validated and answered by pure
// packages, in the order in which Process reads, and never goes back to an
// earlier step. Everything that the mail changes, its raw bytes and its answer
// among it, is recorded in one transaction: before it a crash means that the
// same mail is fetched again, after it that everything left to do is a row that
// says so. A mail that breaks a reader is parked with its reason and its bytes,
// and never stops the next one. A mail that was recorded has no second effect.
package intake

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Ledger is what the flow needs of the store: one read, one small write that
// may leave a gap, and one write that holds everything.
type Ledger interface {
	Lookup(ctx context.Context, q desk.Question) (desk.Knowledge, error)
	Reserve(ctx context.Context, prefix string, year int) (desk.Reference, error)
	Record(ctx context.Context, e *desk.Entry) error
}

// Flow takes the mails of one mailbox. Mails are decided in their order, each
// seeing those before: flows that share a ledger share a Turn, and Process must not
// run twice at once in one flow.
type Flow struct {
	Assessor
	Turn    sync.Locker // held from the lookup to the record; nil where there is one flow
	Ledger  Ledger
	Notices *notice.Composer
	Address string // of the mailbox: our notices come from it
	Limit   int64  // bytes above which a mail is not read: told to who sent one
	Zone    *time.Location
	// ConfirmationPage is the address of the page where a withdrawal is confirmed,
	// up to the token; "" where there is none.
	ConfirmationPage string
	Clock            func() time.Time
	Log              *slog.Logger
	// Recorded is told of each entry once it is recorded; it may be nil.
	Recorded func(*desk.Entry)
}

// Process takes one mail the whole way. An error means that nothing was
// recorded and that the same mail must come again.
func (f *Flow) Process(ctx context.Context, r desk.Received) error {
	log := f.Log.With("mailbox", r.Mailbox, "uidvalidity", r.UIDValidity, "uid", r.UID)

	a := f.Assess(r)

	q := a.question()
	if f.Turn != nil {
		f.Turn.Lock()
		defer f.Turn.Unlock()
	}
	known, err := f.Ledger.Lookup(ctx, q)
	if err != nil {
		return fmt.Errorf("looking up mail %d: %w", r.UID, err)
	}
	if known.Recorded {
		log.DebugContext(ctx, "recorded before")
		return nil
	}

	d := f.decide(a, known)
	if d.validates != "" {
		f.Validate(a, d.validates)
	}
	entry := d.entry(a, q)
	if d.trial {
		entry.ErasedAt = f.Clock().Add(f.Rules.Desk.TrialKeep)
	}

	if d.opens {
		entry.Case.Reference, err = f.Ledger.Reserve(ctx, f.Rules.Desk.Prefix, f.now().Year())
		if err != nil {
			return fmt.Errorf("mail %d: %w", r.UID, err)
		}
	}
	if err := f.openRequests(ctx, d); err != nil {
		return fmt.Errorf("mail %d: %w", r.UID, err)
	}
	if entry.Notice, err = f.answer(a, d, entry); err != nil {
		return fmt.Errorf("answering mail %d: %w", r.UID, err)
	}
	if err := f.Ledger.Record(ctx, entry); err != nil {
		return fmt.Errorf("recording mail %d: %w", r.UID, err)
	}
	if f.Recorded != nil {
		f.Recorded(entry)
	}
	log.InfoContext(ctx, "recorded", "mail", entry.Mail.ID, "kind", entry.Mail.Kind, "ending", entry.Mail.Ending,
		"queue", entry.Queue, "verdict", a.Report.Verdict, "answered", entry.Notice != nil)
	return nil
}

// openRequests gives each new request its reference, and writes to the authors who
// must confirm one and to those who sign with them.
func (f *Flow) openRequests(ctx context.Context, d decision) (err error) {
	for _, p := range d.pleas {
		if p.change != nil && p.change.Opens != nil {
			p.change.Opens.Reference, err = f.Ledger.Reserve(ctx, f.Rules.Desk.Prefix, f.now().Year())
			if err != nil {
				return err
			}
			p.change.Request.Reference = p.change.Opens.Reference
		}
		if err := f.notify(p); err != nil {
			return err
		}
	}
	return nil
}

// now is the time where the publication is: references and letters bear it.
func (f *Flow) now() time.Time { return f.Clock().In(f.Zone) }
