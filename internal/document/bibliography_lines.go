package document

import (
	"slices"
)

// continues is how a line begins that goes on with the entry above it.
var continues = patternOf(`(?i)^\s*(<?(https?://|www\.|doi\b|10\.\d{4})|disponible|consult[ée]|url\b|lien\b|en ligne\b|\[en ligne|isbn|available|retrieved|accessed|dernière consultation)`)

// joinEntries puts an entry that stands on several lines together: its link on a
// line of its own, and the lines of a hanging block that begin no entry. A list of
// bare links stays a list.
func joinEntries(lines []block) []block {
	if linksAbove(lines) {
		return belowTitles(lines)
	}
	var out []block
	for i, b := range lines {
		begins := !b.near && i+1 < len(lines) && lines[i+1].hangs // a hanging block of its own
		if n := len(out); n > 0 && !begins && len(out[n-1].text) < 2*maxEntry && goesOnWith(out[n-1].text, b) {
			out[n-1].text += "\n" + b.text
			out[n-1].links = append(slices.Clone(out[n-1].links), b.links...)
			continue
		}
		out = append(out, b)
	}
	return out
}

// linksAbove says whether each entry is its link on a line and its text on the next.
// A link that only the text above it is near to is that one's.
func linksAbove(lines []block) bool {
	for i, b := range lines {
		bare := isBareLink(b.text)
		switch {
		case bare != (i%2 == 0), !bare && (hasLink(b.text) || continues.MatchString(b.text)):
			return false
		case !bare && i > 1 && lines[i-1].near && !b.near:
			return false
		}
	}
	return len(lines) > 0 && len(lines)%2 == 0
}

// belowTitles puts each link below the text that follows it, in one entry.
func belowTitles(lines []block) []block {
	var out []block
	for i := 1; i < len(lines); i += 2 {
		link, entry := lines[i-1], lines[i]
		entry.text += "\n" + link.text
		entry.links = append(slices.Clone(entry.links), link.links...)
		out = append(out, entry)
	}
	return out
}

// isBareLink says whether a line is a link and nothing else.
func isBareLink(line string) bool {
	return hasLink(line) && countWords(replaceLinks(line, func(string) string { return " " })) == 0
}

// goesOnWith says whether a line goes on with the entry above it.
func goesOnWith(entry string, line block) bool {
	if line.hangs {
		return true
	}
	if continues.MatchString(line.text) {
		return !continues.MatchString(entry) && !hasLocator(entry, line.text) && !saysMore(line.text)
	}
	return line.near && !line.item && !beginsEntry(entry, line.text)
}

// beginsEntry says whether a line right below an entry begins another one: it
// reads as one, or it is as long as one and the entry above is whole.
func beginsEntry(entry, line string) bool {
	if readsAsSource(line) || entryNumber.MatchString(line) {
		return true
	}
	whole := linkIn(entry) != nil || countWords(entry) >= 6 && readsAsSource(entry)
	least := 4
	if endsOnLink(entry, linkIn(entry)) {
		least = 2
	}
	return whole && (linkIn(line) != nil || startsCapital(line) && countWords(line) >= least)
}

// saysMore says whether more than a date follows a link that begins a line: a
// title of its own.
func saysMore(line string) bool {
	at := linkIn(line)
	return at != nil && at[0] < 10 && countWords(consulted.ReplaceAllString(line[at[1]:], "")) > 3
}

// hasLocator says whether an entry has a link already, so that another one begins
// another entry.
func hasLocator(entry, line string) bool {
	return hasLink(entry) && hasLink(line)
}
