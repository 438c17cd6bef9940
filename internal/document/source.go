package document

import (
	"regexp"
	"strings"
)

// Missing says which of the four things that a source needs are not in it:
// "author", "year", "title" and "locator", which is a link or what published it.
// None is missing of a complete one, and the list is then empty, not nil.
func (s Source) Missing() []string {
	missing := []string{}
	for _, need := range []struct {
		key  string
		have bool
	}{
		{"author", len(s.Authors) > 0},
		{"year", s.Year != ""},
		{"title", s.Title != ""},
		{"locator", s.URL+s.DOI+s.ISBN+s.Publisher+s.Container != ""},
	} {
		if !need.have {
			missing = append(missing, need.key)
		}
	}
	return missing
}

// parseSource reads one entry of a bibliography. What cannot be told apart stays
// empty; links are those of the entry's words, for an entry that shows none.
//
// First what has a form of its own is taken out: link, DOI, ISBN, the date of
// consultation. Then one of three shapes is read: a year in brackets after the
// authors (APA, Harvard, French newspapers), a title in quotation marks (MLA,
// Chicago, French notes), or authors, title and publisher set apart by full stops
// or by commas (ISO 690).
func parseSource(text string, links []string) Source {
	s := Source{Text: strings.TrimSpace(text), Authors: []string{}}
	if len(s.Text) > maxEntry {
		return s
	}
	rest := emphasis.ReplaceAllString(oneLine(entryNumber.ReplaceAllString(s.Text, "")), "$1")
	rest = seeAlso.ReplaceAllString(rest, "")
	rest = givenBrackets.ReplaceAllString(s.takeLocators(rest), "$1, $2")
	rest = s.bracketedPublisher(rest)
	if s.URL == "" && len(links) > 0 {
		s.URL = links[0]
	}
	switch {
	case countWords(rest) == 0:
	case s.bracketedYear(rest):
	case s.quotedTitle(rest):
	default:
		s.plainParts(rest)
	}
	s.Title = cleanPart(s.Title)
	s.Container = cleanPart(s.Container)
	s.Publisher = cleanPart(s.Publisher)
	if s.Year == "" {
		s.Year = lastYear(rest)
	}
	if s.Publisher+s.Container+s.URL == "" && len(s.Authors) == 1 && isOrganisation(s.Authors[0]) {
		s.Publisher = s.Authors[0] // an organisation publishes what it writes
	}
	return s
}

// maxEntry is as long as an entry may be, in bytes, to be read into its fields.
const maxEntry = 4000

var (
	entryNumber = regexp.MustCompile(`^\s*(\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)]|[-–•▪*·])\s+`)
	emphasis    = regexp.MustCompile(`[*_]{1,2}([^*_]+)[*_]{1,2}`)
	seeAlso     = regexp.MustCompile(`(?i)^(voir|cf\.?|v\.|see)\s+((aussi|notamment|par exemple|also)\s*,?\s+)?(?:: )?`)

	webLink = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>«»"“”]+`)
	doi     = regexp.MustCompile(`\b10\.\d{4,9}/[^\s"<>«»]+`)
	isbn    = regexp.MustCompile(`(?i)\bISBN(?:[- ]?1[03])?\s*:?\s*((?:97[89][ -]?)?\d[\d -]{7,14}[\dX])\b`)
	issn    = regexp.MustCompile(`(?i)\b(?:e-?)?ISSN\s*:?\s*\d{4}-?\d{3}[\dX]`)
)

// mark stands where a locator was taken out.
const mark = "\x00"

// takeLocators takes link, DOI and ISBN out of an entry, with the words that only
// announce them, and returns the rest.
func (s *Source) takeLocators(rest string) string {
	rest = webLink.ReplaceAllStringFunc(rest, func(link string) string {
		bare := trimLink(link)
		if s.URL == "" || strings.Contains(s.URL, "doi.org/") {
			s.URL = bare
		}
		if s.DOI == "" && strings.Contains(bare, "doi.org/") {
			s.DOI = trimLink(doi.FindString(bare))
		}
		return mark + link[len(bare):]
	})
	rest = doi.ReplaceAllStringFunc(rest, func(id string) string {
		bare := trimLink(id)
		if s.DOI == "" {
			s.DOI = bare
		}
		return mark + id[len(bare):]
	})
	if m := isbn.FindStringSubmatch(rest); m != nil {
		s.ISBN = strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' {
				return -1
			}
			return r
		}, m[1])
		rest = isbn.ReplaceAllString(rest, mark)
	}
	rest = issn.ReplaceAllString(rest, mark)
	rest = online.ReplaceAllString(rest, "")
	rest = consulted.ReplaceAllString(rest, mark)
	rest = announced.ReplaceAllString(rest, mark)
	rest = between.ReplaceAllString(rest, mark)
	return strings.TrimSpace(marks.ReplaceAllString(rest, ". "))
}

