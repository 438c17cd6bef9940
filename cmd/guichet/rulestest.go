package main

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// rulesTestCommand is `guichet rules test`.
type rulesTestCommand struct {
	ruled
	Verbose bool `short:"v" help:"Every example, and what a student would read."`
}

// Run tries every example, and fails where one does not give what it says. A
// criterion that lacks examples is named; that alone is no failure.
func (c rulesTestCommand) Run(a *app) error {
	set, _, err := loadRules(c.Dir)
	if err != nil {
		return err
	}
	tried := set.TryExamples()
	var b strings.Builder
	examples, wrong := 0, 0
	for _, t := range tried {
		c.writeTried(&b, t)
		examples += len(t.Examples)
		for _, e := range t.Examples {
			if e.Wrong != "" {
				wrong++
			}
		}
	}
	fmt.Fprintf(&b, "%d criteria, %d examples: %s\n", len(tried), examples, summed(wrong))
	if _, err := io.WriteString(a.out, b.String()); err != nil {
		return err
	}
	if wrong > 0 {
		return errSaid
	}
	return nil
}

// summed says what came of all the examples.
func summed(wrong int) string {
	switch wrong {
	case 0:
		return "each gives what it says"
	case 1:
		return "1 does not give what it says"
	}
	return fmt.Sprintf("%d do not give what they say", wrong)
}

// exampleKinds is what examples are called, by what they should give.
var exampleKinds = []struct {
	want desk.Result
	name string
}{{desk.Pass, "good"}, {desk.Fail, "bad"}}

// writeTried writes what is wrong with the examples of one criterion, and where
// all is asked for, all of them.
func (c rulesTestCommand) writeTried(b *strings.Builder, t rules.Tried) {
	if c.Verbose {
		fmt.Fprintf(b, "%s\n", t.Criterion)
	}
	for _, kind := range exampleKinds {
		if t.Count(kind.want) == 0 {
			fmt.Fprintln(b, c.at(t.Line, t.Column, "the criterion %s has no %s example", t.Criterion, kind.name))
		}
		for _, e := range t.Examples {
			if e.Want != kind.want {
				continue
			}
			if c.Verbose {
				writeExample(b, kind.name, e)
			}
			if e.Wrong != "" {
				fmt.Fprintln(b, c.at(e.Line, e.Column, "%s: %s", t.Criterion, e.Wrong))
			}
		}
	}
}

// writeExample writes one example with what a student would read.
func writeExample(b *strings.Builder, kind string, e rules.Example) {
	fmt.Fprintf(b, "  %-4s  %s\n", kind, e.Given)
	for _, said := range []string{e.Finding.Message, e.Finding.Where, e.Finding.Repair} {
		if said != "" {
			fmt.Fprintf(b, "        %s\n", said)
		}
	}
}

// at is something said of a place in criteria.yaml.
func (c rulesTestCommand) at(line, column int, format string, args ...any) error {
	return desk.Fault{
		File: path.Join(c.Dir, "criteria.yaml"), Line: line, Column: column, Message: fmt.Sprintf(format, args...),
	}
}
