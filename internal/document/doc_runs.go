package document

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
)

// docRun is what is said of the bytes from one place to another of the main
// stream: of characters, or of paragraphs.
type docRun struct {
	from, to uint32

	deleted, strong bool // strong: bold or underlined
	vanish          docToggle
	special, object bool // a sign that stands for something; an embedded object

	style int
	table bool
	docLayout
}

// docToggle is what a run or a style says of a property that is on or off.
type docToggle uint8

const (
	unsaid docToggle = iota
	off
	on
	opposite // of what the style says
)

func toggle(operand byte) docToggle {
	switch operand {
	case 0:
		return off
	case 1:
		return on
	case 0x81:
		return opposite
	}
	return unsaid
}

// over is whether the property is on, where what is below says that it is or not.
func (t docToggle) over(below bool) bool {
	return t == on || t == opposite && !below || t == unsaid && below
}

// docLayout is what a paragraph, or its style, says of its place in an outline and
// in a list.
type docLayout struct {
	outline int    // 1 and more than the level, counted from 0; 0 says nothing
	list    string // "" says nothing, "0" none
	level   int    // in the list, from 0
}

// property takes in one of a paragraph's.
func (l *docLayout) property(sprm uint16, operand []byte) {
	switch sprm {
	case 0x2640:
		l.outline = int(operand[0]) + 1
	case 0x260a:
		l.level = int(operand[0])
	case 0x460b:
		l.list = "0"
		if n := int16(binary.LittleEndian.Uint16(operand)); n > 0 {
			l.list = strconv.Itoa(int(n))
		}
	}
}

// docCursor finds the run of a place. Places mostly come in order.
type docCursor struct {
	runs []docRun
	now  int
}

func (c *docCursor) at(place uint32) docRun {
	for step := range 2 {
		if i := c.now + step; i < len(c.runs) && c.runs[i].from <= place && place < c.runs[i].to {
			c.now = i
			return c.runs[i]
		}
	}
	i, found := slices.BinarySearchFunc(c.runs, place, func(r docRun, place uint32) int { return cmp.Compare(r.from, place) })
	if !found {
		i--
	}
	if i < 0 || place >= c.runs[i].to {
		return docRun{}
	}
	c.now = i
	return c.runs[i]
}

const docPage = 512

// runs reads the pages of properties (2.8.5, 2.8.6) that a table lists: each begins
// with the places at which its runs begin, and ends with their number.
func (d *doc) runs(table int, of func(page []byte, n, i int) docRun) []docRun {
	plc := d.part(table)
	pages := min(max(len(plc)-4, 0)/8, len(d.word)/docPage)
	var runs []docRun
	for i := range pages {
		at := int64(binary.LittleEndian.Uint32(plc[4*(pages+1)+4*i:])&0x3fffff) * docPage
		if (len(plc)-4)/8 != pages || at+docPage > int64(len(d.word)) {
			break
		}
		page := d.word[at : at+docPage]
		n := int(page[docPage-1])
		for j := 0; j < n && 4*j+8 < docPage; j++ {
			r := of(page, n, j)
			r.from, r.to = binary.LittleEndian.Uint32(page[4*j:]), binary.LittleEndian.Uint32(page[4*j+4:])
			runs = append(runs, r)
		}
	}
	slices.SortStableFunc(runs, func(a, b docRun) int { return cmp.Compare(a.from, b.from) })
	return runs
}

// characterRun reads a Chpx (2.9.32).
func characterRun(page []byte, n, i int) docRun {
	r := docRun{}
	at := 4*(n+1) + i
	if at >= docPage || page[at] == 0 {
		return r
	}
	at = 2 * int(page[at])
	eachSprm(page[at+1:min(at+1+int(page[at]), docPage)], func(sprm uint16, operand []byte) {
		set := operand[0]&1 == 1
		switch sprm {
		case 0x0800:
			r.deleted = r.deleted || set
		case 0x083c:
			r.vanish = toggle(operand[0])
		case 0x0835:
			r.strong = r.strong || set
		case 0x2a3e: // underlined
			r.strong = r.strong || operand[0] != 0
		case 0x0855:
			r.special = set
		case 0x0856, 0x080a:
			r.object = r.object || set
		}
	})
	return r
}

// paragraphRun reads a PapxInFkp (2.9.175).
func paragraphRun(page []byte, n, i int) docRun {
	r := docRun{}
	at := 4*(n+1) + 13*i
	if at >= docPage || page[at] == 0 {
		return r
	}
	at = 2 * int(page[at])
	length := 2*int(page[at]) - 1
	if at++; length < 0 && at < docPage {
		length = 2 * int(page[at])
		at++
	}
	if length < 2 || at+length > docPage {
		return r
	}
	r.style = int(binary.LittleEndian.Uint16(page[at:]))
	eachSprm(page[at+2:at+length], func(sprm uint16, operand []byte) {
		if sprm == 0x2416 {
			r.table = operand[0] != 0
		}
		r.property(sprm, operand)
	})
	return r
}

// eachSprm yields the properties of a list (2.2.5), as far as their lengths hold.
func eachSprm(list []byte, yield func(sprm uint16, operand []byte)) {
	for len(list) > 2 {
		sprm := binary.LittleEndian.Uint16(list)
		list = list[2:]
		length := [8]int{1, 1, 2, 4, 2, 2, 0, 3}[sprm>>13]
		switch {
		case sprm == 0xd608 && len(list) > 1: // of a table, with a length of its own
			length = 1 + int(binary.LittleEndian.Uint16(list))
		case length == 0:
			length = 1 + int(list[0])
		}
		if length < 1 || length > len(list) {
			return
		}
		yield(sprm, list[:length])
		list = list[length:]
	}
}
