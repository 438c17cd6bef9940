package document

import (
	"regexp"
	"slices"
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

// organisations begin the names of authors that are no persons.
var organisations = regexp.MustCompile(`^(ministere|commission|organisation|organization|cour|conseil|banque|institut|institute|observatoire|fondation|foundation|assemblee|senat|haut|haute|agence|parlement|gouvernement|academie|centre|center|association|universite|university|nations|union|comite|autorite|direction|france|european|united|world|international|reporters|amnesty|defenseur|defenseure|secretariat|service|reseau|groupe|bureau|office|chambre|federation|confederation|syndicat|bibliotheque|musee|republique|think|terra|collectif|institution|` +
	`le monde|liberation|le figaro|les echos|la croix|mediapart|l'express|le point|l'obs|courrier international|ouest-france|la tribune|franceinfo|la documentation|the|afp|reuters|bbc|arte|rfi|tv5monde|vie publique|vie-publique|l'humanite|alternatives economiques|slate|le parisien|20 minutes|wikipedia|` +
	`insee|ocde|oecd|onu|oms|fmi|unesco|unicef|ademe|dares|drees|depp|hcr|giec|ipcc|otan|cnrs|cnil|arcom|bce|oxfam|ifop|ipsos|cevipof|ifri)([ .,:('&/-]|$)`)

// surnameFirst is a surname, then what is given with it: "Bureau, D."
var surnameFirst = regexp.MustCompile(`^\p{Lu}[\p{L}’'-]+,\s+\p{Lu}[\p{Ll}.]{0,12}([,.& ]|$)`)

// isOrganisation says whether authors are an organisation, whose name is never
// cut. A surname may be the first word of one.
func isOrganisation(s string) bool {
	return organisations.MatchString(fold(s)) && !surnameFirst.MatchString(s)
}

// beginners are small words that begin sentences and titles, never authors.
var beginners = regexp.MustCompile(`^(l'|d'|qu'|j'|c')|^(le|la|les|un|une|des|du|de|en|au|aux|selon|depuis|ainsi|enfin|comme|si|il|elle|on|nous|ce|cette|ces|pour|dans|par|sur|avec|sans|mais|or|donc|car|pourquoi|comment|que|qui|quand|a|the|this|these|in|on|why|how|what|for|from)( |$)`)

var (
	nameJoin = map[string]bool{"et": true, "and": true, "&": true, "al": true, "al.": true, "alii": true, "dir.": true, "(dir.)": true, "éd.": true, "(éd.)": true, "(éds.)": true, "(ed.)": true, "(eds.)": true, "(coord.)": true, "(coord.),": true, "(dir.),": true, "avec": true, "sous": true, "direction": true, "(sous": true, "dir.)": true, "jr.": true}
	acronym  = regexp.MustCompile(`^\p{Lu}[\p{Lu}\d&.-]+$`)
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
	if beginners.MatchString(f) && !strings.HasPrefix(f, "de ") && !strings.HasPrefix(f, "du ") && !strings.HasPrefix(f, "d'") {
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

// authorSegments is how many of the segments between commas name authors: full
// names, or a surname and what is given with it.
func authorSegments(segments []string) int {
	n := 0
	for n < len(segments) {
		seg := strings.TrimSpace(segments[n])
		switch {
		case n == 0 && isOrganisation(seg) && !givenFollows(segments, 1):
			return 1
		case n == 0 && acronym.MatchString(seg) && !givenFollows(segments, 3):
			return 1
		case looksPerson(seg):
			n++
		case n+1 < len(segments) && len(strings.Fields(seg)) <= 2 && looksAuthors(seg) && isGiven(segments[n+1]):
			n += 2
		default:
			return n
		}
	}
	return n
}

// givenFollows says whether the second of the segments is what is given with a
// surname: initials, or a name that at least so many segments follow.
func givenFollows(segments []string, least int) bool {
	if len(segments) < 2 {
		return false
	}
	given := strings.TrimSpace(segments[1])
	return initial.MatchString(given) || least > 1 && len(segments) >= 2+least && isGiven(given)
}

// looksPerson says whether a segment is one or several full names: "Jean Dupont",
// "DUPONT Jean et MARTIN Paul", "Dupont J.".
func looksPerson(s string) bool {
	for _, name := range joiners.Split(s, -1) {
		name = strings.TrimSpace(roles.ReplaceAllString(name, ""))
		if !isName(name) || isPlace(name) || isPublisher(name) {
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
		if !isProper(w) || notNames[foldName(w)] {
			return false
		}
	}
	return len(words) == 1 || !slices.ContainsFunc(words[1:], func(w string) bool { return len([]rune(w)) > 9 })
}

var (
	joiners = regexp.MustCompile(`\s+(?:et|and|&)\s+|\s*;\s*|,\s*&\s*|,\s+(?:et|and)\s+`)
	roles   = regexp.MustCompile(`(?i)\s*(?:,?\s*\(?\b(?:sous la direction de|sous la dir\. de|dir|éds?|eds?|coord|coords|trad)\b\.?\)?|\bet al\.?|\bet alii)`)
	initial = regexp.MustCompile(`^(?:\p{Lu}\p{Ll}?\.[ -]?)+$|^\p{Lu}{1,2}$`)
)

// authorsOf cuts a list of authors, each as it is written: "Nom, P.", "Prénom Nom".
func authorsOf(s string) []string {
	authors := []string{}
	s = strings.Trim(roles.ReplaceAllString(strings.TrimSpace(s), ""), " ,;:")
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
