package document

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	xast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"go.yaml.in/yaml/v4"
)

// Bounds of what the Markdown parser gets: it takes time with the square of a
// paragraph's length on some input. Beyond them the text is read by its layout.
const (
	maxMarkdown          = 256 << 10
	maxMarkdownParagraph = 16 << 10
)

// readMarkdown reads CommonMark with tables, footnotes and definition lists, and a
// front matter between "---" lines.
func readMarkdown(data []byte) (draft, error) {
	s, ok := decodeText(data)
	if !ok {
		return draft{}, fail(FaultBroken, "the file is not a text")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	var made draft
	rest := made.frontMatter(s)
	if len(rest) > maxMarkdown || longestParagraph(rest) > maxMarkdownParagraph {
		plain, err := layout(rest)
		plain.stated = made.stated
		return plain, err
	}
	source := []byte(rest)
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.Strikethrough, extension.DefinitionList))
	m := &markdown{source: source}
	m.blocksOf(md.Parser().Parse(text.NewReader(source)), block{})
	made.blocks = m.blocks
	return made, nil
}

func longestParagraph(s string) int {
	longest := 0
	for p := range strings.SplitSeq(s, "\n\n") {
		longest = max(longest, len(p))
	}
	return longest
}

// frontMatter takes the title, the authors and the abstract that stand before the
// text, and returns the rest. What is no YAML is text.
func (d *draft) frontMatter(s string) string {
	after, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return s
	}
	head, rest, ok := strings.Cut("\n"+after, "\n---\n")
	if !ok || len(head) > 64<<10 {
		return s
	}
	var said map[string]any
	if err := yaml.Unmarshal([]byte(head), &said); err != nil || len(said) == 0 {
		return s
	}
	for key, value := range said {
		switch fold(key) {
		case "title", "titre":
			d.stated.title = oneLine(strings.Join(stringsOf(value), " "))
		case "author", "authors", "auteur", "auteurs", "auteurice", "autrice":
			d.stated.authors = namesOf(value)
		case "abstract", "resume", "description", "chapo":
			d.stated.abstract = oneLine(strings.Join(stringsOf(value), " "))
		}
	}
	return rest
}

// stringsOf is a value of YAML as text: one string, or a list of them, or of maps
// with a name.
func stringsOf(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, stringsOf(one)...)
		}
		return all
	case map[string]any:
		return stringsOf(v["name"])
	}
	return nil
}

func namesOf(value any) []string {
	var names []string
	for _, s := range stringsOf(value) {
		names = append(names, splitNames(s)...)
	}
	return names
}

// markdown is a text being read from its syntax tree.
type markdown struct {
	source []byte
	blocks []block
}

// blocksOf adds a block for each paragraph under n. now is what the blocks around
// say.
func (m *markdown) blocksOf(n ast.Node, now block) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.blockOf(c, now)
	}
}

func (m *markdown) blockOf(n ast.Node, now block) {
	switch n := n.(type) {
	case *ast.Heading:
		now.role, now.level = roleHeading, n.Level
		m.leaf(n, now)
	case *ast.Paragraph, *ast.TextBlock, *xast.DefinitionTerm:
		m.leaf(n, now)
	case *xast.TableCell:
		now.cell = true
		m.leaf(n, now)
	case *ast.List:
		m.list(n, now)
	case *xast.Footnote:
		now.role = roleNote
		m.blocksOf(n, now)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		now.text = string(n.Lines().Value(m.source))
		m.blocks = append(m.blocks, now)
	case *ast.HTMLBlock:
		m.html(n)
	default:
		m.blocksOf(n, now)
	}
}

// list reads the items of a list; the first paragraph of each bears its number.
func (m *markdown) list(n *ast.List, now block) {
	now.item = true
	count := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		first := len(m.blocks)
		m.blocksOf(c, now)
		if n.IsOrdered() && first < len(m.blocks) {
			m.blocks[first].label = strconv.Itoa(count) + string(n.Marker)
			count++
		}
	}
}

// html reads a block of HTML as a page of its own.
func (m *markdown) html(n *ast.HTMLBlock) {
	raw := n.Lines().Value(m.source)
	if n.HasClosure() {
		raw = append(bytes.Clone(raw), n.ClosureLine.Value(m.source)...)
	}
	if page, err := readBodyHTML(raw); err == nil {
		m.blocks = append(m.blocks, page.blocks...)
	}
}

// leaf adds the block whose inline content is under n.
func (m *markdown) leaf(n ast.Node, now block) {
	var b strings.Builder
	plain := false
	m.inline(n, &b, &now, &plain, false)
	now.text = b.String()
	now.strong = !plain && strings.TrimSpace(now.text) != ""
	m.blocks = append(m.blocks, now)
}

func (m *markdown) inline(n ast.Node, b *strings.Builder, now *block, plain *bool, strong bool) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(unescape(c.Segment.Value(m.source)))
			*plain = *plain || !strong && len(bytes.TrimSpace(c.Segment.Value(m.source))) > 0
			if c.HardLineBreak() {
				b.WriteByte('\n')
			} else if c.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(m.source))
			*plain = true
		case *ast.Image:
			var alt strings.Builder
			m.inline(c, &alt, now, new(bool), false)
			now.pictures++
			now.describe(alt.String(), string(c.Title))
		case *ast.Link:
			m.inline(c, b, now, plain, strong)
			now.links = appendLink(now.links, string(c.Destination))
		case *ast.Emphasis:
			m.inline(c, b, now, plain, strong || c.Level == 2)
		case *ast.RawHTML:
			if strings.HasPrefix(strings.ToLower(string(c.Segments.Value(m.source))), "<br") {
				b.WriteByte('\n')
			}
		case *xast.FootnoteLink, *xast.FootnoteBacklink:
		default:
			m.inline(c, b, now, plain, strong)
		}
	}
}

// unescape undoes backslashes before punctuation and named characters.
func unescape(s []byte) []byte {
	if bytes.IndexByte(s, '\\') < 0 && bytes.IndexByte(s, '&') < 0 {
		return s
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}
