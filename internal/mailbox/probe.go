package mailbox

import (
	"context"
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Facts is what a server and a mailbox are, found without changing anything.
type Facts struct {
	Capabilities []string // as the server names them after the login, sorted
	Costs        []Cost   // what it lacks, by what that costs

	Prefix    string // of the personal namespace (RFC 2342); "" on most servers
	Delimiter string // between the levels of a folder's name; "" where there are none

	Folder      string // the server's name of the watched folder
	UIDValidity uint32
	UIDNext     uint32
	Messages    int // mails in the watched folder

	Folders []FolderFact // of the queues, in the order asked
}

// FolderFact is one folder of a queue.
type FolderFact struct {
	Name   string // as it was asked for, with "/" between levels
	Server string // as the server names it
	There  bool   // else it is made when the first mail is filed
}

// Cost is what a missing capability costs.
type Cost string

// The costs.
const (
	// CostSlow: no IDLE, so that a mail waits for the next look (Watcher.Poll).
	CostSlow Cost = "slow"
	// CostTwice: no MOVE, so that mails are copied and then deleted, in four steps.
	CostTwice Cost = "twice"
	// CostStays: neither MOVE nor UIDPLUS, so that mails are recorded and answered
	// but never filed: they bear a keyword.
	CostStays Cost = "stays"
	// CostKept: no UIDPLUS, so that a trial's mail is never deleted from the mailbox.
	CostKept Cost = "kept"
)

// ErrNoFolder says that the watched folder cannot be opened.
var ErrNoFolder = errors.New("the folder cannot be opened")

// Probe logs in and looks: the watched folder, what the server can do, and which
// of the queues' folders are there. A refused login is a *LoginError; a folder
// that cannot be opened is ErrNoFolder, with the facts found before it. The
// watcher's Ledger, Process and Filings are not used.
func (w *Watcher) Probe(ctx context.Context, folders []string) (Facts, error) {
	w = w.ready()
	s, err := connect(ctx, w.Server, w.Patience)
	if err != nil {
		return Facts{}, err
	}
	defer s.close(ctx)
	facts := s.facts()
	if err := s.open(ctx, w.Folder, true); err != nil {
		if refused(err) {
			err = errors.Join(ErrNoFolder, err)
		}
		return facts, err
	}
	facts.Folder, facts.UIDValidity = s.folder, s.uidValidity
	facts.UIDNext, facts.Messages = uint32(s.uidNext), int(s.messages)
	err = s.within(ctx, s.patience, "looking for the folders", func() error {
		for _, folder := range folders {
			name := s.names.of(folder)
			there, err := s.exists(name)
			if err != nil {
				return err
			}
			facts.Folders = append(facts.Folders, FolderFact{Name: folder, Server: name, There: there})
		}
		return nil
	})
	return facts, err
}

func (s *session) facts() Facts {
	facts := Facts{Prefix: s.names.prefix}
	if s.names.delimiter != 0 {
		facts.Delimiter = string(s.names.delimiter)
	}
	for c := range s.caps {
		facts.Capabilities = append(facts.Capabilities, string(c))
	}
	slices.Sort(facts.Capabilities)
	if !s.caps.Has(imap.CapIdle) {
		facts.Costs = append(facts.Costs, CostSlow)
	}
	switch {
	case s.caps.Has(imap.CapMove):
	case s.caps.Has(imap.CapUIDPlus):
		facts.Costs = append(facts.Costs, CostTwice)
	default:
		facts.Costs = append(facts.Costs, CostStays)
	}
	if !s.caps.Has(imap.CapUIDPlus) {
		facts.Costs = append(facts.Costs, CostKept)
	}
	return facts
}
