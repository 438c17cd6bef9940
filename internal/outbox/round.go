package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// losses is how many connections in a row may be lost in the middle of a letter
// before the server, and no longer the letter, is held to be at fault.
const losses = 2

// round is one emptying of the queue, over a connection that is kept while
// letters are due.
type round struct {
	*Sender
	session *session // nil between connections
	sent    int
	lost    int // connections lost in a row
}

// deliver tries one letter and records what became of it. The error ends the
// round: the server cannot be used, or the outcome could not be recorded.
func (r *round) deliver(ctx context.Context, l desk.Letter) error {
	reply, err := r.transmit(ctx, l)
	var trouble *Unreachable
	if err != nil && !errors.As(err, &trouble) && r.lost >= losses {
		trouble = r.Server.unreachable(StepSession, err)
	}
	if serr := r.settle(ctx, l, r.outcome(l, reply, err)); serr != nil {
		return fmt.Errorf("recording what became of letter %d: %w", l.ID, serr)
	}
	if trouble != nil {
		return trouble
	}
	return nil
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
	reply, err = r.session.send(ctx, l)
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
		o.Sent, o.Reply = true, presentable(reply)
		return o
	case errors.As(err, &trouble):
		// Due again at once: it is the sender that waits for the server.
		o.Untried, o.Next = true, o.At
	case errors.As(err, &f) && f.permanent(), tries >= desk.MaxTries:
		o.Permanent = true
	default:
		o.Next = o.At.Add(desk.Backoff(tries, r.random()))
	}
	o.Reply = presentable(err.Error())
	return o
}

// settle records an outcome even when the context has ended meanwhile.
func (r *round) settle(ctx context.Context, l desk.Letter, o desk.Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if err := r.Queue.Settle(ctx, l.ID, o); err != nil {
		return err
	}
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
	return nil
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
