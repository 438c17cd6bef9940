package typo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ligatures are what no decomposition takes apart.
var ligatures = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss")

// Fold makes titles comparable as people type them: letters and digits alone,
// without case or accents, one space between words.
func Fold(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(ligatures.Replace(title)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}
