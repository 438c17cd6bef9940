package localmail

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Message is one mail as an IMAP client finds it in a folder.
type Message struct {
	UID  uint32
	At   time.Time // INTERNALDATE
	Seen bool
	Raw  []byte
}

// Append puts a mail into a user's folder, which is made where it is missing,
// as if it had arrived at that time. An unknown user is desk.ErrNotFound.
func (s *Servers) Append(user, folder string, raw []byte, at time.Time) error {
	account, known := s.users[user]
	if !known {
		return fmt.Errorf("appending a mail for %s: %w", user, desk.ErrNotFound)
	}
	var refusal *imap.Error
	err := account.Create(folder, nil)
	if err != nil && !(errors.As(err, &refusal) && refusal.Code == imap.ResponseCodeAlreadyExists) {
		return fmt.Errorf("creating %s of %s: %w", folder, user, err)
	}
	if _, err := account.Append(folder, bytes.NewReader(raw), &imap.AppendOptions{Time: at}); err != nil {
		return fmt.Errorf("appending a mail to %s of %s: %w", folder, user, err)
	}
	return nil
}

// Messages reads a user's folder by IMAP, oldest UID first, and marks nothing as
// seen. A user or folder that does not exist is desk.ErrNotFound.
func (s *Servers) Messages(user, folder string) ([]Message, error) {
	password, known := s.passwords[user]
	if !known {
		return nil, fmt.Errorf("reading the mailbox of %s: %w", user, desk.ErrNotFound)
	}
	return ReadFolder(s.IMAP, user, password, folder)
}

// ReadFolder reads a user's folder on any IMAP server of this machine as
// Messages does.
func ReadFolder(server, user, password, folder string) ([]Message, error) {
	c, err := imapclient.DialInsecure(server, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the mailbox of %s: %w", user, err)
	}
	defer c.Close()
	if err := c.Login(user, password).Wait(); err != nil {
		return nil, fmt.Errorf("reading the mailbox of %s: %w", user, err)
	}
	messages, err := read(c, folder)
	if err != nil {
		return nil, fmt.Errorf("reading %s of %s: %w", folder, user, err)
	}
	return messages, nil
}

func read(c *imapclient.Client, folder string) ([]Message, error) {
	selected, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	var refusal *imap.Error
	if errors.As(err, &refusal) {
		return nil, fmt.Errorf("%w: %w", desk.ErrNotFound, err)
	}
	if err != nil || selected.NumMessages == 0 {
		return nil, err
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	fetched, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: selected.NumMessages}}, &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect()
	if err != nil {
		return nil, err
	}
	messages := make([]Message, len(fetched))
	for i, f := range fetched {
		messages[i] = Message{
			UID:  uint32(f.UID),
			At:   f.InternalDate,
			Seen: slices.ContainsFunc(f.Flags, func(flag imap.Flag) bool { return flag == imap.FlagSeen || flag == `\seen` }),
			Raw:  f.FindBodySection(whole),
		}
	}
	return messages, nil
}
