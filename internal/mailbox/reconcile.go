package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Inventory is what the ledger holds of a mailbox.
type Inventory interface {
	// LastReconciled is the last comparison; desk.ErrNotFound before the first.
	LastReconciled(ctx context.Context, mailbox string) (desk.Reconciliation, error)
	// Tallied counts the mails on record under a UIDVALIDITY, and gives their lowest UID.
	Tallied(ctx context.Context, mailbox string, uidValidity uint32) (n int, lowest uint32, err error)
	// FiledOf lists the filings that are done, among the UIDs of the watched folder, and
	// whether the others of the UIDs are on record.
	FiledOf(ctx context.Context, mailbox string, uidValidity uint32, uids []uint32) ([]desk.Filing, error)
	// FiledIn lists where mails stand that were moved to the folder of a queue.
	FiledIn(ctx context.Context, mailbox string, queue desk.Queue) ([]desk.Filing, error)
	// Reconcile records a comparison, and orders what it found: mails to be taken, by
	// their UIDs, and filings to be carried out again.
	Reconcile(ctx context.Context, r desk.Reconciliation, missed []uint32, again []desk.Filing) error
}

// Reconcile compares the watched folder and those of the queues with the ledger, on a
// connection of its own and without changing anything on the server. What it orders is
// rows, which the next look carries out, of this watcher or of one that runs elsewhere.
// The error is ErrNoInventory, ErrFirstStart, or the server's.
func (w *Watcher) Reconcile(ctx context.Context) (desk.Reconciliation, error) {
	return w.ready().reconcile(ctx)
}

// ErrNoInventory says that there is nothing to compare with.
var ErrNoInventory = errors.New("no inventory of the mailbox is known")

func (w *Watcher) reconcile(ctx context.Context) (r desk.Reconciliation, err error) {
	if w.Inventory == nil {
		return r, ErrNoInventory
	}
	p, err := w.Ledger.Position(ctx, w.Address)
	if errors.Is(err, desk.ErrNotFound) {
		return r, ErrFirstStart
	}
	if err != nil {
		return r, fmt.Errorf("reading the position of %s: %w", w.Address, err)
	}
	s, err := connect(ctx, w.Server, w.Patience)
	if err != nil {
		return r, err
	}
	defer s.close(ctx)
	if err := s.open(ctx, w.Folder, true); err != nil {
		return r, fmt.Errorf("opening the folder %s: %w", w.Folder, err)
	}
	r = desk.Reconciliation{Mailbox: w.Address, At: w.Now(), UIDValidity: s.uidValidity, Renumbered: p.UIDValidity != s.uidValidity}
	var missed []uint32
	var again []desk.Filing
	if !r.Renumbered {
		if missed, again, err = w.compare(ctx, s, p, &r); err != nil {
			return r, err
		}
	}
	for _, queue := range w.queues() {
		count, err := w.compareFolder(ctx, s, queue)
		if err != nil {
			return r, err
		}
		r.Folders = append(r.Folders, count)
	}
	if err := w.Inventory.Reconcile(context.WithoutCancel(ctx), r, missed, again); err != nil {
		return r, fmt.Errorf("recording the comparison: %w", err)
	}
	w.tellReconciled(ctx, r)
	return r, nil
}

func (w *Watcher) queues() []desk.Queue {
	if w.Queues == nil {
		return nil
	}
	return w.Queues()
}

