package document

import (
	"regexp"
	"strings"
)

// The margins in which running heads and page numbers stand, as a share of the
// page, and how many lines they may take in each.
const (
	marginShare = 0.12
	marginLines = 3
)

// pageNumber is a line that says nothing but which page it is.
var pageNumber = regexp.MustCompile(`(?i)^(p(age)?\.?\s*)?[-–—|\s]*(\d{1,4}|[ivxl]{1,6})[-–—|\s]*((/|sur|of|de)\s*\d{1,4})?$`)

// strip leaves out what the pages repeat in their margins: running heads and feet,
// whatever page number is in them, and lone page numbers.
func strip(pages []Page) {
	seen := map[string]int{} // the pages that have a line in a margin
	for _, p := range pages {
		here := map[string]bool{}
		for i := range p.Lines {
			if p.inMargin(i) {
				here[unnumbered(p.Lines[i].Text)] = true
			}
		}
		for text := range here {
			seen[text]++
		}
	}
	least := max(2, (len(pages)+2)/3)
	for i := range pages {
		p := &pages[i]
		kept := make([]Line, 0, len(p.Lines))
		for j, l := range p.Lines {
			repeats := seen[unnumbered(l.Text)] >= least
			if !p.inMargin(j) || !repeats && !pageNumber.MatchString(l.Text) {
				kept = append(kept, l)
			}
		}
		p.Lines = kept
	}
}

// inMargin says whether a line stands in the top or the bottom margin, with no
// more than a few lines beyond it.
func (p Page) inMargin(at int) bool {
	base := p.Lines[at].Base
	top, bottom := base < p.Height*marginShare, base > p.Height*(1-marginShare)
	if !top && !bottom {
		return false
	}
	beyond := 0
	for _, l := range p.Lines {
		if top && l.Base < base-1 || bottom && l.Base > base+1 {
			beyond++
		}
	}
	return beyond < marginLines
}

var anyNumber = regexp.MustCompile(`\d+`)

// unnumbered is a line with its numbers made alike, as running heads differ by
// them alone.
func unnumbered(s string) string { return anyNumber.ReplaceAllString(strings.ToLower(s), "#") }
