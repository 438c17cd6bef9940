package triage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/mail"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// addresses is where the desk writes to authors: to each at the first address that
// is on file.
func addresses(authors []desk.Signatory) (all []string) {
	for _, s := range authors {
		if len(s.Addresses) > 0 {
			all = append(all, s.Addresses[0])
		}
	}
	return all
}

// tell adds to a change one notice of a decision for each address, in the thread of
// what that address wrote.
func (d *Decisions) tell(ctx context.Context, c *desk.Change, caseID int64, to []string, told notice.Decision) error {
	for _, address := range to {
		env, err := d.envelope(ctx, caseID, address)
		if err != nil {
			return err
		}
		mail, err := d.Manner().Notices.Decision(env, told)
		if err := d.queue(c, mail, err); err != nil {
			return err
		}
	}
	return nil
}

// envelope is a mail to an address about a case, in the language of the last one.
func (d *Decisions) envelope(ctx context.Context, caseID int64, address string) (notice.Envelope, error) {
	thread, err := d.Docket.Thread(ctx, caseID, address)
	lang := d.Manner().Lang
	if last, err := mail.ReadMessage(bytes.NewReader(thread.Last)); err == nil {
		lang = cmp.Or(last.Header.Get("Content-Language"), lang)
	}
	return notice.Envelope{
		From: d.Address, FromName: d.Manner().Name, To: address, ToName: thread.Name, Subject: thread.Subject, InReplyTo: thread.MessageID,
		At: d.Clock().In(d.Zone), Lang: lang,
	}, err
}

// queue adds a mail to a change. An address that no mail can bear, or none, gets
// none.
func (d *Decisions) queue(c *desk.Change, mail notice.Mail, err error) error {
	if errors.Is(err, notice.ErrAddress) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Notices = append(c.Notices, &desk.Notice{
		Kind: string(mail.Kind), Mailbox: d.Address, Sender: d.Address, Recipient: mail.Recipient, MessageID: mail.MessageID, Bytes: mail.Bytes,
	})
	return nil
}

// apply writes a change and says what it came to.
func (d *Decisions) apply(ctx context.Context, c *desk.Change, ref desk.Reference, state string) (Done, error) {
	if err := d.Docket.Apply(ctx, c); err != nil {
		return Done{}, err
	}
	done := Done{Reference: ref, State: state}
	for _, n := range c.Notices {
		done.Told = append(done.Told, n.Recipient)
	}
	return done, nil
}
