//go:build !race

package mailbox

// raced says whether the race detector looks on.
const raced = false
