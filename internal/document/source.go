package document

import (
	"strings"
)

// Missing says which of the four things that a source needs are not in it:
// "author", "year", "title" and "locator", which is a link or what published it. A
// law, a ruling and an interview that the author held need no author and no locator.
// None is missing of a complete source, and the list is then empty, not nil.
func (s Source) Missing() []string {
	missing := []string{}
	free := func() bool { return isLaw(s.Title) || isInterview(s.Title) || isRuling(s.Text) } // of author and publisher
	located := s.URL != "" || s.DOI != "" || s.ISBN != "" || s.Publisher != "" || s.Container != ""
	if len(s.Authors) == 0 && !free() {
		missing = append(missing, "author")
	}
	if s.Year == "" && !isCode(s.Title) {
		missing = append(missing, "year")
	}
	if s.Title == "" {
		missing = append(missing, "title")
	}
	if !located && !free() {
		missing = append(missing, "locator")
	}
	return missing
}

// maxEntry is as long as an entry may be, in bytes, to be read into its fields.
const maxEntry = 4000

// sourceReader reads one entry: the source so far, and how it was read.
type sourceReader struct {
	Source
	undated bool // the entry says that it has no date
	inBook  bool // what the work is in is a book
}

// parseSource reads one entry of a bibliography. What cannot be told apart stays
// empty; links are those of the entry's words, for an entry that shows none.
//
// First what has a form of its own is taken out: link, DOI, ISBN, the date of
// consultation (source_locators.go). Then one of four shapes is read: a text of the
// state, a year in brackets after the authors (APA, Harvard, French newspapers), a
// title in quotation marks (MLA, Chicago, French notes), or authors, title and
// publisher set apart by full stops or by commas (ISO 690). What follows a title is
// read part by part (source_tail.go).
func parseSource(text string, links []string) Source {
	r := sourceReader{Source: Source{Text: strings.TrimSpace(text), Authors: []string{}, Trace: []Trace{}}}
	if len(r.Text) > maxEntry {
		return r.Source
	}
	rest := oneLine(entryNumber.ReplaceAllString(r.Text, ""))
	rest = emphasis.ReplaceAllString(rest, "$1$2$3")
	rest = seeAlso.ReplaceAllString(rest, "")
	rest = bracketedGiven(r.locators(rest))
	rest = r.bracketedPublisher(rest)
	if r.URL == "" && len(links) > 0 {
		r.take("url", links[0], "the link behind the words")
	}
	switch {
	case countWords(rest) == 0:
	case r.law(rest):
	case r.bracketedYear(rest):
	case r.quotedTitle(rest):
	default:
		r.plainParts(rest)
	}
	if r.Year == "" && !r.undated {
		r.dated(outsideTitle(rest, r.Title), "the entry's last year")
	}
	if r.Publisher+r.Container+r.URL == "" && len(r.Authors) == 1 && isOrganisation(r.Authors[0]) {
		r.take("publisher", r.Authors[0], "an organisation publishes what it writes")
	}
	return r.Source
}

var (
	entryNumber = patternOf(`^\s*(?:\[\d{1,3}\]\s*|(?:\(\d{1,3}\)|\d{1,3}[.)]|[-–•▪*·])\s+)`)
	emphasis    = patternOf(`\*{1,2}([^*]+)\*{1,2}|\b__?([^_]+)__?\b|(^|[\s«“"(])_+|_+([\s»”".,;)]|$)`, "*_")
	seeAlso     = patternOf(`(?i)^(?:voir|cf\.?|v\.|see)\s+(?:(?:aussi|notamment|par exemple|also)\s*,?\s*)?(?:: )?`)
	givenFirst  = patternOf(`^(\p{Lu}[\p{L}’'-]+) \((\p{Lu}\.(?:[- ]?\p{Lu}\.)*|\p{Lu}\p{Ll}{2,})\)`)
	givenNext   = patternOf(`^((?:, | et | & )\p{Lu}[\p{L}’'-]+) \((\p{Lu}\.(?:[- ]?\p{Lu}\.)*|\p{Lu}\p{Ll}{2,})\)`)
)

// bracketedGiven writes "LAURENT (Éloi), RIVIÈRE (Nadia)" with commas.
func bracketedGiven(rest string) string {
	done := ""
	for m := givenFirst.FindStringSubmatch(rest); m != nil; m = givenNext.FindStringSubmatch(rest) {
		done, rest = done+m[1]+", "+m[2], rest[len(m[0]):]
	}
	return done + rest
}

