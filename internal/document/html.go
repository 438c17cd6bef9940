package document

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads a page saved as a file, whatever its charset.
func readHTML(data []byte) (draft, error) {
	if len(data) > MaxText*2 {
		return draft{}, fail(FaultTooLarge, "the page is larger than %d MB", MaxText*2>>20)
	}
	text, ok := decodeHTML(data)
	if !ok {
		return draft{}, fail(FaultBroken, "the file is not a text")
	}
	return readBodyHTML([]byte(text))
}

// readBodyHTML reads HTML that is UTF-8 already. The parser refuses more than 512
// open elements.
func readBodyHTML(data []byte) (draft, error) {
	if len(data) > MaxText*2 || bytes.Count(data, []byte("<")) > MaxTags {
		return draft{}, fail(FaultTooLarge, "the page is larger than %d MB, or has more than %d tags", MaxText*2>>20, MaxTags)
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return draft{}, fail(FaultTooLarge, "the page nests too many elements")
	}
	w := &webPage{hidden: map[string]bool{}, counted: map[*html.Node]int{}}
	w.walk(root)
	w.end()
	return draft{blocks: w.blocks, spareTitle: w.title}, w.err
}

// webPage is a page being read: the paragraph that is open, and what the elements
// around it say of it.
type webPage struct {
	title  string
	blocks []block
	held   size
	err    error

	text  strings.Builder
	space bool
	now   block // what the elements around say
	open  block // the label, the pictures and the links of the open paragraph
	plain bool  // some of the open paragraph's words are not strong
	pre   bool

	hidden  map[string]bool    // the classes that the page's own styles hide
	counted map[*html.Node]int // the last number of each ordered list
}

var unseen = patternOf(`(?i)display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|mso-element\s*:\s*(comment|header|footer)|font-size\s*:\s*0(px|pt|em)?\s*(;|$)`)

func (w *webPage) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.characters(n.Data)
		return
	case html.ElementNode:
		if w.passes(n) {
			return
		}
		before, pre := w.now, w.pre
		around := w.enter(n)
		defer func() {
			if around {
				w.end()
			}
			if n.DataAtom == atom.Li {
				w.open.label = "" // of an empty item
			}
			w.now, w.pre = before, pre
		}()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
}

// passes says whether an element is no text of the page, and takes the title from
// the head on the way.
func (w *webPage) passes(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Title:
		if w.title == "" && n.FirstChild != nil {
			w.title = oneLine(n.FirstChild.Data)
		}
		return true
	case atom.Style:
		if n.FirstChild != nil {
			w.styles(n.FirstChild.Data)
		}
		return true
	case atom.Script, atom.Template, atom.Noscript, atom.Svg, atom.Iframe, atom.Object,
		atom.Select, atom.Button, atom.Textarea, atom.Del, atom.Nav, atom.Rt, atom.Rp, atom.Math:
		return true
	case atom.Details, atom.Summary:
		return false
	}
	if _, hidden := attrOf(n, "hidden"); hidden {
		return true
	}
	class, _ := attrOf(n, "class")
	for name := range strings.FieldsSeq(class) {
		if unreadClasses[strings.ToLower(name)] || w.hidden[name] {
			return true
		}
	}
	if n.DataAtom == atom.Div && besideText(n) {
		return true
	}
	style, _ := attrOf(n, "style")
	return unseen.MatchString(style) || n.DataAtom == atom.A && isNoteRef(n)
}

// unreadClasses are those of signatures, comments, and headers and footers of a
// page.
var unreadClasses = setOf("gmail_signature msoheader msofooter msocomtxt msocomanchor msocommentreference")

// hidingRule is a rule of a style sheet that hides what has a class.
var hidingRule = patternOf(`(?i)(?:^|[\s,}])[a-z0-9]*\.([\w-]+)\s*\{[^}]*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)`)

// mediaRules hold for some screens, or for paper.
var mediaRules = patternOf(`@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}`)

// styles takes note of the classes that a style sheet hides.
func (w *webPage) styles(sheet string) {
	sheet = mediaRules.ReplaceAllString(sheet, "")
	for _, m := range hidingRule.FindAllStringSubmatch(sheet, 1000) {
		w.hidden[m[1]] = true
	}
}

