package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/bara-think-tank/guichet/internal/store"
)

// opener opens a database file: store.Open, or store.OpenReadOnly.
type opener func(ctx context.Context, path string, now func() time.Time) (*store.DB, error)

// lookAtWorks opens the desk for a command that only looks: nothing is written,
// and a desk that runs is not disturbed.
func (a *app) lookAtWorks(path string) (*works, func(), error) {
	return a.openWorks(path, store.OpenReadOnly)
}

// openWorks opens the desk for a command that needs neither mailbox nor outbox.
func (a *app) openWorks(path string, open opener) (*works, func(), error) {
	config, db, err := a.configured(path, open)
	if err != nil {
		return nil, nil, err
	}
	w, err := a.assemble(config, db)
	if err != nil {
		db.Close() //nolint:errcheck // nothing was written
		return nil, nil, err
	}
	return w, func() { db.Close() }, nil //nolint:errcheck // everything is on the disk
}

// configured is the configuration and the database that it names.
func (a *app) configured(path string, open opener) (*Config, *store.DB, error) {
	config, err := loadConfig(path)
	if err != nil {
		return nil, nil, err
	}
	db, err := a.openDatabase(config, open)
	return config, db, err
}

// openDatabase opens the database that the desk has made.
func (a *app) openDatabase(c *Config, open opener) (*store.DB, error) {
	if _, err := os.Stat(c.path(c.Database)); err != nil {
		return nil, hint(fmt.Errorf("there is no database %s yet", c.Database), "guichet run makes it")
	}
	db, err := open(a.ctx, c.path(c.Database), a.now)
	return db, withCure(err)
}

// withCure adds to why a database cannot be opened what to do.
func withCure(err error) error {
	switch {
	case errors.Is(err, store.ErrOlder):
		return hint(err, "guichet run brings it up to date")
	case errors.Is(err, store.ErrNewer):
		return hint(err, "use the version of guichet that wrote it, or a later one")
	}
	return err
}
