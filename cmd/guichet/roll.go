package main

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/sheet"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// roll is a file of authors that was read: its people, in the order in which they
// come first.
type roll struct {
	people  []*enrolled
	ignored []string // columns
	faults  desk.Faults

	byAddress map[string]*enrolled
	byName    map[string][]*enrolled // folded
}

// enrolled is one person of a file, with the row that named them first.
type enrolled struct {
	desk.Author
	row  sheet.Row
	twin *enrolled // the same name on an earlier row, registered on another day
	gone bool      // made one with another
}

// authorColumns are the columns of an authors' file.
var authorColumns = []sheet.Column{
	{Name: "name", Titles: []string{"name", "nom", "nom complet", "nom et prénom", "prénom et nom", "nom prénom", "prénom nom", "full name", "author", "auteur", "autrice"}},
	{Name: "given name", Titles: []string{"given name", "first name", "prénom", "prénoms"}},
	{Name: "family name", Titles: []string{"family name", "last name", "surname", "nom de famille"}},
	{Name: "address", Required: true, Repeats: true, Titles: []string{
		"address", "adresse", "email", "e-mail", "mail", "courriel", "addresses", "adresses", "emails", "mails",
		"adresse mail", "adresse e-mail", "adresse email", "adresse électronique", "adresse courriel", "email address", "e-mail address",
	}},
	{Name: "registered", Required: true, Titles: []string{
		"registered", "date", "inscription", "inscrit", "inscrite", "date d’inscription", "inscrit le", "inscrite le",
		"registered on", "registration date", "horodateur", "timestamp",
	}},
	{Name: "consent", Titles: []string{"consent", "consent text", "consentement", "texte du consentement", "texte de consentement", "accord"}},
	{Name: "consent date", Titles: []string{"consent date", "date of consent", "date du consentement", "date de consentement", "consenti le"}},
	{Name: "newsletter", Titles: []string{"newsletter", "lettre d’information", "infolettre", "lettre"}},
}

// readRoll reads a file of authors: every bad line is a fault, and the good ones
// are read all the same. A person on several rows is one: where the rows share an
// address, or bear the same name and no other day of registration.
func readRoll(name string, text []byte, zone *time.Location, now time.Time) *roll {
	r := &roll{byAddress: map[string]*enrolled{}, byName: map[string][]*enrolled{}}
	table, faults := sheet.Read(name, text, authorColumns)
	r.faults = faults
	if table == nil {
		return r
	}
	r.ignored = table.Ignored
	if !table.Has("name") && !table.Has("family name") {
		r.faults = append(r.faults, desk.Fault{File: name, Line: 1, Column: 1, Message: "no column is called name; accepted: name, nom, or prénom and nom"})
		return r
	}
	for _, row := range table.Rows {
		author, wrong := readAuthor(row, zone, now)
		if wrong == nil {
			wrong = r.take(author, row)
		}
		r.faults = append(r.faults, wrong...)
	}
	r.people = slices.DeleteFunc(r.people, func(p *enrolled) bool { return p.gone })
	for _, p := range r.people {
		if p.Registered.IsZero() {
			r.faults = append(r.faults, p.row.Fault("registered", "%s has no date of registration; accepted: 2026-11-23, 23/11/2026", p.Name))
		}
	}
	byPlace(r.faults)
	return r
}

// readAuthor reads one row.
func readAuthor(row sheet.Row, zone *time.Location, now time.Time) (a desk.Author, faults desk.Faults) {
	wrong := func(column, format string, args ...any) { faults = append(faults, row.Fault(column, format, args...)) }
	date := func(column string) time.Time {
		text := row.Text(column)
		if text == "" {
			return time.Time{}
		}
		at, err := sheet.Date(text, zone)
		switch {
		case err != nil:
			wrong(column, "%v", err)
		case at.After(now.Add(24 * time.Hour)):
			wrong(column, "%s is still to come", text)
		}
		return at
	}
	a.Name = fullName(row)
	for _, text := range row.Texts("address") {
		addresses, bad := splitAddresses(text)
		if bad != "" {
			wrong("address", "%q is no mail address", bad)
		}
		a.Addresses = append(a.Addresses, addresses...)
	}
	a.Registered, a.Consent, a.ConsentAt = date("registered"), row.Text("consent"), date("consent date")
	if a.Name == "" {
		wrong("name", "%s has no name", strings.Join(row.Texts("address"), ", "))
	}
	if len(row.Texts("address")) == 0 {
		wrong("address", "%s has no mail address", a.Name)
	}
	if answer, known := answers[strings.ToLower(a.Consent)]; known && answer == desk.No {
		wrong("consent", "%s did not consent (%q): leave the line out", a.Name, a.Consent)
	}
	if a.Consent != "" && a.ConsentAt.IsZero() {
		a.ConsentAt = a.Registered
	}
	said := row.Text("newsletter")
	answer, known := answers[strings.ToLower(said)]
	if at, err := sheet.Date(said, zone); !known && err == nil {
		answer, known, a.NewsletterAt = desk.Yes, true, at
	}
	if !known {
		wrong("newsletter", "%q is no answer; accepted: oui, non, yes, no, 1, 0, true, false, x, or the date of the yes", said)
	}
	a.Newsletter = answer
	return a, faults
}

