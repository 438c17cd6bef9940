package sandbox

import "golang.org/x/sys/unix"

// forget makes the pages from one place to another zero: the kernel takes them back.
func (l *linear) forget(from, to int) {
	if from == to {
		return
	}
	if err := unix.Madvise(l.mapped[from:to], unix.MADV_DONTNEED); err != nil {
		clear(l.mapped[from:to])
	}
}
