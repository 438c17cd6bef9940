package main

import (
	"context"
	"errors"
	"time"
)

// keepErasing deletes what is to be forgotten until the context ends. A ledger that
// fails is tried again.
func (w *works) keepErasing(ctx context.Context, a *app) error {
	tick := time.NewTicker(eraseAgain)
	defer tick.Stop()
	for {
		if err := w.erase(ctx, a); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "what is to be forgotten could not be deleted, and is tried again", "error", err, "in", eraseAgain)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// eraseAgain is how often the desk looks for what is to be forgotten.
const eraseAgain = 5 * time.Minute

// erase has forgotten what was kept long enough, by the rules of each mailbox, then
// deletes all that is to be forgotten.
func (w *works) erase(ctx context.Context, a *app) error {
	var errs []error
	for _, s := range w.stations {
		n, err := w.db.Expire(ctx, s.flow.Address, s.rules().Desk.Retention)
		if n > 0 {
			a.log.InfoContext(ctx, "kept long enough", "mailbox", s.flow.Address, "mails", n)
		}
		errs = append(errs, err)
	}
	n, err := w.db.EraseDue(ctx)
	if n > 0 {
		a.log.InfoContext(ctx, "forgotten", "mails", n)
	}
	return errors.Join(append(errs, err)...)
}