// take sets a field that has no value yet, and notes the rule by which.
func (r *sourceReader) take(field, text, rule string) {
	if field != "url" && field != "doi" && field != "isbn" {
		text = cleanPart(text)
	}
	into := map[string]*string{
		"title": &r.Title, "container": &r.Container, "publisher": &r.Publisher,
		"url": &r.URL, "doi": &r.DOI, "isbn": &r.ISBN,
	}[field]
	if text == "" || *into != "" {
		return
	}
	*into = text
	r.trace(field, text, rule)
}

func (r *sourceReader) trace(field, text, rule string) {
	r.Trace = append(r.Trace, Trace{Field: field, Text: text, Rule: rule})
}

// name sets the authors.
func (r *sourceReader) name(text, rule string) {
	if r.Authors = authorsOf(text); len(r.Authors) > 0 {
		r.trace("authors", strings.Trim(text, " ,;:"), rule)
	}
}

// dated sets the date from the one that is written in text, or makes the date that
// was read more exact.
func (r *sourceReader) dated(text, rule string) {
	date, written := dateIn(text)
	if date == "" || r.Date != "" && (len(date) <= len(r.Date) || !strings.HasPrefix(date, r.Date)) {
		return
	}
	r.Date, r.Year = date, date[:4]
	r.trace("date", written, rule)
}

var (
	yearBrackets = patternOf(`^\(\s*(?:[^()\d]{0,15}\d{0,2}[^()\d]{0,15})?\b(?:1[5-9]|20)\d\d[a-z]?\b[^()]{0,30}\)$`)
	noYear       = patternOf(`(?i)\((?:s\.\s?d\.?|n\.\s?d\.?|sans date|à paraître|in press|forthcoming)[^()]*\)`, "(")
	quoted       = patternOf(`«\s*(.+?)\s*»|“\s*(.+?)\s*”|"\s*(.+?)\s*"|(?:^|\s)[‘'](\p{Lu}.+?)[’'](?:[,.;\s]|$)`, "«“\"‘'")
)

// law reads a text of the state, whose title is all that its number, its date and
// its subject say. It is false for any other entry.
func (r *sourceReader) law(rest string) bool {
	if !isLaw(rest) {
		return false
	}
	title, tail := rest, ""
	if at := gazette.FindStringIndex(rest); at != nil {
		title, tail = rest[:at[0]], rest[at[1]-len(rest[at[0]:at[1]])+1:]
	} else if at := dateAtEnd.FindStringIndex(rest); at != nil && !strings.Contains(rest[at[0]:], " du ") {
		title, tail = rest[:at[0]], rest[at[0]:]
	} else if parts := sentences(rest); len(parts) > 1 && !isCode(rest) {
		title, tail = parts[0], strings.Join(parts[1:], ". ")
	}
	r.take("title", title, "a text of the state, by its number or its date")
	r.dated(title, "the date of the text")
	if r.Date == "" || gazette.MatchString(rest) {
		r.tail(tail, false)
	}
	return true
}

var (
	lawNames  = patternOf(`(?i)^(?:(?:loi|décret|ordonnance|arrêté|directive|règlement|décision)(?: organique| constitutionnelle|-loi|-cadre)?\s+(?:\(\p{L}+\)\s*)?(?:n[°ºo]|\d{2,4}/|du \d)|constitution du \d|(?:traité|convention|charte|résolution|protocole) (?:n[°ºo]|\d|sur |d[eu] |des |d[’']))`)
	codeName  = patternOf(`(?i)^(?:code|traité|convention|charte) (?:de|du|des|d[’']|sur|civil|pénal|électoral)\b.*\bart`)
	dateAtEnd = patternOf(`(?i), (?:\d{1,2}(?:er)? )?(?:`+months+`) \d{4}\.?$`, digit)
	gazette   = patternOf(`[,.] (?:JORF|JO|JOUE|JOCE|Journal officiel)\b`)
)

func isLaw(s string) bool  { return lawNames.MatchString(s) || isCode(s) }
func isCode(s string) bool { return codeName.MatchString(s) }

// isRuling says whether an entry is a judgment: a court, then the number of the case.
func isRuling(s string) bool { return len(s) <= 300 && ruling.MatchString(s) }

var ruling = patternOf(`(?i)^(?:conseil d[’']état|conseil constitutionnel|cons\. ?const\.|cour de cassation|cass\.|cedh|cour edh|cjue|cjce|cour d[’']appel|tribunal (?:administratif|judiciaire|de|d[’']\pL+)|ce|caa?|ta)[\s,][^«"“]{0,160}\bn[°ºo]s?[\s\x{a0}\x{202f}]?[\d-]`)

// isInterview says whether a line names an interview that its author held: nobody
// published it.
func isInterview(s string) bool { return interview.MatchString(s) }

