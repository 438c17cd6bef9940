package mailbox

import (
	"context"
	"errors"
	"fmt"
)

// tellLogin alarms the operator of a refused account, and says when it is taken again.
func (w *Watcher) tellLogin(ctx context.Context, err error) {
	var login *LoginError
	switch name := "login " + w.Address; {
	case w.Alarms == nil:
	case errors.As(err, &login):
		w.Alarms.Raise(ctx, name, fmt.Sprintf("%v; nothing of this mailbox is read until it is repaired: check imap: user and the "+
			"password, with guichet check", login))
	case err == nil:
		w.Alarms.Clear(ctx, name)
	}
}

// tellPass says that everything there was done with, or what stays where it is.
func (w *Watcher) tellPass(ctx context.Context, err error) {
	var held *FilingError
	stays := errors.As(err, &held)
	if err != nil && !stays {
		return
	}
	w.Passed()
	switch name := "filing " + w.Address; {
	case w.Alarms == nil:
	case stays:
		w.Alarms.Raise(ctx, name, fmt.Sprintf("%v; they were recorded and answered, and are tried again at each look", held))
	default:
		w.Alarms.Clear(ctx, name)
	}
}
