package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

const authorColumns = `SELECT a.id, a.name, a.registered_at, a.consent, a.consent_at, a.newsletter, a.newsletter_at,
	(SELECT json_group_array(address) FROM (SELECT address FROM author_addresses
		WHERE author_id = a.id ORDER BY rank, added_at, address))
	FROM authors a`

func scanAuthor(r row) (a desk.Author, err error) {
	var agreed bool
	err = r.Scan(&a.ID, &a.Name, moment{&a.Registered}, &a.Consent, moment{&a.ConsentAt}, &agreed, moment{&a.NewsletterAt},
		inJSON{&a.Addresses})
	switch {
	case agreed:
		a.Newsletter = desk.Yes
	case !a.NewsletterAt.IsZero():
		a.Newsletter = desk.No
	}
	return a, err
}

// Authors lists who is registered, by name.
func (db *DB) Authors(ctx context.Context) ([]desk.Author, error) {
	all, err := collect(ctx, db.read, scanAuthor, authorColumns)
	slices.SortStableFunc(all, func(a, b desk.Author) int { return strings.Compare(typo.Fold(a.Name), typo.Fold(b.Name)) })
	return all, err
}

// AuthorsCalled lists the authors that an address or a name stands for: case,
// accents and punctuation of a name do not count.
func (db *DB) AuthorsCalled(ctx context.Context, said string) ([]desk.Author, error) {
	if strings.Contains(said, "@") {
		return owners(ctx, db.read, []string{said})
	}
	all, err := db.Authors(ctx)
	return slices.DeleteFunc(all, func(a desk.Author) bool { return typo.Fold(a.Name) != typo.Fold(said) }), err
}

// owners are the authors that addresses belong to, each once.
func owners(ctx context.Context, q querier, addresses []string) ([]desk.Author, error) {
	const where = ` WHERE a.id IN (SELECT author_id FROM author_addresses WHERE address IN (SELECT value FROM json_each(?))) ORDER BY a.id`
	return collect(ctx, q, scanAuthor, authorColumns+where, toJSON(lowered(addresses)))
}

func lowered(addresses []string) []string {
	low := make([]string, 0, len(addresses))
	for _, a := range addresses {
		if a = strings.ToLower(a); !slices.Contains(low, a) {
			low = append(low, a)
		}
	}
	return low
}

// SubmissionsOf lists the cases under an author's addresses, newest first.
func (db *DB) SubmissionsOf(ctx context.Context, author int64) ([]desk.Case, error) {
	const where = ` WHERE c.address IN (SELECT address FROM author_addresses WHERE author_id = ?) ORDER BY c.opened_at DESC, c.id DESC`
	return collect(ctx, db.read, scanCase, caseColumns+where, author)
}

// PublicationsOf lists what an author signed, newest first.
func (db *DB) PublicationsOf(ctx context.Context, author int64) ([]desk.Publication, error) {
	return publicationsWhere(ctx, db.read, ` WHERE p.id IN (SELECT publication_id FROM publication_authors WHERE author_id = ?1
		OR author_id IS NULL AND address IN (SELECT address FROM author_addresses WHERE author_id = ?1))
		ORDER BY p.published_at DESC, p.id DESC`, author)
}

// IsAuthors says whether an address is a registered author's, or one that a
// publication is signed under.
func (db *DB) IsAuthors(ctx context.Context, address string) (is bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM author_addresses WHERE address = ?1) OR EXISTS (SELECT 1 FROM publication_authors WHERE address = ?1)`
	err = db.read.QueryRowContext(ctx, query, address).Scan(&is)
	return is, err
}

// CountAuthors counts the authors that are registered.
func (db *DB) CountAuthors(ctx context.Context) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM authors`).Scan(&n)
	return n, err
}

