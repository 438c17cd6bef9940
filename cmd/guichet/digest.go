package main

import (
	"fmt"

	"github.com/bara-think-tank/guichet/internal/store"
)

// digestCommand is `guichet digest`.
type digestCommand struct {
	configured
	Print bool `help:"Print the digests instead of sending them."`
}

// Run sends every editor's digest now, or prints what it would hold.
func (c digestCommand) Run(a *app) error {
	open := store.Open
	if c.Print {
		open = store.OpenReadOnly
	}
	w, done, err := a.openWorks(c.Config, open)
	if err != nil {
		return err
	}
	defer done()
	if c.Print {
		return w.printDigests(a)
	}
	written, err := w.digests.Now(a.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "digests: %d of %d editors have something waiting\n", written, len(w.digests.Editors))
	_, err = w.senders[0].Drain(a.ctx)
	return err
}

func (w *works) printDigests(a *app) error {
	for _, e := range w.digests.Editors {
		mail, err := w.digests.Compose(a.ctx, e)
		if err != nil {
			return err
		}
		if mail == nil {
			fmt.Fprintf(a.out, "%s <%s>: nothing waits, no mail\n", e.Name, e.Address)
			continue
		}
		text, err := readable(mail.Bytes)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.out, text)
	}
	return nil
}
