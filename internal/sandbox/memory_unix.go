//go:build unix

package sandbox

import "golang.org/x/sys/unix"

func lend(most uint64) *linear {
	mapped, err := unix.Mmap(-1, 0, int(most), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return &linear{}
	}
	return &linear{mapped: mapped}
}

// Free implements experimental.LinearMemory.
func (l *linear) Free() {
	unix.Munmap(l.mapped) //nolint:errcheck // it was mapped
	l.mapped = nil
}
