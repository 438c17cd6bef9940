package email

import "encoding/binary"

// property is one MAPI property: its type and the bytes of its first value.
type property struct {
	kind int
	data []byte
}

// The property types of MS-OXCDATA section 2.11.1 that matter.
const (
	kindString8 = 0x001e
	kindUnicode = 0x001f
	kindObject  = 0x000d
	kindBinary  = 0x0102
	multiValued = 0x1000
	firstNamed  = 0x8000 // identifiers from here on bear a name
)

// fixedKinds are the types of a fixed size, padded to four bytes.
var fixedKinds = map[int]int{
	0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000a: 4, 0x000b: 4,
	0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8,
	0x0048: 16,
}

func (p property) isTrue() bool { return len(p.data) > 0 && p.data[0] != 0 }

// text is a property that is text, or bytes that are.
func (p property) text(codepage int) string {
	switch p.kind {
	case kindUnicode:
		return utf16Text(p.data)
	case kindString8, kindBinary:
		return decodeCodepage(codepage, p.data)
	}
	return ""
}

// readProperties reads the property list of MS-OXTNEF section 2.1.3.4, as far as it
// makes sense.
func readProperties(data []byte) map[int]property {
	c := cutter{rest: data}
	props := map[int]property{}
	for range min(c.uint32(), maxProperties) {
		kind, id := c.uint16(), c.uint16()
		if id >= firstNamed {
			c.name()
		}
		value := c.values(kind)
		if c.short {
			break
		}
		if _, twice := props[id]; !twice {
			props[id] = property{kind &^ multiValued, value}
		}
	}
	return props
}

// cutter takes bytes off the front of data; short says that they did not suffice.
type cutter struct {
	rest  []byte
	short bool
}

func (c *cutter) take(n int) []byte {
	if c.short || n < 0 || n > len(c.rest) {
		c.short = true
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cutter) uint32() int {
	if b := c.take(4); b != nil {
		return int(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (c *cutter) uint16() int {
	if b := c.take(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

// padded takes n bytes and what fills them up to four; the last may lack its filling.
func (c *cutter) padded(n int) []byte {
	taken := c.take(n)
	c.rest = c.rest[min((4-n%4)%4, len(c.rest)):]
	return taken
}

// name passes over the name of a property: a GUID, and a number or text.
func (c *cutter) name() {
	c.take(16)
	if c.uint32() == 0 {
		c.take(4)
	} else {
		c.padded(c.uint32())
	}
}

// values takes the values of a property and gives the first.
func (c *cutter) values(kind int) []byte {
	size, fixed := fixedKinds[kind&^multiValued]
	count := 1
	if kind&multiValued != 0 || !fixed {
		count = c.uint32()
	}
	var first []byte
	for i := range count {
		if c.short {
			break
		}
		n := size
		if !fixed {
			n = c.uint32()
		}
		if value := c.padded(n); i == 0 {
			first = value
		}
	}
	return first
}
