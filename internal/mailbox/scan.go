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
	uids, err := s.after(ctx, p.LastUID)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(uids, uidsAtOnce) {
		if err := w.chunk(ctx, s, &p, chunk); err != nil {
			return err
		}
	}
	if err := w.remove(ctx, s); err != nil {
		return err
	}
	if s.held != nil {
		return s.held
	}
	return nil
}

// chunk takes the mails of a run of UIDs, and moves the position past those that
// are left alone.
func (w *Watcher) chunk(ctx context.Context, s *session, p *desk.Position, uids []imap.UID) error {
	heads, err := s.heads(ctx, uids)
	if err != nil {
		return err
	}
	heads = slices.DeleteFunc(heads, func(h head) bool { return older(h, *p) })
	for len(heads) > 0 {
		n := together(heads, w.Limit)
		if err := w.batch(ctx, s, p, heads[:n]); err != nil {
			return err
		}
		heads = heads[n:]
	}
	if last := uint32(uids[len(uids)-1]); p.LastUID < last {
		p.LastUID = last
		return w.takeOver(ctx, *p)
	}
	return nil
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
		total += min(h.bytes, limit)
		if i > 0 && (total > bytesAtOnce || i == mailsAtOnce) {
			return i
		}
	}
	return len(heads)
}

// batch fetches mails, hands each to Process and files them. When the context
// ends, the mail in hand is finished and the others wait for the next start.
func (w *Watcher) batch(ctx context.Context, s *session, p *desk.Position, heads []head) error {
	mails, err := w.fetch(ctx, s, heads)
	if err != nil {
		return err
	}
	for _, mail := range mails {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Process(context.WithoutCancel(ctx), mail); err != nil {
			return fmt.Errorf("processing mail %d of %s: %w", mail.UID, w.Address, err)
		}
		p.LastUID = mail.UID
		delete(s.lost, imap.UID(mail.UID))
	}
	return w.file(ctx, s)
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
		if raw == nil {
			w.Log.Error("the server lists a mail and does not give it: it is taken without its text",
				slog.Uint64("uid", uint64(h.uid)))
		}
		mails = append(mails, w.received(s, h, raw))
	}
	return mails, nil
}

func (w *Watcher) received(s *session, h head, raw []byte) desk.Received {
	r := desk.Received{Mailbox: w.Address, UIDValidity: s.uidValidity, UID: uint32(h.uid), At: h.at, Raw: raw}
	if r.At.IsZero() {
		r.At = w.Now()
	}
	// A size is an estimate on some servers: the bytes have the last word.
	if size := max(h.bytes, int64(len(raw))); size > w.Limit {
		r.Raw, r.Oversize = headerOf(raw), size
	}
	return r
}
