package likeness

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bara-think-tank/guichet/internal/document"
)

// mostProse bounds how many words of a text are compared with others.
const mostProse = 50_000

// word is one word of a text's own prose, folded, and where it stands in
// Document.Text.
type word struct {
	text       string
	start, end int
}

// prose is the words that a text says itself: without its bibliography and what it
// quotes, which two honest texts may well share.
func prose(d document.Document) []word {
	sources := map[string]bool{}
	for _, s := range d.Sources {
		sources[beginning(s.Text)] = true
	}
	const letters = 6 // of a word, the space after it among them
	words := make([]word, 0, min(len(d.Text)/letters, mostProse))
	at := 0
	for paragraph := range strings.SplitSeq(d.Text, "\n\n") {
		if len(words) < mostProse && (len(sources) == 0 || !sources[beginning(paragraph)]) {
			words = appendProse(words, unquoted(paragraph), at)
		}
		at += len(paragraph) + len("\n\n")
	}
	return words
}

var listLabel = regexp.MustCompile(`^\s*(?:[-–•*]|[\[(]?\d+[\]).]?)\s+`)

// beginning is how a paragraph or a source begins, folded, its number in a list left
// out: as much as tells one source from another.
func beginning(s string) string {
	const letters = 60
	s = listLabel.ReplaceAllString(s, "")
	if len(s) > 2*letters {
		s = strings.ToValidUTF8(s[:2*letters], "")
	}
	var name strings.Builder
	for _, w := range appendProse(nil, s, 0) {
		name.WriteString(w.text)
	}
	return name.String()[:min(name.Len(), letters)]
}

// A quotation within a paragraph: in guillemets, or in double quotes of either kind.
var quotation = regexp.MustCompile(`«[^«»]*»|“[^“”]*”|"[^"]*"`)

// unquoted is a paragraph of the same length with spaces in the place of what it
// quotes. One word or two in quotes are the author's own.
func unquoted(paragraph string) string {
	const own = 2
	if !strings.ContainsAny(paragraph, "«“\"") {
		return paragraph
	}
	return quotation.ReplaceAllStringFunc(paragraph, func(q string) string {
		if document.CountWords(q) <= own {
			return q
		}
		return strings.Repeat(" ", len(q))
	})
}

// appendProse adds the words of a paragraph that stands at an offset.
func appendProse(words []word, paragraph string, at int) []word {
	start := -1
	for i, r := range paragraph {
		inWord := partOfWord(r)
		switch {
		case inWord && start < 0:
			start = i
		case !inWord && start >= 0:
			words = append(words, word{foldWord(paragraph[start:i]), at + start, at + i})
			start = -1
		}
	}
	if start >= 0 {
		words = append(words, word{foldWord(paragraph[start:]), at + start, at + len(paragraph)})
	}
	return words
}

func partOfWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// foldWord makes a word comparable: lower case, no accents, ligatures undone. Most
// words need no more than lower case.
func foldWord(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return strings.ToLower(s)
	}
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return ligatures.Replace(s)
}

var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae")
