package document

import (
	"slices"
	"strings"
)

// courts are the short names of courts.
var courts = patternOf(`^(?:ce|cass(?:\. (?:soc|civ|com|crim|plén|ass)[^,]*)?|cedh|cjue|cjce|caa|cons\. const|t(?:rib)?\. (?:adm|jud|confl))\.?(?:,|$)`)

// surnameFirst is a surname, then what is given with it: "Bureau, D."
var surnameFirst = patternOf(`^\p{Lu}[\p{L}’'-]+,\s+\p{Lu}[\p{Ll}.]{0,12}([,.& ]|$)`)

// isOrganisation says whether authors are an organisation, whose name is never
// cut. A surname may be the first word of one.
func isOrganisation(s string) bool {
	words := foldedWords(s)
	return (organisations.begins(words) > 0 || press.begins(words) > 0 || len(words) > 0 && len(words[0]) <= 5 && courts.MatchString(fold(s))) && !surnameFirst.MatchString(s)
}

// beginners are small words that begin sentences and titles, never authors.
var beginners = setOf(`le la les un une des du de en au aux selon depuis ainsi enfin comme si il elle on nous ce cette ces pour dans par sur avec sans mais or donc car pourquoi comment que qui quand a the this these in on why how what for from`)

// beginsSentence says whether a folded text begins with one of them.
func beginsSentence(folded string) bool {
	for _, elided := range []string{"l'", "d'", "qu'", "j'", "c'"} {
		if strings.HasPrefix(folded, elided) {
			return true
		}
	}
	first, _, _ := strings.Cut(folded, " ")
	return beginners[first]
}

var (
	nameJoin = map[string]bool{"et": true, "and": true, "&": true, "al": true, "al.": true, "alii": true, "dir.": true, "(dir.)": true, "éd.": true, "(éd.)": true, "(éds.)": true, "(ed.)": true, "(eds.)": true, "(coord.)": true, "(coord.),": true, "(dir.),": true, "avec": true, "sous": true, "direction": true, "(sous": true, "dir.)": true, "jr.": true}
	acronym  = patternOf(`^\p{Lu}[\p{Lu}\d&.-]+$`)
)

// looksAuthors says whether what stands before a title or a year names persons or
// an organisation.
func looksAuthors(s string) bool {
	words := strings.Fields(strings.Trim(s, " ,;:"))
	if len(words) == 0 || len(words) > 45 || strings.ContainsAny(s, "?!«»“”\"") {
		return false
	}
	f := fold(s)
	if isOrganisation(s) || acronym.MatchString(strings.Trim(words[0], ",.")) && len(words) <= 8 {
		return len(words) <= 16
	}
	if beginsSentence(f) && !strings.HasPrefix(f, "de ") && !strings.HasPrefix(f, "du ") && !strings.HasPrefix(f, "d'") {
		return false
	}
	small := 0
	for _, w := range words {
		bare := strings.Trim(w, ",;:")
		if nameJoin[strings.ToLower(bare)] || particles[strings.ToLower(bare)] {
			continue
		}
		if !isProper(strings.Trim(bare, ".()")) {
			small++
		}
	}
	return small == 0 || small <= 1 && len(words) >= 5
}

// namesAuthors says whether a part is nothing but names: all that stands between
// its commas is, or it has none and looks so.
func namesAuthors(s string) bool {
	s = strings.Trim(roles.ReplaceAllString(s, ""), " ,;:.")
	segments := strings.Split(s, ",")
	if n := authorSegments(segments, 3); n == len(segments) {
		return true
	} else if n > 0 {
		return false
	}
	return looksAuthors(s) && (len(segments) == 1 || isOrganisation(s))
}

// authorSegments is how many of the segments between commas name authors: full
// names, or a surname and what is given with it. The name of an organisation goes
// on where small letters do. So many more parts are known to stand after them.
func authorSegments(segments []string, after int) int {
	n := 0
	for n < len(segments) {
		seg := strings.TrimSpace(roles.ReplaceAllString(segments[n], ""))
		seg = strings.TrimPrefix(strings.TrimPrefix(seg, "and "), "et ")
		switch {
		case n > 0 && seg == "" && strings.TrimSpace(segments[n]) != "":
			n++
		case n == 0 && isOrganisation(seg) && !givenFollows(segments, after, 1):
			for n = 1; n < len(segments) && firstLower(strings.TrimSpace(segments[n])) && !isNoise(segments[n]); {
				n++
			}
			return n
		case n == 0 && withAcronym.MatchString(seg):
			return 1
		case n == 0 && acronym.MatchString(seg) && !givenFollows(segments, after, 3):
			return 1
		case looksPerson(seg):
			n++
		case n+1 < len(segments) && (len(strings.Fields(seg)) <= 2 || len(strings.Fields(seg)) <= 4 && surnameWithParticles.MatchString(seg)) && looksAuthors(seg) && isGiven(segments[n+1]):
			for n += 2; n < len(segments) && joinedSurname.MatchString(segments[n-1]) && isGiven(segments[n]); {
				n++
			}
		default:
			return n
		}
	}
	return n
}

