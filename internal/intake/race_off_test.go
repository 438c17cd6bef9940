//go:build !race

package intake_test

const slower = 1

var newlines = map[string]string{"LF": "\n", "CRLF": "\r\n"}
