//go:build !unix

package sandbox

import "context"

// withMemory leaves the engine's memory on Go's heap.
func withMemory(ctx context.Context) context.Context { return ctx }
