//go:build unix

package main

import (
	"golang.org/x/sys/unix"

	"github.com/bara-think-tank/guichet/internal/monitor"
)

// diskSpace is the room on a folder's disk, as far as this user may fill it.
func diskSpace(folder string) (monitor.Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return monitor.Space{}, err
	}
	return monitor.Space{Free: uint64(s.Bavail) * uint64(s.Bsize), Total: uint64(s.Blocks) * uint64(s.Bsize)}, nil
}
