package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
)

// configured is a command that needs the configuration.
type configured struct {
	Config string `short:"c" default:"guichet.yaml" help:"The configuration file; where there is none here, /etc/guichet/guichet.yaml." placeholder:"FILE"`
}

// runCommand is `guichet run`.
type runCommand struct {
	configured
	Once    bool   `help:"Take what is there, answer it, and end."`
	From    string `env:"GUICHET_FROM" help:"On an empty database, which mails to take: now (what arrives from now on), all, or what arrived since a date such as 2026-11-23." placeholder:"WHEN"`
	Observe bool   `help:"Decide and print, and neither move nor answer nor remember anything, until Ctrl-C or with --once."`
}

// Help says what the one line of help cannot.
func (runCommand) Help() string {
	return "A rules folder that has changed is read again once it stands still, and at once on SIGHUP; rules that are wrong are " +
		"refused, told in the log, and those in force stay. The configuration is read at start only. SIGTERM and Ctrl-C end it " +
		"after the mail in hand."
}

// Run watches until it is asked to stop.
func (c runCommand) Run(a *app) error {
	boundMemory()
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	hups := listen()
	if c.Observe {
		return c.observe(a, config, hups)
	}
	db, err := c.open(a, config)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // everything is on the disk
	return a.alone(db, func() error { return c.work(a, config, db, hups) })
}

// open opens the database. A daemon waits for room on a full disk, as it does later on.
func (c runCommand) open(a *app, config *Config) (*store.DB, error) {
	if store.Vanished(config.path(config.Database)) {
		return nil, hint(fmt.Errorf("the database %s is not there, and a desk ran on it", config.Database),
			"guichet restore BACKUP puts one back; to begin anew, and give the same references again, delete "+config.Database+".lock")
	}
	for told := false; ; told = true {
		db, err := store.Open(a.ctx, config.path(config.Database), a.now)
		if c.Once || !errors.Is(err, desk.ErrNoSpace) {
			return db, withCure(err)
		}
		if !told {
			a.log.ErrorContext(a.ctx, "the desk starts once there is room", "error", err, "todo", storageCure(err))
		}
		select {
		case <-a.ctx.Done():
			return nil, err
		case <-time.After(openAgain):
		}
	}
}

// openAgain is how often a desk that starts on a full disk looks for room.
const openAgain = 5 * time.Second

// work is a daemon that has the database for itself.
func (c runCommand) work(a *app, config *Config, db *store.DB, hups chan os.Signal) error {
	w, err := a.assemble(config, db)
	if err != nil {
		return err
	}
	w.reloads.hups = hups
	if err := w.startFrom(c.From, config); err != nil {
		return err
	}
	if err := w.releaseLeases(a); err != nil {
		return err
	}
	if c.Once {
		w.unserved()
		return firstStart(w.watched(a, func() error { return w.drain(a) }))
	}
	return firstStart(w.watched(a, func() error { return w.run(a) }))
}