// MergeAuthors makes two authors, each named by one address, one: the first keeps
// its name and takes the other's addresses, after its own, and publications.
// What one of the two has no consent or answer for it takes from the other; the
// earlier registration and the later word on the newsletter count. It is
// desk.ErrNotFound where no author has an address, desk.ErrNone where both are
// one person already. Texts that waited are released, and told by tell.
func (db *DB) MergeAuthors(ctx context.Context, kept, merged string, tell Herald) (one desk.Author, released int, err error) {
	err = db.transact(ctx, func(tx *transaction) (err error) {
		a, err := owner(ctx, tx, kept)
		if err != nil {
			return err
		}
		b, err := owner(ctx, tx, merged)
		if err != nil {
			return err
		}
		if a.ID == b.ID {
			return desk.ErrNone
		}
		if err = db.merge(ctx, tx, joined(a, b), b); err != nil {
			return err
		}
		if one, err = owner(ctx, tx, kept); err != nil {
			return err
		}
		released, err = db.releaseRegistered(ctx, tx, tell)
		return err
	})
	return one, released, err
}

// joined is the first author with what the second adds.
func joined(a, b desk.Author) desk.Author {
	if !b.Registered.IsZero() && (a.Registered.IsZero() || b.Registered.Before(a.Registered)) {
		a.Registered = b.Registered
	}
	if a.Consent == "" && (b.Consent != "" || a.ConsentAt.IsZero()) {
		a.Consent, a.ConsentAt = b.Consent, b.ConsentAt
	}
	if b.NewsletterAt.After(a.NewsletterAt) {
		a.Newsletter, a.NewsletterAt = b.Newsletter, b.NewsletterAt
	}
	return a
}

func (db *DB) merge(ctx context.Context, tx *transaction, a, b desk.Author) error {
	if err := updateAuthor(ctx, tx, a); err != nil {
		return err
	}
	const move = `UPDATE author_addresses SET author_id = ?1, added_by = ?3,
		rank = rank + 1 + (SELECT max(rank) FROM author_addresses WHERE author_id = ?1) WHERE author_id = ?2`
	if _, err := tx.ExecContext(ctx, move, a.ID, b.ID, desk.EnrolledByMerge); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE publication_authors SET author_id = ? WHERE author_id = ?`, a.ID, b.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM authors WHERE id = ?`, b.ID); err != nil {
		return err
	}
	return db.append(ctx, tx, desk.Event{At: db.now(), Type: "authors_merged", Detail: map[string]string{
		"author": number(a.ID), "merged": number(b.ID),
	}})
}

func owner(ctx context.Context, q querier, address string) (desk.Author, error) {
	found, err := owners(ctx, q, []string{address})
	if err == nil && len(found) == 0 {
		err = desk.ErrNotFound
	}
	if err != nil {
		return desk.Author{}, err
	}
	return found[0], nil
}

func insertAuthor(ctx context.Context, tx *transaction, a *desk.Author) error {
	const query = `INSERT INTO authors (name, registered_at, consent, consent_at, newsletter, newsletter_at)
		VALUES (?, ?, ?, ?, ?, ?) RETURNING id`
	return tx.QueryRowContext(ctx, query, a.Name, millis(a.Registered), a.Consent, millis(a.ConsentAt),
		a.Newsletter == desk.Yes, millis(a.NewsletterAt)).Scan(&a.ID)
}

func updateAuthor(ctx context.Context, tx *transaction, a desk.Author) error {
	const query = `UPDATE authors SET name = ?, registered_at = ?, consent = ?, consent_at = ?, newsletter = ?, newsletter_at = ?
		WHERE id = ?`
	_, err := tx.ExecContext(ctx, query, a.Name, millis(a.Registered), a.Consent, millis(a.ConsentAt),
		a.Newsletter == desk.Yes, millis(a.NewsletterAt), a.ID)
	return err
}

// addAddress gives an author one more address, after those on file.
func addAddress(ctx context.Context, tx *transaction, author int64, address, by string, now time.Time) error {
	const query = `INSERT INTO author_addresses (address, author_id, rank, added_at, added_by)
		VALUES (?1, ?2, (SELECT coalesce(max(rank) + 1, 0) FROM author_addresses WHERE author_id = ?2), ?3, ?4)`
	_, err := tx.ExecContext(ctx, query, address, author, millis(now), by)
	return err
}
