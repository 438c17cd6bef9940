package email

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"
)

// Unpack opens what mail programs wrap, so that Attachments holds what a person
// attached: Outlook's winmail.dat (FlagTNEF), files that were uuencoded into the
// text, and mails that were forwarded as files (FlagForwarded), whose attachments
// stand after them as "message.eml/texte.docx". Mails within mails are opened to
// MaxForwards, and MaxParts attachments are made in all. What cannot be opened stays
// as it is.
//
// It is apart from Parse because a bounce quotes a mail in the same way, and none of
// what that holds was sent to us.
func (m *Message) Unpack() {
	u := unpacker{top: m, bytes: maxUnpacked}
	u.open(m, 0)
}

// maxUnpacked bounds what is opened of one mail, over all its levels.
const maxUnpacked = 128 << 20

// unpacker is a mail being unpacked.
type unpacker struct {
	top   *Message // bears the flags
	made  int      // attachments
	bytes int      // that may still be opened
}

// open unpacks one mail, at a depth of so many mails around it.
func (u *unpacker) open(m *Message, depth int) {
	m.takeUuencoded()
	var all []Attachment
	for _, a := range m.Attachments {
		all = append(all, u.unwrap(m, a, depth)...)
	}
	m.Attachments = all
}

// unwrap is what one attachment holds: itself, where it wraps nothing.
func (u *unpacker) unwrap(m *Message, a Attachment, depth int) []Attachment {
	if u.made++; u.made > MaxParts {
		u.top.flag(FlagTooManyParts)
		return nil
	}
	wraps := isTNEF(a.Data) || isMailFile(a)
	if wraps && (depth >= MaxForwards || len(a.Data) > u.bytes) {
		u.top.flag(FlagTooDeep)
		return []Attachment{a}
	}
	switch {
	case isTNEF(a.Data):
		u.bytes -= len(a.Data)
		return u.unwrapTNEF(m, a, depth)
	case wraps:
		u.bytes -= len(a.Data)
		return u.unwrapMail(a, depth)
	}
	return []Attachment{a}
}

// unwrapTNEF gives what a winmail.dat holds. Its text is the mail's, where the mail
// has none.
func (u *unpacker) unwrapTNEF(m *Message, a Attachment, depth int) []Attachment {
	opened, ok := readTNEF(a.Data)
	if !ok {
		return []Attachment{a}
	}
	u.top.flag(FlagTNEF)
	if strings.TrimSpace(m.Text+m.HTML) == "" {
		m.Text, m.HTML = opened.text, opened.html
		m.TextComplete = opened.html == ""
	}
	var all []Attachment
	for _, inner := range opened.attachments {
		if inner.Message != nil {
			all = append(all, u.forwarded(inner, inner.Message, depth)...)
			continue
		}
		all = append(all, u.unwrap(m, inner, depth+1)...)
	}
	return all
}

// unwrapMail opens a mail that was attached as a file.
func (u *unpacker) unwrapMail(a Attachment, depth int) []Attachment {
	inner, err := Parse(a.Data)
	if err != nil {
		return []Attachment{a}
	}
	return u.forwarded(a, inner, depth)
}

// forwarded is an attached mail and all that is attached to it.
func (u *unpacker) forwarded(a Attachment, inner *Message, depth int) []Attachment {
	u.top.flag(FlagForwarded)
	u.open(inner, depth+1)
	a.Name, a.Message = cmp.Or(a.Name, "message.eml"), inner
	all := []Attachment{a}
	for i, held := range inner.Attachments {
		if held.Name == "" {
			held.Name = unnamed(held, i)
		}
		held.Name = a.Name + "/" + held.Name
		all = append(all, held)
	}
	inner.Attachments = nil // they stand beside it now
	return all
}

// unnamed is a name for an attachment that has none.
func unnamed(a Attachment, i int) string {
	kind, _, _ := strings.Cut(a.Type, "/")
	return cmp.Or(kind, "file") + "-" + string(rune('a'+i%26))
}

// mailHeader begins a mail that was saved as a file.
var mailHeader = regexp.MustCompile(`(?i)^(from|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type|sender|reply-to|authentication-results|dkim-signature|arc-[a-z-]+|x-[\w-]+|thread-[a-z]+|in-reply-to|references|user-agent)[ \t]*:`)

// isMailFile says whether an attachment is a mail: by its declared type or its name,
// and then by how it begins.
func isMailFile(a Attachment) bool {
	named := strings.HasPrefix(a.Type, "message/rfc822") || strings.HasPrefix(a.Type, "message/global") && a.Type != "message/global-delivery-status" ||
		strings.HasSuffix(strings.ToLower(a.Name), ".eml")
	if !named {
		return false
	}
	head := bytes.TrimLeft(a.Data[:min(len(a.Data), 4096)], "\ufeff \t\r\n")
	if bytes.HasPrefix(head, []byte("From ")) || bytes.HasPrefix(head, []byte(">From ")) {
		_, head = cutLine(head)
	}
	return mailHeader.Match(head)
}
