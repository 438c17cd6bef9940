package rules

import (
	"slices"
	"unicode"
)

// maxTag is how many letters a list tag may hold between its brackets.
const maxTag = 80

// unprefixed is what is left of a subject's glyphs without what mail programs
// and lists put before it, in any run: "Re:", "RE :", "Re[2]:", "TR :",
// "[EXTERNAL]". Brackets that hold what sorts a mail, [Baratin], stay.
func (c *classifier) unprefixed(glyphs []glyph) []glyph {
	for {
		glyphs = glyphs[start(glyphs):]
		n := c.tag(glyphs)
		if n == 0 {
			n = c.prefix(glyphs)
		}
		if n == 0 {
			return glyphs
		}
		glyphs = glyphs[n:]
	}
}

// start is where the first word or bracket stands: past emojis and stray signs.
func start(glyphs []glyph) int {
	i := slices.IndexFunc(glyphs, func(g glyph) bool { return g.r == '[' || wordRune(g.r) })
	if i < 0 {
		return len(glyphs)
	}
	return i
}

// tag is the length of the bracketed tag at the head of glyphs, 0 for none.
func (c *classifier) tag(glyphs []glyph) int {
	if len(glyphs) == 0 || glyphs[0].r != '[' {
		return 0
	}
	closing := slices.IndexFunc(glyphs[:min(len(glyphs), maxTag+2)], func(g glyph) bool { return g.r == ']' })
	switch {
	case closing < 0:
		return 1 // a bracket that never closes is a stray sign
	case c.sorts(glyphs[1:closing]):
		return 0
	}
	return closing + 1
}

// sorts says whether the words within a bracket could change what a mail is. A
// list's name that ends in such a word, [bara-analyse], cannot.
func (c *classifier) sorts(within []glyph) bool {
	pieces := c.pieces(tokenize(within))
	for i, p := range pieces {
		heard, _ := c.hear(p)
		switch {
		case p.mixed || heard.sorts():
			return true
		case p.gap == hyphened || i+1 < len(pieces) && pieces[i+1].gap == hyphened:
			return false
		case p.role == negating:
			return true
		}
	}
	return false
}

// prefix is the length of the reply or forward prefix at the head of glyphs, 0
// for none. One letter needs its colon, and so does a count: "R:", "Re^2:".
func (c *classifier) prefix(glyphs []glyph) int {
	n := span(glyphs, unicode.IsLetter)
	if n == 0 || n > maxPrefix || !c.prefixes[text(glyphs[:n])] {
		return 0
	}
	n += span(glyphs[n:min(n+1, len(glyphs))], func(r rune) bool { return r == '.' }) // Réf. :
	counted := n + count(glyphs[n:])
	at := counted + span(glyphs[counted:], unicode.IsSpace)
	switch {
	case at < len(glyphs) && glyphs[at].r == ':':
		return at + 1
	case n > 1 && counted == n && at > n && at < len(glyphs):
		return at
	}
	return 0
}

// maxPrefix is how many letters a prefix may have.
const maxPrefix = 20

// count is the length of how often was replied: [2], (3), ^4, *5, 6; 0 for none.
func count(glyphs []glyph) int {
	n := span(glyphs, func(r rune) bool { return r == '[' || r == '(' || r == '^' || r == '*' })
	digits := span(glyphs[n:], unicode.IsDigit)
	if n > 1 || digits == 0 || digits > 4 {
		return 0
	}
	n += digits
	return n + span(glyphs[n:], func(r rune) bool { return r == ']' || r == ')' })
}

// span is how many glyphs in a row are of one kind.
func span(glyphs []glyph, is func(rune) bool) int {
	if i := slices.IndexFunc(glyphs, func(g glyph) bool { return !is(g.r) }); i >= 0 {
		return i
	}
	return len(glyphs)
}

func text(glyphs []glyph) string {
	runes := make([]rune, len(glyphs))
	for i, g := range glyphs {
		runes[i] = g.r
	}
	return string(runes)
}
