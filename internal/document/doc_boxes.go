package document

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// docBox is where the story of a text box lies, among those of all.
type docBox struct{ from, to uint32 }

// boxes finds the text boxes by the place in the text at which each is anchored:
// one table has the anchors of shapes (2.8.37), another the stories of those that
// hold text (2.8.32), and a shape's number is in both.
func (d *doc) boxes(first uint32) map[uint32][]docBox {
	const anchor, story = 26, 22 // bytes that are said of each
	stories := map[uint32]docBox{}
	plc := d.part(0x25a)
	n := max(len(plc)-4, 0) / (4 + story)
	for i := range n {
		said := plc[4*(n+1)+story*i:]
		box := docBox{first + binary.LittleEndian.Uint32(plc[4*i:]), first + binary.LittleEndian.Uint32(plc[4*i+4:])}
		if reusable := binary.LittleEndian.Uint16(said[8:]); reusable == 0 && first <= box.from && box.from < box.to {
			stories[binary.LittleEndian.Uint32(said[14:])] = box
		}
	}
	at := map[uint32][]docBox{}
	plc = d.part(0x1da)
	n = max(len(plc)-4, 0) / (4 + anchor)
	for i := range n {
		place, shape := binary.LittleEndian.Uint32(plc[4*i:]), binary.LittleEndian.Uint32(plc[4*(n+1)+anchor*i:])
		if box, ok := stories[shape]; ok {
			at[place] = append(at[place], box)
			delete(stories, shape)
		}
	}
	return at
}

// boxesLeft reads the text boxes that nothing in the text anchors.
func (d *doc) boxesLeft(from, to uint32) error {
	slices.SortFunc(d.placed, func(a, b docBox) int { return cmp.Compare(a.from, b.from) })
	for _, box := range d.placed {
		if box.from > from {
			if err := d.story(from, min(box.from, to), rolePlain); err != nil {
				return err
			}
		}
		from = max(from, box.to)
	}
	return d.story(from, max(from, to), rolePlain)
}
