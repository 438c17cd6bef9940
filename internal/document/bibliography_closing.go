package document

import (
	"slices"
	"strings"
)

// runInSources are those of a closing paragraph that begins with their name, and
// of the paragraphs after it that read as sources.
func (o *outline) runInSources() []block {
	for i := len(o.blocks) - 1; i > 0 && i > len(o.blocks)-40; i-- {
		b := &o.blocks[i]
		m := runIn(b.text)
		if m == nil || b.part != partText || !bibliographyNames.MatchString(fold(m[1])) || o.creditsPicture(i) {
			continue
		}
		after := o.blocks[i+1:]
		if slices.ContainsFunc(after, func(b block) bool {
			return b.part == partText && !readsAsSource(b.text) && linkIn(b.text) == nil
		}) {
			return nil
		}
		b.part = partBibliography
		entries := piecesOf(block{text: m[2], links: b.links})
		for j := range after {
			if after[j].part == partText {
				after[j].part = partBibliography
				entries = append(entries, wholeOrPieces(after[j])...)
			}
		}
		return entries
	}
	return nil
}

// piecesOf are the sources that one paragraph gives, a semicolon apart.
func piecesOf(b block) []block {
	var pieces []block
	for _, piece := range semicolon.Split(b.text, -1) {
		var links []block
		between := replaceLinks(piece, func(link string) string {
			links = append(links, block{text: strings.TrimRight(link, ",")})
			return " "
		})
		if len(links) > 1 && countWords(between) == 0 {
			pieces = append(pieces, links...)
		} else if countWords(piece) > 0 {
			pieces = append(pieces, block{text: strings.TrimSpace(piece), links: b.links})
		}
	}
	return pieces
}

var semicolon = patternOf(`[\s\x{a0}\x{202f}]*;[\s\x{a0}\x{202f}]+`)

// wholeOrPieces are the sources of a paragraph that reads as one, or as several.
func wholeOrPieces(b block) []block {
	pieces := piecesOf(b)
	if !allRead(pieces) && readsAsSource(b.text) {
		return []block{b} // the semicolon stands between its authors
	}
	return pieces
}

func allRead(blocks []block) bool {
	return !slices.ContainsFunc(blocks, func(b block) bool { return !readsAsSource(b.text) })
}

// creditsPicture says whether a "Source : …" belongs to the picture or the table
// right above it.
func (o *outline) creditsPicture(at int) bool {
	for i := at; i >= max(0, at-2); i-- {
		if b := o.blocks[i]; b.pictures > 0 || b.cell || b.role == roleCaption {
			return true
		}
	}
	return false
}

// closingLines is how many other lines may follow the sources of a text that ends
// on them: a signature, a word on the author.
const closingLines = 3

// closingRun are the paragraphs that read as sources at the very end, where no
// heading says so. A few short lines may follow them: a signature, a word on the
// author; then there must be two sources at least.
func (o *outline) closingRun() []block {
	last := len(o.blocks) - 1
	for last >= 0 && o.blocks[last].part == partNote {
		last--
	}
	for tail := 0; tail <= closingLines && last-tail > 0; tail++ {
		end := last - tail
		if first, sources := o.runUp(end); sources > 0 && (tail == 0 || sources > 1) {
			for end < last && o.couldContinue(end+1) {
				end++ // a line that ends on its link, though it reads as none
			}
			run := o.blocks[first : end+1]
			if len(run) == 1 && (continues.MatchString(run[0].text) || narrates(run[0].text)) {
				return nil // the address of a site, or the text's last words
			}
			for i := range run {
				run[i].part = partBibliography
			}
			return slices.Clone(run)
		}
		if b := o.blocks[end]; b.part == partText && (countWords(b.text) > closingWords || b.role == roleHeading || b.cell) {
			return nil
		}
	}
	return nil
}

// narrates says whether a paragraph that names a work tells something of it, outside
// quotation marks and links, and does not begin as only an entry does.
func narrates(s string) bool {
	if signSurname.MatchString(s) || signYear.MatchString(s) {
		return false
	}
	return narration.MatchString(replaceLinks(quotation.ReplaceAllString(s, " "), func(string) string { return " " }))
}

var (
	quotation = patternOf(`«[^»]*»|“[^”]*”|"[^"]*"`)
	narration = patternOf(`(?i)(?:^|[^\p{L}-])(?:elles?|ils?|on|nous|vous|je|celles?|ceux|qui|ne|est|sont|était|étaient|avait|avaient|it|she|he|they|we|who|is|was|were)[^\p{L}-]`)
)

// runUp goes up from a block while what stands there is a source, or at least a
// line among sources that could be one. It gives the first, and how many read as
// sources.
func (o *outline) runUp(end int) (first, sources int) {
	first = end + 1
	for i := end; i > 0 && end-i < maxEntries; i-- {
		switch {
		case o.isEntry(i):
			first = i
			sources++
		case i == end || !o.couldContinue(i) || first-i > 2:
			return first, sources
		}
	}
	return first, sources
}

// isEntry says whether a block is one that reads as a source.
func (o *outline) isEntry(i int) bool {
	return o.couldContinue(i) && o.reads(i)
}

// couldContinue says whether a block can stand among sources: a short paragraph
// that ends on a link or on a year, or a line that goes on with an entry.
func (o *outline) couldContinue(i int) bool {
	b := o.blocks[i]
	if b.part != partText || b.cell || b.pictures > 0 || b.role == roleHeading || b.role == roleCaption {
		return false
	}
	return o.reads(i) || b.near || countWords(b.text) <= 30 && (endsOnLink(b.text, linkIn(b.text)) || endsOnYear.MatchString(b.text))
}

var endsOnYear = patternOf(`\b(?:1[5-9]|20)\d\d\)?\.?\s*$`, digit)
