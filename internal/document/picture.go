package document

// creditMarks is what credits a picture, in a caption or beside it.
var creditMarks = patternOf(`(?i)©|\(c\)\s|\b(crédits?|credits?|photos?|photographies?|sources?|illustrations?|images?|infographies?|dessins?|cartes?|d[’']après)\b[^:]{0,40}[\s\x{a0}\x{202f}]*:|\bphoto(graphie)? (de|by|par)\b|\b(photo|photographie|image|illustration|infographie|carte|dessin|picture|map|drawing)s? (générée?|réalisée?|créée?|prise|dessinée?|generated|made|created|taken|drawn)s? (par|avec|by|with)\b`)

// allCredits is a line that credits every picture at once.
var allCredits = patternOf(`(?i)^\s*crédits?\s+(des\s+)?(photos|photographiques?|images|iconographiques?|illustrations)`)

// credits counts the pictures of a document, and those that are credited: by their
// own description, by the words of their paragraph, by the one or two paragraphs
// that follow or the one before, or by one line for all of them.
func credits(blocks []block) (pictures, credited int) {
	all := false
	for i, b := range blocks {
		all = all || allCredits.MatchString(b.text)
		if b.pictures == 0 {
			continue
		}
		pictures += b.pictures
		if isCredited(blocks, i) {
			credited += b.pictures
		}
	}
	if all {
		credited = pictures
	}
	return pictures, credited
}

func isCredited(blocks []block, at int) bool {
	b := blocks[at]
	if creditMarks.MatchString(b.alt) || b.short(60) && creditMarks.MatchString(b.text) {
		return true
	}
	for _, beside := range []int{at + 1, at + 2, at - 1} {
		if beside < 0 || beside >= len(blocks) || blocks[beside].part == partBibliography {
			continue
		}
		// What stands beside the next picture is that one's.
		if beside != at+1 && blocks[beside].pictures > 0 || beside == at+2 && blocks[at+1].pictures > 0 {
			continue
		}
		if c := blocks[beside]; c.short(60) && creditMarks.MatchString(c.text) {
			return true
		}
	}
	return false
}
