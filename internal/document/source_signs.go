package document

import (
	"regexp"
	"strings"
)

// What in a line is a sign of a source, beside its year and its link.
var (
	signApparatus = regexp.MustCompile(`(?i)(?:^|\PL)(consultée? le|en ligne\]|disponible (à|sur|en ligne)|isbn|doi\s*:|pp?\. ?\d|n° ?\d|vol\. ?\d|éd\.|coll\.|\(dir\.\)|\(coord\.\)|\bet al\.|accessed|retrieved|available at|mis en ligne)`)
	signSurname   = regexp.MustCompile(`^\s*(\p{Lu}[\p{L}’' -]{1,30},\s+(\p{Lu}\.|\p{Lu}\p{Ll}+\b)|\p{Lu}{2,}[\p{Lu}’' -]*\s+\p{Lu}(\p{Ll}+|\.)|\p{Lu}\p{Ll}+\s+\p{Lu}\.,)`)
	signPublished = regexp.MustCompile(`(?i)\b(le monde|libération|le figaro|les échos|la croix|mediapart|the (guardian|new york times|economist|conversation)|revue|cahiers|journal of|cairn|openedition|persée)\b`)
	signYear      = regexp.MustCompile(`^[^(«]{2,120}\([^()]{0,20}\b(1[5-9]|20)\d\d\b[^()]{0,20}\)(\s*[.,:«“"]|\s+\p{Lu})`)
	signPlace     = regexp.MustCompile(`\p{Lu}[\p{L}-]+\s*:\s*\p{Lu}[^,:]{2,40},\s*(1[5-9]|20)\d\d`)
)

// sourceWords is as long as a source may be; prose that cites one is longer.
const sourceWords = 80

// readsAsSource says whether a line reads as an entry of a bibliography: it begins
// as one does, with names, a quoted title or a link, or ends on a link; and has at
// least two signs of one.
func readsAsSource(s string) bool {
	if len(s) > 2000 {
		return false
	}
	s = seeAlso.ReplaceAllString(oneLine(entryNumber.ReplaceAllString(s, "")), "")
	link := webLink.FindStringIndex(s)
	if link != nil && countWords(s[:link[0]]) == 0 {
		return true
	}
	if countWords(s) < 3 || countWords(s) > sourceWords {
		return false
	}
	signs := 0
	for _, sign := range []bool{
		link != nil || doi.MatchString(s),
		anyYear.MatchString(s),
		quoted.MatchString(s),
		signApparatus.MatchString(s),
		signSurname.MatchString(s),
		signPublished.MatchString(s) || isPublisherIn(s),
		signPlace.MatchString(s),
		signYear.MatchString(s),
		isLaw(s),
	} {
		if sign {
			signs++
		}
	}
	return signs >= 2 && (beginsAsSource(s) || signs >= 3 && endsOnLink(s, link))
}

func isPublisherIn(s string) bool {
	for _, segment := range segmentsOf(s) {
		if isPublisher(segment) && countWords(segment) <= 5 {
			return true
		}
	}
	return false
}

// beginsAsSource says whether the first segment of a line is names, or a title in
// quotation marks. Prose that begins with a name has no comma, bracket or full
// stop after it.
func beginsAsSource(s string) bool {
	if at := quoted.FindStringIndex(s); at != nil && at[0] == 0 {
		return len(s) > at[1] && strings.ContainsAny(s[at[1]:min(len(s), at[1]+2)], ",.")
	}
	if isLaw(s) {
		return true
	}
	end := strings.IndexAny(s, ",(.:«")
	if end <= 0 || end > 120 {
		return false
	}
	return looksAuthors(s[:end]) || acronym.MatchString(strings.TrimSpace(s[:end]))
}

func endsOnLink(s string, link []int) bool {
	return link != nil && countWords(s[link[1]:]) <= 8
}
