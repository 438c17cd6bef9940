package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What tells paragraphs apart, in points or as shares.
const (
	sameSize   = 0.6  // letters this much larger or smaller are of one size
	wideGap    = 1.3  // times the usual distance of lines that a paragraph's end may add
	indent     = 6.0  // the least first-line indent
	columnSlip = 45.0 // how far apart lines of one column may begin
	largeShare = 1.12 // times the text's size, from which a line is a heading
	smallShare = 0.92 // and below which a line at the foot of a page is a note
)

// typeset makes paragraphs of the lines of all pages.
func typeset(pages []Page) []block {
	strip(pages)
	t := &typesetter{join: newJoiner(pages), body: bodySize(pages)}
	t.leading = usualGap(pages, t.body)
	for _, p := range pages {
		t.page(p)
	}
	t.end()
	t.rank()
	return t.blocks
}

// typesetter holds the paragraph being put together.
type typesetter struct {
	join          joiner
	body, leading float64 // the size of the text's letters, and the distance of its lines

	blocks []block
	sizes  []float64 // of each block
	open   []Line
	links  []string // of the open lines
	width  float64  // where the column of the open lines ends
	notes  []block  // of the page, put behind its text
}

// page adds the lines of one page.
func (t *typesetter) page(p Page) {
	text, notes := splitNotes(p, t.body)
	unmark(text, notes)
	for i, l := range text {
		if len(t.open) > 0 && !t.goesOn(p, l, i == 0) {
			t.end()
		}
		t.width = columnEnd(p, l)
		t.open = append(t.open, l)
		t.links = append(t.links, p.linksOf(l)...)
	}
	t.footnotes(notes)
	if p.Pictures > 0 {
		t.end()
		t.blocks, t.sizes = append(t.blocks, block{pictures: p.Pictures}), append(t.sizes, t.body)
	}
}

// linksOf is where the words of a line lead to on the web.
func (p Page) linksOf(l Line) (links []string) {
	for _, to := range p.Links {
		if to.Top < l.Base && l.Base < to.Bottom+l.Size/2 && to.Left < l.Right && l.Left < to.Right {
			links = appendLink(links, to.URL)
		}
	}
	return links
}

// goesOn says whether a line belongs to the paragraph that is open.
func (t *typesetter) goesOn(p Page, l Line, newPage bool) bool {
	last := t.open[len(t.open)-1]
	switch {
	case math.Abs(l.Size-last.Size) > sameSize && math.Abs(l.Base-last.Base) > 2:
		return false
	case isItem(l.Text):
		return false
	case beginsSource(last, l):
		return false
	case newPage || l.Base < last.Base-t.leading/2:
		return midSentence(last, l) || startsLink(l.Text) || !fallsShort(last, l, t.width) && (!endsSentence(last.Text) || startsLow(l.Text))
	case l.Base-last.Base > t.gap(last.Size)*wideGap, len(t.open) == 1 && standsOver(last, l, columnEnd(p, l)):
		return false
	case startsLink(l.Text):
		return true
	case fallsShort(last, l, t.width) && !midSentence(last, l):
		return false
	case last.Bold != l.Bold && (endsSentence(last.Text) || last.Bold):
		return false
	}
	return t.aligned(l)
}

// gap is the distance of lines of letters of a size.
func (t *typesetter) gap(size float64) float64 {
	if size > t.body+sameSize {
		return math.Max(t.leading, size*1.25)
	}
	return t.leading
}

// midSentence says whether a line plainly goes on in the next.
func midSentence(last, next Line) bool { return !endsSentence(last.Text) && startsLow(next.Text) }

// startsLink says whether a line begins on an address: it was too long for the last.
func startsLink(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.")
}

// fallsShort says whether the first word of the next line would still have
// fitted on the last one: a typesetter breaks a line only where it must. The word's
// width is that of as many letters of the last line, and may be a quarter more.
func fallsShort(last, next Line, width float64) bool {
	if centred(last, next) || strings.HasSuffix(last.Text, "-") && startsLow(next.Text) {
		return false
	}
	return last.Right+firstWord(last, next) < width-1
}

// firstWord is how much room the first word of a line would take at the end of the
// last one.
func firstWord(last, next Line) float64 {
	word, _, _ := strings.Cut(next.Text, " ")
	letter := (last.Right - last.Left) / float64(max(1, utf8.RuneCountInString(last.Text)))
	return letter * 1.25 * float64(1+utf8.RuneCountInString(word))
}

// standsOver says whether a line in the middle or on the right, as a name is, stands
// over a paragraph that it is no part of: the first word of the line below would have
// fitted on it, or it is less than half as wide as the column. Bold lines are a title's.
func standsOver(last, next Line, column float64) bool {
	if last.Bold && next.Bold || last.Left < next.Left+indent {
		return false
	}
	word := firstWord(last, next)
	return last.Right+word < next.Right || last.Left > next.Left+columnSlip && last.Right-last.Left+word < (column-next.Left)/2
}

// centred says whether two lines share their middle and not their ends.
func centred(a, b Line) bool {
	return math.Abs(a.Left+a.Right-b.Left-b.Right) < 6 && math.Abs(a.Left-b.Left) > indent
}

