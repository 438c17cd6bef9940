package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/document"
)

// leastText is how many words make a text of a mail's body or of a plain file:
// fewer are a covering note, or what mail programs and lists attach by themselves.
const leastText = 100

// doubt is why no one text could be chosen.
type doubt uint8

const (
	certain    doubt = iota
	noText           // the mail holds nothing to judge
	unreadable       // a file that may be the text cannot be read
	online           // the text lies elsewhere: the mail holds a link to it
	twoTexts         // two files hold different texts
)

// choice is the text that a submission is judged by, or why there is none.
type choice struct {
	doubt doubt
	text  document.Document // where certain
	files []string          // what the doubt is about

	unread       []document.Document // what of it cannot be read
	bibliography string              // a file of sources beside the text
}

// file names what was judged, or what the doubt is about.
func (c choice) file() string {
	if c.doubt == certain {
		return c.text.File
	}
	return strings.Join(c.files, ", ")
}

// CouldBeText says whether a document may be what its sender wants published: a
// file of a type that holds text, readable or not, or 100 words and more of a
// mail's body or a plain file.
func CouldBeText(d document.Document) bool {
	return mayHoldText(d) && !slight(d) && d.Fault != document.FaultOnline
}

// mayHoldText says whether there may be a text in a document, readable or not.
func mayHoldText(d document.Document) bool {
	switch d.Type {
	case document.Picture:
		return false
	case document.Other:
		name := strings.ToLower(d.File)
		return !neverText[name] && !neverText[path.Ext(name)]
	case document.Body, document.Text, document.Markdown, document.HTML:
		return d.Fault != document.FaultEmpty // no scanned page can hide in them
	}
	return true
}

// slight says whether a document is too short to be a text by itself.
func slight(d document.Document) bool {
	plain := d.Type == document.Body || d.Type == document.Text || d.Type == document.HTML
	return plain && d.Error == "" && d.Words < leastText
}

// neverText is the files of unknown type that mail programs attach by
// themselves: signatures, cards, invitations.
var neverText = map[string]bool{
	".p7s": true, ".sig": true, "signature.asc": true, ".vcf": true, ".ics": true,
}

// richness orders types by how much of a text's structure they keep.
var richness = []document.Type{
	document.DOCX, document.ODT, document.HTML, document.Markdown,
	document.RTF, document.PDF, document.DOC, document.Text,
}

// chooseText finds the text among the documents of a mail: an attachment before
// the body, and a few words only where they are attached and there is nothing else. A file
// that cannot be read may be the text: then nothing is sure, and nothing beside
// it is judged in its place. What only accompanies a text (a letter, a curriculum
// vitae, sources, a spreadsheet, a shortcut) counts where there is no text. So many
// pictures are attached, not shown in the body: with nothing else, they may be of one.
func chooseText(docs []document.Document, pictures int) choice {
	h := sortHeld(docs)
	if len(h.unread) > 0 {
		return unreadChoice(unreadable, h.unread)
	}
	body := longBody(h.rest)
	if CoversText(body) && len(h.beside)+len(h.online)+pictures > 0 {
		body = document.Document{} // what it presents is there, and cannot be read
	}
	texts, bibliography := companions(h.attached, body.Words)
	switch {
	case len(texts) > 0:
		made := oneOf(texts)
		made.bibliography = bibliography
		return made
	case body.Words > 0:
		return choice{text: body, bibliography: bibliography}
	case len(h.rest) > 0 && h.rest[0].Type != document.Body: // a short body announces a text
		return choice{text: h.rest[0]}
	case len(h.beside) > 0:
		return unreadChoice(unreadable, h.beside)
	case len(h.online) > 0:
		return unreadChoice(online, h.online)
	case pictures > 0:
		return unreadChoice(unreadable, picturesOf(docs))
	}
	return choice{doubt: noText}
}

// longBody is the body that is a text, the sender's own before that of a mail that
// they forwarded; without words where there is none.
func longBody(rest []document.Document) (body document.Document) {
	for _, d := range rest {
		if CouldBeText(d) && (body.Words == 0 || d.Type == document.Body && d.File == "") {
			body = d
		}
	}
	return body
}

// held is what a mail holds, sorted by what it may be.
type held struct {
	attached, rest         []document.Document // that were read: texts, and a body or a few words
	unread, beside, online []document.Document // that were not: one of these may be the text
}

func sortHeld(docs []document.Document) (h held) {
	for _, d := range docs {
		switch {
		case !mayHoldText(d):
		case d.Fault == document.FaultOnline:
			h.online = append(h.online, d)
		case slices.Contains(besideKinds, d.Named):
			h.beside = append(h.beside, d)
		case !d.Readable():
			h.unread = append(h.unread, d)
		case d.Type == document.Body || slight(d):
			h.rest = append(h.rest, d)
		default:
			h.attached = append(h.attached, d)
		}
	}
	return h
}

// unreadChoice is a doubt about files that cannot be read.
func unreadChoice(doubt doubt, unread []document.Document) choice {
	c := choice{doubt: doubt, unread: unread}
	for _, d := range unread {
		c.files = append(c.files, d.File)
	}
	return c
}

// picturesOf are the pictures of a mail, as what they may be: a text in a photograph.
func picturesOf(docs []document.Document) (pictures []document.Document) {
	for _, d := range docs {
		if d.Type == document.Picture {
			d.Fault, d.Named = document.FaultScan, "picture"
			pictures = append(pictures, d)
		}
	}
	return pictures
}

// TextOf is the text that the documents of a mail submit, the one that Validate
// judges; false where there is none, or it cannot be told which. So many pictures are
// attached, not shown in the body.
func TextOf(docs []document.Document, pictures int) (text document.Document, told bool) {
	chosen := chooseText(docs, pictures)
	return chosen.text, chosen.doubt == certain
}

// oneOf is the one text that all the attachments hold, taken from the type that
// keeps most of its structure.
func oneOf(attached []document.Document) choice {
	best := attached[0]
	for _, d := range attached[1:] {
		if !sameText(attached[0], d) {
			var files []string
			for _, d := range attached {
				files = append(files, d.File)
			}
			return choice{doubt: twoTexts, files: files}
		}
		if rank(d) < rank(best) {
			best = d
		}
	}
	return choice{text: best}
}

// sameText says whether two files hold one text. Two files of one type are two
// versions where a word differs: which of them counts, only the author knows.
func sameText(a, b document.Document) bool {
	return a.Text == b.Text || a.Type != b.Type && document.SameText(a, b)
}

func rank(d document.Document) int {
	if i := slices.Index(richness, d.Type); i >= 0 {
		return i
	}
	return len(richness)
}
