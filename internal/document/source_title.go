package document

import (
	"strings"
)

var (
	leadingYear = patternOf(`^((?:1[5-9]|20)\d\d)[a-z]?[.,]\s+`)
	dashes      = patternOf(`\s+[-–—|]\s+`, "-–—|")
)

// titleAndTail reads what follows the authors: a title, set apart from what comes
// after it by the mark that sets it apart from what comes before.
func (r *sourceReader) titleAndTail(after string) {
	lead := strings.TrimLeft(after, " .")
	after = strings.TrimLeft(after, " .,:;-–—")
	if m := leadingYear.FindStringSubmatch(after); m != nil {
		r.dated(m[1], "the year after the authors")
		if after = after[len(m[0]):]; strings.HasSuffix(strings.TrimSpace(m[0]), ".") {
			lead = ""
		}
	}
	at := inQuotes(after)
	switch {
	case at != nil && at[0] == 0:
		r.take("title", group(after, at), "the words in quotation marks")
		r.tail(after[at[1]:], true)
	case strings.HasPrefix(lead, "- ") || strings.HasPrefix(lead, "– ") || strings.HasPrefix(lead, "— "):
		parts := dashes.Split(after, 2)
		r.take("title", parts[0], "what stands between two dashes")
		r.tail(dashes.ReplaceAllString(strings.Join(parts[1:], ""), ". "), false)
	case strings.HasPrefix(lead, ","):
		r.commaTitle(after, true)
	default:
		r.stopTitle(after)
	}
}

// stopTitle reads a title that a full stop ends. One that ends on a question goes
// on with the next sentence, where two more could still say what it is in.
func (r *sourceReader) stopTitle(after string) {
	parts := sentences(after)
	if len(parts) == 0 {
		return
	}
	open := 0 // parts after the title that are neither a date nor pages
	for _, part := range parts[1:] {
		if !isNoise(part) {
			open++
		}
	}
	title, tail := parts[0], parts[1:]
	rule := "the sentence after the authors"
	switch last := title[len(title)-1]; {
	case (last == '?' || last == '!') && open >= 2 && !isKnownPart(parts[1]):
		title, tail, rule = title+" "+tail[0], tail[1:], "a question and the sentence after it"
	case open == 0 && strings.Contains(title, ","):
		r.commaTitle(after, false)
		return
	}
	if piped := dashes.Split(title, 2); len(piped) == 2 && strings.Contains(title, " | ") {
		title, tail = piped[0], append([]string{piped[1]}, tail...)
	}
	r.take("title", title, rule)
	r.bracketedSchool(title)
	r.tail(strings.Join(tail, ". "), false)
}

// commaTitle reads a title that a comma ends, and that may hold commas itself: it
// goes as far as the first part that reads as something else, or as the part
// before a date. Where none does, the last part is what the work is in, if bold.
func (r *sourceReader) commaTitle(after string, bold bool) {
	segments := segmentsAt(after, ",")
	for len(segments) > 1 && isNoise(segments[0]) && !quoted.MatchString(segments[0]) {
		r.dated(segments[0], "the date after the authors")
		segments = segments[1:]
	}
	if len(segments) == 0 {
		return
	}
	if at := inQuotes(strings.TrimSpace(segments[0])); at != nil && at[0] == 0 {
		r.titleAndTail(strings.Join(segments, ","))
		return
	}
	end := titleEnd(segments, bold)
	title, tail := strings.Join(segments[:end], ","), strings.Join(segments[end:], ",")
	subtitled := end < len(segments) && (isPlace(segments[end]) || isPublisher(segments[end]))
	if parts := sentences(title); len(parts) > 1 && (isBareYear(parts[1]) || !isNoise(parts[1]) && (!subtitled || isKnownPart(parts[1]))) {
		title, tail = parts[0], strings.Join(parts[1:], ". ")+","+tail
	} else if piped := dashes.Split(title, 2); len(piped) == 2 && strings.Contains(title, " | ") {
		title, tail = piped[0], piped[1]+","+tail
	}
	r.take("title", title, "the words up to the comma before what it is in")
	r.bracketedSchool(title)
	r.tail(tail, false)
}

// titleEnd is how many of the segments between commas are the title.
func titleEnd(segments []string, bold bool) int {
	for i := 1; i < len(segments); i++ {
		switch seg := segments[i]; {
		case isNoise(seg) && i >= 2 && startsCapital(segments[i-1]) && bold:
			return i - 1
		case isPlace(seg) && i >= 2 && startsCapital(segments[i-1]) && (i+1 == len(segments) || isNoise(segments[i+1])):
			return i - 1 // a publisher, then its town
		case isInstitution(seg) && (i+1 == len(segments) || isNoise(segments[i+1])):
			return i
		case isNoise(seg), isKnownPart(seg), editing.MatchString(strings.TrimSpace(seg)), inside.MatchString(strings.TrimSpace(seg)):
			return i
		}
	}
	if last := len(segments) - 1; bold && last > 0 && startsCapital(segments[last]) {
		return last
	}
	return len(segments)
}

// startsCapital says whether a part begins with a capital, as names do.
func startsCapital(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && isProper(strings.Trim(strings.Fields(s)[0], "«“\"(:,"))
}

// isKnownPart says whether the words of a part tell that it is a place, a
// publisher, a newspaper or a review.
func isKnownPart(s string) bool {
	return isPlace(s) || isPublisher(s) || isPeriodical(s) || isPress(s) || placePublisher.MatchString(strings.TrimSpace(s))
}

// bracketedSchool takes the university where a thesis was written out of brackets.
func (r *sourceReader) bracketedSchool(title string) {
	for _, m := range brackets.FindAllStringSubmatch(title, -1) {
		if _, school, found := strings.Cut(m[1], ","); found && isPublisher(school) {
			r.take("publisher", school, "the university in brackets")
		}
	}
}

var brackets = patternOf(`[\[(]([^\[\]()]*)[\])]`, "[(")

// cleanPart takes the marks off the ends of a part, and what only describes it.
func cleanPart(s string) string {
	s = strings.TrimSpace(s)
	s = described.ReplaceAllString(s, "")
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(s), " .,;:/|–—-"))
}

var described = patternOf(`(?i)\s*(?:\[[^\]]{1,80}\]|\((?:\d+(?:re|e|nd|rd|th)? (?:éd|ed)|vol|t\.|tome|thèse|mémoire|rapport|documentaire|film|vidéo|coll|pp?\.)[^()]*\))\s*\.?$`, "[(")
