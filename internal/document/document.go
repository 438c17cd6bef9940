// Package document reads what students attach: the bytes of a file, or a mail's
// own body, become a Document with its title, authors, headings, sources and
// words. It is pure: no network, no file, no clock.
//
// It promises: no panic and bounded memory on any input; the type told by the
// bytes and not by the name; deleted, hidden and commented text never counted.
// What it cannot read it says in Document.Error, and then no figure of that
// document may be believed. Words are tokens between white space, and between en
// and em dashes, that hold a letter or a digit: what a word processor counts.
//
// Reading has two halves that meet in the type draft. A reader for each format
// (docx.go, odt.go, rtf.go, doc.go, pdf.go, markdown.go, html.go, plain.go) turns bytes
// into blocks, one a paragraph, in reading order, with what the format says of each. One
// analysis for all formats (outline.go, bibliography.go, source.go and the others)
// turns blocks into a Document. A new format is a new reader and a line in readers.
//
// A source is read part by part, each with the rule that read it (Trace), then checked
// without a network (source_check.go), and held against what the text cites
// (citation.go). testdata/bibliography says how well.
//
// Templates and documents with macros are read as what they are else: docm and dotx
// as docx, ott and the flat fodt as odt. A zip that holds one document is that
// document; one that holds several is FaultSeveral.
package document

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Document is what was read in one file. A missing value is empty, never nil in
// JSON; the field names are a contract (docs/architecture.md).
type Document struct {
	File       string    `json:"file"` // "" for the mail's body
	Type       Type      `json:"type"`
	Title      string    `json:"title"`
	Authors    []string  `json:"authors"`
	Abstract   string    `json:"abstract"`
	Language   string    `json:"language"`    // ISO 639-1; "" where it cannot be told
	Words      int       `json:"words"`       // without title, bibliography and notes
	WordsTotal int       `json:"words_total"` // all, and the numbers of lists
	Headings   []Heading `json:"headings"`    // without the title
	Sources    []Source  `json:"sources"`

	// Citations are those of the text, where it cites sources by author and year or
	// by number.
	Citations []Citation `json:"citations"`

	Text   string `json:"text"`
	SHA256 string `json:"sha256"` // of the bytes read, in hexadecimal
	Error  string `json:"error"`  // why it could not be read; "" for a picture

	// Fault is the kind of Error; FaultNone where Error is empty.
	Fault Fault `json:"-"`
	// Named is what a file that cannot be read is, for an answer that names the
	// fix: one of Kinds ("pages", "shortcut", "scan"…), the service of an online
	// document, another type's name, or "".
	Named string `json:"-"`

	// Sections is how many headings divide the text: neither the abstract's nor
	// the bibliography's, nor those of appendices and thanks after the sources.
	Sections int `json:"-"`
	// Pictures and Credited count the pictures in the document and those that a
	// caption or a paragraph beside them credits.
	Pictures int `json:"-"`
	Credited int `json:"-"`
}

// Type is what a file is, told by its bytes.
type Type string

// The types that are read, and those that are named but not read here.
const (
	Body     Type = "body" // a mail's own text
	Text     Type = "txt"
	Markdown Type = "md"
	HTML     Type = "html"
	DOCX     Type = "docx"
	ODT      Type = "odt"
	RTF      Type = "rtf"
	PDF      Type = "pdf"
	DOC      Type = "doc"
	Mail     Type = "mail"    // a message that was forwarded as a file
	Picture  Type = "picture" // never a text: a logo, a photograph
	Other    Type = "other"
)

// Heading is one heading; level 1 is the highest.
type Heading struct {
	Level int    `json:"level"`
	Text  string `json:"text"`
}

