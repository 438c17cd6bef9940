//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// windowWidth is the width of the terminal that a file is; 0 where it is none.
func windowWidth(file *os.File) int {
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
