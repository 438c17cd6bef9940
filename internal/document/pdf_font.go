package document

import (
	"math"
	"strings"
	"unicode"
)

// A font need not say which letters its signs are, and may say it wrongly: what is
// shown is then a text, and what is read is none. It is told by the letters: those
// of every language in Latin letters come about as often as others', and those of a
// cipher do not.

const (
	fontLetters = 300  // fewer prove nothing
	fontLikest  = 0.72 // the cosine with usualLetters: European languages lie above 0.8, shifted alphabets below 0.7
	fontOdd     = 0.2  // the share of signs that no text has
	fontSample  = 64 << 10
)

// usualLetters is how often a to z come in a hundred letters, in the middle between
// French and English.
var usualLetters = [26]float64{
	7.9, 1.2, 3.0, 4.0, 13.7, 1.6, 1.4, 3.4, 7.2, 0.4, 0.4, 4.7, 2.7,
	6.9, 6.7, 2.2, 0.7, 6.3, 7.1, 8.2, 4.5, 1.4, 1.2, 0.3, 1.1, 0.2,
}

// isGarbled says whether what was read on the pages cannot be what they show.
func isGarbled(pages []Page) bool {
	var counts [26]float64
	signs, odd, letters, latin := 0, 0, 0, 0
	for _, p := range pages {
		for _, l := range p.Lines {
			for _, r := range l.Text {
				switch {
				case r >= 'a' && r <= 'z':
					counts[r-'a']++
					latin++
				case r >= 'A' && r <= 'Z':
					counts[r-'A']++
					latin++
				case unicode.IsLetter(r):
					letters++
				case isNoSign(r):
					odd++
				}
				if r != ' ' {
					signs++
				}
			}
		}
		if signs > fontSample {
			break
		}
	}
	letters += latin
	if float64(odd) > fontOdd*float64(signs) && odd > scanWords {
		return true
	}
	return latin >= fontLetters && latin > letters/2 && cosine(counts[:], usualLetters[:]) < fontLikest
}

// isNoSign says whether a rune stands for nothing that a text shows: those of
// private use, but for the bullets of well-known fonts.
func isNoSign(r rune) bool {
	return r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Co, r) && !strings.ContainsRune(bullets, r)
}

func cosine(a, b []float64) float64 {
	var both, one, two float64
	for i := range a {
		both, one, two = both+a[i]*b[i], one+a[i]*a[i], two+b[i]*b[i]
	}
	return both / math.Sqrt(one*two)
}
