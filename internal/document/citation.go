package document

import (
	"slices"
	"strconv"
	"strings"
)

// Citation is one place where the text cites a source by its author and its year,
// "(Leroux, 2025, p. 3)", or by its number, "[3]".
type Citation struct {
	Text   string `json:"text"`   // as written, without the brackets around it
	Source int    `json:"source"` // the entry that it cites, from 1; 0 where there is none
}

// maxCitations is as many as are kept; a text has far fewer.
const maxCitations = 1000

var (
	inBrackets  = patternOf(`\(([^()]{3,250})\)`)
	authorYear  = patternOf(`^(?:(?:voir|cf\.?|see|e\.g\.,?|par exemple|notamment)\s+(?:aussi\s+)?)?(\p{Lu}[^\d;:()]{0,80}?),?\s+((?:19|20)\d\d)[a-z]?(?:\s*[,:]\s*(?:(?:pp?\.|p|chap\.|§|n°|art\.)?\s*[\d–,\s-]+|§.*|chap.*|vol.*))?$`, digit)
	saidByName  = patternOf(`(?:^|[^\p{L}])((?:(?:\p{Lu}[\p{L}’'-]+|de|du|van|von|La|Le)\s+){0,2}\p{Lu}[\p{L}’'-]+(?:\s+(?:et|and|&)\s+(?:(?:de|du|van|von)\s+)?\p{Lu}[\p{L}’'-]+|\s+et al\.)?)\s+\(((?:19|20)\d\d)[a-z]?(?:\s*[,:]\s*pp?\.?\s*[\d–-]+)?\)`, "(")
	byNumber    = patternOf(`\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\]`)
	numberAlone = patternOf(`\d+`, digit)
)

// cite finds the text's citations and says of each source whether the text cites
// it. Where a text cites neither authors and years nor numbers, or none that the
// bibliography holds, there are no citations and nothing is known to be cited.
func (o *outline) cite() {
	if len(o.found.sources) == 0 {
		return
	}
	c := citer{sources: o.found.sources}
	for _, b := range o.blocks {
		if b.mayCite() {
			c.read(b.text)
		}
	}
	c.ownNumbers()
	if !c.known {
		return
	}
	o.found.citations = c.citations
	mentioned := map[string]bool{}
	for _, b := range o.blocks {
		if b.mayCite() {
			for _, w := range foldedWords(b.text) {
				mentioned[w] = true
			}
		}
	}
	for i := range c.sources {
		s := &c.sources[i]
		s.Cited = s.Cited || len(s.Authors) == 0 || names(mentioned, s.Authors[0])
	}
}

// mayCite says whether a block is of the parts that cite sources.
func (b block) mayCite() bool {
	return b.part == partText || b.part == partAbstract || b.part == partNote
}

// names says whether a text mentions an author at all, by surname or, of an
// organisation, by the first word of its name.
func names(mentioned map[string]bool, author string) bool {
	if mentioned[surname(author)] {
		return true
	}
	words := foldedWords(author)
	return isOrganisation(author) && len(words) > 0 && mentioned[words[0]]
}

// citer collects citations.
type citer struct {
	sources   []Source
	words     []map[string]bool // of each source, folded; made when a citation is held against them
	citations []Citation
	known     bool // one of them cites a source that there is
}

// read takes the citations of one paragraph.
func (c *citer) read(text string) {
	if strings.Contains(text, "(") {
		for _, m := range inBrackets.FindAllStringSubmatch(text, -1) {
			for piece := range strings.SplitSeq(m[1], ";") {
				piece = oneLine(piece)
				if y := authorYear.FindStringSubmatch(piece); y != nil && citesPersons(y[1]) {
					c.add(piece, c.find(y[1], y[2]))
				}
			}
		}
		for _, m := range saidByName.FindAllStringSubmatch(text, -1) {
			if at := c.find(m[1], m[2]); at > 0 {
				c.add(oneLine(m[1])+" ("+m[2]+")", at)
			}
		}
	}
	if strings.Contains(text, "[") {
		for _, m := range byNumber.FindAllStringSubmatch(text, -1) {
			c.numbers(m[1])
		}
	}
}

