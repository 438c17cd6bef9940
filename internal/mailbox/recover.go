package mailbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Recovery is what a ledger must be told after it was put back to an earlier state: it
// forgot mails that were filed since, and that are in the watched folder no more.
type Recovery interface {
	// Recovering says whether the queues' folders are to be searched, and from when on
	// mails may be unknown. The first time it keeps the UID that the server will give
	// next: what is below arrived before.
	Recovering(ctx context.Context, mailbox string, uidValidity, uidNext uint32) (since time.Time, due bool, err error)
	// Unknown says of which mails of a folder the ledger knows nothing, by the SHA-256
	// of the bytes that Process would get, and remembers where they were found.
	Unknown(ctx context.Context, mailbox, folder string, sums [][32]byte) ([]bool, error)
	// Recovered says that every folder was searched.
	Recovered(ctx context.Context, mailbox string) error
}

// recover puts the mails that a restored ledger does not know back into the watched
// folder, where this very pass takes them in as any other; they are filed again like
// them. Moving keeps their date, their flags and, wherever it is interrupted, the mail:
// one that was moved is new in the watched folder, and one that was not is found again. A
// server that cannot move has never filed anything. What fails is tried at the next pass.
func (w *Watcher) recover(ctx context.Context, s *session) error {
	since, due, err := w.recovering(ctx, s)
	if err != nil || !due {
		return err
	}
	w.Log.Warn("a backup was restored: the folders are searched for mails that it does not know", slog.Time("since", since))
	if s.canMove() {
		for _, folder := range w.folders() {
			err := w.recoverFrom(ctx, s, folder, since)
			switch {
			case err == nil:
			case ctx.Err() != nil, errors.Is(err, desk.ErrStorage), errors.Is(err, desk.ErrLockLost):
				return err
			default: // what arrives must not wait for it
				w.Log.Error("a folder could not be searched, and is at the next pass", slog.String("folder", folder), slog.Any("error", err))
				due = false
			}
		}
	}
	if err := s.noop(ctx); err != nil { // it shows what was put back
		return err
	}
	if !due {
		return nil
	}
	if err := w.Recovery.Recovered(ctx, w.Address); err != nil {
		return fmt.Errorf("recording that the folders were searched: %w", err)
	}
	return nil
}

// recovering says whether a backup was restored since the folders were searched, and from
// when on mails may be unknown.
func (w *Watcher) recovering(ctx context.Context, s *session) (since time.Time, due bool, err error) {
	if w.Recovery == nil || w.Filings == nil {
		return since, false, nil
	}
	since, due, err = w.Recovery.Recovering(ctx, w.Address, s.uidValidity, uint32(s.uidNext))
	if err != nil {
		err = fmt.Errorf("asking whether a backup was restored: %w", err)
	}
	return since, due, err
}

// folders are those of the queues, the watched one apart.
func (w *Watcher) folders() (all []string) {
	for _, queue := range w.Queues() {
		if folder := w.FolderOf(queue); folder != "" && folder != w.Folder && !slices.Contains(all, folder) {
			all = append(all, folder)
		}
	}
	return all
}

// recoverFrom searches one folder.
func (w *Watcher) recoverFrom(ctx context.Context, watching *session, folder string, since time.Time) error {
	s, err := w.visit(ctx, folder)
	if err != nil || s == nil {
		return err
	}
	defer s.close(ctx)
	uids, err := s.since(ctx, since)
	if err != nil {
		return err
	}
	found := 0
	for chunk := range slices.Chunk(uids, uidsAtOnce) {
		n, err := w.recoverSome(ctx, s, watching.folder, folder, chunk)
		if err != nil {
			return err
		}
		found += n
	}
	if found > 0 {
		w.Log.Warn("mails that the backup does not know are taken in again, and their answers held", slog.String("folder", folder), slog.Int("mails", found))
	}
	return nil
}

// since lists the mails that the server received on that day or later.
func (s *session) since(ctx context.Context, day time.Time) (uids []imap.UID, err error) {
	err = s.within(ctx, s.patience, "UID SEARCH", func() error {
		data, err := s.client.UIDSearch(&imap.SearchCriteria{Since: day}, nil).Wait()
		uids = data.AllUIDs()
		return err
	})
	slices.Sort(uids)
	return uids, err
}

// recoverSome moves those of a run of mails back that are not known. What the server does
// not give is left where it is: nobody could say whether it is known.
func (w *Watcher) recoverSome(ctx context.Context, s *session, target, folder string, uids []imap.UID) (found int, err error) {
	heads, err := s.heads(ctx, uids)
	for err == nil && len(heads) > 0 {
		n := together(heads, w.Limit)
		var mails []desk.Received
		if mails, err = w.fetch(ctx, s, heads[:n]); err != nil {
			return found, err
		}
		heads = heads[n:]
		mails = slices.DeleteFunc(mails, func(m desk.Received) bool { return len(m.Raw) == 0 })
		sums := make([][32]byte, len(mails))
		for i, mail := range mails {
			sums[i] = sha256.Sum256(mail.Raw)
		}
		unknown, err := w.Recovery.Unknown(ctx, w.Address, folder, sums)
		if err != nil {
			return found, err
		}
		var set imap.UIDSet
		for i, mail := range mails {
			if unknown[i] {
				set.AddNum(imap.UID(mail.UID))
				found++
			}
		}
		if len(set) == 0 {
			continue
		}
		if err := s.putBack(ctx, set, target); err != nil {
			return found, err
		}
	}
	return found, err
}

// putBack moves mails to the watched folder. Without MOVE a crash may leave a second copy
// where they stood: by then they are known, and nothing follows from it.
func (s *session) putBack(ctx context.Context, set imap.UIDSet, target string) error {
	if s.caps.Has(imap.CapMove) {
		return s.within(ctx, s.patience, "UID MOVE", func() error {
			_, err := s.client.Move(set, target).Wait()
			return err
		})
	}
	return s.within(ctx, 3*s.patience, "UID COPY", func() error {
		if _, err := s.client.Copy(set, target).Wait(); err != nil {
			return err
		}
		return s.expunge(set)
	})
}
