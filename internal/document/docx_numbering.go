package document

import "strconv"

// docxNumbers reads the definitions of lists. Damaged ones end where the damage is.
func docxNumbers(a *archive, part string, styles map[string]style) *numbering {
	n := newNumbering()
	n.styles = styles
	r, err := a.open(part)
	if err != nil {
		return n
	}
	defer r.Close()
	x := newXMLPart(r)
	_ = x.children(func(root element) error {
		return x.children(func(e element) error {
			switch e.name {
			case "abstractNum":
				return n.readDefinition(x, e.attr("abstractNumId"))
			case "num":
				return n.readList(x, e.attr("numId"))
			}
			return x.skip()
		}, nil)
	}, nil)
	return n
}

func (n *numbering) readDefinition(x *xmlPart, id string) error {
	levels := map[int]numberStyle{}
	n.levels[id] = levels
	return x.children(func(e element) error {
		switch e.name {
		case "numStyleLink":
			n.linked[id] = e.attr("val")
			return x.skip()
		case "lvl":
		default:
			return x.skip()
		}
		level, _ := strconv.Atoi(e.attr("ilvl"))
		style := numberStyle{start: 1}
		err := x.children(func(e element) error {
			switch value := e.attr("val"); e.name {
			case "start":
				style.start, _ = strconv.Atoi(value)
			case "numFmt":
				if style.format = value; value == "bullet" || value == "none" {
					style.format = ""
				}
			case "lvlText":
				style.text = value
			}
			return x.skip()
		}, nil)
		levels[level] = style
		return err
	}, nil)
}

func (n *numbering) readList(x *xmlPart, id string) error {
	return x.children(func(e element) error {
		switch e.name {
		case "abstractNumId":
			n.uses[id] = e.attr("val")
		case "lvlOverride":
			level, _ := strconv.Atoi(e.attr("ilvl"))
			return x.children(func(e element) error {
				if start, err := strconv.Atoi(e.attr("val")); err == nil && e.name == "startOverride" {
					n.restart(id, level, start)
				}
				return x.skip()
			}, nil)
		}
		return x.skip()
	}, nil)
}
