package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner puts the lines of a paragraph together.
type joiner struct{ compounds map[string]bool } // the hyphenated words of the document's lines

// newJoiner learns the words that the text itself writes with a hyphen, within a
// line.
func newJoiner(pages []Page) joiner {
	j := joiner{map[string]bool{}}
	for _, p := range pages {
		for _, l := range p.Lines {
			for w := range strings.FieldsSeq(l.Text) {
				if !strings.ContainsAny(w, "-‐‑") {
					continue
				}
				if w = bare(w); strings.Contains(strings.Trim(w, "-"), "-") {
					j.compounds[w] = true
				}
			}
		}
	}
	return j
}

var plainSigns = strings.NewReplacer("‐", "-", "‑", "-", "’", "'")

// bare is a word in lower case with one kind of hyphen and apostrophe, and without
// the punctuation around it.
func bare(w string) string {
	w = plainSigns.Replace(strings.ToLower(w))
	return strings.TrimFunc(w, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) })
}

// join puts a line behind the text of those before it. A hyphen that only cut a
// word is dropped; a link goes on without a space.
func (j joiner) join(text, line string) string {
	if text == "" {
		return line
	}
	first, _, _ := strings.Cut(line, " ")
	last := text[strings.LastIndexByte(text, ' ')+1:]
	if strings.Contains(last, "://") && goesOnLink(last, first) {
		return text + line
	}
	sign, width := utf8.DecodeLastRuneInString(text)
	before, _ := utf8.DecodeLastRuneInString(text[:len(text)-width])
	next, _ := utf8.DecodeRuneInString(line)
	switch {
	case sign == '\u00ad' && unicode.IsLetter(next):
		return text[:len(text)-width] + line
	case sign != '-' && sign != '‐' || !unicode.IsLetter(before) && !unicode.IsDigit(before):
		return text + " " + line
	case !unicode.IsLetter(next) && !unicode.IsDigit(next):
		return text + " " + line
	case unicode.IsLower(before) && unicode.IsLower(next) && !j.keeps(last[:len(last)-width], first):
		return text[:len(text)-width] + line
	}
	return text + line
}

// goesOnLink says whether a link that ends a line goes on in the next one.
func goesOnLink(last, first string) bool {
	if strings.HasSuffix(last, ".") || strings.HasSuffix(last, ")") {
		return false
	}
	return strings.HasSuffix(last, "/") && !strings.ContainsAny(first, "«(") || strings.ContainsAny(first, "/_=%?&#") ||
		strings.HasSuffix(last, "-") || strings.HasSuffix(last, "_") || strings.Contains(strings.Trim(first, "-"), "-") && strings.ContainsAny(first, "0123456789.")
}

// hyphenStarts and hyphenEnds are the first and last parts of French compounds,
// which keep their hyphen at the end of a line.
var (
	hyphenStarts = setOf("peut celui celle ceux celles soi vis c'est au là ci non quasi demi mi semi ex vice grand grands arc tire chef sous outre avant après porte auto-entrepreneur quelques quelque")
	hyphenEnds   = setOf("être il elle ils elles on je tu nous vous ce ci là même mêmes dire moi toi lui leur leurs le la les en y t à uns unes delà dessus dessous")
)

// keeps says whether a hyphen between two parts of a word is the word's own.
func (j joiner) keeps(start, end string) bool {
	start, end = bare(start), bare(end)
	return j.compounds[start+"-"+end] || strings.Contains(start, "-") || strings.Contains(end, "-") ||
		hyphenStarts[start] || hyphenEnds[end] && utf8.RuneCountInString(start) > 2
}
