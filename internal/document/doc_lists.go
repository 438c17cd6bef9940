package document

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// docFormats are the formats of numbers ([MS-OSHARED] 2.2.1.3) that are written as
// such; a bullet has none, and those of other scripts are written as figures.
var docFormats = map[byte]string{1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 23: "", 255: ""}

// docReader takes numbers off a part of a file; past its end they are zero.
type docReader struct {
	left []byte
	over bool // the end came early
}

func (r *docReader) take(n int) []byte {
	if n < 0 || n > len(r.left) {
		r.left, r.over = nil, true
		return make([]byte, max(0, min(n, 1<<16)))
	}
	out := r.left[:n]
	r.left = r.left[n:]
	return out
}

func (r *docReader) short() int { return int(binary.LittleEndian.Uint16(r.take(2))) }
func (r *docReader) long() int  { return int(int32(binary.LittleEndian.Uint32(r.take(4)))) }

// lists reads how lists are numbered: the definitions (2.9.189), whose levels
// stand behind them, and the lists that use them (2.9.187). Damaged ones end where
// the damage is.
func (d *doc) lists() *numbering {
	n := newNumbering()
	from := min(int64(d.number(0x2e2)), int64(len(d.table)))
	if d.number(0x2e2+4) > 0 {
		d.listDefinitions(n, &docReader{left: d.table[from:]})
	}
	d.listUses(n, &docReader{left: d.part(0x2ea)})
	return n
}

func (d *doc) listDefinitions(n *numbering, r *docReader) {
	type definition struct {
		id     string
		levels int
	}
	var all []definition
	for range r.short() {
		one := r.take(28)
		if r.over {
			return
		}
		levels := 9
		if one[26]&1 != 0 { // a simple list
			levels = 1
		}
		all = append(all, definition{strconv.Itoa(int(int32(binary.LittleEndian.Uint32(one)))), levels})
	}
	for _, of := range all {
		levels := map[int]numberStyle{}
		for i := range of.levels {
			if levels[i] = r.level(); r.over {
				return
			}
		}
		n.levels[of.id] = levels
	}
}

// level reads an LVL (2.9.149).
func (r *docReader) level() numberStyle {
	start := r.long()
	head := r.take(24)
	format, known := docFormats[head[0]]
	if !known {
		format = "decimal"
	}
	r.take(int(head[21]))
	r.take(int(head[20]))
	var text strings.Builder
	for range r.short() {
		if r.over {
			break
		}
		if c := r.short(); c < 9 {
			text.WriteString("%" + strconv.Itoa(c+1))
		} else {
			text.WriteRune(rune(c))
		}
	}
	return numberStyle{format: format, text: text.String(), start: start}
}

// listUses reads the lists, by their numbers from 1, and where each begins anew.
func (d *doc) listUses(n *numbering, r *docReader) {
	var overrides []int
	for range r.long() {
		one := r.take(16)
		if r.over {
			return
		}
		overrides = append(overrides, int(one[12]))
		n.uses[strconv.Itoa(len(overrides))] = strconv.Itoa(int(int32(binary.LittleEndian.Uint32(one))))
	}
	for i, levels := range overrides {
		r.long()
		for range levels {
			start, flags := r.long(), r.long()
			if r.over {
				return
			}
			level := flags & 15
			if flags&0x20 != 0 {
				start = r.level().start
			}
			if flags&0x10 != 0 {
				n.restart(strconv.Itoa(i+1), level, start)
			}
		}
	}
}