// answers are the words for yes and no; an empty box says nothing.
var answers = map[string]desk.Answer{
	"": desk.NotAsked, "oui": desk.Yes, "o": desk.Yes, "yes": desk.Yes, "y": desk.Yes, "1": desk.Yes, "true": desk.Yes, "vrai": desk.Yes,
	"x": desk.Yes, "✓": desk.Yes, "non": desk.No, "n": desk.No, "no": desk.No, "0": desk.No, "false": desk.No, "faux": desk.No,
}

// fullName is the name of a row, in one column or two; beside a given name, the
// column of the name holds the family's.
func fullName(row sheet.Row) string {
	words := row.Text("given name") + " " + row.Text("family name")
	if row.Text("family name") == "" {
		words = row.Text("given name") + " " + row.Text("name")
	}
	return strings.Join(strings.Fields(words), " ")
}

// splitAddresses reads the addresses of one cell, in lower case, each with a name
// before it or not; bad is the first that is none.
func splitAddresses(text string) (addresses []string, bad string) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;|\n", r) }) {
		part = strings.TrimPrefix(strings.TrimSpace(part), "mailto:")
		pieces := []string{part}
		if _, err := mail.ParseAddress(part); err != nil {
			pieces = strings.Fields(part)
		}
		for _, piece := range pieces {
			parsed, err := mail.ParseAddress(piece)
			if err != nil || strings.ContainsFunc(parsed.Address, func(r rune) bool { return r > '~' }) {
				return addresses, part
			}
			if low := strings.ToLower(parsed.Address); !slices.Contains(addresses, low) {
				addresses = append(addresses, low)
			}
		}
	}
	if len(addresses) == 0 {
		bad = text
	}
	return addresses, bad
}

// take adds what a row says of a person.
func (r *roll) take(a desk.Author, row sheet.Row) desk.Faults {
	p := &enrolled{Author: a, row: row}
	p.Addresses = nil
	var known []*enrolled
	for _, address := range a.Addresses {
		if q := r.byAddress[address]; q != nil && !slices.Contains(known, q) {
			known = append(known, q)
		}
	}
	for _, q := range known {
		if !store.SameName(q.Name, a.Name) {
			return desk.Faults{row.Fault("address", "an address of %s is %s’s on line %d: an address belongs to one person", a.Name, q.Name, q.row.Line())}
		}
	}
	folded := typo.Fold(a.Name)
	for _, q := range r.byName[folded] {
		switch {
		case len(known) > 0 || q.gone:
		case q.Registered.IsZero() || a.Registered.IsZero() || q.Registered.Equal(a.Registered):
			known = append(known, q)
		default:
			p.twin = q
		}
	}
	if len(known) == 0 {
		r.people = append(r.people, p)
	} else {
		p = known[0]
		p.twin = nil
		p.add(a)
	}
	for _, q := range known[min(1, len(known)):] { // this row makes one of two
		p.add(q.Author)
		q.gone = true
		a.Addresses = append(a.Addresses, q.Addresses...)
	}
	if !slices.Contains(r.byName[folded], p) {
		r.byName[folded] = append(r.byName[folded], p)
	}
	for _, address := range a.Addresses {
		r.byAddress[address] = p
		if !slices.Contains(p.Addresses, address) {
			p.Addresses = append(p.Addresses, address)
		}
	}
	return nil
}

// add adds what another row says: the earliest registration, and for the rest
// the last that says something.
func (p *enrolled) add(a desk.Author) {
	if len(strings.Fields(a.Name)) >= len(strings.Fields(p.Name)) {
		p.Name = a.Name
	}
	if p.Registered.IsZero() || !a.Registered.IsZero() && a.Registered.Before(p.Registered) {
		p.Registered = a.Registered
	}
	if a.Consent != "" {
		p.Consent = a.Consent
	}
	if a.ConsentAt.After(p.ConsentAt) {
		p.ConsentAt = a.ConsentAt
	}
	if a.Newsletter != desk.NotAsked {
		p.Newsletter, p.NewsletterAt = a.Newsletter, a.NewsletterAt
	}
}

// enrolments is the people as the store takes them.
func (r *roll) enrolments() (list []desk.Enrolment) {
	for _, p := range r.people {
		list = append(list, desk.Enrolment{Author: p.Author, By: desk.EnrolledByImport})
	}
	return list
}

// refusal is why a person on file and one of the list cannot be one.
func refusal(p desk.Enrolled) string {
	switch {
	case len(p.Owners) == 0:
		return fmt.Sprintf("nobody on file has the address %s; say a name", p.Author.Addresses[0])
	case len(p.Owners) > 1:
		a, b := p.Owners[0], p.Owners[1]
		return fmt.Sprintf("the addresses of %s belong to several people on file; if they are one: guichet authors merge %s %s",
			p.Author.Name, a.Addresses[0], b.Addresses[0])
	}
	owner := p.Owners[0]
	return fmt.Sprintf("an address of %s belongs to another person, %s; if they are one, correct the name (guichet authors add --correct --name … --address %s) "+
		"or merge the two (guichet authors merge)", p.Author.Name, owner.Name, owner.Addresses[0])
}
