package mailbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// testCopy: without MOVE the mail is copied, deleted and expunged by UID, and
// another user's deleted mail stays.
func testCopy(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("kept by its editor"), time.Now(), imap.FlagDeleted)
	w := a.watcher(clerk)
	w.Start = &Start{}
	drain(t, w)
	p := newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"MOVE", "IMAP4rev2"}})
	w.Server.Address = p.Address
	a.put("INBOX", text("baratin 1"), time.Now(), imap.FlagSeen)
	a.put("INBOX", text("baratin 2"), time.Now())
	drain(t, w)
	same(t, "INBOX", a.subjects("INBOX"), "kept by its editor")
	same(t, "filed", a.subjects("Guichet/baratin"), "baratin 1", "baratin 2")
	for _, m := range a.read("Guichet/baratin") {
		if m.flagged(imap.FlagDeleted) {
			t.Errorf("%q is flagged as deleted in its queue", m.subject)
		}
	}
	if p.Said("UID MOVE") || !p.Said("UID COPY") {
		t.Error("the mails were not copied")
	}
}

// testStay: with neither MOVE nor UIDPLUS the mail is recorded and stays.
func testStay(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin"), time.Now())
	p := newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"MOVE", "UIDPLUS", "IMAP4rev2"}})
	w := a.watcher(clerk)
	w.Server.Address = p.Address
	err := w.Drain(t.Context())
	var held *FilingError
	if !errors.As(err, &held) || !errors.Is(err, ErrCannotMove) || held.Mails != 1 {
		t.Fatalf("Drain: %v; want one mail held by %v", err, ErrCannotMove)
	}
	same(t, "recorded", clerk.subjects(), "baratin")
	mails := a.read("INBOX")
	if len(mails) != 1 || mails[0].flagged(imap.FlagDeleted) {
		t.Errorf("INBOX %+v; want the mail as it was", mails)
	}
	clerk.expect(t, "baratin")

	stop := running(t, w) // it goes on all the same
	a.deliver("baratin 2")
	clerk.expect(t, "baratin 2")
	stop()
	if clerk.due() != 2 {
		t.Errorf("%d filings are due; want both kept for a better server", clerk.due())
	}
}

// testGone: an editor was faster.
func testGone(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin taken"), time.Now())
	a.put("INBOX", text("baratin left"), time.Now())
	editor := a.client()
	clerk.before = func(_ context.Context, r desk.Received) error {
		if r.UID != 1 {
			return nil
		}
		if _, err := editor.Select("INBOX", nil).Wait(); err != nil {
			return err
		}
		first := imap.UIDSetNum(1)
		if err := editor.Store(first, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
			return err
		}
		return editor.UIDExpunge(first).Close()
	}
	drain(t, a.watcher(clerk))
	same(t, "recorded", clerk.subjects(), "baratin taken", "baratin left")
	same(t, "filed", a.subjects("Guichet/baratin"), "baratin left")
	if clerk.due() != 0 {
		t.Errorf("%d filings are due; want none", clerk.due())
	}
}

// testStale: an order from before a renumbering names another mail by now.
func testStale(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("innocent"), time.Now())
	w := a.watcher(clerk)
	w.Start = &Start{}
	drain(t, w)
	clerk.filings = []desk.Filing{{ID: 1, UIDValidity: clerk.position.UIDValidity + 1, UID: 1, Queue: "baratin"}}
	drain(t, w)
	same(t, "INBOX", a.subjects("INBOX"), "innocent")
	if clerk.due() != 0 {
		t.Errorf("%d filings are due; want none", clerk.due())
	}
}

// testBadFolder: one queue's folder cannot be made; the others are served.
func testBadFolder(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("analyse"), time.Now())
	a.put("INBOX", text("baratin"), time.Now())
	w := a.watcher(clerk)
	w.FolderOf = func(q desk.Queue) string {
		if q == "analyse" {
			return "../analyse"
		}
		return string(q)
	}
	err := w.Drain(t.Context())
	var held *FilingError
	if !errors.As(err, &held) || held.Mails != 1 {
		t.Fatalf("Drain: %v; want one mail held", err)
	}
	same(t, "INBOX", a.subjects("INBOX"), "analyse")
	same(t, "filed", a.subjects("baratin"), "baratin")

	w.FolderOf = func(q desk.Queue) string { return string(q) } // the operator mends it
	drain(t, w)
	same(t, "filed at last", a.subjects("analyse"), "analyse")
}

func TestNames(t *testing.T) {
	slash, courier, flat := names{"", '/'}, names{"INBOX.", '.'}, names{}
	for _, c := range []struct {
		names   names
		folder  string
		want    string
		parents []string
	}{
		{slash, "inbox", "INBOX", nil},
		{slash, "Guichet", "Guichet", nil},
		{slash, "Guichet/À trier", "Guichet/À trier", []string{"Guichet"}},
		{slash, "A/B/C", "A/B/C", []string{"A", "A/B"}},
		{slash, "INBOX/Guichet", "INBOX/Guichet", []string{"INBOX"}},
		{courier, "Inbox", "INBOX", nil},
		{courier, "Guichet/Baratin", "INBOX.Guichet.Baratin", []string{"INBOX.Guichet"}},
		{courier, "INBOX/Guichet/Baratin", "INBOX.Guichet.Baratin", []string{"INBOX.Guichet"}},
		{courier, "Guichet/v. 2", "INBOX.Guichet.v- 2", []string{"INBOX.Guichet"}},
		{flat, "Guichet/Baratin", "Guichet-Baratin", nil},
	} {
		if got := c.names.of(c.folder); got != c.want {
			t.Errorf("%+v names %q %q; want %q", c.names, c.folder, got, c.want)
		}
		same(t, "above "+c.folder, c.names.parents(c.folder), c.parents...)
	}
}
