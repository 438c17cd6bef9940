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

// word is one word of a text's own prose, as the hash of its folded letters, and
// where it stands in Document.Text.
type word struct {
	hash       uint64
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
	if s != "" && (s[0]|0x20 < 'a' || s[0]|0x20 > 'z') { // most begin with a letter, and then with no label
		s = listLabel.ReplaceAllString(s, "")
	}
	if len(s) > 2*letters {
		s = strings.ToValidUTF8(s[:2*letters], "")
	}
	name := make([]byte, 0, 2*letters)
	for start, end := range wordsOf(s) {
		if name = appendFolded(name, s[start:end]); len(name) >= letters {
			break
		}
	}
	return string(name[:min(len(name), letters)])
}

// A quotation within a paragraph: in guillemets, or in double quotes of either kind.
var quotation = regexp.MustCompile(`«[^«»]*»|“[^“”]*”|"[^"]*"`)

// unquoted is a paragraph of the same length with spaces in the place of what it
// quotes. One word or two in quotes are the author's own.
func unquoted(paragraph string) string {
	const own = 2
	if strings.IndexByte(paragraph, '"') < 0 && !strings.Contains(paragraph, "«") && !strings.Contains(paragraph, "“") {
		return paragraph
	}
	return quotation.ReplaceAllStringFunc(paragraph, func(q string) string {
		if document.CountWords(q) <= own {
			return q
		}
		return strings.Repeat(" ", len(q))
	})
}

// appendProse adds the words of a paragraph that stands at an offset: those of wordsOf,
// folded as appendFolded does and hashed as hashWord does, in one go.
func appendProse(words []word, s string, at int) []word {
	for i := 0; i < len(s); {
		if folds[s[i]] == 0 {
			i++
			continue
		}
		hash, end := hashNext(s, i)
		if end > i {
			words = append(words, word{hash, at + i, at + end})
			i = end
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return words
}

// hashNext hashes the word that begins at start, and says where it ends: at start where
// none does.
func hashNext(s string, start int) (hash uint64, end int) {
	hash = firstHash
	known := true
	i := start
	for i < len(s) {
		c := folds[s[i]]
		if c == 0 {
			break
		}
		if c < utf8.RuneSelf {
			hash = (hash ^ uint64(c)) * nextHash
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !partOfWord(r) {
			break
		}
		switch {
		case 0xC0 <= r && r <= 0xFF && latin[r&0x3F] != ' ':
			hash = (hash ^ uint64(latin[r&0x3F])) * nextHash
		case r == 'Œ' || r == 'œ':
			hash = (hash ^ 'o') * nextHash
			hash = (hash ^ 'e') * nextHash
		default:
			known = false
		}
		i += size
	}
	if !known {
		hash = hashWord([]byte(foldWord(s[start:i])))
	}
	return hash, i
}

// folds is what each byte folds to: a letter or a digit of ASCII, 0 where it is in no
// word, itself where it begins a letter that is none of ASCII.
var folds = func() (t [256]byte) {
	for c := range t {
		switch b := byte(c); {
		case 'A' <= b && b <= 'Z':
			t[c] = b | 0x20
		case b >= utf8.RuneSelf || partOfWord(rune(b)):
			t[c] = b
		}
	}
	return t
}()

// wordsOf yields where each word of a text begins and ends.
func wordsOf(s string) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		start := -1
		for i, r := range s {
			inWord := partOfWord(r)
			switch {
			case inWord && start < 0:
				start = i
			case !inWord && start >= 0:
				if !yield(start, i) {
					return
				}
				start = -1
			}
		}
		if start >= 0 {
			yield(start, len(s))
		}
	}
}

func partOfWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	switch {
	case 0xC0 <= r && r <= 0x24F: // Latin letters
		return r != '×' && r != '÷'
	case 0x2000 <= r && r <= 0x206F: // spaces, dashes, quotes
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// appendFolded adds a word made comparable: lower case, no accents, ligatures undone.
// Letters that French and English often have are folded by a table, as Unicode would;
// a word with any other, as Unicode says.
func appendFolded(b []byte, s string) []byte {
	before := len(b)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			b = append(b, c|0x20)
		case c < utf8.RuneSelf:
			b = append(b, c)
		case c == 0xC3 && i+1 < len(s) && latin[s[i+1]&0x3F] != ' ':
			i++ // U+00C0 to U+00FF
			b = append(b, latin[s[i]&0x3F])
		case c == 0xC5 && i+1 < len(s) && (s[i+1] == 0x92 || s[i+1] == 0x93): // Œ, œ
			i++
			b = append(b, "oe"...)
		default:
			return append(b[:before], foldWord(s)...)
		}
	}
	return b
}

// latin is the letter that each from U+00C0 to U+00FF folds to, a space where that is
// none of ASCII, or two.
const latin = "aaaaaa ceeeeiiii nooooo  uuuuy  aaaaaa ceeeeiiii nooooo  uuuuy y"

// foldWord folds a word as Unicode says.
func foldWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return ligatures.Replace(s)
}

var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae")
