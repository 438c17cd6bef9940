package document

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// readODT reads an OpenDocument text (ISO/IEC 26300): the body of its content,
// with the styles that say what a paragraph is. It is a zip of parts, or all in
// one flat file of XML.
func readODT(data []byte) (draft, error) {
	if !bytes.HasPrefix(data, []byte("PK")) {
		return readFlatODT(data)
	}
	a, err := openArchive(data)
	if err != nil {
		return draft{}, err
	}
	o := newODT()
	if r, err := a.open("styles.xml"); err == nil {
		_ = o.part(r, o.readStyles) // damaged styles leave a text to read
		r.Close()
	}
	r, err := a.open("content.xml")
	if err != nil {
		return draft{}, err
	}
	defer r.Close()
	if err := o.part(r, o.document); err != nil {
		return draft{}, err
	}
	return draft{blocks: o.blocks, spareTitle: titleProperty(a, "meta.xml")}, nil
}

// readFlatODT reads the flat form (ISO/IEC 26300-1, 3.1.2).
func readFlatODT(data []byte) (draft, error) {
	o := newODT()
	if err := o.part(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), o.document); err != nil {
		return draft{}, err
	}
	return draft{blocks: o.blocks, spareTitle: o.title}, nil
}

func newODT() *odt {
	return &odt{styles: odtStyles{}, known: map[string]style{}, lists: odtLists{}, counted: map[string]*counters{}}
}

// odt is one document being read.
type odt struct {
	x      *xmlPart
	styles odtStyles
	known  map[string]style // those resolved, by name
	blocks []block
	title  string // of a flat document's properties
	held   size

	lists    odtLists
	open     []*openList
	counted  map[string]*counters // of the last list of each style
	headings counters

	cells int
	role  role // of what an index or a note holds
	para  *odtParagraph
}

// odtParagraph is a text:p or a text:h being read.
type odtParagraph struct {
	block
	text   strings.Builder
	space  bool // white space is due before the next character
	plain  bool // some of its words are neither bold nor underlined
	strong bool // the span that is open is
	hidden bool // a field hides the whole paragraph
	inner  []block
}

func (o *odt) part(r io.Reader, read func(*xmlPart, element) error) error {
	o.x = newXMLPart(r)
	return o.x.children(func(e element) error { return read(o.x, e) }, nil)
}

// document reads the root: the styles that this document made by itself, then its
// body.
func (o *odt) document(x *xmlPart, _ element) error {
	return x.children(func(e element) error {
		switch e.name {
		case "automatic-styles", "styles":
			return o.readStyles(x, e)
		case "meta":
			return x.children(func(e element) error {
				if e.name != "title" {
					return x.skip()
				}
				title, err := x.content()
				o.title = oneLine(title)
				return err
			}, nil)
		case "body":
			return x.children(o.story, nil)
		}
		return x.skip()
	}, nil)
}

// readStyles takes in the styles of paragraphs and of lists inside an element.
func (o *odt) readStyles(x *xmlPart, _ element) error {
	var down func(element) error
	down = func(e element) error {
		switch e.name {
		case "style":
			return o.styles.read(x, e)
		case "list-style", "outline-style":
			return o.lists.read(x, e)
		}
		return x.children(down, nil)
	}
	return x.children(down, nil)
}

// story reads what may stand around paragraphs.
func (o *odt) story(e element) error {
	if o.passes(e) {
		return o.x.skip()
	}
	switch e.name {
	case "p", "h":
		return o.paragraph(e)
	case "table-cell":
		o.cells++
		defer func() { o.cells-- }()
	case "list":
		return o.list(e)
	case "table-of-content", "illustration-index", "table-index", "alphabetical-index", "object-index", "user-index":
		return o.inRole(roleContents)
	case "bibliography":
		return o.inRole(roleBibliography)
	case "frame":
		// A picture between paragraphs, or a text box.
		return o.paragraphOf(block{}, func() error { return o.frame() })
	}
	return o.x.children(o.story, nil)
}

func (o *odt) inRole(r role) error {
	before := o.role
	o.role = r
	defer func() { o.role = before }()
	return o.x.children(o.story, nil)
}

