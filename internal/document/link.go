package document

import (
	"strings"
	"unicode/utf8"
)

// linkEnds are the signs, beside white space, that no link holds.
const linkEnds = "<>«»\"“”"

// nextLink is where the first link stands in s from a place on, nil where there is
// none: "http://", "https://" or "www.", in letters of any size, at the beginning
// of a word, and what follows without white space or quotation marks.
func nextLink(s string, from int) []int {
	for at := from; at < len(s); at++ {
		switch s[at] {
		case 'h', 'H', 'w', 'W':
		default:
			continue
		}
		if at > 0 && isASCIIWord(s[at-1]) {
			continue
		}
		head := linkHead(s[at:])
		if end := at + head + linkLength(s[at+head:]); head > 0 && end > at+head {
			return []int{at, end}
		}
	}
	return nil
}

// linkHead is the length of what a link begins with, 0 where none begins.
func linkHead(s string) int {
	for _, head := range []string{"https://", "http://", "www."} {
		if len(s) >= len(head) && strings.EqualFold(s[:len(head)], head) {
			return len(head)
		}
	}
	return 0
}

// linkLength is how much of s can belong to a link.
func linkLength(s string) int {
	for i, r := range s {
		if r < utf8.RuneSelf && (r == ' ' || '\t' <= r && r <= '\r' && r != '\v') || strings.ContainsRune(linkEnds, r) {
			return i
		}
	}
	return len(s)
}

// hasLink says whether there is a link in s.
func hasLink(s string) bool { return nextLink(s, 0) != nil }

// replaceLinks puts what with gives in the place of each link.
func replaceLinks(s string, with func(link string) string) string {
	var b strings.Builder
	done := 0
	for at := nextLink(s, 0); at != nil; at = nextLink(s, done) {
		b.WriteString(s[done:at[0]])
		b.WriteString(with(s[at[0]:at[1]]))
		done = at[1]
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// isASCIIWord says whether a byte is what \b takes for part of a word.
func isASCIIWord(b byte) bool {
	return b < utf8.RuneSelf && (isLetterOrDigit(rune(b)) || b == '_')
}
