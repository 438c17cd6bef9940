package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/outbox"
	"github.com/bara-think-tank/guichet/internal/store"
)

// checkCommand is `guichet check`.
type checkCommand struct{ configured }

// patience is how long check waits for one server.
const patience = 20 * time.Second

// report prints one line a finding: ok, warning or failed, and what to do.
type report struct {
	a      *app
	warned int
	failed int
}

func (r *report) ok(what, format string, args ...any) { r.line("ok", what, format, args...) }

func (r *report) warn(what, format string, args ...any) {
	r.warned++
	r.line("warning", what, format, args...)
}

func (r *report) fail(what, format string, args ...any) {
	r.failed++
	r.line("failed", what, format, args...)
}

func (r *report) line(mark, what, format string, args ...any) {
	fmt.Fprintf(r.a.out, "%-8s %-14s %s\n", mark, what, fmt.Sprintf(format, args...))
}

// Run looks at everything that the configuration names and changes nothing.
func (c checkCommand) Run(a *app) error {
	r := &report{a: a}
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	db, absent, done, err := a.openToCheck(config)
	if err != nil {
		r.fail("database", "%v", err)
		return errSaid
	}
	defer done()
	w, err := a.assemble(config, db)
	if err != nil {
		return err
	}
	r.ok("configuration", "%s", config.file.Name)
	if absent == nil {
		r.database(w, config.Database)
		r.private("database", config.path(config.Database))
		r.standing(w)
	} else {
		r.warn("database", "%v", absent)
	}
	r.secrets(config)
	r.tokens(config, db)
	r.readers()
	for i, s := range w.stations {
		r.rules(s, firstOfRules(config, i))
		r.mailbox(s, w)
	}
	r.authors(w)
	for i, s := range w.senders {
		r.smtp(s.Server, w.accounts[i].mailboxes())
	}
	r.dkim(config, w)
	r.editors(config)
	r.site(config, w)
	r.figures(config)
	r.alarms(config, w)
	fmt.Fprintf(a.out, "\nwarnings: %d, failed: %d\n", r.warned, r.failed)
	if r.failed > 0 {
		return errSaid
	}
	return nil
}

// openToCheck opens the desk's database to look at it. Where there is none yet,
// or it is of an earlier version, which is no fault, absent says so and an empty
// one stands in for it.
func (a *app) openToCheck(c *Config) (db *store.DB, absent error, done func(), err error) {
	if _, missing := os.Stat(c.path(c.Database)); errors.Is(missing, fs.ErrNotExist) {
		absent = fmt.Errorf("%s is not there yet; guichet run makes it", c.Database)
	} else if db, absent = a.openDatabase(c, store.OpenReadOnly); !errors.Is(absent, store.ErrOlder) {
		return db, nil, func() { db.Close() }, absent //nolint:errcheck // nothing was written
	}
	folder, err := os.MkdirTemp("", "guichet-check-")
	if err != nil {
		return nil, absent, nil, err
	}
	db, err = store.Open(a.ctx, filepath.Join(folder, "check.db"), a.now)
	return db, absent, func() { _ = errors.Join(db.Close(), os.RemoveAll(folder)) }, err
}

func firstOfRules(c *Config, i int) string {
	for _, dir := range []string{c.Mailboxes[i].Rules, c.Rules} {
		if dir != "" {
			return c.path(dir)
		}
	}
	return "the built-in rules"
}

func (r *report) database(w *works, path string) {
	if err := w.db.Check(r.a.ctx); err != nil {
		r.fail("database", "%s is damaged: %v; restore a backup", path, err)
		return
	}
	if err := w.db.VerifyChain(r.a.ctx); err != nil {
		r.fail("database", "%s: %v; restore a backup", path, err)
		return
	}
	version, err := w.db.SchemaVersion(r.a.ctx)
	if err != nil {
		r.fail("database", "%s: %v", path, err)
		return
	}
	r.ok("database", "%s is whole, its log unbroken, schema %d", path, version)
	paced, capped, err := (ledgerOf{w}).HeldBack(r.a.ctx)
	if err == nil && paced > 0 {
		r.warn("outbox", "%d answers are put off: their recipients got too many within the hour", paced)
	}
	if err == nil && capped > 0 {
		r.warn("outbox", "%d answers wait their turn: as many left within the hour as answers_per_hour_in_all allows; "+
			"authors are still answered", capped)
	}
	if held, err := w.db.Unsent(r.a.ctx, desk.NoticeHeld); err == nil && len(held) > 0 {
		r.warn("outbox", "answers that wait for your word since a backup was restored: %d; guichet outbox list --held", len(held))
	}
	for _, account := range w.accounts {
		box := account.box()
		if n, err := box.Queued(r.a.ctx); err == nil && n > 0 {
			r.warn("outbox", "%d answers of %s have not left yet; guichet run sends them", n, strings.Join(box.Mailboxes, ", "))
		}
	}
	if failed, err := w.db.FailedNotices(r.a.ctx); err == nil && len(failed) > 0 {
		r.warn("outbox", "%d answers were given up or came back; guichet outbox list --failed and guichet queue name them", len(failed))
	}
}

func (r *report) rules(s *station, from string) {
	var names []string
	for _, f := range s.rules().Formats {
		names = append(names, f.Name)
	}
	r.ok("rules", "%s: %s; hash %s", from, strings.Join(names, ", "), s.rules().Hash()[:shownHash])
}

