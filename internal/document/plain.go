package document

import (
	"strings"
	"unicode/utf8"
)

// readPlain reads a text file by its layout.
func readPlain(data []byte) (draft, error) {
	text, ok := decodeText(data)
	if !ok {
		return draft{}, fail(FaultBroken, "the file is not a text")
	}
	return layout(text)
}

// readBodyText reads a mail's plain text, down to its signature (RFC 3676
// section 4.3).
func readBodyText(data []byte) (draft, error) {
	text := "\n" + strings.ReplaceAll(string(data), "\r\n", "\n")
	if i := strings.LastIndex(text, "\n-- \n"); i >= 0 {
		text = text[:i]
	}
	return layout(text)
}

// layout turns lines into paragraphs: a blank line ends one, and so does a line
// that is shorter than it had to be. An underlined line, or one that begins with
// the hashes of Markdown, is a heading.
func layout(text string) (draft, error) {
	l := layouter{}
	if err := l.held.grow(len(text)); err != nil {
		return draft{}, err
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n\n").Replace(text), "\n")
	l.width = wrapWidth(lines)
	for i, line := range lines {
		next := ""
		if i+1 < len(lines) {
			next = lines[i+1]
		}
		l.line(line, next)
		if err := l.held.grow(0); err != nil {
			return draft{}, err
		}
	}
	l.end()
	return draft{blocks: l.blocks}, nil
}

// layouter holds the paragraph being put together.
type layouter struct {
	width  int // where lines were wrapped; 0 where they were not
	held   size
	blocks []block
	open   []string
	item   bool
	label  string
	above  bool // the line before was text
	near   bool // the open paragraph began right below it
	hangs  bool // and further in
	indent int  // of the line that began what hangs
}

var (
	underline = patternOf(`^\s*(={3,}|-{3,}|~{3,})\s*$`)
	hashes    = patternOf(`^(#{1,6}) +(.+?)[ #]*$`)
	itemMark  = patternOf(`^([-*•–▪◦·]\s+|\[?\d{1,3}[.)\]]\s+)`)
	number    = patternOf(`^\[?\d\S*`)
)

func (l *layouter) line(line, next string) {
	trimmed, above := strings.TrimSpace(line), l.above
	l.above = trimmed != ""
	switch {
	case trimmed == "":
		l.end()
	case underline.MatchString(line) && above:
		l.underlined(trimmed[0])
	case underline.MatchString(line):
		l.end()
	case hashes.MatchString(trimmed):
		l.end()
		m := hashes.FindStringSubmatch(trimmed)
		l.blocks = append(l.blocks, block{text: m[2], role: roleHeading, level: len(m[1])})
	default:
		if m := itemMark.FindStringSubmatch(trimmed); m != nil {
			l.end()
			l.item, l.label, trimmed = true, number.FindString(m[1]), trimmed[len(m[0]):]
		}
		if len(l.open) == 0 {
			l.begin(line, above)
		}
		l.open = append(l.open, trimmed)
		if !l.goesOn(line, next) {
			l.end()
		}
	}
}

// begin notes how a paragraph stands to what is above it.
func (l *layouter) begin(line string, above bool) {
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	l.near, l.hangs = above, above && indent > l.indent
	if !l.hangs {
		l.indent = indent
	}
}

// underlined makes a heading of the line above, where that line stands alone; a
// rule between paragraphs is nothing.
func (l *layouter) underlined(mark byte) {
	if len(l.open) == 0 && len(l.blocks) > 0 && l.blocks[len(l.blocks)-1].role == rolePlain {
		l.open = []string{l.blocks[len(l.blocks)-1].text}
		l.blocks = l.blocks[:len(l.blocks)-1]
	}
	if len(l.open) != 1 || countWords(l.open[0]) > 25 {
		l.end()
		return
	}
	level := 1
	if mark != '=' {
		level = 2
	}
	l.blocks = append(l.blocks, block{text: l.open[0], role: roleHeading, level: level})
	l.open, l.item, l.label = nil, false, ""
}

// goesOn says whether the next line is the same paragraph: the first word of it
// would not have fitted on this one, or this one ends on the space of flowed text
// (RFC 3676).
func (l *layouter) goesOn(line, next string) bool {
	if l.width == 0 || strings.TrimSpace(next) == "" {
		return false
	}
	if strings.HasSuffix(line, " ") {
		return true
	}
	word, _, _ := strings.Cut(strings.TrimSpace(next), " ")
	return utf8.RuneCountInString(strings.TrimRight(line, " "))+1+utf8.RuneCountInString(word) > l.width
}

func (l *layouter) end() {
	if len(l.open) > 0 {
		l.held.blocks++
		l.blocks = append(l.blocks, block{text: strings.Join(l.open, " "), item: l.item, label: l.label, near: l.near, hangs: l.hangs})
	}
	l.open, l.item, l.label = nil, false, ""
}

// wrapWidth is the column at which a text was wrapped: the length of its longest
// line, where no line is longer than a typewriter's or a mail's could be and some
// are near it. 0 says that each line is a paragraph.
func wrapWidth(lines []string) int {
	longest := 0
	for _, line := range lines {
		if strings.Contains(line, "://") {
			continue // a link is as long as it is
		}
		longest = max(longest, utf8.RuneCountInString(strings.TrimRight(line, " \t")))
	}
	if longest > 130 || longest < 50 {
		return 0
	}
	near := 0
	for _, line := range lines {
		if utf8.RuneCountInString(line) > longest*8/10 {
			near++
		}
	}
	if near < 3 {
		return 0
	}
	return longest
}
