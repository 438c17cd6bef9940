package document

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// docParagraph is the paragraph that is open, and the fields that are.
type docParagraph struct {
	block
	text   strings.Builder
	plain  bool // some of its words are not bold
	unseen bool // some of its words are hidden
	boxes  []docBox
	fields []docField
	high   rune // the first half of a surrogate pair
}

// docField is a field: its instruction, up to what it shows.
type docField struct {
	instruction strings.Builder
	shows       bool
}

// story reads the characters from one position to another as paragraphs of a role.
func (d *doc) story(from, to uint32, as role) error {
	p := &docParagraph{}
	characters, paragraphs := docCursor{runs: d.characters}, docCursor{runs: d.paragraphs}
	first, _ := slices.BinarySearchFunc(d.pieces, from, func(p docPiece, at uint32) int { return cmp.Compare(p.to, at) })
	for _, piece := range d.pieces[first:] {
		if piece.from >= to {
			break
		}
		for at := max(from, piece.from); at < min(to, piece.to); at++ {
			unit, place, ok := d.character(piece, at)
			if !ok {
				return brokenDOC()
			}
			if err := d.held.grow(1); err != nil {
				return err
			}
			run := characters.at(place)
			ends := unit == '\r' || unit == 7 || unit == '\f'
			switch {
			case ends && unit != 7 && (run.deleted || run.vanish == on):
				p.unseen = true
				continue // the mark that is gone joins two paragraphs
			case !ends && (run.deleted || run.vanish.over(d.hiding && d.style(paragraphs.at(place)).hidden)):
				p.unseen = true
				continue
			}
			if ends {
				if err := d.finish(p, paragraphs.at(place), unit == 7, as); err != nil {
					return err
				}
				p = &docParagraph{}
				continue
			}
			if unit == 8 && at < d.number(docText) { // a box within a box is none
				p.boxes = append(p.boxes, d.anchored[at]...)
			}
			p.take(rune(unit), run)
		}
	}
	return d.finish(p, docRun{}, false, as)
}

// finish ends a paragraph. A field that does not show by its end is no field.
func (d *doc) finish(p *docParagraph, is docRun, cell bool, as role) error {
	b := p.block
	b.text = p.text.String()
	st := d.style(is)
	if is.outline > 0 && st.role != roleTitle && st.role != roleContents {
		st = st.outline(is.outline - 1)
	}
	if b.role, b.level = st.role, st.level; as != rolePlain {
		b.role = as
	}
	if is.list != "" {
		st.list = is.list
	}
	if is.list != "" || is.level > 0 {
		st.listLevel = is.level
	}
	if p.unseen && strings.TrimSpace(b.text) == "" {
		st.list = "" // a hidden item has no number
	}
	if b.item = st.numbers(); b.item {
		b.label = d.numbers.next(st.list, st.listLevel)
	}
	b.cell = cell || is.table
	b.strong = !p.plain && strings.TrimSpace(b.text) != ""
	d.blocks = append(d.blocks, b)
	if err := d.held.add(2 * strings.Count(b.text, "") / 3); err != nil { // letters of two bytes
		return err
	}
	for _, box := range p.boxes {
		if err := d.story(box.from, box.to, as); err != nil {
			return err
		}
	}
	d.placed = append(d.placed, p.boxes...)
	return nil
}

func (d *doc) style(is docRun) style {
	if is.style < len(d.styles) {
		return d.styles[is.style]
	}
	return style{}
}

// take adds a character, or does what it stands for.
func (p *docParagraph) take(c rune, run docRun) {
	last := len(p.fields) - 1
	switch {
	case c == 0x13:
		if last < MaxDepth {
			p.fields = append(p.fields, docField{})
		}
		return
	case c == 0x14 && last >= 0:
		p.link(strings.TrimSpace(p.fields[last].instruction.String()))
		p.fields[last].shows = true
		return
	case c == 0x15 && last >= 0:
		p.fields = p.fields[:last]
		return
	}
	for i := range p.fields {
		if !p.fields[i].shows {
			if c >= ' ' && i == last && p.fields[i].instruction.Len() < 4096 {
				p.fields[i].instruction.WriteRune(c)
			}
			return
		}
	}
	p.show(c, run)
}

// show adds a character that is seen.
func (p *docParagraph) show(c rune, run docRun) {
	switch {
	case c == 1 && run.special && !run.object:
		p.pictures++
	case c == '\t':
		p.text.WriteByte('\t')
	case c == '\v', c == 0x0e:
		p.text.WriteByte('\n')
	case c == 0x1e:
		p.text.WriteRune('\u2011')
	case c < ' ', run.special: // what marks notes, comments, drawings
	case utf16.IsSurrogate(c) && c < 0xdc00:
		p.high = c
		return
	case utf16.IsSurrogate(c):
		p.text.WriteRune(utf16.DecodeRune(p.high, c))
	default:
		if !utf8.ValidRune(c) || c >= 0xf000 && c <= 0xf0ff { // a symbol font's own
			c = '•'
		}
		p.plain = p.plain || !run.strong && unicode.IsLetter(c)
		p.text.WriteRune(c)
	}
	p.high = 0
}

// link keeps where a field leads.
func (p *docParagraph) link(instruction string) {
	if rest, ok := strings.CutPrefix(instruction, "HYPERLINK "); ok {
		to, _, _ := strings.Cut(strings.TrimLeft(rest, ` "`), `"`)
		p.links = appendLink(p.links, strings.TrimSpace(to))
	}
}
