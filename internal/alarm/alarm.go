// Package alarm tells the operator what needs them: once when it begins, once a day
// while it lasts, and once when it is over.
//
// Who notices something raises an alarm by its name, as often as they notice it, and
// clears it when all is well; both are cheap, and wait for nobody. What follows:
//
//	raised, and cleared within a minute    nobody is told
//	raised for a minute                    every channel is told
//	still raised a day later               told again, and so every day
//	cleared, raised again within 15 min    nothing: it is the same alarm
//	cleared for 15 minutes                 who was told is told that it is over
//	a channel that fails                   is tried again after 1, 2, 4… minutes, 15 at
//	                                       most; the others are told meanwhile
//
// What was told is kept by its Memory, so that a desk that is started again does not
// tell it twice; a crash between the telling and its mark can. An alarm of an earlier
// run that nobody speaks of within an hour is over. Memory that fails, on a full disk
// say, is logged, and the alarm told all the same.
package alarm

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	grace   = time.Minute
	quiet   = 15 * time.Minute
	again   = 24 * time.Hour
	stale   = time.Hour
	look    = 10 * time.Second
	longest = 15 * time.Minute // a channel that fails rests
)

// Memory is where alarms outlast a run.
type Memory interface {
	Alarms(ctx context.Context) ([]desk.Alarm, error)
	KeepAlarm(ctx context.Context, a desk.Alarm) error
	DropAlarm(ctx context.Context, name string) error
}

// Channel is a way to the operator.
type Channel interface {
	// Name tells it from the other channels, in this run and the next.
	Name() string
	// Tell carries one message, or says why it could not.
	Tell(ctx context.Context, m Message) error
}

// Board holds the alarms. Clock and Log must be set, the fields not changed after the
// first call. Raise and Clear may be called by anybody at any time, on a nil Board too.
type Board struct {
	Memory   Memory    // nil: each run begins anew
	Channels []Channel // none: alarms are logged alone
	Words    Words
	Clock    func() time.Time
	Log      *slog.Logger

	mu      sync.Mutex
	raised  map[string]*raised
	resting map[string]rest // channels that failed
	begun   time.Time       // when the memory was read
}

// raised is an alarm with what this run knows of it.
type raised struct {
	desk.Alarm
	heard   bool // raised or cleared in this run
	changed bool // not in the memory yet
}

// rest is how long a channel is left alone.
type rest struct {
	failed int
	until  time.Time
}

// Raise says that something is wrong. The detail is what a program or a server said,
// for the operator to read; the sentence around it is made from the name.
func (b *Board) Raise(ctx context.Context, name, detail string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.raised[name]
	switch {
	case a == nil:
		a = &raised{changed: true, Alarm: desk.Alarm{Name: name, Since: b.Clock(), Told: map[string]time.Time{}}}
		if b.raised == nil {
			b.raised = map[string]*raised{}
		}
		b.raised[name] = a
		b.Log.WarnContext(ctx, "alarm", "alarm", name, "detail", detail)
	case !a.Cleared.IsZero():
		a.Cleared, a.changed = time.Time{}, true
	}
	a.heard, a.Detail = true, desk.Reply(detail)
}

// Clear says that nothing is wrong any more.
func (b *Board) Clear(ctx context.Context, name string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if a := b.raised[name]; a != nil {
		a.heard = true
		b.clear(ctx, a)
	}
}

func (b *Board) clear(ctx context.Context, a *raised) {
	if a.Cleared.IsZero() {
		a.Cleared, a.changed = b.Clock(), true
		b.Log.InfoContext(ctx, "alarm over", "alarm", a.Name, "since", a.Since)
	}
}

// Standing lists the alarms that are raised now, the oldest first.
func (b *Board) Standing() (standing []desk.Alarm) {
	for _, a := range b.snapshot() {
		if a.Cleared.IsZero() {
			standing = append(standing, a)
		}
	}
	return standing
}

// snapshot is every alarm as it stands, the oldest first.
func (b *Board) snapshot() (all []desk.Alarm) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.raised {
		one := a.Alarm
		one.Told = maps.Clone(a.Told)
		all = append(all, one)
	}
	slices.SortFunc(all, func(x, y desk.Alarm) int {
		return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Name, y.Name))
	})
	return all
}

// Recall reads what an earlier run kept. What was raised meanwhile goes on as the
// alarm that it was.
func (b *Board) Recall(ctx context.Context) error {
	if b.Memory == nil {
		return nil
	}
	kept, err := b.Memory.Alarms(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begun = b.Clock()
	if b.raised == nil {
		b.raised = map[string]*raised{}
	}
	for _, a := range kept {
		if a.Told == nil {
			a.Told = map[string]time.Time{}
		}
		now := b.raised[a.Name]
		if now == nil {
			b.raised[a.Name] = &raised{Alarm: a}
			continue
		}
		now.Since, now.Told, now.changed = a.Since, a.Told, true
	}
	return err
}

// Run recalls, then tells what is due until the context ends.
func (b *Board) Run(ctx context.Context) error {
	if err := b.Recall(ctx); err != nil && ctx.Err() == nil {
		b.Log.ErrorContext(ctx, "the alarms of the last run cannot be read", "error", err)
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		b.Tell(ctx, grace)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// keep brings the memory up to date.
func (b *Board) keep(ctx context.Context) {
	if b.Memory == nil {
		return
	}
	for _, a := range b.takeChanged() {
		if err := b.Memory.KeepAlarm(ctx, a); err != nil {
			b.mark(a.Name, func(r *raised) { r.changed = true })
			if !errors.Is(err, context.Canceled) {
				b.Log.ErrorContext(ctx, "an alarm cannot be kept for the next run", "alarm", a.Name, "error", err)
			}
		}
	}
}

func (b *Board) takeChanged() (changed []desk.Alarm) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.raised {
		if a.changed {
			a.changed = false
			one := a.Alarm
			one.Told = maps.Clone(a.Told)
			changed = append(changed, one)
		}
	}
	return changed
}

// mark changes an alarm that is there still.
func (b *Board) mark(name string, change func(*raised)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if a := b.raised[name]; a != nil {
		change(a)
	}
}
