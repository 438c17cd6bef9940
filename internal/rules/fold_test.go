package rules

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	tests := map[string]string{
		"":               "",
		"  !? ":          "",
		"Baratin":        "baratin",
		"L’École, d'été": "l ecole d ete",
		"E\u0301COLE":    "ecole",
		"CŒUR, Ægir, STRAẞE, Øre, ıstanbul": "coeur aegir strasse ore istanbul",
		"ＢＡＲＡ\u00a0ﬁn ①":                    "bara fin 1",
		"bara\u200btin\u00ad\ufeff":         "baratin",
		"ci-joint, c’est-à-dire":            "ci joint c est a dire",
		"n° 2, 2\u1d49, x²":                 "n 2 2e x2",
		"ΣΧΕΤ σχετς":                        "σχετ σχετσ",
		"अनुवाद":                            "अनवाद",
	}
	for typed, want := range tests {
		if got := fold(typed); got != want {
			t.Errorf("fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestFoldForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		want := fold(text)
		if got := fold(norm.NFD.String(text)); got != want {
			t.Fatalf("decomposed, %q folds to %q, and as it is to %q", text, got, want)
		}
		if got := fold(want); got != want {
			t.Fatalf("folded again, %q becomes %q", want, got)
		}
	})
}

// Every token points back at what was typed.
func TestTokensPointBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		end := 0
		for _, token := range tokenize(foldGlyphs(text)) {
			if token.start < 0 || token.end > len(text) || token.start >= token.end || token.end < end {
				t.Fatalf("%q of %q stands at %d–%d, after %d", token.text, text, token.start, token.end, end)
			}
			if typed := text[token.start:token.end]; !strings.Contains(fold(typed), token.text) {
				t.Fatalf("%q of %q points at %q", token.text, text, typed)
			}
			end = token.end
		}
	})
}

func TestGaps(t *testing.T) {
	tests := map[string]gap{
		"d'analyse": elided, "d’analyse": elided, "ci-joint": hyphened, "ci\u2011joint": hyphened, "la ville": spaced,
		"la\u202fville": spaced, "d' analyse": spaced, "la : ville": broken, "la - ville": broken, "la- ville": broken,
		"la–ville": hyphened, "la/ville": broken, "la_ville": broken, "la 🎓 ville": broken, "la, ville": broken,
	}
	for text, want := range tests {
		tokens := tokenize(foldGlyphs(text))
		if len(tokens) != 2 || tokens[1].gap != want {
			t.Errorf("%q: %+v, want the gap %d", text, tokens, want)
		}
	}
}

func TestMixedScripts(t *testing.T) {
	mixed := []string{"b\u0430ratin", "\u0391nalyse", "pаypal", "Bаnque"}
	same := []string{"baratin", "Москва", "Αθήνα", "日本語の", "5µm", "été", "R2D2", "ＢＡＲＡ", "𝐁ara"}
	for _, word := range mixed {
		if tokens := tokenize(foldGlyphs(word)); !tokens[0].mixed {
			t.Errorf("%q passes for one script", word)
		}
	}
	for _, word := range same {
		if tokens := tokenize(foldGlyphs(word)); tokens[0].mixed {
			t.Errorf("%q passes for several scripts", word)
		}
	}
}
