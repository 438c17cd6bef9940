package main

import (
	"errors"
	"sync"
)

// dispatch sends answers while mails are still taken, as `guichet run` does, and is
// for a run that ends. The function that it gives sends what is left and says what
// went wrong. A server that cannot be used is asked once.
func (w *works) dispatch(a *app) (rest func() error) {
	var g sync.WaitGroup
	last := make(chan struct{})
	failed := make([]error, len(w.senders))
	for i, s := range w.senders {
		g.Go(func() {
			_, failed[i] = s.DrainUntil(a.ctx, last)
		})
	}
	return func() error {
		close(last)
		g.Wait()
		return errors.Join(failed...)
	}
}
