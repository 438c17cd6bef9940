// Package intake is the flow: one mail, from received to recorded.
//
// What it promises: a mail is read, classified, validated and answered by pure
// packages, in the order in which take reads, and never goes back to an earlier step.
// Everything that the mail changes, its raw bytes and its answer among it, is recorded
// in one transaction: before it a crash means that the same mail is fetched again,
// after it that everything left to do is a row that says so. A mail that was recorded
// has no second effect.
//
// Mails that come together are understood side by side, decided in their order, each
// seeing those before it, and share a commit; each is wholly in or wholly out. One
// that breaks a reader is parked with its reason and its bytes at once, and one that
// the desk fails on three times, or dies of, likewise: the mails behind it go on. A
// database that cannot be written is no mail's fault, and parks none.
package intake

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Ledger is what the flow needs of the store.
type Ledger interface {
	// Pack compresses a mail's bytes as they are kept. It is called side by side.
	Pack(raw []byte) desk.Packed
	// Together takes n mails in one transaction, in their order, until one fails; done
	// says how many are recorded, and err why the next is not. desk.ErrStorage in it is
	// the ledger's own failure, and then none is.
	Together(ctx context.Context, n int, take func(i int, page desk.Page) error) (done int, err error)
}

// Flow takes the mails of one mailbox. The fields are set before the first call.
type Flow struct {
	Assessor
	Ledger  Ledger
	Notices *notice.Composer
	Address string // of the mailbox: our notices come from it
	Limit   int64  // bytes above which a mail is not read: told to who sent one
	// Among are the mailboxes of the same publication, where the desk serves several: one
	// mail to two publications is a mail to each. Empty: all are of one.
	Among []string
	Zone  *time.Location
	// ConfirmationPage is the address of the page where a withdrawal is confirmed,
	// up to the token; "" where there is none.
	ConfirmationPage string
	Clock            func() time.Time
	Log              *slog.Logger
	// Recorded is told of each entry once it is recorded; it may be nil.
	Recorded func(*desk.Entry)
	// Crew understands mails side by side, those of other mailboxes among them; nil is
	// one for each call.
	Crew *Crew
	// Caution keeps mails that fail from failing for ever; nil gives the error back,
	// and parks nothing for it.
	Caution *Caution
	Alarms  Alarms // told of what is parked by a fault of ours; may be nil
}

// Process begins to understand mails, side by side, and returns at once. What it
// returns decides and records them in their order, and comes back once all are
// recorded; it is called once, and not before that of earlier mails has ended. Its
// error means that the mails from the first that was not recorded must come again.
// When the context ends, what is understood is recorded, and the rest must come again.
func (f *Flow) Process(ctx context.Context, mails []desk.Received) (record func() error) {
	if f.Caution.wary(len(mails)) {
		return func() error { return f.oneByOne(ctx, mails) }
	}
	coming := f.understandAll(ctx, mails)
	return func() error {
		for len(coming) > 0 {
			n := coming.ready(ctx)
			if n == 0 {
				return ctx.Err()
			}
			if err := f.together(ctx, coming.mails(n)); err != nil {
				return err
			}
			coming = coming[n:]
		}
		return nil
	}
}

// together decides and records mails with one commit. One that fails is tried again,
// and parked the third time; those behind it go on.
func (f *Flow) together(ctx context.Context, mails []*understood) error {
	ctx = context.WithoutCancel(ctx) // what is understood is recorded, even when the desk stops
	for len(mails) > 0 {
		entries := make([]*desk.Entry, len(mails))
		done, err := f.Ledger.Together(ctx, len(mails), func(i int, page desk.Page) (err error) {
			entries[i], err = f.take(ctx, page, mails[i])
			return err
		})
		for i := range done {
			f.tell(ctx, mails[i], entries[i])
		}
		mails = mails[done:]
		if err != nil {
			if mails, err = f.retry(ctx, mails, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// take takes one mail that is understood the whole way. It gives what was recorded,
// nil where it was before. An error means that nothing of it was.
func (f *Flow) take(ctx context.Context, page desk.Page, u *understood) (entry *desk.Entry, err error) {
	defer caught(&err)
	if u.fault != nil {
		return nil, u.fault
	}
	a, q := u.Assessment, u.question
	q.Among = f.Among

	known, err := page.Lookup(ctx, q)
	if err != nil || known.Recorded {
		return nil, doing("looking it up", err)
	}

	d := f.decide(a, known)
	if d.validates != "" {
		f.Validate(a, d.validates)
	}
	entry = d.entry(a, q)
	entry.Packed, entry.Retries = u.packed, q.Except
	if d.trial {
		entry.ErasedAt = f.Clock().Add(f.Rules.Desk.TrialKeep)
	}

	if d.opens {
		if err := f.opens(ctx, page, u, entry); err != nil {
			return nil, err
		}
	}
	if err := f.openRequests(ctx, page, d); err != nil {
		return nil, err
	}
	if entry.Notice, err = f.answer(a, d, entry); err != nil {
		return nil, doing("answering it", err)
	}
	return entry, doing("recording it", page.Record(ctx, entry))
}

// tell says what became of a mail, once it is on the disk.
func (f *Flow) tell(ctx context.Context, u *understood, entry *desk.Entry) {
	log := f.logOf(u.Received)
	if entry == nil {
		log.DebugContext(ctx, "recorded before")
		return
	}
	if f.Recorded != nil {
		f.Recorded(entry)
	}
	log.InfoContext(ctx, "recorded", "mail", entry.Mail.ID, "kind", entry.Mail.Kind, "ending", entry.Mail.Ending,
		"queue", entry.Queue, "verdict", u.Report.Verdict, "answered", entry.Notice != nil)
	f.alarm(ctx, entry)
}

func (f *Flow) logOf(r desk.Received) *slog.Logger {
	return f.Log.With("mailbox", r.Mailbox, "uidvalidity", r.UIDValidity, "uid", r.UID)
}

// doing says what failed; nil where nothing did.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// openRequests gives each new request its reference, and writes to the authors who
// must confirm one and to those who sign with them.
func (f *Flow) openRequests(ctx context.Context, page desk.Page, d decision) (err error) {
	for _, p := range d.pleas {
		if p.change != nil && p.change.Opens != nil {
			p.change.Opens.Reference, err = page.Reserve(ctx, f.Rules.Desk.Prefix, f.now().Year())
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
