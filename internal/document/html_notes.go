package document

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	noteID    = patternOf(`(?i)^(sd)?(foot|end)notes?-?\d*$|^_?(ftn|edn)\d+$|^fn:?-?\d+$`)
	noteRef   = patternOf(`(?i)(foot|end)note-?(anc|sym|ref|back)|^#_?(ftn|edn|fn|sdfootnote|sdendnote|cmnt)`)
	leadsBack = patternOf(`^#_?(ftnt?|edn|fn)_?ref`)
)

// isNoteRef tells the number that calls a note, or that leads back from it.
func isNoteRef(n *html.Node) bool {
	class, _ := attrOf(n, "class")
	href, _ := attrOf(n, "href")
	return noteRef.MatchString(class) || noteRef.MatchString(href)
}

// besideText says whether a block is a header or a footer of each page, as
// LibreOffice saves them, or a comment, as Google Docs does: it begins with a link
// back to what it is about.
func besideText(n *html.Node) bool {
	title, _ := attrOf(n, "title")
	return title == "header" || title == "footer" || strings.HasPrefix(firstLink(n, 4), "#cmnt_ref")
}

// firstLink is where a block leads with its very first words, "" where they are no
// link. It looks no deeper than so many elements.
func firstLink(n *html.Node, depth int) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) == "":
			continue
		case c.Type != html.ElementNode || depth == 0:
			return ""
		case c.DataAtom == atom.A:
			href, _ := attrOf(c, "href")
			return href
		}
		return firstLink(c, depth-1)
	}
	return ""
}
