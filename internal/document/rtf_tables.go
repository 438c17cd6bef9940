package document

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// rtfStyle is a style of paragraphs, as the style sheet writes it.
type rtfStyle struct {
	name            strings.Builder
	parent, outline int // -1 where it says nothing
}

// defineStyle obeys a control word of the style sheet, in which a group is a style.
func (r *rtf) defineStyle(word string, n int) {
	switch word {
	case "s":
		r.now.style = n
		if len(r.styles) < MaxEntries {
			r.styles[n] = &rtfStyle{parent: -1, outline: -1}
		}
	case "sbasedon":
		if st := r.styles[r.now.style]; st != nil {
			st.parent = n
		}
	case "outlinelevel":
		if st := r.styles[r.now.style]; st != nil {
			st.outline = n
		}
	}
}

// nameStyle adds to the name of the style that is being defined.
func (r *rtf) nameStyle(c rune) {
	if st := r.styles[r.now.style]; st != nil && c != ';' && st.name.Len() < 100 {
		st.name.WriteRune(c)
	}
}

// style is what a style means, its ancestors asked where it says nothing.
func (r *rtf) style(id int) style {
	var out style
	for range 20 {
		st := r.styles[id]
		if st == nil {
			break
		}
		// A style may have other names after a comma.
		name, _, _ := strings.Cut(strings.TrimSpace(st.name.String()), ",")
		if out.role, out.level = roleOfStyle(name); out.role == rolePlain && st.outline >= 0 {
			out = out.outline(st.outline)
		}
		if out.role != rolePlain || st.parent < 0 || st.parent == id {
			break
		}
		id = st.parent
	}
	return out
}

// font obeys a control word of the font table.
func (r *rtf) font(word string, n int) {
	switch word {
	case "f":
		r.now.style = n // a font's number, within the table
	case "fcharset":
		if page, known := charsetPages[n]; known && len(r.fonts) < MaxEntries {
			r.fonts[r.now.style] = page
		}
	case "cpg":
		if _, known := codePages[n]; known && len(r.fonts) < MaxEntries {
			r.fonts[r.now.style] = n
		}
	}
}

func (r *rtf) pageOf(font int) int {
	if page, known := r.fonts[font]; known {
		return page
	}
	return r.codePage
}

// symbolPage stands for the code of a font of symbols, whose letters are none.
const symbolPage = 42

// charsetPages are the code pages of fonts' character sets. That of Western
// fonts is not among them: it is the document's.
var charsetPages = map[int]int{
	2: symbolPage, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258,
	177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437,
}

// codePages are the code pages that Windows numbers.
var codePages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 866: charmap.CodePage866,
	874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR,
	950: traditionalchinese.Big5, 1250: charmap.Windows1250, 1251: charmap.Windows1251,
	1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254,
	1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258, 10000: charmap.Macintosh, 65001: unicode.UTF8,
}

// decodePage decodes bytes of a code page, by windows-1252 where it is not known.
func decodePage(page int, raw []byte) string {
	if page == symbolPage {
		return strings.Map(asSymbol, string(raw))
	}
	for _, c := range raw {
		if c >= 0x80 {
			if enc, known := codePages[page]; known {
				if out, err := enc.NewDecoder().Bytes(raw); err == nil {
					return string(out)
				}
			}
			return decode1252(raw)
		}
	}
	return string(raw)
}

// asSymbol keeps white space and figures of a font of symbols.
func asSymbol(c rune) rune {
	if c <= ' ' || '0' <= c && c <= '9' {
		return c
	}
	return '•'
}
