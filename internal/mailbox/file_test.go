package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
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

// testStay: with neither MOVE nor UIDPLUS the mail is recorded, marked, and stays.
func testStay(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin"), time.Now())
	p := newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"MOVE", "UIDPLUS", "IMAP4rev2"}})
	w := a.watcher(clerk)
	w.Server.Address = p.Address
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "baratin")
	mails := a.read("INBOX")
	if len(mails) != 1 || mails[0].flagged(imap.FlagDeleted) || !mails[0].flagged(keyword) || mails[0].flagged(imap.FlagFlagged) {
		t.Errorf("INBOX %+v; want the mail where it was, marked %s", mails, keyword)
	}
	clerk.expect(t, "baratin")

	stop := running(t, w) // it goes on all the same
	a.deliver("baratin 2")
	clerk.expect(t, "baratin 2")
	stop()
	if p.Said("UID COPY") || p.Said("EXPUNGE") {
		t.Error("a mail was copied or deleted")
	}
}

// testKeywords: a server that keeps no keywords marks with \Flagged.
func testKeywords(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin"), time.Now())
	none := func(answer faultproxy.Answer) []faultproxy.Answer {
		answer.Line = bytes.ReplaceAll(bytes.ReplaceAll(answer.Line, []byte(` \*`), nil), []byte(`\*`), nil)
		return []faultproxy.Answer{answer}
	}
	w := a.watcher(clerk)
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"MOVE", "UIDPLUS", "IMAP4rev2"}, Edit: none}).Address
	drain(t, w)
	if mails := a.read("INBOX"); len(mails) != 1 || mails[0].flagged(keyword) || !mails[0].flagged(imap.FlagFlagged) {
		t.Errorf("INBOX %+v; want the mail flagged", mails)
	}
}

// testCopyCrash: without MOVE, a crash after any step leaves one copy and no original.
func testCopyCrash(t *testing.T, h *host) {
	crash := errors.New("killed")
	for _, step := range []string{"copying 1", "copying 2", "filed 1"} {
		for _, told := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, told %v", step, told), func(t *testing.T) {
				a, clerk := h.account(t), newClerk()
				a.put("INBOX", text("baratin 1"), time.Now())
				a.put("INBOX", append([]byte("Message-ID: <a@example.org>\r\n"), text("trial with an id")...), time.Now())
				quiet := func(answer faultproxy.Answer) []faultproxy.Answer {
					answer.Line = regexp.MustCompile(`\[COPYUID [^\]]*\] `).ReplaceAll(answer.Line, nil)
					return []faultproxy.Answer{answer}
				}
				trouble := faultproxy.Trouble{Hide: []string{"MOVE", "IMAP4rev2"}}
				if !told {
					trouble.Edit = quiet
				}
				w := a.watcher(clerk)
				w.Server.Address = newProxy(t, h.imap, trouble).Address
				clerk.crash = func(doing string) error {
					if doing == step {
						clerk.crash = nil
						return crash
					}
					return nil
				}
				if err := w.Drain(t.Context()); !errors.Is(err, crash) {
					t.Fatalf("Drain: %v; want %v", err, crash)
				}
				drain(t, w)
				same(t, "filed", a.subjects("Guichet/baratin"), "baratin 1")
				same(t, "filed", a.subjects("Guichet/trial"), "trial with an id")
				same(t, "INBOX", a.subjects("INBOX"))
				if clerk.due() != 0 {
					t.Errorf("%d filings are due", clerk.due())
				}
			})
		}
	}
}

