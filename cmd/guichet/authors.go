package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/sheet"
	"github.com/bara-think-tank/guichet/internal/store"
)

// authorsCommand is `guichet authors`.
type authorsCommand struct {
	Import authorsImportCommand `cmd:"" help:"Add the registered authors of a CSV file."`
	List   authorsListCommand   `cmd:"" help:"List who is registered."`
	Show   authorsShowCommand   `cmd:"" help:"Print what is on file of a person: addresses, consents, texts."`
	Add    authorsAddCommand    `cmd:"" help:"Register a person, or give one on file another address."`
	Merge  authorsMergeCommand  `cmd:"" help:"Make one person of two."`
	Export authorsExportCommand `cmd:"" help:"Write everything that is on file of a person to a zip file, for them to have."`
	Erase  authorsEraseCommand  `cmd:"" help:"Forget a person; what was decided and published stays."`
}

// authorLine is an author as JSON.
type authorLine struct {
	Name         string      `json:"name"`
	Addresses    []string    `json:"addresses"`
	Registered   string      `json:"registered"`
	Consent      string      `json:"consent"`
	ConsentAt    string      `json:"consent_at"`
	Newsletter   desk.Answer `json:"newsletter"`
	NewsletterAt string      `json:"newsletter_at"`
}

func lineOf(a desk.Author, zone *time.Location) authorLine {
	return authorLine{
		a.Name, orEmpty(a.Addresses), day(a.Registered, zone), a.Consent, day(a.ConsentAt, zone), a.Newsletter, day(a.NewsletterAt, zone),
	}
}

// day is a date as files have it, "" for none.
func day(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.DateOnly)
}

type authorsListCommand struct {
	configured
	JSON bool `help:"One JSON object a line."`
}

// Run lists the authors, by name.
func (c authorsListCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	all, err := w.db.Authors(a.ctx)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(a.out)
	for _, author := range all {
		if c.JSON {
			err = lines.Encode(lineOf(author, w.zone))
		} else {
			_, err = fmt.Fprintf(a.out, "%s  %s <%s>\n", day(author.Registered, w.zone), author.Name, strings.Join(author.Addresses, ">, <"))
		}
		if err != nil {
			return err
		}
	}
	if !c.JSON {
		_, err = fmt.Fprintf(a.out, "authors: %d\n", len(all))
	}
	return err
}

type authorsShowCommand struct {
	configured
	JSON bool   `help:"One JSON object."`
	Who  string `arg:"" help:"An address, or a name."`
}

// authorFile is everything on file of a person, as JSON.
type authorFile struct {
	authorLine
	Submissions  []waiting         `json:"submissions"`
	Publications []publicationLine `json:"publications"`
}

// Run prints what is on file of one person.
func (c authorsShowCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	author, err := w.personCalled(a, c.Who)
	if err != nil {
		return err
	}
	if author.ID == 0 {
		return nobody(c.Who)
	}
	f, err := w.authorFile(a, author)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(f)
	}
	return f.print(a.out)
}

func (w *works) authorFile(a *app, author desk.Author) (f authorFile, err error) {
	f = authorFile{lineOf(author, w.zone), []waiting{}, []publicationLine{}}
	cases, errCases := w.db.SubmissionsOf(a.ctx, author.ID)
	works, errWorks := w.db.PublicationsOf(a.ctx, author.ID)
	for _, c := range cases {
		f.Submissions = append(f.Submissions, waitingOf(c))
	}
	for _, p := range works {
		f.Publications = append(f.Publications, publicationOf(p, w.zone))
	}
	return f, errors.Join(errCases, errWorks)
}

