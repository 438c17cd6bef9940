package yamlfile

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// place is the line and column, from 1, at which the rune number offset of a
// scalar's value stands in the file. Quotes, escapes, indentation and folding
// make value and file differ in white space and in what is added, never in the
// order of the letters: place walks both together, letter by letter.
func (f *File) place(n *yaml.Node, offset int) (line, column int) {
	at := cursor{lines: f.lines, line: n.Line - 1, column: n.Column - 1}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		at.line, at.column = at.line+1, 0 // past the "|" or ">"
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		at.column++
	}
	value := []rune(n.Value)
	for i, r := range value[:min(offset+1, len(value))] {
		if unicode.IsSpace(r) {
			continue
		}
		if !at.seek(r) || f.another(n, at.line+1, at.column+1) {
			return n.Line, n.Column // an escape hides the letter
		}
		if i < offset {
			at.column++
		}
	}
	return at.line + 1, at.column + 1
}

// another says whether a key or a value begins after n and up to a place: then
// the place is not in n.
func (f *File) another(n *yaml.Node, line, column int) bool {
	for _, all := range []map[string]*yaml.Node{f.keys, f.nodes} {
		for _, m := range all {
			after := m.Line > n.Line || m.Line == n.Line && m.Column > n.Column
			if after && (m.Line < line || m.Line == line && m.Column <= column) {
				return true
			}
		}
	}
	return false
}

// cursor is a place in the lines of a file, from 0, counted in runes.
type cursor struct {
	lines        []string
	line, column int
}

// seek moves on to the next r, at the cursor or after it.
func (c *cursor) seek(r rune) bool {
	for ; c.line < len(c.lines); c.line, c.column = c.line+1, 0 {
		rest := []rune(c.lines[c.line])
		if c.column > len(rest) {
			continue
		}
		if i := strings.IndexRune(string(rest[c.column:]), r); i >= 0 {
			c.column += len([]rune(string(rest[c.column:])[:i]))
			return true
		}
	}
	return false
}
