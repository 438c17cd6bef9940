package mailbox

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Copies are the notices that left, and whose copy is to stand in the mailbox's own
// folder of sent mail.
type Copies interface {
	// DueCopies lists some of them, oldest first, as many as may be held in memory.
	DueCopies(ctx context.Context, mailbox string) ([]desk.Sent, error)
	// Copied says that their copies stand there.
	Copied(ctx context.Context, ids []int64) error
}

// KeepCopies puts a copy of each notice that left into the folder Sent, once: it is
// looked for by its Message-ID before, as a crash may have come between the copy and
// its mark, and some servers keep what they send themselves. It does nothing where Sent
// is empty. What the server refuses is tried again at the next look.
func (w *Watcher) KeepCopies(ctx context.Context) error { return w.ready().copies(ctx) }

func (w *Watcher) copies(ctx context.Context) error {
	if w.Sent == "" || w.Copies == nil {
		return nil
	}
	var s *session
	defer func() {
		if s != nil {
			s.close(ctx)
		}
	}()
	for {
		due, err := w.Copies.DueCopies(ctx, w.Address)
		if err != nil || len(due) == 0 {
			return err
		}
		if s == nil {
			if s, err = w.openSent(ctx); err != nil {
				return err
			}
		}
		copied, failed := w.keepSome(ctx, s, due)
		if err := w.Copies.Copied(context.WithoutCancel(ctx), copied); err != nil {
			return fmt.Errorf("recording what was copied: %w", err)
		}
		if failed != nil {
			return failed
		}
	}
}

// openSent connects and opens the folder, which is made where it is missing.
func (w *Watcher) openSent(ctx context.Context) (*session, error) {
	s, err := connect(ctx, w.Server, w.Patience)
	if err != nil {
		return nil, err
	}
	if err = s.ensure(ctx, w.Sent); err == nil {
		err = s.open(ctx, w.Sent, true)
	}
	if err != nil {
		s.close(ctx)
		return nil, fmt.Errorf("the folder of sent mail, %s: %w", w.Sent, err)
	}
	return s, nil
}

// keepSome copies notices, and says which are there, even where it fails half-way.
func (w *Watcher) keepSome(ctx context.Context, s *session, due []desk.Sent) (copied []int64, err error) {
	for _, n := range due {
		there, err := s.holds(ctx, n.MessageID)
		if err == nil && !there {
			err = s.append(ctx, n)
		}
		if err != nil {
			return copied, fmt.Errorf("copying what was sent to %s: %w", w.Sent, err)
		}
		copied = append(copied, n.ID)
	}
	return copied, nil
}

// holds says whether the open folder has a mail with that Message-ID.
func (s *session) holds(ctx context.Context, messageID string) (there bool, err error) {
	wanted := &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: messageID}}}
	err = s.within(ctx, s.patience, "UID SEARCH", func() error {
		data, err := s.client.UIDSearch(wanted, nil).Wait()
		there = err == nil && len(data.AllUIDs()) > 0
		return err
	})
	return there, err
}

// append puts a notice into the open folder, as read.
func (s *session) append(ctx context.Context, n desk.Sent) error {
	return s.within(ctx, s.patience, "APPEND", func() error {
		cmd := s.client.Append(s.folder, int64(len(n.Bytes)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: n.At})
		_, err := cmd.Write(n.Bytes)
		// Whatever failed: until it is closed the command holds the connection, and a
		// server that refuses before it takes the bytes would keep it for ever.
		if closed := cmd.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		_, err = cmd.Wait()
		return err
	})
}

// keepCopies is KeepCopies within a pass: it stops nothing else.
func (w *Watcher) keepCopies(ctx context.Context) {
	err := w.copies(ctx)
	name := "sent " + w.Address
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		w.Log.Warn("copies of what was sent are missing, and are tried again", slog.String("folder", w.Sent), slog.Any("error", err))
	}
	if w.Alarms == nil || w.Sent == "" {
		return
	}
	if refused(err) {
		w.Alarms.Raise(ctx, name, fmt.Sprintf("%v; the notices left, and are copied once the server takes them", err))
	} else if err == nil {
		w.Alarms.Clear(ctx, name)
	}
}
