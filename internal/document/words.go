package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// countWords counts as a word processor does: tokens between white space of any
// kind, and between en and em dashes, that hold a letter or a digit. So
// "c’est-à-dire" and "e-mail" are one word each, and the "!" that French sets off
// by a no-break space is none.
func countWords(s string) int {
	n, counted := 0, false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			switch ascii[c] {
			case asciiSpace:
				counted = false
			case asciiWord:
				if !counted {
					counted = true
					n++
				}
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case separates(r):
			counted = false
		case !counted && isLetterOrDigit(r):
			counted = true
			n++
		}
	}
	return n
}

// ascii tells the signs of ASCII that stand between words from those that make one.
var ascii = func() (kinds [utf8.RuneSelf]uint8) {
	for r := range rune(utf8.RuneSelf) {
		switch {
		case separates(r):
			kinds[r] = asciiSpace
		case isLetterOrDigit(r):
			kinds[r] = asciiWord
		}
	}
	return kinds
}()

const (
	asciiSpace = 1 + iota
	asciiWord
)

// CountWords counts the words of a passage, an abstract say, as Document.Words
// does.
func CountWords(s string) int { return countWords(s) }

func separates(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || '\t' <= r && r <= '\r'
	}
	if r < 0x1680 { // no other white space stands below
		return r == 0xA0 || r == 0x85
	}
	return r == '–' || r == '—' || unicode.IsSpace(r)
}

// wordSums counts a document's words: all of them, and those of the text, which
// are all but the title's, the bibliography's and the notes'. The byline, the
// abstract, headings, captions and tables are text. The numbers that a list gives
// its items are counted among all of them and not as text: no writer typed them,
// and neither Word nor Google Docs counts them.
func wordSums(blocks []block) (text, total int) {
	for _, b := range blocks {
		n := countWords(b.text)
		total += n + countWords(b.label)
		if b.part != partTitle && b.part != partBibliography && b.part != partNote {
			text += n
		}
	}
	return text, total
}

// sameTextLeast is how much of their words two readings of one text share: saving
// it in another type may move notes, join lines or number lists.
const sameTextLeast = 0.95

// SameText says whether two documents hold the same text, as a student sends it
// in two types: at least 95 % of their words, case and punctuation apart, are the
// same ones. Documents that were not read are never the same.
func SameText(a, b Document) bool {
	if !a.Readable() || !b.Readable() {
		return false
	}
	bag, sum, shared := map[string]int{}, 0, 0
	for w := range plainWords(a.Text) {
		bag[w]++
		sum++
	}
	for w := range plainWords(b.Text) {
		sum++
		if bag[w] > 0 {
			bag[w]--
			shared++
		}
	}
	return sum > 0 && float64(2*shared)/float64(sum) >= sameTextLeast
}

// plainWords yields the words of s in lower case, without the punctuation around
// and within them.
func plainWords(s string) func(yield func(string) bool) {
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(s, apart) {
			if !yield(strings.ToLower(w)) {
				return
			}
		}
	}
}

// firstLetter is the first rune of s and whether it is a letter.
func firstLetter(s string) (rune, bool) {
	r, _ := utf8.DecodeRuneInString(s)
	return r, unicode.IsLetter(r)
}

// setOf is the set of the words in a list.
func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// cutWord cuts what stands before the first white space of XML and HTML off a text,
// or that white space, and then the word is "". Bytes that are no letter's become
// U+FFFD.
func cutWord(s string) (word, rest string) {
	blank := func(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' }
	end, plain := 0, true
	for end < len(s) && !blank(s[end]) {
		plain = plain && s[end] < utf8.RuneSelf
		end++
	}
	if end == 0 {
		for end < len(s) && blank(s[end]) {
			end++
		}
		return "", s[end:]
	}
	if word = s[:end]; !plain && !utf8.ValidString(word) {
		word = string([]rune(word))
	}
	return word, s[end:]
}
