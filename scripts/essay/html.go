package essay

import (
	"fmt"
	"strings"
)

// HTML is the text as a page, without its notes.
func HTML(e Essay) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>\n", xmlText.Replace(e.Title))
	e.Walk(func(style, text, _ string) {
		tag := map[string]string{"Title": "h1", "Heading1": "h2", "Normal": "p"}[style]
		fmt.Fprintf(&b, "<%s>%s</%s>\n", tag, xmlText.Replace(text), tag)
	})
	b.WriteString("</body></html>\n")
	return []byte(b.String())
}