// observe lets the whole flow decide on a copy of the database that is thrown
// away, with nothing that moves or answers.
func (c runCommand) observe(a *app, config *Config, hups chan os.Signal) error {
	folder, err := os.MkdirTemp("", "guichet-observe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	db, err := a.openCopy(config.path(config.Database), filepath.Join(folder, "observe.db"))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it is thrown away
	w, err := a.assemble(config, db)
	if err != nil {
		return err
	}
	w.reloads.hups = hups
	if err := w.startFrom(c.From, config); err != nil {
		return err
	}
	w.unserved()
	w.senders, w.digests.Editors, w.erases, w.site.teller = nil, nil, false, nil
	w.monitor.observe()
	for _, s := range w.stations {
		s.watcher.Filings, s.watcher.Removals, s.watcher.Recovery, s.watcher.Copies = nil, nil, nil, nil
	}
	w.seen = func(e *desk.Entry, set *rules.Set) { fmt.Fprint(a.out, decided(e, set)) }
	if c.Once {
		return firstStart(w.drain(a))
	}
	return firstStart(w.run(a))
}

// openCopy opens a copy of a database; a new one where there is none.
func (a *app) openCopy(path, copied string) (*store.DB, error) {
	if _, err := os.Stat(path); err == nil {
		if err := store.Copy(a.ctx, path, copied); err != nil {
			return nil, err
		}
	}
	return store.Open(a.ctx, copied, a.now)
}

// startFrom tells every watcher where to begin on a mailbox with a past.
func (w *works) startFrom(from string, c *Config) error {
	if from == "" {
		return nil
	}
	start, err := mailbox.ParseStart(from, c.zone)
	if err != nil {
		return badUse{fmt.Errorf("--from: %w", err)}
	}
	for _, s := range w.stations {
		s.watcher.Start = &start
	}
	return nil
}

// releaseLeases takes over the letters that a desk had in hand when it was killed.
func (w *works) releaseLeases(a *app) error {
	n, err := w.db.ReleaseLeases(a.ctx)
	if n > 0 {
		a.log.WarnContext(a.ctx, "the last run ended in the middle of letters: they leave now, perhaps a second time", "letters", n)
	}
	return err
}

// firstStart adds to the refusal of a first start what to do.
func firstStart(err error) error {
	if errors.Is(err, mailbox.ErrFirstStart) {
		return badUse{hint(err, "add --from now to leave what is there alone, --from 2026-11-23 for what arrived "+
			"since a date, or --from all; guichet run --observe only looks")}
	}
	return err
}

// run keeps everything going until the context ends, then lets each part finish
// what it has in hand. A part that cannot go on stops the others.
func (w *works) run(a *app) error {
	if err := w.monitor.open(a.ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(a.ctx)
	w.monitor.run(ctx, g)
	g.Go(func() error { return w.reloads.run(ctx) })
	g.Go(func() error { a.warmReader(); return nil })
	for _, s := range w.stations {
		g.Go(func() error { return s.watcher.Run(ctx) })
	}
	for _, s := range w.senders {
		g.Go(func() error { return a.keepGoing(ctx, "the outbox", s.Run) })
	}
	g.Go(func() error { return w.digests.Run(ctx) })
	g.Go(func() error { return w.decisions.Run(ctx) })
	if w.erases {
		g.Go(func() error { return w.keepErasing(ctx, a) })
	}
	g.Go(func() error { return w.site.serve(ctx) })
	if w.site.teller != nil {
		g.Go(func() error { return a.keepGoing(ctx, "the hook", w.site.teller.Run) })
	}
	w.monitor.systemd.Ready()
	return g.Wait()
}

// warmReader starts a reader of documents, so that the first PDF does not wait for
// the engine's compiled code to be made. Where it cannot, mails are taken all the
// same, and their documents are left to the editors.
func (a *app) warmReader() {
	confinement, err := a.reader.Confinement()
	if err != nil {
		a.log.Error("no reader of PDF can be started", "error", err)
		return
	}
	a.log.Info("documents are read apart", "readers", a.reader.Children, "held_by", confinement.String())
}

// keepGoing runs what empties a queue until the context ends. A ledger that fails,
// on a full disk say, is tried again: what is due stays due.
func (a *app) keepGoing(ctx context.Context, what string, run func(context.Context) error) error {
	for {
		err := run(ctx)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		a.log.ErrorContext(ctx, what+" cannot be read or written, and is tried again", "error", err, "in", goAgain)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(goAgain):
		}
	}
}

// goAgain is how long a queue rests after its ledger failed.
const goAgain = 15 * time.Second

// drain does everything that can be done now. What must wait, an answer that is
// held back or that a server put off, is said and is no failure.
func (w *works) drain(a *app) error {
	var errs []error
	if w.erases {
		errs = append(errs, w.erase(a.ctx, a))
	}
	sendRest := w.dispatch(a)
	for _, s := range w.stations {
		errs = append(errs, s.watcher.Drain(a.ctx))
	}
	errs = append(errs, w.decisions.Due(a.ctx), w.digests.Due(a.ctx), sendRest(), w.site.tell(a.ctx), w.tellQueued(a))
	for _, s := range w.stations {
		errs = append(errs, s.watcher.KeepCopies(a.ctx))
	}
	w.monitor.once(a.ctx)
	return errors.Join(errs...)
}

// tellQueued says which answers had to stay: the next run takes them up.
func (w *works) tellQueued(a *app) error {
	for _, account := range w.accounts {
		box := account.box()
		queued, err := box.Queued(a.ctx)
		if err != nil {
			return err
		}
		held, errHeld := box.HeldBack(a.ctx)
		capped, errCapped := box.Capped(a.ctx, a.now())
		if err := errors.Join(errHeld, errCapped); err != nil {
			return err
		}
		if queued > 0 {
			a.log.WarnContext(a.ctx, "answers wait for a later run", "mailboxes", box.Mailboxes, "answers", queued,
				"held_back", held, "held_by_the_cap", capped)
		}
	}
	return nil
}
