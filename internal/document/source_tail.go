package document

import (
	"strings"
)

// tail reads what follows a title: the date, what the work is in, and who published
// it. Parts that a list or their form tells are taken for what they are. One that
// nothing tells is what an article is in, or who published a book: volume, pages, a
// day, a title in quotation marks (quotation) and a link are signs of an article.
func (r *sourceReader) tail(rest string, quotation bool) {
	rest = strings.TrimLeft(rest, " .,:;-–—")
	if rest == "" {
		return
	}
	r.dated(quoted.ReplaceAllString(rest, " "), "the date after the title")
	if m := inside.FindStringSubmatch(rest); m != nil {
		rest, r.inBook = r.within(m[1]), true
	}
	article := quotation || len(r.Date) > 4 || articleSigns.MatchString(rest)
	var open []string
	placed := false
	segments := segmentsOf(dashes.ReplaceAllString(rest, ". "))
	for i, part := range segments {
		if m := byWhom.FindStringSubmatch(part); m != nil && len(r.Authors) == 0 && isName(m[1]) {
			r.name(m[1], "who made it")
			continue
		}
		if dayMonth.MatchString(part) {
			r.dated(part+" "+r.Year, "the day after the title")
		}
		part = strings.TrimSpace(labelled.ReplaceAllString(part, ""))
		switch m := placePublisher.FindStringSubmatch(part); {
		case m != nil && !isNoise(m[2]) && (r.Container != "" || !isPeriodical(part)):
			r.take("publisher", m[2], "what follows a place and a colon")
		case isNoise(part), editing.MatchString(part):
		case isPlace(part):
			placed = true
		case isPress(part), isPeriodical(part) && r.Container == "" && !imprint.MatchString(part):
			r.take("container", volumeOff(part), "the name of a newspaper or a review")
		case isPublisher(part), isInstitution(part) && (!article || !couldBeReview(part)):
			r.take("publisher", yearOff(part), "the name of a publisher")
		case placed:
			r.take("publisher", yearOff(part), "what follows a place")
		case i+1 < len(segments) && isBareYear(segments[i+1]) && !article && r.Publisher == "":
			r.take("publisher", part, "what stands before the year")
		default:
			open = append(open, part)
		}
	}
	r.told(open, article)
}

// told says what the parts are that nothing tells.
func (r *sourceReader) told(open []string, article bool) {
	if len(open) == 0 {
		return
	}
	if r.Container == "" && (article || r.Publisher == "" && r.URL+r.DOI != "") {
		r.take("container", volumeOff(open[0]), "what follows the title of an article")
		open = open[1:]
	}
	if len(open) > 0 && (!article || r.inBook) {
		r.take("publisher", yearOff(open[0]), "what follows the title of a book")
	}
}

// within reads what "dans" or "in" announces, and returns the rest.
func (r *sourceReader) within(rest string) string {
	const rule = "what “in” announces"
	rest = editors.ReplaceAllString(rest, "")
	if at := inQuotes(rest); at != nil && at[0] == 0 {
		r.take("container", group(rest, at), rule)
		return rest[at[1]:]
	}
	parts := segmentsOf(rest)
	if len(parts) == 0 {
		return ""
	}
	r.take("container", pagesBrackets.ReplaceAllString(parts[0], ""), rule)
	return strings.Join(parts[1:], ", ")
}

// bracketedPublisher takes out "(London: Harbour Books, 2015)", as the notes of
// Chicago write it.
func (r *sourceReader) bracketedPublisher(rest string) string {
	m := publisherInside.FindStringSubmatchIndex(rest)
	if m == nil {
		return rest
	}
	r.take("publisher", rest[m[2]:m[3]], "place, publisher and year in brackets")
	r.dated(rest[m[4]:m[5]], "place, publisher and year in brackets")
	return rest[:m[0]] + rest[m[1]:]
}

var (
	inside          = patternOf(`(?i)^(?:dans|in)\s*:?\s+(.+)$`)
	editors         = patternOf(`(?i)^.{2,120}?(?:\((?:dir|éds?|eds?|coord|sous la dir)[^)]*\)|,\s*(?:editors?|eds?\.|dir\.|éds?\.))\s*[,.:]?\s*`, "(,")
	pagesBrackets   = patternOf(`\s*\([^()]*\d[^()]*\)\s*$`, "(")
	publisherInside = patternOf(`\s*\(\p{Lu}[\p{L} ,.-]{1,40}:\s*([^,():]+),\s*((?:1[5-9]|20)\d\d)\)`, "(")
	placePublisher  = patternOf(`^((?:\p{Lu}[\p{L}’'-]+|\p{Lu}\p{Lu})(?:[ /-][\p{L}’'-]+){0,3})\s*:\s*([^:;()]{2,60})`, ":")
	articleSigns    = patternOf(`(?i)\bvol\.|\bn[°ºoᵒ]s? ?\d|\bno\. ?\d|\d\s?\(\d|\bpp\. ?\d|\bp\.\s*\d+\s*[-–‑]\s*\d|[;,]\s*\d+\s*[:(]|^[^,.;]+, \(?\d{1,3}\)?[,. ]|[^,.] \d{1,3} \(\d`)
	labelled        = patternOf(`^(?:podcast|émission|série|blog|sur|dans|in)\s+`)
	byWhom          = patternOf(`^(?:émission|documentaire|film|podcast|reportage|vidéo) (?:de|par|avec) (.+)$`)
	dayMonth        = patternOf(`(?i)^\d{1,2}(?:er)? (?:`+months+`)$`, digit)
	imprint         = patternOf(`(?i)^(?:les )?(?:éditions?|presses?|editions) `)
	bareYear        = patternOf(`^(?:1[5-9]|20)\d\d[a-z]?(?:\s*\[\d{4}\])?$`, digit)
)

func isBareYear(s string) bool { return bareYear.MatchString(strings.TrimSpace(s)) }