// compare looks at every mail of the watched folder.
func (w *Watcher) compare(ctx context.Context, s *session, p desk.Position, r *desk.Reconciliation) (missed []uint32, again []desk.Filing, err error) {
	all, err := s.after(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	r.Here = len(all)
	recorded, lowest, err := w.Inventory.Tallied(ctx, w.Address, s.uidValidity)
	if err != nil {
		return nil, nil, fmt.Errorf("counting what is on record: %w", err)
	}
	from := max(p.Next, 1) // mails from before it may have been taken, by their date
	if recorded > 0 {
		from = min(from, lowest)
	}
	r.Recorded, r.Given = recorded, max(0, int(s.uidNext)-int(from))
	for chunk := range slices.Chunk(all, uidsAtOnce) {
		passed, err := w.passedOver(ctx, s, p, from, chunk, r)
		if err != nil {
			return nil, nil, err
		}
		missed = append(missed, passed...)
		filed, err := w.Inventory.FiledOf(ctx, w.Address, s.uidValidity, numbers(chunk))
		if err != nil {
			return nil, nil, fmt.Errorf("asking what was filed: %w", err)
		}
		if filed, err = s.still(ctx, filed); err != nil {
			return nil, nil, err
		}
		again = append(again, filed...)
	}
	again = slices.DeleteFunc(again, func(f desk.Filing) bool { return s.names.of(w.FolderOf(f.Queue)) == s.folder })
	if !s.canMove() {
		r.Stays, again = len(again), nil
	}
	r.Missed, r.Unfiled = len(missed), len(again)
	return missed, again, nil
}

// still is those of the filings whose mails are in the open folder all the same: a
// watcher may have moved some since the folder was listed.
func (s *session) still(ctx context.Context, filed []desk.Filing) ([]desk.Filing, error) {
	if len(filed) == 0 {
		return nil, nil
	}
	if err := s.noop(ctx); err != nil { // as in sort
		return nil, err
	}
	here, err := s.search(ctx, uidsOf(filed))
	return slices.DeleteFunc(filed, func(f desk.Filing) bool {
		_, found := slices.BinarySearch(here, imap.UID(f.UID))
		return !found
	}), err
}

// passedOver is those of the UIDs that stand below the position, were not left alone,
// and are not on record. UIDs from one on count as given to the desk, but for mails that
// were left alone.
func (w *Watcher) passedOver(ctx context.Context, s *session, p desk.Position, from uint32, uids []imap.UID, r *desk.Reconciliation) (missed []uint32, err error) {
	unrecorded, err := w.unrecorded(ctx, s, uids)
	if err != nil || len(unrecorded) == 0 {
		return nil, err
	}
	heads, err := s.heads(ctx, unrecorded)
	if err != nil {
		return nil, err
	}
	for _, h := range heads {
		switch {
		case leftAlone(h, p):
			r.Left++
			if uint32(h.uid) >= from {
				r.Given--
			}
		case uint32(h.uid) > p.LastUID:
			r.Waiting++
		default:
			missed = append(missed, uint32(h.uid))
		}
	}
	return missed, nil
}

// leftAlone says whether a mail may have been there at the take-over, or when the
// server numbered the folder anew: nobody's past is answered by mistake.
func leftAlone(h head, p desk.Position) bool {
	return older(h, p) || !p.From.IsZero() && uint32(h.uid) < p.Next
}

// compareFolder looks at the folder of one queue by UIDs alone.
func (w *Watcher) compareFolder(ctx context.Context, s *session, queue desk.Queue) (count desk.FolderCount, err error) {
	count = desk.FolderCount{Queue: queue, Name: w.FolderOf(queue)}
	filed, err := w.Inventory.FiledIn(ctx, w.Address, queue)
	if err != nil {
		return count, fmt.Errorf("asking what stands in %s: %w", count.Name, err)
	}
	name := s.names.of(count.Name)
	there, err := s.has(ctx, name)
	if err != nil {
		return count, err
	}
	if !there {
		count.Missing, count.Filed, count.Gone = true, len(filed), len(filed)
		return count, nil
	}
	if err := s.examine(ctx, name); err != nil {
		return count, err
	}
	here, err := s.after(ctx, 0)
	if err != nil {
		return count, err
	}
	known := 0
	for _, f := range filed {
		switch _, found := slices.BinarySearch(here, imap.UID(f.ToUID)); {
		case f.ToUIDValidity != s.uidValidity:
			count.Renumbered = true
			continue
		case found:
			known++
		default:
			count.Gone++
		}
		count.Filed++
	}
	count.Others = len(here) - known
	return count, nil
}

func numbers(uids []imap.UID) []uint32 {
	list := make([]uint32, len(uids))
	for i, uid := range uids {
		list[i] = uint32(uid)
	}
	return list
}

// everyDay is how often a running desk compares.
const everyDay = 24 * time.Hour

// reconcileDaily compares once a day, and says whether that found work for the next
// look. A comparison that fails stops nothing, and is tried again at the next look.
func (w *Watcher) reconcileDaily(ctx context.Context) (work bool) {
	if w.Inventory == nil || w.Filings == nil {
		return false
	}
	last, err := w.Inventory.LastReconciled(ctx, w.Address)
	if err == nil && w.Now().Sub(last.At) < everyDay && !last.At.After(w.Now()) {
		return false
	}
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		w.Log.Warn("the last comparison with the server cannot be read", slog.Any("error", err))
		return false
	}
	r, err := w.reconcile(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Warn("the mailbox could not be compared with what is on record, and is at the next look", slog.Any("error", err))
		}
		return false
	}
	return !r.Sound()
}

// tellReconciled says what a comparison found. What had to be repaired is an alarm until
// a comparison finds nothing.
func (w *Watcher) tellReconciled(ctx context.Context, r desk.Reconciliation) {
	w.Log.Info("compared with the server", slog.Int("here", r.Here), slog.Int("given", r.Given), slog.Int("recorded", r.Recorded),
		slog.Int("missed", r.Missed), slog.Int("unfiled", r.Unfiled), slog.Bool("renumbered", r.Renumbered))
	if w.Alarms == nil {
		return
	}
	name := "reconcile " + w.Address
	if r.Missed == 0 && r.Unfiled == 0 {
		w.Alarms.Clear(ctx, name)
		return
	}
	w.Alarms.Raise(ctx, name, fmt.Sprintf("%s was compared with what is on record: %d mails had been passed over and are taken now, "+
		"%d were said to be filed and are filed again; nothing is for you to do, unless it comes again tomorrow", r.Mailbox, r.Missed, r.Unfiled))
}
