package triage

import (
	"bytes"
	"errors"
	"mime"
	"net/mail"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Releases writes to the students whose texts waited for their registration, when
// it came.
type Releases struct {
	// Notices gives what writes for a mailbox, and its publication's name and
	// language; false for a mailbox that is not the desk's any more.
	Notices func(mailbox string) (House, bool)
	Zone    *time.Location
	Clock   func() time.Time
}

// House is the publication that a mailbox belongs to, as its notices need it.
type House struct {
	Composer *notice.Composer
	Name     string
	Language string
}

// Notice tells one student, in the language and the thread of the last notice
// about their text. It is nil where they cannot be told: their address is none that
// a mail can bear, or the mailbox is not ours any more.
func (r Releases) Notice(release desk.Release) (*desk.Notice, error) {
	house, ours := r.Notices(release.Mailbox)
	if !ours || release.Case.Address == "" {
		return nil, nil
	}
	e := notice.Envelope{
		From: release.Mailbox, FromName: house.Name, To: release.Case.Address,
		At: r.Clock().In(r.Zone), Lang: house.Language,
	}
	continueThread(&e, release.Last)
	c := release.Case
	m, err := house.Composer.Released(e, notice.Released{Reference: c.Reference, Format: c.Format, Title: c.Title})
	if errors.Is(err, notice.ErrAddress) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &desk.Notice{
		Kind: string(m.Kind), Mailbox: release.Mailbox, Sender: release.Mailbox,
		Recipient: m.Recipient, MessageID: m.MessageID, Bytes: m.Bytes,
	}, nil
}

// continueThread makes a mail follow a notice of ours.
func continueThread(e *notice.Envelope, last []byte) {
	m, err := mail.ReadMessage(bytes.NewReader(last))
	if err != nil {
		return
	}
	if lang := m.Header.Get("Content-Language"); lang != "" {
		e.Lang = lang
	}
	if to, err := m.Header.AddressList("To"); err == nil && len(to) == 1 {
		e.ToName = to[0].Name
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err == nil {
		e.Subject = subject
	}
	e.InReplyTo = m.Header.Get("Message-ID")
	e.References = strings.Fields(m.Header.Get("References"))
}