// columnEnd is where the column of a line ends: as far as any line that begins
// near it reaches.
func columnEnd(p Page, l Line) float64 {
	end := l.Right
	for _, other := range p.Lines {
		if math.Abs(other.Left-l.Left) < columnSlip {
			end = math.Max(end, other.Right)
		}
	}
	return end
}

// endsSentence says whether a line may be the last of a paragraph: it ends on a full
// stop, a mark of a note apart, or on an address.
func endsSentence(s string) bool {
	if endsOnAddress(s) {
		return true
	}
	s = strings.TrimRight(s, " »”\")]0123456789")
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;") || strings.HasSuffix(s, "…")
}

// beginsSource says whether a line begins the next source of a list, though the line
// before has no room left: that one ends on a link, or on a full stop and this one has
// names and a year in front.
func beginsSource(last, next Line) bool {
	if endsOnAddress(last.Text) {
		return startsLink(next.Text) || !startsLow(next.Text) && beginsAsSource(next.Text)
	}
	return strings.HasSuffix(last.Text, ".") && !startsLow(next.Text) && signYear.MatchString(next.Text) && beginsAsSource(next.Text)
}

// endsOnAddress says whether the last word of a line is a link.
func endsOnAddress(s string) bool {
	return strings.Contains(s[strings.LastIndexByte(s, ' ')+1:], "://")
}

func startsLow(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// bullets begin the items of a list.
const bullets = "•▪◦●■–*\uf0b7\uf0a7§"

func isItem(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(bullets, r) && strings.HasPrefix(s[n:], " ") || strings.HasPrefix(s, "- ")
}

// end closes the paragraph that is open. The notes of its pages follow it.
func (t *typesetter) end() {
	if len(t.open) > 0 {
		b := block{strong: true, links: slices.Compact(t.links)}
		for _, l := range t.open {
			b.text = t.join.join(b.text, l.Text)
			b.strong = b.strong && l.Bold
		}
		if isItem(b.text) {
			_, after, _ := strings.Cut(b.text, " ")
			b.item, b.text = true, after
		}
		t.blocks, t.sizes = append(t.blocks, b), append(t.sizes, t.open[0].Size)
		t.open, t.links = nil, nil
	}
	for _, n := range t.notes {
		t.blocks, t.sizes = append(t.blocks, n), append(t.sizes, t.body)
	}
	t.notes = nil
}

// rank makes headings of short paragraphs in large letters. Each size is a level;
// the largest is the title's where it stands at the top alone.
func (t *typesetter) rank() {
	var large []float64
	for i, b := range t.blocks {
		if t.isLarge(i) && !slices.ContainsFunc(large, func(s float64) bool { return math.Abs(s-t.sizes[i]) <= sameSize }) && b.text != "" {
			large = append(large, t.sizes[i])
		}
	}
	slices.SortFunc(large, func(a, b float64) int { return cmp.Compare(b, a) })
	if len(large) == 0 {
		return
	}
	title := t.titleAt(large[0])
	for i := range t.blocks {
		if !t.isLarge(i) {
			continue
		}
		level := 1 + slices.IndexFunc(large, func(s float64) bool { return math.Abs(s-t.sizes[i]) <= sameSize })
		switch {
		case i == title:
			t.blocks[i].role = roleTitle
		case title >= 0:
			t.blocks[i].role, t.blocks[i].level = roleHeading, max(1, level-1)
		default:
			t.blocks[i].role, t.blocks[i].level = roleHeading, level
		}
	}
}

func (t *typesetter) isLarge(at int) bool {
	b := t.blocks[at]
	return t.sizes[at] > t.body*largeShare && !b.item && b.short(titleWords) && b.role != roleNote
}

// titleAt is the one block in the largest letters, -1 where there are several or
// where it stands too far down.
func (t *typesetter) titleAt(largest float64) int {
	at := -1
	for i := range t.blocks {
		if t.isLarge(i) && math.Abs(t.sizes[i]-largest) <= sameSize {
			if at >= 0 || i >= topBlocks {
				return -1
			}
			at = i
		}
	}
	return at
}

// bodySize is the size in which most letters are set.
func bodySize(pages []Page) float64 {
	letters := map[float64]int{}
	for _, p := range pages {
		for _, l := range p.Lines {
			letters[math.Round(l.Size*2)/2] += len(l.Text)
		}
	}
	best, most := 0.0, 0
	for size, n := range letters {
		if n > most || n == most && size < best {
			best, most = size, n
		}
	}
	return best
}

// usualGap is the distance between most lines of the text.
func usualGap(pages []Page, body float64) float64 {
	var gaps []float64
	for _, p := range pages {
		for i := 1; i < len(p.Lines); i++ {
			gap := p.Lines[i].Base - p.Lines[i-1].Base
			if math.Abs(p.Lines[i].Size-body) <= sameSize && gap > body*0.8 && gap < body*3.5 {
				gaps = append(gaps, gap)
			}
		}
	}
	if len(gaps) == 0 {
		return body * 1.2
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/3]
}
