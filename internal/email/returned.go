package email

import (
	"slices"
	"strings"
)

// Returned is the Message-IDs of the mails that a report brings back: of their
// header, or of what a report of another form quotes of it.
func (m *Message) Returned() []string {
	var ids []string
	for _, a := range m.Attachments {
		if !slices.Contains(originalTypes, a.Type) || a.Type == "message/delivery-status" {
			continue
		}
		fields, _ := (&Message{}).readHeader(a.Data)
		original := Message{Fields: fields}
		ids = append(ids, messageIDs(original.Values("Message-ID"))...)
	}
	if len(ids) > 0 {
		return ids
	}
	for line := range strings.Lines(m.Text) {
		name, value, ok := cutField([]byte(strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t>|")))
		if ok && strings.EqualFold(name, "Message-ID") {
			ids = append(ids, messageIDs([]string{string(value)})...)
		}
	}
	return ids
}

// Undelivered says whether a report is of a mail that will never be delivered (RFC
// 3464 section 2.3.3): its action is "failed", or, in a report of another form, a
// permanent reply stands in it (RFC 3463). A delay is no failure.
func (m *Message) Undelivered() bool {
	status := false
	for _, a := range m.Attachments {
		if a.Type != "message/delivery-status" && a.Type != "message/global-delivery-status" {
			continue
		}
		status = true
		for line := range strings.Lines(string(a.Data)) {
			name, value, _ := cutField([]byte(strings.TrimRight(line, "\r\n")))
			if strings.EqualFold(name, "Action") && keyword(string(value)) == "failed" {
				return true
			}
		}
	}
	if status {
		return false
	}
	return strings.HasPrefix(smtpReply.FindString(m.Text), "5")
}
