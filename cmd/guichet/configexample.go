package main

import "fmt"

// configCommand is `guichet config`.
type configCommand struct {
	Example exampleCommand `cmd:"" help:"Print a commented configuration."`
}

type exampleCommand struct{}

// Run prints the example as it stands.
func (exampleCommand) Run(a *app) error {
	_, err := fmt.Fprint(a.out, exampleConfig)
	return err
}
