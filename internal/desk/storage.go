package desk

import "errors"

// Why a ledger cannot be read or written now. They are no fault of the mail, the letter
// or the request in hand: whoever meets one does the same again later, and counts it
// against nobody.
var (
	// ErrStorage is any of them: the disk is full, fails, or may not be written; the
	// file is damaged, or is kept by another process for too long.
	ErrStorage = errors.New("the database cannot be read or written")
	// ErrNoSpace is an ErrStorage that ends as soon as there is room on the disk.
	ErrNoSpace = errors.New("the disk is full")
	// ErrDamaged is an ErrStorage that time does not heal: the file is damaged, and a
	// backup is to be restored.
	ErrDamaged = errors.New("the database is damaged")
	// ErrLockLost says that another daemon took the database over: whoever meets it
	// writes no more and stops.
	ErrLockLost = errors.New("another daemon took this database over")
)