var interview = patternOf(`(?i)^entretiens? (?:(?:téléphonique|semi-directif|individuel|personnel|exploratoire)s? )?(?:(?:réalisé|mené|conduit)e?s? )?(?:avec|auprès d[eu])[\s\x{a0}]`)

// bracketedYear reads "Nom, P. (2025, octobre). Titre. Revue." and its like. It is
// false for an entry of another shape.
func (r *sourceReader) bracketedYear(rest string) bool {
	if !strings.Contains(rest, "(") {
		return false
	}
	at := bracketsWithYear(rest)
	if sd := noYear.FindStringIndex(rest); sd != nil && (at == nil || sd[0] < at[0]) {
		at, r.undated = sd, true
	}
	if at == nil {
		return false
	}
	before, after := strings.TrimSpace(rest[:at[0]]), rest[at[1]:]
	if before == "" || inQuotes(before) != nil {
		return false
	}
	switch {
	case looksAuthors(roles.ReplaceAllString(before, "")):
		r.name(before, "what stands before the year in brackets")
		r.dated(rest[at[0]:at[1]], "the brackets after the authors")
		r.titleAndTail(after)
	case countWords(after) < 12 && len(sentences(before)) == 1 && !strings.Contains(before, ","):
		r.take("title", before, "no names stand before the year in brackets")
		r.dated(rest[at[0]:at[1]], "the brackets after the title")
		r.tail(after, false)
	default:
		return false
	}
	return true
}

// bracketsWithYear is where the first brackets stand that hold a year and little
// more, with the white space before them; nil where there are none.
func bracketsWithYear(s string) []int {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '(')
		if open < 0 {
			return nil
		}
		open += from
		from = open + 1
		end := strings.IndexAny(s[from:], "()")
		if end < 0 || s[from+end] == '(' || open > 0 && !strings.Contains(blanks, s[open-1:open]) {
			continue
		}
		if end += from + 1; yearBrackets.MatchString(s[open:end]) {
			return []int{max(0, open-1), end}
		}
	}
}

// quotedTitle reads "Prénom Nom, « Titre », Revue, date" and its like.
func (r *sourceReader) quotedTitle(rest string) bool {
	at := inQuotes(rest)
	if at == nil {
		return false
	}
	before := strings.Trim(rest[:at[0]], " ,:;")
	if m := trailingYear.FindStringIndex(before); m != nil && m[0] > 0 {
		r.dated(before[m[0]:], "the year after the authors")
		before = strings.Trim(before[:m[0]], " ,:;")
	}
	if before != "" && !namesAuthors(before) && !isShortName(before) {
		return false // the marks are within a title
	}
	r.name(before, "what stands before the title in quotation marks")
	r.take("title", group(rest, at), "the words in quotation marks")
	r.tail(rest[at[1]:], true)
	return true
}

// inQuotes is where the first words in quotation marks stand, nil where there are
// none.
func inQuotes(s string) []int {
	return quoted.FindStringSubmatchIndex(s)
}

// isShortName says whether what stands before a quoted title can be the name of an
// organisation that no list knows.
func isShortName(s string) bool {
	return countWords(s) <= 5 && !strings.ContainsAny(s, ",.:;?!") && isProper(strings.Fields(s)[0])
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
func (r *sourceReader) plainParts(rest string) {
	rest = strings.TrimLeft(rest, " .,:;-–—|")
	parts := sentences(rest)
	if len(parts) == 0 {
		return
	}
	head := parts[0]
	if at := trailingYear.FindStringIndex(head); at != nil && at[0] > 0 && namesAuthors(head[:at[0]]) {
		r.dated(head[at[0]:], "the year after the authors")
		head = head[:at[0]]
	}
	if len(parts) > 1 && namesAuthors(head) {
		r.name(head, "the names before the first full stop")
		r.titleAndTail(strings.Join(parts[1:], ". "))
		return
	}
	segments := segmentsAt(rest, ",")
	n := authorSegments(segments, 0)
	for n > 1 && n < len(segments) && (isNoise(segments[n]) || isKnownPart(segments[n])) && looksPerson(segments[n-1]) && authorSegments(segments[:n-1], 3) == n-1 {
		n-- // the last of the names is the title
	}
	switch {
	case n > 0 && n < len(segments):
		r.name(strings.Join(segments[:n], ","), "the names before the title, set apart by commas")
		r.titleAndTail(", " + strings.TrimSpace(strings.Join(segments[n:], ",")))
	case n > 0 && n == len(segments) && (r.URL != "" || len(segments) > 1):
		r.name(rest, "nothing but names")
	case len(parts) > 1:
		r.titleAndTail(rest)
	default:
		r.commaTitle(rest, true)
	}
}
