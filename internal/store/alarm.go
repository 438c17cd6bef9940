package store

import (
	"context"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Alarms lists what is raised, and what is over and was not told to everybody yet,
// the oldest first.
func (db *DB) Alarms(ctx context.Context) ([]desk.Alarm, error) {
	return collect(ctx, db.read, func(r row) (a desk.Alarm, err error) {
		err = r.Scan(&a.Name, &a.Detail, moment{&a.Since}, moment{&a.Cleared}, inJSON{&a.Told})
		return a, err
	}, `SELECT name, detail, since, cleared_at, told FROM alarms ORDER BY since, name`)
}

// KeepAlarm writes how an alarm stands.
func (db *DB) KeepAlarm(ctx context.Context, a desk.Alarm) error {
	const query = `INSERT INTO alarms (name, detail, since, cleared_at, told) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET detail = excluded.detail, since = excluded.since,
			cleared_at = excluded.cleared_at, told = excluded.told`
	return db.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, query, a.Name, a.Detail, millis(a.Since), millis(a.Cleared), toJSON(a.Told))
		return err
	})
}

// DropAlarm forgets an alarm that is over.
func (db *DB) DropAlarm(ctx context.Context, name string) error {
	return db.transact(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM alarms WHERE name = ?`, name)
		return err
	})
}
