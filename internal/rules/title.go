package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCited is how many bytes of a subject a reason cites.
const maxCited = 60

// typed is a piece as its sender typed it, shortened for a reason.
func (r *reading) typed(p piece) string {
	cited := r.subject[p.start:p.end]
	if len(cited) <= maxCited {
		return cited
	}
	cut := maxCited
	for !utf8.RuneStart(cited[cut]) {
		cut--
	}
	return cited[:cut] + "…"
}

// titleAfter is what follows a format, "" where that is no title: "svp", "version
// corrigée", a reference.
func (r *reading) titleAfter(p piece) string {
	rest := r.pieces[len(r.before(p))+1:]
	if !slices.ContainsFunc(rest, func(p piece) bool { return !p.role.leads() }) {
		return ""
	}
	return title(r.subject, p.end)
}

// title is what follows a format in a subject, as typed, without the separators
// around it; "" where that holds no letter and no digit. Control characters are
// spaces.
func title(subject string, formatEnd int) string {
	rest := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, subject[formatEnd:])
	rest = strings.TrimLeft(rest, `"'’`) // they close what stands around the format
	rest = strings.TrimLeftFunc(rest, func(r rune) bool {
		return separator(r) || strings.ContainsRune(".!?…", r) || unicode.In(r, unicode.Pe, unicode.Pf, unicode.So, unicode.Sk, unicode.Mn)
	})
	rest = strings.TrimRightFunc(rest, separator)
	if strings.IndexFunc(rest, wordRune) < 0 {
		return ""
	}
	return strings.TrimRightFunc(unopened(rest), separator)
}

// separator says whether a rune only stands between a format and a title.
func separator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Pd) || strings.ContainsRune(":;,/|\\_*=<>~•·&→：；，／｜", r)
}

// unopened drops the closing quote or bracket at the end of a title whose
// opening one stands before the format: “Baratin : La ville”.
func unopened(title string) string {
	for _, pair := range []string{"«»", "“”", "()", "[]", "{}"} {
		opening, size := utf8.DecodeRuneInString(pair)
		if closing := pair[size:]; strings.HasSuffix(title, closing) && !strings.ContainsRune(title, opening) {
			return strings.TrimSuffix(title, closing)
		}
	}
	if strings.HasSuffix(title, `"`) && strings.Count(title, `"`)%2 == 1 {
		return strings.TrimSuffix(title, `"`)
	}
	return title
}
