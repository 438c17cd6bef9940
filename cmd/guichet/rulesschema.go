package main

import "github.com/bara-think-tank/guichet/internal/rules"

// rulesSchemaCommand is `guichet rules schema`.
type rulesSchemaCommand struct {
	Of string `arg:"" optional:"" enum:"all,desk,subjects,criteria,unreadable,format" default:"all" help:"Which file it is for: desk, subjects, criteria, unreadable, format, or all."`
}

// Run prints the schema of one file, which is what a text editor wants, or one
// that takes any of the five.
func (c rulesSchemaCommand) Run(a *app) error {
	text, err := rules.JSONSchema(c.Of)
	if err != nil {
		return err
	}
	_, err = a.out.Write(text)
	return err
}
