package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// openToImport opens the desk, whose database an import may be the first to make.
// To try only, where there is none, it opens one that is gone afterwards.
func (a *app) openToImport(path string, try bool) (*works, func(), error) {
	config, err := loadConfig(path)
	if err != nil {
		return nil, nil, err
	}
	database, folder := config.path(config.Database), ""
	if _, err := os.Stat(database); err != nil && try {
		if folder, err = os.MkdirTemp("", "guichet-"); err != nil {
			return nil, nil, err
		}
		database = filepath.Join(folder, "try.db")
	}
	done := func() {
		if folder != "" {
			os.RemoveAll(folder) //nolint:errcheck // it holds nothing
		}
	}
	db, err := store.Open(a.ctx, database, a.now)
	if err != nil {
		done()
		return nil, nil, withCure(err)
	}
	w, err := a.assemble(config, db)
	if err != nil {
		db.Close() //nolint:errcheck // nothing was written
		done()
		return nil, nil, err
	}
	return w, func() { db.Close(); done() }, nil //nolint:errcheck // everything is on the disk
}

// byPlace puts faults of one file in the order in which a reader meets them.
func byPlace(faults desk.Faults) {
	slices.SortStableFunc(faults, func(a, b desk.Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
}

// tellIgnored names the columns of a file that nothing reads.
func tellIgnored(a *app, columns []string) {
	if len(columns) > 0 {
		fmt.Fprintf(a.out, "columns that nothing reads: %s\n", strings.Join(columns, ", "))
	}
}
