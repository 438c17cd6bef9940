// Package mailbox watches one IMAP folder: it fetches what is new, hands each
// mail to the desk, and moves it to the folder of its queue.
//
// It promises that each mail of the folder reaches Process in the order of the
// UIDs, at least once, with the bytes untouched; that \Seen is neither set nor
// read (people share the mailbox); that nothing is moved before it was recorded, and
// nothing deleted from the queues' folders but the very bytes that are to be forgotten;
// and that a server which falls silent costs a deadline. What it did is kept by
// its Ledger under (mailbox, UIDVALIDITY, UID): when UIDVALIDITY changes, the
// folder is read again from UID 1, and Process knows repeats by their bytes.
//
// Protocol: RFC 3501 and RFC 9051, with IDLE (RFC 2177), MOVE (RFC 6851),
// UIDPLUS (RFC 4315) and NAMESPACE (RFC 2342) where the server has them. Without
// MOVE a mail is copied, then deleted by UID, each step recorded, so that a crash
// leaves no second copy; without UIDPLUS as well it stays where it is, since a plain
// EXPUNGE would take other people's mail with it, and bears the keyword $Guichet (or
// \Flagged, where the server keeps no keywords).
//
// It refuses a connection without TLS to anything but loopback, and to begin on
// a mailbox with a past before it was told from where (ErrFirstStart).
//
// Retries: a broken connection is made again after a second, then twice as long
// each time up to five minutes, with jitter; a refused login waits one minute at
// least and fifteen at most, a ledger whose disk is full fifteen seconds at most.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Errors that callers decide on.
var (
	// ErrFirstStart says that the ledger has no position for the mailbox and that
	// the watcher was not told from where to begin.
	ErrFirstStart = errors.New("this mailbox was never watched: say from where to begin")
	// ErrInsecure says that a connection without TLS was asked for to a server
	// that is not on loopback.
	ErrInsecure = errors.New("a connection without TLS is for loopback only")
)

// Ledger is what the watcher knows of its past.
type Ledger interface {
	// Position is how far the mailbox was read; desk.ErrNotFound before the first
	// start. Process advances it, so that it is asked for often.
	Position(ctx context.Context, mailbox string) (desk.Position, error)
	// TakeOver records a position: at the first start, under a new UIDVALIDITY,
	// and past mails that are left alone.
	TakeOver(ctx context.Context, mailbox string, p desk.Position) error
	// Recorded says which of the UIDs of the watched folder were processed, under
	// that UIDVALIDITY.
	Recorded(ctx context.Context, mailbox string, uidValidity uint32, uids []uint32) (map[uint32]bool, error)
	// Missed lists the UIDs below the position that were passed over and are to be
	// taken, in order (Reconcile).
	Missed(ctx context.Context, mailbox string, uidValidity uint32) ([]uint32, error)
}

// Filings are the orders to move mails that Process gave rise to.
type Filings interface {
	DueFilings(ctx context.Context, mailbox string) ([]desk.Filing, error)
	// DueRefilings are those between the folders of two queues.
	DueRefilings(ctx context.Context, mailbox string) ([]desk.Refiling, error)
	// Copying says, before mails are copied, that their copies may stand in their
	// folders from now on; and again, once the server told where (Filing.ToUID).
	Copying(ctx context.Context, filings []desk.Filing) error
	// Filed says that the mails stand where they should, or are gone.
	Filed(ctx context.Context, filings []desk.Filing) error
}

// Removals are the orders to delete mails from the folders they were moved to.
type Removals interface {
	DueRemovals(ctx context.Context, mailbox string) ([]desk.Removal, error)
	// Removed says that the mails are gone from their folders.
	Removed(ctx context.Context, mailIDs []int64) error
}

// Alarms tells the operator, once however often it is raised, that something needs a
// person, and that it is over. The names are "login <address>" (the server refuses the
// account), "filing <address>" (it refuses to move mails), "sent <address>" (it
// refuses the copies of what was sent) and "reconcile <address>" (mails had been passed
// over, or said to be filed).
type Alarms interface {
	Raise(ctx context.Context, name, text string)
	Clear(ctx context.Context, name string)
}

// Process begins on mails, in the order of their UIDs, and returns at once. What it
// returns goes on with them until each is durably recorded and the ledger's position
// stands at the last; after its error, those that are not come again. Mails are begun
// while those before them are recorded, and recorded one batch after the other: where
// one fails, later ones are not recorded. When the context ends, what is ready is
// recorded, and the error is the context's; it ends, too, where record will not be called.
type Process func(ctx context.Context, mails []desk.Received) (record func() error)

