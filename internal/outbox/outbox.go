// Package outbox sends the letters that wait in the ledger, by SMTP (RFC 5321).
//
// It promises that a letter leaves at least once: one recipient a message, its
// bytes as they were recorded, so that a repeat bears the same Message-ID. A
// repeat can only follow a crash or a lost connection between the end of the
// data and the recorded outcome. It refuses to speak without encryption to
// anything but this machine.
//
// What follows a try:
//
//	2xx at the end of the data      sent
//	5xx                             permanent at once
//	4xx, connection lost, timeout   tried again after 1, 2, 4… minutes, 4 hours
//	                                at most, and given up after 35 tries, which
//	                                the waits spread over five days
//	no connection, no encryption,   the letter goes back untried, the others are
//	no login, no answer to MAIL     left alone, and the sender itself waits
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// lease is how long a claimed letter is kept from other claims. It outlasts the
// longest try, so that only a crash lets a lease run out.
const lease = 20 * time.Minute

// longestSilence is how long the sender leaves a server alone that could not be used:
// one connection is a cheap question, and all letters wait for it.
const longestSilence = 15 * time.Minute

// settling bounds the recording of an outcome once the context has ended.
const settling = 30 * time.Second

// Queue is where letters wait.
type Queue interface {
	// Claim takes the letter that is due and has waited longest, and keeps it
	// from other claims for the length of the lease. Where nothing is due the
	// error is desk.ErrNone.
	Claim(ctx context.Context, now time.Time, lease time.Duration) (desk.Letter, error)
	// Settle records what became of a claimed letter and ends its lease.
	Settle(ctx context.Context, id int64, outcome desk.Outcome) error
}

// Sender carries letters from a queue to a server. Queue, Clock and Log must be
// set. Its methods must not run at the same time.
type Sender struct {
	Server Server
	Queue  Queue
	Clock  func() time.Time
	Log    *slog.Logger
	Rand   func() float64  // in [0,1), spreads the waits; nil for the runtime's
	Wake   <-chan struct{} // a letter was recorded; may be nil
	Poll   time.Duration   // how often to look without being woken; 0 for a minute

	limits limits // zero for the RFC's
}

// Run sends what is due until the context ends, then finishes the letter in
// hand and returns nil. A server that cannot be used is logged and tried again;
// only a queue that fails is an error.
func (s *Sender) Run(ctx context.Context) error {
	var failed int // times in a row that the server could not be used
	for {
		_, err := s.Drain(ctx)
		wait, wake := s.poll(), s.Wake
		var trouble *Unreachable
		switch {
		case ctx.Err() != nil:
			return err
		case errors.As(err, &trouble):
			failed++
			wait, wake = min(desk.Backoff(failed, s.random()), longestSilence), nil
			s.Log.Warn("letters wait: the SMTP server cannot be used",
				slog.Any("error", err), slog.Duration("wait", wait.Round(time.Second)))
		case err != nil:
			return err
		default:
			failed = 0
		}
		if !pause(ctx, wait, wake) {
			return nil
		}
	}
}

// Drain sends everything that is due and says how many letters the server took.
// A letter that the server refuses or defers is recorded as such and is no
// error. The error is an *Unreachable where the server cannot be used now, else
// the queue's. A context that ends stops it after the letter in hand, without
// error.
func (s *Sender) Drain(ctx context.Context) (int, error) {
	r := round{Sender: s}
	defer r.hangUp()
	for ctx.Err() == nil {
		letter, err := s.Queue.Claim(ctx, s.Clock(), lease)
		switch {
		case errors.Is(err, desk.ErrNone), err != nil && ctx.Err() != nil:
			return r.sent, nil
		case err != nil:
			return r.sent, fmt.Errorf("claiming a letter: %w", err)
		}
		err = r.deliver(ctx, letter)
		var trouble *Unreachable
		switch {
		case errors.As(err, &trouble) && ctx.Err() != nil:
			return r.sent, nil
		case err != nil:
			return r.sent, err
		}
	}
	return r.sent, nil
}

func (s *Sender) poll() time.Duration {
	if s.Poll <= 0 {
		return time.Minute
	}
	return s.Poll
}

func (s *Sender) random() float64 {
	if s.Rand == nil {
		return rand.Float64()
	}
	return s.Rand()
}

// pause waits, and says whether to go on.
func pause(ctx context.Context, wait time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-timer.C:
	}
	return true
}
