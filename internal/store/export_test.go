package store

import "context"

// NoticeBytes gives a notice as it is kept: nothing once it is erased.
func (db *DB) NoticeBytes(ctx context.Context, id int64) (raw []byte, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT bytes FROM notices WHERE id = ?`, id).Scan(&raw)
	return raw, err
}
