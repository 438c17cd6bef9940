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

// ImportAuthors adds the authors whose address is not known yet and gives how
// many were new. All are added, or none.
func (db *DB) ImportAuthors(ctx context.Context, authors []Author) (added int, err error) {
	err = db.transact(ctx, func(tx *sql.Tx) error {
		for _, a := range authors {
			fresh, err := importAuthor(ctx, tx, a)
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		return db.append(ctx, tx, desk.Event{
			At: db.now(), Type: "authors_imported",
			Detail: map[string]string{"added": strconv.Itoa(added)},
		})
	})
	return added, err
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
