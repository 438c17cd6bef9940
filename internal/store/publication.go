package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

func insertPublication(ctx context.Context, tx *transaction, p *desk.Publication) error {
	const query = `INSERT INTO publications (reference, case_id, format, title, folded_title, title_head, published_at, url, page, state, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`
	folded := typo.Fold(p.Title)
	err := tx.QueryRowContext(ctx, query, p.Reference, orNull(p.CaseID), p.Format, p.Title, folded, headOf(folded), millis(p.On), p.URL,
		pageOf(p.URL), p.State, millis(p.ChangedAt)).Scan(&p.ID)
	if err != nil {
		return err
	}
	const author = `INSERT INTO publication_authors (publication_id, rank, name, author_id, address) VALUES (?, ?, ?, ?, ?)`
	for rank, a := range p.Authors {
		address := ""
		if len(a.Addresses) > 0 {
			address = strings.ToLower(a.Addresses[0])
		}
		if _, err := tx.ExecContext(ctx, author, p.ID, rank, a.Name, orNull(a.AuthorID), address); err != nil {
			return err
		}
	}
	return nil
}

const publicationColumns = `SELECT p.id, p.reference, coalesce(p.case_id, 0), p.format, p.title, p.published_at, p.url, p.state,
	p.changed_at FROM publications p`

func scanPublication(r row) (p desk.Publication, err error) {
	err = r.Scan(&p.ID, &p.Reference, &p.CaseID, &p.Format, &p.Title, moment{&p.On}, &p.URL, &p.State, moment{&p.ChangedAt})
	return p, err
}

// Publication finds a publication by its reference; desk.ErrNotFound where there
// is none.
func (db *DB) Publication(ctx context.Context, ref desk.Reference) (desk.Publication, error) {
	return onePublication(ctx, db.read, ` WHERE p.reference = ?`, ref)
}

func onePublication(ctx context.Context, q querier, where string, args ...any) (desk.Publication, error) {
	p, err := scanPublication(q.QueryRowContext(ctx, publicationColumns+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return p, desk.ErrNotFound
	}
	if err != nil {
		return p, err
	}
	p.Authors, err = signatories(ctx, q, p.ID)
	return p, err
}

// signatories are the authors of a publication, in the order of their signatures,
// each with every address on file: the registered author's, and the one that came
// with the publication.
func signatories(ctx context.Context, q querier, publication int64) ([]desk.Signatory, error) {
	const query = `SELECT a.name, coalesce(a.author_id, r.author_id, 0), a.address,
		(SELECT json_group_array(address) FROM (SELECT address FROM author_addresses
			WHERE author_id = coalesce(a.author_id, r.author_id) ORDER BY rank, added_at, address))
		FROM publication_authors a LEFT JOIN author_addresses r ON r.address = a.address
		WHERE a.publication_id = ? ORDER BY a.rank`
	return collect(ctx, q, func(r row) (s desk.Signatory, err error) {
		var own string
		err = r.Scan(&s.Name, &s.AuthorID, &own, inJSON{&s.Addresses})
		if own != "" && !s.Holds(own) {
			s.Addresses = append(s.Addresses, own)
		}
		return s, err
	}, query, publication)
}

// Publications lists the publications, newest first.
func (db *DB) Publications(ctx context.Context) ([]desk.Publication, error) {
	return publicationsWhere(ctx, db.read, ` ORDER BY p.published_at DESC, p.id DESC`)
}

func publicationsWhere(ctx context.Context, q querier, where string, args ...any) ([]desk.Publication, error) {
	all, err := collect(ctx, q, scanPublication, publicationColumns+where, args...)
	for i := range all {
		if err == nil {
			all[i].Authors, err = signatories(ctx, q, all[i].ID)
		}
	}
	return all, err
}

// PublicationsCalled lists the publications that a reference, the address of a
// page or an exact title stands for. A reference of ours is forgiven as
// desk.ParseReference forgives; a page as samePage does; a title its case, accents
// and punctuation.
func (db *DB) PublicationsCalled(ctx context.Context, said string) ([]desk.Publication, error) {
	said = strings.TrimSpace(said)
	reference := said
	if ref, err := desk.ParseReference(said); err == nil {
		reference = string(ref)
	}
	if strings.Contains(said, ".") && !strings.Contains(said, "://") { // a page, as people say it
		said = "https://" + said
	}
	pages, err := pagesLike(ctx, db.read, said)
	if err != nil {
		return nil, err
	}
	const where = ` WHERE p.reference = ?1 OR p.id IN (SELECT value FROM json_each(?2)) OR p.folded_title = ?3 AND ?3 <> ''
		ORDER BY p.published_at DESC, p.id DESC`
	return publicationsWhere(ctx, db.read, where, reference, toJSON(pages), typo.Fold(strings.TrimPrefix(said, "https://")))
}

// pagesLike are the ids of the publications on one page.
func pagesLike(ctx context.Context, q querier, page string) ([]int64, error) {
	ids, wanted := []int64{}, pageOf(page)
	if wanted == "" {
		return ids, nil
	}
	all, err := collect(ctx, q, scanPublication, publicationColumns+` WHERE p.url <> ''`)
	for _, p := range all {
		if pageOf(p.URL) == wanted {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}
