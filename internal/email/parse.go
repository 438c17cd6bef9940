package email

import (
	"bytes"
	"net/mail"
	"strings"
	"time"
)

// Parse reads a mail. Whatever is wrong with it is repaired as far as it can be
// and flagged; the only error is ErrEmpty.
func Parse(raw []byte) (*Message, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	raw = bytes.TrimLeft(raw, "\r\n\x00")
	if len(bytes.Trim(raw, " \t\r\n\x00")) == 0 {
		return nil, ErrEmpty
	}
	m := &Message{}
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte{'\r'}, []byte{'\n'})
		m.flag(FlagBrokenHeader)
	}
	m.Fields, m.body = m.readHeader(raw)
	m.readFields()
	m.readBody()
	return m, nil
}

// readFields reads what the header says of the mail.
func (m *Message) readFields() {
	for _, name := range onceOnly {
		m.flagIf(len(m.Values(name)) > 1, FlagDuplicateHeader)
	}
	m.Subject = m.decodeText(m.Get("Subject"))
	m.readFrom()
	m.To = m.addresses(m.Values("To"))
	m.Cc = m.addresses(m.Values("Cc"))
	m.ReplyTo = m.addresses(m.Values("Reply-To"))
	m.MessageID = messageID(m.Get("Message-ID"))
	m.InReplyTo = messageIDs(m.Values("In-Reply-To"))
	m.References = messageIDs(m.Values("References"))
	m.Date = parseDate(m.Get("Date"))
}

// onceOnly is the headers that a mail may bear once (RFC 5322 section 3.6, RFC
// 2045) and that mean something here.
var onceOnly = []string{
	"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID",
	"In-Reply-To", "References", "Content-Type", "Content-Transfer-Encoding",
}

// messageID is an identifier with its angle brackets, which some mailers forget.
func messageID(value string) string {
	if ids := messageIDs([]string{value}); len(ids) > 0 {
		return ids[0]
	}
	if value = strings.Trim(value, "<> "); value != "" && !strings.ContainsAny(value, " <>") {
		return "<" + value + ">"
	}
	return ""
}

// messageIDs is every "<…>" of the values, in order.
func messageIDs(values []string) []string {
	var ids []string
	for _, value := range values {
		for {
			_, after, found := strings.Cut(value, "<")
			inside, rest, closed := strings.Cut(after, ">")
			if !found || !closed {
				break
			}
			if id := strings.Join(strings.Fields(inside), ""); id != "" {
				ids = append(ids, "<"+id+">")
			}
			value = rest
		}
	}
	return ids
}

// parseDate reads a Date as RFC 5322 section 3.3 and the old forms write it.
func parseDate(value string) time.Time {
	if i := strings.IndexByte(value, '('); i > 0 {
		value = value[:i] // the zone's name, in a comment
	}
	value = strings.TrimSpace(value)
	if t, err := mail.ParseDate(value); err == nil {
		return t
	}
	for _, layout := range []string{time.RFC3339, time.RFC850, time.ANSIC, time.UnixDate} {
		if t, err := time.Parse(layout, value); err == nil {
			return t
		}
	}
	return time.Time{}
}