func (f authorFile) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.Name)
	for _, address := range f.Addresses {
		fmt.Fprintf(&b, "  address     %s\n", address)
	}
	fmt.Fprintf(&b, "  registered  %s\n", f.Registered)
	if f.ConsentAt != "" || f.Consent != "" {
		fmt.Fprintf(&b, "  consent     %s: %s\n", f.ConsentAt, strings.Join(strings.Fields(f.Consent), " "))
	}
	if f.Newsletter != desk.NotAsked {
		fmt.Fprintf(&b, "  newsletter  %s, %s\n", f.Newsletter, f.NewsletterAt)
	}
	for _, s := range f.Submissions {
		fmt.Fprintf(&b, "  submission  %s  %s, %s: %s\n", s.Reference, s.Format, strings.ReplaceAll(string(s.State), "_", " "), s.Title)
	}
	for _, p := range f.Publications {
		fmt.Fprintf(&b, "  published   %s  %s, %s, %s: %s\n", p.Reference, p.Date, p.Format, p.State, p.Title)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

type authorsAddCommand struct {
	configured
	Name       string   `help:"The person's name; not needed for one on file."`
	Address    []string `required:"" help:"An address of theirs; several times for several."`
	Registered string   `help:"The day of the registration, 2026-11-23 or 23/11/2026; today without it."`
	Consent    string   `help:"The text that they agreed to."`
	Newsletter string   `help:"Their answer about the newsletter: oui or non."`
	Correct    bool     `help:"What is on file is wrong: take this name and this day in its place."`
}

// Run adds one person, or brings what is on file of them up to date.
func (c authorsAddCommand) Run(a *app) error {
	w, done, err := a.openToImport(c.Config, false)
	if err != nil {
		return err
	}
	defer done()
	author, err := c.author(a, w)
	if err != nil {
		return badUse{err}
	}
	before, err := w.db.Authors(a.ctx)
	if err != nil {
		return err
	}
	said := desk.Enrolment{Author: author, By: desk.EnrolledByOperator, Corrects: c.Correct}
	result, err := w.db.Enrol(a.ctx, []desk.Enrolment{said}, w.releases(a).Notice, false)
	if err != nil {
		return err
	}
	p := result.People[0]
	if p.Fate == desk.Refused {
		return errors.New(refusal(p))
	}
	_, err = fmt.Fprintf(a.out, "%s: %s <%s>; texts released to the editors: %d\n",
		p.Fate, p.Author.Name, strings.Join(p.Author.Addresses, ">, <"), result.Released)
	tellNamesakes(a, before, result.People)
	return err
}

func (c authorsAddCommand) author(a *app, w *works) (author desk.Author, err error) {
	author = desk.Author{Name: strings.Join(strings.Fields(c.Name), " "), Consent: c.Consent}
	for _, text := range c.Address {
		addresses, bad := splitAddresses(text)
		if bad != "" {
			return author, fmt.Errorf("%q is no mail address", bad)
		}
		author.Addresses = append(author.Addresses, addresses...)
	}
	answer, known := answers[strings.ToLower(c.Newsletter)]
	if !known {
		return author, fmt.Errorf("--newsletter %q is no answer; accepted: oui, non", c.Newsletter)
	}
	author.Newsletter = answer
	author.Registered = a.now()
	if c.Registered != "" {
		if author.Registered, err = sheet.Date(c.Registered, w.zone); err != nil {
			return author, err
		}
	}
	if c.Consent != "" {
		author.ConsentAt = author.Registered
	}
	if c.Correct && c.Registered == "" {
		author.Registered = time.Time{}
	}
	return author, nil
}

type authorsMergeCommand struct {
	configured
	Kept   string `arg:"" help:"An address of the person whose name stays."`
	Merged string `arg:"" help:"An address of the other one."`
}

// Run makes one person of two.
func (c authorsMergeCommand) Run(a *app) error {
	w, done, err := a.openWorks(c.Config, store.Open)
	if err != nil {
		return err
	}
	defer done()
	one, released, err := w.db.MergeAuthors(a.ctx, c.Kept, c.Merged, w.releases(a).Notice)
	switch {
	case errors.Is(err, desk.ErrNotFound):
		return hint(fmt.Errorf("nobody on file has the address %s, or %s", c.Kept, c.Merged), "give an address to a person with: guichet authors add --address")
	case errors.Is(err, desk.ErrNone):
		return fmt.Errorf("%s and %s are one person's already", c.Kept, c.Merged)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(a.out, "merged: %s <%s>; texts released to the editors: %d\n", one.Name, strings.Join(one.Addresses, ">, <"), released)
	return err
}
