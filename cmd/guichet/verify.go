package main

import (
	"errors"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/store"
)

// verifyCommand is `guichet verify`.
type verifyCommand struct {
	configured
	Backup string `arg:"" optional:"" help:"A backup to check in the place of the database." placeholder:"BACKUP"`
}

// cures is what to do about a fault of each kind.
var cures = map[string]string{
	"file":       "stop the desk, keep the file as it is, and restore the last backup: guichet restore BACKUP",
	"lock":       "look which process runs on the database",
	"keys":       "somebody wrote into the file by hand; restore the last backup from before",
	"log":        "the log is never changed by the desk; keep the file as evidence, and restore the last backup from before",
	"references": "stop the desk before it gives a reference twice, and restore the last backup from before",
	"states":     "somebody wrote into the file by hand; guichet show tells the history, the log is what happened",
	"works":      "somebody wrote into the file by hand; keep it as evidence, and restore the last backup from before",
	"decisions":  "somebody wrote into the file by hand; keep it as evidence, and restore the last backup from before",
	"sums":       "somebody wrote into the file by hand; restore the last backup from before",
	"positions":  "somebody wrote into the file by hand; restore the last backup from before",
	"filings":    "somebody wrote into the file by hand; the mail itself is in its folder of the mailbox",
	"notices":    "somebody wrote into the file by hand; guichet outbox list shows what waits, and the sender can be written to",
	"mails":      "restore the last backup; the mail itself is still in its folder of the mailbox",
}

// Run checks everything that is on record and names the first fault of each kind.
func (c verifyCommand) Run(a *app) error {
	db, err := c.open(a)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	bar := progress{out: a.errs, shown: isTerminal(a.errs)}
	step := func(total int) {
		bar.total = total
		bar.step()
	}
	failed := 0
	err = db.Verify(a.ctx, step, func(v store.Verified) {
		bar.clear()
		if v.Fault == nil {
			fmt.Fprintf(a.out, "%-8s %-12s %s\n", "ok", v.What, v.Found)
			return
		}
		failed++
		fmt.Fprintf(a.out, "%-8s %-12s %v; %s\n", "failed", v.What, v.Fault, cures[v.What])
	})
	bar.clear()
	if err == nil && failed > 0 {
		return errSaid
	}
	return err
}

// open opens what is to be checked: the desk's database, or a backup, for which no
// configuration is needed.
func (c verifyCommand) open(a *app) (*store.DB, error) {
	if c.Backup == "" {
		_, db, err := a.configured(c.Config, store.OpenReadOnly)
		return db, err
	}
	if err := backupAt(c.Backup, ""); err != nil {
		return nil, badUse{err}
	}
	if !store.IsDatabase(c.Backup) {
		return nil, badUse{fmt.Errorf("%s: %w", c.Backup, store.ErrNoBackup)}
	}
	db, err := store.OpenReadOnly(a.ctx, c.Backup, a.now)
	if errors.Is(err, store.ErrOlder) {
		return nil, hint(err, "an earlier version of guichet made it: that one verifies it, and guichet restore brings it up to date")
	}
	return db, withCure(err)
}
