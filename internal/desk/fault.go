package desk

import (
	"fmt"
	"strings"
)

// Fault is one mistake in a file that a person wrote. Line and Column start at
// 1; a zero Line means the file as a whole.
type Fault struct {
	File         string
	Line, Column int
	Message      string // what is wrong, and what is accepted
}

// Error writes the fault as "file:line:column: message".
func (f Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Faults is every mistake found at once, one a line.
type Faults []Fault

// Error joins the faults, one a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// OrNil is the faults as an error, nil where there are none.
func (fs Faults) OrNil() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
