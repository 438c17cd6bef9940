//go:build unix

package sandbox

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// polled is a pipe on which the runtime waits for all goroutines at once. A read that
// blocks would hold a thread, and another would be woken for every message.
func polled(in io.Reader) io.Reader {
	file, ok := in.(*os.File)
	if !ok {
		return in
	}
	fd := int(file.Fd())
	if err := unix.SetNonblock(fd, true); err != nil {
		return in
	}
	return os.NewFile(uintptr(fd), file.Name())
}
