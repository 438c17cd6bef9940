package store

import (
	"context"
	"fmt"
)

// NoticeBytes gives a notice as it is kept: nothing once it is erased.
func (db *DB) NoticeBytes(ctx context.Context, id int64) (raw []byte, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT bytes FROM notices WHERE id = ?`, id).Scan(&raw)
	return raw, err
}

// LimitPages bounds the size of the file, as a full disk does.
func LimitPages(ctx context.Context, db *DB, pages int) error {
	var now int
	return db.write.QueryRowContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&now)
}
