package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// reloader keeps the rules in force those of their folders: when a folder has
// changed and stands still, and when SIGHUP asks for it.
type reloader struct {
	books []*rulebook
	fits  func(*rulebook, *edition) error // why rules that are right cannot follow those in force
	hups  chan os.Signal                  // nil where SIGHUP is left alone
	log   *slog.Logger

	begun, done func() // told before and after SIGHUP is answered
}

// betweenLooks is how often a rules folder is looked at. Two looks that agree
// make a change, so that one takes effect within twice as long.
const betweenLooks = 2 * time.Second

// listen makes SIGHUP a request to reload, which until then would end the
// program.
func listen() chan os.Signal {
	hups := make(chan os.Signal, 1)
	signal.Notify(hups, syscall.SIGHUP)
	return hups
}

// run looks until the context ends.
func (r *reloader) run(ctx context.Context) error {
	tick := time.NewTicker(betweenLooks)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.hups:
			r.begun()
			r.asked(ctx)
			r.done()
		case <-tick.C:
			for _, b := range r.books {
				if b.dir != "" && b.quiet() {
					r.reload(ctx, b)
				}
			}
		}
	}
}

// asked reloads every folder at once.
func (r *reloader) asked(ctx context.Context) {
	for _, b := range r.books {
		if b.dir == "" {
			r.log.InfoContext(ctx, "SIGHUP: the built-in rules do not change; to change rules, name a folder under rules: in the configuration")
			continue
		}
		if !r.reload(ctx, b) {
			r.log.InfoContext(ctx, "SIGHUP: the rules in force stay", "rules", b.dir, "hash", b.edition().rules.Hash()[:shownHash])
		}
	}
}

// reload says what was taken, or each thing that is wrong.
func (r *reloader) reload(ctx context.Context, b *rulebook) (taken bool) {
	before := b.edition().rules.Hash()
	taken, err := b.reload(func(next *edition) error { return r.fits(b, next) })
	var faults desk.Faults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			r.log.ErrorContext(ctx, "the changed rules are refused, those in force stay", "fault", f.Error())
		}
	case err != nil:
		r.log.ErrorContext(ctx, "the changed rules are refused, those in force stay", "fault", err)
	case taken:
		r.log.InfoContext(ctx, "the rules have changed", "rules", b.dir, "from", before[:shownHash],
			"to", b.edition().rules.Hash()[:shownHash])
	}
	return taken
}

// fits says why rules cannot take the place of those in force while the desk
// runs, though they are right: references that were given would not be found any
// more, or an editor of the configuration would lose a queue, with which the next
// start would be refused.
func (w *works) fits(c *Config, b *rulebook, next *edition) error {
	before, after := b.edition().rules.Desk.Prefix, next.rules.Desk.Prefix
	if before != after {
		return desk.Faults{{File: filepath.Join(b.dir, "desk.yaml"), Message: "the prefix was " + before + " and is " + after +
			": references given until now would not be found any more; write " + before + " again, or start guichet anew to change it all the same"}}
	}
	var sets []*rules.Set
	for _, s := range w.stations {
		set := s.rules()
		if s.book == b {
			set = next.rules
		}
		sets = append(sets, set)
	}
	return c.checkQueues(queueOrder(sets...))
}
