package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// alone runs what only one process may do on a database. It ends early where the lock
// is lost, or where the file turns out to be damaged. Only a daemon that comes to its end
// leaves a clean one.
func (a *app) alone(db *store.DB, do func() error) error {
	lock, err := db.Lock(a.ctx, "guichet run")
	if err != nil {
		return withHolder(err, a.now())
	}
	if lock.Unclean {
		a.log.WarnContext(a.ctx, "the desk did not end by itself the last time: what it had in hand is taken up again",
			"process", lock.Predecessor.PID, "host", lock.Predecessor.Host, "last_sign", lock.Predecessor.Beat)
	}
	whole := a.ctx
	ctx, stop := context.WithCancelCause(whole)
	a.ctx = ctx
	defer func() { a.ctx = whole }()
	kept := make(chan struct{})
	health := storageHealth{app: a, stop: stop}
	go func() {
		defer close(kept)
		if err := lock.Keep(ctx, health.tell); err != nil {
			stop(err)
		}
	}()
	err = do()
	why := context.Cause(ctx)
	stop(nil)
	<-kept
	if errors.Is(why, desk.ErrStorage) || errors.Is(why, desk.ErrLockLost) {
		err = errors.Join(why, err)
	}
	return errors.Join(err, ignoreLost(lock.Release(context.WithoutCancel(whole))))
}

// ignoreLost drops what was said before: a lock that is lost cannot be given back.
func ignoreLost(err error) error {
	if errors.Is(err, desk.ErrLockLost) {
		return nil
	}
	return err
}

// withHolder adds to the refusal of a second daemon how to be sure.
func withHolder(err error, now time.Time) error {
	var held *store.HeldError
	if !errors.As(err, &held) {
		return err
	}
	h := held.Holder
	switch {
	case h.PID == 0:
		return hint(err, "one is enough, and the other commands go on beside it")
	case h.Here():
		return hint(err, fmt.Sprintf("to be sure: ps -p %d; one is enough, and the other commands go on beside it", h.PID))
	}
	free := h.Beat.Add(store.Silence)
	return hint(err, fmt.Sprintf("stop it there first; where that machine is gone, the database is free at %s, in %s",
		free.Format(time.RFC3339), free.Sub(now).Round(time.Second)))
}

// storageHealth says once that the database cannot be written and what to do, and once
// that it can be again.
type storageHealth struct {
	*app
	stop    context.CancelCauseFunc
	failing bool
}

func (h *storageHealth) tell(err error) {
	switch {
	case errors.Is(err, desk.ErrDamaged):
		h.stop(err)
	case errors.Is(err, desk.ErrStorage) && !h.failing:
		h.failing = true
		h.log.Error("nothing can be recorded: mails stay in their mailbox, answers wait, and the desk goes on by itself",
			"error", err, "todo", storageCure(err))
	case err == nil && h.failing:
		h.failing = false
		h.log.Info("the database can be written again: the desk goes on")
	}
}

// withStorageCure adds to an error of the database's file what to do.
func withStorageCure(err error) error {
	var said hinted
	switch {
	case errors.As(err, &said):
		return err
	case errors.Is(err, desk.ErrLockLost):
		return hint(err, "only one may run on a database; this one stopped before it wrote anything")
	case errors.Is(err, desk.ErrStorage):
		return hint(err, storageCure(err))
	}
	return err
}

func storageCure(err error) string {
	switch {
	case errors.Is(err, desk.ErrNoSpace):
		return "make room on the disk that holds the database: df -h shows how full it is; nothing is lost meanwhile"
	case errors.Is(err, desk.ErrDamaged):
		return "keep the file as it is, and put the last backup in its place: guichet restore BACKUP"
	}
	return "look whether the disk fails (dmesg), and whether this user may write the file and its folder"
}
