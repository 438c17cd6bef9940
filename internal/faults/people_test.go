package faults

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// TestPeople lets a mail client work at random in the mailbox that the desk watches:
// mails are read, flagged, moved away and back, deleted, drafted. Whatever was in INBOX
// and stayed there must be on record, read or not.
func TestPeople(t *testing.T) {
	operations := size(60, 1000)
	r := begin(t, "people in the mailbox", operations, "0 unread or read mail missed")
	s := newWorlds(t, 1)
	d := s.desk(t, nil)
	w, dice := newWriter(t, "p", 10), rand.New(rand.NewPCG(10, 10))
	var delivered [][]byte
	p := d.start(nil, "run", "--from", "all")
	c := newClient(t, d)
	for range operations {
		if dice.IntN(3) == 0 {
			raw := w.mail()
			delivered = append(delivered, raw)
			d.deliver(raw)
		}
		if err := c.act(dice, w); err != nil {
			r.miss("the client cannot work: %v", err)
			break
		}
		r.ran()
	}
	quiet := func() bool {
		return len(d.missed(delivered, c.took)) == 0 && d.count(`SELECT count(*) FROM filings WHERE filed_at IS NULL`) == 0
	}
	if !until(t.Context(), 3*time.Minute, quiet) {
		for _, raw := range d.missed(delivered, c.took) {
			r.miss("LOST: a mail that stood in INBOX is not on record: %.60q", raw)
		}
	}
	if e := p.stop(); e.status != 0 || e.panicked() {
		r.miss("it ends with status %d:\n%s", e.status, tail(e.log))
	}
	d.settle(r)
	once := map[string]int{}
	for _, m := range d.records() {
		if !m.repeats {
			if once[m.sum]++; once[m.sum] > 1 {
				r.miss("a mail was recorded twice: %s", m.shape())
			}
		} else if len(m.answers) > 0 {
			r.miss("a mail that came back was answered again: %s", m.shape())
		}
	}
	d.answered(r, never)
	d.verified(r)
	r.say("%d mails came, %v", len(delivered), c.done)
}

// missed is the mails that were delivered, were not taken away by the client, and are
// not on record.
func (d *desk) missed(delivered [][]byte, took map[string]bool) (list [][]byte) {
	known := map[string]bool{}
	for _, m := range d.records() {
		known[m.sum] = true
	}
	for _, raw := range delivered {
		s := sum(raw)
		if name := hex.EncodeToString(s[:]); !known[name] && !took[name] {
			list = append(list, raw)
		}
	}
	return list
}

// client is a person's mail client.
type client struct {
	*imapclient.Client
	took map[string]bool // mails that it moved or deleted, by the hash of their bytes
	done map[string]int  // what it did, and how often
}

func newClient(t testing.TB, d *desk) *client {
	t.Helper()
	c, err := imapclient.DialInsecure(d.house.dovecot.IMAP, nil)
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	must(t, c.Login(d.address, password).Wait())
	for _, folder := range []string{"Drafts", "Archives"} {
		must(t, c.Create(folder, nil).Wait())
	}
	return &client{Client: c, took: map[string]bool{}, done: map[string]int{}}
}

// act does one thing in a random folder.
func (c *client) act(dice *rand.Rand, w *writer) error {
	folders := []string{"INBOX", "INBOX", "INBOX", "INBOX", "Archives", "Guichet/Baratins", "Drafts"}
	folder := folders[dice.IntN(len(folders))]
	box, err := c.Select(folder, nil).Wait()
	var refused *imap.Error
	if errors.As(err, &refused) {
		c.done["nothing"]++
		return nil // the desk has not made it yet
	}
	if err != nil {
		return err
	}
	what := []string{"read", "unread", "flag", "move", "delete", "draft", "fetch"}[dice.IntN(7)]
	if what == "draft" || box.NumMessages == 0 {
		c.done["draft"]++
		return c.draft(folder, w)
	}
	c.done[what]++
	mail := imap.SeqSetNum(1 + dice.Uint32N(box.NumMessages))
	err = c.change(what, folder, mail)
	if errors.As(err, &refused) {
		return nil // the desk was faster
	}
	return err
}

func (c *client) change(what, folder string, mail imap.SeqSet) error {
	flags := func(op imap.StoreFlagsOp, list ...imap.Flag) error {
		return c.Store(mail, &imap.StoreFlags{Op: op, Flags: list, Silent: true}, nil).Close()
	}
	switch what {
	case "read":
		return flags(imap.StoreFlagsAdd, imap.FlagSeen)
	case "unread":
		return flags(imap.StoreFlagsDel, imap.FlagSeen)
	case "flag":
		return flags(imap.StoreFlagsAdd, imap.FlagFlagged, imap.FlagAnswered)
	}
	whole := &imap.FetchItemBodySection{Peek: what != "fetch"}
	found, err := c.Fetch(mail, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil || len(found) == 0 || what == "fetch" {
		return err
	}
	s := sum(found[0].FindBodySection(whole))
	c.took[hex.EncodeToString(s[:])] = true
	uid := imap.UIDSetNum(found[0].UID)
	if what == "delete" {
		if err := c.Store(uid, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
			return err
		}
		return c.UIDExpunge(uid).Close()
	}
	to := "INBOX"
	if folder == "INBOX" {
		to = "Archives"
	}
	_, err = c.Move(uid, to).Wait()
	return err
}

// draft puts a mail that is being written into a folder.
func (c *client) draft(folder string, w *writer) error {
	raw := w.mail()
	if folder == "INBOX" { // the desk may take it for a mail, and it is one
		folder = "Drafts"
	}
	cmd := c.Append(folder, int64(len(raw)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}})
	if _, err := cmd.Write(raw); err != nil {
		return err
	}
	if err := cmd.Close(); err != nil {
		return fmt.Errorf("appending a draft: %w", err)
	}
	_, err := cmd.Wait()
	return err
}
