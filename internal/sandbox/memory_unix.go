//go:build unix

package sandbox

import (
	"context"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// withMemory gives the engine memory that the kernel lends and takes back whole: an
// instance then costs the pages that it touches. On Go's heap each would be cleared
// to its full size, moved when it grows, and left to the collector.
func withMemory(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(lend))
}

// lent is an instance's memory: mapped to the most that it may grow to.
type lent struct{ mapped []byte }

func lend(_, most uint64) experimental.LinearMemory {
	mapped, err := unix.Mmap(-1, 0, int(most), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return &lent{}
	}
	return &lent{mapped}
}

// Reallocate implements experimental.LinearMemory.
func (l *lent) Reallocate(size uint64) []byte {
	if size > uint64(len(l.mapped)) {
		return nil
	}
	return l.mapped[:size:size]
}

// Free implements experimental.LinearMemory.
func (l *lent) Free() {
	unix.Munmap(l.mapped) //nolint:errcheck // it was mapped
	l.mapped = nil
}
