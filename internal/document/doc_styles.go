package document

import "encoding/binary"

// docRoles are the styles that Word has built in, by their numbers (2.9.259).
var docRoles = map[int]role{62: roleTitle, 74: roleSubtitle, 34: roleCaption}

// styleSheet reads what each style means (2.9.271); an ancestor is asked where it
// says nothing.
func (d *doc) styleSheet() []style {
	sheet := d.part(0xa2)
	if len(sheet) < 6 {
		return nil
	}
	base := int(binary.LittleEndian.Uint16(sheet[4:]))
	sheet = sheet[min(len(sheet), 2+int(binary.LittleEndian.Uint16(sheet))):]
	var styles []style
	var parents []int
	var vanishes []docToggle
	for len(sheet) >= 2 && len(styles) < 4095 {
		length := int(binary.LittleEndian.Uint16(sheet))
		one := sheet[2:min(len(sheet), 2+length)]
		sheet = sheet[min(len(sheet), 2+length+length%2):]
		st, vanish, parent := style{}, unsaid, 0xfff
		if len(one) >= 4 {
			st, vanish = ownStyle(one, base)
			built := int(binary.LittleEndian.Uint16(one) & 0xfff)
			parent = int(binary.LittleEndian.Uint16(one[2:]) >> 4)
			switch {
			case built >= 1 && built <= 9:
				st.role, st.level = roleHeading, built
			case built >= 19 && built <= 27:
				st.role = roleContents
			case docRoles[built] != rolePlain:
				st.role = docRoles[built]
			}
		}
		styles, parents, vanishes = append(styles, st), append(parents, parent), append(vanishes, vanish)
	}
	for i := range styles {
		inherit(styles, parents, i)
		styles[i].hidden = hides(vanishes, parents, i, 20)
	}
	return styles
}

// inherit asks a style's ancestors where it says nothing.
func inherit(styles []style, parents []int, i int) {
	own := &styles[i]
	for at, steps := parents[i], 0; at < len(styles) && steps < 20; at, steps = parents[at], steps+1 {
		if own.role == rolePlain {
			own.role, own.level = styles[at].role, styles[at].level
		}
		if own.list == "" {
			own.list, own.listLevel = styles[at].list, max(own.listLevel, styles[at].listLevel)
		}
	}
}

// ownStyle reads what a style of paragraphs says by itself (2.9.260): behind its
// base and its name stand the properties of paragraphs, then those of characters.
func ownStyle(one []byte, base int) (st style, vanish docToggle) {
	if binary.LittleEndian.Uint16(one[2:])&15 != 1 { // not of paragraphs
		return st, unsaid
	}
	r := docReader{left: one}
	r.take(base)
	r.take(2*r.short() + 2)
	var layout docLayout
	papx := r.take(r.short())
	if len(papx) > 2 && !r.over {
		eachSprm(papx[2:], layout.property)
	}
	r.take(len(papx) % 2)
	if chpx := r.take(r.short()); !r.over {
		eachSprm(chpx, func(sprm uint16, operand []byte) {
			if sprm == 0x083c {
				vanish = toggle(operand[0])
			}
		})
	}
	if layout.outline > 0 {
		st = st.outline(layout.outline - 1)
	}
	st.list, st.listLevel = layout.list, layout.level
	return st, vanish
}

// hides says whether a style hides its words, itself or by its ancestors.
func hides(vanishes []docToggle, parents []int, at, depth int) bool {
	if at >= len(vanishes) || depth == 0 {
		return false
	}
	return vanishes[at].over(vanishes[at] != on && vanishes[at] != off && hides(vanishes, parents, parents[at], depth-1))
}
