package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// sandboxCommand is the child that reads documents: `guichet sandbox-child`. The
// program starts it itself.
type sandboxCommand struct {
	Args []string `arg:"" optional:""`
}

// Run serves documents until the parent is done. A SIGHUP that is sent to the
// whole group asks the parent for something, and must not end a reading.
func (c sandboxCommand) Run(a *app) error {
	signal.Ignore(syscall.SIGHUP)
	return sandbox.Child(c.Args, os.Stdin, a.out)
}
