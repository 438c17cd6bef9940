package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/bara-think-tank/guichet/internal/failpoint"
)

// session is one connection that is logged in. It is used by one goroutine; the
// library's reader is the only other one, and reaches it through wake alone.
type session struct {
	client   *imapclient.Client
	conn     net.Conn // under TLS, where there is TLS: closing it never waits
	patience time.Duration
	wake     chan struct{} // the server said that the folder changed
	woken    bool          // it did so since the last pass: what it told can be searched for
	foretold map[imap.UID]head

	caps  imap.CapSet
	names names
	here  map[string]bool  // folders that are known to be there
	held  *FilingError     // what the last filing left where it was
	lost  map[imap.UID]int // how often the server failed to give a mail; that of the watched folder outlives the session

	looked  bool // the position was compared with UIDNEXT, which is only told at the start
	settled bool // the folder was read to its end: an order under another UIDVALIDITY names nothing
	stale   int  // such orders that wait for it

	folder      string
	uidValidity uint32
	uidNext     imap.UID
	messages    uint32
	keywords    bool // mails of the folder may bear keywords of ours
}

// errSilent is a server that did not answer in time.
var errSilent = errors.New("the server did not answer in time")

// within runs commands that together may take d. No command of the library has a
// deadline of its own, so that a late one is ended by cutting the connection.
func (s *session) within(ctx context.Context, d time.Duration, doing string, commands func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, d, errSilent)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	err := commands()
	if !stop() {
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	failpoint.Hit("imap", doing)
	return nil
}

// refused says whether the server answered NO or BAD: the connection is sound
// and the next command may fare better.
func refused(err error) bool {
	var answer *imap.Error
	return errors.As(err, &answer) && answer.Type != imap.StatusResponseTypeBye
}

// unilateral turns the server's news into a wake-up. It runs in the library's
// reader and must never block.
func (s *session) unilateral() *imapclient.UnilateralDataHandler {
	return &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages == nil {
				return
			}
			select {
			case s.wake <- struct{}{}:
			default:
			}
		},
	}
}

// learn asks what the server can do and how it names folders.
func (s *session) learn(ctx context.Context) error {
	return s.within(ctx, s.patience, "asking for the capabilities", func() error {
		if s.caps = s.client.Caps(); s.caps == nil {
			return errSilent
		}
		// The library writes folder names in UTF-8 as soon as IMAP4rev2 is offered,
		// which RFC 9051 appendix A allows only once it is enabled.
		if _, offered := s.caps[imap.CapIMAP4rev2]; offered {
			if _, err := s.client.Enable(imap.CapIMAP4rev2).Wait(); err != nil {
				return err
			}
		}
		s.here = map[string]bool{}
		return s.learnNames()
	})
}

func (s *session) learnNames() error {
	if s.caps.Has(imap.CapNamespace) {
		data, err := s.client.Namespace().Wait()
		if err != nil {
			return err
		}
		if len(data.Personal) > 0 {
			s.names = names{prefix: data.Personal[0].Prefix, delimiter: data.Personal[0].Delim}
			return nil
		}
	}
	roots, err := s.client.List("", "", nil).Collect() // RFC 9051 section 6.3.9: the delimiter
	if err != nil {
		return err
	}
	if len(roots) > 0 {
		s.names.delimiter = roots[0].Delim
	}
	return nil
}

// open opens the folder that is watched.
func (s *session) open(ctx context.Context, folder string, readOnly bool) error {
	return s.selectFolder(ctx, s.names.of(folder), readOnly)
}

// examine opens a folder by the server's name for it, to look.
func (s *session) examine(ctx context.Context, name string) error {
	return s.selectFolder(ctx, name, true)
}

func (s *session) selectFolder(ctx context.Context, name string, readOnly bool) error {
	s.folder = name
	return s.within(ctx, s.patience, "SELECT", func() error {
		data, err := s.client.Select(s.folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		if err != nil {
			return err
		}
		s.uidValidity, s.uidNext, s.messages = data.UIDValidity, data.UIDNext, data.NumMessages
		s.keywords = slices.Contains(data.PermanentFlags, imap.FlagWildcard)
		if s.uidValidity == 0 {
			return errors.New("the server gives no UIDVALIDITY")
		}
		if s.uidNext == 0 { // RFC 3501 section 6.3.1 lets a server leave it out
			return s.guessNext()
		}
		return nil
	})
}

func (s *session) guessNext() error {
	s.uidNext = 1
	data, err := s.client.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil {
		return err
	}
	for _, uid := range data.AllUIDs() {
		s.uidNext = max(s.uidNext, uid+1)
	}
	return nil
}

// refresh lets the server tell what changed (RFC 9051 section 6.1.2), unless that ended
// the rest. News that come after it wake the next rest.
func (s *session) refresh(ctx context.Context) error {
	select {
	case <-s.wake:
	default:
	}
	if s.woken {
		return nil
	}
	return s.noop(ctx)
}

func (s *session) noop(ctx context.Context) error {
	return s.within(ctx, s.patience, "NOOP", func() error { return s.client.Noop().Wait() })
}

// farewell is how long a LOGOUT may take.
const farewell = 2 * time.Second

// close leaves politely where there is time for it.
func (s *session) close(ctx context.Context) {
	select {
	case <-s.client.Closed():
	default:
		// Nothing depends on the answer: the connection ends either way.
		_ = s.within(ctx, farewell, "LOGOUT", func() error { return s.client.Logout().Wait() })
	}
	_ = s.conn.Close()
	<-s.client.Closed()
}
