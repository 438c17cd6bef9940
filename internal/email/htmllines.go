package email

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlLines is the text of a page in lines, as a reader sees them, each with where it
// begins in the source: a page can be cut where a line begins.
type htmlLines struct {
	lines  []string
	starts []int
	length int // of the source
}

// at is where a line begins; past the last one, the end of the page.
func (h htmlLines) at(line int) int {
	if line < len(h.starts) {
		return h.starts[line]
	}
	return h.length
}

// readLines cuts a page into lines, without empty ones.
func readLines(page string) htmlLines {
	r := lineReader{made: htmlLines{length: len(page)}, start: -1}
	z := html.NewTokenizer(strings.NewReader(page))
	at := 0
	for {
		kind := z.Next()
		raw := z.Raw()
		if kind == html.ErrorToken {
			break
		}
		begins := at
		at += len(raw)
		switch kind {
		case html.TextToken:
			if r.skip == 0 {
				r.text(raw, begins)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			r.tag(atom.Lookup(name), kind)
		}
	}
	r.end()
	return r.made
}

// lineReader gathers the line that is open.
type lineReader struct {
	made  htmlLines
	open  strings.Builder
	start int // of the open line; -1 before its first word
	pre   int
	skip  int // within what is no text of the page
}

// tag ends the line where a browser would.
func (r *lineReader) tag(name atom.Atom, kind html.TokenType) {
	depth := 0
	switch kind {
	case html.StartTagToken:
		depth = 1
	case html.EndTagToken:
		depth = -1
	}
	switch name {
	case atom.Script, atom.Style, atom.Title, atom.Template:
		r.skip = max(r.skip+depth, 0)
	case atom.Pre:
		r.pre = max(r.pre+depth, 0)
		r.end()
	case atom.Br, atom.P, atom.Div, atom.Tr, atom.Table, atom.Li, atom.Ul, atom.Ol, atom.Blockquote, atom.Hr, atom.Body,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Header, atom.Footer:
		r.end()
	case atom.Td, atom.Th:
		if r.start >= 0 {
			r.open.WriteByte(' ')
		}
	}
}

// text adds to the open line; in preformatted text a line end ends it.
func (r *lineReader) text(raw []byte, at int) {
	for len(raw) > 0 {
		line := raw
		if i := bytes.IndexByte(raw, '\n'); r.pre > 0 && i >= 0 {
			line = raw[:i]
		}
		if len(bytes.TrimSpace(line)) > 0 && r.start < 0 {
			r.start = at + len(line) - len(bytes.TrimLeft(line, " \t\r\n"))
		}
		if r.start >= 0 {
			r.open.Write(line)
		}
		if len(line) == len(raw) {
			return
		}
		r.end()
		at += len(line) + 1
		raw = raw[len(line)+1:]
	}
}

// end closes the open line.
func (r *lineReader) end() {
	if r.start < 0 {
		return
	}
	text := strings.ReplaceAll(html.UnescapeString(r.open.String()), "\x00", "")
	r.made.lines = append(r.made.lines, strings.Join(strings.Fields(text), " "))
	r.made.starts = append(r.made.starts, r.start)
	r.open.Reset()
	r.start = -1
}
