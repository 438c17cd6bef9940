//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// errLocked says that another process has the lock.
var errLocked = errors.New("locked")

// lockBeside takes the lock of a database, a file of its own beside it: closing any
// descriptor of the database itself would end SQLite's locks. flock(2) ends with the
// process, however it dies. errors.ErrUnsupported where the file system has no locks.
func lockBeside(path string) (*os.File, error) {
	file, err := os.OpenFile(besideOf(path), os.O_RDONLY|os.O_CREATE, 0o644) // it holds nothing, and whoever may run the desk may lock it
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		return file, nil
	}
	_ = file.Close() // nothing was written
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errLocked
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, errors.ErrUnsupported):
		return nil, errors.ErrUnsupported
	}
	return nil, fmt.Errorf("locking %s: %w", file.Name(), err)
}