// givenFollows says whether the second of the segments is what is given with a
// surname: initials, or a name that at least so many segments follow.
func givenFollows(segments []string, after, least int) bool {
	if len(segments) < 2 {
		return false
	}
	given := strings.TrimSpace(segments[1])
	return initial.MatchString(given) || least > 1 && len(segments)+after >= 2+least && isGiven(given)
}

// looksPerson says whether a segment is one or several full names: "Jean Dupont",
// "DUPONT Jean et MARTIN Paul", "Dupont J.".
func looksPerson(s string) bool {
	for _, name := range joiners.Split(s, -1) {
		name = strings.TrimSpace(roles.ReplaceAllString(name, ""))
		if !isName(name) && !initialed.MatchString(name) || isPlace(name) || isPublisher(name) {
			return false
		}
	}
	return true
}

// isGiven says whether a segment is what is given with a surname: one or two
// names, or initials, and perhaps one more author joined on.
func isGiven(s string) bool {
	first := joiners.Split(strings.TrimSpace(s), 2)[0]
	words := strings.Fields(roles.ReplaceAllString(first, ""))
	if len(words) == 0 || len(words) > 3 || isPlace(first) || isPublisher(first) {
		return false
	}
	for _, w := range words {
		if !isProper(w) || !initial.MatchString(w) && notNames[foldName(w)] {
			return false
		}
	}
	return len(words) == 1 || !slices.ContainsFunc(words[1:], func(w string) bool { return len([]rune(w)) > 9 })
}

var (
	initialed            = patternOf(`^\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)? \p{Lu}{1,3}\.?$`)
	withAcronym          = patternOf(`^\p{Lu}[^():;?!«»“”"]{4,80} \(\p{Lu}{2,8}\)$`) // "Bureau international du travail (BIT)"
	joinedSurname        = patternOf(`\s(?:et|and|&)\s+\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)?\s*$`)
	surnameWithParticles = patternOf(`^(?:\p{Lu}+ ){1,3}\p{Lu}[\p{Lu}’'-]+$|^(?:de|du|des|d[’']|van|von|la|der|le) `)

	joiners = patternOf(`\s+(?:et|and|&)\s+|\s*;\s*|,\s*&\s*|,\s+(?:et|and)\s+`)
	roles   = patternOf(`(?i)\s*(?:,?\s*\(?(?:\bsous la dir(?:ection)?\b\.?(?: de)?|\bdir|\béds?|éds?|\beds?|\bcoords?|\btrad|,\s*editors?|\(animat(?:eur|rice)|\((?:réalisat(?:eur|rice)|host|director))\b\.?\)?|,?\s*\bet al\b\.?|\bet alii)`)
	initial = patternOf(`^(?:\p{Lu}\p{Ll}?\.[ -]?)+$|^\p{Lu}{1,2}$`)
)

// authorsOf cuts a list of authors, each as it is written: "Nom, P.", "Prénom Nom".
func authorsOf(s string) []string {
	authors := []string{}
	s = strings.Trim(roles.ReplaceAllString(strings.TrimSpace(s), ""), " ,;:")
	s = strings.Replace(s, "..", ".", 1)
	if s == "" {
		return authors
	}
	if isOrganisation(s) {
		return append(authors, strings.TrimRight(s, "."))
	}
	for _, group := range joiners.Split(s, -1) {
		parts := strings.Split(group, ",")
		for i := 0; i < len(parts); i++ {
			name := strings.TrimSpace(parts[i])
			if i+1 < len(parts) && goesWith(name, strings.TrimSpace(parts[i+1])) {
				i++
				name += ", " + strings.TrimSpace(parts[i])
			}
			if name = strings.TrimSpace(name); name != "" {
				authors = append(authors, endOfName(name))
			}
		}
	}
	return authors
}

// goesWith says whether given is what is given with a surname, not another author.
func goesWith(surname, given string) bool {
	words := len(strings.Fields(given))
	return initial.MatchString(given) || words == 1 || words == 2 && len(strings.Fields(surname)) == 1
}

// endOfName leaves the full stop of an initial and takes off any other.
func endOfName(name string) string {
	bare := strings.TrimSuffix(name, ".")
	if words := strings.Fields(bare); len(words) > 0 {
		if last := []rune(words[len(words)-1]); len(last) == 1 || strings.ContainsAny(string(last), ".") {
			return name
		}
	}
	return bare
}
