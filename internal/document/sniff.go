package document

import (
	"bytes"
	"net/http"
	"path"
	"strings"
)

// Sniff tells what a file is by its bytes. The name and the declared media type
// decide only between kinds of plain text, which bytes cannot tell apart.
func Sniff(name, declared string, data []byte) Type {
	return identify(name, declared, data).is
}

// identity is what a file is and, unless it is a type that is read, why not.
type identity struct {
	is  Type
	err error
}

// unread names a type that is not read.
func unread(is Type, label string) identity {
	return identity{is, fail(FaultType, "%s: not read by this version", label)}
}

func identify(name, declared string, data []byte) identity {
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return identity{typeByName(ext), fail(FaultEmpty, "the file is empty")}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return identifyZip(ext, data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return identifyOLE(ext, data)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return identity{is: PDF}
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return unread(RTF, "rtf")
	}
	for _, m := range magics {
		if strings.HasPrefix(string(data[:min(len(data), 64)])[min(m.at, len(data)):], m.bytes) {
			if m.is == Picture {
				return identity{is: Picture}
			}
			return unread(m.is, m.label)
		}
	}
	return identifyText(ext, strings.ToLower(declared), data)
}

// magics are the first bytes of what is no text.
var magics = []struct {
	at    int
	bytes string
	is    Type
	label string
}{
	{0, "\xff\xd8\xff", Picture, ""},
	{0, "\x89PNG\r\n", Picture, ""},
	{0, "GIF8", Picture, ""},
	{8, "WEBP", Picture, ""},
	{0, "II*\x00", Picture, ""},
	{0, "MM\x00*", Picture, ""},
	{4, "ftyphei", Picture, ""},
	{4, "ftypmif1", Picture, ""},
	{4, "ftypavif", Picture, ""},
	{0, "8BPS", Picture, ""},
	{0, "\x00\x00\x01\x00", Picture, ""},
	{0, "\xdb\xa5", DOC, "doc (before Word 97)"},
	{0, "\x78\x9f\x3e\x22", Other, "winmail.dat"},
	{0, "\x1f\x8b", Other, "gzip"},
	{0, "Rar!", Other, "rar"},
	{0, "7z\xbc\xaf", Other, "7z"},
}

// identifyZip looks at the parts that only one format has. A directory that
// cannot be read leaves the names that stand in the bytes.
func identifyZip(ext string, data []byte) identity {
	a, err := openArchive(data)
	if err != nil {
		is := typeByName(ext)
		switch {
		case bytes.Contains(data, []byte("word/document")):
			is = DOCX
		case bytes.Contains(data, []byte("opendocument.text")):
			is = ODT
		}
		return identity{is, err}
	}
	mimetype, _ := a.read("mimetype")
	kind := strings.TrimSpace(string(mimetype))
	switch {
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument.text"):
		return identity{ODT, checkODFLock(a)}
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument."):
		return unread(Other, "OpenDocument "+strings.TrimPrefix(kind, "application/vnd.oasis.opendocument."))
	case a.hasUnder("word/"):
		return identity{is: DOCX}
	case a.hasUnder("xl/"):
		return unread(Other, "xlsx")
	case a.hasUnder("ppt/"):
		return unread(Other, "pptx")
	case a.has("Index/Document.iwa"), a.has("Index.zip"), a.has("index.xml") && ext == "pages":
		return unread(Other, "Apple Pages")
	case strings.HasPrefix(kind, "application/epub"):
		return unread(Other, "epub")
	case a.has("[Content_Types].xml") && ext == "docx":
		return identity{is: DOCX}
	case a.has("content.xml") && a.has("META-INF/manifest.xml"):
		return identity{ODT, checkODFLock(a)}
	}
	return unread(Other, "zip")
}

// checkODFLock tells a document that asks for a password: its manifest says how
// its parts, or the one part that holds them all, are encrypted.
func checkODFLock(a *archive) error {
	manifest, err := a.read("META-INF/manifest.xml")
	if err == nil && bytes.Contains(manifest, []byte("encryption-data")) {
		return fail(FaultEncrypted, "the document is protected by a password")
	}
	return nil
}

// identifyOLE looks for the names of streams in a compound file, which stand in
// its directory as UTF-16.
func identifyOLE(ext string, data []byte) identity {
	holds := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case holds("EncryptedPackage"):
		is := DOCX
		if ext == "xlsx" || ext == "pptx" {
			is = Other
		}
		return identity{is, fail(FaultEncrypted, "the document is protected by a password")}
	case holds("WordDocument"):
		return unread(DOC, "doc")
	case holds("Workbook"), holds("PowerPoint Document"):
		return unread(Other, "an old Excel or PowerPoint file")
	case holds("__substg1.0_"):
		return unread(Other, "an Outlook message")
	}
	return unread(Other, "an unknown compound file")
}

// openings begin texts that are not for readers.
var openings = []struct{ begins, label string }{
	{"BEGIN:VCARD", "vcard"},
	{"BEGIN:VCALENDAR", "calendar"},
	{"-----BEGIN PGP", "pgp"},
	{"-----BEGIN ", "certificate"},
	{"MIME-VERSION:", "mhtml"},
	{"%!PS", "PostScript"},
}

// dataNames are the endings of text files that hold data, not a text.
var dataNames = " csv tsv json xml yaml yml tex bib ris css js py r ipynb log eml ics vcf asc sig p7s pem svg "

func identifyText(ext, declared string, data []byte) identity {
	text, ok := decodeText(data)
	if !ok {
		return unread(Other, "a binary file")
	}
	head := strings.TrimSpace(text[:min(len(text), 2048)])
	upper := strings.ToUpper(head)
	for _, o := range openings {
		if strings.HasPrefix(upper, o.begins) {
			return unread(Other, o.label)
		}
	}
	switch {
	case strings.HasPrefix(head, "<svg"), ext == "svg", strings.HasPrefix(declared, "image/svg"):
		return identity{is: Picture}
	case looksHTML(head), strings.HasPrefix(declared, "text/html") && strings.HasPrefix(head, "<"):
		return identity{is: HTML}
	case strings.HasPrefix(head, "<?xml"):
		return unread(Other, "xml")
	case strings.Contains(dataNames, " "+ext+" ") && ext != "":
		return unread(Other, ext)
	case ext == "md", ext == "markdown", strings.HasPrefix(declared, "text/markdown"):
		return identity{is: Markdown}
	case ext != "txt" && marksMarkdown(text):
		return identity{is: Markdown}
	}
	return identity{is: Text}
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
	case "docx", "docm", "dotx":
		return DOCX
	case "odt", "ott":
		return ODT
	case "md", "markdown":
		return Markdown
	case "html", "htm":
		return HTML
	case "txt":
		return Text
	case "rtf", "pdf", "doc":
		return Type(ext)
	}
	return Other
}