// passes says whether an element is no text of the document: what was deleted,
// what was said beside it, and what is hidden.
func (o *odt) passes(e element) bool {
	switch e.name {
	case "tracked-changes", "annotation", "note-citation", "forms", "event-listeners", "script",
		"bibliography-source", "table-of-content-source", "ruby-text", "scripts",
		"illustration-index-source", "table-index-source", "alphabetical-index-source",
		"object-index-source", "user-index-source", "covered-table-cell":
		return true
	case "hidden-text":
		return e.attr("is-hidden") != "false"
	case "section":
		return e.attr("display") == "none" || e.attr("is-hidden") == "true" || o.style(e.attr("style-name")).hidden
	case "table-row", "table-header-rows":
		return e.attr("visibility") == "collapse"
	case "p", "h", "span":
		return o.style(e.attr("style-name")).hidden
	}
	return e.attr("display") == "none" // of a variable that is set
}

func (o *odt) paragraph(e element) error {
	style := o.style(e.attr("style-name"))
	b := block{role: style.role, level: style.level, item: len(o.open) > 0}
	if e.name == "h" && b.role != roleTitle {
		b.role, b.level, b.item = roleHeading, 1, false
		if n, err := strconv.Atoi(e.attr("outline-level")); err == nil && n > 0 {
			b.level = min(n, 9)
		}
	}
	b.label = o.takeLabel(e.name == "h" && b.role == roleHeading, b.level)
	return o.paragraphOf(b, func() error {
		o.para.strong = style.strong
		return o.x.children(o.inline, o.characters)
	})
}

func (o *odt) style(name string) style {
	st, ok := o.known[name]
	if !ok {
		st = o.styles.resolve(name)
		o.known[name] = st
	}
	return st
}

// paragraphOf adds the paragraph that read fills, and after it the text boxes and
// notes that are anchored in it.
func (o *odt) paragraphOf(b block, read func() error) error {
	outer, p := o.para, &odtParagraph{block: b}
	o.para = p
	err := read()
	o.para = outer
	if p.hidden {
		return err
	}
	p.block.text = p.text.String()
	p.block.cell = o.cells > 0
	p.block.strong = !p.plain && strings.TrimSpace(p.block.text) != ""
	if o.role != rolePlain {
		p.block.role = o.role
	}
	done := append([]block{p.block}, p.inner...)
	if outer != nil {
		outer.inner = append(outer.inner, done...)
	} else {
		o.blocks = append(o.blocks, done...)
	}
	if err != nil {
		return err
	}
	return o.held.add(p.text.Len())
}

// inline reads what may stand in a paragraph.
func (o *odt) inline(e element) error {
	if o.passes(e) {
		return o.x.skip()
	}
	p := o.para
	switch e.name {
	case "s":
		n, _ := strconv.Atoi(e.attr("c"))
		n = min(max(n, 1), 1000)
		p.write(strings.Repeat(" ", n))
		if err := o.held.grow(n); err != nil {
			return err
		}
	case "tab":
		p.write("\t")
	case "line-break":
		p.write("\n")
	case "hidden-paragraph":
		p.hidden = p.hidden || e.attr("is-hidden") == "true"
	case "a":
		p.links = appendLink(p.links, e.attr("href"))
	case "span":
		before := p.strong
		p.strong = p.strong || o.style(e.attr("style-name")).strong
		defer func() { p.strong = before }()
	case "note-body":
		return o.inRole(roleNote)
	case "frame":
		return o.frame()
	case "p", "h", "list", "table", "list-item":
		return o.story(e)
	case "custom-shape", "text-box", "rect", "ellipse":
		return o.x.children(o.story, nil)
	}
	return o.x.children(o.inline, o.characters)
}

// frame reads one picture, whatever number of images the frame offers for it, or
// the text box that stands in its place. The image of a formula or a chart is no
// picture.
func (o *odt) frame() error {
	p, picture, object := o.para, 0, false
	err := o.x.children(func(e element) error {
		switch e.name {
		case "image":
			picture = 1
		case "object", "object-ole":
			object = true
		case "text-box":
			return o.x.children(o.story, nil)
		case "title", "desc":
			s, err := o.x.content()
			p.describe(s)
			return err
		}
		return o.x.skip()
	}, nil)
	if !object {
		p.pictures += picture
	}
	return err
}

// characters adds text, in which any run of white space is one space and none
// stands first (ISO/IEC 26300-1, 6.1.2).
func (o *odt) characters(s string) error {
	p := o.para
	for s != "" {
		word, rest := cutWord(s)
		if word == "" {
			p.space = p.text.Len() > 0
		} else {
			p.plain = p.plain || !p.strong && strings.ContainsFunc(word, unicode.IsLetter)
			p.write(word)
		}
		s = rest
	}
	return nil
}

// write adds white space that is meant.
func (p *odtParagraph) write(s string) {
	if p.space {
		p.text.WriteByte(' ')
		p.space = false
	}
	p.text.WriteString(s)
}
