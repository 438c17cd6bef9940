package sandbox

import (
	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

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

// shapes counts what a page shows beside its text: pictures, and the lines and
// outlines of drawings, those within groups among them.
func shapes(p pdfium.Pdfium, page requests.Page) (pictures, drawings int) {
	count, err := p.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return 0, 0
	}
	c := counter{p: p, left: mostObjects}
	for i := range min(count.Count, mostObjects) {
		object, err := p.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			break
		}
		c.count(object.PageObject, 0)
	}
	return c.pictures, c.drawings
}

type counter struct {
	p                        pdfium.Pdfium
	left, pictures, drawings int
}

func (c *counter) count(object references.FPDF_PAGEOBJECT, depth int) {
	if c.left--; c.left < 0 {
		return
	}
	kind, err := c.p.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object})
	if err != nil {
		return
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_PATH, enums.FPDF_PAGEOBJ_SHADING:
		c.drawings++
	case enums.FPDF_PAGEOBJ_IMAGE:
		if depth > 0 || c.isLarge(object) { // within a group, the size is the group's own
			c.pictures++
		}
	case enums.FPDF_PAGEOBJ_FORM:
		if depth < mostNested && (depth > 0 || c.isLarge(object)) {
			c.countGroup(object, depth+1)
		}
	}
}

func (c *counter) countGroup(group references.FPDF_PAGEOBJECT, depth int) {
	count, err := c.p.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: group})
	if err != nil {
		return
	}
	for i := range min(count.Count, mostObjects) {
		object, err := c.p.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: group, Index: uint64(i)})
		if err != nil || c.left <= 0 {
			return
		}
		c.count(object.PageObject, depth)
	}
}

func (c *counter) isLarge(object references.FPDF_PAGEOBJECT) bool {
	box, err := c.p.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
	return err == nil && box.Right-box.Left >= leastPicture && box.Top-box.Bottom >= leastPicture
}

// links are the places of a page that lead to an address.
func links(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, page requests.Page, height float64) (found []document.Link) {
	for at, n := 0, 0; n < mostLinks; n++ {
		next, err := p.FPDFLink_Enumerate(&requests.FPDFLink_Enumerate{Page: page, StartPos: at})
		if err != nil || next.Link == nil || next.NextStartPos == nil {
			return found
		}
		at = *next.NextStartPos
		box, err := p.FPDFLink_GetAnnotRect(&requests.FPDFLink_GetAnnotRect{Link: *next.Link})
		url := address(p, doc, *next.Link)
		if err != nil || box.Rect == nil || url == "" {
			continue
		}
		found = append(found, document.Link{
			URL: url, Left: float64(box.Rect.Left), Right: float64(box.Rect.Right),
			Top: height - float64(box.Rect.Top), Bottom: height - float64(box.Rect.Bottom),
		})
	}
	return found
}

// address is where a link leads to, "" where that is no address.
func address(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, link references.FPDF_LINK) string {
	action, err := p.FPDFLink_GetAction(&requests.FPDFLink_GetAction{Link: link})
	if err != nil || action.Action == nil {
		return ""
	}
	kind, err := p.FPDFAction_GetType(&requests.FPDFAction_GetType{Action: *action.Action})
	if err != nil || kind.Type != enums.FPDF_ACTION_ACTION_URI {
		return ""
	}
	path, err := p.FPDFAction_GetURIPath(&requests.FPDFAction_GetURIPath{Document: doc, Action: *action.Action})
	if err != nil || path.URIPath == nil {
		return ""
	}
	return *path.URIPath
}
