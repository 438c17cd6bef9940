package document

import (
	"strings"
)

var (
	bareLink = patternOf(`(?:^|[\s<(])((?:[a-z0-9-]+\.){1,4}(?:fr|org|com|net|eu|info|gouv|int|edu|uk|be|ch|ca|test)/[^\s<>«»"“”]+)`)
	doi      = patternOf(`\b10\.\d{4,9}/[^\s"<>«»]+`)
	isbn     = patternOf(`(?i)\bISBN(?:[- ]?1[03])?\s*:?\s*((?:97[89][ -]?)?\d[\d -]{7,14}[\dX])\b`)
	issn     = patternOf(`(?i)\b(?:e-?)?ISSN\s*:?\s*\d{4}-?\d{3}[\dX]`)
)

// mark stands where a locator was taken out.
const mark = "\x00"

// locators takes link, DOI and ISBN out of an entry, with the words that only
// announce them and the date of consultation, and returns the rest.
func (r *sourceReader) locators(rest string) string {
	rest = r.links(strings.ReplaceAll(rest, mark, ""))
	if strings.Contains(rest, "10.") {
		rest = doi.ReplaceAllStringFunc(rest, func(id string) string {
			bare := trimLink(id)
			r.take("doi", bare, "the form of a DOI")
			return mark + id[len(bare):]
		})
	}
	if m := isbn.FindStringSubmatch(rest); m != nil {
		r.take("isbn", strings.NewReplacer(" ", "", "-", "").Replace(m[1]), "the number after ISBN")
		rest = isbn.ReplaceAllString(rest, mark)
	}
	rest = issn.ReplaceAllString(rest, mark)
	rest = online.ReplaceAllString(rest, "")
	rest = consulted.ReplaceAllString(rest, mark)
	if strings.Contains(rest, mark) {
		rest = announced.ReplaceAllString(rest, mark)
		if strings.Count(rest, mark) > 1 {
			rest = between.ReplaceAllString(rest, mark)
		}
		rest = unlocated(rest)
		rest = asked.Replace(rest)
	}
	return strings.TrimSpace(rest)
}

// asked undoes the full stop after a title that ends on another mark.
var asked = strings.NewReplacer("?. ", "? ", "!. ", "! ")

// links takes the links out. The link to a page counts before the one that is a
// DOI.
func (r *sourceReader) links(rest string) string {
	if !strings.Contains(rest, "/") && !strings.Contains(strings.ToLower(rest), "www.") {
		return rest
	}
	first, page := "", ""
	rest = replaceLinks(rest, func(link string) string {
		bare := trimLink(link)
		if first == "" {
			first = bare
		}
		if strings.Contains(bare, "doi.org/") {
			r.take("doi", trimLink(doi.FindString(bare)), "the link to a DOI")
		} else if page == "" {
			page = bare
		}
		return mark + link[len(bare):]
	})
	if first != "" {
		r.take("url", page, "the form of a link")
		r.take("url", first, "the link to a DOI")
		return rest
	}
	if m := bareLink.FindStringSubmatchIndex(rest); m != nil {
		bare := trimLink(rest[m[2]:m[3]])
		r.take("url", bare, "a link without https://")
		return rest[:m[2]] + mark + rest[m[2]+len(bare):]
	}
	return rest
}

const (
	monthDate = `(?:\d{1,2}(?:er)?\s+)?[\p{L}.]+\s+(?:\d{1,2},?\s+)?\d{4}`
	anyDate   = `(?:` + monthDate + `|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{4})`
)

var (
	online    = patternOf(`(?i)\s*[\[(](?:en ligne|online|internet|page web|site web|web)[\])]`, "[(")
	consulted = patternOf(`(?i)[\[(]?\s*\b(?:(?:page|site|article|document|lien)\s+)?(?:consultée?|consultation|accessed|visitée?|vu|cité|cited|récupéré|retrieved|(?:dernière|date de) (?:consultation|visite)|last accessed)\s*(?:le|on|en)?\s*:?\s*(?:le\s+)?` + anyDate + `(?:\s+à \d+ ?h ?\d*)?,?\s*[\])]?`)
	announced = patternOf(`(?i)[\s,;.:]*[\[(<]?\b(?:disponible|available|retrieved|récupéré|repéré|accessible|consultable|url|lien|doi|en ligne|adresse|from)(?:[^\pL.,;\x00][^.,;\x00]{0,40}?)?[\s:<]*\x00[>)\]]*`)
	between   = patternOf(`(?i)\x00\s*,?\s*(?:sur|à|à l[’']|from|at|via|on|de)?(?: le site)?\s*:?\s*\x00`)
)

// unlocated puts a full stop in the place of each mark and of the punctuation around
// it.
func unlocated(rest string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(rest, mark)
		if !found {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(strings.TrimRight(before, blanks+".,;:[(<") + ". ")
		rest = strings.TrimLeft(after, blanks+".,;:>)]"+mark)
	}
}

// blanks is the white space that \s stands for.
const blanks = " \t\n\f\r"

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