// Source is one entry of the bibliography, read into its fields. Text is the
// entry as written.
type Source struct {
	Text      string   `json:"text"`
	Authors   []string `json:"authors"`
	Year      string   `json:"year"`
	Date      string   `json:"date"` // as exactly as it is written: "2025", "2025-10", "2025-10-14"
	Title     string   `json:"title"`
	Container string   `json:"container"` // what the work is in: a review, a newspaper, a book
	Publisher string   `json:"publisher"`
	URL       string   `json:"url"`
	DOI       string   `json:"doi"`
	ISBN      string   `json:"isbn"`    // without hyphens
	Faults    []string `json:"faults"`  // what cannot be right: FaultyURL, FaultyDOI, FaultyISBN
	Repeats   int      `json:"repeats"` // the earlier entry, from 1, that this one repeats; 0: none
	Cited     bool     `json:"cited"`   // the text cites or names it; only with Document.Citations
	Trace     []Trace  `json:"trace"`   // how the fields were read, in the order of reading
}

// Trace is one step of reading a source: the words that were taken for a field,
// and the rule that took them.
type Trace struct {
	Field string `json:"field"` // "authors", "date", "title"…: a key of Source
	Text  string `json:"text"`
	Rule  string `json:"rule"` // in English, for who asks why
}

// Fault is the kind of a reading failure, for callers that answer each kind in
// their own words.
type Fault string

// The faults.
const (
	FaultNone      Fault = ""
	FaultType      Fault = "unreadable-type" // named, but not a type that is read
	FaultSeveral   Fault = "several"         // an archive of more than one document
	FaultBroken    Fault = "broken"          // damaged, or not what it claims to be
	FaultEncrypted Fault = "encrypted"       // asks for a password
	FaultEmpty     Fault = "empty"           // holds no word
	FaultTooLarge  Fault = "too-large"       // beyond the bounds below
	FaultScan      Fault = "scan"            // pages that are pictures, without text
	FaultOnline    Fault = "online"          // a link to a document that lies elsewhere; Named is the service
	FaultFont      Fault = "font"            // signs whose fonts do not say, or say wrongly, which letters they are
	FaultOutlines  Fault = "outlines"        // drawings without text: letters drawn as outlines, perhaps
	FaultStopped   Fault = "stopped"         // its reader took too long or too much memory, or broke down
)

// Bounds on what is read. A document beyond one of them gets FaultTooLarge.
const (
	MaxText    = 4 << 20  // bytes of text, in any format: about 600,000 words
	MaxBlocks  = 100_000  // paragraphs, table cells and notes
	MaxTags    = 300_000  // tags in HTML
	MaxPart    = 32 << 20 // bytes that one part of a zip may unpack to
	MaxRatio   = 200      // times its packed size that a part over 1 MB may unpack to
	MaxEntries = 10_000   // parts in a zip
	MaxDepth   = 200      // nested elements of XML
)

// failure is why a reader gave up: a fault, and a sentence in English.
type failure struct {
	fault Fault
	text  string
	named string // what the file is, where the answer should say so
}

func (f *failure) Error() string { return f.text }

func fail(fault Fault, format string, args ...any) error {
	return &failure{fault: fault, text: fmt.Sprintf(format, args...)}
}

// readers holds a reader for each type that is read.
var readers = map[Type]func([]byte) (draft, error){
	Text:     readPlain,
	Markdown: readMarkdown,
	HTML:     readHTML,
	DOCX:     readDOCX,
	ODT:      readODT,
	RTF:      readRTF,
	DOC:      readDOC,
}

// Reader reads files. The zero Reader reads every type but PDF, which it names.
type Reader struct {
	PDF Typesetter // lays out the pages of a PDF; nil where there is none
}

// Read reads one file with the zero Reader.
func Read(name, declared string, data []byte) Document { return Reader{}.Read(name, declared, data) }

