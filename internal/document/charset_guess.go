package document

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// westernPages are the charsets of one byte in which people who write French have
// saved texts: Windows, Linux, the older Mac, MS-DOS in Europe and in America. The
// first that reads best is taken.
var westernPages = []*charmap.Charmap{
	charmap.Windows1252, charmap.ISO8859_15, charmap.Macintosh, charmap.CodePage850, charmap.CodePage437,
}

// decodeGuess reads bytes in the charset that makes the most plausible text of
// them.
func decodeGuess(data []byte) string {
	best, most := westernPages[0], 0
	for i, page := range westernPages {
		if score := plausible(page, data); i == 0 || score > most {
			best, most = page, score
		}
	}
	return decodeByte(best, data)
}

// plausible scores a text by what its signs beyond ASCII are, and by what they
// stand between.
func plausible(page *charmap.Charmap, data []byte) (score int) {
	data = data[:min(len(data), 256<<10)]
	for i, b := range data {
		if b < 0x80 {
			continue
		}
		before, after := ' ', ' '
		if i > 0 {
			before = page.DecodeByte(data[i-1])
		}
		if i+1 < len(data) {
			after = page.DecodeByte(data[i+1])
		}
		score += plausibleSign(page.DecodeByte(b), before, after)
	}
	return score
}

// frenchLetters are those beyond ASCII that French uses; the rarest of them score
// as others do.
const (
	frenchLetters  = "éèêëàâçîïôùûœ"
	frenchCapitals = "ÉÈÊÀÂÇÎÔÙŒ"
)

func plausibleSign(sign, before, after rune) int {
	inWord, apart := unicode.IsLetter(before), !unicode.IsLetter(before) && !unicode.IsLetter(after)
	switch {
	case strings.ContainsRune(frenchLetters, sign):
		if apart && sign != 'à' || unicode.IsUpper(before) && unicode.IsUpper(after) {
			return 0
		}
		return 4
	case strings.ContainsRune(frenchCapitals, sign):
		if unicode.IsLower(before) {
			return -4
		}
		return 3
	case sign == '’' || sign == '‘':
		if inWord && unicode.IsLetter(after) {
			return 4
		}
		return 1
	case sign == '«', sign == '“', sign == '„':
		return side(!inWord)
	case sign == '»', sign == '”', sign == '…':
		return side(!unicode.IsLetter(after))
	case sign == '\u00a0':
		return side(strings.ContainsRune(":;!?»%€«", after) || before == '«' || unicode.IsDigit(before) || unicode.IsDigit(after))
	case sign == '–', sign == '—', sign == '•', sign == '·':
		return side(!inWord || !unicode.IsLetter(after))
	case sign == '€', sign == '°', sign == '²', sign == '§', sign == '©':
		return side(!inWord || !unicode.IsLetter(after))
	case unicode.IsLetter(sign):
		if unicode.IsUpper(sign) && unicode.IsLower(before) {
			return -4
		}
		return 1
	case unicode.IsControl(sign), sign == '\uFFFD':
		return -6
	}
	return -3 // a drawing of a box, a fraction, a sign that texts seldom have
}

// side scores a sign that stands where it may, or not.
func side(right bool) int {
	if right {
		return 2
	}
	return -3
}
