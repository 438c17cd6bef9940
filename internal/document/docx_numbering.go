package document

import "strconv"

// docxNumbering is the lists of a document: how each is numbered, and how far it
// has been. Lists that share a definition share its count.
type docxNumbering struct {
	levels  map[string]map[int]numberStyle // by definition
	uses    map[string]string              // definition of each list
	counted map[string]*counters           // by definition

	restarts map[string]map[int]int // where a list begins anew, by list and level
	linked   map[string]string      // the style that defines in a definition's place
	styles   map[string]style
}

// docxNumbers reads the definitions of lists. Damaged ones end where the damage is.
func docxNumbers(a *archive, part string, styles map[string]style) *docxNumbering {
	n := &docxNumbering{
		map[string]map[int]numberStyle{}, map[string]string{}, map[string]*counters{},
		map[string]map[int]int{}, map[string]string{}, styles,
	}
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
				return n.definition(x, e.attr("abstractNumId"))
			case "num":
				return n.list(x, e.attr("numId"))
			}
			return x.skip()
		}, nil)
	}, nil)
	return n
}

func (n *docxNumbering) definition(x *xmlPart, id string) error {
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

func (n *docxNumbering) list(x *xmlPart, id string) error {
	return x.children(func(e element) error {
		switch e.name {
		case "abstractNumId":
			n.uses[id] = e.attr("val")
		case "lvlOverride":
			level, _ := strconv.Atoi(e.attr("ilvl"))
			return x.children(func(e element) error {
				if start, err := strconv.Atoi(e.attr("val")); err == nil && e.name == "startOverride" {
					if n.restarts[id] == nil {
						n.restarts[id] = map[int]int{}
					}
					n.restarts[id][level] = start
				}
				return x.skip()
			}, nil)
		}
		return x.skip()
	}, nil)
}

// next is the label of the next item of a list.
func (n *docxNumbering) next(list string, level int) string {
	definition, ok := n.uses[list]
	if !ok {
		return ""
	}
	if by, ok := n.linked[definition]; ok && n.uses[n.styles[by].list] != "" {
		definition = n.uses[n.styles[by].list]
	}
	c := n.counted[definition]
	if c == nil {
		c = &counters{}
		n.counted[definition] = c
	}
	for level, start := range n.restarts[list] {
		if level >= 0 && level < len(c) {
			c[level] = max(start-1, 0)
		}
	}
	delete(n.restarts, list) // the first item alone begins anew
	return c.next(n.levels[definition], level)
}
