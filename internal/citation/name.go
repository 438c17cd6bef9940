package citation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name is the parts of an author's name.
type Name struct {
	Given    string
	Particle string // "de" of "de Gaulle": it does not head the name
	Family   string // with the particles that do: "La Fontaine", "Ben Jelloun"
	Literal  string // the whole of a collective's, or of a single word; the others are "" then
}

// particles begin a family name; in lower case and of the first kind they are set
// after the given name where the name stands first (AFNOR Z44-061).
var (
	detached = []string{"de", "d’", "d'"}
	attached = []string{
		"du", "des", "la", "le", "les", "van", "von", "der", "den", "ter", "zu", "zur", "af", "av", "di", "da", "do", "dos", "das", "del",
		"della", "el", "al", "ben", "bin", "ibn", "bint", "abou", "abu", "ould", "aït", "ait", "saint", "mac", "mc", "san", "santa",
	}
	collectives = []string{
		"collectif", "groupe", "rédaction", "redaction", "association", "équipe", "equipe", "comité", "comite", "atelier", "conseil",
		"pôle", "pole", "commission",
	}
)

// ParseName tells the parts of a name as it is signed: « Charles de Gaulle »,
// « MARTIN Léa », « Martin, Léa », « Collectif Sud ».
func ParseName(signed string) Name {
	signed = oneLine(signed)
	if family, given, found := strings.Cut(signed, ", "); found && family != "" && given != "" {
		n := splitParticle(strings.Fields(family))
		n.Given = given
		if words := strings.Fields(given); n.Particle == "" && len(words) > 1 && slices.Contains(detached, words[len(words)-1]) {
			n.Given, n.Particle = strings.Join(words[:len(words)-1], " "), words[len(words)-1] // « Gaulle, Charles de »
		}
		return n
	}
	words := strings.Fields(signed)
	if len(words) < 2 || isCollective(words) {
		return Name{Literal: signed}
	}
	if n, ok := byCapitals(words); ok {
		return n
	}
	start := len(words) - 1
	for i := 1; i < len(words)-1; i++ {
		if isParticle(words[i]) {
			start = i
			break
		}
	}
	for i := 1; i < len(words); i++ { // d’Estaing is one word
		if hasElided(words[i]) {
			start = min(start, i)
		}
	}
	n := splitParticle(words[start:])
	n.Given = strings.Join(words[:start], " ")
	return n
}

func isCollective(words []string) bool {
	for _, w := range words[:min(2, len(words))] { // « La rédaction », « Collectif Sud »
		if slices.Contains(collectives, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// byCapitals takes the words in capitals for the family name, where there are some
// and others.
func byCapitals(words []string) (n Name, ok bool) {
	var family, given []string
	for _, w := range words {
		if utf8.RuneCountInString(w) > 1 && w == strings.ToUpper(w) && w != strings.ToLower(w) && !strings.Contains(w, ".") {
			family = append(family, capitalised(w))
		} else {
			given = append(given, w)
		}
	}
	if len(family) == 0 || len(given) == 0 {
		return n, false
	}
	for len(given) > 1 && isParticle(given[len(given)-1]) { // « Charles de GAULLE »
		family = append([]string{given[len(given)-1]}, family...)
		given = given[:len(given)-1]
	}
	n = splitParticle(family)
	n.Given = strings.Join(given, " ")
	return n, true
}

// capitalised is a word in capitals as a name is written, its parts apart.
func capitalised(word string) string {
	start := true
	return strings.Map(func(r rune) rune {
		first := start
		start = !unicode.IsLetter(r)
		if first {
			return r
		}
		return unicode.ToLower(r)
	}, word)
}

func isParticle(word string) bool {
	low := strings.ToLower(word)
	return slices.Contains(detached, low) || slices.Contains(attached, low)
}

// hasElided says whether a word begins with d’, in lower case.
func hasElided(word string) bool {
	return strings.HasPrefix(word, "d’") || strings.HasPrefix(word, "d'")
}

// splitParticle sets a family name's particle apart where it does not head it.
func splitParticle(family []string) Name {
	first := family[0]
	switch {
	case len(family) > 1 && slices.Contains(detached, first):
		return Name{Particle: first, Family: strings.Join(family[1:], " ")}
	case hasElided(first) && utf8.RuneCountInString(first) > 2:
		size := strings.IndexAny(first, "’'")
		_, width := utf8.DecodeRuneInString(first[size:])
		return Name{Particle: "d’", Family: strings.Join(append([]string{first[size+width:]}, family[1:]...), " ")}
	}
	return Name{Family: strings.Join(family, " ")}
}

// french is the name as it stands in a citation: « Martin, L. », « Gaulle, C. de ».
func (n Name) french() string {
	if n.Literal != "" {
		return typography(n.Literal)
	}
	s := strings.ReplaceAll(n.Family, "'", "’") + "," + noBreak + n.initials()
	if n.Particle != "" {
		s += noBreak + strings.ReplaceAll(n.Particle, "'", "’")
	}
	return s
}

// initials are those of the given names: « J.-P. », « M. A. ».
func (n Name) initials() string {
	var all []string
	for _, word := range strings.Fields(n.Given) {
		var parts []string
		for _, part := range strings.Split(word, "-") {
			if r, size := utf8.DecodeRuneInString(part); size > 0 {
				parts = append(parts, string(unicode.ToUpper(r))+".")
			}
		}
		all = append(all, strings.Join(parts, "-"))
	}
	return strings.Join(all, noBreak)
}

// bibTeX is the name as BibTeX splits it: "de Gaulle, Charles". A collective, or
// what BibTeX would split wrongly, stands in braces.
func (n Name) bibTeX() string {
	if n.Literal != "" {
		return "{" + escape(n.Literal) + "}"
	}
	family := escape(n.Family)
	if strings.ContainsAny(n.Family, " ,") {
		family = "{" + family + "}"
	}
	switch {
	case strings.HasSuffix(n.Particle, "’"):
		family = "{" + escape(n.Particle+n.Family) + "}"
	case n.Particle != "":
		family = escape(n.Particle) + " " + family
	}
	return family + ", " + escape(n.Given)
}
