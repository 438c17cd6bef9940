package document

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldSlowly is fold by Unicode's own tables alone.
func foldSlowly(s string) string {
	f := folder{}
	f.decomposed(s)
	return string(f.b)
}

// TestFoldEverySign holds the table of common letters against Unicode's.
func TestFoldEverySign(t *testing.T) {
	for r := range rune(0x3000) {
		for _, s := range []string{string(r), "a" + string(r), "à " + string(r) + " B"} {
			if got, want := fold(s), foldSlowly(s); got != want {
				t.Errorf("%q (%U): got %q, want %q", s, r, got, want)
			}
		}
	}
	for r, want := range map[string]string{"Œuvre ’É’": "oeuvre 'e'", " \u00a0a\u202f\tb ": "a b", "ﬁn e\u0301té ½ ²": "fin ete 1⁄2 2", "Æ": "ae"} {
		if got := fold(r); got != want {
			t.Errorf("%q: got %q, want %q", r, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"L’été à Œuf", "e\u0301\u0323 a\u0323\u0301", "ﬀ \u3000Ω\u0301", "\xff\u00a0\u0301", "\u0301a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\ufffd")
		if got, want := fold(s), foldSlowly(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
		for _, r := range norm.NFKD.String(s) {
			if isLetterOrDigit(r) != (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				t.Errorf("%U", r)
			}
		}
	})
}
