package document

import (
	"strconv"
	"strings"
)

// readDOCX reads WordprocessingML (ECMA-376): the main part, then the footnotes
// and endnotes. Headers, footers and comments are no part of the text.
func readDOCX(data []byte) (draft, error) {
	a, err := openArchive(data)
	if err != nil {
		return draft{}, err
	}
	main := docxMain(a)
	rels := readRelations(a, main)
	d := &docx{styles: docxStyles(a, rels.part("styles")), numbers: docxNumbers(a, rels.part("numbering"))}
	if err := d.read(a, main, rolePlain); err != nil {
		return draft{}, err
	}
	for _, kind := range []string{"footnotes", "endnotes"} {
		part := rels.part(kind)
		if !a.has(part) {
			continue
		}
		if err := d.read(a, part, roleNote); err != nil {
			return draft{}, err
		}
	}
	return draft{blocks: d.blocks, spareTitle: titleProperty(a, "docProps/core.xml")}, nil
}

// docx is one document being read.
type docx struct {
	x       *xmlPart
	styles  map[string]style
	numbers *docxNumbering
	rels    relations // of the part being read
	blocks  []block
	held    size

	as    role // of every paragraph of the part: roleNote in the notes' parts
	cells int  // how many table cells are open
	para  *paragraph

	pending *paragraph // goes on in the next, for its mark is deleted
}

// paragraph is a w:p being read.
type paragraph struct {
	block
	text   strings.Builder
	style  style
	hidden bool // the paragraph's style hides its runs
	joined bool // its mark is deleted: what follows is the same paragraph
	plain  bool // some of its words are neither bold nor underlined
	inner  []block
}

func (d *docx) read(a *archive, part string, as role) error {
	r, err := a.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	d.x, d.as, d.rels = newXMLPart(r), as, readRelations(a, part)
	err = d.x.children(d.story, nil)
	if d.pending != nil {
		d.finish(d.pending, nil)
		d.pending = nil
	}
	return err
}

// story reads what may stand around paragraphs: a body, a table, a control.
func (d *docx) story(e element) error {
	switch e.name {
	case "p":
		return d.paragraph()
	case "tr":
		return d.row()
	case "tc":
		d.cells++
		defer func() { d.cells-- }()
	case "footnote", "endnote":
		if t := e.attr("type"); t != "" && t != "normal" {
			return d.x.skip() // the rule above the notes
		}
	case "del", "moveFrom", "sectPr", "tblPr", "sdtPr", "sdtEndPr", "trPr", "tcPr":
		return d.x.skip()
	case "AlternateContent":
		return d.alternate(d.story)
	}
	return d.x.children(d.story, nil)
}

// row reads a table row, unless a tracked change deletes it.
func (d *docx) row() error {
	before, deleted := len(d.blocks), false
	err := d.x.children(func(e element) error {
		if e.name != "trPr" {
			return d.story(e)
		}
		return d.x.children(func(e element) error {
			deleted = deleted || e.name == "del"
			return d.x.skip()
		}, nil)
	}, nil)
	if deleted {
		d.blocks = d.blocks[:before]
	}
	return err
}

// alternate reads the first choice that mc:AlternateContent offers, and never its
// fallback, which says the same again.
func (d *docx) alternate(read func(element) error) error {
	chosen := false
	return d.x.children(func(e element) error {
		if e.name != "Choice" || chosen {
			return d.x.skip()
		}
		chosen = true
		return d.x.children(read, nil)
	}, nil)
}

// paragraph reads a w:p. One whose mark a tracked change deletes goes on in the
// next.
func (d *docx) paragraph() error {
	outer, p := d.para, (*paragraph)(nil)
	if outer == nil {
		p, d.pending = d.pending, nil
	}
	if p == nil {
		p = &paragraph{style: d.styles[""]}
	}
	p.joined = false
	d.para = p
	err := d.x.children(d.inline, nil)
	d.para = outer
	if err == nil && p.joined && outer == nil {
		d.pending = p
		return nil
	}
	d.finish(p, outer)
	if err != nil {
		return err
	}
	return d.held.add(p.text.Len())
}

// style is a style by its id; one that the document does not define still has
// what its id means in every word processor.
func (d *docx) style(id string) style {
	if s, ok := d.styles[id]; ok {
		return s
	}
	role, level := roleOfStyle(id)
	return style{role: role, level: level}
}

// finish adds a paragraph, and after it the text boxes that are anchored in it.
func (d *docx) finish(p *paragraph, outer *paragraph) {
	b := p.block
	b.text = p.text.String()
	b.role, b.level = p.style.role, p.style.level
	if b.item = p.style.numbers(); b.item {
		b.label = d.numbers.next(p.style.list, p.style.listLevel)
	}
	b.cell = d.cells > 0
	b.strong = !p.plain && strings.TrimSpace(b.text) != ""
	if d.as == roleNote {
		b.role = roleNote
	}
	done := append([]block{b}, p.inner...)
	if outer != nil {
		outer.inner = append(outer.inner, done...)
		return
	}
	d.blocks = append(d.blocks, done...)
}

