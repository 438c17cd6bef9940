// Package hook tells a site what became of its publications: by a command, by a
// webhook, or by both, in the order in which it happened.
//
// It promises that the site is told of each change at least once, and of the changes
// of one publication in their order; a repeat bears the same event number, by which
// the site acts once. What follows a try:
//
//	exit status 0, and 2xx     told
//	anything else, a timeout   tried again after 1, 2, 4… minutes, 4 hours at most,
//	                           and given up after 35 tries, which the waits spread
//	                           over five days
//	no secret to sign with     goes back untried
//
// The webhook is a POST signed as Standard Webhooks has it (standardwebhooks.com,
// version 1.0): webhook-id is the event's number, webhook-timestamp the seconds since
// 1970, webhook-signature "v1," and the base64 of HMAC-SHA-256 over id, timestamp and
// body, with dots between them. No redirect is followed.
//
// The command gets the same JSON on its standard input and the event's number in
// GUICHET_EVENT, and of our environment no more than PATH, HOME, LANG and TZ.
package hook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	lease          = 5 * time.Minute // outlasts the longest try
	settling       = 30 * time.Second
	commandTimeout = 30 * time.Second
	webhookTimeout = 10 * time.Second
)

// Queue is where signals wait.
type Queue interface {
	// Claim takes the signal that is due and keeps it from other claims for the
	// length of the lease; desk.ErrNone where nothing is due.
	Claim(ctx context.Context, now time.Time, lease time.Duration) (desk.Signal, error)
	// Settle records what became of a claimed signal.
	Settle(ctx context.Context, event int64, outcome desk.Outcome) error
}

// Teller carries signals to a site. Queue, Write, Clock and Log must be set, and
// Command or URL. Its methods must not run at the same time.
type Teller struct {
	Queue   Queue
	Write   func(ctx context.Context, g desk.Signal) ([]byte, error) // what the site is told, as JSON
	Command []string                                                 // a program and its arguments; none: no command
	Dir     string                                                   // where it runs
	URL     string                                                   // of the webhook; "" for none
	Secret  func() ([]byte, error)                                   // the key that signs, read anew for each try
	Client  *http.Client                                             // nil for NewClient's
	Clock   func() time.Time
	Log     *slog.Logger
	Rand    func() float64 // in [0,1), spreads the waits; nil for the runtime's
	Poll    time.Duration  // how often to look; 0 for ten seconds

	commandTimeout time.Duration // zero for the constant
}

// Run tells what is due until the context ends, then finishes the signal in hand.
// Only a queue that fails is an error.
func (t *Teller) Run(ctx context.Context) error {
	poll := t.Poll
	if poll <= 0 {
		poll = 10 * time.Second
	}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if _, err := t.Drain(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Drain tells everything that is due, and says how many signals the site took. A
// context that ends stops it after the signal in hand, without error.
func (t *Teller) Drain(ctx context.Context) (told int, err error) {
	for ctx.Err() == nil {
		g, err := t.Queue.Claim(ctx, t.Clock(), lease)
		switch {
		case errors.Is(err, desk.ErrNone), err != nil && ctx.Err() != nil:
			return told, nil
		case err != nil:
			return told, fmt.Errorf("claiming a signal: %w", err)
		}
		sent, err := t.tell(context.WithoutCancel(ctx), g)
		if err != nil {
			return told, err
		}
		if sent {
			told++
		}
	}
	return told, nil
}

// errUntried says that nothing could be asked of the site.
var errUntried = errors.New("untried")

// tell makes one try and records what became of it.
func (t *Teller) tell(ctx context.Context, g desk.Signal) (sent bool, err error) {
	tried := t.try(ctx, g)
	out := desk.Outcome{At: t.Clock(), Sent: tried == nil}
	if tried != nil {
		out.Reply = desk.Reply(tried.Error())
		tries := g.Attempts + 1
		switch {
		case errors.Is(tried, errUntried):
			out.Untried, out.Next = true, out.At.Add(desk.Backoff(4, t.random()))
		case tries >= desk.MaxTries:
			out.Permanent = true
		default:
			out.Next = out.At.Add(desk.Backoff(tries, t.random()))
		}
		t.Log.WarnContext(ctx, "the site was not told of a change", "event", g.Event, "reference", g.Reference, "try", tries,
			"given_up", out.Permanent, "error", out.Reply)
	} else {
		t.Log.InfoContext(ctx, "the site was told of a change", "event", g.Event, "reference", g.Reference)
	}
	ctx, stop := context.WithTimeout(ctx, settling)
	defer stop()
	if err := t.Queue.Settle(ctx, g.Event, out); err != nil {
		return out.Sent, fmt.Errorf("recording what became of a signal: %w", err)
	}
	return out.Sent, nil
}

// try tells the site once: the command first, then the webhook.
func (t *Teller) try(ctx context.Context, g desk.Signal) error {
	body, err := t.Write(ctx, g)
	if err != nil {
		return err
	}
	if len(t.Command) > 0 {
		if err := t.run(ctx, g, body); err != nil {
			return err
		}
	}
	if t.URL != "" {
		return t.post(ctx, g, body)
	}
	return nil
}

func (t *Teller) random() float64 {
	if t.Rand == nil {
		return rand.Float64()
	}
	return t.Rand()
}
