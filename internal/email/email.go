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

// Address is one mailbox of a header. Address is in lower case and has no
// angle brackets; it is empty where none could be read.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Flag is one thing about a mail that a person should know: a repair made
// while reading, or a sign of deceit.
type Flag string

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
	HTML        string // the text/html body, where there is one
	Attachments []Attachment
	Flags       []Flag
}

// Field is one header line, its value unfolded but not decoded.
type Field struct{ Name, Value string }

// Attachment is a part that has a file name, or is neither text nor structure.
type Attachment struct {
	Name   string // decoded, without any path; "" where the part has none
	Type   string // the declared media type in lower case: a claim
	Inline bool   // shown within the body: a picture in a signature, say
	Data   []byte // transfer encoding undone
}
