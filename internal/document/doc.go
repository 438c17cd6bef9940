package document

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/charmap"
)

// readDOC reads what Word 97 to 2003 save ([MS-DOC]): a compound file whose main
// stream holds the characters, in pieces that its table stream puts in order. The
// text comes first, with the text boxes that are anchored in it, then footnotes and
// endnotes; headers and comments are no part of it.
func readDOC(data []byte) (draft, error) {
	d, err := openDOC(data)
	if err != nil {
		return draft{}, err
	}
	at, begins := uint32(0), map[int]uint32{} // where each story begins
	for _, of := range docStories {
		begins[of.length] = at
		if length := d.number(of.length); length > 1<<31 || at+length < at {
			return draft{}, brokenDOC()
		}
		at += d.number(of.length)
	}
	d.anchored = d.boxes(begins[docBoxes])
	for _, of := range docStories {
		from := begins[of.length]
		switch {
		case of.length == docBoxes:
			err = d.boxesLeft(from, from+d.number(of.length))
		case of.read:
			err = d.story(from, from+d.number(of.length), of.as)
		}
		if err != nil {
			return draft{}, err
		}
	}
	return draft{blocks: d.blocks}, nil
}

// Where the FIB says how long the text is, and the story of its text boxes.
const (
	docText  = 0x4c
	docBoxes = 0x64
)

// docStories are the stories of a document, in their order.
var docStories = []struct {
	length int // where the FIB says how long the story is
	as     role
	read   bool
}{
	{docText, rolePlain, true},
	{0x50, roleNote, true},   // footnotes
	{0x54, rolePlain, false}, // headers and footers
	{0x58, rolePlain, false}, // macros
	{0x5c, rolePlain, false}, // comments
	{0x60, roleNote, true},   // endnotes
	{docBoxes, rolePlain, true},
}

// doc is one document being read.
type doc struct {
	word, table []byte // the two streams
	pieces      []docPiece
	characters  []docRun
	paragraphs  []docRun
	styles      []style
	hiding      bool // some of them hide their words
	numbers     *numbering
	anchored    map[uint32][]docBox // text boxes, by the place of their anchor
	placed      []docBox            // those that were read
	blocks      []block
	held        size
}

// docPiece is a run of characters that lie together in the file.
type docPiece struct {
	from, to uint32 // positions in the text
	at       uint32 // byte in the main stream
	narrow   bool   // one byte a character, windows-1252; else UTF-16
}

func brokenDOC() error {
	return fail(FaultBroken, "the file is damaged: its Word document cannot be followed")
}

// openDOC finds the streams, and reads what says where the text lies.
func openDOC(data []byte) (*doc, error) {
	file, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return nil, fail(FaultBroken, "the file is damaged: its directory cannot be read")
	}
	stream := func(name string) []byte {
		for _, f := range file.File {
			if f.Name == name && len(f.Path) == 0 {
				out, _ := io.ReadAll(io.LimitReader(f, MaxPart)) // as much as there is
				return out
			}
		}
		return nil
	}
	d := &doc{word: stream("WordDocument")}
	if len(d.word) < 0x2f2 || binary.LittleEndian.Uint16(d.word) != 0xa5ec {
		return nil, brokenDOC()
	}
	flags := binary.LittleEndian.Uint16(d.word[10:])
	switch {
	case flags&0x100 != 0:
		return nil, fail(FaultEncrypted, "the document is protected by a password")
	case binary.LittleEndian.Uint16(d.word[2:]) < 0xc0:
		return nil, unread(DOC, "word 95").err
	case flags&0x200 != 0:
		d.table = stream("1Table")
	default:
		d.table = stream("0Table")
	}
	if d.pieces, err = d.pieceTable(); err != nil {
		return nil, err
	}
	d.styles, d.numbers = d.styleSheet(), d.lists()
	d.hiding = slices.ContainsFunc(d.styles, func(s style) bool { return s.hidden })
	d.characters = d.runs(0xfa, characterRun)
	d.paragraphs = d.runs(0x102, paragraphRun)
	return d, nil
}

// number is one of the FIB's.
func (d *doc) number(at int) uint32 { return binary.LittleEndian.Uint32(d.word[at:]) }

// part is the part of the table stream whose place and length stand in the FIB.
func (d *doc) part(at int) []byte {
	from, length := int64(d.number(at)), int64(d.number(at+4))
	if from+length > int64(len(d.table)) {
		return nil
	}
	return d.table[from : from+length]
}

// pieceTable reads the Clx (2.9.38): properties, which are passed over, then the
// pieces.
func (d *doc) pieceTable() ([]docPiece, error) {
	clx := d.part(0x1a2)
	for len(clx) > 3 && clx[0] == 1 {
		clx = clx[min(len(clx), 3+int(binary.LittleEndian.Uint16(clx[1:]))):]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return nil, brokenDOC()
	}
	plc := clx[5:]
	plc = plc[:min(int64(len(plc)), int64(binary.LittleEndian.Uint32(clx[1:])))]
	n := (len(plc) - 4) / 12
	var pieces []docPiece
	for i := range n {
		p := docPiece{from: binary.LittleEndian.Uint32(plc[4*i:]), to: binary.LittleEndian.Uint32(plc[4*i+4:])}
		fc := binary.LittleEndian.Uint32(plc[4*(n+1)+8*i+2:])
		p.at, p.narrow = fc&0x3fffffff, fc&0x40000000 != 0
		if p.narrow {
			p.at /= 2
		}
		if p.to <= p.from || i > 0 && p.from != pieces[i-1].to {
			return nil, brokenDOC()
		}
		pieces = append(pieces, p)
	}
	if len(pieces) == 0 {
		return nil, brokenDOC()
	}
	return pieces, nil
}

// character is the UTF-16 unit at a position of a piece, and the byte at which it
// lies. A piece that ends beyond the file is damage.
func (d *doc) character(p docPiece, position uint32) (unit uint16, at uint32, ok bool) {
	if p.narrow {
		far := uint64(p.at) + uint64(position-p.from)
		if far >= uint64(len(d.word)) {
			return 0, 0, false
		}
		return uint16(charmap.Windows1252.DecodeByte(d.word[far])), uint32(far), true
	}
	far := uint64(p.at) + 2*uint64(position-p.from)
	if far+1 >= uint64(len(d.word)) {
		return 0, 0, false
	}
	return binary.LittleEndian.Uint16(d.word[far:]), uint32(far), true
}
