package document

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// docParts is what a document of Word 97 is made of.
type docParts struct {
	text, notes, comments string // "\r" ends a paragraph, "\a" a cell
	styled                []docStyled
	wide                  bool // UTF-16; else windows-1252
	flags, version        uint16
	repeated              int    // how often the one piece is named again
	box                   string // a text box, anchored at the \b in the text
}

// docStyled says of the first paragraph or run that is text, in the text, what it
// is. The styles are heading 1, one based on it, Title, one that hides, one of list 1
// and one of the outline's second level, from 1.
type docStyled struct {
	text                  string
	style                 int
	hidden, bold, special bool
	shown                 bool // whatever its style says
	list, level           int  // list 2 begins list 1 anew
}

// makeDOC builds a compound file of the two streams.
func makeDOC(p docParts) []byte {
	word, table := docStreams(p)
	return compound("WordDocument", word, "0Table", table)
}

// docStreams builds the stream of the text, and that of what is said of it.
func docStreams(p docParts) (word, table []byte) {
	const begins = 0x400
	le := binary.LittleEndian
	all := p.text + p.notes + p.comments + p.box
	raw, width, at := []byte(nil), 1, uint32(2*begins|1<<30)
	if p.wide {
		width, at = 2, begins
		for _, u := range utf16.Encode([]rune(all)) {
			raw = le.AppendUint16(raw, u)
		}
	} else {
		raw, _ = charmap.Windows1252.NewEncoder().Bytes([]byte(all))
	}
	length := func(s string) uint32 { return uint32(len(utf16.Encode([]rune(s)))) }
	word = append(make([]byte, begins), raw...)
	word = append(word, make([]byte, docPage-len(word)%docPage)...)
	place := func(s string) (from, to uint32) {
		before, _, _ := strings.Cut(all, s)
		from = begins + uint32(width)*length(before)
		return from, from + uint32(width)*length(s)
	}
	var pages [2]uint32 // characters, paragraphs
	for kind := range pages {
		pages[kind] = uint32(len(word) / docPage)
		word = append(word, propertyPage(kind, p.styled, place)...)
	}

	le.PutUint16(word, 0xa5ec)
	if p.version == 0 {
		p.version = 0xc1
	}
	le.PutUint16(word[2:], p.version)
	le.PutUint16(word[10:], p.flags)
	le.PutUint32(word[0x4c:], length(p.text)*uint32(p.repeated+1))
	le.PutUint32(word[0x50:], length(p.notes))
	le.PutUint32(word[0x5c:], length(p.comments))
	part := func(at int, b []byte) {
		le.PutUint32(word[at:], uint32(len(table)))
		le.PutUint32(word[at+4:], uint32(len(b)))
		table = append(table, b...)
	}
	part(0xa2, docStyles())
	if p.box != "" {
		le.PutUint32(word[docBoxes:], length(p.box))
		before, _, _ := strings.Cut(p.text, "\b")
		anchor := le.AppendUint32(le.AppendUint32(nil, length(before)), length(p.text))
		part(0x1da, append(le.AppendUint32(anchor, 1024), make([]byte, 22)...))
		story := append(le.AppendUint32(le.AppendUint32(nil, 0), length(p.box)), make([]byte, 14)...)
		part(0x25a, append(le.AppendUint32(story, 1024), make([]byte, 4)...))
	}
	definitions, levels, uses := docLists()
	part(0x2e2, definitions)
	table = append(table, levels...) // beside it, and not counted in its length
	part(0x2ea, uses)
	for kind, at := range []int{0xfa, 0x102} {
		b := le.AppendUint32(le.AppendUint32(nil, begins), begins+uint32(len(raw)))
		part(at, le.AppendUint32(b, pages[kind]))
	}
	var positions, pieces []byte
	for i := range p.repeated + 1 {
		positions = le.AppendUint32(positions, uint32(i)*length(all))
		pieces = append(le.AppendUint32(append(pieces, 0, 0), at), 0, 0)
	}
	positions = le.AppendUint32(positions, uint32(p.repeated+1)*length(all))
	plc := append(positions, pieces...)
	part(0x1a2, append(le.AppendUint32([]byte{1, 2, 0, 0, 0, 2}, uint32(len(plc))), plc...))
	return word, table
}

