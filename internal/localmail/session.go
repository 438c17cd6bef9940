package localmail

import (
	"time"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// session is an IMAP session whose IDLE misses nothing: the library's own does not
// look at what came between the last command and the IDLE.
type session struct{ imapserver.SessionIMAP4rev2 }

func newSession(memory *imapmemserver.Server) imapserver.Session {
	s := memory.NewSession()
	if full, ok := s.(imapserver.SessionIMAP4rev2); ok {
		return session{full}
	}
	return s
}

// betweenPolls is how long news may wait in an IDLE.
const betweenPolls = 20 * time.Millisecond

// Idle tells the news until the client ends it.
func (s session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	tick := time.NewTicker(betweenPolls)
	defer tick.Stop()
	for {
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-stop:
			return nil
		}
	}
}
