package document

import (
	"strings"
	"unicode"
)

// stops are the abbreviations after which a full stop ends no sentence.
var stops = setOf(`vol no n p pp éd ed eds éds dir coord trad t art al coll chap cf etc jr dr st ste mme mm mlle prof univ rev fig op cit suppl num avr janv févr sept oct nov déc juil av c req cass soc civ com crim jan feb mar apr jun jul aug dec`)

// sentences cuts an entry at the full stops, question and exclamation marks that
// end a part, and not at those of initials and abbreviations. The full stops are
// left out, the other marks kept.
func sentences(s string) []string {
	var parts []string
	start := 0
	runes := []rune(s)
	for i, r := range runes {
		last := i+1 == len(runes)
		if r != '.' && r != '?' && r != '!' || !last && runes[i+1] != ' ' {
			continue
		}
		if r == '.' && !last && isAbbreviation(runes[start:i], runes[i+2:]) {
			continue
		}
		end := i
		if r != '.' {
			end++
		}
		if part := strings.TrimSpace(string(runes[start:end])); part != "" {
			parts = append(parts, part)
		}
		start = i + 1
	}
	if part := strings.TrimSpace(string(runes[start:])); part != "" {
		parts = append(parts, part)
	}
	return parts
}

// isAbbreviation says whether the full stop after before ends only a word. A
// sentence that follows begins with no small letter.
func isAbbreviation(before, after []rune) bool {
	at := len(before)
	for at > 0 && unicode.IsLetter(before[at-1]) {
		at--
	}
	word := before[at:]
	if len(after) > 0 && unicode.IsLower(after[0]) {
		return true
	}
	if len(word) == 1 && unicode.IsUpper(word[0]) {
		return !endsAuthors(before[:at], after)
	}
	return stops[strings.ToLower(string(word))] && !endsPart.MatchString(string(before[max(0, at-12):])) && !(isBareYear(string(after[:min(4, len(after))])) && !monthWord.MatchString(string(word)))
}

// endsPart is an abbreviation that ends the names or the edition before a capital.
var (
	endsPart     = patternOf(`(?i)(?:\set al|, (?:dir|éds?|eds?|coord)|\d(?:e|nd|rd|th|ème)? (?:éd|ed))$`)
	initialFirst = patternOf(`^\s*(?:\p{Lu}\.|\p{Lu}-\p{Lu}\.)`)
	afterSurname = patternOf(`\p{Lu}[\p{L}’'-]*\p{Ll}\s+$`)

	monthWord = patternOf(`(?i)^(?:` + months + `)$`)
)

// endsAuthors says whether an initial is the last of the authors: no name, initial
// or joining word follows it, but a title.
func endsAuthors(before, after []rune) bool {
	if at := len(before); at == 0 || before[at-1] == '-' {
		return false
	}
	if initialFirst.MatchString(string(before[:min(len(before), 8)])) && !afterSurname.MatchString(string(before[max(0, len(before)-20):])) {
		return false // "R. Ping, P.S. Mario": a surname follows
	}
	next := strings.TrimSpace(string(after[:min(len(after), 60)]))
	return !nextIsName.MatchString(next)
}

// nextIsName is what may follow an initial within a list of authors: another
// initial, a joining word, a surname and its initial or its comma, a bracket.
var nextIsName = patternOf(`^(?:\p{Lu}\.|\p{Lu}-\p{Lu}\.|et |and |& |\(|,|\p{Lu}[\p{L}’'-]+(?:,| \p{Lu}\.|$))`)

// segmentsAt cuts at a mark, but not within brackets, quotation marks or numbers.
func segmentsAt(s, marks string) []string {
	var parts []string
	start, depth := 0, 0
	for i, r := range s {
		switch {
		case strings.ContainsRune("([«“", r):
			depth++
		case strings.ContainsRune(")]»”", r):
			depth = max(0, depth-1)
		case depth == 0 && strings.ContainsRune(marks, r):
			parts = append(parts, s[start:i])
			start = i + len(string(r))
		}
	}
	return append(parts, s[start:])
}

// segmentsOf cuts at full stops, then at commas and semicolons.
func segmentsOf(s string) []string {
	var parts []string
	for _, sentence := range sentences(s) {
		for _, segment := range segmentsAt(sentence, ",;") {
			if segment = strings.TrimSpace(segment); segment != "" {
				parts = append(parts, segment)
			}
		}
	}
	return parts
}
