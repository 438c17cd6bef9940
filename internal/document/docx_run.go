package document

import (
	"slices"
	"strings"
)

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
	if e.name == "fldChar" {
		d.fieldMark(e.attr("fldCharType"))
		return d.x.skip()
	}
	if hidden {
		d.para.unseen = d.para.unseen || e.name == "t"
		return d.x.skip()
	}
	if slices.Contains(d.fields, false) && e.name != "instrText" {
		return d.x.skip() // within an instruction
	}
	switch e.name {
	case "t":
		return d.characters()
	case "sym":
		d.para.text.WriteRune(symbol(e.attr("char")))
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

// characters reads the text of a w:t.
func (d *docx) characters() error {
	return d.x.children(
		func(element) error { return d.x.skip() },
		func(s string) error { d.para.text.WriteString(s); return nil },
	)
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
