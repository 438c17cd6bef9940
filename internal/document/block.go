package document

import (
	"strings"
	"unicode/utf8"
)

// role is what a format itself says of a paragraph, by its style or its tag.
type role uint8

const (
	rolePlain role = iota
	roleHeading
	roleTitle
	roleSubtitle
	roleAuthor
	roleAbstract
	roleCaption
	roleBibliography // an entry, by its style
	roleContents     // a line of a table of contents
	roleNote         // a footnote or an endnote
)

// block is one paragraph, in whatever format: all that the analysis knows of it.
// A note is a block of its own, placed where readers of the format put it.
type block struct {
	label    string // the number that a list gives it: no part of its text
	text     string // white space as written; "\n" is a forced line break
	role     role
	level    int      // of a heading, from 1
	item     bool     // of a list
	cell     bool     // of a table
	near     bool     // right below the line before, in one paragraph or with no blank line
	hangs    bool     // near, and set further in than the line that began the paragraph
	strong   bool     // wholly bold or underlined
	pictures int      // anchored in this paragraph
	alt      string   // what the pictures' descriptions say
	links    []string // where its words link to, in order

	part part // set by the analysis
}

// part is what a block turned out to be.
type part uint8

const (
	partText part = iota
	partTitle
	partByline
	partAbstract
	partBibliography
	partNote
)

// draft is what a reader makes of a file. What a file says of itself outside its
// text is either meant for readers (the front matter of Markdown: stated) or
// written by the program that saved it, and then only a last resort (spare).
type draft struct {
	blocks []block
	stated struct {
		title    string
		authors  []string
		abstract string
	}
	spareTitle string
}

// size guards the bounds on text and on paragraphs while a reader adds blocks.
type size struct{ bytes, blocks int }

// add counts one block of so many bytes.
func (s *size) add(bytes int) error {
	s.blocks++
	return s.grow(bytes)
}

// grow counts bytes alone.
func (s *size) grow(bytes int) error {
	if s.bytes += bytes; s.bytes > MaxText {
		return fail(FaultTooLarge, "the document holds more than %d MB of text", MaxText>>20)
	}
	if s.blocks > MaxBlocks {
		return fail(FaultTooLarge, "the document holds more than %d paragraphs", MaxBlocks)
	}
	return nil
}

// settle makes the blocks even: spaces around them gone, those left out that show
// nothing, and
// plain paragraphs cut at forced line breaks, which students use between title and
// name and between sources. A title or a heading on two lines stays one.
func settle(blocks []block) []block {
	out := make([]block, 0, len(blocks))
	for _, b := range blocks {
		b.text = strings.TrimSpace(withoutUnseen(strings.ToValidUTF8(b.text, "\uFFFD")))
		if b.role == roleTitle || b.role == roleHeading {
			b.text = oneLine(b.text)
		}
		if b.role == roleNote {
			b.part = partNote
		}
		if !strings.Contains(b.text, "\n") {
			if b.text != "" || b.pictures > 0 || b.label != "" {
				out = append(out, b)
			}
			continue
		}
		for line := range strings.SplitSeq(b.text, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				b.text = line
				out = append(out, b)
				b.label, b.pictures, b.alt, b.links, b.near, b.hangs = "", 0, "", nil, true, false
			}
		}
	}
	return out
}

// withoutUnseen leaves out what only helps to break lines: soft hyphens and signs of
// no width.
func withoutUnseen(s string) string {
	for _, sign := range []string{"\u00ad", "\u200b", "\ufeff", "\u2060"} {
		s = strings.ReplaceAll(s, sign, "")
	}
	return s
}

// oneLine folds every run of white space into one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// textOf is the document's whole text, a paragraph apart.
func textOf(blocks []block) string {
	length := 0
	for _, bl := range blocks {
		length += len(bl.text) + len(bl.label) + len("\n\n ")
	}
	var b strings.Builder
	b.Grow(length)
	for _, bl := range blocks {
		if bl.text == "" && bl.label == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		if bl.label != "" {
			b.WriteString(bl.label + " ")
		}
		b.WriteString(bl.text)
	}
	return b.String()
}

// full is the paragraph as a reader sees it, with its number.
func (b block) full() string {
	if b.label == "" {
		return b.text
	}
	return b.label + " " + b.text
}

// short says whether a paragraph could be a title, a heading or a name.
func (b block) short(words int) bool {
	return b.text != "" && utf8.RuneCountInString(b.text) <= 200 && countWords(b.text) <= words
}

// describe adds to what is said of a paragraph's pictures, up to what a credit
// needs.
func (b *block) describe(words ...string) {
	for _, w := range words {
		if len(b.alt)+len(w) < 1000 {
			b.alt = strings.TrimSpace(b.alt + " " + oneLine(w))
		}
	}
}

// appendLink keeps links to the web; those into the document lead nowhere else.
func appendLink(links []string, to string) []string {
	if strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") {
		return append(links, to)
	}
	return links
}
