package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	longestRetry = 5 * time.Minute
	loginRetry   = time.Minute
	longestLogin = 15 * time.Minute
	// storageRetry is how long at most the watcher waits for a ledger whose disk was
	// full: the first mail is taken soon after there is room.
	storageRetry = 15 * time.Second
)

// Run watches until the context ends, then finishes the mail in hand and returns
// nil. A connection that breaks is made again; only ErrFirstStart and ErrInsecure,
// which time does not heal, come back.
func (w *Watcher) Run(ctx context.Context) error {
	w = w.ready()
	for failures := 1; ; failures++ {
		w.Alive()
		worked, err := w.watch(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ErrFirstStart) || errors.Is(err, ErrInsecure) {
			return err
		}
		if worked {
			failures = 1
		}
		pause := w.pause(failures, err)
		w.Failed(err)
		w.Log.Error("watching the mailbox failed", slog.Any("error", err), slog.Duration("again_in", pause))
		if sleep(ctx, pause) != nil {
			return nil
		}
	}
}

// watch works on one connection until it breaks; worked says that at least one
// pass was wholly done.
func (w *Watcher) watch(ctx context.Context) (worked bool, err error) {
	s, err := w.open(ctx)
	if err != nil {
		return false, err
	}
	defer s.close(ctx)
	w.Log.Info("watching the mailbox", slog.String("folder", s.folder), slog.Bool("idle", s.caps.Has(imap.CapIdle)))
	said := ""
	for {
		err := w.pass(ctx, s)
		w.tellPass(ctx, err)
		var held *FilingError
		switch {
		case errors.As(err, &held):
			if held.Error() != said {
				said = held.Error()
				w.Log.Warn("some mails stay where they are", slog.Any("error", held))
			}
		case err != nil:
			return worked, err
		}
		worked = true
		w.Alive()
		if w.reconcileDaily(ctx) {
			continue
		}
		if err := s.rest(ctx, w.Poll); err != nil {
			return worked, err
		}
	}
}

// pause is how long to wait after that many failures in a row.
func (w *Watcher) pause(failures int, err error) time.Duration {
	first, longest := w.Retry, longestRetry
	var login *LoginError
	switch {
	case errors.As(err, &login):
		first, longest = loginRetry, longestLogin
	case errors.Is(err, desk.ErrStorage):
		longest = storageRetry
	}
	pause := min(first<<min(failures-1, 16), longest)
	return pause + time.Duration(w.Jitter()*float64(pause)/4)
}

// rest waits until the server says that the folder changed, or for d. In IDLE no
// other command may be sent, so that it is ended before anything else; a server
// that drops it in silence is found out at the end of d.
func (s *session) rest(ctx context.Context, d time.Duration) error {
	idle, err := s.idle(ctx)
	if err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	s.woken = false
	select {
	case <-s.wake:
		s.woken = true
	case <-timer.C:
	case <-s.client.Closed():
	case <-ctx.Done():
	}
	if idle == nil {
		return ctx.Err()
	}
	return s.within(ctx, s.patience, "ending IDLE", func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		if err := idle.Wait(); err != nil && !refused(err) {
			return err
		}
		return nil
	})
}

// idle begins IDLE; nil where the server does not know it or refuses it now.
func (s *session) idle(ctx context.Context) (*imapclient.IdleCommand, error) {
	if !s.caps.Has(imap.CapIdle) {
		return nil, nil
	}
	var idle *imapclient.IdleCommand
	err := s.within(ctx, s.patience, "IDLE", func() (err error) {
		idle, err = s.client.Idle()
		return err
	})
	if refused(err) {
		return nil, nil
	}
	return idle, err
}

// sleep waits for d, or for the context's end, which it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
