package mailbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// FilingError says that some mails were recorded and stay where they are: the
// server refuses to move them. They are tried again at the next pass.
type FilingError struct {
	Mails int
	Err   error
}

func (e *FilingError) Error() string {
	return fmt.Sprintf("%d mails could not be filed: %v", e.Mails, e.Err)
}

// Unwrap is what the server said.
func (e *FilingError) Unwrap() error { return e.Err }

// file carries out the filings that are due, one move a folder. What the server
// refuses to move is held; an error is a broken connection or ledger.
func (w *Watcher) file(ctx context.Context, s *session) error {
	if w.Filings == nil {
		return nil
	}
	due, err := w.Filings.DueFilings(ctx, w.Address)
	if err != nil {
		return fmt.Errorf("asking what is to be filed: %w", err)
	}
	s.held, s.stale = nil, 0
	for some := range slices.Chunk(due, uidsAtOnce) {
		if err := w.fileSome(ctx, s, some); err != nil {
			return err
		}
	}
	return nil
}

// fileSome moves mails, and records at once all those that moved or were gone,
// whatever happened to the others.
func (w *Watcher) fileSome(ctx context.Context, s *session, due []desk.Filing) (err error) {
	queues, done, err := s.sort(ctx, due)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.filed(ctx, done)) }()
	for _, queue := range slices.Sorted(maps.Keys(queues)) {
		if err := w.fileInto(ctx, s, queues[queue], w.FolderOf(queue), &done); err != nil {
			return err
		}
	}
	return nil
}

// fileInto moves mails to one folder. Where the server refuses them together it is
// asked for each half, so that one that it cannot move holds back no other. Those that
// moved are added to done.
func (w *Watcher) fileInto(ctx context.Context, s *session, filings []desk.Filing, folder string, done *[]desk.Filing) error {
	err := w.move(ctx, s, filings, folder)
	switch {
	case err == nil:
		*done = append(*done, filings...)
		return nil
	case !refused(err):
		return err
	case len(filings) == 1 || refusesAll(err):
		s.held = s.held.and(len(filings), err)
		return nil
	}
	half := len(filings) / 2
	if err := w.fileInto(ctx, s, filings[:half], folder, done); err != nil {
		return err
	}
	return w.fileInto(ctx, s, filings[half:], folder, done)
}

// refusesAll says whether a refusal is about the folder or the account, and not about
// one of the mails (RFC 5530 section 3, RFC 9208 section 5.4).
func refusesAll(err error) bool {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Code {
	case imap.ResponseCodeOverQuota, imap.ResponseCodeNoPerm, imap.ResponseCodeTryCreate, imap.ResponseCodeNonExistent,
		imap.ResponseCodeCannot, imap.ResponseCodeUnavailable, imap.ResponseCodeLimit:
		return true
	}
	return errors.Is(err, errNoPlace)
}

// and adds mails to those that are held.
func (e *FilingError) and(mails int, err error) *FilingError {
	if e == nil {
		return &FilingError{Mails: mails, Err: err}
	}
	return &FilingError{Mails: e.Mails + mails, Err: errors.Join(e.Err, err)}
}

func (w *Watcher) filed(ctx context.Context, filings []desk.Filing) error {
	if len(filings) == 0 {
		return nil
	}
	// The mails have moved: that is recorded even while the desk is stopping.
	if err := w.Filings.Filed(context.WithoutCancel(ctx), filings); err != nil {
		return fmt.Errorf("recording what was filed: %w", err)
	}
	return nil
}

// settle is done with the orders from before a renumbering whose mails did not come
// again: until the folder was read to its end, one of them may still take its order
// over.
func (w *Watcher) settle(ctx context.Context, s *session) error {
	s.settled = true
	if s.stale == 0 {
		return nil
	}
	return w.file(ctx, s)
}

// sort parts the filings by queue, and from those whose mail is not in the
// folder any more.
func (s *session) sort(ctx context.Context, due []desk.Filing) (queues map[desk.Queue][]desk.Filing, gone []desk.Filing, err error) {
	var asked imap.UIDSet
	for _, f := range due {
		if f.UIDValidity == s.uidValidity {
			asked.AddNum(imap.UID(f.UID))
		}
	}
	var here []imap.UID
	if len(asked) > 0 {
		// Until a NOOP, a search may find what another client has expunged, and a
		// MOVE that names it fails as a whole.
		if err := s.noop(ctx); err != nil {
			return nil, nil, err
		}
		if here, err = s.search(ctx, asked); err != nil {
			return nil, nil, err
		}
	}
	queues = map[desk.Queue][]desk.Filing{}
	for _, f := range due {
		_, found := slices.BinarySearch(here, imap.UID(f.UID))
		switch old := f.UIDValidity != s.uidValidity; {
		case old && !s.settled:
			s.stale++
		case old || !found:
			gone = append(gone, f)
		default:
			queues[f.Queue] = append(queues[f.Queue], f)
		}
	}
	return queues, gone, nil
}

