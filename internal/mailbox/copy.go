package mailbox

import (
	"context"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// A server without MOVE takes four steps, each waited for: the library's own fallback
// sends them at once, and a COPY that fails then loses the mail.
//
//	recorded: a copy may stand there     a crash: the copy is sought before another is made
//	UID COPY                             likewise
//	recorded: it stands there (COPYUID)  a crash: nothing is copied again
//	STORE \Deleted, UID EXPUNGE          a crash: done again, and what is gone stays gone

// canMove says whether the server can take a single mail out of a folder.
func (s *session) canMove() bool { return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus) }

// copyTo copies mails to a folder, those that have no copy there yet, and deletes them
// where they are.
func (w *Watcher) copyTo(ctx context.Context, s *session, filings []desk.Filing, name string) error {
	missing, err := w.uncopied(ctx, s, filings, name)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		if err := w.copying(ctx, missing); err != nil {
			return err
		}
		var to moved
		err := s.within(ctx, 2*s.patience, "UID COPY", func() error {
			data, err := s.client.Copy(uidsOf(missing), name).Wait()
			if err == nil {
				to = movedTo(data.UIDValidity, data.SourceUIDs, data.DestUIDs)
			}
			return err
		})
		if err != nil {
			return err
		}
		to.at(missing)
		if err := w.copying(ctx, missing); err != nil {
			return err
		}
		note(filings, missing)
	}
	return s.within(ctx, 2*s.patience, "UID EXPUNGE", func() error { return s.expunge(uidsOf(filings)) })
}

// note takes over where mails stand.
func note(filings, placed []desk.Filing) {
	for i, f := range filings {
		at := slices.IndexFunc(placed, func(p desk.Filing) bool { return p.ID == f.ID })
		if at >= 0 {
			filings[i] = placed[at]
		}
	}
}

func (w *Watcher) copying(ctx context.Context, filings []desk.Filing) error {
	for i := range filings {
		filings[i].Copying = true
	}
	if err := w.Filings.Copying(context.WithoutCancel(ctx), filings); err != nil {
		return fmt.Errorf("recording what is copied: %w", err)
	}
	return nil
}

// uncopied is the mails that have no copy in the folder. Where a copy was begun once,
// the folder is looked through on a connection of its own: the watched one stays open.
func (w *Watcher) uncopied(ctx context.Context, s *session, filings []desk.Filing, name string) ([]desk.Filing, error) {
	begun := func(f desk.Filing) bool { return f.Copying }
	missing := slices.DeleteFunc(slices.Clone(filings), begun)
	if len(missing) == len(filings) {
		return missing, nil
	}
	there, err := connect(ctx, w.Server, w.Patience)
	if err != nil {
		return nil, err
	}
	defer there.close(ctx)
	if err := there.examine(ctx, name); err != nil {
		return nil, err
	}
	for i, f := range filings {
		if !f.Copying {
			continue
		}
		uid, err := there.copyOf(ctx, f)
		switch {
		case err != nil:
			return nil, err
		case uid == 0:
			missing = append(missing, f)
		default:
			filings[i].ToUIDValidity, filings[i].ToUID = there.uidValidity, uint32(uid)
		}
	}
	return missing, nil
}

// copyOf is the copy of a mail in the open folder, 0 where there is none: at the UID that
// the server told, or else by its Message-ID, or its size, and its bytes.
func (s *session) copyOf(ctx context.Context, f desk.Filing) (imap.UID, error) {
	if f.ToUID != 0 && f.ToUIDValidity == s.uidValidity {
		here, err := s.search(ctx, imap.UIDSetNum(imap.UID(f.ToUID)))
		if err != nil || len(here) > 0 {
			return imap.UID(f.ToUID), err
		}
	}
	uids, err := s.seek(ctx, f.MessageID, f.Size)
	if err != nil {
		return 0, err
	}
	same, err := s.same(ctx, uids, f.Size, f.SHA256)
	if err != nil || len(same) == 0 {
		return 0, err
	}
	return same[0], nil
}

// flag marks mails that stay where they are, for want of a way to move them, so that
// mail clients tell them from those that the desk has not seen.
func (s *session) flag(ctx context.Context, filings []desk.Filing) error {
	mark := keyword
	if !s.keywords {
		mark = imap.FlagFlagged
	}
	return s.within(ctx, s.patience, "UID STORE", func() error {
		flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{mark}}
		return s.client.Store(uidsOf(filings), flags, nil).Close()
	})
}

// keyword is what mails bear that were recorded and could not be moved.
const keyword imap.Flag = "$Guichet"

// expunge deletes mails for good, and those alone (RFC 4315 section 2.1). It is
// called within a deadline.
func (s *session) expunge(set imap.UIDSet) error {
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := s.client.Store(set, deleted, nil).Close(); err != nil {
		return err
	}
	return s.client.UIDExpunge(set).Close()
}
