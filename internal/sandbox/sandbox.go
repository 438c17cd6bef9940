// Package sandbox reads documents in child processes that can do nothing else.
//
// A child is the same binary, started with a hidden command. It is warm: it
// reads many documents before it is replaced. As many documents are read at once as
// there are children. A child has no network, no file but the
// PDF engine's compiled code, which it may only read, and no way to start another
// program: by Landlock and seccomp where the kernel has them. The parent kills it
// when a document takes more than Limits say, and starts another.
//
// What it promises: whatever a document does to its reader, the parent stays up
// and the caller gets a Document, one with an Error and FaultStopped at worst. What
// the child answers is checked as coming from a stranger.
package sandbox

import "time"

// Limits bound what reading one document may take.
type Limits struct {
	Time      time.Duration // from the document's handing over to the answer
	Memory    int64         // bytes resident in the child
	Documents int           // that one child reads before it is replaced
}

// Standard is the limits of the desk: ten seconds, 256 MB. A child that reads PDF takes
// a tenth of a second to start, and is worth keeping.
func Standard() Limits {
	return Limits{Time: 10 * time.Second, Memory: 256 << 20, Documents: 5000}
}

// Command is the name of the hidden command whose work is Child.
const Command = "sandbox-child"

// startTime bounds the start of a child, and makeTime the making of the cache.
const (
	startTime = 30 * time.Second
	makeTime  = 3 * time.Minute
)
