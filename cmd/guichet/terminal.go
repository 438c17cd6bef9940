package main

import (
	"io"
	"os"
	"strconv"
	"unicode"
)

// terminalWidth is how many characters a line of the output has: what COLUMNS says,
// else the terminal; 0 where the output is none.
func terminalWidth(out io.Writer) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	file, ok := out.(*os.File)
	if !ok {
		return 0
	}
	return windowWidth(file)
}

// visible keeps what a terminal shows as it stands: control characters become spaces,
// and those that turn the writing around are left out.
func visible(r rune) rune {
	switch {
	case unicode.IsControl(r):
		return ' '
	case unicode.Is(unicode.Bidi_Control, r):
		return -1
	}
	return r
}
