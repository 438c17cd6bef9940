// Package outbox sends the letters that wait in the ledger, by SMTP (RFC 5321).
//
// It promises that a letter leaves at least once: one recipient a message, its
// bytes as they were recorded, so that a repeat bears the same Message-ID. A
// repeat can only follow a crash or a lost connection between the end of the
// data and the recorded outcome, and the ledger logs it before it leaves. It refuses
// to speak without encryption to anything but this machine.
//
// Letters are claimed in small groups and their outcomes recorded in groups, so that
// a flood does not cost the disk a sync a letter: an outcome waits 20 ms for others at
// most, and for nothing where no letter follows. It is on the disk with the next
// claim, or 20 ms later where none follows (half a second where others come): a power
// cut before that repeats the letter, on record as any repeat. A connection is kept while letters come, and some
// seconds more.
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
//	null return path refused        the same letter again, from the mailbox's address,
//	                                and the others over that connection likewise
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

// lease is how long claimed letters are kept from other claims. It outlasts the
// longest try of the last of them, so that only a crash lets a lease run out.
const lease = 40 * time.Minute

// What a group of letters may come to. A letter that begins later than groupAge after
// its claim goes back instead, and those that are more urgent by now go before it.
const (
	groupLetters = 100
	groupBytes   = 1 << 20
	groupAge     = 5 * time.Second
)

// longestSilence is how long the sender leaves a server alone that could not be used:
// one connection is a cheap question, and all letters wait for it.
const longestSilence = 15 * time.Minute

// stuck is after how long without a server the operator is alarmed.
const stuck = 15 * time.Minute

// settling bounds the recording of outcomes once the context has ended.
const settling = 30 * time.Second

// Queue is where letters wait.
type Queue interface {
	// Exchange records what became of claimed letters, which ends their leases, and
	// claims those that are due in their turn; both or neither. No letter means that
	// nothing is due. What is claimed is on the disk when it returns; outcomes alone
	// outlast the program, and a power cut after the next claim or Sync.
	Exchange(ctx context.Context, settled []desk.Settled, claim desk.Claim) ([]desk.Letter, error)
	// Sync puts the outcomes that were recorded on the disk.
	Sync() error
	// Capped counts the letters that are due and held by the cap on all of them.
	Capped(ctx context.Context, now time.Time) (int, error)
}

// Alarms tells the operator what needs them, once however often it is raised.
type Alarms interface {
	Raise(ctx context.Context, name, text string)
	Clear(ctx context.Context, name string)
}

// Sender carries letters from a queue to a server. Queue, Clock and Log must be
// set. Its methods must not run at the same time.
type Sender struct {
	Server Server
	Queue  Queue
	Clock  func() time.Time
	Log    *slog.Logger
	Alarms Alarms          // nil for none
	Rand   func() float64  // in [0,1), spreads the waits; nil for the runtime's
	Wake   <-chan struct{} // a letter was recorded; may be nil
	Poll   time.Duration   // how often to look without being woken; 0 for a minute

	limits limits // zero for the RFC's

	done  []desk.Settled // outcomes that are not recorded yet, a failed try to do so among them
	since time.Time      // when the first of them came
}

// Run sends what is due until the context ends, then finishes the letter in
// hand and returns nil. A server that cannot be used is logged and tried again;
// only a queue that fails is an error: what it could not record it is given first
// when the sender is run again.
func (s *Sender) Run(ctx context.Context) error {
	r := &round{Sender: s}
	defer r.hangUp()
	defer r.sync()
	var failed int        // times in a row that the server could not be used
	var failing time.Time // since when
	for {
		err := r.empty(ctx)
		wait, wake := s.poll(), s.Wake
		var trouble *Unreachable
		switch {
		case ctx.Err() != nil:
			return err
		case errors.As(err, &trouble):
			if failed++; failed == 1 {
				failing = s.Clock()
			}
			wait, wake = min(desk.Backoff(failed, s.random()), longestSilence), nil
			s.Log.Warn("letters wait: the SMTP server cannot be used",
				slog.Any("error", err), slog.Duration("wait", wait.Round(time.Second)))
			if trouble.Step == StepLogin || s.Clock().Sub(failing) >= stuck {
				s.raise(ctx, "outbox", fmt.Sprintf("no letter leaves since %s: %v", failing.UTC().Format(time.DateTime+" MST"), trouble))
			}
		case err != nil:
			return err
		default:
			failed = 0
			s.clear(ctx, "outbox")
		}
		if woken := r.rest(ctx, wait, wake, nil); !woken {
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
	r := &round{Sender: s}
	defer r.hangUp()
	defer r.sync()
	err := r.empty(ctx)
	return r.sent, err
}

// gathering is how long letters gather before they are sent together, where others
// come in any case. What became of those before them is on the disk with their claim.
const gathering = 500 * time.Millisecond

// DrainUntil drains whenever the sender is woken, until the channel is closed, and
// once more: for a run that ends, and sends while mails still come. What it returns is
// Drain's, and like it ends where the server cannot be used.
func (s *Sender) DrainUntil(ctx context.Context, last <-chan struct{}) (int, error) {
	r := &round{Sender: s}
	defer r.hangUp()
	defer r.sync()
	for {
		woken := r.rest(ctx, s.poll(), s.Wake, last) && gather(ctx, last)
		if err := r.empty(ctx); err != nil || !woken {
			return r.sent, err
		}
	}
}

// gather waits for letters to come, and says whether more may come after it.
func gather(ctx context.Context, last <-chan struct{}) bool {
	over := time.NewTimer(gathering)
	defer over.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-last:
		return false
	case <-over.C:
		return true
	}
}

// watchCap tells the operator of letters that the cap on all of them holds.
func (s *Sender) watchCap(ctx context.Context) error {
	n, err := s.Queue.Capped(ctx, s.Clock())
	switch {
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("counting what the cap holds: %w", err)
	case n > 0:
		s.raise(ctx, "cap", fmt.Sprintf("%d answers wait: the hour's answers in all have left; authors are still answered", n))
	default:
		s.clear(ctx, "cap")
	}
	return nil
}

func (s *Sender) raise(ctx context.Context, what, text string) {
	if s.Alarms != nil {
		s.Alarms.Raise(ctx, what+" "+s.Server.Address, text)
	}
}

func (s *Sender) clear(ctx context.Context, what string) {
	if s.Alarms != nil {
		s.Alarms.Clear(ctx, what+" "+s.Server.Address)
	}
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
