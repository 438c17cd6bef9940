package main

import (
	"context"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// station is one mailbox with what watches it and what understands its mail.
type station struct {
	watcher  *mailbox.Watcher
	flow     intake.Flow // without rules and notices: each mail takes those in force
	book     *rulebook
	recorded func(*desk.Entry, *rules.Set) // told of every entry, and by which rules it is
}

// rules is the rules in force.
func (s *station) rules() *rules.Set { return s.book.edition().rules }

// folder is the IMAP folder of a queue, by the rules in force.
func (s *station) folder(q desk.Queue) string { return s.rules().Folder(q) }

// queues is every queue and tray of the rules in force: what has a folder.
func (s *station) queues() []desk.Queue {
	return append(queueOrder(s.rules()), desk.TrayAutomatic, desk.TrayRepeated, desk.TrayAnswered)
}

// process takes mails the whole way, each batch by one edition of the rules.
func (s *station) process(ctx context.Context, mails []desk.Received) (record func() error) {
	s.watcher.Alive()
	return s.flowNow().Process(ctx, mails)
}

// retry takes a parked mail again, by the rules in force.
func (s *station) retry(ctx context.Context, p desk.ParkedMail) (*desk.Entry, error) {
	return s.flowNow().Retry(ctx, p)
}

// flowNow is the flow by the edition in force.
func (s *station) flowNow() *intake.Flow {
	now := s.book.edition()
	flow := s.flow
	flow.Rules, flow.Notices = now.rules, now.notices
	flow.Recorded = func(e *desk.Entry) { s.recorded(e, now.rules) }
	return &flow
}

// manner is how the publication speaks of decisions, by the rules in force.
func (s *station) manner() triage.Manner {
	now := s.book.edition()
	return triage.Manner{
		Name: now.rules.Desk.Name, Lang: now.rules.Desk.Language, Notices: now.notices, Delays: now.rules.Desk.Withdrawal,
	}
}

// voice is the mailbox whose rules give references of that prefix, the first of them.
func (w *works) voice(ref desk.Reference) (triage.Voice, bool) {
	for _, s := range w.stations {
		if _, _, ours := ref.Parts(s.rules().Desk.Prefix); ours {
			return triage.Voice{Address: s.flow.Address, Manner: s.manner}, true
		}
	}
	return triage.Voice{}, false
}

// among gives each mailbox those of its own publication, where there are several.
func (w *works) among() {
	for _, s := range w.stations {
		var own []string
		for _, other := range w.stations {
			if other.rules().Desk.Prefix == s.rules().Desk.Prefix {
				own = append(own, other.flow.Address)
			}
		}
		if len(own) < len(w.stations) {
			s.flow.Among = own
		}
	}
}
