package mailbox

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// pass does all that there is to do: it files what an earlier pass left,
// processes what is new, files that, and deletes what is to be forgotten. A filing that the server refuses does
// not stop the mails behind it, and comes back as a *FilingError.
func (w *Watcher) pass(ctx context.Context, s *session) error {
	if err := s.refresh(ctx); err != nil {
		return err
	}
	p, err := w.position(ctx, s)
	if err != nil {
		return err
	}
	if err := w.recover(ctx, s); err != nil {
		return err
	}
	if err := w.file(ctx, s); err != nil {
		return err
	}
	uids, err := w.fresh(ctx, s, &p)
	if err != nil {
		return err
	}
	if err := w.take(ctx, s, &p, uids); err != nil {
		return err
	}
	if err := w.settle(ctx, s); err != nil {
		return err
	}
	if err := w.refile(ctx); err != nil {
		return err
	}
	if err := w.remove(ctx, s); err != nil {
		return err
	}
	w.keepCopies(ctx)
	if s.held != nil {
		return s.held
	}
	return nil
}

// take takes mails, and moves the position past those that are left alone.
func (w *Watcher) take(ctx context.Context, s *session, p *desk.Position, uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	begun, stop := context.WithCancel(ctx)
	defer stop() // what is not recorded by the end comes again: nobody need understand it
	l := line{hand: w.Hand, begin: func(mails []desk.Received) func() error { return w.Process(begun, mails) }}
	defer l.wait()  // nothing may be recorded once the next pass has begun
	var last uint32 // the highest that the server found and described: a UID that it only names is no mail
	for chunk := range slices.Chunk(uids, uidsAtOnce) {
		heads, err := s.heads(ctx, chunk)
		if err != nil {
			return err
		}
		if len(heads) > 0 {
			last = uint32(heads[len(heads)-1].uid)
		}
		heads = slices.DeleteFunc(heads, func(h head) bool { return older(h, *p) })
		if err := w.takeSome(ctx, s, p, &l, heads); err != nil {
			return err
		}
		if len(l.batches) > 0 {
			continue // the position may not pass what is in hand
		}
		if err := w.pastAll(ctx, p, last); err != nil {
			return err
		}
	}
	due, err := w.advance(ctx, s, p, &l, func() bool { return len(l.batches) == 0 })
	if err == nil && due {
		err = w.file(ctx, s)
	}
	if err != nil {
		return err
	}
	return w.pastAll(ctx, p, last)
}

// takeSome puts mails in hand: some are fetched while those before them are understood
// and recorded. What was recorded is filed after the next are fetched, so that there is
// something to understand meanwhile.
func (w *Watcher) takeSome(ctx context.Context, s *session, p *desk.Position, l *line, heads []head) error {
	for len(heads) > 0 {
		n := together(heads, w.Limit)
		due, err := w.advance(ctx, s, p, l, func() bool { return l.takes(heads[:n], w.Limit) })
		if err != nil {
			return err
		}
		mails, err := w.fetch(ctx, s, heads[:n])
		if err != nil {
			return err
		}
		l.add(mails, l.begin(mails))
		heads = heads[n:]
		if !due {
			continue
		}
		if err := w.file(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// pastAll moves the position to the last UID that was looked at, where it stands below:
// mails were left alone, or on record before.
func (w *Watcher) pastAll(ctx context.Context, p *desk.Position, last uint32) error {
	p.LastUID = max(p.LastUID, last)
	stands, err := w.Ledger.Position(ctx, w.Address)
	if err != nil {
		return fmt.Errorf("reading the position of %s: %w", w.Address, err)
	}
	if stands.LastUID < p.LastUID {
		return w.takeOver(ctx, *p)
	}
	return nil
}

// advance waits for the oldest batches in hand until enough says so. It files them but
// for the last one, which is due where there was any.
func (w *Watcher) advance(ctx context.Context, s *session, p *desk.Position, l *line, enough func() bool) (due bool, err error) {
	for !enough() {
		if due {
			if err := w.file(ctx, s); err != nil {
				return false, err
			}
		}
		recorded, err := l.oldest()
		if err != nil {
			return false, fmt.Errorf("processing the mails of %s: %w", w.Address, err)
		}
		for _, uid := range recorded {
			p.LastUID = max(p.LastUID, uid) // one that was passed over stands below
			delete(s.lost, imap.UID(uid))
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		due = true
	}
	return due, nil
}

// older says whether a mail was there before the desk.
func older(h head, p desk.Position) bool {
	cameLater := p.Next != 0 && uint32(h.uid) >= p.Next
	return !cameLater && !h.at.IsZero() && h.at.Before(p.From)
}

// together is how many of the mails are fetched at once: at least one.
func together(heads []head, limit int64) int {
	var total int64
	for i, h := range heads {
		total += h.fetched(limit)
		if i > 0 && (total > bytesAtOnce || i == mailsAtOnce) {
			return i
		}
	}
	return len(heads)
}

// fetch gets the mails' bytes, of those above the limit the header alone.
func (w *Watcher) fetch(ctx context.Context, s *session, heads []head) ([]desk.Received, error) {
	var small, large []head
	for _, h := range heads {
		if h.bytes > w.Limit {
			large = append(large, h)
		} else {
			small = append(small, h)
		}
	}
	after, large, err := s.confirm(ctx, large, w.Limit)
	if err != nil {
		return nil, err
	}
	small = append(small, after...)
	raws, err := s.bodies(ctx, small, w.Limit)
	if err != nil {
		return nil, err
	}
	headers, err := s.headers(ctx, large)
	if err != nil {
		return nil, err
	}
	maps.Copy(raws, headers)

	var mails []desk.Received
	for _, h := range heads {
		raw, there := raws[h.uid]
		if !there {
			continue // gone since it was listed
		}
		if len(raw) == 0 {
			w.Log.Error("the server lists a mail and does not give its text",
				slog.Uint64("uid", uint64(h.uid)))
		}
		_, oversize := headers[h.uid]
		mails = append(mails, w.received(s, h, raw, oversize))
	}
	return mails, nil
}

func (w *Watcher) received(s *session, h head, raw []byte, oversize bool) desk.Received {
	r := desk.Received{Mailbox: w.Address, UIDValidity: s.uidValidity, UID: uint32(h.uid), At: h.at, Raw: raw}
	if r.At.IsZero() {
		r.At = w.Now()
	}
	// A size is an estimate on some servers: the bytes have the last word.
	size := int64(len(raw))
	if oversize {
		size = h.bytes
	}
	if size > w.Limit {
		r.Raw, r.Oversize = headerOf(raw), max(size, h.bytes)
	}
	return r
}
