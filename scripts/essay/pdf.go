package essay

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// PDF is the text typeset on pages of A4, with its notes at the foot of their page
// and a picture on the first; nil for none.
func PDF(e Essay, picture []byte) ([]byte, error) {
	var p press
	e.Walk(func(style, text, note string) {
		look := map[string]look{"Title": {2, 24}, "Heading1": {2, 15}, "Normal": {1, 11}}[style]
		p.add(look, text, note)
	})
	p.turn()
	return p.bind(picture)
}

// look is a font, 1 for the upright and 2 for the bold, and its size in points.
type look struct{ font, size int }

// press sets lines on pages, from the top down.
type press struct {
	pages []string // their content
	page  strings.Builder
	y     int      // where the last line stands
	notes []string // of the page in hand
}

const (
	margin    = 72
	pageTop   = 770
	pageWidth = 595 - 2*margin
	noteRoom  = 12 // of a line of a note
)

func (p *press) add(l look, text, note string) {
	if p.y == 0 {
		p.y = pageTop
	}
	p.y -= l.size / 2
	for _, line := range wrap(text, pageWidth*2/l.size) {
		if p.y -= l.size * 5 / 4; p.y < margin+noteRoom*(len(p.notes)+2) {
			p.turn()
			p.y = pageTop - l.size
		}
		p.line(l, p.y, line)
	}
	if note != "" {
		p.notes = append(p.notes, wrap(fmt.Sprintf("%d. %s", len(p.notes)+1, note), pageWidth*2/9)...)
	}
}

func (p *press) line(l look, y int, text string) {
	encoded, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(err) // the vocabulary is ours
	}
	fmt.Fprintf(&p.page, "BT /F%d %d Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n", l.font, l.size, margin, y, pdfText.Replace(encoded))
}

var pdfText = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)

// turn ends a page, with its notes and its number.
func (p *press) turn() {
	for i, note := range p.notes {
		p.line(look{1, 9}, margin+noteRoom*(len(p.notes)-i), note)
	}
	p.line(look{1, 9}, margin/2, fmt.Sprint(len(p.pages)+1))
	p.pages = append(p.pages, p.page.String())
	p.page.Reset()
	p.notes, p.y = nil, 0
}

// wrap breaks a text into lines of so many characters.
func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// The numbers of the objects that every file has; the pages follow.
const (
	catalogue = 1 + iota
	pageTree
	upright
	bold
	image
	firstPage
)

// bind writes the file: its objects, and the table of where each begins.
func (p *press) bind(picture []byte) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var places []int
	object := func(format string, args ...any) {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(places))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	var kids strings.Builder
	for i := range p.pages {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
	}
	object("<</Type/Catalog/Pages %d 0 R>>", pageTree)
	object("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(p.pages))
	object("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>")
	object("<</Type/Font/Subtype/Type1/BaseFont/Times-Bold/Encoding/WinAnsiEncoding>>")
	// A picture of grey points in 64 columns, a byte each.
	object("<</Type/XObject/Subtype/Image/Width 64/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>\nstream\n%s\nendstream",
		len(picture)/64, len(picture), picture)
	for i, content := range p.pages {
		if i == 0 && picture != nil {
			content += fmt.Sprintf("q 40 0 0 40 %d %d cm /I Do Q\n", margin, pageTop+10)
		}
		packed, err := deflate(content)
		if err != nil {
			return nil, err
		}
		object("<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 %d 0 R/F2 %d 0 R>>/XObject<</I %d 0 R>>>>>>",
			pageTree, firstPage+2*i+1, upright, bold, image)
		object("<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream", len(packed), packed)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, place := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, catalogue, table)
	return b.Bytes(), nil
}

func deflate(text string) ([]byte, error) {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
