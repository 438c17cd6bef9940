package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/store"
)

// reconcileCommand is `guichet reconcile`.
type reconcileCommand struct{ configured }

// Help says what the one line of help cannot.
func (reconcileCommand) Help() string {
	return "What is missing is ordered, and carried out at the next look of guichet run, which may be under way. " +
		"guichet run does the same by itself once a day. Nothing is changed on the server."
}

// Run compares every mailbox.
func (c reconcileCommand) Run(a *app) error {
	w, done, err := a.openWorks(c.Config, store.Open)
	if err != nil {
		return err
	}
	defer done()
	var errs []error
	sound := true
	for _, s := range w.stations {
		s.watcher.Patience = patience
		r, err := s.watcher.Reconcile(a.ctx)
		switch {
		case errors.Is(err, mailbox.ErrFirstStart):
			fmt.Fprintf(a.out, "%s: never watched, so there is nothing to compare\n", s.flow.Address)
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", s.flow.Address, err))
		default:
			tellReconciliation(a.out, r)
			sound = sound && r.Sound()
		}
	}
	tally, err := w.db.Tally(a.ctx, time.Time{}, a.now().Add(time.Minute))
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "on record, over all mailboxes: %s\n", sum(tally))
	if !sound {
		fmt.Fprintln(a.out, "what is missing is repaired at the next look of guichet run")
	}
	return errors.Join(errs...)
}

// tellReconciliation prints what a comparison found.
func tellReconciliation(out io.Writer, r desk.Reconciliation) {
	if r.Renumbered {
		fmt.Fprintf(out, "%s: the server numbers the mailbox anew, as after a move or a repair: all of it is read again, with one effect each\n", r.Mailbox)
	} else {
		fmt.Fprintf(out, "%s: %d numbers given since the desk took it over = %d mails on record + %d passed over + %d gone before the desk looked\n",
			r.Mailbox, r.Given, r.Recorded, r.Missed, r.Unseen())
		fmt.Fprintf(out, "  in the watched folder: %d; from before: %d, waiting: %d, passed over: %d, to be filed again: %d\n",
			r.Here, r.Left, r.Waiting, r.Missed, r.Unfiled)
		if r.Stays > 0 {
			fmt.Fprintf(out, "  %d mails are recorded and stay there: the server cannot move them\n", r.Stays)
		}
	}
	for _, f := range r.Folders {
		switch {
		case f.Missing && f.Filed == 0:
		case f.Missing:
			fmt.Fprintf(out, "  %s: the folder is gone, with %d mails, all of them on record\n", f.Name, f.Filed)
		case f.Renumbered:
			fmt.Fprintf(out, "  %s: numbered anew, %d mails\n", f.Name, f.Others+f.Filed-f.Gone)
		case f.Filed > 0 || f.Others > 0:
			fmt.Fprintf(out, "  %s: %d filed, %d of them moved or deleted since (they are on record), %d that the desk did not put there\n",
				f.Name, f.Filed, f.Gone, f.Others)
		}
	}
}

// reconciled says what the last comparison with the server found.
func (r *report) reconciled(s *station, w *works) {
	last, err := w.db.LastReconciled(r.a.ctx, s.flow.Address)
	if errors.Is(err, desk.ErrNotFound) {
		return
	}
	if err != nil {
		r.fail("reconcile", "%s: %v", s.flow.Address, err)
		return
	}
	at := last.At.In(w.zone).Format(time.DateTime)
	if last.Missed+last.Unfiled > 0 {
		r.warn("reconcile", "%s, on %s: %d mails had been passed over, %d were not filed as they should; the next look repaired it; "+
			"see it again with guichet reconcile", s.flow.Address, at, last.Missed, last.Unfiled)
		return
	}
	r.ok("reconcile", "%s, on %s: %d numbers given = %d mails on record + %d gone before the desk looked", s.flow.Address, at,
		last.Given, last.Recorded, last.Unseen())
}
