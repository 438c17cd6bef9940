package document

import (
	"net/url"
	"strings"
)

// The faults of one source, in Source.Faults: what is in it but cannot be right.
const (
	FaultyURL  = "url"  // no address that a browser could open
	FaultyDOI  = "doi"  // not "10.", a number, a slash and more
	FaultyISBN = "isbn" // another number of digits, or a wrong check digit
)

// checkSources says of each source what is wrong in it, and which earlier one it
// repeats. Nothing is asked of any network.
func checkSources(sources []Source) {
	works := make([]work, len(sources))
	for i := range sources {
		s := &sources[i]
		s.Faults, works[i] = s.faults(), workOf(*s)
		for j := range sources[:i] {
			if sources[j].Repeats == 0 && works[i].same(works[j]) {
				s.Repeats = j + 1
				break
			}
		}
	}
}

var (
	// brokenLink is a link with a slip in what it begins with, or to a file of the
	// writer's own.
	brokenLink = patternOf(`(?i)(?:^|[\s<(])(?:https?(?:[:;]/[^/\s]|;//|//|\.//|:\\)\S+|https?:///\S+|file://\S*|[a-z]:\\\S+)`, `/\`)
	doiSaid    = patternOf(`(?i)(?:\bdoi\s*:\s*|\bdoi\.org/)([^\s,;]+)`)
	hostName   = patternOf(`^(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*\p{L}$`)
)

// faults are those of one source.
func (s Source) faults() []string {
	faults := []string{}
	if s.URL != "" && (!isWebAddress(s.URL) || strings.Contains(s.Text, s.URL+"...")) || s.URL == "" && s.DOI == "" && brokenLink.MatchString(s.Text) {
		faults = append(faults, FaultyURL)
	}
	if m := doiSaid.FindStringSubmatch(s.Text); m != nil && s.DOI == "" && !strings.HasPrefix(m[1], "http") {
		faults = append(faults, FaultyDOI)
	}
	if s.ISBN != "" && !isISBN(s.ISBN) {
		faults = append(faults, FaultyISBN)
	}
	return faults
}

// isWebAddress says whether a link has a host with a dot in its name and nothing
// that cuts it short. "www." may stand for "https://www.".
func isWebAddress(link string) bool {
	if !strings.Contains(link, "://") {
		link = "https://" + link
	}
	u, err := url.Parse(link)
	if err != nil || strings.Contains(link, "…") {
		return false
	}
	host := u.Hostname()
	return hostName.MatchString(host) && (!strings.HasPrefix(host, "www.") || strings.Count(host, ".") > 1) && !strings.Contains(u.Path, "://http")
}

// isISBN checks the digits of an ISBN, of ten or of thirteen (ISO 2108).
func isISBN(digits string) bool {
	sum := 0
	for i, r := range digits {
		value := int(r - '0')
		if r == 'X' || r == 'x' {
			if len(digits) != 10 || i != 9 {
				return false
			}
			value = 10
		} else if r < '0' || r > '9' {
			return false
		}
		switch {
		case len(digits) == 10:
			sum += (10 - i) * value
		case i%2 == 0:
			sum += value
		default:
			sum += 3 * value
		}
	}
	switch len(digits) {
	case 10:
		return sum%11 == 0
	case 13:
		return sum%10 == 0 && (strings.HasPrefix(digits, "978") || strings.HasPrefix(digits, "979"))
	}
	return false
}

// work is what tells one source from another, folded.
type work struct {
	text, doi, page     string
	title, author, year string
	named               bool // by a title of more than a word, and an author
}

func workOf(s Source) work {
	w := work{text: foldName(s.Text), doi: strings.ToLower(s.DOI), page: pageOf(s.URL), title: foldName(s.Title), year: s.Year}
	if len(s.Authors) > 0 {
		w.author = surname(s.Authors[0])
		w.named = countWords(s.Title) > 1
	}
	return w
}

// same says whether two entries are of one work: the same words, the same DOI or
// page, or the same title by the same first author in the same year.
func (w work) same(other work) bool {
	switch {
	case w.text == other.text:
		return true
	case w.doi != "" && other.doi != "":
		return w.doi == other.doi
	case w.title != "" && other.title != "" && w.title != other.title:
		return false
	case w.page != "" && other.page != "":
		return w.page == other.page
	}
	return w.named && other.named && w.title == other.title && w.year == other.year && w.author == other.author
}

// pageOf is a link without what leads to the same page all the same.
func pageOf(link string) string {
	link = strings.ToLower(link)
	if at := strings.Index(link, "://"); at >= 0 {
		link = link[at+3:]
	}
	link, _, _ = strings.Cut(strings.TrimPrefix(link, "www."), "#")
	link, _, _ = strings.Cut(link, "?utm_")
	return strings.TrimSuffix(link, "/")
}

// surname is the folded name by which an author is cited: what stands before a
// comma, what is in capitals, what an initial follows, else the last word.
func surname(author string) string {
	if before, _, cut := strings.Cut(author, ","); cut {
		return foldName(before)
	}
	words := strings.Fields(author)
	for _, w := range words {
		if isCapitals(w) && !strings.Contains(w, ".") && len([]rune(w)) > 2 {
			return foldName(w)
		}
	}
	if n := len(words); n > 1 && (initial.MatchString(words[n-1]) || len([]rune(words[n-1])) <= 3 && isCapitals(words[n-1])) {
		return foldName(words[0])
	}
	if len(words) == 0 {
		return ""
	}
	return foldName(words[len(words)-1])
}
