package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// losses is how many connections in a row may be lost in the middle of a letter
// before the server, and no longer the letter, is held to be at fault.
const losses = 2

// round is an emptying of the queue, over a connection that is kept.
type round struct {
	*Sender
	session *session // nil between connections
	loose   bool     // outcomes were recorded that may not be on the disk
	sent    int
	lost    int // connections lost in a row
}

// empty sends everything that is due, group by group. Whatever ends it, every
// outcome is recorded before it returns, unless the queue fails.
func (r *round) empty(ctx context.Context) error {
	for ctx.Err() == nil {
		letters, err := r.exchange(ctx, groupLetters)
		switch {
		case err != nil:
			return err
		case len(letters) == 0:
			return r.watchCap(ctx)
		}
		err = r.carry(ctx, letters)
		var trouble *Unreachable
		switch {
		case err != nil && !errors.As(err, &trouble):
			return err
		case trouble != nil && ctx.Err() == nil: // else it was not asked long enough
			_, err := r.exchange(ctx, 0)
			return errors.Join(trouble, err)
		}
	}
	_, err := r.exchange(ctx, 0)
	return err
}

// carry tries a group of letters. Those that it does not come to go back as they
// were. Its error ends the round: the server cannot be used, or the queue failed.
func (r *round) carry(ctx context.Context, letters []desk.Letter) error {
	began := time.Now()
	for i, l := range letters {
		if ctx.Err() != nil || time.Since(began) > groupAge {
			r.giveBack(letters[i:])
			return nil
		}
		begun := time.Now()
		reply, err := r.transmit(ctx, l)
		took := time.Since(begun)
		var trouble *Unreachable
		if err != nil && !errors.As(err, &trouble) && r.lost >= losses {
			trouble = r.Server.unreachable(StepSession, err)
		}
		r.note(l, r.outcome(l, reply, err))
		if trouble != nil {
			r.giveBack(letters[i+1:])
			return trouble
		}
		// The next letter may take as long as this one.
		if time.Since(r.since)+took >= r.limits.orRFC().linger && i+1 < len(letters) {
			if _, err := r.exchange(ctx, 0); err != nil {
				r.giveBack(letters[i+1:])
				return err
			}
		}
	}
	return nil
}

// note keeps an outcome to be recorded.
func (r *round) note(l desk.Letter, o desk.Outcome) {
	if len(r.done) == 0 {
		r.since = time.Now()
	}
	r.done = append(r.done, desk.Settled{ID: l.ID, Outcome: o})
	log := r.Log.With(slog.Int64("letter", l.ID), slog.String("message_id", l.MessageID), slog.Int("failed_before", l.Attempts))
	switch {
	case o.Sent:
		r.sent++
		log.Info("letter sent", slog.String("reply", o.Reply))
	case o.Permanent:
		log.Error("letter given up", slog.String("reply", o.Reply))
	case !o.Untried:
		log.Warn("letter deferred", slog.String("reply", o.Reply), slog.Time("next", o.Next))
	}
}

// giveBack ends the lease of letters that were not tried.
func (r *round) giveBack(letters []desk.Letter) {
	for _, l := range letters {
		r.note(l, desk.Outcome{At: r.Clock(), Untried: true})
	}
}

// exchange records what is not recorded yet, even where the context has ended
// meanwhile, and claims so many letters more.
func (r *round) exchange(ctx context.Context, most int) ([]desk.Letter, error) {
	if len(r.done) == 0 && most == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	letters, err := r.Queue.Exchange(ctx, r.done, desk.Claim{At: r.Clock(), Lease: lease, Most: most, Bytes: groupBytes})
	if err != nil {
		return nil, fmt.Errorf("recording what became of %d letters, and claiming more: %w", len(r.done), err)
	}
	r.loose = len(letters) == 0 && (r.loose || len(r.done) > 0)
	r.done = nil
	return letters, nil
}

// sync puts what was recorded on the disk. Where it fails, a power cut may cost a
// repeat, which is on record then.
func (r *round) sync() {
	if !r.loose {
		return
	}
	r.loose = false
	if err := r.Queue.Sync(); err != nil {
		r.Log.Error("what became of letters is not on the disk yet", slog.Any("error", err))
	}
}

// transmit sends the letter over the kept connection, or a new one. A kept
// connection that the server has since given up costs the letter nothing.
func (r *round) transmit(ctx context.Context, l desk.Letter) (reply string, err error) {
	if err := sendable(l); err != nil {
		return "", err
	}
	kept := r.session != nil
	if !kept {
		if r.session, err = r.Server.connect(ctx, r.limits.orRFC()); err != nil {
			return "", err
		}
	}
	reply, err = r.session.deliver(ctx, l)
	var f *failure
	switch {
	case !errors.As(err, &f):
		r.lost = 0
		return reply, err
	case f.blameless():
		r.hangUp()
		if kept {
			return r.transmit(ctx, l)
		}
		return "", r.Server.unreachable(StepSession, f)
	case f.lost():
		r.lost++
		r.hangUp()
	default:
		r.lost = 0
		r.reset()
	}
	return "", f
}

// outcome judges a try.
func (r *round) outcome(l desk.Letter, reply string, err error) desk.Outcome {
	o := desk.Outcome{At: r.Clock()}
	var trouble *Unreachable
	var f *failure
	switch tries := l.Attempts + 1; {
	case err == nil:
		o.Sent, o.Reply = true, desk.AnonymousReply(reply)
		return o
	case errors.As(err, &trouble):
		// Due again at once: it is the sender that waits for the server.
		o.Untried = true
	case errors.As(err, &f) && f.permanent(), tries >= desk.MaxTries:
		o.Permanent = true
	default:
		o.Unknown = f != nil && f.unknown()
		o.Next = o.At.Add(desk.Backoff(tries, r.random()))
	}
	o.Reply = desk.AnonymousReply(err.Error())
	return o
}

// reset makes the connection ready for the next letter, or gives it up.
func (r *round) reset() {
	if err := r.session.reset(); err != nil {
		r.hangUp()
	}
}

func (r *round) hangUp() {
	if r.session != nil {
		r.session.close()
		r.session = nil
	}
}

// rest waits to be woken, for so long at most, and says whether to go on: the context
// has not ended, nor was last closed. Meanwhile it syncs what nothing else does, and
// hangs up a connection over which nothing comes.
func (r *round) rest(ctx context.Context, wait time.Duration, wake, last <-chan struct{}) (woken bool) {
	over := time.NewTimer(wait)
	defer over.Stop()
	settled := time.NewTimer(r.limits.orRFC().linger)
	defer settled.Stop()
	quiet := time.NewTimer(r.limits.orRFC().idle)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-last:
			return false
		case <-settled.C:
			r.sync()
			continue
		case <-quiet.C:
			r.hangUp()
			continue
		case <-wake:
		case <-over.C:
		}
		return true
	}
}
