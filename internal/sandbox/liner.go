package sandbox

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/bara-think-tank/guichet/internal/document"
)

// liner reads the lines of one page. The engine is asked for the whole text once,
// and for the place of the two ends of each line: a call for each sign would take
// most of the time.
type liner struct {
	p      pdfium.Pdfium
	text   references.FPDF_TEXTPAGE
	height float64
	even   bool // every sign stands in the text: places and signs are numbered alike
}

// The engine puts these in place of a hyphen that cuts a word at a line's end, and
// no line break then.
const cutHyphens = "\ufffe\x02"

// lines cuts the page's text at the ends of lines.
func (l liner) lines() ([]document.Line, error) {
	count, err := l.p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: l.text})
	if err != nil || count.Count <= 0 {
		return nil, err
	}
	whole, err := l.p.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: l.text, Count: min(count.Count, document.MaxText)})
	if err != nil {
		return nil, err
	}
	l.even = utf16Length(whole.Text) == count.Count
	var lines []document.Line
	var text strings.Builder
	first, last, at := -1, -1, 0 // places in the text of the open line's ends
	end := func() {
		if first >= 0 {
			line := l.place(first, last)
			line.Text = text.String()
			lines = append(lines, line)
		}
		text.Reset()
		first, last = -1, -1
	}
	for _, r := range whole.Text {
		switch {
		case r == '\r' || r == '\n' || r == 0:
			end()
		case strings.ContainsRune(cutHyphens, r):
			text.WriteByte('-')
			last = at
			end()
		default:
			text.WriteRune(r)
			if r != ' ' && r != '\u00a0' {
				last = at
				if first < 0 {
					first = at
				}
			}
		}
		if at++; r > 0xffff {
			at++ // it takes two places, as in UTF-16
		}
	}
	end()
	return lines, nil
}

// utf16Length is how many places a text takes in UTF-16.
func utf16Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// place is where a line stands and how it is set, by the signs at its ends.
func (l liner) place(first, last int) document.Line {
	first, last = l.sign(first), l.sign(last)
	line := document.Line{Left: math.NaN()}
	if origin, err := l.p.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: l.text, Index: first}); err == nil {
		line.Left, line.Base = origin.X, l.height-origin.Y
	}
	if box, err := l.p.FPDFText_GetCharBox(&requests.FPDFText_GetCharBox{TextPage: l.text, Index: last}); err == nil {
		line.Right = box.Right
	}
	middle := (first + last) / 2
	line.Size = l.size(middle)
	line.Bold = l.bold(first) && l.bold(last) && l.bold(middle)
	return finite(line)
}

// sign is the index of the sign at a place in the text: signs of no Unicode stand
// in no text.
func (l liner) sign(at int) int {
	if l.even {
		return at
	}
	i, err := l.p.FPDFText_GetCharIndexFromTextIndex(&requests.FPDFText_GetCharIndexFromTextIndex{TextPage: l.text, NTextIndex: at})
	if err != nil || i.CharIndex < 0 {
		return at
	}
	return i.CharIndex
}

// size is the height of the letters as shown: many programs set a size of 1 and
// enlarge it.
func (l liner) size(at int) float64 {
	size, err := l.p.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: l.text, Index: at})
	if err != nil {
		return 0
	}
	m, err := l.p.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: l.text, Index: at})
	if err != nil {
		return size.FontSize
	}
	if scale := math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D)); scale > 0 {
		return size.FontSize * scale
	}
	return size.FontSize
}

func (l liner) bold(at int) bool {
	font, err := l.p.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: l.text, Index: at})
	return err == nil && isBold(font.FontName)
}

// finite keeps what no page has, such as letters of an infinite size, from the
// sums made of them.
func finite(l document.Line) document.Line {
	for _, v := range []*float64{&l.Left, &l.Right, &l.Base, &l.Size} {
		if math.IsNaN(*v) || math.Abs(*v) > 1e5 {
			*v = 0
		}
	}
	return l
}
