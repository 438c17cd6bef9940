package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold makes text comparable: lower case, no accents, ligatures and compatibility
// forms undone, typographic apostrophes plain, one space for any white space.
//
// Letters of French and English are folded by a table; what is none of them, as far
// as the next sign of ASCII, is decomposed as Unicode says, which takes far longer.
func fold(s string) string {
	f := folder{b: make([]byte, 0, len(s)+8)}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			f.ascii(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !f.common(r) {
			for size = 1; i+size < len(s) && s[i+size] >= utf8.RuneSelf; {
				size++
			}
			f.decomposed(s[i : i+size])
		}
		i += size
	}
	return string(f.b)
}

// folder makes one folded text.
type folder struct {
	b     []byte
	space bool // white space was read, and nothing after it
}

// ascii takes a sign of one byte.
func (f *folder) ascii(c byte) {
	switch {
	case c == ' ' || '\t' <= c && c <= '\r':
		f.space = len(f.b) > 0
	case 'A' <= c && c <= 'Z':
		f.put(c + 'a' - 'A')
	default:
		f.put(c)
	}
}

func (f *folder) put(c byte) {
	if f.space {
		f.b, f.space = append(f.b, ' '), false
	}
	f.b = append(f.b, c)
}

// common takes a sign beyond ASCII that French and English often hold. It is false
// for any other.
func (f *folder) common(r rune) bool {
	switch {
	case 0xC0 <= r && r <= 0xFF && plain[r-0xC0] != 0:
		f.put(plain[r-0xC0])
	case r == '’' || r == '‘':
		f.put('\'')
	case r == '\u00a0' || r == '\u202f':
		f.space = len(f.b) > 0
	case r == 'œ' || r == 'Œ':
		f.put('o')
		f.put('e')
	case r == '«' || r == '»' || r == '–' || r == '—' || r == '“' || r == '”':
		f.rune(r)
	default:
		return false
	}
	return true
}

// plain is what the letters from U+00C0 to U+00FF fold to, 0 where that is no one
// letter of ASCII.
const plain = "aaaaaa\x00ceeeeiiii\x00nooooo\x00\x00uuuuy\x00\x00aaaaaa\x00ceeeeiiii\x00nooooo\x00\x00uuuuy\x00y"

func (f *folder) rune(r rune) {
	if f.space {
		f.b, f.space = append(f.b, ' '), false
	}
	f.b = utf8.AppendRune(f.b, r)
}

// decomposed takes what is none of those.
func (f *folder) decomposed(s string) {
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsSpace(r):
			f.space = len(f.b) > 0
			continue
		case r == '’' || r == 'ʼ' || r == '‘':
			r = '\''
		}
		switch r = unicode.ToLower(r); r {
		case 'œ':
			f.rune('o')
			f.rune('e')
		case 'æ':
			f.rune('a')
			f.rune('e')
		default:
			f.rune(r)
		}
	}
}

// foldName folds to letters and digits alone.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if isLetterOrDigit(r) {
			return r
		}
		return -1
	}, fold(s))
}

// isLetterOrDigit says so of any sign; those of ASCII are asked without a table.
func isLetterOrDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	}
	if 0xC0 <= r && r <= 0x24F { // Latin letters
		return r != '×' && r != '÷'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