// numbers takes "3", "3, 5" and "3-5".
func (c *citer) numbers(list string) {
	last := 0
	for _, at := range numberAlone.FindAllStringIndex(list, -1) {
		n, _ := strconv.Atoi(list[at[0]:at[1]])
		if at[0] > 0 && last > 0 && strings.ContainsAny(list[:at[0]][strings.LastIndexAny(list[:at[0]], "0123456789")+1:], "–-") {
			for between := last + 1; between < n && between <= len(c.sources); between++ {
				c.add(strconv.Itoa(between), between)
			}
		}
		if last = n; n > len(c.sources) {
			n = 0
		}
		c.add(strconv.Itoa(last), n)
	}
}

// ownNumbers leaves out the numbers in brackets where most of them are of no
// source: they count something else.
func (c *citer) ownNumbers() {
	seen := map[Citation]bool{}
	here, gone := 0, 0
	for _, cited := range c.citations {
		if numberAlone.FindString(cited.Text) != cited.Text || seen[cited] {
			continue
		}
		seen[cited] = true
		if cited.Source > 0 {
			here++
		} else {
			gone++
		}
	}
	if gone > here {
		c.citations = slices.DeleteFunc(c.citations, func(of Citation) bool { return numberAlone.FindString(of.Text) == of.Text })
		c.known = slices.ContainsFunc(c.citations, func(of Citation) bool { return of.Source > 0 })
	}
}

func (c *citer) add(text string, source int) {
	if source > 0 {
		c.known = true
		c.sources[source-1].Cited = true
	}
	if len(c.citations) < maxCitations {
		c.citations = append(c.citations, Citation{Text: text, Source: source})
	}
}

// find is the source, from 1, that bears a name and a year; 0 where none does.
func (c *citer) find(name, year string) int {
	first := citedName(name)
	if len(first) == 0 {
		return 0
	}
	for i, words := range c.wordsOfSources() {
		if (words[year] || words[year+"a"] || words[year+"b"] || c.sources[i].Year == year || c.sources[i].Year == "") && hasAll(words, first) {
			return i + 1
		}
	}
	return 0
}

func (c *citer) wordsOfSources() []map[string]bool {
	if c.words == nil {
		c.words = make([]map[string]bool, len(c.sources))
		for i := range c.sources {
			c.words[i] = map[string]bool{}
			for _, w := range foldedWords(c.sources[i].Text) {
				c.words[i][w] = true
			}
		}
	}
	return c.words
}

func hasAll(set map[string]bool, words []string) bool {
	for _, w := range words {
		if !set[w] {
			return false
		}
	}
	return true
}

var nameStops = patternOf(`\s+(?:et|and|&)\s+.*$|\s+et al\.?.*$|,.*$`)

// citedName is the folded words of the first name of a citation, without particles.
func citedName(name string) []string {
	var words []string
	for _, w := range foldedWords(nameStops.ReplaceAllString(strings.TrimSpace(name), "")) {
		if !particles[w] && len(w) > 1 {
			words = append(words, w)
		}
	}
	return words
}

var monthAlone = patternOf(`(?i)^(?:` + months + `)\.?$`)

// noAuthors begin what stands before a year in brackets and is no author.
var noAuthors = patternOf(`(?i)^(?:loi|traité|accords?|rapport|conférence|sommet|discours|article|décret|arrêt|affaire|film|série|album|acte|guerre|bataille|élections?|présidentielle|législatives|jeux|coupe|exposition|photo|source|crédits?|figure|tableau|graphique|act|treaty)(?:\PL|$)`)

// citesPersons says whether what stands before a year in brackets can be the
// authors of a source: not a town, a publisher or a month.
func citesPersons(name string) bool {
	name = strings.Trim(name, " ,")
	if isPlace(name) || isPublisher(name) || noAuthors.MatchString(name) || strings.ContainsAny(name, "«»“”\"!?") || len(strings.Fields(name)) > 10 {
		return false
	}
	for _, piece := range strings.Split(name, ",")[1:] {
		if beginsSentence(fold(strings.TrimSpace(piece))) {
			return false // a title
		}
	}
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == ',' || r == '&' }) {
		bare := strings.Trim(w, ".")
		if monthAlone.MatchString(bare) {
			return false
		}
		if !isProper(w) && !nameJoin[strings.ToLower(w)] && !particles[strings.ToLower(w)] && !isOrganisation(name) {
			return false
		}
	}
	return true
}
