package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// glyph is one folded letter or sign of a subject, and where it was typed.
type glyph struct {
	r          rune
	typed      rune
	start, end int // bytes of the subject
}

// foldGlyphs folds a subject rune by rune: compatibility forms to plain ones
// (NFKC's, further decomposed), no accents, no case, nothing invisible. Folding
// each rune alone is enough because every mark that could reorder is dropped.
func foldGlyphs(subject string) []glyph {
	glyphs := make([]glyph, 0, len(subject))
	var buffer [64]byte
	for start, typed := range subject {
		end := start + max(utf8.RuneLen(typed), 1)
		if typed < utf8.RuneSelf {
			glyphs = append(glyphs, glyph{lower(typed), typed, start, end})
			continue
		}
		for _, r := range string(norm.NFKD.AppendString(buffer[:0], string(typed))) {
			if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
				continue
			}
			for _, r := range spelled(lower(r)) {
				glyphs = append(glyphs, glyph{r, typed, start, end})
			}
		}
	}
	return glyphs
}

// lower is unicode.ToLower with the two forms of sigma as one.
func lower(r rune) rune {
	if r = unicode.ToLower(r); r == 'ς' {
		return 'σ'
	}
	return r
}

// spelled writes out the letters that no decomposition reaches.
func spelled(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	}
	return string(r)
}

// gap is what stands between a word and the word before it, from the closest
// tie to the widest.
type gap uint8

const (
	elided   gap = iota // an apostrophe: d’analyse
	hyphened            // a hyphen without a space: ci-joint
	spaced              // white space
	broken              // punctuation, or the subject's beginning
)

// token is one folded word of a subject.
type token struct {
	text       string
	start, end int // bytes of the subject
	gap        gap
	mixed      bool // letters of several scripts
}

// tokenize cuts folded glyphs into words: runs of letters and digits.
func tokenize(glyphs []glyph) []token {
	var tokens []token
	for i, from := 0, 0; i < len(glyphs); {
		if !wordRune(glyphs[i].r) {
			i++
			continue
		}
		before := glyphs[from:i]
		t, n := readToken(glyphs[i:])
		t.gap = gapOf(before)
		if len(tokens) == 0 {
			t.gap = broken
		}
		tokens = append(tokens, t)
		i += n
		from = i
	}
	return tokens
}

// readToken reads the word at the head of glyphs and says how long it is.
func readToken(glyphs []glyph) (t token, n int) {
	var text strings.Builder
	var seen *unicode.RangeTable
	for ; n < len(glyphs) && wordRune(glyphs[n].r); n++ {
		text.WriteRune(glyphs[n].r)
		script := scriptOf(glyphs[n].typed)
		t.mixed = t.mixed || script != nil && seen != nil && script != seen
		if script != nil {
			seen = script
		}
	}
	t.text, t.start, t.end = text.String(), glyphs[0].start, glyphs[n-1].end
	return t, n
}

func wordRune(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mc, r)) && !apostrophe(r)
}

// apostrophe includes the letters that Unicode calls so and people type for one.
func apostrophe(r rune) bool { return strings.ContainsRune("'’‘‛ʼʻʹ′`", r) }

func gapOf(between []glyph) gap {
	var space, hyphen bool
	for _, g := range between {
		switch {
		case unicode.IsSpace(g.r):
			space = true
		case unicode.Is(unicode.Pd, g.r):
			hyphen = true
		case !apostrophe(g.r):
			return broken
		}
	}
	switch {
	case space && hyphen:
		return broken
	case hyphen:
		return hyphened
	case space:
		return spaced
	}
	return elided
}

// alphabets is the scripts whose letters never share a word. Those of East Asia
// are left out: there a word may well mix two.
var alphabets = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Georgian,
	unicode.Cherokee, unicode.Coptic, unicode.Hebrew, unicode.Arabic,
}

// scriptOf is the alphabet of a letter, nil for what belongs to none or to all:
// digits, and the micro sign, which is no Greek letter.
func scriptOf(r rune) *unicode.RangeTable {
	if !unicode.IsLetter(r) {
		return nil
	}
	for _, script := range alphabets {
		if unicode.Is(script, r) {
			return script
		}
	}
	return nil
}

// fold is the folded words of a text with a space between: two texts with the
// same fold read the same in a subject.
func fold(text string) string {
	var words []string
	for _, t := range tokenize(foldGlyphs(text)) {
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}
