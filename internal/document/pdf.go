package document

import (
	"errors"
	"strings"
)

// Typesetter lays out the pages of a PDF. It is the part of reading one that is
// not pure: an engine for fonts, streams and encryption.
type Typesetter interface {
	// Layout gives the pages of a PDF in order. It fails with ErrEncrypted or
	// ErrDamaged where it can tell why.
	Layout(data []byte) (Layout, error)
}

// Errors of a Typesetter.
var (
	ErrEncrypted = errors.New("the document is protected by a password")
	ErrDamaged   = errors.New("the file is damaged: it has no page that can be shown")
)

// Layout is what a PDF shows. PDF knows no paragraph: only signs at places.
type Layout struct {
	Title string // of the file's properties
	Pages []Page
}

// Page is one page; its lines are in the order in which the file draws them.
type Page struct {
	Height   float64 // in points, of 1/72 inch
	Lines    []Line
	Pictures int // those large enough to be looked at
	Drawings int // lines and outlines, letters drawn as outlines among them
	Links    []Link
}

// Link is a place of a page that leads to an address, in points from the left and
// the top edge.
type Link struct {
	URL                      string
	Left, Right, Top, Bottom float64
}

// Line is one line of one column. Left and Right are its ends in points from the
// left edge, Base is its base line in points from the top edge.
type Line struct {
	Text              string
	Left, Right, Base float64
	Size              float64 // of its letters, in points
	Bold              bool    // from end to end
}

// MaxPages is as many pages as are read of a PDF.
const MaxPages = 1000

// readPDF rebuilds a text from its lines.
func (r Reader) readPDF(data []byte) (draft, error) {
	layout, err := r.PDF.Layout(data)
	switch {
	case errors.Is(err, ErrEncrypted):
		return draft{}, fail(FaultEncrypted, "%v", ErrEncrypted)
	case err != nil:
		return draft{}, fail(FaultBroken, "%v", err)
	case len(layout.Pages) == 0:
		return draft{}, fail(FaultBroken, "%v", ErrDamaged)
	case len(layout.Pages) > MaxPages:
		return draft{}, fail(FaultTooLarge, "the document holds more than %d pages", MaxPages)
	}
	var held size
	for i := range layout.Pages {
		layout.Pages[i].tidy()
		for _, l := range layout.Pages[i].Lines {
			if err := held.add(len(l.Text)); err != nil {
				return draft{}, err
			}
		}
	}
	if err := textless(layout.Pages); err != nil {
		return draft{}, err
	}
	return draft{blocks: typeset(layout.Pages), spareTitle: oneLine(layout.Title)}, nil
}

// textless says why pages that may show a text give none to read, nil where they
// give one. A scan whose letters were recognised gives one.
func textless(pages []Page) error {
	words, pictures, drawings := 0, 0, 0
	for _, p := range pages {
		pictures, drawings = pictures+p.Pictures, drawings+p.Drawings
		for _, l := range p.Lines {
			words += countWords(l.Text)
		}
	}
	switch {
	case words < scanWords*len(pages) && pictures >= len(pages), words == 0 && pictures > 0:
		return &failure{FaultScan, "the pages are pictures of a text: a scan, without text", "scan"}
	case isGarbled(pages):
		return fail(FaultFont, "the fonts do not say which letters they show: no program can read or search the text; save it again with other fonts, or send it as docx or odt")
	case words == 0 && drawings > 0:
		return fail(FaultOutlines, "the pages hold drawings and no text: letters that are drawn as outlines cannot be read")
	case words == 0:
		return fail(FaultEmpty, "the pages are blank")
	}
	return nil
}

// scanWords is fewer words than a page of text holds; a scanner's stamp or a page
// number are as many.
const scanWords = 5

// tidy folds white space and undoes ligatures; what is then empty is no line.
func (p *Page) tidy() {
	lines := p.Lines[:0]
	for _, l := range p.Lines {
		if l.Text = oneLine(ligatures.Replace(strings.ToValidUTF8(l.Text, "\uFFFD"))); l.Text != "" {
			lines = append(lines, l)
		}
	}
	p.Lines = lines
}

// ligatures are drawn as one sign and read as letters.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "\x00", "")
