package main

import (
	"cmp"
	"fmt"
)

// several is a number and what it counts: "1 word", "2 words".
func several(n int, of string) string {
	if n != 1 {
		of += "s"
	}
	return fmt.Sprintf("%d %s", n, of)
}

// figures are what was counted in a text, in a few words.
func figures(words, sources int, language string) string {
	return fmt.Sprintf("%s, %s, %s", several(words, "word"), several(sources, "source"), cmp.Or(language, "language unknown"))
}
