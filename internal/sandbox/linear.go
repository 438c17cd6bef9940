package sandbox

import (
	"bytes"
	"os"
)

// linear is the memory of an instance, mapped to the most that it may grow to, and what
// it was when it was kept. The kernel lends it and takes it back whole: an instance
// costs the pages that it touches. On Go's heap it would be cleared to its full size,
// moved when it grows, and left to the collector.
type linear struct {
	mapped []byte
	size   int // of what the instance has
	kept   int // of what it had
	image  []stretch
}

// stretch is pages that were not all zero, as they were.
type stretch struct {
	at    int
	bytes []byte
}

// Reallocate implements experimental.LinearMemory.
func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l.mapped)) {
		return nil
	}
	l.size = int(size)
	return l.mapped[:size:size]
}

// pageSize is the unit in which memory is lent, and compared.
var pageSize = os.Getpagesize()

// keep notes what the memory is now.
func (l *linear) keep() {
	zero := make([]byte, pageSize)
	l.image, l.kept = nil, l.size
	for at := 0; at < l.size; at += pageSize {
		page := l.mapped[at : at+pageSize]
		if bytes.Equal(page, zero) {
			continue
		}
		if n := len(l.image); n > 0 && l.image[n-1].at+len(l.image[n-1].bytes) == at {
			l.image[n-1].bytes = append(l.image[n-1].bytes, page...)
			continue
		}
		l.image = append(l.image, stretch{at, bytes.Clone(page)})
	}
}

// restore makes the memory what it was, byte for byte. It is false of one that grew,
// as memory cannot be taken from an instance: that one is thrown away.
func (l *linear) restore() bool {
	if l.size != l.kept {
		return false
	}
	at := 0
	for _, s := range l.image {
		l.forget(at, s.at)
		for i := 0; i < len(s.bytes); i += pageSize {
			page, was := l.mapped[s.at+i:s.at+i+pageSize], s.bytes[i:i+pageSize]
			if !bytes.Equal(page, was) {
				copy(page, was)
			}
		}
		at = s.at + len(s.bytes)
	}
	l.forget(at, l.size)
	return true
}
