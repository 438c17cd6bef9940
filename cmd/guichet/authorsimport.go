package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// authorsImportCommand is `guichet authors import`.
type authorsImportCommand struct {
	configured
	DryRun bool   `help:"Say what would be done, and do nothing."`
	File   string `arg:"" help:"The CSV file; its first line names its columns: name, address, registered; consent, consent date, newsletter if you have them."`
}

// Run adds every author of the file, or none where a line is wrong.
func (c authorsImportCommand) Run(a *app) error {
	w, done, err := a.openToImport(c.Config, c.DryRun)
	if err != nil {
		return err
	}
	defer done()
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	list := readRoll(c.File, text, w.zone, a.now())
	try := c.DryRun || len(list.faults) > 0
	before, err := w.db.Authors(a.ctx)
	if err != nil {
		return err
	}
	result, err := w.db.Enrol(a.ctx, list.enrolments(), w.releases(a).Notice, try)
	if err != nil {
		return err
	}
	faults := list.faults
	for i, p := range result.People {
		if p.Fate == desk.Refused {
			faults = append(faults, list.people[i].row.Fault("address", "%s", refusal(p)))
		}
	}
	byPlace(faults)
	tellIgnored(a, list.ignored)
	if c.DryRun {
		c.tellTry(a, list, result.People, len(faults), result.Released)
		tellNamesakes(a, before, result.People)
	}
	if len(faults) > 0 || c.DryRun {
		return faults.OrNil()
	}
	fates := countFates(result.People)
	fmt.Fprintf(a.out, "authors: %d added, %d changed, %d unchanged; texts released to the editors: %d\n",
		fates[desk.Added], fates[desk.Changed], fates[desk.Unchanged], result.Released)
	list.tellTwins(a, result.People)
	tellNamesakes(a, before, result.People)
	return nil
}

func countFates(people []desk.Enrolled) map[desk.Fate]int {
	fates := map[desk.Fate]int{}
	for _, p := range people {
		fates[p.Fate]++
	}
	return fates
}

// tellTry says what an import would do, person by person.
func (c authorsImportCommand) tellTry(a *app, list *roll, people []desk.Enrolled, refused, released int) {
	for _, p := range people {
		if p.Fate == desk.Added || p.Fate == desk.Changed {
			fmt.Fprintf(a.out, "%-8s %s <%s>\n", p.Fate, p.Author.Name, strings.Join(p.Author.Addresses, ">, <"))
		}
	}
	fates := countFates(people)
	fmt.Fprintf(a.out, "authors, tried only: %d to add, %d to change, %d unchanged, %d lines refused; texts that would be released: %d\n",
		fates[desk.Added], fates[desk.Changed], fates[desk.Unchanged], refused, released)
	list.tellTwins(a, people)
}

// tellTwins says which new people bear the name of another one of the file: who is
// one person and who is two, only somebody who knows them can tell.
func (r *roll) tellTwins(a *app, people []desk.Enrolled) {
	for i, p := range r.people {
		if p.twin != nil && people[i].Fate == desk.Added {
			fmt.Fprintf(a.out, "two people are called %s, registered on different days (lines %d and %d); if they are one: guichet authors merge %s %s\n",
				p.Name, p.twin.row.Line(), p.row.Line(), p.twin.Addresses[0], p.Addresses[0])
		}
	}
}

// tellNamesakes says which new people bear the name of somebody who was on file.
func tellNamesakes(a *app, before []desk.Author, people []desk.Enrolled) {
	known := map[string]desk.Author{}
	for _, b := range before {
		known[typo.Fold(b.Name)] = b
	}
	for _, p := range people {
		if b, ok := known[typo.Fold(p.Author.Name)]; ok && p.Fate == desk.Added {
			fmt.Fprintf(a.out, "a %s was on file already, with the address %s; if they are one: guichet authors merge %[2]s %[3]s\n",
				b.Name, b.Addresses[0], p.Author.Addresses[0])
		}
	}
}
