package email

import (
	"regexp"
	"slices"
	"strings"
)

// bounce finds reports of mail servers: in the form of RFC 3464, and in those
// that precede it. There, a header that only servers write decides; or a
// server's reserved sender, or the null return path, together with structure.
func (m *Message) bounce(Ours) string {
	if evidence := m.report("delivery-status", "message/delivery-status", "message/global-delivery-status"); evidence != "" {
		return evidence
	}
	if parseMedia(m.Get("Content-Type")).kind == "multipart/report" { // only machines write one (RFC 6522)
		return "multipart/report"
	}
	for _, name := range bounceHeaders {
		if m.has(name) {
			return name + ": " + shorten(m.Get(name))
		}
	}
	return m.oldBounce()
}

// oldBounce finds the reports of servers that follow no standard. Some senders
// are never human; but a postmaster may be one, and a null return path may be a
// vacation notice, so those need structure beside them.
func (m *Message) oldBounce() string {
	name := m.serverSender()
	sender := "From: " + shorten(m.Get("From"))
	switch {
	case slices.Contains(neverHuman, name):
		return sender
	case name == "" && m.nullReturnPath():
		sender = "Return-Path: " + shorten(m.Get("Return-Path"))
	case name == "" && m.fromNoReply() && m.returnsToAuthor():
		return sender + ", with a mail of its addressee"
	case name == "":
		return ""
	}
	switch {
	case m.attached(originalTypes...):
		return sender + ", with the mail that failed"
	case quotesHeader(m.Text):
		return sender + ", with the header of the mail that failed"
	case name != "" && m.nullReturnPath():
		return sender + ", with a null return path"
	case name != "" && !m.has("In-Reply-To") && smtpReply.MatchString(m.Text):
		return sender + ", with the reply " + strings.TrimSpace(smtpReply.FindString(m.Text))
	}
	return ""
}

// returnsToAuthor says whether an attached mail was written by one to whom this
// mail is addressed: a server that gives a mail back.
func (m *Message) returnsToAuthor() bool {
	for _, a := range m.Attachments {
		original := Message{Fields: a.header()}
		for _, author := range original.addresses(append(original.Values("From"), original.Values("Return-Path")...)) {
			if author.Address != "" && slices.ContainsFunc(m.To, func(to Address) bool { return to.Address == author.Address }) {
				return true
			}
		}
	}
	return false
}

// header is the header of an attached mail, none for other types.
func (a Attachment) header() []Field {
	if a.Type != "message/rfc822" && a.Type != "message/global" {
		return nil
	}
	fields, _ := (&Message{}).readHeader(a.Data)
	return fields
}

// bounceHeaders is what only mail servers write, on their reports.
var bounceHeaders = []string{
	"X-Failed-Recipients", "X-Postfix-Queue-ID", "X-Postfix-Sender",
	"X-MS-Exchange-Message-Is-Ndr", "X-MS-Embedded-Report", "X-MX-Bounce",
}

// originalTypes is the types in which the mail that failed is returned.
var originalTypes = []string{
	"message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers",
	"message/global-headers", "message/delivery-status", "message/partial",
}

// smtpReply is a reply of RFC 5321: one with the enhanced status code of RFC
// 3463, or a line of several.
var smtpReply = regexp.MustCompile(`\b[45][0-9]{2}[ -]#?[45]\.[0-9]{1,3}\.[0-9]{1,3}\b|(?m:^[ \t]*5[0-5][0-9]-\S)`)

// The names under which mail servers write: reserved ones (RFC 2142, RFC 5321
// section 4.5.1), and those of custom. Hyphens, dots and underscores are left out.
var (
	neverHuman = []string{"<>", "mailerdaemon", "microsoftexchange"}
	oftenHuman = []string{"postmaster", "maildeliverysystem", "maildeliverysubsystem"}
)

var withoutSigns = strings.NewReplacer("-", "", "_", "", ".", "", " ", "")

// serverSender is the name of a mail server that sent the mail, "" where another
// did.
func (m *Message) serverSender() string {
	local, _, _ := strings.Cut(m.From.Address, "@")
	// Exchange signs with a fixed address that ends in its own identifier.
	if strings.HasPrefix(local, "microsoftexchange329e71ec88ae") {
		return "microsoftexchange"
	}
	if m.From.Address == "" { // brackets that hold nothing, or a name without a host
		switch from := lowerASCII(m.Get("From")); {
		case strings.Contains(from, "<>"):
			return "<>"
		case strings.Contains(from, "<mailer-daemon>"):
			return "mailerdaemon"
		}
	}
	for _, name := range []string{local, m.From.Name} {
		name = withoutSigns.Replace(lowerASCII(name))
		if slices.Contains(neverHuman, name) || slices.Contains(oftenHuman, name) {
			return name
		}
	}
	return ""
}

// quotesHeader says whether a text holds the header of a mail: lines in a row
// of which three at least bear different names that mails have, and one of them
// a name that only mail programs write.
func quotesHeader(text string) bool {
	names := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		bare := strings.TrimLeft(line, " \t>|")
		name, _, ok := cutField([]byte(bare))
		switch {
		case ok && isKnownField(name):
			names[strings.ToLower(name)] = true
			if len(names) >= 3 && (names["received"] || names["message-id"] || names["return-path"]) {
				return true
			}
		case bare == "", !ok && bare == line:
			clear(names)
		}
	}
	return false
}
