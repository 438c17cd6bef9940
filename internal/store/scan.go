package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// querier is what a pool and a transaction have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// row is what a row and a set of rows have in common.
type row interface{ Scan(dest ...any) error }

// collect reads every row of a query. A file that cannot be read is desk.ErrStorage.
func collect[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (all []T, err error) {
	defer told(&err)
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// moment is a time in a column: UTC milliseconds, NULL and 0 for the zero time.
type moment struct{ time *time.Time }

func (m moment) Scan(value any) error {
	*m.time = time.Time{}
	if ms, ok := value.(int64); ok && ms != 0 {
		*m.time = time.UnixMilli(ms).UTC()
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// inJSON is a value kept as JSON in a text column.
type inJSON struct{ value any }

func (j inJSON) Scan(text any) error { return json.Unmarshal([]byte(text.(string)), j.value) }

func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil { // only strings, and lists and maps of them, come here
		return "null"
	}
	return string(text)
}

// into keeps the id of the row that an insert has added.
func into(id *int64) func(sql.Result, error) error {
	return func(result sql.Result, err error) error {
		if err != nil {
			return err
		}
		*id, err = result.LastInsertId()
		return err
	}
}

// orNull keeps "none" out of columns with a foreign key.
func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
