// Package document reads what students attach: the bytes of a file, or a mail's
// own body, become a Document with its title, authors, headings, sources and
// words. It is pure: no network, no file, no clock.
//
// It promises: no panic and bounded memory on any input; the type told by the
// bytes and not by the name; deleted, hidden and commented text never counted.
// What it cannot read it says in Document.Error, and then no figure of that
// document may be believed. Words are tokens between white space, and between en
// and em dashes, that hold a letter or a digit: what a word processor counts.
package document

// Document is what was read in one file. A missing value is empty, never nil in
// JSON; the field names are a contract (docs/architecture.md).
type Document struct {
	File       string    `json:"file"` // "" for the mail's body
	Type       Type      `json:"type"`
	Title      string    `json:"title"`
	Authors    []string  `json:"authors"`
	Abstract   string    `json:"abstract"`
	Language   string    `json:"language"` // ISO 639-1; "" where it cannot be told
	Words      int       `json:"words"`    // without title, bibliography and notes
	WordsTotal int       `json:"words_total"`
	Headings   []Heading `json:"headings"` // without the title
	Sources    []Source  `json:"sources"`
	Text       string    `json:"text"`
	SHA256     string    `json:"sha256"` // of the bytes read, in hexadecimal
	Error      string    `json:"error"`  // why it could not be read

	// Sections is how many headings are neither the abstract's nor the
	// bibliography's.
	Sections int `json:"-"`
	// Pictures and Credited count the pictures in the document and those that a
	// caption or a paragraph beside them credits.
	Pictures int `json:"-"`
	Credited int `json:"-"`
}

// Type is what a file is, told by its bytes.
type Type string

// The types that are read, and those that are named but not read.
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
	Title     string   `json:"title"`
	Container string   `json:"container"`
	URL       string   `json:"url"`
	DOI       string   `json:"doi"`
	ISBN      string   `json:"isbn"`
	Publisher string   `json:"-"`
}
