package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// errUndone ends a transaction that was only tried.
var errUndone = errors.New("only tried")

// unlessUndone is err, nil where the transaction was only tried.
func unlessUndone(err error) error {
	if errors.Is(err, errUndone) {
		return nil
	}
	return err
}

// Enrolments is what became of a list of people, in its order.
type Enrolments struct {
	People   []desk.Enrolled
	Released int // submissions that had waited for their author's registration
}

// Refused says whether somebody on the list was refused.
func (e Enrolments) Refused() bool {
	return slices.ContainsFunc(e.People, func(p desk.Enrolled) bool { return p.Fate == desk.Refused })
}

// Enrol adds the people of a list, or brings what is on file of them up to date,
// and hands the editors the submissions that waited for them; tell writes to the
// students. All is done, or nothing where one is refused, or where it is only
// tried. A person is known by their addresses. One whose addresses belong to
// several people on file is refused, and so is one whose address belongs to
// somebody with quite another name.
func (db *DB) Enrol(ctx context.Context, list []desk.Enrolment, tell Herald, try bool) (done Enrolments, err error) {
	err = db.transact(ctx, func(tx *transaction) (err error) {
		count := map[desk.Fate]int{}
		for _, e := range list {
			p, err := db.enrol(ctx, tx, e)
			if err != nil {
				return err
			}
			count[p.Fate]++
			done.People = append(done.People, p)
		}
		if count[desk.Refused] > 0 {
			return errUndone
		}
		if count[desk.Added]+count[desk.Changed] > 0 {
			if err = db.append(ctx, tx, desk.Event{At: db.now(), Type: "authors_imported", Detail: map[string]string{
				"added": strconv.Itoa(count[desk.Added]), "changed": strconv.Itoa(count[desk.Changed]),
			}}); err != nil {
				return err
			}
		}
		if try {
			tell = nil
		}
		if done.Released, err = db.releaseRegistered(ctx, tx, tell); err != nil {
			return err
		}
		if try {
			return errUndone
		}
		return nil
	})
	return done, unlessUndone(err)
}

func (db *DB) enrol(ctx context.Context, tx *transaction, e desk.Enrolment) (done desk.Enrolled, err error) {
	done.Author = e.Author
	done.Author.Addresses = lowered(e.Author.Addresses)
	known, err := owners(ctx, tx, done.Author.Addresses)
	if err != nil {
		return done, err
	}
	switch {
	case len(known) == 0 && e.Author.Name == "":
		done.Fate = desk.Refused
	case len(known) == 0:
		done.Fate = desk.Added
		err = db.addAuthor(ctx, tx, &done.Author, e.By)
	case len(known) > 1 || !e.Corrects && !SameName(known[0].Name, e.Author.Name):
		done.Fate, done.Owners = desk.Refused, known
	default:
		e.Author = done.Author
		done.Author, done.Fate, err = db.changeAuthor(ctx, tx, known[0], e)
	}
	return done, err
}

func (db *DB) addAuthor(ctx context.Context, tx *transaction, a *desk.Author, by string) error {
	now := db.now()
	if a.Newsletter != desk.NotAsked && a.NewsletterAt.IsZero() {
		a.NewsletterAt = firstTime(a.ConsentAt, a.Registered, now)
	}
	if err := insertAuthor(ctx, tx, a); err != nil {
		return err
	}
	for _, address := range a.Addresses {
		if err := addAddress(ctx, tx, a.ID, address, by, now); err != nil {
			return err
		}
	}
	return db.append(ctx, tx, desk.Event{
		At: now, Type: "author_added", Person: a.Addresses[0], Detail: map[string]string{"author": number(a.ID)},
	})
}

// changeAuthor brings an author on file up to date with what is said of them.
func (db *DB) changeAuthor(ctx context.Context, tx *transaction, known desk.Author, e desk.Enrolment) (desk.Author, desk.Fate, error) {
	now := db.now()
	fresh := updated(known, e, now)
	added := 0
	for _, address := range e.Author.Addresses {
		if !slices.Contains(known.Addresses, address) {
			if err := addAddress(ctx, tx, known.ID, address, e.By, now); err != nil {
				return known, "", err
			}
			fresh.Addresses = append(slices.Clip(fresh.Addresses), address)
			added++
		}
	}
	if added == 0 && sameAuthor(known, fresh) {
		return known, desk.Unchanged, nil
	}
	if err := updateAuthor(ctx, tx, fresh); err != nil {
		return known, "", err
	}
	return fresh, desk.Changed, db.append(ctx, tx, desk.Event{
		At: now, Type: "author_changed", Person: known.Addresses[0],
		Detail: map[string]string{"author": number(known.ID), "addresses": strconv.Itoa(added)},
	})
}

// updated is the author on file with what is said; what is not said stays. A list
// may be older than what is on file: the earliest registration counts, the latest
// consent, and an answer about the newsletter that is dated not before the one on
// file. A correction counts always.
func updated(known desk.Author, e desk.Enrolment, now time.Time) desk.Author {
	said := e.Author
	if e.Corrects && said.Name != "" || len(strings.Fields(said.Name)) >= len(strings.Fields(known.Name)) {
		known.Name = said.Name
	}
	earlier := known.Registered.IsZero() || said.Registered.Before(known.Registered)
	if !said.Registered.IsZero() && (earlier || e.Corrects) {
		known.Registered = said.Registered
	}
	if said.Consent != "" && (known.Consent == "" || !said.ConsentAt.Before(known.ConsentAt)) {
		known.Consent = said.Consent
	}
	if said.ConsentAt.After(known.ConsentAt) {
		known.ConsentAt = said.ConsentAt
	}
	if said.NewsletterAt.IsZero() {
		said.NewsletterAt = now
	}
	if said.Newsletter != desk.NotAsked && said.Newsletter != known.Newsletter && !said.NewsletterAt.Before(known.NewsletterAt) {
		known.Newsletter, known.NewsletterAt = said.Newsletter, said.NewsletterAt
	}
	return known
}

// firstTime is the first of the times that is one.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func sameAuthor(a, b desk.Author) bool {
	same := func(a, b time.Time) bool { return millis(a) == millis(b) }
	return a.Name == b.Name && same(a.Registered, b.Registered) && a.Consent == b.Consent && same(a.ConsentAt, b.ConsentAt) &&
		a.Newsletter == b.Newsletter && same(a.NewsletterAt, b.NewsletterAt)
}

// SameName says whether two names can be one person's: without case, accents and
// order, the words of one are all in the other.
func SameName(a, b string) bool {
	few, many := strings.Fields(typo.Fold(a)), strings.Fields(typo.Fold(b))
	if len(few) > len(many) {
		few, many = many, few
	}
	return !slices.ContainsFunc(few, func(word string) bool { return !slices.Contains(many, word) })
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
