package email

import "slices"

// Flag is one thing about a mail that a person should know: a repair made
// while reading, or a sign of deceit.
type Flag string

// The flags of the header.
const (
	// FlagNoFrom: no From header names a mailbox.
	FlagNoFrom Flag = "no-from"
	// FlagSeveralFrom: the From headers name several mailboxes; none is believed.
	FlagSeveralFrom Flag = "several-from"
	// FlagNameIsAddress: the display name of From is an address, and not the one
	// behind it.
	FlagNameIsAddress Flag = "name-is-address"
	// FlagDuplicateHeader: a header that RFC 5322 section 3.6 allows once stands
	// several times; the topmost was read.
	FlagDuplicateHeader Flag = "duplicate-header"
	// FlagBrokenHeader: a header line that is none (no colon, an mbox separator, a
	// bare CR or NUL), or no empty line before the body.
	FlagBrokenHeader Flag = "broken-header"
	// FlagControlCharacters: control or bidirectional override characters, which
	// can disguise a name, were taken out of the subject or a name.
	FlagControlCharacters Flag = "control-characters"
)

// The flags of the body.
const (
	// FlagBrokenBoundary: a multipart without its boundary lines, or cut short.
	FlagBrokenBoundary Flag = "broken-boundary"
	// FlagBrokenEncoding: an unknown transfer encoding, or junk in a base64 part.
	FlagBrokenEncoding Flag = "broken-encoding"
	// FlagUnknownCharset: a charset that cannot be decoded; the
	// text was read as UTF-8 or Windows-1252.
	FlagUnknownCharset Flag = "unknown-charset"
	// FlagWrongCharset: text that is not in the charset declared for it, or has
	// none and is not ASCII; it was read as UTF-8 or Windows-1252.
	FlagWrongCharset Flag = "wrong-charset"
	// FlagTooDeep: parts nested deeper than MaxDepth were left out.
	FlagTooDeep Flag = "too-deep"
	// FlagTooManyParts: parts after the first MaxParts were left out.
	FlagTooManyParts Flag = "too-many-parts"
	// FlagForwarded: the mail passes on another, as a file or below a covering note,
	// and what that one holds counts.
	FlagForwarded Flag = "forwarded"
	// FlagTNEF: a winmail.dat was opened.
	FlagTNEF Flag = "winmail.dat"
	// FlagPartial: a fragment of a larger mail (RFC 2046 section 5.2.2).
	FlagPartial Flag = "partial"
	// FlagEncrypted: an S/MIME or OpenPGP part that the desk cannot open.
	FlagEncrypted Flag = "encrypted"
	// FlagSigned: an S/MIME or OpenPGP signature, which is not verified.
	FlagSigned Flag = "signed"
)

// Has says whether the mail bears the flag.
func (m *Message) Has(flag Flag) bool { return slices.Contains(m.Flags, flag) }

// flag adds a flag once.
func (m *Message) flag(flag Flag) {
	if !m.Has(flag) {
		m.Flags = append(m.Flags, flag)
	}
}

// flagIf adds a flag where the condition holds.
func (m *Message) flagIf(condition bool, flag Flag) {
	if condition {
		m.flag(flag)
	}
}
