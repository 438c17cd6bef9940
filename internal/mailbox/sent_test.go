package mailbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// pile is notices that left.
type pile struct {
	due    []desk.Sent
	crash  error // in place of marking
	marked int
}

func (p *pile) DueCopies(context.Context, string) ([]desk.Sent, error) {
	return p.due[:min(2, len(p.due))], nil
}

func (p *pile) Copied(_ context.Context, ids []int64) error {
	if p.crash != nil {
		return p.crash
	}
	p.marked += len(ids)
	p.due = slices.DeleteFunc(p.due, func(n desk.Sent) bool { return slices.Contains(ids, n.ID) })
	return nil
}

// testSent: a copy of each notice stands once in the folder, as read and under its
// date, whatever dies.
func testSent(t *testing.T, h *host) {
	a, at := h.account(t), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	notices := &pile{crash: errDisk}
	for i, id := range []string{"<1@example.org>", "<2@example.org>", "<3@example.org>"} {
		raw := append([]byte("Message-ID: "+id+"\r\n"), text("notice "+id)...)
		notices.due = append(notices.due, desk.Sent{ID: int64(i + 1), MessageID: id, Bytes: raw, At: at})
	}
	w := a.watcher(newClerk())
	w.Sent, w.Copies = "Envoyés", notices
	if err := w.KeepCopies(t.Context()); !errors.Is(err, errDisk) {
		t.Fatalf("KeepCopies: %v; want %v", err, errDisk)
	}
	notices.crash = nil
	drain(t, w)
	copies := a.read(a.names().of("Envoyés"))
	if len(copies) != 3 || notices.marked != 3 {
		t.Fatalf("%d copies, %d marked; want three", len(copies), notices.marked)
	}
	for i, c := range copies {
		if !c.flagged(imap.FlagSeen) || len(c.raw) == 0 {
			t.Errorf("copy %d: %+v", i, c)
		}
	}

	// A server that refuses is an alarm, and stops no mail.
	clerk, alarms := newClerk(), &bell{}
	notices.due = []desk.Sent{{ID: 9, MessageID: "<9@example.org>", Bytes: text("notice"), At: at}}
	a = h.account(t)
	a.put("INBOX", text("baratin"), time.Now())
	w = a.watcher(clerk)
	w.Sent, w.Copies, w.Alarms = "Envoyés", notices, alarms
	full := faultproxy.Refusal{Word: "APPEND", Answer: "NO [OVERQUOTA] full"}
	// Without them the server is asked before the bytes are sent, and refuses then.
	literals := []string{"LITERAL+", "LITERAL-", "IMAP4rev2"}
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Refuse: []faultproxy.Refusal{full}, Hide: literals}).Address
	drain(t, w)
	clerk.expect(t, "baratin")
	same(t, "alarms", alarms.raised(), "sent "+a.address)
	w.Server.Address = h.imap
	drain(t, w)
	same(t, "alarms", alarms.raised())
	same(t, "copies", a.subjects(a.names().of("Envoyés")), "notice")
}
