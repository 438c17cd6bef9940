package document

import (
	"regexp"
	"slices"
	"strings"
)

var (
	webLink  = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>«»"“”]+`)
	bareLink = regexp.MustCompile(`(?:^|[\s<(])((?:[a-z0-9-]+\.){1,4}(?:fr|org|com|net|eu|info|gouv|int|edu|uk|be|ch|ca|test)/[^\s<>«»"“”]+)`)
	doi      = regexp.MustCompile(`\b10\.\d{4,9}/[^\s"<>«»]+`)
	isbn     = regexp.MustCompile(`(?i)\bISBN(?:[- ]?1[03])?\s*:?\s*((?:97[89][ -]?)?\d[\d -]{7,14}[\dX])\b`)
	issn     = regexp.MustCompile(`(?i)\b(?:e-?)?ISSN\s*:?\s*\d{4}-?\d{3}[\dX]`)
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
	lower := strings.ToLower(rest)
	has := func(stems ...string) bool {
		return slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(lower, stem) })
	}
	if has("isbn") {
		if m := isbn.FindStringSubmatch(rest); m != nil {
			r.take("isbn", strings.NewReplacer(" ", "", "-", "").Replace(m[1]), "the number after ISBN")
			rest = isbn.ReplaceAllString(rest, mark)
		}
	}
	if has("issn") {
		rest = issn.ReplaceAllString(rest, mark)
	}
	if has("ligne", "online", "internet", "web") {
		rest = online.ReplaceAllString(rest, "")
	}
	if has("consult", "accessed", "visit", "vu", "cit", "récup", "retriev") {
		rest = consulted.ReplaceAllString(rest, mark)
	}
	if strings.Contains(rest, mark) {
		rest = announced.ReplaceAllString(rest, mark)
		rest = between.ReplaceAllString(rest, mark)
		rest = marks.ReplaceAllString(rest, ". ")
		rest = strings.NewReplacer("?. ", "? ", "!. ", "! ").Replace(rest)
	}
	return strings.TrimSpace(rest)
}

// links takes the links out. The link to a page counts before the one that is a
// DOI.
func (r *sourceReader) links(rest string) string {
	if !strings.Contains(rest, "/") && !strings.Contains(strings.ToLower(rest), "www.") {
		return rest
	}
	first, page := "", ""
	rest = webLink.ReplaceAllStringFunc(rest, func(link string) string {
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
	if m := bareLink.FindStringSubmatchIndex(rest); first == "" && m != nil {
		bare := trimLink(rest[m[2]:m[3]])
		r.take("url", bare, "a link without https://")
		return rest[:m[2]] + mark + rest[m[2]+len(bare):]
	}
	r.take("url", page, "the form of a link")
	r.take("url", first, "the link to a DOI")
	return rest
}

const (
	monthDate = `(?:\d{1,2}(?:er)?\s+)?[\p{L}.]+\s+(?:\d{1,2},?\s+)?\d{4}`
	anyDate   = `(?:` + monthDate + `|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{4})`
)

var (
	online    = regexp.MustCompile(`(?i)\s*[\[(](?:en ligne|online|internet|page web|site web|web)[\])]`)
	consulted = regexp.MustCompile(`(?i)[\[(]?\s*\b(?:(?:page|site|article|document|lien)\s+)?(?:consultée?|consultation|accessed|visitée?|vu|cité|cited|récupéré|retrieved|(?:dernière|date de) (?:consultation|visite)|last accessed)\s*(?:le|on|en)?\s*:?\s*(?:le\s+)?` + anyDate + `(?:\s+à \d+ ?h ?\d*)?,?\s*[\])]?`)
	announced = regexp.MustCompile(`(?i)[\s,;.:]*[\[(<]?\b(?:disponible|available|retrieved|récupéré|repéré|accessible|consultable|url|lien|doi|en ligne|adresse|from)(?:[^\pL.,;\x00][^.,;\x00]{0,40}?)?[\s:<]*\x00[>)\]]*`)
	between   = regexp.MustCompile(`(?i)\x00\s*,?\s*(?:sur|à|à l[’']|from|at|via|on|de)?(?: le site)?\s*:?\s*\x00`)
	marks     = regexp.MustCompile(`[\s.,;:\[(<]*\x00[\s.,;:>)\]\x00]*`)
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
