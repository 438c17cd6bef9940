// Package email turns the bytes of a mail (RFC 5322, RFC 2045) into a Message,
// however badly they were written, and says two things of it: whether a machine
// sent it (Automatic) and how surely its author is known (Authenticate).
//
// It promises: no panic on any input; no text lost because of a bad header
// line, boundary, charset or transfer encoding; LF and CRLF read alike; at most
// MaxDepth nested parts and MaxParts parts in all. It refuses only what holds no
// mail at all, with ErrEmpty. It does no IO and has no clock: a mail's own Date
// is a claim and nothing more.
package email

import (
	"errors"
	"time"
)

// Bounds on structure; what lies beyond is left out and flagged.
const (
	MaxDepth = 30
	MaxParts = 500
)

// ErrEmpty says that the bytes hold neither a header nor a body.
var ErrEmpty = errors.New("the mail is empty")

// Address is one mailbox of a header. Name is decoded. Address has no angle
// brackets and its ASCII letters are in lower case, in the local part too: RFC
// 5321 section 2.4 lets a host tell case apart there, and none does. It is empty
// where none could be read.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Message is one mail, decoded to UTF-8.
type Message struct {
	Fields      []Field // every header line, in order, topmost first
	MessageID   string  // with its angle brackets, "" where there is none
	InReplyTo   []string
	References  []string
	Date        time.Time // as the sender claims; zero where absent or unreadable
	Subject     string    // MIME words decoded, unfolded
	From        Address   // empty Address where there is none, or several
	To, Cc      []Address
	ReplyTo     []Address
	Text        string // the text/plain bodies that are not attachments
	HTML        string // the text/html bodies that are not attachments
	Attachments []Attachment
	Flags       []Flag // each once, in the order found

	// TextComplete says that Text holds all that HTML says: each HTML body has
	// its text/plain twin in a multipart/alternative, with a quarter of its words at
	// least. It is true without HTML.
	TextComplete bool

	uuencoded int // files taken out of Text

	body []byte // what follows the header, as it came: for Identity
}

// Field is one header line, its value unfolded but not decoded. Raw 8-bit text
// becomes UTF-8 (read as Windows-1252 where it is not), and control characters
// become spaces. A stray mbox "From " line has an empty Name.
type Field struct{ Name, Value string }

// Attachment is a part that has a file name, or is neither text nor structure.
type Attachment struct {
	Name    string // decoded, without any path; "" where the part has none
	Type    string // the declared media type in lower case: a claim
	Charset string // declared for a text, in lower case: a claim; "" for none
	Inline  bool   // a picture shown within the body, in a signature, say; never a document
	Data    []byte // transfer encoding undone; text and nested mails with LF line ends

	// Message is the mail that the attachment is, once Unpack opened it: what is
	// attached to that one then stands after it.
	Message *Message
}
