//go:build race

package sandbox

// hungrier is how much more memory the race detector takes, which watches the
// children too: they are the test's own binary.
const hungrier = 4