// errNoPlace is a folder that is not there and cannot be made.
var errNoPlace = errors.New("the folder cannot be made")

// move moves mails to a folder, which is made where it is missing, and notes where
// they stand then. A server that cannot move them flags them where they are.
func (w *Watcher) move(ctx context.Context, s *session, filings []desk.Filing, folder string) error {
	if s.names.of(folder) == s.folder {
		return nil
	}
	if !s.canMove() {
		return s.flag(ctx, filings)
	}
	if err := s.ensure(ctx, folder); err != nil {
		return fmt.Errorf("%w: %w", errNoPlace, err)
	}
	err := w.moveTo(ctx, s, filings, s.names.of(folder))
	if noFolder(err) { // deleted since
		delete(s.here, folder)
		if err := s.ensure(ctx, folder); err != nil {
			return fmt.Errorf("%w: %w", errNoPlace, err)
		}
		err = w.moveTo(ctx, s, filings, s.names.of(folder))
	}
	return err
}

// noFolder says whether a server refuses for want of the folder.
func noFolder(err error) bool {
	var answer *imap.Error
	return errors.As(err, &answer) && (answer.Code == imap.ResponseCodeTryCreate || answer.Code == imap.ResponseCodeNonExistent)
}

func uidsOf(filings []desk.Filing) (set imap.UIDSet) {
	for _, f := range filings {
		set.AddNum(imap.UID(f.UID))
	}
	return set
}

// moved is where mails stand after a move, by their UIDs before it; empty where the
// server did not say (RFC 4315 section 3).
type moved struct {
	validity uint32
	uids     map[uint32]uint32
}

func movedTo(validity uint32, from, to imap.NumSet) (m moved) {
	source, _ := from.(imap.UIDSet)
	target, _ := to.(imap.UIDSet)
	before, _ := source.Nums()
	after, _ := target.Nums()
	if validity == 0 || len(before) != len(after) {
		return m
	}
	m = moved{validity, map[uint32]uint32{}}
	for i := range before {
		m.uids[uint32(before[i])] = uint32(after[i])
	}
	return m
}

// at notes where mails stand.
func (m moved) at(filings []desk.Filing) {
	for i := range filings {
		filings[i].ToUIDValidity, filings[i].ToUID = m.validity, m.uids[filings[i].UID]
	}
}

// moveTo uses MOVE, or copies and then deletes.
func (w *Watcher) moveTo(ctx context.Context, s *session, filings []desk.Filing, name string) error {
	if !s.caps.Has(imap.CapMove) {
		return w.copyTo(ctx, s, filings, name)
	}
	var to moved
	err := s.within(ctx, s.patience, "UID MOVE", func() error {
		data, err := s.client.Move(uidsOf(filings), name).Wait()
		if err == nil {
			to = movedTo(data.UIDValidity, data.SourceUIDs, data.DestUIDs)
		}
		return err
	})
	if err == nil {
		to.at(filings)
	}
	return err
}

// ensure makes a folder and those above it where they are missing, and
// subscribes to them so that mail clients show them.
func (s *session) ensure(ctx context.Context, folder string) error {
	if s.here[folder] {
		return nil
	}
	err := s.within(ctx, s.patience, "creating the folder "+folder, func() error {
		name := s.names.of(folder)
		if there, err := s.exists(name); there || err != nil {
			return err
		}
		for _, parent := range s.names.parents(folder) {
			// A parent that is there already is refused, and one that cannot be
			// made shows in its child.
			if err := s.create(parent); err != nil && !refused(err) {
				return err
			}
		}
		return s.create(name)
	})
	s.here[folder] = err == nil
	return err
}

// has says whether mail can be put into a folder, by the server's name for it.
func (s *session) has(ctx context.Context, name string) (there bool, err error) {
	err = s.within(ctx, s.patience, "STATUS", func() (err error) {
		there, err = s.exists(name)
		return err
	})
	return there, err
}

// exists is has within a deadline of the caller's.
func (s *session) exists(name string) (bool, error) {
	_, err := s.client.Status(name, &imap.StatusOptions{NumMessages: true}).Wait()
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

func (s *session) create(name string) error {
	if err := s.client.Create(name, nil).Wait(); err != nil {
		return err
	}
	if err := s.client.Subscribe(name).Wait(); err != nil && !refused(err) {
		return err
	}
	return nil
}
