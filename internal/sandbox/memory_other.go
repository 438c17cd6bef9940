//go:build !linux

package sandbox

// forget makes the bytes from one place to another zero. Elsewhere than on Linux no
// kernel promises that what it takes back is.
func (l *linear) forget(from, to int) { clear(l.mapped[from:to]) }
