package main

import (
	"fmt"

	"github.com/bara-think-tank/guichet/internal/store"
)

// verifyCommand is `guichet verify`.
type verifyCommand struct{ configured }

// cures is what to do about a fault of each kind.
var cures = map[string]string{
	"file":       "stop the desk, keep the file as it is, and restore the last backup",
	"keys":       "somebody wrote into the file by hand; restore the last backup from before",
	"log":        "the log is never changed by the desk; keep the file as evidence, and restore the last backup from before",
	"references": "stop the desk before it gives a reference twice, and restore the last backup from before",
	"states":     "somebody wrote into the file by hand; guichet show tells the history, the log is what happened",
	"decisions":  "somebody wrote into the file by hand; keep it as evidence, and restore the last backup from before",
	"mails":      "restore the last backup; the mail itself is still in its folder of the mailbox",
}

// Run checks everything that is on record and names the first fault of each kind.
func (c verifyCommand) Run(a *app) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	db, err := a.openDatabase(config, store.OpenReadOnly)
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