// propertyPage writes one page: the runs that are styled, and those between them.
func propertyPage(kind int, styled []docStyled, place func(string) (uint32, uint32)) []byte {
	page, places, runs := make([]byte, docPage), []uint32(nil), []docStyled(nil)
	for _, s := range styled {
		from, to := place(s.text)
		if kind == 1 {
			to++ // the mark of the paragraph
		}
		if n := len(places); n > 0 && places[n-1] == from {
			places, runs = append(places[:n-1], from, to), append(runs[:n-1], s, docStyled{})
		} else {
			places, runs = append(places, from, to), append(runs, s, docStyled{})
		}
	}
	if len(runs) > 0 {
		runs = runs[:len(runs)-1]
	}
	page[docPage-1] = byte(len(runs))
	for i, at := range places {
		binary.LittleEndian.PutUint32(page[4*i:], at)
	}
	end, at := 4*(len(runs)+1), docPage-2
	for i, s := range runs {
		one, slot := []byte{2, byte(s.style), 0, 0}, end+13*i // a style, and no property
		if s.list > 0 {
			one = []byte{5, byte(s.style), 0, 0x0b, 0x46, byte(s.list), 0, 0x0a, 0x26, byte(s.level)}
		}
		if kind == 0 {
			one, slot = []byte{0}, end+i
			if s.shown {
				one = append(binary.LittleEndian.AppendUint16(one, 0x083c), 0)
			}
			for sprm, on := range map[uint16]bool{0x083c: s.hidden, 0x0835: s.bold, 0x0855: s.special} {
				if on {
					one = append(binary.LittleEndian.AppendUint16(one, sprm), 1)
				}
			}
			one[0] = byte(len(one) - 1)
		}
		at -= len(one) + len(one)%2
		copy(page[at:], one)
		page[slot] = byte(at / 2)
	}
	return page
}

// docStyles is a style sheet of Normal and of the styles that docStyled names.
func docStyles() []byte {
	le := binary.LittleEndian
	sheet := []byte{4, 0, 7, 0, 10, 0}
	for _, s := range []struct {
		built, parent uint16
		papx, chpx    []byte
	}{
		{0, 0xfff, nil, nil},
		{1, 0, nil, nil},
		{0xffe, 1, nil, nil},
		{62, 0, nil, nil},
		{0xffe, 0, nil, []byte{0x3c, 0x08, 1}},
		{0xffe, 0, []byte{0x0b, 0x46, 1, 0}, nil},
		{0xffe, 0, []byte{0x40, 0x26, 1}, nil},
	} {
		one := le.AppendUint16(nil, s.built)
		one = le.AppendUint16(one, s.parent<<4|1)
		one = append(one, make([]byte, 6)...)
		one = append(le.AppendUint16(one, 1), 'x', 0, 0, 0) // its name
		papx := append([]byte{0, 0}, s.papx...)
		one = append(le.AppendUint16(one, uint16(len(papx))), papx...)
		one = append(one, make([]byte, len(papx)%2)...)
		one = append(le.AppendUint16(one, uint16(len(s.chpx))), s.chpx...)
		sheet = append(le.AppendUint16(sheet, uint16(len(one))), one...)
		sheet = append(sheet, make([]byte, len(one)%2)...)
	}
	return sheet
}

// docLists is one definition, of numbers and letters, and two lists that use it.
func docLists() (definitions, levels, uses []byte) {
	le := binary.LittleEndian
	definitions = le.AppendUint32([]byte{1, 0}, 77)
	definitions = append(definitions, make([]byte, 24)...)
	for i := range 9 {
		head := make([]byte, 28)
		head[0], head[25] = 1, 3 // begins at 1; three bytes of paragraph properties
		head[4] = byte(4 * (i % 2))
		levels = append(append(levels, head...), 0x16, 0x24, 1)
		levels = append(levels, 2, 0, byte(i), 0, ')', 0)
	}
	uses = []byte{2, 0, 0, 0}
	for overrides := range 2 {
		one := make([]byte, 16)
		le.PutUint32(one, 77)
		one[12] = byte(overrides)
		uses = append(uses, one...)
	}
	uses = append(uses, 0xff, 0xff, 0xff, 0xff) // the first overrides nothing
	uses = append(uses, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0x10, 0, 0, 0)
	return definitions, levels, uses
}