// enter takes note of an element, and says whether it is one that ends a
// paragraph.
func (w *webPage) enter(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Img:
		w.picture(n)
		return false
	case atom.Br:
		w.newline()
		return false
	case atom.A:
		href, _ := attrOf(n, "href")
		w.open.links = appendLink(w.open.links, href)
		return false
	case atom.B, atom.Strong, atom.U:
		w.now.strong = true
		return false
	}
	if !endsParagraph[n.DataAtom] {
		return false
	}
	w.end()
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.now.role, w.now.level = roleHeading, int(n.Data[1]-'0')
	case atom.Figcaption, atom.Caption:
		w.now.role = roleCaption
	case atom.Li:
		w.now.item = true
	case atom.Td, atom.Th:
		w.now.cell = true
	case atom.Pre:
		w.pre = true
	}
	if w.classed(n); n.DataAtom == atom.Li && w.now.role != roleNote {
		w.open.label = w.number(n)
	}
	return true
}

// classed goes by what programs that write HTML call their styles, and by the ids
// that they give to notes.
func (w *webPage) classed(n *html.Node) {
	id, _ := attrOf(n, "id")
	class, _ := attrOf(n, "class")
	purpose, _ := attrOf(n, "role")
	if noteID.MatchString(id) || n.DataAtom == atom.Div && leadsBack.MatchString(firstLink(n, 4)) || strings.HasPrefix(purpose, "doc-footnote") || strings.HasPrefix(purpose, "doc-endnote") {
		w.now.role = roleNote
		return
	}
	for name := range strings.FieldsSeq(class) {
		if noteID.MatchString(name) {
			w.now.role = roleNote
		}
		if r, level := roleOfStyle(strings.TrimPrefix(name, "Mso")); r != rolePlain && w.now.role == rolePlain {
			w.now.role, w.now.level = r, level
		}
	}
}

// endsParagraph holds the elements that stand on their own lines.
var endsParagraph = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true,
	atom.H5: true, atom.H6: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Dl: true,
	atom.Dt: true, atom.Dd: true, atom.Table: true, atom.Tr: true, atom.Td: true, atom.Th: true,
	atom.Caption: true, atom.Figure: true, atom.Figcaption: true, atom.Blockquote: true,
	atom.Pre: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
	atom.Main: true, atom.Aside: true, atom.Address: true, atom.Hr: true, atom.Body: true,
	atom.Form: true, atom.Fieldset: true, atom.Center: true, atom.Details: true, atom.Summary: true,
}

// picture counts an image, unless it is a dot that only counts readers.
func (w *webPage) picture(n *html.Node) {
	for _, side := range []string{"width", "height"} {
		if v, ok := attrOf(n, side); ok {
			if px, err := strconv.Atoi(strings.TrimSuffix(v, "px")); err == nil && px <= 3 {
				return
			}
		}
	}
	alt, _ := attrOf(n, "alt")
	title, _ := attrOf(n, "title")
	w.open.pictures++
	w.open.describe(alt, title)
}

// newline is a forced line break; two of them are a paragraph, which settling
// makes of each line anyway.
func (w *webPage) newline() {
	w.text.WriteByte('\n')
	w.space = false
}

func (w *webPage) characters(s string) {
	if w.pre {
		w.text.WriteString(s)
		return
	}
	for s != "" {
		word, rest := cutWord(s)
		if word == "" {
			w.space = w.text.Len() > 0
		} else {
			if w.space {
				w.text.WriteByte(' ')
				w.space = false
			}
			w.plain = w.plain || !w.now.strong && strings.ContainsFunc(word, unicode.IsLetter)
			w.text.WriteString(word)
		}
		s = rest
	}
}

// end closes the paragraph that is open, where there is one.
func (w *webPage) end() {
	b := w.now
	b.label, b.pictures, b.alt, b.links = w.open.label, w.open.pictures, w.open.alt, w.open.links
	b.text = w.text.String()
	b.strong = !w.plain && strings.TrimSpace(b.text) != ""
	if err := w.held.add(len(b.text)); err != nil && w.err == nil {
		w.err = err
	}
	w.open = block{}
	if strings.TrimSpace(b.text) != "" || b.pictures > 0 {
		w.blocks = append(w.blocks, b)
	} else {
		w.open.label = b.label // it waits for the item's first words
	}
	w.text.Reset()
	w.space, w.plain = false, false
}

func attrOf(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
