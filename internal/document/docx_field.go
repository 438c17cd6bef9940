package document

import (
	"strconv"
	"strings"
)

// field reads a field's instruction, which is no text, for the link that it makes.
func (d *docx) field() error {
	s, err := d.x.content()
	if rest, ok := strings.CutPrefix(strings.TrimSpace(s), "HYPERLINK "); ok {
		to, _, _ := strings.Cut(strings.TrimLeft(rest, ` "`), `"`)
		d.para.links = appendLink(d.para.links, strings.TrimSpace(to))
	}
	return err
}

// fieldMark reads what begins a field, begins its result or ends it (ECMA-376 part
// 1, 17.16.18). Fields lie within one another, and what stands in an instruction is
// no text: not even the result of a field there.
func (d *docx) fieldMark(kind string) {
	last := len(d.fields) - 1
	switch {
	case kind == "begin" && last < MaxDepth:
		d.fields = append(d.fields, false)
	case kind == "separate" && last >= 0:
		d.fields[last] = true
	case kind == "end" && last >= 0:
		d.fields = d.fields[:last]
	}
}

// endFields forgets at the end of a paragraph a field whose result has not begun,
// so that a damaged one hides no more than that.
func (d *docx) endFields() {
	for i, shows := range d.fields {
		if !shows {
			d.fields = d.fields[:i]
			return
		}
	}
}

// symbol is a character of a w:sym: as it is, or a mere sign where it is a symbol
// font's own.
func symbol(hex string) rune {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil || n < ' ' || n >= 0xd800 {
		return '•'
	}
	return rune(n)
}
