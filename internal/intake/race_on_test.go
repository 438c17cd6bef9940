//go:build race

package intake_test

// slower divides what a long test does under the race detector.
const slower = 10
