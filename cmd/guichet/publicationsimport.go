package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// publicationsImportCommand is `guichet publications import`.
type publicationsImportCommand struct {
	configured
	DryRun bool   `help:"Say what would be done, and do nothing."`
	File   string `arg:"" help:"The CSV file; its first line names its columns: format, title, authors, date; reference, addresses, url if you have them."`
}

// Run adds every publication of the file, or none where a line is wrong.
func (c publicationsImportCommand) Run(a *app) error {
	w, done, err := a.openToImport(c.Config, c.DryRun)
	if err != nil {
		return err
	}
	defer done()
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	set := w.stations[0].rules()
	list := archivist{set.Formats, set.Desk.Prefix, w.zone, a.now()}.read(c.File, text)
	try := c.DryRun || len(list.faults) > 0
	results, err := w.db.Archive(a.ctx, list.works, set.Desk.Prefix, w.zone, try)
	if err != nil {
		return err
	}
	faults := list.faults
	fates := map[desk.Fate]int{}
	for i, r := range results {
		fates[r.Fate]++
		if r.Fate == desk.Refused {
			faults = append(faults, clash(list.rows[i].Fault, r, w.zone))
		}
		if c.DryRun && r.Fate == desk.Added {
			fmt.Fprintf(a.out, "added    %s  %s, %s\n", r.Publication.Reference, r.Publication.Title, day(r.Publication.On, w.zone))
		}
	}
	byPlace(faults)
	tellIgnored(a, list.ignored)
	switch {
	case c.DryRun:
		fmt.Fprintf(a.out, "publications, tried only: %d to add, %d unchanged, %d lines refused\n", fates[desk.Added], fates[desk.Unchanged], len(faults))
	case len(faults) == 0:
		fmt.Fprintf(a.out, "publications: %d added, %d unchanged\n", fates[desk.Added], fates[desk.Unchanged])
	}
	return faults.OrNil()
}

// clash says why the desk does not take a publication, at the column that is to be
// changed.
func clash(at func(column, format string, args ...any) desk.Fault, r desk.Archived, zone *time.Location) desk.Fault {
	switch r.Clash {
	case desk.ClashCase:
		return at("reference", "the reference %s is of a case of the desk; leave it empty, and the desk gives one", r.Publication.Reference)
	case desk.ClashPage:
		return at("url", "the page %s is that of %s already", r.With.URL, r.With.Reference)
	}
	column, said := difference(r.Publication, r.With, zone)
	return at(column, "%s is on file with another %s, %s; an import changes nothing on file", r.With.Reference, column, said)
}

// difference is the column in which a publication differs from the one on file, and
// what stands there.
func difference(p, known desk.Publication, zone *time.Location) (column, said string) {
	switch {
	case p.Title != known.Title:
		return "title", fmt.Sprintf("“%s”", known.Title)
	case p.Format != known.Format:
		return "format", known.Format
	case !p.On.Equal(known.On):
		return "date", day(known.On, zone)
	case p.URL != known.URL:
		return "url", cmp.Or(known.URL, "none")
	}
	for i, s := range known.Authors {
		if i >= len(p.Authors) || p.Authors[i].Name != s.Name {
			return "authors", publicationOf(known, zone).names()
		}
	}
	if len(p.Authors) != len(known.Authors) {
		return "authors", publicationOf(known, zone).names()
	}
	var addresses []string
	for _, s := range known.Authors {
		addresses = append(addresses, s.Addresses...)
	}
	return "addresses", cmp.Or(strings.Join(addresses, ", "), "none")
}
