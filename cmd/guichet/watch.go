package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/mailbox"
)

// watched does the desk's work and keeps on record, once at its begin and once at its
// end, that it is under way. Where the last one ended without a word, a mail may have
// been why: those that may have been in hand are taken one at a time.
func (w *works) watched(a *app, work func() error) (err error) {
	for _, s := range w.stations {
		died, err := w.db.Watch(a.ctx, s.flow.Address)
		if err != nil {
			return err
		}
		defer w.unwatch(a, s)
		if died {
			s.flow.Caution.Suspects = mailbox.MostInHand
			a.log.WarnContext(a.ctx, "the desk was killed or died: the next mails are taken one at a time",
				"mailbox", s.flow.Address, "mails", mailbox.MostInHand)
		}
	}
	return work()
}

func (w *works) unwatch(a *app, s *station) {
	if err := w.db.Unwatch(context.WithoutCancel(a.ctx), s.flow.Address); err != nil {
		a.log.WarnContext(a.ctx, "the next start will think that this one was killed", "mailbox", s.flow.Address, "error", err)
	}
}

// caution is how a mailbox's mails are kept from failing for ever.
func (a *app) caution(troubles intake.Troubles, book *rulebook) *intake.Caution {
	return &intake.Caution{Troubles: troubles, Survives: func(ctx context.Context, r desk.Received) bool {
		return a.survives(ctx, book.dir, r.Raw)
	}}
}

// longestReading is how long a mail may take that is read by a process of its own.
const longestReading = 2 * time.Minute

// survives has another process of this program read and judge a mail, and says whether
// it came to an end by itself.
func (a *app) survives(ctx context.Context, rules string, raw []byte) bool {
	folder, err := os.MkdirTemp("", "guichet-suspect-")
	if err != nil {
		a.log.WarnContext(ctx, "a suspect mail could not be tried", "error", err)
		return false
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	file := filepath.Join(folder, "suspect.eml")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		a.log.WarnContext(ctx, "a suspect mail could not be tried", "error", err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, longestReading)
	defer cancel()
	reading := exec.CommandContext(ctx, a.reader.Program)
	reading.Args = []string{os.Args[0], "explain", "--json", "--rules", rules, file}
	if rules == "" {
		reading.Args = []string{os.Args[0], "explain", "--json", file}
	}
	err = reading.Run()
	var ended *exec.ExitError
	return err == nil || errors.As(err, &ended) && ended.ExitCode() == exitFailed
}
