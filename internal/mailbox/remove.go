package mailbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// remove deletes the mails that are to be forgotten from the folders that they were
// moved to, on a connection of its own: the watched folder stays open. Without
// UIDPLUS nothing is deleted, since a plain EXPUNGE would take other people's mail
// along. What fails is tried again at the next pass and stops nothing else; an
// error is a ledger that fails.
func (w *Watcher) remove(ctx context.Context, watching *session) error {
	if w.Removals == nil || !watching.caps.Has(imap.CapUIDPlus) {
		return nil
	}
	due, err := w.Removals.DueRemovals(ctx, w.Address)
	if err != nil {
		return fmt.Errorf("asking what is to be deleted: %w", err)
	}
	queues := map[desk.Queue][]desk.Removal{}
	for _, r := range due {
		queues[r.Queue] = append(queues[r.Queue], r)
	}
	for _, queue := range slices.Sorted(maps.Keys(queues)) {
		folder, asked := w.FolderOf(queue), queues[queue]
		removed, err := w.removeFrom(ctx, folder, asked)
		if err != nil && ctx.Err() == nil {
			w.Log.Warn("some mails could not be deleted as promised, and are tried again", slog.String("folder", folder),
				slog.Int("mails", len(asked)-len(removed)), slog.Any("error", err))
		}
		if len(removed) == 0 {
			continue
		}
		if err := w.Removals.Removed(context.WithoutCancel(ctx), removed); err != nil {
			return fmt.Errorf("recording what was deleted: %w", err)
		}
	}
	return nil
}

// removeFrom deletes mails from one folder and says with which it is done, even
// where it fails half-way.
func (w *Watcher) removeFrom(ctx context.Context, folder string, due []desk.Removal) (removed []int64, err error) {
	s, err := w.visit(ctx, folder)
	if err != nil {
		return nil, err
	}
	if s != nil {
		defer s.close(ctx)
	}
	for _, r := range due {
		if s != nil {
			if err := s.remove(ctx, r); err != nil {
				return removed, err
			}
		}
		removed = append(removed, r.MailID)
	}
	return removed, nil
}

// remove deletes one mail from the open folder, where it is found (a person may have
// moved it out and back), and only where the bytes are the mail's. What is not in the
// folder any more is left alone.
func (s *session) remove(ctx context.Context, r desk.Removal) error {
	found, err := s.whereIs(ctx, r)
	if err != nil || len(found) == 0 {
		return err
	}
	return s.within(ctx, 2*s.patience, "UID EXPUNGE", func() error { return s.expunge(imap.UIDSetNum(found...)) })
}

// seek lists the mails that may be the one: by the Message-ID, or by the size where
// it had none.
func (s *session) seek(ctx context.Context, messageID string, size int64) (uids []imap.UID, err error) {
	wanted := &imap.SearchCriteria{Larger: size - 1, Smaller: size + 1}
	if messageID != "" {
		wanted = &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: messageID}}}
	}
	err = s.within(ctx, s.patience, "UID SEARCH", func() error {
		data, err := s.client.UIDSearch(wanted, nil).Wait()
		uids = data.AllUIDs()
		return err
	})
	return uids, err
}

// same lists those of the mails whose bytes, that many, have the hash.
func (s *session) same(ctx context.Context, uids []imap.UID, size int64, hash [32]byte) (same []imap.UID, err error) {
	if len(uids) == 0 {
		return nil, nil
	}
	heads := make([]head, len(uids))
	for i, uid := range uids {
		heads[i] = head{uid: uid, bytes: size}
	}
	raws, err := s.upTo(ctx, heads, size)
	for uid, raw := range raws {
		if isMail(raw, hash) {
			same = append(same, uid)
		}
	}
	slices.Sort(same)
	return same, err
}

// isMail says whether bytes, of which one more than the mail's may be there, are the
// mail with that hash: of a mail that was too large, the header alone is on record.
func isMail(raw []byte, hash [32]byte) bool {
	return sha256.Sum256(raw) == hash || sha256.Sum256(headerOf(raw)) == hash
}