// Read reads one file. The name and the declared media type only help to tell
// kinds of text apart, and its charset parameter to decode a text. It always returns a Document: what could not be read has
// an Error and a Fault. A picture has neither, and is not Readable. Of a zip that
// holds one document, that one is read, and its File is "archive.zip/inner.docx".
func (r Reader) Read(name, declared string, data []byte) Document {
	id := identify(name, declared, data)
	if id.inner != nil {
		name, data = name+"/"+id.inner.name, id.inner.data
	}
	sum := sha256.Sum256(data)
	d := Document{File: name, Type: id.is, SHA256: hex.EncodeToString(sum[:])}
	if id.is == Picture {
		return d.whole()
	}
	if id.err != nil {
		return d.failed(id.err)
	}
	read, bytes := readers[id.is], data
	switch id.is {
	case Text, Markdown, HTML:
		bytes = asDeclared(declared, data)
	case PDF:
		if r.PDF == nil {
			return d.failed(fail(FaultType, "pdf: not read by this version"))
		}
		read = r.readPDF
	}
	made, err := guarded(read, bytes)
	if err != nil {
		return d.failed(err)
	}
	return analyse(d, made)
}

// Unread is the Document of a file whose reading failed outside this package: its
// type as Guess tells it, and why there is nothing else, in English.
func Unread(name string, data []byte, fault Fault, why string) Document {
	sum := sha256.Sum256(data)
	d := Document{File: name, SHA256: hex.EncodeToString(sum[:]), Type: Guess(name, data)}
	return d.failed(fail(fault, "%s", why))
}

// UnreadBody is the same for a mail's own body.
func UnreadBody(text, html string, fault Fault, why string) Document {
	_, data := bodyPart(text, html)
	sum := sha256.Sum256(data)
	return Document{Type: Body, SHA256: hex.EncodeToString(sum[:])}.failed(fail(fault, "%s", why))
}

// ReadBody reads a mail's own body, already decoded, without what it quotes: the
// text where there is one, else the HTML. A signature below "-- " is left out.
func ReadBody(text, html string) Document { return Reader{}.ReadBody(text, html) }

// ReadBody reads a mail's own body; any Reader reads it alike.
func (Reader) ReadBody(text, html string) Document {
	read, data := bodyPart(text, html)
	sum := sha256.Sum256(data)
	d := Document{Type: Body, SHA256: hex.EncodeToString(sum[:])}
	made, err := guarded(read, data)
	if err != nil {
		return d.failed(err)
	}
	return analyse(d, made)
}

// bodyPart is the half of a body that is read, and how.
func bodyPart(text, html string) (func([]byte) (draft, error), []byte) {
	if strings.TrimSpace(text) == "" {
		return readBodyHTML, []byte(html)
	}
	return readBodyText, []byte(text)
}

// Readable says whether the document was read and holds text.
func (d Document) Readable() bool { return d.Type != Picture && d.Error == "" && d.WordsTotal > 0 }

// guarded runs a reader behind a net: the parsers of other projects that readers
// call may panic on bytes that nobody has thought of, and one attachment must not
// stop the desk. Our own tests and fuzzing call the readers without it.
func guarded(read func([]byte) (draft, error), data []byte) (made draft, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fail(FaultBroken, "the document is damaged in a way that no reader expects")
		}
	}()
	return read(data)
}

// failed records why the document could not be read.
func (d Document) failed(err error) Document {
	d.Error, d.Fault = err.Error(), FaultBroken
	if f := (*failure)(nil); errors.As(err, &f) {
		f = unfinished(d.File, f)
		d.Error, d.Fault, d.Named = f.text, f.fault, f.named
	}
	return d.whole()
}

// whole leaves no list nil, so that none is null in JSON.
func (d Document) whole() Document {
	d.Authors = orEmpty(d.Authors)
	d.Headings = orEmpty(d.Headings)
	d.Sources = orEmpty(d.Sources)
	d.Citations = orEmpty(d.Citations)
	for i := range d.Sources {
		d.Sources[i].Authors = orEmpty(d.Sources[i].Authors)
		d.Sources[i].Faults = orEmpty(d.Sources[i].Faults)
		d.Sources[i].Trace = orEmpty(d.Sources[i].Trace)
	}
	return d
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
