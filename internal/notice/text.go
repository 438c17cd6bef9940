package notice

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// columns is where lines are wrapped, in columns of a terminal. With the space
// that flows (RFC 3676 section 4.2) lines stay under 78, but for a link.
const columns = 72

// longestWord is where a word that people sent is cut: nothing else of ours is
// so long, links apart.
const longestWord = 60

// oneLine makes what people sent fit to stand in a line of ours: white space of
// every kind is one space, control, format and bidirectional characters are left
// out, and beyond limit runes it is cut with an ellipsis.
func oneLine(s string, limit int) string {
	if !isOneLine(s) {
		s = intoOneLine(s)
	}
	return cut(s, limit)
}

func intoOneLine(s string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '\u00A0' || r == '\u202F':
			b.WriteRune(r)
		case unicode.IsSpace(r):
			space = true
		case unicode.IsGraphic(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// isOneLine says whether a text needs nothing done to it, as most do.
func isOneLine(s string) bool {
	before := ' '
	for _, r := range s {
		if r == ' ' && before == ' ' || r == utf8.RuneError || r != ' ' && (unicode.IsSpace(r) || !unicode.IsGraphic(r)) {
			return false
		}
		before = r
	}
	return before != ' ' || s == ""
}

// cut leaves at most limit runes, the last an ellipsis where any was left out.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	kept := []rune(s)[:limit-1]
	return strings.TrimRightFunc(string(kept), unicode.IsSpace) + "…"
}

// flow lays a text out as format=flowed (RFC 3676): each line is a paragraph,
// wrapped at columns with a space at the end of what goes on; runs of blank lines
// are one, and none stands first or last.
func flow(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16)
	blank := false
	for line := range strings.Lines(text) {
		words := splitWords(line)
		if len(words) == 0 {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte('\n')
		}
		blank = false
		wrap(&b, words)
	}
	return b.String()
}

// splitWords splits at ordinary spaces: the no-break ones hold, unless so many
// follow each other that they would make a word too long.
func splitWords(line string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(line, isBreak) {
		if width(word) > longestWord && !isLink(word) {
			words = append(words, strings.FieldsFunc(word, unicode.IsSpace)...)
			continue
		}
		words = append(words, word)
	}
	return words
}

func isBreak(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func isLink(word string) bool { return strings.Contains(word, "://") }

func wrap(b *strings.Builder, words []string) {
	var room [2 * columns]byte
	line, filled := room[:0], 0
	for _, word := range words {
		wide := width(word)
		if wide > longestWord && !isLink(word) {
			word = shorten(word)
			wide = width(word)
		}
		if len(line) > 0 && filled+1+wide > columns {
			stuff(b, line)
			b.WriteString(" \n")
			line, filled = line[:0], 0
		}
		if len(line) > 0 {
			line = append(line, ' ')
			filled++
		}
		line = append(line, word...)
		filled += wide
	}
	stuff(b, line)
	b.WriteByte('\n')
}

// shorten cuts a word that is wider than longestWord columns.
func shorten(word string) string {
	if width(word) <= longestWord {
		return word
	}
	filled := 0
	for i, r := range word {
		filled += runeWidth(r)
		if filled >= longestWord {
			return word[:i] + "…"
		}
	}
	return word
}

// stuff writes a line, and protects what a mail program would take for something else
// at its start (RFC 3676 section 4.4).
func stuff(b *strings.Builder, line []byte) {
	if bytes.HasPrefix(line, []byte(">")) || bytes.HasPrefix(line, []byte("From ")) {
		b.WriteByte(' ')
	}
	b.Write(line)
}

// width is how many columns a terminal gives to s.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// runeWidth follows Unicode's UAX #11 where the scripts decide: ideographs,
// syllables and pictures are wide, marks take no column.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303E, r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6,
		r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	return 1
}
