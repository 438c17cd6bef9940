package email

import (
	"regexp"
	"strings"
)

// bounce finds reports of mail servers: in the form of RFC 3464, and in those
// that precede it. There, a server's header or its reserved sender together
// with structure decides: a copy of the mail that failed, or a reply code.
func (m *Message) bounce(Ours) string {
	if evidence := m.report("delivery-status", "message/delivery-status", "message/global-delivery-status"); evidence != "" {
		return evidence
	}
	for _, name := range bounceHeaders {
		if m.has(name) {
			return name + ": " + shorten(m.Get(name))
		}
	}
	sender := m.serverSender()
	if sender == "mailer-daemon" {
		return "From: mailer-daemon"
	}
	if sender == "" && !m.nullReturnPath() {
		return ""
	}
	if sender == "" {
		sender = "Return-Path: <>"
	} else {
		sender = "From: " + sender
	}
	switch {
	case m.attached(originalTypes...):
		return sender + ", with the mail that failed"
	case quotesHeader(m.Text):
		return sender + ", with the header of the mail that failed"
	case sender != "Return-Path: <>" && smtpReply.MatchString(m.Text):
		return sender + ", with the reply " + smtpReply.FindString(m.Text)
	case sender != "Return-Path: <>" && m.nullReturnPath():
		return sender + ", Return-Path: <>"
	}
	return ""
}

// bounceHeaders is what only mail servers write, on their reports.
var bounceHeaders = []string{
	"X-Failed-Recipients", "X-Postfix-Queue-ID", "X-Postfix-Sender",
}

// originalTypes is the types in which the mail that failed is returned.
var originalTypes = []string{
	"message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers",
	"message/global-headers", "message/delivery-status", "message/partial",
}

// smtpReply is a reply of RFC 5321 with the enhanced status code of RFC 3463.
var smtpReply = regexp.MustCompile(`\b[45][0-9]{2}[ -]#?[45]\.[0-9]{1,3}\.[0-9]{1,3}\b`)

// serverSender is the reserved name of a mail server that sent the mail (RFC
// 2142, RFC 5321 section 4.5.1, and custom), "" where another did.
func (m *Message) serverSender() string {
	local, _, _ := strings.Cut(m.From.Address, "@")
	if local == "" {
		local = lowerASCII(m.From.Name)
	}
	for _, name := range []string{"mailer-daemon", "postmaster"} {
		if local == name {
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