// readers starts a reader of documents and says what confines it.
func (r *report) readers() {
	confinement, err := r.a.reader.Confinement()
	if err != nil {
		r.warn("documents", "no reader of PDF can be started: %v; PDFs will be left to the editors", err)
		return
	}
	if missing := confinement.Missing(); missing != "" {
		r.warn("documents", "%s", missing)
		return
	}
	r.ok("documents", "are read apart, held by %s", confinement)
}

// secrets reads every password once; none is shown.
func (r *report) secrets(c *Config) {
	for _, s := range c.servers() {
		if s.OAuth2 != nil {
			continue
		}
		if _, err := c.password(*s); err != nil {
			r.fail("password", "of %s on %s: %v", s.User, s.Server, err)
		} else if s.PasswordFile != "" {
			r.private("password", c.path(s.PasswordFile))
		}
	}
}

// private warns of a file that others can read.
func (r *report) private(what, path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		r.warn(what, "%s can be read by other users (%v); chmod 600 %s", path, info.Mode().Perm(), path)
	}
}

// costs says what a missing capability costs, and what can be done.
var costs = map[mailbox.Cost]string{
	mailbox.CostSlow:  "no IDLE: new mail waits for the next look, two minutes at most",
	mailbox.CostTwice: "no MOVE: mails are copied, then deleted, which takes longer",
	mailbox.CostStays: "neither MOVE nor UIDPLUS: mails are recorded and answered, and stay where they are, with the keyword " +
		"$Guichet; ask your provider, or read the queues with guichet queue",
	mailbox.CostKept: "no UIDPLUS: the mail of a trial is not deleted from the mailbox as promised; delete it there by hand each day",
}

func (r *report) mailbox(s *station, w *works) {
	name := "mailbox"
	var folders []string
	for _, q := range append(queueOrder(s.rules()), desk.TrayAutomatic, desk.TrayRepeated, desk.TrayAnswered) {
		folders = append(folders, s.folder(q))
	}
	s.watcher.Patience = patience
	facts, err := s.watcher.Probe(r.a.ctx, folders)
	if err != nil {
		r.mailboxFailed(s, err)
		return
	}
	r.ok(name, "%s: logged in to %s, folder %s, %d mails", s.flow.Address, s.watcher.Server.Address, facts.Folder, facts.Messages)
	for _, cost := range facts.Costs {
		r.warn(name, "%s: %s", s.flow.Address, costs[cost])
	}
	missing := 0
	for _, f := range facts.Folders {
		if !f.There {
			missing++
		}
	}
	r.ok("folders", "%d of %d are there; the others are made when a mail is filed", len(facts.Folders)-missing, len(facts.Folders))
	_, err = w.db.Position(r.a.ctx, s.flow.Address)
	if errors.Is(err, desk.ErrNotFound) {
		r.warn(name, "%s was never watched: the first guichet run must say --from now, --from all or --from DATE", s.flow.Address)
	}
	r.reconciled(s, w)
	if s.flow.AuthservID == "" {
		r.warn(name, "%s: authserv_id is empty, so that no sender is ever proved; set it to the name that your provider "+
			"writes in Authentication-Results", s.flow.Address)
	}
}

func (r *report) mailboxFailed(s *station, err error) {
	var login *mailbox.LoginError
	todo := "check imap: server and security, and that the server runs"
	switch {
	case errors.As(err, &login):
		todo = "check imap: user, and the password or oauth2"
	case errors.Is(err, mailbox.ErrNoFolder):
		todo = "check folder: in the configuration"
	}
	r.fail("mailbox", "%s: %v; %s", s.flow.Address, err, todo)
}

func (r *report) authors(w *works) {
	n, err := w.db.CountAuthors(r.a.ctx)
	switch {
	case err != nil:
		r.fail("authors", "%v", err)
	case n == 0:
		r.warn("authors", "none is registered, so nobody waits for a registration; add them with guichet authors import FILE.csv")
	default:
		r.ok("authors", "%d registered", n)
	}
}

// soon is when a certificate's end deserves a warning.
const soon = 14 * 24 * time.Hour

func (r *report) smtp(server outbox.Server, mailboxes []string) {
	ctx, stop := context.WithTimeout(r.a.ctx, patience)
	defer stop()
	facts, err := outbox.Probe(ctx, server)
	var unreachable *outbox.Unreachable
	switch {
	case errors.As(err, &unreachable) && unreachable.Step == outbox.StepLogin:
		r.fail("smtp", "%v; check smtp: user, and the password or oauth2", err)
	case err != nil:
		r.fail("smtp", "%v; check smtp: server and security, and that the server runs", err)
	default:
		encryption := facts.TLS
		if encryption == "" {
			encryption = "no encryption (this machine)"
		}
		r.ok("smtp", "%s sends for %s, %s", server.Address, strings.Join(mailboxes, ", "), encryption)
		if !facts.Expires.IsZero() && facts.Expires.Sub(r.a.now()) < soon {
			r.warn("smtp", "%s: its certificate ends on %s", server.Address, facts.Expires.Format(time.DateOnly))
		}
	}
}

func (r *report) editors(c *Config) {
	if len(c.Editors) == 0 {
		r.warn("editors", "none is named: nobody receives a digest of what waits")
		return
	}
	names := make([]string, len(c.Editors))
	for i, e := range c.Editors {
		names[i] = e.Name
	}
	r.ok("editors", "%s: they receive the digests", strings.Join(names, ", "))
}
