package document

import (
	"strings"
	"unicode"
)

// promote makes headings of paragraphs that their format does not mark. The name
// of a part on a line of its own always is one, of the highest level there is;
// bold, numbered or capital lines are, where the format marks no heading at all.
func (o *outline) promote() {
	highest := 0
	for _, b := range o.blocks {
		if b.role == roleHeading && b.part == partText && (highest == 0 || b.level < highest) {
			highest = b.level
		}
	}
	var kinds []string
	for i := range o.blocks {
		b := &o.blocks[i]
		if b.role != rolePlain || b.part != partText || b.cell || b.hangs {
			continue
		}
		switch {
		case b.short(6) && namesPart(b.text):
			b.role, b.level = roleHeading, max(highest, 1)
		case highest == 0 && i > o.titleAt && o.looksHeading(i):
			b.role, b.level = roleHeading, levelOf(&kinds, b.full())
		}
	}
}

var (
	roman   = patternOf(`^(?:[IVX]+)\s*[.)\-–—/°:]\s*\S`)
	letter  = patternOf(`^[A-Ha-h]\s*[.)\-–—/°]\s*\S`)
	digits  = patternOf(`^\d{1,2}\s*[.)\-–—/°]\s*[^\d\s]`)
	deep    = patternOf(`^(\d{1,2}\.){1,3}\d{1,2}\.?\s+\S`)
	partNo  = patternOf(`(?i)^(partie|part|chapitre|section|axe)\s+([IVX]+|\d+)\b`)
	numeral = patternOf(`^((?:[IVX]+|[A-Ha-h]|\d{1,2}(?:\.\d{1,2})*)\s*[.)\-–—/°:]+|(?:\d{1,2}\.)+\d{1,2})\s*`)
)

// looksHeading says whether a plain paragraph stands as a heading: short, no
// sentence, bold or numbered or in capitals, with text right after it or after one
// more heading.
func (o *outline) looksHeading(at int) bool {
	b := o.blocks[at]
	if !b.short(headingWords) || strings.Contains(b.text, "://") || strings.ContainsAny(b.text[len(b.text)-1:], ".,;") || isByline(b.text) {
		return false
	}
	if at == o.nameBelowTitle() && (!inCapitals(b.text) || countWords(b.text) < 4) {
		return false // the byline
	}
	numbered := numberKind(b.full()) != ""
	if !b.strong && !numbered && !inCapitals(b.text) {
		return false
	}
	if numbered && !b.strong && (o.numberedAlike(at, at-1) || o.numberedAlike(at, at+1)) {
		return false // an item of a list
	}
	for _, next := range o.blocks[at+1 : min(len(o.blocks), at+3)] {
		if next.role != roleNote && countWords(next.text) > headingWords {
			return true
		}
	}
	return false
}

// numberedAlike says whether two blocks bear numbers of one kind.
func (o *outline) numberedAlike(at, other int) bool {
	return other >= 0 && other < len(o.blocks) && numberKind(o.blocks[other].full()) == numberKind(o.blocks[at].full())
}

// numberKind is how a line is numbered, "" where it is not.
func numberKind(s string) string {
	switch {
	case partNo.MatchString(s):
		return "part"
	case deep.MatchString(s):
		return strings.Repeat("1.", 1+strings.Count(strings.TrimRight(strings.Fields(s)[0], "."), "."))
	case roman.MatchString(s):
		return "I"
	case letter.MatchString(s):
		return "A"
	case digits.MatchString(s):
		return "1."
	}
	return ""
}

// levelOf is the level of a heading that only its look marks: kinds of numbers are
// levels in the order in which they first appear, and a line without a number is
// of the highest.
func levelOf(kinds *[]string, s string) int {
	kind := numberKind(s)
	if kind == "" {
		return 1
	}
	for i, k := range *kinds {
		if k == kind {
			return i + 1
		}
	}
	*kinds = append(*kinds, kind)
	return len(*kinds)
}

func inCapitals(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 4
}

// sectionName is a heading folded, without its number and its closing colon; ""
// for what is too long to be one.
func sectionName(s string) string {
	if len(s) > 200 {
		return ""
	}
	return strings.Trim(fold(numeral.ReplaceAllString(strings.TrimSpace(s), "")), " .:")
}

// genericNames are headings that are never a document's title.
var genericNames = patternOf(`^(introduction|conclusion|sommaire|table des matieres|contents|table of contents|avant-propos|preambule|annexes?|remerciements|contexte|methodologie)$`)

// namesPart says whether a line is nothing but the name of a part.
func namesPart(s string) bool {
	name := sectionName(s)
	return isPartName(name) && !loneNames.MatchString(name) || genericNames.MatchString(name)
}

// isSectionName says whether a line is the heading of a section, by its words or
// by its number.
func isSectionName(s string) bool {
	return namesPart(s) || numberKind(s) != "" && numberKind(s) != "A"
}
