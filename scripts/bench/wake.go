package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/scripts/bench/workload"
)

const (
	warmUps   = 5 // mails delivered first, so that what is started once is started
	longest   = 30 * time.Second
	shmHeader = 48 // bytes of the WAL's index, which change with every commit
)

// wakeUps delivers mails one by one to `guichet run`.
func (b *bench) wakeUps(o options, r *report) error {
	if o.wakes == 0 {
		return nil
	}
	if err := empty(b.dovecot); err != nil {
		return err
	}
	b.tell("delivering %d mails one by one", o.wakes)
	return b.within(func(folder string) error {
		p, err := openProxy(b.dovecot.IMAP)
		if err != nil {
			return err
		}
		defer p.Close()
		// Another seed: no mail of it was seen before.
		plan := workload.Plan{Mails: base, Seed: o.seed + 1, PDFs: true}
		if err := b.desktop(folder, p.Addr().String(), plan); err != nil {
			return err
		}
		daemon := b.command(folder, "run", "--from", "now")
		var said bytes.Buffer
		daemon.Stderr = &said
		if err := daemon.Start(); err != nil {
			return err
		}
		defer context.AfterFunc(b.ctx, func() { _ = daemon.Process.Kill() })() // it may have ended
		r.Stored, r.Accepted, err = b.deliver(folder, p, plan, o.wakes)
		if err := errors.Join(daemon.Process.Signal(syscall.SIGTERM), daemon.Wait()); err != nil {
			return fmt.Errorf("guichet run: %w\n%s", err, last(said.String(), 2000))
		}
		if err != nil {
			return fmt.Errorf("%w\n%s", err, last(said.String(), 2000))
		}
		return nil
	})
}

// deliver gives how long it took from each wake-up to the mail stored, and to its
// answer accepted.
func (b *bench) deliver(folder string, p *proxy, plan workload.Plan, wakes int) (toStored, toAccepted *delays, err error) {
	if err := within(p.idling, "the desk is in IDLE"); err != nil {
		return nil, nil, err
	}
	e, err := openEye(filepath.Join(folder, "guichet.db"))
	if err != nil {
		return nil, nil, err
	}
	defer e.Close()
	toStored, toAccepted = &delays{}, &delays{}
	for number, delivered := 0, 0; delivered < warmUps+wakes; number++ {
		m, err := plan.Mail(number)
		if err != nil {
			return nil, nil, err
		}
		if !m.Answered() || len(m.Raw) > 1<<20 {
			continue
		}
		stored, accepted, err := b.one(e, p, m)
		if err != nil {
			return nil, nil, fmt.Errorf("mail %d: %w", number, err)
		}
		if delivered++; delivered > warmUps {
			toStored.add(stored)
			toAccepted.add(accepted)
		}
	}
	return toStored, toAccepted, nil
}

// one delivers one mail, and waits until the desk rests again.
func (b *bench) one(e *eye, p *proxy, m workload.Mail) (stored, accepted time.Duration, err error) {
	had, err := e.mails()
	if err != nil {
		return 0, 0, err
	}
	if err := b.dovecot.Deliver(contact.Address, m.Raw); err != nil {
		return 0, 0, err
	}
	var woken time.Time
	select {
	case woken = <-p.woken:
	case <-time.After(longest):
		return 0, 0, fmt.Errorf("no EXISTS in %v", longest)
	}
	seen, err := e.wait(had + 1)
	if err != nil {
		return 0, 0, err
	}
	deadline := time.Now().Add(longest)
	for time.Now().Before(deadline) {
		if at, taken := b.sink.answer(m.MessageID); taken {
			return seen.Sub(woken), at.Sub(woken), within(p.idling, "the desk is in IDLE again")
		}
		time.Sleep(time.Millisecond)
	}
	return 0, 0, fmt.Errorf("no answer in %v", longest)
}

func within[T any](news chan T, what string) error {
	select {
	case <-news:
		return nil
	case <-time.After(longest):
		return fmt.Errorf("not in %v: %s", longest, what)
	}
}

// eye watches a database from another connection.
type eye struct {
	*store.DB
	index *os.File // of the WAL: looking at it costs nothing
	since time.Time
}

func openEye(path string) (*eye, error) {
	db, err := store.OpenReadOnly(context.Background(), path, time.Now)
	if err != nil {
		return nil, err
	}
	index, err := os.Open(path + "-shm")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &eye{db, index, time.Now().Add(-time.Hour)}, nil
}

// Close leaves the database.
func (e *eye) Close() error { return errors.Join(e.index.Close(), e.DB.Close()) }

// mails is how many mails the database holds.
func (e *eye) mails() (int, error) {
	tally, err := e.Tally(context.Background(), e.since, time.Now().Add(time.Hour))
	return tally.Received(), err
}

// wait is when the database was seen to hold so many mails: it is asked after each
// commit.
func (e *eye) wait(mails int) (time.Time, error) {
	var before, now [shmHeader]byte
	for deadline := time.Now().Add(longest); time.Now().Before(deadline); time.Sleep(50 * time.Microsecond) {
		if _, err := e.index.ReadAt(now[:], 0); err != nil && err != io.EOF {
			return time.Time{}, err
		}
		if now == before {
			continue
		}
		before = now
		at := time.Now()
		if n, err := e.mails(); err != nil || n >= mails {
			return at, err
		}
	}
	return time.Time{}, fmt.Errorf("not stored in %v", longest)
}

// delays are many times of the same thing.
type delays struct {
	All []time.Duration `json:"all_ns"`
}

func (d *delays) add(t time.Duration) { d.All = append(d.All, t) }

// quantile is the least delay that this share of them does not exceed.
func (d *delays) quantile(share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d.All))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}