// inline reads what may stand in a paragraph.
func (d *docx) inline(e element) error {
	switch e.name {
	case "pPr":
		return d.x.children(d.property, nil)
	case "r":
		return d.run()
	case "del", "moveFrom", "rt":
		return d.x.skip()
	case "p":
		return d.paragraph()
	case "hyperlink":
		d.para.links = appendLink(d.para.links, d.rels.byID[e.attr("id")])
	case "t": // of a formula
		return d.characters()
	case "AlternateContent":
		return d.alternate(d.inline)
	}
	return d.x.children(d.inline, nil)
}

// property reads one property of the open paragraph.
func (d *docx) property(e element) error {
	p := d.para
	switch e.name {
	case "pStyle":
		p.style = d.style(e.attr("val"))
		p.hidden = p.style.hidden
	case "outlineLvl":
		if n, err := strconv.Atoi(e.attr("val")); err == nil && p.style.role != roleTitle {
			p.style = p.style.outline(n)
		}
	case "numPr":
		return d.x.children(func(e element) error {
			p.style.count(e)
			return d.x.skip()
		}, nil)
	case "rPr":
		return d.x.children(func(e element) error {
			p.joined = p.joined || e.name == "del" || e.name == "moveFrom"
			return d.x.skip()
		}, nil)
	}
	return d.x.skip()
}

// run reads a w:r, whose properties come before its content.
func (d *docx) run() error {
	p := d.para
	hidden, strong, before := p.hidden, p.style.strong, p.text.Len()
	defer func() {
		if !strong && strings.TrimSpace(p.text.String()[before:]) != "" {
			p.plain = true
		}
	}()
	return d.x.children(func(e element) error {
		switch e.name {
		case "rPr":
			return d.x.children(func(e element) error {
				switch e.name {
				case "rStyle":
					s := d.style(e.attr("val"))
					hidden, strong = hidden || s.hidden, strong || s.strong
				case "vanish":
					hidden = isOn(e)
				case "b":
					strong = isOn(e)
				case "u":
					strong = strong || e.attr("val") != "none"
				}
				return d.x.skip()
			}, nil)
		case "AlternateContent":
			return d.alternate(func(e element) error { return d.piece(e, hidden) })
		}
		return d.piece(e, hidden)
	}, nil)
}

// isOn reads a property that is on by being there (ECMA-376 part 1, 17.17.4).
func isOn(e element) bool {
	v := e.attr("val")
	return v != "0" && v != "false" && v != "off"
}

// piece reads one thing in a run.
func (d *docx) piece(e element, hidden bool) error {
	if hidden {
		return d.x.skip()
	}
	switch e.name {
	case "t":
		return d.characters()
	case "tab", "ptab":
		d.para.text.WriteByte('\t')
	case "br", "cr":
		d.para.text.WriteByte('\n')
	case "noBreakHyphen":
		d.para.text.WriteRune('\u2011')
	case "drawing", "pict":
		return d.drawing()
	case "instrText":
		return d.field()
	case "object", "ruby":
		return d.x.children(func(e element) error {
			if e.name == "rt" {
				return d.x.skip()
			}
			return d.inline(e)
		}, nil)
	}
	return d.x.skip() // delText, marks of notes and comments
}

// field reads a field's instruction, which is no text, for the link that it makes.
func (d *docx) field() error {
	s, err := d.x.content()
	if at := strings.TrimSpace(s); strings.HasPrefix(at, "HYPERLINK ") {
		d.para.links = appendLink(d.para.links, strings.Trim(strings.TrimSpace(at[len("HYPERLINK "):]), `"`))
	}
	return err
}

// characters reads the text of a w:t.
func (d *docx) characters() error {
	s, err := d.x.content()
	d.para.text.WriteString(s)
	return err
}

// drawing reads a picture or a shape: at most one picture each, what describes it,
// and the text boxes in it.
func (d *docx) drawing() error {
	p, picture := d.para, 0
	var down func(element) error
	down = func(e element) error {
		switch e.name {
		case "txbxContent":
			return d.x.children(d.story, nil) // they follow the paragraph that anchors them
		case "blip", "imagedata":
			picture = 1
		case "docPr":
			p.describe(e.attr("descr"), e.attr("title"))
		case "shape":
			p.describe(e.attr("alt"))
		case "AlternateContent":
			return d.alternate(down)
		case "Fallback":
			return d.x.skip()
		}
		return d.x.children(down, nil)
	}
	err := d.x.children(down, nil)
	p.pictures += picture
	return err
}
