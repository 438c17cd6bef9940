package alarm

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Stage is how far an alarm is.
type Stage string

// The stages of which a channel is told.
const (
	Began Stage = "began"
	Lasts Stage = "lasts"
	Over  Stage = "over"
)

// Tell tells every channel what is due now: what was raised for as long as after, what
// lasts, and what is over. What was told to nobody and is over is forgotten.
func (b *Board) Tell(ctx context.Context, after time.Duration) {
	now := b.Clock()
	b.settle(ctx, now)
	b.keep(ctx)
	for _, c := range b.Channels {
		b.tellBy(ctx, c, now, after)
	}
	b.keep(ctx)
	for _, a := range b.snapshot() {
		if !a.Cleared.IsZero() && len(a.Told) == 0 {
			b.drop(ctx, a)
		}
	}
}

// settle ends what was raised by an earlier run and that nobody speaks of any more.
func (b *Board) settle(ctx context.Context, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.raised {
		if !a.heard && now.Sub(b.begun) >= stale {
			b.clear(ctx, a)
		}
	}
}

// tellBy tells one channel, until it fails.
func (b *Board) tellBy(ctx context.Context, c Channel, now time.Time, after time.Duration) {
	if now.Before(b.resting[c.Name()].until) {
		return
	}
	for _, a := range b.snapshot() {
		stage := due(a, c.Name(), now, after)
		if stage == "" {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if err := c.Tell(ctx, b.Words.message(a, stage, now)); err != nil {
			b.rest(ctx, c, a, err)
			return
		}
		delete(b.resting, c.Name())
		b.mark(a.Name, func(r *raised) {
			r.changed = true
			if stage == Over && !r.Cleared.IsZero() {
				delete(r.Told, c.Name())
			} else {
				r.Told[c.Name()] = now
			}
		})
		b.Log.InfoContext(ctx, "the operator was told", "alarm", a.Name, "stage", stage, "by", c.Name())
	}
}

// due says of what a channel is to be told; "" for nothing.
func due(a desk.Alarm, channel string, now time.Time, after time.Duration) Stage {
	told := a.Told[channel]
	switch {
	case !a.Cleared.IsZero():
		if !told.IsZero() && now.Sub(a.Cleared) >= quiet {
			return Over
		}
	case told.IsZero():
		if now.Sub(a.Since) >= after {
			return Began
		}
	case now.Sub(told) >= again:
		return Lasts
	}
	return ""
}

// rest leaves a channel alone that failed.
func (b *Board) rest(ctx context.Context, c Channel, a desk.Alarm, err error) {
	if b.resting == nil {
		b.resting = map[string]rest{}
	}
	r := b.resting[c.Name()]
	r.failed++
	wait := min(desk.Backoff(r.failed, 0), longest)
	r.until = b.Clock().Add(wait)
	b.resting[c.Name()] = r
	b.Log.ErrorContext(ctx, "the operator could not be told", "alarm", a.Name, "by", c.Name(), "error", err, "again_in", wait)
}

// drop forgets an alarm, unless it was raised again meanwhile.
func (b *Board) drop(ctx context.Context, a desk.Alarm) {
	b.mu.Lock()
	now := b.raised[a.Name]
	if now == nil || now.Cleared.IsZero() || len(now.Told) != 0 {
		b.mu.Unlock()
		return
	}
	delete(b.raised, a.Name)
	b.mu.Unlock()
	if b.Memory == nil {
		return
	}
	if err := b.Memory.DropAlarm(ctx, a.Name); err != nil {
		b.Log.ErrorContext(ctx, "an alarm that is over cannot be forgotten", "alarm", a.Name, "error", err)
	}
}
