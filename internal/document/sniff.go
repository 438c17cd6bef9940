package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Sniff tells what a file is by its bytes. The name and the declared media type
// decide only between kinds of plain text, which bytes cannot tell apart.
func Sniff(name, declared string, data []byte) Type {
	return identify(name, declared, data).is
}

// Guess is what a file seems to be by its first bytes, or else by its name. It
// opens nothing: it is for those who must not, and may be wrong.
func Guess(name string, data []byte) Type {
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")) && !bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return PDF
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return RTF
	}
	for _, m := range magics {
		if bytes.HasPrefix(head[min(m.at, len(head)):], []byte(m.bytes)) {
			return m.is
		}
	}
	return typeByName(strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."))
}

// photographs begin the pictures that people send.
var photographs = []string{"\xff\xd8\xff", "\x89PNG\r\n", "GIF8", "II*\x00", "MM\x00*"}

// AsPicture is what reading a photograph gives, whose first bytes tell it: nothing is
// opened for that, so that it may be asked of any bytes by those who open nothing. It is
// false of other files, other kinds of pictures among them.
func AsPicture(name, declared string, data []byte) (Document, bool) {
	const sure = 1 << 10 // smaller ones may be something else that begins alike
	begins := func(begins string) bool { return bytes.HasPrefix(data, []byte(begins)) }
	if len(data) < sure || !slices.ContainsFunc(photographs, begins) || bytes.Contains(data[:sure], []byte("%PDF-")) ||
		strings.HasPrefix(strings.ToLower(declared), "message/") {
		return Document{}, false
	}
	sum := sha256.Sum256(data)
	return Document{File: name, Type: Picture, SHA256: hex.EncodeToString(sum[:])}.whole(), true
}

// identity is what a file is and, unless it is a type that is read, why not.
type identity struct {
	is    Type
	err   error
	inner *inner // what is read in its place, where it is an archive
}

func identify(name, declared string, data []byte) identity {
	ext, declared := strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."), strings.ToLower(declared)
	switch {
	case len(data) == 0:
		return identity{is: typeByName(ext), err: &failure{FaultEmpty, fixes["zero"], "zero"}}
	case len(bytes.TrimSpace(data)) == 0:
		return identity{is: typeByName(ext), err: fail(FaultEmpty, "the file is empty")}
	case strings.HasPrefix(declared, "message/rfc822"), strings.HasPrefix(declared, "message/global"):
		return unread(Mail, "mail")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return identifyZip(ext, data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return identifyOLE(ext, data)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return identity{is: PDF}
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return identity{is: RTF}
	}
	if id, known := identifyMagic(name, declared, data); known {
		return id
	}
	return identifyText(ext, declared, data)
}

// dataNames are the endings of text files that hold data, not a text.
var dataNames = " csv tsv json xml yaml yml tex bib ris css js py r ipynb log ics vcf asc sig p7s pem svg "

// misnamed are the names of documents that no program opens where they hold a
// plain text or a page: a download that failed, mostly. (Word opens a doc that is
// one, and some programs make such.)
var misnamed = map[string]bool{"pdf": true, "docx": true, "docm": true, "dotx": true, "odt": true, "ott": true}

func identifyText(ext, declared string, data []byte) identity {
	text, ok := decodeText(data)
	if !ok {
		return identifyBinary(declared)
	}
	if misnamed[ext] {
		return identity{is: typeByName(ext), err: fail(FaultBroken, "the file is named as a %s and is none: save it anew", ext)}
	}
	if is, flat := identifyFlat(text[:min(len(text), 16<<10)]); flat {
		return is
	}
	head := strings.TrimSpace(text[:min(len(text), 2048)])
	upper := strings.ToUpper(head)
	for _, o := range openings {
		if strings.HasPrefix(upper, o.begins) {
			return unread(Other, o.label)
		}
	}
	if officeLock.MatchString(head) {
		return unread(Other, "lock")
	}
	switch {
	case strings.HasPrefix(head, "<svg"), ext == "svg", strings.HasPrefix(declared, "image/svg"):
		return identity{is: Picture}
	case looksHTML(head), strings.HasPrefix(declared, "text/html") && strings.HasPrefix(head, "<"):
		return identity{is: HTML}
	case isWebloc(head), isDriveLink(head):
		return unread(Other, "shortcut")
	case strings.HasPrefix(head, "<?xml"):
		return unread(Other, "xml")
	case isMail(ext, head):
		return unread(Mail, "mail")
	case texMarks.MatchString(head):
		return unread(Other, "tex")
	case strings.Contains(dataNames, " "+ext+" ") && ext != "":
		return unread(Other, ext)
	case ext == "md", ext == "markdown", strings.HasPrefix(declared, "text/markdown"):
		return identity{is: Markdown}
	case ext != "txt" && marksMarkdown(text):
		return identity{is: Markdown}
	}
	return identity{is: Text}
}

// identifyFlat looks for a whole office document in one file of XML.
func identifyFlat(head string) (identity, bool) {
	switch {
	case !strings.HasPrefix(strings.TrimSpace(head), "<"):
		return identity{}, false
	case strings.Contains(head, "urn:oasis:names:tc:opendocument:xmlns:office:1.0") && strings.Contains(head, "opendocument.text"):
		return identity{is: ODT}, true
	case strings.Contains(head, `progid="Word.Document"`):
		return unread(Other, "word in xml"), true
	}
	return identity{}, false
}

// looksHTML goes by the tags that browsers go by, and by XHTML's prologue.
func looksHTML(head string) bool {
	if strings.HasPrefix(head, "<?xml") {
		return strings.Contains(strings.ToLower(head), "<html")
	}
	return strings.HasPrefix(head, "<") && strings.HasPrefix(http.DetectContentType([]byte(head)), "text/html")
}

// marksMarkdown says whether a text of no telling name opens on a heading or a
// front matter of Markdown, and has a second mark.
func marksMarkdown(text string) bool {
	marks := 0
	for line := range strings.Lines(text[:min(len(text), 64<<10)]) {
		if hashes := len(line) - len(strings.TrimLeft(line, "#")); hashes > 0 && hashes < 7 && strings.HasPrefix(line[hashes:], " ") {
			marks++
		}
	}
	return marks > 1 || marks > 0 && strings.HasPrefix(text, "# ") || marks > 0 && strings.HasPrefix(text, "---\n")
}

// typeByName guesses what an empty or broken file was meant to be.
func typeByName(ext string) Type {
	switch ext {
	case "docx", "docm", "dotx", "dotm":
		return DOCX
	case "odt", "ott", "fodt":
		return ODT
	case "md", "markdown":
		return Markdown
	case "html", "htm":
		return HTML
	case "txt":
		return Text
	case "rtf", "pdf", "doc":
		return Type(ext)
	case "dot":
		return DOC
	case "eml", "msg":
		return Mail
	}
	return Other
}
