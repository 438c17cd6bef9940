package desk

import "context"

// Page is the ledger while mails are decided together: what it reads holds
// everything that was recorded before, that of the mails before it among it.
type Page interface {
	Lookup(ctx context.Context, q Question) (Knowledge, error)
	// Reserve gives the next reference of a year, and never the same twice.
	Reserve(ctx context.Context, prefix string, year int) (Reference, error)
	Record(ctx context.Context, e *Entry) error
}

// Packed is raw bytes as a ledger keeps them, and how many they are unpacked.
type Packed struct {
	Bytes []byte
	Size  int64
}
