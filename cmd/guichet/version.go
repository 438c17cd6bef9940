package main

import (
	"fmt"
	"runtime/debug"
)

// version is set when the program is built: -ldflags "-X main.version=…".
var version string

type versionCommand struct{}

// Run prints the version, or what the Go tool knows of it.
func (versionCommand) Run(a *app) error {
	name := version
	if info, ok := debug.ReadBuildInfo(); ok && name == "" {
		name = info.Main.Version
	}
	_, err := fmt.Fprintln(a.out, "guichet", name)
	return err
}
