package document

import "strconv"

// rawStyle is a style as it is written.
type rawStyle struct {
	name, parent           string
	outline                int   // -1 where it says nothing
	numbered               style // its list and level, nothing else
	hidden, hiddenSaid     bool
	strong, strongSaid     bool
	isDefault, isParagraph bool
}

// docxStyles reads every style of the document, by its id. The default style of
// paragraphs has the id "" as well. A part that is not there or is damaged has no
// styles, and then built-in ids still mean what they mean.
func docxStyles(a *archive, part string) map[string]style {
	raw := map[string]rawStyle{}
	if r, err := a.open(part); err == nil {
		defer r.Close()
		x := newXMLPart(r)
		var down func(element) error
		down = func(e element) error {
			if e.name != "style" {
				return x.children(down, nil)
			}
			s := rawStyle{outline: -1, isDefault: e.attr("default") == "1", isParagraph: e.attr("type") == "paragraph"}
			id := e.attr("styleId")
			err := x.children(s.read(x), nil)
			raw[id] = s
			return err
		}
		_ = x.children(down, nil)
	}
	styles := map[string]style{}
	for id, s := range raw {
		resolve(raw, styles, id)
		if s.isDefault && s.isParagraph {
			styles[""] = styles[id]
		}
	}
	return styles
}

// read reads one element of a style, or of its properties.
func (s *rawStyle) read(x *xmlPart) func(element) error {
	var down func(element) error
	down = func(e element) error {
		switch e.name {
		case "name":
			s.name = e.attr("val")
		case "basedOn":
			s.parent = e.attr("val")
		case "outlineLvl":
			if n, err := strconv.Atoi(e.attr("val")); err == nil {
				s.outline = n
			}
		case "numId", "ilvl":
			s.numbered.count(e)
		case "vanish":
			s.hidden, s.hiddenSaid = isOn(e), true
		case "b":
			s.strong, s.strongSaid = isOn(e), true
		case "pPr", "rPr", "numPr":
			return x.children(down, nil)
		}
		return x.skip()
	}
	return down
}

// resolve asks a style, then its ancestors, and keeps the answer. A style that is
// its own ancestor finds itself saying nothing yet.
func resolve(raw map[string]rawStyle, styles map[string]style, id string) style {
	s, ok := raw[id]
	if out, known := styles[id]; known || !ok || id == "" {
		return out
	}
	styles[id] = style{}
	out := resolve(raw, styles, s.parent)
	if s.numbered.list != "" {
		out.list = s.numbered.list
	}
	if s.numbered.listLevel > 0 {
		out.listLevel = s.numbered.listLevel
	}
	if s.hiddenSaid {
		out.hidden = s.hidden
	}
	if s.strongSaid {
		out.strong = s.strong
	}
	if role, level := roleOfStyle(s.name); role != rolePlain {
		out.role, out.level = role, level
	} else if role, level := roleOfStyle(id); role != rolePlain {
		out.role, out.level = role, level
	}
	if s.outline >= 0 && out.role != roleTitle && out.role != roleContents {
		out = out.outline(s.outline)
	}
	styles[id] = out
	return out
}
