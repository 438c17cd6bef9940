package notice

import (
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
	return cut(strings.TrimSpace(b.String()), limit)
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
	line, filled := "", 0
	for _, word := range words {
		if !isLink(word) {
			word = shorten(word)
		}
		wide := width(word)
		if line != "" && filled+1+wide > columns {
			b.WriteString(stuff(line) + " \n")
			line, filled = "", 0
		}
		if line != "" {
			line += " "
			filled++
		}
		line += word
		filled += wide
	}
	b.WriteString(stuff(line) + "\n")
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

// stuff protects what a mail program would take for something else at the start
// of a line (RFC 3676 section 4.4).
func stuff(line string) string {
	if strings.HasPrefix(line, ">") || strings.HasPrefix(line, "From ") {
		return " " + line
	}
	return line
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
