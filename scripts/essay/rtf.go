package essay

import (
	"fmt"
	"strings"
)

// RTF is the text in Rich Text Format, in ASCII.
func RTF(e Essay) []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}` + "\n")
	e.Walk(func(style, text, note string) {
		look := map[string]string{"Title": `\fs48`, "Heading1": `\outlinelevel0\b\fs30`}[style]
		fmt.Fprintf(&b, `{\pard%s %s`, look, rtfText(text))
		if note != "" {
			fmt.Fprintf(&b, `{\super\chftn{\footnote\pard\plain\fs18 {\super\chftn} %s}}`, rtfText(note))
		}
		b.WriteString("\\par}\n")
	})
	b.WriteString("}")
	return []byte(b.String())
}

func rtfText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune(`\{}`, r):
			b.WriteString(`\` + string(r))
		case r < 128:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%d?`, r)
		}
	}
	return b.String()
}
