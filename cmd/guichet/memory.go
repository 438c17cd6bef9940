package main

import (
	"os"
	"runtime/debug"
)

// A desk that runs holds little beside the mails at hand, of which a few are large.
// Its collector works half as often as it would by itself, and harder where the
// heap grows: the program itself takes some 30 MB beside the heap, and the database, while
// it writes a large mail, some 60. Readers have their own bounds.
const (
	heapGrowth = 200      // percent
	heapLimit  = 56 << 20 // bytes
)

// boundMemory sets what the collector goes by, unless the operator did (GOGC,
// GOMEMLIMIT).
func boundMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapLimit)
	}
}
