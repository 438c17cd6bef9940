package document

import (
	"strconv"
	"strings"
)

// readDOCX reads WordprocessingML (ECMA-376): the main part, then the footnotes
// and endnotes. Headers, footers and comments are no part of the text.
func readDOCX(data []byte) (draft, error) { return readWord(data, false) }

// readWord reads a document, or one that stands as a chunk within another.
func readWord(data []byte, chunk bool) (draft, error) {
	a, err := openArchive(data)
	if err != nil {
		return draft{}, err
	}
	main := docxMain(a)
	rels := readRelations(a, main)
	styles := docxStyles(a, rels.part("styles"))
	d := &docx{archive: a, chunk: chunk, styles: styles, numbers: docxNumbers(a, rels.part("numbering"), styles)}
	if err := d.read(a, main, rels, rolePlain); err != nil {
		return draft{}, err
	}
	for _, kind := range []string{"footnotes", "endnotes"} {
		part := rels.part(kind)
		if !a.has(part) {
			continue
		}
		if err := d.read(a, part, readRelations(a, part), roleNote); err != nil {
			return draft{}, err
		}
	}
	return draft{blocks: d.blocks, spareTitle: titleProperty(a, "docProps/core.xml")}, nil
}

// docx is one document being read.
type docx struct {
	x       *xmlPart
	styles  map[string]style
	numbers *numbering
	rels    relations // of the part being read
	blocks  []block
	held    size

	as    role // of every paragraph of the part: roleNote in the notes' parts
	cells int  // how many table cells are open
	para  *paragraph

	pending *paragraph // goes on in the next, for its mark is deleted
	fields  []bool     // those that are open, and whether each shows its result yet

	archive *archive
	chunk   bool // what is read is a document within the document
}

// paragraph is a w:p being read.
type paragraph struct {
	block
	text   strings.Builder
	style  style
	hidden bool // the paragraph's style hides its runs
	unseen bool // some of its words are hidden
	joined bool // its mark is deleted: what follows is the same paragraph
	plain  bool // some of its words are neither bold nor underlined
	inner  []block
}

// read reads one part, whose relations are given.
func (d *docx) read(a *archive, part string, rels relations, as role) error {
	r, err := a.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	d.x, d.as, d.rels, d.fields = newXMLPart(r), as, rels, nil
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
		return d.unlessDeleted("trPr", "del")
	case "tc":
		d.cells++
		defer func() { d.cells-- }()
		return d.unlessDeleted("tcPr", "cellDel")
	case "altChunk":
		return d.alternative(e.attr("id"))
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

// unlessDeleted reads a row or a cell of a table, and forgets it where its
// properties say that a tracked change deletes it.
func (d *docx) unlessDeleted(properties, mark string) error {
	before, deleted := len(d.blocks), false
	err := d.x.children(func(e element) error {
		if e.name != properties {
			return d.story(e)
		}
		return d.x.children(func(e element) error {
			deleted = deleted || e.name == mark
			return d.x.skip()
		}, nil)
	}, nil)
	if deleted && before <= len(d.blocks) {
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
		p = &paragraph{style: d.styles[""], hidden: d.styles[""].hidden}
	}
	p.joined = false
	d.para = p
	err := d.x.children(d.inline, nil)
	d.para = outer
	if outer == nil {
		d.endFields()
	}
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
	if p.unseen && strings.TrimSpace(b.text) == "" {
		p.style.list = "" // a hidden item has no number
	}
	if b.item = p.style.numbers(); b.item {
		b.label = d.numbers.next(p.style.list, p.style.listLevel)
	}
	b.cell = d.cells > 0
	b.strong = !p.plain && strings.TrimSpace(b.text) != ""
	if d.as == roleNote {
		b.role = roleNote
	}
	into := &d.blocks
	if outer != nil {
		into = &outer.inner
	}
	*into = append(append(*into, b), p.inner...)
}

// inline reads what may stand in a paragraph.
func (d *docx) inline(e element) error {
	switch e.name {
	case "pPr":
		return d.x.children(d.property, nil)
	case "r":
		return d.run()
	case "del", "moveFrom", "rt", "sdtPr", "sdtEndPr":
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
