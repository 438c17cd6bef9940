package main

import (
	"os"
	"runtime/debug"
)

// A desk that runs holds little beside the mails at hand, of which a few are large.
// Its collector works half as often as it would by itself, and harder where that
// would take it near the 128 MB that it is held to. Readers have their own bounds.
const (
	heapGrowth = 200      // percent
	heapLimit  = 96 << 20 // bytes
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
