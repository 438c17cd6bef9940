package main

import (
	"fmt"
	"runtime/debug"
)

// version is set when the program is built: -ldflags "-X main.version=…".
var version string

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(a *app) error {
	_, err := fmt.Fprintln(a.out, "guichet", programVersion())
	return err
}

// programVersion is the version, or what the Go tool knows of it.
func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "" {
		return info.Main.Version
	}
	return version
}
