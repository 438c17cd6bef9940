package sandbox

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/bara-think-tank/guichet/internal/document"
)

// liner reads the lines of one page. The engine is asked for the whole text once,
// and for the place of the two ends of each line: a call for each sign would take
// most of the time.
type liner struct {
	*instance
	page   uint64 // its text
	height float64
	even   bool // every sign stands in the text: places and signs are numbered alike
}

// The engine puts these in place of a hyphen that cuts a word at a line's end, and
// no line break then.
const cutHyphens = "\ufffe\x02"

// lines cuts the page's text at the ends of lines.
func (l liner) lines() []document.Line {
	count := l.integer("FPDFText_CountChars", l.page)
	if count == 0 {
		return nil
	}
	most := min(count, document.MaxText)
	into := l.room(2 * (most + 1)) // one more for the zero at its end
	written := l.integer("FPDFText_GetText", l.page, 0, uint64(most), into)
	whole := l.utf16(into, 2*min(written, most+1))
	l.even = utf16Length(whole) == count
	var lines []document.Line
	var text strings.Builder
	first, last, at := -1, -1, 0 // places in the text of the open line's ends
	end := func() {
		if first >= 0 {
			line := l.place(first, last)
			line.Text = text.String()
			lines = append(lines, line)
		}
		text.Reset()
		first, last = -1, -1
	}
	for _, r := range whole {
		switch {
		case r == '\r' || r == '\n' || r == 0:
			end()
		case strings.ContainsRune(cutHyphens, r):
			text.WriteByte('-')
			last = at
			end()
		default:
			text.WriteRune(r)
			if r != ' ' && r != '\u00a0' {
				last = at
				if first < 0 {
					first = at
				}
			}
		}
		if at++; r > 0xffff {
			at++ // it takes two places, as in UTF-16
		}
	}
	end()
	return lines
}

// utf16Length is how many places a text takes in UTF-16.
func utf16Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// place is where a line stands and how it is set, by the signs at its ends.
func (l liner) place(first, last int) document.Line {
	first, last = l.sign(first), l.sign(last)
	line, at := document.Line{}, l.room(32)
	if l.holds("FPDFText_GetCharOrigin", l.page, uint64(first), at, at+8) {
		origin := l.doubles(at, 2)
		line.Left, line.Base = origin[0], l.height-origin[1]
	}
	if l.holds("FPDFText_GetCharBox", l.page, uint64(last), at, at+8, at+16, at+24) {
		line.Right = l.doubles(at+8, 1)[0] // left, right, bottom, top
	}
	middle := (first + last) / 2
	line.Size = l.size(middle)
	line.Bold = l.bold(first) && l.bold(last) && l.bold(middle)
	return finite(line)
}

// sign is the index of the sign at a place in the text: signs of no Unicode stand
// in no text.
func (l liner) sign(at int) int {
	if l.even {
		return at
	}
	if i := int(int32(l.call("FPDFText_GetCharIndexFromTextIndex", l.page, uint64(at)))); i >= 0 {
		return i
	}
	return at
}

// size is the height of the letters as shown: many programs set a size of 1 and
// enlarge it.
func (l liner) size(at int) float64 {
	size, into := l.double("FPDFText_GetFontSize", l.page, uint64(at)), l.room(24)
	if !l.holds("FPDFText_GetMatrix", l.page, uint64(at), into) {
		return size
	}
	matrix := l.floats(into, 6)
	if scale := math.Hypot(matrix[2], matrix[3]); scale > 0 {
		return size * scale
	}
	return size
}

// bold says so of the letters of a sign, by the name of their font.
func (l liner) bold(at int) bool {
	const longest = 256
	into := l.room(longest)
	length := l.integer("FPDFText_GetFontInfo", l.page, uint64(at), into, longest, 0)
	return length <= longest && isBold(l.utf8(into, length))
}

// finite keeps what no page has, such as letters of an infinite size, from the
// sums made of them.
func finite(l document.Line) document.Line {
	for _, v := range []*float64{&l.Left, &l.Right, &l.Base, &l.Size} {
		if math.IsNaN(*v) || math.Abs(*v) > 1e5 {
			*v = 0
		}
	}
	return l
}
