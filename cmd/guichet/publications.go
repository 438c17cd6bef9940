package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// publicationsCommand is `guichet publications`.
type publicationsCommand struct {
	Import publicationsImportCommand `cmd:"" help:"Add what was published before the desk, from a CSV file."`
	List   publicationsListCommand   `cmd:"" help:"List what was published, newest first."`
	Show   publicationsShowCommand   `cmd:"" help:"Print what is on file of a publication."`
}

// publicationLine is a publication as JSON.
type publicationLine struct {
	Reference desk.Reference        `json:"reference"`
	Format    string                `json:"format"`
	Title     string                `json:"title"`
	Authors   []signatoryLine       `json:"authors"`
	Date      string                `json:"date"`
	URL       string                `json:"url"`
	State     desk.PublicationState `json:"state"`
	Imported  bool                  `json:"imported"` // published before the desk
}

type signatoryLine struct {
	Name       string   `json:"name"`
	Addresses  []string `json:"addresses"`
	Registered bool     `json:"registered"`
}

func publicationOf(p desk.Publication, zone *time.Location) publicationLine {
	line := publicationLine{
		p.Reference, p.Format, p.Title, []signatoryLine{}, day(p.On, zone), p.URL, p.State, p.CaseID == 0,
	}
	for _, s := range p.Authors {
		line.Authors = append(line.Authors, signatoryLine{s.Name, orEmpty(s.Addresses), s.AuthorID != 0})
	}
	return line
}

// names are those of the signatures.
func (l publicationLine) names() string {
	names := make([]string, len(l.Authors))
	for i, s := range l.Authors {
		names[i] = s.Name
	}
	return strings.Join(names, ", ")
}

type publicationsListCommand struct {
	configured
	JSON bool `help:"One JSON object a line."`
}

// Run lists the publications.
func (c publicationsListCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	all, err := w.db.Publications(a.ctx)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(a.out)
	for _, p := range all {
		line := publicationOf(p, w.zone)
		if c.JSON {
			err = lines.Encode(line)
		} else {
			_, err = fmt.Fprintf(a.out, "%s  %-17s %-10s %-10s %s: %s\n", line.Date, line.Reference, line.Format, line.State, line.names(), line.Title)
		}
		if err != nil {
			return err
		}
	}
	if !c.JSON {
		_, err = fmt.Fprintf(a.out, "publications: %d\n", len(all))
	}
	return err
}

type publicationsShowCommand struct {
	configured
	JSON bool   `help:"One JSON object."`
	What string `arg:"" help:"A reference, the address of its page, or its exact title."`
}

// Run prints one publication.
func (c publicationsShowCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	p, err := w.publicationCalled(a, c.What)
	if err != nil {
		return err
	}
	line := publicationOf(p, w.zone)
	if c.JSON {
		return json.NewEncoder(a.out).Encode(line)
	}
	return line.print(a.out)
}

func (l publicationLine) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s, %s\n  title      %s\n", l.Reference, l.Format, l.State, l.Title)
	for _, s := range l.Authors {
		about := "no address on file"
		if len(s.Addresses) > 0 {
			about = "<" + strings.Join(s.Addresses, ">, <") + ">"
		}
		if !s.Registered {
			about += ", not registered"
		}
		fmt.Fprintf(&b, "  author     %s %s\n", s.Name, about)
	}
	fmt.Fprintf(&b, "  published  %s\n  page       %s\n", l.Date, l.URL)
	if l.Imported {
		b.WriteString("  from       before the desk\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// publicationCalled finds the one publication that is meant.
func (w *works) publicationCalled(a *app, said string) (p desk.Publication, err error) {
	found, err := w.db.PublicationsCalled(a.ctx, said)
	if err != nil {
		return p, err
	}
	switch len(found) {
	case 0:
		return p, w.noPublication(a, said)
	case 1:
		return found[0], nil
	}
	return p, fmt.Errorf("%d publications are called %q: say a reference, %s or %s", len(found), said, found[0].Reference, found[1].Reference)
}

// noPublication says why nothing was found: a mistyped reference, a text that is not
// published yet, or nothing of that name.
func (w *works) noPublication(a *app, said string) error {
	ref, err := desk.ParseReference(said)
	if err == nil {
		if c, err := w.db.Case(a.ctx, ref); err == nil {
			return fmt.Errorf("%s is no publication: the case is %s", ref, strings.ReplaceAll(string(c.State), "_", " "))
		}
	}
	if errors.Is(err, desk.ErrCheck) {
		return badUse{fmt.Errorf("%s: %w", said, err)}
	}
	return hint(fmt.Errorf("there is no publication %q", said), "see: guichet publications list")
}
