package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Author is a person who registered, with the address that they write from.
type Author struct {
	Name       string
	Address    string
	Registered time.Time
}

// Imported is what an import changed.
type Imported struct {
	Added    int // authors that were not known before
	Released int // cases that had waited for their author's registration
}

// ImportAuthors adds the authors whose address is not known yet, and hands the
// editors the cases that waited for them. All is done, or nothing.
func (db *DB) ImportAuthors(ctx context.Context, authors []Author) (done Imported, err error) {
	err = db.transact(ctx, func(tx *sql.Tx) (err error) {
		for _, a := range authors {
			fresh, err := importAuthor(ctx, tx, a)
			if err != nil {
				return err
			}
			if fresh {
				done.Added++
			}
		}
		if done.Released, err = db.releaseRegistered(ctx, tx); err != nil {
			return err
		}
		return db.append(ctx, tx, desk.Event{
			At: db.now(), Type: "authors_imported",
			Detail: map[string]string{"added": strconv.Itoa(done.Added)},
		})
	})
	return done, err
}

// releaseRegistered moves what waits for a registration that has come to the
// queue of its format.
func (db *DB) releaseRegistered(ctx context.Context, tx *sql.Tx) (released int, err error) {
	const query = `UPDATE cases SET queue = format, state = ?, changed_at = ?
		WHERE state = ? AND address IN (SELECT address FROM author_addresses) RETURNING id, queue`
	now := db.now()
	events, err := collect(ctx, tx, func(r row) (e desk.Event, err error) {
		var queue string
		err = r.Scan(&e.CaseID, &queue)
		e.At, e.Type = now, "released"
		e.Detail = map[string]string{"queue": queue, "state": string(desk.AwaitingEditor)}
		return e, err
	}, query, desk.AwaitingEditor, millis(now), desk.AwaitingRegistration)
	for _, e := range events {
		if err == nil {
			err = db.append(ctx, tx, e)
		}
	}
	return len(events), err
}

func importAuthor(ctx context.Context, tx *sql.Tx, a Author) (fresh bool, err error) {
	address := strings.ToLower(a.Address)
	var known int64
	err = tx.QueryRowContext(ctx, `SELECT author_id FROM author_addresses WHERE address = ?`, address).Scan(&known)
	if !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	const person = `INSERT INTO authors (name, registered_at) VALUES (?, ?) RETURNING id`
	if err = tx.QueryRowContext(ctx, person, a.Name, millis(a.Registered)).Scan(&known); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO author_addresses (address, author_id) VALUES (?, ?)`, address, known)
	return err == nil, err
}

// CountAuthors counts the authors that are registered.
func (db *DB) CountAuthors(ctx context.Context) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM authors`).Scan(&n)
	return n, err
}
