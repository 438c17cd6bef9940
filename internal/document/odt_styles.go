package document

import "strconv"

// odtStyle is a style of paragraphs, of runs or of sections, as written.
type odtStyle struct {
	name, parent string
	level        int
	hidden       bool
	shownSaid    bool // whether the style says anything of being hidden
	strong, said bool // said: whether the style says anything of weight
}

type odtStyles map[string]odtStyle

// read takes in a style.
func (s odtStyles) read(x *xmlPart, e element) error {
	name := e.attr("name")
	st := odtStyle{name: e.attr("display-name"), parent: e.attr("parent-style-name")}
	st.level, _ = strconv.Atoi(e.attr("default-outline-level"))
	if st.name == "" {
		st.name = name
	}
	err := x.children(func(e element) error {
		st.property(e)
		return x.skip()
	}, nil)
	s[name] = st
	return err
}

func (st *odtStyle) property(e element) {
	if display := e.attr("display"); display != "" {
		st.hidden, st.shownSaid = display == "none", true
	}
	if w := e.attr("font-weight"); w != "" {
		st.strong, st.said = w == "bold" || w >= "600" && len(w) == 3, true
	}
	if u := e.attr("text-underline-style"); u != "" && u != "none" {
		st.strong, st.said = true, true
	}
}

// resolve is what a style means, its ancestors asked where it says nothing.
func (s odtStyles) resolve(name string) style {
	var out style
	said, shown := false, false
	for range 20 {
		st, ok := s[name]
		if !ok {
			st.name = name
		}
		if st.said && !said {
			out.strong, said = st.strong, true
		}
		if st.shownSaid && !shown {
			out.hidden, shown = st.hidden, true
		}
		if out.role == rolePlain {
			out.role, out.level = roleOfStyle(st.name)
		}
		if st.level > 0 && out.role == rolePlain {
			out = out.outline(st.level - 1)
		}
		if name = st.parent; name == "" {
			break
		}
	}
	return out
}
