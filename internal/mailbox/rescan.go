package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// errFickle is a server that gives two UIDVALIDITY for one folder, or two UIDNEXT: what
// it says next may be true.
var errFickle = errors.New("the server contradicts itself about the folder")

// stands asks a second time for the UIDVALIDITY of the open folder before all of it is
// read again.
func (s *session) stands(ctx context.Context) error {
	told, err := s.status(ctx)
	if err == nil && told.UIDValidity != 0 && told.UIDValidity != s.uidValidity {
		err = fmt.Errorf("%w: UIDVALIDITY %d and %d", errFickle, s.uidValidity, told.UIDValidity)
	}
	return err
}

// proveNext asks a second time for UIDNEXT, which parts the past from the rest at a
// first start. No mail that is there may stand at it or above it.
func (s *session) proveNext(ctx context.Context) error {
	told, err := s.status(ctx)
	if err != nil {
		return err
	}
	next := s.uidNext
	if told.UIDNext != 0 {
		next = min(next, told.UIDNext)
	}
	all, err := s.after(ctx, 0)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		next = max(next, all[len(all)-1]+1)
	}
	if told.UIDNext != 0 && next != told.UIDNext && next != s.uidNext {
		return fmt.Errorf("%w: UIDNEXT %d and %d, and a mail at %d", errFickle, s.uidNext, told.UIDNext, next-1)
	}
	s.uidNext = next
	return s.stands(ctx)
}

// status asks for the numbers of the open folder, which are zero where the server does
// not tell them.
func (s *session) status(ctx context.Context) (told imap.StatusData, err error) {
	err = s.within(ctx, s.patience, "STATUS", func() error {
		data, err := s.client.Status(s.folder, &imap.StatusOptions{UIDNext: true, UIDValidity: true}).Wait()
		if err == nil {
			told = *data
		}
		return err
	})
	if refused(err) {
		return imap.StatusData{}, nil
	}
	return told, err
}

// fresh lists the mails to take, in order: those that were passed over, and those above
// the position.
func (w *Watcher) fresh(ctx context.Context, s *session, p *desk.Position) ([]imap.UID, error) {
	above, err := w.above(ctx, s, p)
	if err != nil {
		return nil, err
	}
	missed, err := w.Ledger.Missed(ctx, w.Address, s.uidValidity)
	if err != nil {
		return nil, fmt.Errorf("asking what was passed over: %w", err)
	}
	for _, uid := range missed {
		above = append(above, imap.UID(uid))
	}
	slices.Sort(above)
	return slices.Compact(above), nil
}

// above lists the mails above the position. A position above all that the server ever
// gave is the fruit of a lie, and is set back: then they are those that were never
// recorded.
func (w *Watcher) above(ctx context.Context, s *session, p *desk.Position) ([]imap.UID, error) {
	if s.looked || uint32(s.uidNext) > p.LastUID {
		s.looked = true
		if s.woken {
			s.woken = false
			return s.news(ctx, p.LastUID)
		}
		return s.after(ctx, p.LastUID)
	}
	all, err := s.after(ctx, 0)
	if err != nil {
		return nil, err
	}
	highest := uint32(s.uidNext) - 1
	if len(all) > 0 {
		highest = max(highest, uint32(all[len(all)-1]))
	}
	if highest >= p.LastUID {
		s.looked = true
		return slices.DeleteFunc(all, func(uid imap.UID) bool { return uint32(uid) <= p.LastUID }), nil
	}
	missed, err := w.unrecorded(ctx, s, all)
	if err != nil {
		return nil, err
	}
	w.Log.Warn("the position is above every mail that the server ever had: it is set back",
		slog.Uint64("position", uint64(p.LastUID)), slog.Uint64("highest", uint64(highest)), slog.Int("missed", len(missed)))
	p.LastUID = highest
	if len(missed) > 0 {
		p.LastUID = uint32(missed[0]) - 1
	}
	s.looked = true
	return missed, w.takeOver(ctx, *p)
}

// unrecorded is those of the UIDs that were never recorded.
func (w *Watcher) unrecorded(ctx context.Context, s *session, uids []imap.UID) (missed []imap.UID, err error) {
	for chunk := range slices.Chunk(uids, uidsAtOnce) {
		recorded, err := w.Ledger.Recorded(ctx, w.Address, s.uidValidity, numbers(chunk))
		if err != nil {
			return nil, fmt.Errorf("asking what was recorded: %w", err)
		}
		for _, uid := range chunk {
			if !recorded[uint32(uid)] {
				missed = append(missed, uid)
			}
		}
	}
	return missed, nil
}
