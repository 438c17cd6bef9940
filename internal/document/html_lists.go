package document

import (
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// number is the label of an item of an ordered list.
func (w *webPage) number(item *html.Node) string {
	list := item.Parent
	if list == nil || list.DataAtom != atom.Ol {
		return ""
	}
	if style, _ := attrOf(list, "style"); noNumbers.MatchString(style) {
		return ""
	}
	n, begun := w.counted[list]
	if start, ok := attrOf(list, "start"); !begun && ok {
		n, _ = strconv.Atoi(start)
		n--
	}
	if value, ok := attrOf(item, "value"); ok {
		n, _ = strconv.Atoi(value)
		n--
	}
	n++
	w.counted[list] = n
	kind, _ := attrOf(list, "type")
	return inFormat(n, htmlFormats[kind]) + "."
}

var noNumbers = patternOf(`(?i)list-style(-type)?\s*:\s*none`)

// htmlFormats are the types of ordered lists.
var htmlFormats = map[string]string{"": "decimal", "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
