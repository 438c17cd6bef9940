package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bara-think-tank/guichet/internal/store"
)

// restoreCommand is `guichet restore`.
type restoreCommand struct {
	configured
	Backup string `arg:"" help:"The backup." placeholder:"BACKUP"`
}

// Help says what the one line of help cannot.
func (restoreCommand) Help() string {
	return "The replaced database stays beside the new one. References go on in a new block, above any that may have been given " +
		"since the backup. The next guichet run takes in again what arrived since, from the queues' folders too, and holds what it " +
		"would answer: see guichet outbox."
}

// Run puts the backup in place, and says what follows from it.
func (c restoreCommand) Run(a *app) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	database := config.path(config.Database)
	if err := backupAt(c.Backup, database); err != nil {
		return badUse{err}
	}
	var mailboxes []string
	for _, m := range config.Mailboxes {
		mailboxes = append(mailboxes, m.Address)
	}
	done, err := store.Restore(a.ctx, store.Restoration{Backup: c.Backup, Database: database, Mailboxes: mailboxes, Now: a.now})
	var held *store.HeldError
	switch {
	case errors.As(err, &held):
		return hint(err, "stop it first: a database is replaced while nobody runs on it")
	case errors.Is(err, store.ErrNoBackup):
		return badUse{err}
	case err != nil:
		return withCure(err)
	}
	c.tell(a, config, done)
	return nil
}

// backupAt says why there can be no backup of a database at a path.
func backupAt(path, database string) error {
	there, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file", path)
	}
	if own, missing := os.Stat(database); err == nil && missing == nil && os.SameFile(there, own) {
		return fmt.Errorf("%s: it is the database itself", path)
	}
	return err
}

func (c restoreCommand) tell(a *app, config *Config, done store.Restored) {
	fmt.Fprintf(a.out, "%s is restored from %s: %s, as of %s\n", config.Database, c.Backup, holdings(done.Contents), done.Contents.At.In(config.zone).Format(time.DateTime))
	if done.Kept != "" {
		fmt.Fprintf(a.out, "replaced     %s, kept beside it until you delete it\n", filepath.Base(done.Kept))
	}
	for _, b := range done.Next {
		fmt.Fprintf(a.out, "references   %s-%d goes on from %04d\n", b.Prefix, b.Year, b.From)
	}
	fmt.Fprintf(a.out, "held         %s waited when the backup was made, and may have left since\n", several(done.Held, "answer"))
	fmt.Fprintln(a.out, "next         guichet run takes in again what arrived since; then guichet outbox list --held,")
	fmt.Fprintln(a.out, "             and guichet outbox release or drop. Make again the decisions, imports, releases and")
	fmt.Fprintln(a.out, "             erasures (authors erase) of after the backup, and make a new backup today")
}
