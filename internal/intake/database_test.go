package intake_test

import (
	"bytes"
	"database/sql"
	"fmt"

	_ "modernc.org/sqlite" // the database is read as any program may
)

// open is the world's database, read and written as any other program may.
func (w *world) open() *sql.DB {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+w.path+"?_pragma=busy_timeout(5000)")
	must(w.t, err)
	return db
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	db := w.open()
	defer db.Close()
	_, err := db.ExecContext(w.t.Context(), query, args...)
	must(w.t, err)
}

// reserved is the last number that was reserved.
func (w *world) reserved() (n int) {
	w.t.Helper()
	db := w.open()
	defer db.Close()
	must(w.t, db.QueryRowContext(w.t.Context(), `SELECT last FROM reference_counters WHERE year = 2026`).Scan(&n))
	return n
}

// holding names the columns in which a secret stands in clear. The mails received
// are left out: they are kept as they came.
func (w *world) holding(secrets []string) (where []string) {
	w.t.Helper()
	db := w.open()
	defer db.Close()
	var columns [][2]string
	rows, err := db.QueryContext(w.t.Context(), `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'raws'`)
	must(w.t, err)
	for rows.Next() {
		var c [2]string
		must(w.t, rows.Scan(&c[0], &c[1]))
		columns = append(columns, c)
	}
	must(w.t, rows.Err())
	rows.Close()
	for _, c := range columns {
		rows, err := db.QueryContext(w.t.Context(), fmt.Sprintf(`SELECT CAST(%q AS BLOB) FROM %q WHERE typeof(%q) IN ('text', 'blob')`, c[1], c[0], c[1]))
		must(w.t, err)
		for rows.Next() {
			var value []byte
			must(w.t, rows.Scan(&value))
			for _, s := range secrets {
				if s != "" && bytes.Contains(value, []byte(s)) {
					where = append(where, c[0]+"."+c[1])
				}
			}
		}
		must(w.t, rows.Err())
		rows.Close()
	}
	return where
}
