package document

import (
	"encoding/binary"
	"strings"
	"testing"
)

// FuzzPDFLayout makes paragraphs of lines at any places: none is lost but those in
// the margins, and none is made up.
func FuzzPDFLayout(f *testing.F) {
	f.Add("Les bancs\nde la ville ont dis-\nparu\n1 Durand, P. (2024), p. 3.", []byte("\x00\x48\x00\x64\x18\x00\x48\x00\x80\x0b\x00\x48\x00\x90\x0b\x00\x48\x02\xf0\x08"))
	f.Add("Revue de la Rive, 1\n• un point\nhttps://example.org/\nsuite\n\f\nRevue de la Rive, 2", []byte{})
	f.Add("\ue001\ue002\n\u00ad\n-\n–\n1", []byte("\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, text string, places []byte) {
		if len(text) > 1<<16 {
			return
		}
		all, letters := placedLines(text, places), 0
		for _, p := range all {
			for _, l := range p.Lines {
				letters += len(l.Text)
			}
		}
		made, err := Reader{PDF: pages{layout: Layout{Pages: all}}}.readPDF(nil)
		if err != nil {
			return
		}
		d := analyse(Document{Type: PDF}, made)
		checkFigures(t, d)
		if n := len(strings.ReplaceAll(d.Text, "\n\n", "")); n > 4*letters+64 {
			t.Errorf("%d bytes of text from %d", n, letters)
		}
	})
}

// placedLines sets each line where five bytes say, on a page for each form feed.
func placedLines(text string, places []byte) []Page {
	pages := []Page{{Height: 842}}
	for i, line := range strings.Split(text, "\n") {
		if line == "\f" {
			pages = append(pages, Page{Height: 842})
			continue
		}
		l := Line{Text: line, Left: 72, Base: 100 + 14*float64(i), Size: 11}
		if len(places) >= 5 {
			l.Left = float64(int16(binary.BigEndian.Uint16(places)))
			l.Base = float64(int16(binary.BigEndian.Uint16(places[2:])))
			l.Size, l.Bold = float64(places[4]&0x3f), places[4]&0x80 != 0
			places = places[5:]
		}
		l.Right = l.Left + l.Size/2*float64(len(line))
		last := &pages[len(pages)-1]
		last.Lines = append(last.Lines, l)
	}
	return pages
}
