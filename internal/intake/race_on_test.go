//go:build race

package intake_test

// slower divides what a long test does under the race detector.
const slower = 10

// newlines are those that each story is told with; the other is for the run without the
// race detector.
var newlines = map[string]string{"CRLF": "\r\n"}
