package main

import (
	"os"

	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// sandboxCommand is the child that reads documents: `guichet sandbox-child`. The
// program starts it itself.
type sandboxCommand struct {
	Args []string `arg:"" optional:""`
}

// Run serves documents until the parent is done.
func (c sandboxCommand) Run(a *app) error { return sandbox.Child(c.Args, os.Stdin, a.out) }
