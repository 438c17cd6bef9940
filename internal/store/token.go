package store

import (
	"context"
	"database/sql"
	"errors"
)

// RefreshToken is the refresh token that replaced the configured one, whose hash is
// seed, for an account; "" where none did.
func (db *DB) RefreshToken(ctx context.Context, account string, seed [32]byte) (token string, err error) {
	const query = `SELECT token FROM refresh_tokens WHERE account = ? AND seed = ?`
	err = db.read.QueryRowContext(ctx, query, account, seed[:]).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return token, err
}

// KeepRefreshToken keeps the refresh token that replaces the one before it; what
// replaced another configured one is dropped.
func (db *DB) KeepRefreshToken(ctx context.Context, account string, seed [32]byte, token string) error {
	return db.transact(ctx, func(tx *transaction) error {
		const query = `INSERT INTO refresh_tokens (account, seed, token) VALUES (?, ?, ?)
			ON CONFLICT (account) DO UPDATE SET seed = excluded.seed, token = excluded.token`
		_, err := tx.ExecContext(ctx, query, account, seed[:], token)
		return err
	})
}

// ReadOnly says whether the database was opened to look at it alone.
func (db *DB) ReadOnly() bool { return db.write == db.read }