const (
	monthDate = `(?:\d{1,2}(?:er)?\s+)?[\p{L}.]+\s+(?:\d{1,2},?\s+)?\d{4}`
	anyDate   = `(?:` + monthDate + `|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{4})`
)

var (
	online    = regexp.MustCompile(`(?i)\s*[\[(](?:en ligne|online|internet|page web|site web|web)[\])]`)
	consulted = regexp.MustCompile(`(?i)[\[(]?\s*\b(?:(?:page|site|article|document|lien)\s+)?(?:consulté|consultée|consultation|accessed|visité|vu|récupéré|retrieved|(?:dernière|date de) (?:consultation|visite)|last accessed)\s*(?:le|on|en)?\s*:?\s*(?:le\s+)?` + anyDate + `(?:\s+à \d+ ?h ?\d*)?,?\s*[\])]?`)
	announced = regexp.MustCompile(`(?i)[\s,;.:]*[\[(<]?\b(?:disponible|available|retrieved|récupéré|repéré|accessible|consultable|url|lien|doi|en ligne|adresse|from)\b[^.,;\x00]{0,40}?[\s:<]*\x00[>)\]]*`)
	between   = regexp.MustCompile(`(?i)\x00\s*,?\s*(?:sur|à|à l[’']|from|at|via|on|de)?(?: le site)?\s*:?\s*\x00`)
	marks     = regexp.MustCompile(`[\s.,;:\[(<]*\x00[\s.,;:>)\]]*`)
)

// trimLink leaves out the punctuation that ends a sentence, not a link.
func trimLink(s string) string {
	for {
		cut := strings.TrimRight(s, ".,;:]»>’'*_")
		if strings.HasSuffix(cut, ")") && strings.Count(cut, "(") < strings.Count(cut, ")") {
			cut = cut[:len(cut)-1]
		}
		if cut == s {
			return s
		}
		s = cut
	}
}

var (
	yearBrackets = regexp.MustCompile(`(?:^|\s)\(\s*(?:[^()\d]{0,15}\d{0,2}[^()\d]{0,15})?\b((?:1[5-9]|20)\d\d)[a-z]?\b[^()]{0,30}\)`)
	noYear       = regexp.MustCompile(`(?i)\((?:s\. ?d\.?|n\. ?d\.?|sans date|à paraître|in press|forthcoming)[^()]*\)`)
	quoted       = regexp.MustCompile(`«\s*(.+?)\s*»|“\s*(.+?)\s*”|"\s*(.+?)\s*"|‘(.+?)’(?:[,.;\s]|$)`)
	anyYear      = regexp.MustCompile(`\b((?:1[5-9]|20)\d\d)[a-z]?\b`)
	pageRange    = regexp.MustCompile(`(?i)\bpp?\.\s*\d+(?:\s*[-–]\s*\d+)?|\b\d+\s*p\.`)
)

var (
	givenBrackets   = regexp.MustCompile(`^(\p{Lu}[\p{L}’'-]+) \((\p{Lu}\.(?:[- ]?\p{Lu}\.)*|\p{Lu}\p{Ll}{2,})\)`)
	publisherInside = regexp.MustCompile(`\s*\(\p{Lu}[\p{L} ,-]{1,40}:\s*([^,():]+),\s*((?:1[5-9]|20)\d\d)\)`)
	leadingYear     = regexp.MustCompile(`^((?:1[5-9]|20)\d\d)[a-z]?[.,]\s+`)
)

// bracketedPublisher takes out "(London: Harbour Books, 2015)", as the notes of
// Chicago write it.
func (s *Source) bracketedPublisher(rest string) string {
	m := publisherInside.FindStringSubmatchIndex(rest)
	if m == nil {
		return rest
	}
	s.Publisher, s.Year = rest[m[2]:m[3]], rest[m[4]:m[5]]
	return rest[:m[0]] + rest[m[1]:]
}