// Watcher watches one folder of one mailbox. The fields are set before the first
// call and not changed after it; only one of Drain and Run may be under way.
type Watcher struct {
	Address string // the mailbox's name in the ledger
	Folder  string // INBOX where empty; "/" separates levels
	Server  Server
	Ledger  Ledger
	Process Process // its batches are of MostInHand mails together at most
	Hand    *Hand   // shared with the other watchers of the program; nil: its own

	// Filings may be nil: then nothing is moved, and the folder is opened
	// read-only.
	Filings Filings
	Alarms  Alarms // nil: nobody is told
	// Removals may be nil: then nothing is deleted.
	Removals Removals
	// Recovery may be nil: then the ledger was never put back. Inventory may be nil: then
	// nothing is compared. Else Queues names the queues in whose folders mails may stand.
	Recovery  Recovery
	Inventory Inventory
	Queues    func() []desk.Queue
	// Sent is the folder where a copy of each notice is put; "": none is.
	Sent   string
	Copies Copies
	// FolderOf names the folder of a queue, with "/" between levels; the server's
	// own namespace and delimiter are put in its place.
	FolderOf func(desk.Queue) string

	Start *Start        // where to begin on an empty ledger; nil is ErrFirstStart
	Poll  time.Duration // between two looks, beside IDLE: 2 minutes where 0, at most 9
	Limit int64         // bytes above which only a mail's header is read: DefaultLimit where 0

	Patience time.Duration // for one answer of the server: 1 minute where 0
	Retry    time.Duration // before the first new try: 1 second where 0

	// Alive is told that the watcher goes on, at least every twenty minutes between two
	// mails; Passed that everything was done that there was to do. They may be nil.
	Alive, Passed func()
	// Failed is told why the mailbox cannot be watched, before it is tried again; it may
	// be nil.
	Failed func(error)

	Now    func() time.Time // time.Now where nil
	Jitter func() float64   // in [0,1): rand.Float64 where nil
	Log    *slog.Logger     // nothing is logged where nil

	lost map[imap.UID]int // see session.lost
}

// DefaultLimit is what most servers take: 35 MB.
const DefaultLimit = 35 << 20

const (
	defaultPoll     = 2 * time.Minute
	longestPoll     = 9 * time.Minute // below the half hour of RFC 2177, and below most NATs
	defaultPatience = time.Minute
	defaultRetry    = time.Second
)

// Drain processes and files everything that is there, then returns. It returns
// an error where something was left undone; what was done before it stands.
func (w *Watcher) Drain(ctx context.Context) error {
	w = w.ready()
	for {
		err := w.drain(ctx)
		if !errors.Is(err, errLost) {
			return err
		}
		if err := sleep(ctx, w.Retry); err != nil {
			return err
		}
	}
}

func (w *Watcher) drain(ctx context.Context) error {
	s, err := w.open(ctx)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	err = w.pass(ctx, s)
	w.tellPass(ctx, err)
	return err
}

// ready is the watcher with its defaults in place.
func (w *Watcher) ready() *Watcher {
	r := *w
	r.Folder = or(w.Folder, "INBOX")
	r.Poll = min(or(w.Poll, defaultPoll), longestPoll)
	r.Limit = or(w.Limit, DefaultLimit)
	r.Patience = or(w.Patience, defaultPatience)
	r.Retry = or(w.Retry, defaultRetry)
	if r.Hand == nil {
		r.Hand = &Hand{}
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Jitter == nil {
		r.Jitter = rand.Float64
	}
	if r.Alive == nil {
		r.Alive = func() {}
	}
	if r.Passed == nil {
		r.Passed = func() {}
	}
	if r.Failed == nil {
		r.Failed = func(error) {}
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	r.Log = r.Log.With(slog.String("mailbox", w.Address))
	r.lost = map[imap.UID]int{}
	return &r
}

func or[T comparable](value, instead T) T {
	var zero T
	if value == zero {
		return instead
	}
	return value
}

// open connects, logs in and opens the folder.
func (w *Watcher) open(ctx context.Context) (*session, error) {
	s, err := connect(ctx, w.Server, w.Patience)
	w.tellLogin(ctx, err)
	if err != nil {
		return nil, err
	}
	s.lost = w.lost
	if err := s.open(ctx, w.Folder, w.Filings == nil); err != nil {
		s.close(ctx)
		return nil, fmt.Errorf("opening the folder %s: %w", w.Folder, err)
	}
	return s, nil
}
