package sandbox

import (
	"encoding/binary"

	"github.com/bara-think-tank/guichet/internal/document"
)

// A picture smaller than this, in points, is an ornament; of a page with more
// objects or links than these, the rest are not looked at.
const (
	leastPicture = 48
	mostObjects  = 2000
	mostLinks    = 500
	mostNested   = 4 // groups within groups
)

// The kinds of a page's objects (fpdf_edit.h), and of the action that leads to an
// address (fpdf_doc.h).
const (
	kindPath    = 2
	kindImage   = 3
	kindShading = 4
	kindForm    = 5

	actionURI = 3
)

// shapes counts what a page shows beside its text: pictures, and the lines and
// outlines of drawings, those within groups among them.
func (p *instance) shapes(page uint64) (pictures, drawings int) {
	c := counter{instance: p, left: mostObjects}
	for i := range min(p.integer("FPDFPage_CountObjects", page), mostObjects) {
		object := p.call("FPDFPage_GetObject", page, uint64(i))
		if object == 0 {
			break
		}
		c.count(object, 0)
	}
	return c.pictures, c.drawings
}

type counter struct {
	*instance
	left, pictures, drawings int
}

func (c *counter) count(object uint64, depth int) {
	if c.left--; c.left < 0 {
		return
	}
	switch c.integer("FPDFPageObj_GetType", object) {
	case kindPath, kindShading:
		c.drawings++
	case kindImage:
		if depth > 0 || c.isLarge(object) { // within a group, the size is the group's own
			c.pictures++
		}
	case kindForm:
		if depth < mostNested && (depth > 0 || c.isLarge(object)) {
			c.countGroup(object, depth+1)
		}
	}
}

func (c *counter) countGroup(group uint64, depth int) {
	for i := range min(c.integer("FPDFFormObj_CountObjects", group), mostObjects) {
		object := c.call("FPDFFormObj_GetObject", group, uint64(i))
		if object == 0 || c.left <= 0 {
			return
		}
		c.count(object, depth)
	}
}

func (c *counter) isLarge(object uint64) bool {
	at := c.room(16)
	if !c.holds("FPDFPageObj_GetBounds", object, at, at+4, at+8, at+12) {
		return false
	}
	box := c.floats(at, 4) // left, bottom, right, top
	return box[2]-box[0] >= leastPicture && box[3]-box[1] >= leastPicture
}

// links are the places of a page that lead to an address.
func (p *instance) links(doc, page uint64, height float64) (found []document.Link) {
	for at, n := uint32(0), 0; n < mostLinks; n++ {
		next := p.room(32)
		p.memory().WriteUint32Le(uint32(next), at)
		if !p.holds("FPDFLink_Enumerate", page, next, next+4) {
			return found
		}
		told := p.bytes(next, 8)
		at = binary.LittleEndian.Uint32(told)
		link := uint64(binary.LittleEndian.Uint32(told[4:]))
		boxed := p.holds("FPDFLink_GetAnnotRect", link, next+8)
		box := p.floats(next+8, 4) // left, top, right, bottom
		url := p.address(doc, link)
		if !boxed || url == "" {
			continue
		}
		found = append(found, document.Link{URL: url, Left: box[0], Right: box[2], Top: height - box[1], Bottom: height - box[3]})
	}
	return found
}

// address is where a link leads to, "" where that is no address.
func (p *instance) address(doc, link uint64) string {
	action := p.call("FPDFLink_GetAction", link)
	if action == 0 || p.integer("FPDFAction_GetType", action) != actionURI {
		return ""
	}
	length := p.integer("FPDFAction_GetURIPath", doc, action, 0, 0)
	into := p.room(length)
	p.call("FPDFAction_GetURIPath", doc, action, into, uint64(length))
	return p.utf8(into, length)
}
