package document

import (
	"regexp"
	"strings"
	"unicode"
)

// tail reads what follows a title: what the work is in, and who published it.
func (s *Source) tail(rest string) {
	rest = strings.TrimLeft(rest, " .,:;-–—")
	if m := inside.FindStringSubmatch(rest); m != nil {
		rest = afterEditors(m[1])
		if at := quoted.FindStringSubmatchIndex(rest); at != nil && at[0] == 0 {
			s.Container, rest = group(rest, at), rest[at[1]:]
		} else {
			parts := segmentsOf(rest)
			if len(parts) > 0 {
				s.Container, rest = pagesBrackets.ReplaceAllString(parts[0], ""), strings.Join(parts[1:], ", ")
			}
		}
	}
	if m := placePublisher.FindStringSubmatch(rest); m != nil && !isNoise(m[2]) {
		s.Publisher = m[2]
		if s.Container == "" {
			rest = rest[:strings.Index(rest, m[0])]
		} else {
			return
		}
	}
	placed := false
	for _, part := range segmentsOf(rest) {
		switch {
		case isNoise(part):
		case isPlace(part):
			placed = true
		case s.Publisher == "" && (placed || isPublisher(part)):
			s.Publisher = yearOff(part)
			return
		case s.Container == "" && !placed && s.Publisher == "":
			s.Container = volumeOff(part)
		}
	}
}

var (
	inside         = regexp.MustCompile(`(?i)^(?:dans|in)\s*:?\s+(.+)$`)
	editors        = regexp.MustCompile(`(?i)^.{2,120}?\((?:dir|éd|ed|eds|éds|coord|sous la dir)[^)]*\)\s*[,.:]?\s*`)
	pagesBrackets  = regexp.MustCompile(`\s*\([^()]*\d[^()]*\)\s*$`)
	placePublisher = regexp.MustCompile(`(?:^|[.,;]\s*)(\p{Lu}[\p{L} ,/-]{1,40}?)\s*:\s*([^,:;()]{2,60}?)\s*(?:,|\.?$|\()`)
	noise          = regexp.MustCompile(`(?i)^(?:vol|n[°ºo]s?\.?\s*\d|no\.|num|t\.|tome|pp?\.|pages?|chap|coll|éd\.|trad|\d+e? éd|[\d\s()|/:–-]+p?\.?$|\d+(?:er|e)? |thèse|mis en ligne|publié|le \d|(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|` + months + `)\b.*)$|` + anyDateOnly + `)`)
	volume         = regexp.MustCompile(`(?i)\s*(?:,?\s*(?:vol|n[°º]|no\.|t\.)\s*.*|\s\d+\s*(?:\(.*)?|\s*\(\d.*)$`)
	trailingYear   = regexp.MustCompile(`\s*\(?\b(?:1[5-9]|20)\d\d\)?\s*$`)
)

const (
	months      = `janv(?:ier)?\.?|févr(?:ier)?\.?|fev|mars|avril|avr\.|mai|juin|juil(?:let)?\.?|août|sept(?:embre)?\.?|oct(?:obre)?\.?|nov(?:embre)?\.?|déc(?:embre)?\.?|january|february|march|april|may|june|july|august|september|october|november|december|printemps|automne|hiver|été`
	anyDateOnly = `(?:` + months + `)?\s*\d{4}[a-z]?$`
)

// isNoise says whether a segment is a date, a volume, pages, a collection.
func isNoise(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || noise.MatchString(s) || described.ReplaceAllString(s, "") == "" || countWords(s) == 0
}

func volumeOff(s string) string { return yearOff(volume.ReplaceAllString(s, "")) }
func yearOff(s string) string   { return trailingYear.ReplaceAllString(s, "") }

// afterEditors skips the names of those who edited the work.
func afterEditors(s string) string { return editors.ReplaceAllString(s, "") }

// segmentsOf cuts at full stops, then at commas.
func segmentsOf(s string) []string {
	var parts []string
	for _, sentence := range sentences(s) {
		for segment := range strings.SplitSeq(sentence, ",") {
			if segment = strings.TrimSpace(segment); segment != "" {
				parts = append(parts, segment)
			}
		}
	}
	return parts
}

var (
	places     = regexp.MustCompile(`^(paris|lyon|lille|rennes|grenoble|marseille|aix-en-provence|toulouse|bordeaux|strasbourg|nantes|montpellier|arles|la tour-d'aigues|bruxelles|louvain(-la-neuve)?|geneve|lausanne|londres|london|oxford|cambridge|new york|boston|chicago|princeton|berkeley|berlin|francfort|madrid|barcelone|rome|milan|turin|montreal|quebec|ottawa|washington|new haven|los angeles|amsterdam|la haye|vienne|cham|s\. ?l\.)( \(?[a-z. ]{2,12}\)?)?$`)
	publishers = regexp.MustCompile(`(?i)\b(éditions?|editions?|éd\.|presses?|press|publishing|publishers?|books|verlag|gallimard|seuil|puf|p\.u\.f|fayard|flammarion|grasset|albin michel|actes sud|l[’']harmattan|larcier|bruylant|dalloz|lgdj|economica|karthala|odile jacob|payot|plon|stock|hachette|nathan|vrin|belin|calmann-lévy|belles lettres|autrement|routledge|springer|wiley|palgrave|elsevier|penguin|sage|la découverte|documentation française|armand colin|dunod|robert laffont|perrin|tallandier|folio|pocket|raisons d[’']agir|bayard|cerf|ellipses|de boeck|bréal|les liens qui libèrent|zones|agone|amsterdam|verso|brill|droz|champ vallon|minuit|editorial|ouvrières|université|university|cnrs)\b`)
)

func isPlace(s string) bool     { return places.MatchString(fold(strings.Trim(s, " ."))) }
func isPublisher(s string) bool { return publishers.MatchString(s) && countWords(s) <= 8 }

// stops are the abbreviations after which a full stop ends no sentence.
var stops = setOf(`vol no n p pp éd ed eds éds dir coord trad t art al coll chap cf etc jr dr st ste mme mm mlle prof univ rev fig op cit suppl num avr janv févr sept oct nov déc juil av`)

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
	return stops[strings.ToLower(string(word))] && len(word) > 0
}

// endsAuthors says whether an initial is the last of the authors: no name, initial
// or joining word follows it, but a title.
func endsAuthors(before, after []rune) bool {
	if at := len(before); at == 0 || before[at-1] == '-' {
		return false
	}
	next := strings.TrimSpace(string(after[:min(len(after), 60)]))
	return !nextIsName.MatchString(next)
}

// nextIsName is what may follow an initial within a list of authors: another
// initial, a joining word, a surname and its initial or its comma, a bracket.
var nextIsName = regexp.MustCompile(`^(?:\p{Lu}\.|\p{Lu}-\p{Lu}\.|et |and |& |\(|,|\p{Lu}[\p{L}’'-]+(?:,| \p{Lu}\.|$))`)
