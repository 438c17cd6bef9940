package email

import (
	"regexp"
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

// Fate is what a report says became of a mail.
type Fate struct {
	Failed bool   // it will never be delivered; else it is late, or the report does not say
	Status string // "5.1.1" (RFC 3463); "" where the report has none
	Words  string // the server's own, on one line, with the addresses in them
}

// Fate reads a report: its fields (RFC 3464 section 2.3), of the first recipient that
// failed, else of the first; or, in a report of another form, the reply of a server
// that stands in it, and the headers of old. A delay is no failure, and a mail that
// was given up after many delays is one, whatever its status.
func (m *Message) Fate() (f Fate) {
	found := false
	for _, a := range m.Attachments {
		if a.Type != "message/delivery-status" && a.Type != "message/global-delivery-status" {
			continue
		}
		for block := range strings.SplitSeq(string(a.Data), "\n\n") {
			one, ok := fateOf(block)
			if ok && (!found || one.Failed && !f.Failed) {
				f, found = one, true
			}
		}
	}
	if found {
		return f
	}
	return m.oldFate()
}

// fateOf reads the fields of one recipient.
func fateOf(block string) (f Fate, found bool) {
	fields, _ := (&Message{}).readHeader([]byte(strings.TrimLeft(block, "\n") + "\n\n"))
	report := Message{Fields: fields}
	action := keyword(report.Get("Action"))
	f.Failed, f.Status = action == "failed", statusCode.FindString(report.Get("Status"))
	_, said, typed := strings.Cut(report.Get("Diagnostic-Code"), ";")
	if !typed {
		said = report.Get("Diagnostic-Code")
	}
	f.Words = strings.Join(strings.Fields(said), " ")
	return f, action != ""
}

// oldFate is what a report says that follows no standard.
func (m *Message) oldFate() (f Fate) {
	f.Failed = m.has("X-Failed-Recipients")
	for line := range strings.Lines(m.Text) {
		reply := smtpReply.FindString(line)
		if reply == "" {
			reply = bareStatus.FindString(line)
		}
		if reply == "" {
			continue
		}
		f.Status, f.Words = statusCode.FindString(reply), strings.Join(strings.Fields(line), " ")
		f.Failed = f.Failed || strings.HasPrefix(strings.TrimLeft(reply, "(# \t"), "5")
		break
	}
	return f
}

var (
	// statusCode is an enhanced status code (RFC 3463 section 2).
	statusCode = regexp.MustCompile(`\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)
	// bareStatus is how qmail and its kin end a line.
	bareStatus = regexp.MustCompile(`\(#[45]\.[0-9]{1,3}\.[0-9]{1,3}\)`)
)
