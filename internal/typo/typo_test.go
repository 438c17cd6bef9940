package typo

import (
	"strings"
	"testing"
)

func TestOneEdit(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"analyse", "analyse", false},
		{"analyse", "analyses", true},  // more
		{"analyse", "analye", true},    // less
		{"analyse", "analise", true},   // changed
		{"analyse", "anlayse", true},   // swapped
		{"analyse", "nalayse", false},  // swapped twice
		{"analyse", "analyess", false}, // swapped and more
		{"analyse", "ananlsye", false},
		{"été", "ete", false},
		{"été", "eté", true},
		{"", "a", true},
		{"", "", false},
		{"ab", "ba", true},
		{"abc", "cba", false},
		{strings.Repeat("a", 50), strings.Repeat("a", 51), false}, // longer than any word
	}
	for _, test := range tests {
		if OneEdit(test.a, test.b) != test.want || OneEdit(test.b, test.a) != test.want {
			t.Errorf("OneEdit(%q, %q) is not %v", test.a, test.b, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"withdrawal", "words", "linking", "asking"}
	tests := map[string]string{
		"withdrawl": "withdrawal", "wrods": "words", "lnking": "linking", "banking": "linking", "linkin": "linking",
		"formats": "", "w": "", "": "",
	}
	for word, want := range tests {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
