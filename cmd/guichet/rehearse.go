package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
)

// rehearseCommand is `guichet rehearse`.
type rehearseCommand struct {
	configured
	Rules   string `required:"" help:"The other rules: a folder." placeholder:"DIR"`
	Mailbox string `help:"Only what arrived in this mailbox." placeholder:"ADDRESS"`
	JSON    bool   `help:"One JSON object a line: each version that changes, then the sums."`
}

// Help says what the one line of help cannot.
func (rehearseCommand) Help() string {
	return "Replays every version of every submission under other rules, and prints each verdict that would change and why, " +
		"then the sums, in the rules' own language. Nothing is written; the desk may run meanwhile. " +
		"Exit status 0 whether or not verdicts would change, 1 where the work could not be done or was interrupted, 2 where the rules are wrong."
}

// Run replays what the database holds, and prints what would change.
func (c rehearseCommand) Run(a *app) error {
	set, _, err := loadRules(c.Rules)
	if err != nil {
		return err
	}
	config, db, err := a.configured(c.Config, store.OpenReadOnly)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	r, err := a.rehearsal(c, config, db, set)
	if err != nil {
		return err
	}
	bar := &progress{out: a.errs, total: r.total, shown: isTerminal(a.errs)}
	defer bar.clear()
	total := sums{outcomes: map[outcome]int{}}
	err = r.each(a.ctx, func(ch change) error {
		total.add(ch)
		if ch.kind != unchanged && (c.JSON || ch.kind != otherFindings) {
			bar.clear()
			if err := c.print(a, r, ch); err != nil {
				return err
			}
		}
		bar.step()
		return nil
	})
	bar.clear()
	if a.ctx.Err() != nil {
		return fmt.Errorf("interrupted: %d of %d versions were replayed; nothing was written", total.replayed+total.missed, r.total)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(map[string]sumsLine{"sums": r.line(total)})
	}
	return r.writeSums(a.out, total, c.Rules)
}

func (c rehearseCommand) print(a *app, r *rehearsal, ch change) error {
	if c.JSON {
		return json.NewEncoder(a.out).Encode(ch.line())
	}
	return r.writeChange(a.out, ch)
}

// rehearsal replays what one database holds under one set of rules.
type rehearsal struct {
	db        *store.DB
	set       *rules.Set
	words     rehearseWords
	mailbox   string                     // only what arrived there; "" for all
	assessors map[string]intake.Assessor // by mailbox
	total     int                        // versions
}

func (a *app) rehearsal(c rehearseCommand, config *Config, db *store.DB, set *rules.Set) (*rehearsal, error) {
	r := &rehearsal{
		db: db, set: set, words: rehearsed[set.Desk.Language], mailbox: c.Mailbox, assessors: map[string]intake.Assessor{},
	}
	for _, m := range config.Mailboxes {
		assessor := a.assessor(config, m)
		assessor.Rules = set
		r.assessors[m.Address] = assessor
	}
	if _, known := r.assessors[c.Mailbox]; c.Mailbox != "" && !known {
		return nil, badUse{fmt.Errorf("%s has no mailbox %s", c.Config, c.Mailbox)}
	}
	if len(config.Mailboxes) > 0 { // for mail of a mailbox that is watched no more
		r.assessors[""] = r.assessors[config.Mailboxes[0].Address]
	}
	var err error
	r.total, err = db.CountSubmitted(a.ctx, c.Mailbox)
	return r, err
}

// each replays every version and hands on what became of each, in their order.
// No more are in hand at once than there are processors, so that memory is
// bounded by the largest mails.
func (r *rehearsal) each(ctx context.Context, do func(change) error) error {
	g, ctx := errgroup.WithContext(ctx)
	hands := runtime.GOMAXPROCS(0)
	inOrder := make(chan chan change, hands)
	g.Go(func() error {
		defer close(inOrder)
		var work errgroup.Group
		work.SetLimit(hands)
		for s, err := range r.db.Submitted(ctx, r.mailbox) {
			if err != nil {
				return err
			}
			one := make(chan change, 1)
			select {
			case inOrder <- one:
			case <-ctx.Done():
				return ctx.Err()
			}
			work.Go(func() error { one <- r.replay(ctx, s); return nil })
		}
		return nil
	})
	g.Go(func() error {
		for one := range inOrder {
			ch := <-one
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := do(ch); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// replay decides one version anew.
func (r *rehearsal) replay(ctx context.Context, s desk.Submitted) change {
	raw, err := r.db.Raw(ctx, s.Version.MailID)
	if errors.Is(err, desk.ErrNotFound) {
		return change{Submitted: s, kind: notReplayed, why: r.words.gone}
	}
	if err != nil {
		return change{Submitted: s, kind: notReplayed, why: err.Error()}
	}
	assessor, known := r.assessors[s.Mailbox]
	if !known {
		assessor = r.assessors[""]
	}
	return r.compare(s, assessor.Replay(raw, s.Version))
}
