package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Start says from where to begin on a mailbox that has a past. Its zero value
// begins now: whatever is there is left alone.
type Start struct {
	All   bool      // begin with the oldest mail
	Since time.Time // begin with what arrived from then on, by the server's clock
}

// ParseStart reads "now", "all" or a date (2006-01-02), which begins at midnight
// in the zone.
func ParseStart(s string, zone *time.Location) (Start, error) {
	switch s {
	case "now":
		return Start{}, nil
	case "all":
		return Start{All: true}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		return Start{}, fmt.Errorf("%q is neither now, nor all, nor a date like 2026-01-31", s)
	}
	return Start{Since: day}, nil
}

// position is how far the open folder was read, taken over where the ledger has
// nothing that fits it.
func (w *Watcher) position(ctx context.Context, s *session) (desk.Position, error) {
	p, err := w.Ledger.Position(ctx, w.Address)
	switch {
	case errors.Is(err, desk.ErrNotFound):
		if p, err = w.begin(ctx, s); err != nil {
			return desk.Position{}, err
		}
	case err != nil:
		return desk.Position{}, fmt.Errorf("reading the position of %s: %w", w.Address, err)
	case p.UIDValidity == s.uidValidity:
		return p, nil
	default:
		if err := s.stands(ctx); err != nil {
			return desk.Position{}, err
		}
		w.Log.Warn("the server renumbered the mailbox: it is read again from the start",
			slog.Uint64("uidvalidity", uint64(s.uidValidity)), slog.Uint64("was", uint64(p.UIDValidity)))
		p = desk.Position{UIDValidity: s.uidValidity, From: p.From, Next: uint32(s.uidNext)}
	}
	return p, w.takeOver(ctx, p)
}

func (w *Watcher) takeOver(ctx context.Context, p desk.Position) error {
	if err := w.Ledger.TakeOver(ctx, w.Address, p); err != nil {
		return fmt.Errorf("recording the position of %s: %w", w.Address, err)
	}
	return nil
}

// begin is the position of a first start. From "now" on, it is the UID that
// parts the past from the rest; the date serves if the mailbox is renumbered,
// and is the server's own: the second after that of the newest mail there. After a
// restore of a backup from before the first start, "now" is the day of that backup: the
// desk has watched since, and what it did not come to must not be passed over.
func (w *Watcher) begin(ctx context.Context, s *session) (desk.Position, error) {
	if w.Start == nil {
		return desk.Position{}, ErrFirstStart
	}
	if err := s.proveNext(ctx); err != nil {
		return desk.Position{}, err
	}
	p := desk.Position{UIDValidity: s.uidValidity, Next: uint32(s.uidNext), From: w.Start.Since}
	if w.Start.All || !w.Start.Since.IsZero() {
		return p, nil
	}
	since, due, err := w.recovering(ctx, s)
	if err != nil {
		return desk.Position{}, err
	}
	if due {
		p.From = since
		return p, nil
	}
	p.LastUID = uint32(s.uidNext) - 1
	newest, err := s.newest(ctx)
	if err != nil {
		return desk.Position{}, err
	}
	if !newest.IsZero() {
		p.From = newest.Add(time.Second) // the server's dates are whole seconds
	}
	if now := w.Now(); p.From.After(now) {
		p.From = now
	}
	return p, nil
}

// newest is the latest INTERNALDATE in the folder, zero where it is empty.
func (s *session) newest(ctx context.Context) (time.Time, error) {
	uids, err := s.after(ctx, 0)
	if err != nil {
		return time.Time{}, err
	}
	var newest time.Time
	for chunk := range slices.Chunk(uids, uidsAtOnce) {
		heads, err := s.heads(ctx, chunk)
		if err != nil {
			return time.Time{}, err
		}
		for _, h := range heads {
			if h.at.After(newest) {
				newest = h.at
			}
		}
	}
	return newest, nil
}
