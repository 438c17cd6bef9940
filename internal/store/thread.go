package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Thread finds the last mail that an address sent to a case, for the notices that
// tell of decisions; empty where it sent none.
func (db *DB) Thread(ctx context.Context, caseID int64, address string) (t desk.Thread, err error) {
	const query = `SELECT message_id, subject, from_name FROM mails WHERE case_id = ? AND from_address = ? ORDER BY id DESC LIMIT 1`
	err = db.read.QueryRowContext(ctx, query, caseID, address).Scan(&t.MessageID, &t.Subject, &t.Name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return t, err
	}
	const last = `SELECT bytes FROM notices WHERE case_id = ? AND recipient = ? AND length(bytes) > 0 ORDER BY id DESC LIMIT 1`
	err = db.read.QueryRowContext(ctx, last, caseID, address).Scan(&t.Last)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return t, err
}
