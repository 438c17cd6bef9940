package email

import (
	"encoding/binary"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxRTF bounds the text that a compressed RTF body may unpack to.
const maxRTF = 8 << 20

// rtfDictionary is what the dictionary of compressed RTF begins with (MS-OXRTFCP
// section 2.1.2.1).
const rtfDictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}` +
	`{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier` +
	"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

// inflateRTF undoes the compression of MS-OXRTFCP. Checksums are not compared: what
// makes sense is read. It says false where the bytes are no RTF.
func inflateRTF(data []byte) ([]byte, bool) {
	const header = 16
	if len(data) < header {
		return nil, false
	}
	size := int(binary.LittleEndian.Uint32(data[4:]))
	kind := string(data[8:12])
	data = data[header:]
	switch {
	case size > maxRTF:
		return nil, false
	case kind == "MELA":
		return data[:min(size, len(data))], true
	case kind != "LZFu":
		return nil, false
	}
	return inflateLZFu(data, size), true
}

// inflateLZFu gives at most so many bytes. Each control byte tells of eight tokens
// whether they are a byte, or a place in the dictionary and a length.
func inflateLZFu(data []byte, size int) []byte {
	var dictionary [4096]byte
	write := copy(dictionary[:], rtfDictionary)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		dictionary[write] = c
		write = (write + 1) % len(dictionary)
	}
	for len(data) > 0 {
		control := data[0]
		data = data[1:]
		for bit := range 8 {
			if len(out) >= size || len(data) == 0 {
				return out
			}
			if control>>bit&1 == 0 {
				put(data[0])
				data = data[1:]
				continue
			}
			if len(data) < 2 {
				return out
			}
			token := int(binary.BigEndian.Uint16(data))
			data = data[2:]
			from := token >> 4
			if from == write {
				return out
			}
			for range token&15 + 2 {
				put(dictionary[from])
				from = (from + 1) % len(dictionary)
			}
		}
	}
	return out
}

// readRTF gives the text of an RTF body, or the HTML that Outlook hid in it (MS-OXRTFEX:
// \fromhtml). A body is a letter: its tables and pictures are left to no one.
func readRTF(data []byte, codepage int) (text, page string) {
	r := rtfBody{rest: data, codepage: codepage, skips: 1}
	r.read()
	if r.html {
		return "", r.out.String()
	}
	return strings.TrimSpace(r.out.String()), ""
}

// rtfBody is an RTF body being read.
type rtfBody struct {
	rest     []byte
	out      strings.Builder
	codepage int
	html     bool
	bytes    []byte // escaped bytes that are not decoded yet
	group    rtfGroup
	groups   []rtfGroup
	skips    int // characters that stand in for one of Unicode's
	skipping int
	high     rune // the first half of a pair of surrogates
}

// rtfGroup is what holds between two braces.
type rtfGroup struct {
	silent  bool // a destination that is no text
	tag     bool // HTML as it is
	hidden  bool // what stands for that HTML in RTF
	starred bool // it began with \*
}

const maxRTFGroups = 1000

func (r *rtfBody) read() {
	for len(r.rest) > 0 && r.out.Len() < maxRTF {
		c := r.rest[0]
		r.rest = r.rest[1:]
		switch c {
		case '{':
			r.flush()
			if len(r.groups) >= maxRTFGroups {
				return
			}
			r.groups = append(r.groups, r.group)
			r.group.starred = false
		case '}':
			r.flush()
			if n := len(r.groups); n > 0 {
				r.group, r.groups = r.groups[n-1], r.groups[:n-1]
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.character(c)
		}
	}
	r.flush()
}

// control reads what a backslash begins.
func (r *rtfBody) control() {
	if len(r.rest) == 0 {
		return
	}
	c := r.rest[0]
	if c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
		r.rest = r.rest[1:]
		r.symbol(c)
		return
	}
	n := 0
	for n < len(r.rest) && n < 32 && (r.rest[n]|0x20 >= 'a' && r.rest[n]|0x20 <= 'z') {
		n++
	}
	word := string(r.rest[:n])
	r.rest = r.rest[n:]
	n = 0
	for n < len(r.rest) && n < 11 && (r.rest[n] >= '0' && r.rest[n] <= '9' || n == 0 && r.rest[n] == '-') {
		n++
	}
	value, err := strconv.Atoi(string(r.rest[:n]))
	r.rest = r.rest[n:]
	if len(r.rest) > 0 && r.rest[0] == ' ' {
		r.rest = r.rest[1:]
	}
	r.word(word, value, err == nil)
}

// symbol is a control of one sign.
func (r *rtfBody) symbol(c byte) {
	switch c {
	case '\'':
		if len(r.rest) >= 2 {
			high, low := unhex(r.rest[0]), unhex(r.rest[1])
			r.rest = r.rest[2:]
			if high >= 0 && low >= 0 {
				r.character(byte(high<<4 | low))
			}
		}
	case '*':
		r.group.starred = true
	case '~':
		r.say("\u00a0")
	case '_':
		r.say("\u2011")
	case '\\', '{', '}':
		r.character(c)
	}
}

// word is a control word.
func (r *rtfBody) word(word string, value int, given bool) {
	if r.group.starred && word != "htmltag" {
		r.group.silent = true
	}
	if s, ok := rtfSigns[word]; ok {
		r.say(s)
		return
	}
	switch word {
	case "u":
		r.unicode(rune(value))
		return
	case "uc":
		r.skips = min(max(value, 0), 32)
	case "bin":
		r.rest = r.rest[min(max(value, 0), len(r.rest)):]
	case "ansicpg":
		r.codepage = value
	case "fromhtml":
		r.html = true
	case "htmltag":
		r.flush()
		r.group.tag, r.group.starred = r.html, false
		r.group.silent = r.group.silent || !r.html
	case "htmlrtf":
		r.flush()
		r.group.hidden = !given || value != 0
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "object", "mhtmltag":
		r.group.silent = true
	}
}

// rtfSigns are the control words that stand for text.
var rtfSigns = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t",
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
	"endash": "–", "emdash": "—", "enspace": " ", "emspace": " ",
}

// unicode is one character, or half of one, and the signs after it that stand in for
// it elsewhere.
func (r *rtfBody) unicode(c rune) {
	r.flush()
	if c < 0 {
		c += 1 << 16
	}
	switch {
	case c >= 0xd800 && c < 0xdc00:
		r.high = c
	case c >= 0xdc00 && c < 0xe000 && r.high != 0:
		r.say(string((r.high-0xd800)<<10 + (c - 0xdc00) + 0x10000))
		r.high = 0
	case utf8.ValidRune(c):
		r.say(string(c))
	}
	r.skipping = r.skips
}

// character is one byte of text.
func (r *rtfBody) character(c byte) {
	if r.skipping > 0 {
		r.skipping--
		return
	}
	if !r.group.silent && !r.group.hidden {
		r.bytes = append(r.bytes, c)
	}
}

// flush decodes the bytes of text that were gathered.
func (r *rtfBody) flush() {
	r.skipping = 0
	if len(r.bytes) > 0 {
		text := decodeCodepage(r.codepage, r.bytes)
		r.bytes = r.bytes[:0]
		r.write(text)
	}
}

// say writes text that needs no decoding.
func (r *rtfBody) say(text string) {
	r.flush()
	if !r.group.silent && !r.group.hidden {
		r.write(text)
	}
}

func (r *rtfBody) write(text string) {
	if r.html && !r.group.tag {
		text = html.EscapeString(text)
	}
	r.out.WriteString(text)
}