// lastYear is the last year of an entry, outside its title and its pages.
func lastYear(rest string) string {
	rest = pageRange.ReplaceAllString(quoted.ReplaceAllString(rest, ""), "")
	all := anyYear.FindAllStringSubmatch(rest, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}

// bracketedYear reads "Nom, P. (2025, octobre). Titre. Revue." and its like. It is
// false for an entry of another shape.
func (s *Source) bracketedYear(rest string) bool {
	at := yearBrackets.FindStringSubmatchIndex(rest)
	if sd := noYear.FindStringIndex(rest); sd != nil && (at == nil || sd[0] < at[0]) {
		at = []int{sd[0], sd[1], 0, 0}
	}
	if at == nil {
		return false
	}
	before, after := strings.TrimSpace(rest[:at[0]]), rest[at[1]:]
	if quoted.MatchString(before) || before == "" {
		return false
	}
	switch {
	case looksAuthors(before):
		s.Authors = authorsOf(before)
		s.Year = rest[at[2]:at[3]]
		s.titleAndTail(after)
	case countWords(after) < 12 && len(sentences(before)) == 1 && !strings.Contains(before, ","):
		s.Title, s.Year = before, rest[at[2]:at[3]]
		s.tail(after)
	default:
		return false
	}
	return true
}

// quotedTitle reads "Prénom Nom, « Titre », Revue, date" and its like.
func (s *Source) quotedTitle(rest string) bool {
	at := quoted.FindStringSubmatchIndex(rest)
	if at == nil {
		return false
	}
	before := strings.Trim(rest[:at[0]], " ,:;")
	if before != "" && !looksAuthors(before) {
		return false // the marks are within a title
	}
	s.Authors = authorsOf(before)
	s.Title = group(rest, at)
	s.tail(rest[at[1]:])
	return true
}

// group is the one group of a pattern of alternatives that matched.
func group(s string, at []int) string {
	for i := 2; i+1 < len(at); i += 2 {
		if at[i] >= 0 {
			return s[at[i]:at[i+1]]
		}
	}
	return ""
}

// plainParts reads "NOM, Prénom. Titre. Lieu : Éditeur, année." and the same with
// commas between the parts.
func (s *Source) plainParts(rest string) {
	parts := sentences(rest)
	if len(parts) > 1 && looksAuthors(parts[0]) {
		s.Authors = authorsOf(parts[0])
		s.titleAndTail(strings.Join(parts[1:], ". "))
		return
	}
	segments := strings.Split(rest, ",")
	n := authorSegments(segments)
	if n > 0 && n < len(segments) {
		s.Authors = authorsOf(strings.Join(segments[:n], ","))
		s.titleAndTail(", " + strings.TrimSpace(strings.Join(segments[n:], ",")))
		return
	}
	if len(parts) > 1 {
		s.titleAndTail(rest)
		return
	}
	s.titleAndTail(", " + rest)
}

// titleAndTail reads what follows the authors: a title, set apart from what comes
// after it by the mark that sets it apart from what comes before.
func (s *Source) titleAndTail(after string) {
	commas := strings.HasPrefix(strings.TrimSpace(after), ",")
	after = strings.TrimLeft(after, " .,:;")
	if m := leadingYear.FindStringSubmatch(after); m != nil {
		s.Year, after = m[1], after[len(m[0]):]
	}
	if at := quoted.FindStringSubmatchIndex(after); at != nil && at[0] == 0 {
		s.Title = group(after, at)
		s.tail(after[at[1]:])
		return
	}
	if commas {
		title, tail, _ := strings.Cut(after, ",")
		if parts := sentences(title); len(parts) > 1 {
			title, tail = parts[0], strings.Join(parts[1:], ". ")+","+tail
		}
		s.Title = title
		s.tail(tail)
		return
	}
	parts := sentences(after)
	if len(parts) == 0 {
		return
	}
	s.Title = parts[0]
	if len(parts) == 1 {
		s.cutDate()
	}
	s.tail(strings.Join(parts[1:], ". "))
}

// cutDate takes a publisher or a container and a date off a title after which no
// full stop stands: "Titre, Gallimard, 2012".
func (s *Source) cutDate() {
	segments := strings.Split(s.Title, ",")
	for i := 1; i < len(segments); i++ {
		if isNoise(segments[i]) || isPlace(segments[i]) || isPublisher(segments[i]) {
			s.Title = strings.Join(segments[:i], ",")
			s.tail(strings.Join(segments[i:], ","))
			if s.Container+s.Publisher == "" && i > 1 {
				s.Title = strings.Join(segments[:i-1], ",")
				s.tail(segments[i-1])
			}
			return
		}
	}
}

// cleanPart takes the marks off the ends of a part, and what only describes it.
func cleanPart(s string) string {
	s = strings.TrimSpace(described.ReplaceAllString(s, ""))
	return strings.TrimSpace(strings.Trim(s, " .,;:/"))
}

var described = regexp.MustCompile(`\s*\[[^\]]{1,40}\]\s*\.?$`)
