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

// Archive adds what was published before the desk. A publication without a
// reference gets the next one of its year, which is read in zone, after prefix; a
// reference of our own form that came with one is never given again. All is
// done, or nothing where one is refused or where it is only tried. One that is on
// file already changes nothing; it is refused where it says something else. It
// is known again by its reference, else by its page, else by its title and day.
func (db *DB) Archive(ctx context.Context, list []desk.Publication, prefix string, zone *time.Location, try bool) (done []desk.Archived, err error) {
	err = db.transact(ctx, func(tx *transaction) error {
		if err := spend(ctx, tx, list, prefix); err != nil {
			return err
		}
		pages, err := readPages(ctx, tx)
		if err != nil {
			return err
		}
		added := 0
		for _, p := range list {
			a, err := db.archive(ctx, tx, pages, p, prefix, zone)
			if err != nil {
				return err
			}
			if a.Fate == desk.Refused {
				try = true
			}
			if a.Fate == desk.Added {
				added++
			}
			done = append(done, a)
		}
		if try {
			return errUndone
		}
		if added == 0 {
			return nil
		}
		return db.append(ctx, tx, desk.Event{
			At: db.now(), Type: "publications_imported", Detail: map[string]string{"added": strconv.Itoa(added)},
		})
	})
	return done, unlessUndone(err)
}

// spend raises the counters past every number that the list brings, so that none
// of them is given to a publication of the same list, nor ever.
func spend(ctx context.Context, tx *transaction, list []desk.Publication, prefix string) error {
	const query = `INSERT INTO reference_counters (prefix, year, last) VALUES (?1, ?2, ?3)
		ON CONFLICT DO UPDATE SET last = max(last, ?3)`
	for _, p := range list {
		year, number, ours := p.Reference.Parts(prefix)
		if !ours {
			continue
		}
		if _, err := tx.ExecContext(ctx, query, prefix, year, number); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) archive(ctx context.Context, tx *transaction, pages pageIndex, p desk.Publication, prefix string, zone *time.Location) (desk.Archived, error) {
	known, err := onFile(ctx, tx, pages, p)
	switch {
	case err == nil && same(known, p):
		return desk.Archived{Publication: known, Fate: desk.Unchanged}, nil
	case err == nil:
		return desk.Archived{Publication: p, Fate: desk.Refused, Clash: desk.ClashDiffers, With: known}, nil
	case !errors.Is(err, desk.ErrNotFound):
		return desk.Archived{}, err
	}
	if clash, with, err := clashes(ctx, tx, pages, p); clash != "" || err != nil {
		return desk.Archived{Publication: p, Fate: desk.Refused, Clash: clash, With: with}, err
	}
	if p.Reference == "" {
		if p.Reference, err = tx.reserve(ctx, prefix, p.On.In(zone).Year()); err != nil {
			return desk.Archived{}, err
		}
	}
	p.State, p.ChangedAt = desk.StandsPublished, db.now()
	if err := insertPublication(ctx, tx, &p); err != nil {
		return desk.Archived{}, err
	}
	pages.add(p)
	detail, err := db.seal(ctx, tx, p.ID)
	if err != nil {
		return desk.Archived{}, err
	}
	detail["publication"], detail["reference"] = number(p.ID), string(p.Reference)
	return desk.Archived{Publication: p, Fate: desk.Added}, db.append(ctx, tx, desk.Event{At: p.ChangedAt, Type: "publication_added", Detail: detail})
}

// onFile finds the publication that p is.
func onFile(ctx context.Context, q querier, pages pageIndex, p desk.Publication) (desk.Publication, error) {
	if p.Reference != "" {
		return onePublication(ctx, q, ` WHERE p.reference = ?`, p.Reference)
	}
	if p.URL != "" {
		return pages.find(ctx, q, p.URL)
	}
	return onePublication(ctx, q, ` WHERE p.folded_title = ? AND p.published_at = ?`, typo.Fold(p.Title), millis(p.On))
}

// pageIndex is the publications by their page, as pageOf writes it.
type pageIndex map[string]int64

func readPages(ctx context.Context, q querier) (pageIndex, error) {
	pages := pageIndex{}
	all, err := collect(ctx, q, scanPublication, publicationColumns+` WHERE p.url <> ''`)
	for _, p := range all {
		pages.add(p)
	}
	return pages, err
}

func (pages pageIndex) add(p desk.Publication) {
	if page := pageOf(p.URL); page != "" {
		pages[page] = p.ID
	}
}

// find is the publication on a page; desk.ErrNotFound where there is none.
func (pages pageIndex) find(ctx context.Context, q querier, page string) (desk.Publication, error) {
	return onePublication(ctx, q, ` WHERE p.id = ?`, pages[pageOf(page)])
}

// clashes says why a publication that is not on file cannot be.
func clashes(ctx context.Context, q querier, pages pageIndex, p desk.Publication) (desk.Clash, desk.Publication, error) {
	var taken bool
	if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM cases WHERE reference = ?)`, p.Reference).Scan(&taken); err != nil {
		return "", p, err
	}
	if taken {
		return desk.ClashCase, p, nil
	}
	other, err := pages.find(ctx, q, p.URL)
	if errors.Is(err, desk.ErrNotFound) {
		return "", p, nil
	}
	return desk.ClashPage, other, err
}

// same says whether a publication says what the one on file says. Its state is not
// compared: the desk may have moved it on.
func same(known, p desk.Publication) bool {
	return known.Format == p.Format && known.Title == p.Title && known.On.Equal(p.On) && known.URL == p.URL &&
		slices.EqualFunc(known.Authors, p.Authors, func(a, b desk.Signatory) bool {
			return a.Name == b.Name && !slices.ContainsFunc(b.Addresses, func(address string) bool { return !a.Holds(strings.ToLower(address)) })
		})
}
