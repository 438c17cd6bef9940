//go:build !race

package document

// slower is 1 without the race detector.
const slower = 1
