package notice

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Limits on headers: what is longer is cut, or left out where half of it would
// mean nothing. All lines stay far below the 998 octets of RFC 5322 section 2.1.1.
const (
	maxSubject    = 200
	maxID         = 250
	maxReferences = 20
)

// letter is one notice before it is bytes.
type letter struct {
	Envelope
	kind          Kind
	id            string
	subject, lang string
	body          string // format=flowed
}

// bytes writes the letter. What comes from outside has been made one line
// (headerText), is an address that survives being written and read (address), or
// is a Message-ID (isID): a header can neither be added nor broken.
func (l letter) bytes() ([]byte, error) {
	from, err := address(l.FromName, l.From)
	if err != nil {
		return nil, err
	}
	to, err := address(l.ToName, l.To)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(l.subject)
	msg.SetDateWithValue(l.At)
	msg.SetMessageIDWithValue(strings.Trim(l.id, "<>"))
	msg.SetGenHeader(gomail.HeaderContentLang, l.lang)
	msg.SetGenHeader("Auto-Submitted", l.autoSubmitted())
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	msg.SetGenHeader("X-Guichet-Notice", string(l.kind))
	if thread := l.thread(); len(thread) > 0 {
		msg.SetGenHeader(gomail.HeaderReferences, strings.Join(thread, " "))
	}
	if isID(l.InReplyTo) {
		msg.SetGenHeader(gomail.HeaderInReplyTo, l.InReplyTo)
	}
	msg.SetBodyString("text/plain; format=flowed", l.body)
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// autoSubmitted is RFC 3834 section 5. Precedence, which that RFC has no use
// for, is left out: some servers take it for a mass mailing.
func (l letter) autoSubmitted() string {
	if l.kind == KindDigest || l.kind == KindReleased {
		return "auto-generated"
	}
	return "auto-replied"
}

// thread is RFC 5322 section 3.6.4: what the mail answered refers to, then that
// mail. Of a long thread the first and the last are kept.
func (l letter) thread() []string {
	var ids []string
	for _, id := range append(l.References[:len(l.References):len(l.References)], l.InReplyTo) {
		if isID(id) && (len(ids) == 0 || ids[len(ids)-1] != id) {
			ids = append(ids, id)
		}
	}
	if over := len(ids) - maxReferences; over > 0 {
		ids = append(ids[:1:1], ids[over+1:]...)
	}
	return ids
}

var messageID = regexp.MustCompile(`^<[!-;=?-~]+>$`)

// isID says whether s can stand in a header as a Message-ID: printable ASCII
// between angle brackets, with no space. RFC 5322 asks for an @ too, but not
// all programs write one, and a thread must hold for them as well.
func isID(s string) bool { return len(s) <= maxID && messageID.MatchString(s) }

// address is a name and an address as a header can hold them, or ErrAddress. A
// local part that would need quotes is refused: what it hides is not worth it.
func address(name, addr string) (*mail.Address, error) {
	parsed, err := mail.ParseAddress(addr)
	if err != nil || parsed.Address != addr || !isASCII(addr) || len(addr) > 254 {
		return nil, fmt.Errorf("%w: %q", ErrAddress, addr)
	}
	return &mail.Address{Name: headerText(name, maxName), Address: addr}, nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// headerText is oneLine for a header. What only looks like an encoded word
// (RFC 2047) is broken up, lest it be decoded into something else.
func headerText(s string, limit int) string {
	return strings.ReplaceAll(oneLine(s, limit), "=?", "= ?")
}

var replyMarks = regexp.MustCompile(`(?i)^(?:(?:re|ré|rép|réf|aw|antw|sv)(?:\[\d+\])?[\s\x{00A0}\x{202F}]*:[\s\x{00A0}\x{202F}]*)+`)

// replySubject puts one "Re:" before a subject, whatever reply marks it bore; it
// is empty where nothing else was there.
func replySubject(subject string) string {
	subject = replyMarks.ReplaceAllString(headerText(subject, maxSubject), "")
	if subject == "" {
		return ""
	}
	return "Re: " + subject
}

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// messageID makes a Message-ID that nobody can guess, so that an answer which
// bears it was written by someone who has the notice.
func (c *Composer) messageID(from string) (string, error) {
	if c.Random == nil {
		return "", errors.New("the composer has no source of randomness")
	}
	var random [16]byte
	if _, err := io.ReadFull(c.Random, random[:]); err != nil {
		return "", fmt.Errorf("make a Message-ID: %w", err)
	}
	domain := from[strings.LastIndexByte(from, '@')+1:]
	return "<" + lowerBase32.EncodeToString(random[:]) + "@" + domain + ">", nil
}
