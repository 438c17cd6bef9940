//go:build !unix

package sandbox

// lend gives memory of Go's heap, where there is no other.
func lend(most uint64) *linear { return &linear{mapped: make([]byte, most)} }

// Free implements experimental.LinearMemory.
func (l *linear) Free() { l.mapped = nil }
