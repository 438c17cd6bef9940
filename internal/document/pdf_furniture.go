package document

import (
	"strconv"
	"strings"
)

// The margins in which running heads and page numbers stand, as a share of the
// page, how many lines they may take in each, and how long one may be.
const (
	marginShare   = 0.12
	marginLines   = 3
	marginLetters = 250 // bytes of one line
)

// pageNumber is a line that says nothing but which page it is.
var pageNumber = patternOf(`(?i)^(p(age)?\.?\s*)?[-–—|\s]*(\d{1,4}|[ivxl]{1,6})[-–—|\s]*((/|sur|of|de)\s*\d{1,4})?$`)

// strip leaves out what the pages repeat in their margins: running heads and feet,
// whatever page number is in them, and lone page numbers.
func strip(pages []Page) {
	seen := map[string][]marginal{} // what the pages have in their margins, by its words
	for i, p := range pages {
		for j, l := range p.Lines {
			if p.inMargin(j) {
				key := unnumbered(l.Text)
				seen[key] = append(seen[key], marginal{i, numbersIn(l.Text)})
			}
		}
	}
	least := max(2, (len(pages)+2)/3)
	for i := range pages {
		p := &pages[i]
		kept := make([]Line, 0, len(p.Lines))
		for j, l := range p.Lines {
			if !p.inMargin(j) || !(marginal{i, numbersIn(l.Text)}).repeats(seen[unnumbered(l.Text)], least) && !pageNumber.MatchString(l.Text) {
				kept = append(kept, l)
			}
		}
		p.Lines = kept
	}
}

// marginal is a line in the margin of a page.
type marginal struct {
	page    int
	numbers []string
}

// marginalsLooked is how many lines of the same words are looked at: enough for a
// third of any text's pages to be among them.
const marginalsLooked = MaxPages

// repeats says whether a line stands on so many pages, this one among them.
func (m marginal) repeats(others []marginal, least int) bool {
	found, last := 0, -1
	for _, o := range others[:min(len(others), marginalsLooked)] {
		if o.page != last && m.isRunning(o) {
			if found, last = found+1, o.page; found >= least {
				return true
			}
		}
	}
	return false
}

// isRunning says whether two lines of the same words are one running head: their
// numbers are the same, or count the pages. The last lines of two notes that differ
// in a year or a page are not.
func (m marginal) isRunning(o marginal) bool {
	for i, n := range m.numbers {
		if n == o.numbers[i] {
			continue
		}
		mine, err := strconv.Atoi(n)
		theirs, err2 := strconv.Atoi(o.numbers[i])
		if err != nil || err2 != nil || theirs-mine != o.page-m.page {
			return false
		}
	}
	return true
}

// inMargin says whether a line stands in the top or the bottom margin, with no
// more than a few lines beyond it, and is short enough for a running head.
func (p Page) inMargin(at int) bool {
	base := p.Lines[at].Base
	if len(p.Lines[at].Text) > marginLetters {
		return false
	}
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

func numbersIn(s string) []string { return anyNumber.FindAllString(s, -1) }

var anyNumber = patternOf(`\d+`, digit)

// unnumbered is a line with its numbers made alike, as running heads differ by
// them alone.
func unnumbered(s string) string { return anyNumber.ReplaceAllString(strings.ToLower(s), "#") }