// compound builds a compound file ([MS-CFB]) of streams, given as name and bytes.
func compound(streams ...any) []byte {
	le := binary.LittleEndian
	const sector = 512
	var body []byte
	var fat []uint32
	chain := func(b []byte) (first uint32) {
		first = uint32(len(fat))
		b = append(b, make([]byte, (sector-len(b)%sector)%sector)...)
		for i := range len(b) / sector {
			fat = append(fat, first+uint32(i)+1)
		}
		fat[len(fat)-1] = 0xfffffffe
		body = append(body, b...)
		return first
	}
	entry := func(name string, kind byte, right, child, first uint32, size int) []byte {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(name))
		for i, u := range units {
			le.PutUint16(e[2*i:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66], e[67] = kind, 1
		le.PutUint32(e[68:], 0xffffffff)
		le.PutUint32(e[72:], right)
		le.PutUint32(e[76:], child)
		le.PutUint32(e[116:], first)
		le.PutUint32(e[120:], uint32(size))
		return e
	}
	directory := entry("Root Entry", 5, 0xffffffff, 1, 0xfffffffe, 0)
	for i := 0; i < len(streams); i += 2 {
		b := streams[i+1].([]byte)
		b = append(b, make([]byte, max(0, 4096-len(b)))...) // shorter ones lie elsewhere
		right := uint32(0xffffffff)
		if i+2 < len(streams) {
			right = uint32(i/2 + 2)
		}
		directory = append(directory, entry(streams[i].(string), 2, right, 0xffffffff, chain(b), len(b))...)
	}
	directory = append(directory, make([]byte, (4*128-len(directory)%(4*128))%(4*128))...)
	directoryAt := chain(directory)

	header := make([]byte, sector)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le.PutUint16(header[24:], 0x3e)
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[28:], 0xfffe)
	le.PutUint16(header[30:], 9)
	le.PutUint16(header[32:], 6)
	fatSectors := len(fat)/127 + 1
	le.PutUint32(header[44:], uint32(fatSectors))
	le.PutUint32(header[48:], directoryAt)
	le.PutUint32(header[56:], 4096)
	le.PutUint32(header[60:], 0xfffffffe)
	le.PutUint32(header[68:], 0xfffffffe)
	for i := range 109 {
		le.PutUint32(header[76+4*i:], 0xffffffff)
	}
	for i := range min(fatSectors, 109) {
		le.PutUint32(header[76+4*i:], uint32(len(fat)))
		fat = append(fat, 0xfffffffd)
	}
	table := bytes.Repeat([]byte{0xff}, fatSectors*sector)
	for i, next := range fat {
		le.PutUint32(table[4*i:], next)
	}
	return slices.Concat(header, body, table)
}

