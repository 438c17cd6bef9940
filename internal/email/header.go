package email

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Get is the value of the topmost header of that name, whatever its case, ""
// where there is none.
func (m *Message) Get(name string) string { return get(m.Fields, name) }

// Values is the values of every header of that name, topmost first.
func (m *Message) Values(name string) []string {
	var values []string
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

func get(fields []Field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// readHeader cuts a header from the body that follows it, repairing what is not
// a header line on the way.
func (m *Message) readHeader(raw []byte) (fields []Field, body []byte) {
	h := headerReader{rest: raw}
	for h.next() {
	}
	h.end()
	m.flagIf(h.broken, FlagBrokenHeader)
	m.flagIf(h.wrongCharset, FlagWrongCharset)
	return h.fields, h.rest
}

// headerReader gathers fields line by line. A line that is no field is told
// apart by what follows it: a field of a well-known name soon after means that
// the line is damage within the header, and it joins the field above as if it
// had been folded; otherwise the body has begun without an empty line.
type headerReader struct {
	rest         []byte
	fields       []Field
	name         string
	value        []byte // of the field being gathered
	open         bool
	broken       bool
	wrongCharset bool
	known        int // how many bytes before the end the next well-known field begins
}

// next takes one line, and says whether the header goes on.
func (h *headerReader) next() bool {
	if len(h.rest) == 0 {
		return false
	}
	line, rest := cutLine(h.rest)
	if len(line) == 0 {
		h.rest = rest
		return false
	}
	if line[0] == ' ' || line[0] == '\t' {
		return h.fold(line, rest)
	}
	if name, value, ok := cutField(line); ok {
		h.end()
		h.name, h.value, h.open = name, append(h.value[:0], value...), true
		h.rest = rest
		return true
	}
	h.broken = true
	switch {
	case isMboxLine(line):
		h.end()
		h.fields = append(h.fields, Field{Value: h.clean(line)})
	case !h.fieldFollows(rest):
		return false
	case h.open:
		h.value = append(append(h.value, ' '), line...)
	default:
		h.fields = append(h.fields, Field{Value: h.clean(line)})
	}
	h.rest = rest
	return true
}

// fold joins a continuation line. One of white space alone is taken for the
// empty line that ends the header, unless the header plainly goes on.
func (h *headerReader) fold(line, rest []byte) bool {
	blank := len(bytes.TrimSpace(line)) == 0
	if blank && !h.fieldFollows(rest) {
		h.broken = true
		h.rest = rest
		return false
	}
	if !h.open {
		h.broken = true
		if !blank && !h.fieldFollows(rest) {
			return false
		}
	}
	h.value = append(h.value, line...)
	h.rest = rest
	return true
}

// end closes the field being gathered.
func (h *headerReader) end() {
	if h.open {
		h.fields = append(h.fields, Field{Name: h.name, Value: h.clean(h.value)})
	}
	h.open = false
	h.value = h.value[:0]
}

// clean makes a value printable UTF-8 on one line.
func (h *headerReader) clean(value []byte) string {
	text := string(value)
	if !utf8.ValidString(text) {
		h.wrongCharset = true
		text = fromWindows1252(value)
	}
	if strings.ContainsAny(text, "\x00\r") {
		h.broken = true
		text = strings.ReplaceAll(text, "\x00", "")
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// cutLine takes the first line off, without its line end: LF, CRLF, or the
// CR CR LF of a mail that was converted twice.
func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte{'\n'})
	return bytes.TrimRight(line, "\r"), rest
}

// cutField reads "Name: value". White space before the colon is forgiven; a
// name of anything but printable ASCII is none (RFC 5322 section 2.2), nor is a
// link, a tag or a parameter.
func cutField(line []byte) (name string, value []byte, ok bool) {
	before, value, found := bytes.Cut(line, []byte{':'})
	before = bytes.TrimRight(before, " \t")
	if !found || len(before) == 0 || len(before) > 200 || bytes.HasPrefix(value, []byte("//")) {
		return "", nil, false
	}
	for _, c := range before {
		if c <= ' ' || c >= 0x7f || c == '=' || c == '<' {
			return "", nil, false
		}
	}
	return string(before), value, true
}

// isMboxLine says whether a line is the separator of an mbox file, or one that
// was quoted.
func isMboxLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

// fieldFollows says whether one of the next lines, before an empty one, is a
// field of a well-known name. What it found is kept, so that a header of nothing
// but damage takes linear time; what it did not find ends the header.
func (h *headerReader) fieldFollows(rest []byte) bool {
	if h.known > 0 && len(rest) >= h.known {
		return true
	}
	const furthest = 100
	for range furthest {
		line, next := cutLine(rest)
		if len(line) == 0 {
			return false
		}
		if name, _, ok := cutField(line); ok && isKnownField(name) {
			h.known = len(rest)
			return true
		}
		rest = next
	}
	return false
}

// isKnownField says whether mail programs write headers of that name.
func isKnownField(name string) bool {
	name = strings.ToLower(name)
	if knownFields[name] {
		return true
	}
	for _, prefix := range []string{"x-", "content-", "list-", "arc-", "resent-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

var knownFields = map[string]bool{
	"received": true, "return-path": true, "delivered-to": true, "envelope-to": true,
	"from": true, "sender": true, "reply-to": true, "to": true, "cc": true, "bcc": true,
	"date": true, "subject": true, "message-id": true, "in-reply-to": true, "references": true,
	"mime-version": true, "dkim-signature": true, "authentication-results": true,
	"auto-submitted": true, "precedence": true, "user-agent": true, "thread-topic": true,
	"thread-index": true, "importance": true, "priority": true, "organization": true,
	"errors-to": true, "status": true, "received-spf": true, "feedback-id": true,
}

// fromWindows1252 reads bytes of no known charset. Every byte means something
// in Windows-1252, so nothing is lost and nothing fails.
func fromWindows1252(data []byte) string {
	text, _ := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(text)
}
