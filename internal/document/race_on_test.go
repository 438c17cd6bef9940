//go:build race

package document

// slower is how much the race detector slows regular expressions down, for which
// it also allocates more.
const slower = 20