func TestDOCText(t *testing.T) {
	for _, test := range []struct {
		name string
		made docParts
		want string
	}{
		{"windows-1252", docParts{text: "L’œuf\rla coque\r"}, "L’œuf\n\nla coque"},
		{"UTF-16", docParts{text: "L’œuf\rмир 😀\r", wide: true}, "L’œuf\n\nмир 😀"},
		{"no last mark", docParts{text: "un\rdeux"}, "un\n\ndeux"},
		{"forced line and page", docParts{text: "un\vdeux\ftrois\r"}, "un\n\ndeux\n\ntrois"},
		{"a table", docParts{text: "a\ab\a\ac\r"}, "a\n\nb\n\nc"},
		{"a field", docParts{text: "voir \x13 PAGEREF x\x14page \x13 IF \x14deux\x15\x15.\r"}, "voir page deux."},
		{"a field that shows nothing", docParts{text: "un \x13 TC x\x15deux\r"}, "un deux"},
		{"a field that does not end", docParts{text: "un\x13 x\rdeux\r"}, "un\n\ndeux"},
		{"notes, without their marks", docParts{text: "dit\x02 ici\r", notes: "\x02 la note\r"}, "dit ici\n\nla note"},
		{"comments", docParts{text: "dit\r", comments: "commenté\r"}, "dit"},
		{"a hidden run", docParts{text: "vu cachévu\r", styled: []docStyled{{text: "caché", hidden: true}}}, "vu vu"},
		{"a text box, where it is anchored", docParts{text: "un\b\rdeux\r", notes: "note\r", box: "boîte\b\r"}, "un\n\nboîte\n\ndeux\n\nnote"},
		{"a text box that nothing anchors", docParts{text: "un\rdeux\r", box: "boîte\r"}, "un\n\ndeux\n\nboîte"},
		{"hidden by a style, and shown again", docParts{text: "caché\rmontré\rvu\r", styled: []docStyled{{text: "caché", style: 4}, {text: "montré", style: 4, shown: true}}}, "montré\n\nvu"},
		{"a pair of pieces", docParts{text: "un\r", repeated: 1}, "un\n\nun"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("x.doc", "", makeDOC(test.made)); d.Text != test.want || d.Error != "" || d.Type != DOC {
				t.Errorf("got %q (%s, %s), want %q", d.Text, d.Type, d.Error, test.want)
			}
		})
	}
}

func TestDOCLists(t *testing.T) {
	d := Read("x.doc", "", makeDOC(docParts{text: "un\rbis\rdeux\rcaché\rtrois\rneuf\rdix\rplat\rtitre\r" + prose(20) + "\r", styled: []docStyled{
		{text: "un", list: 1},
		{text: "bis", list: 1, level: 1},
		{text: "deux", list: 1},
		{text: "caché", style: 4, list: 1},
		{text: "trois", style: 5},
		{text: "neuf", list: 2},
		{text: "dix", list: 2},
		{text: "titre", style: 6},
	}}))
	if want := "1) un\n\na) bis\n\n2) deux\n\n3) trois\n\n1) neuf\n\n2) dix\n\nplat\n\ntitre\n\n" + prose(20); d.Text != want || d.Error != "" {
		t.Errorf("got %q (%s), want %q", d.Text, d.Error, want)
	}
	if d.Title != "titre" { // the only heading, by its style's level
		t.Errorf("title %q", d.Title)
	}
}

func TestDOCStructure(t *testing.T) {
	text := "Une ville à refaire\rPar Jeanne Delmas\rPremier temps\r" + prose(40) + "\rUn détail\r" + prose(50) + "\r\x01\rCrédit photo : J. Delmas\r" +
		"Bibliographie\rRoche, H. (2021). Les rues. Revue des Horizons. https://a.example.org/\r" +
		"\x13 HYPERLINK \"https://b.example.org/\" \x14Delmas, J. (2020). Les places. Le Quotidien.\x15\r"
	styled := []docStyled{
		{text: "Une ville à refaire", style: 3},
		{text: "Premier temps", style: 1},
		{text: "Un détail", style: 2},
		{text: "\x01", special: true},
		{text: "Bibliographie", style: 1},
	}
	d := Read("x.doc", "", makeDOC(docParts{text: text, notes: "\x02 Une note.\r", styled: styled}))
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas"}) || d.Error != "" {
		t.Errorf("title %q, authors %q, %s", d.Title, d.Authors, d.Error)
	}
	if want := []Heading{{1, "Premier temps"}, {1, "Un détail"}, {1, "Bibliographie"}}; !slices.Equal(d.Headings, want) {
		t.Errorf("headings %v", d.Headings)
	}
	if len(d.Sources) != 2 || d.Sources[1].URL != "https://b.example.org/" {
		t.Errorf("sources %+v", d.Sources)
	}
	if d.Pictures != 1 || d.Credited != 1 || d.Words != 3+4+40+50+4 {
		t.Errorf("%d pictures, %d credited, %d words", d.Pictures, d.Credited, d.Words)
	}
}
