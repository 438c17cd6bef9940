package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// storageErrors are SQLite's words for a file that cannot be read or written, by their
// primary code. What else SQLite says is a fault of the statement.
var storageErrors = map[int][]error{
	sqlite3.SQLITE_FULL:     {desk.ErrStorage, desk.ErrNoSpace},
	sqlite3.SQLITE_IOERR:    {desk.ErrStorage},
	sqlite3.SQLITE_READONLY: {desk.ErrStorage},
	sqlite3.SQLITE_CANTOPEN: {desk.ErrStorage},
	sqlite3.SQLITE_BUSY:     {desk.ErrStorage},
	sqlite3.SQLITE_PROTOCOL: {desk.ErrStorage},
	sqlite3.SQLITE_CORRUPT:  {desk.ErrStorage, desk.ErrDamaged},
	sqlite3.SQLITE_NOTADB:   {desk.ErrStorage, desk.ErrDamaged},
}

// storage is an error of the file, told from those of a statement: it wraps
// desk.ErrStorage where SQLite or the system says that the file or the disk is at
// fault. Any other error, and one that is told already, stays as it is.
func storage(err error) error {
	var said *sqlite.Error
	switch {
	case err == nil, errors.Is(err, desk.ErrStorage):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w: %w", desk.ErrStorage, desk.ErrNoSpace, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", desk.ErrStorage, err)
	case !errors.As(err, &said):
		return err
	}
	kinds := storageErrors[said.Code()&0xff]
	if said.Code() == sqlite3.SQLITE_IOERR_SHMSIZE { // the file of the locks cannot grow
		kinds = storageErrors[sqlite3.SQLITE_FULL]
	}
	for _, kind := range kinds {
		err = fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// told puts storage in the place of an error that a function returns.
func told(err *error) { *err = storage(*err) }

// notes is told, and remembers the error for Lock.Keep.
func (db *DB) notes(err *error) {
	if told(err); errors.Is(*err, desk.ErrStorage) {
		db.trouble.Store(err)
	}
}