// testOverQuota: what the server has no room for stays, others go on, the operator is
// alarmed, and it is filed once there is room.
func testOverQuota(t *testing.T, h *host) {
	for _, command := range []string{"UID MOVE", "UID COPY"} {
		t.Run(command, func(t *testing.T) {
			a, clerk, alarms := h.account(t), newClerk(), &bell{}
			for _, s := range []string{"baratin 1", "baratin 2", "analyse 3"} {
				a.put("INBOX", text(s), time.Now())
			}
			trouble := faultproxy.Trouble{Refuse: []faultproxy.Refusal{{Word: command, Answer: "NO [OVERQUOTA] quota exceeded", Times: 1}}}
			if command == "UID COPY" {
				trouble.Hide = []string{"MOVE", "IMAP4rev2"}
			}
			p := newProxy(t, h.imap, trouble)
			w := a.watcher(clerk)
			w.Server.Address, w.Alarms = p.Address, alarms
			var held *FilingError
			if err := w.Drain(t.Context()); !errors.As(err, &held) || held.Mails != 1 {
				t.Fatalf("Drain: %v; want one mail held", err)
			}
			if p.Count(command) != 2 {
				t.Errorf("%s was sent %d times; want once a folder", command, p.Count(command))
			}
			same(t, "filed", a.subjects("Guichet/baratin"), "baratin 1", "baratin 2")
			same(t, "INBOX", a.subjects("INBOX"), "analyse 3")
			same(t, "alarms", alarms.raised(), "filing "+a.address)
			trouble.Refuse = nil
			w.Server.Address = newProxy(t, h.imap, trouble).Address
			drain(t, w)
			same(t, "filed at last", a.subjects("Guichet/analyse"), "analyse 3")
			same(t, "alarms", alarms.raised())
		})
	}
}

// testStubborn: one mail that the server will not move holds back none of its queue.
func testStubborn(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	for i := range 7 {
		a.put("INBOX", text(fmt.Sprintf("baratin %d", i)), time.Now())
	}
	w := a.watcher(clerk)
	refusals := []faultproxy.Refusal{
		{Word: "UID MOVE 1:7 ", Answer: "NO [CORRUPTION] a mail is broken"},
		{Word: "UID MOVE 4:7 ", Answer: "NO broken"},
		{Word: "UID MOVE 4:5 ", Answer: "NO broken"},
		{Word: "UID MOVE 5 ", Answer: "NO broken"},
	}
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Refuse: refusals}).Address
	var held *FilingError
	if err := w.Drain(t.Context()); !errors.As(err, &held) || held.Mails != 1 {
		t.Fatalf("Drain: %v; want one mail held", err)
	}
	same(t, "INBOX", a.subjects("INBOX"), "baratin 4")
}

// testDeleted: folders that somebody deletes under the desk are made again.
func testDeleted(t *testing.T, h *host) {
	for _, hide := range [][]string{nil, {"MOVE", "IMAP4rev2"}} {
		a, clerk := h.account(t), newClerk()
		w := a.watcher(clerk)
		w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Hide: hide}).Address
		editor := a.client()
		first := true
		a.put("INBOX", text("baratin 1"), time.Now())
		a.put("INBOX", lengthy("baratin 2"), time.Now())
		clerk.before = func(_ context.Context, r desk.Received) error {
			if r.UID == 2 && first {
				first = false
				return errDisk
			}
			return nil
		}
		stop := running(t, w)
		clerk.expect(t, "baratin 1")
		for deadline := time.Now().Add(10 * time.Second); clerk.due() > 0 || len(a.subjects("Guichet/baratin")) == 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("baratin 1 was not filed")
			}
		}
		clerk.expect(t, "baratin 2")
		if err := editor.Delete("Guichet/baratin").Wait(); err != nil {
			t.Fatal(err)
		}
		a.deliver("baratin 3")
		clerk.expect(t, "baratin 3")
		for deadline := time.Now().Add(10 * time.Second); clerk.due() > 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("baratin 3 was not filed")
			}
		}
		stop()
		if got := a.subjects("Guichet/baratin"); len(got) == 0 || got[len(got)-1] != "baratin 3" {
			t.Errorf("filed %q; want baratin 3 in a folder made again", got)
		}
	}
}

// bell stands for what alarms the operator.
type bell struct {
	mu    sync.Mutex
	rings map[string]string
}

func (b *bell) Raise(_ context.Context, name, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rings == nil {
		b.rings = map[string]string{}
	}
	b.rings[name] = text
}

func (b *bell) Clear(_ context.Context, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.rings, name)
}

func (b *bell) raised() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.rings))
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
