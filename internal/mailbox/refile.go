package mailbox

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// refile moves mails that stand in the folder of one queue to that of another, each
// on a connection of its own: there are few. One that is not there any more counts as
// moved: a person took it. What fails is tried again at the next pass and stops nothing
// else; an error is a ledger that fails.
func (w *Watcher) refile(ctx context.Context) error {
	if w.Filings == nil {
		return nil
	}
	due, err := w.Filings.DueRefilings(ctx, w.Address)
	if err != nil {
		return fmt.Errorf("asking what is to be moved between queues: %w", err)
	}
	for _, f := range due {
		moved, err := w.refileOne(ctx, f)
		if err != nil {
			if ctx.Err() == nil {
				w.Log.Warn("a mail could not be moved to its queue, and is tried again", slog.String("from", w.FolderOf(f.Stands.Queue)),
					slog.String("to", w.FolderOf(f.Queue)), slog.Any("error", err))
			}
			continue
		}
		if err := w.filed(ctx, []desk.Filing{moved}); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) refileOne(ctx context.Context, f desk.Refiling) (desk.Filing, error) {
	s, err := w.visit(ctx, w.FolderOf(f.Stands.Queue))
	if err != nil || s == nil {
		return f.Filing, err
	}
	defer s.close(ctx)
	uids, err := s.whereIs(ctx, f.Stands)
	if err != nil || len(uids) == 0 {
		return f.Filing, err
	}
	one := []desk.Filing{f.Filing}
	one[0].UIDValidity, one[0].UID = s.uidValidity, uint32(uids[0])
	one[0].MessageID, one[0].SHA256, one[0].Size = f.Stands.MessageID, f.Stands.SHA256, f.Stands.Size
	err = w.move(ctx, s, one, w.FolderOf(f.Queue))
	return one[0], err
}

// visit opens the folder of a queue on a connection of its own: the watched folder stays
// open. Where there is no such folder the session is nil.
func (w *Watcher) visit(ctx context.Context, folder string) (*session, error) {
	s, err := connect(ctx, w.Server, w.Patience)
	if err != nil {
		return nil, err
	}
	there, err := s.has(ctx, s.names.of(folder))
	if err == nil && there {
		err = s.open(ctx, folder, false)
	}
	if err != nil || !there {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// whereIs lists the mails of the open folder that are the very one: at the UID that its
// move told, or else where its Message-ID or its size leads.
func (s *session) whereIs(ctx context.Context, r desk.Removal) ([]imap.UID, error) {
	if r.UIDValidity == s.uidValidity && r.UID != 0 {
		here, err := s.search(ctx, imap.UIDSetNum(imap.UID(r.UID)))
		if err != nil {
			return nil, err
		}
		if found, err := s.same(ctx, here, r.Size, r.SHA256); len(found) > 0 || err != nil {
			return found, err
		}
	}
	here, err := s.seek(ctx, r.MessageID, r.Size)
	if err != nil {
		return nil, err
	}
	return s.same(ctx, here, r.Size, r.SHA256)
}
