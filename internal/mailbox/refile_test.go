package mailbox

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// testRefile: a mail is moved from one queue's folder to another's, by what it is and
// not by where it was, and one that a person took elsewhere is let be.
func testRefile(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("parked 1"), time.Now())
	a.put("INBOX", text("parked 2"), time.Now())
	drain(t, a.watcher(clerk))
	order := func(id int64, raw []byte, uid uint32) desk.Refiling {
		return desk.Refiling{
			Filing: desk.Filing{ID: id, Queue: "baratin"},
			Stands: desk.Removal{Queue: "parked", UID: uid, UIDValidity: clerk.filed[0].ToUIDValidity, SHA256: sha256.Sum256(raw), Size: int64(len(raw))},
		}
	}
	clerk.refilings = []desk.Refiling{
		order(101, text("parked 2"), 1), // the UID is another mail's
		order(102, text("parked 9"), 0), // gone
	}
	refuses := faultproxy.Trouble{Refuse: []faultproxy.Refusal{{Word: "UID FETCH", Answer: "NO not now"}}}
	w := a.watcher(clerk)
	w.Server.Address = newProxy(t, h.imap, refuses).Address
	drain(t, w)
	if len(clerk.refilings) != 2 {
		t.Errorf("%d orders are left by a server that gives no mail; want both", len(clerk.refilings))
	}
	drain(t, a.watcher(clerk))
	names := a.names()
	same(t, "the old queue", a.subjects(names.of("Guichet/parked")), "parked 1")
	same(t, "the new queue", a.subjects(names.of("Guichet/baratin")), "parked 2")
	if len(clerk.refilings) != 0 {
		t.Errorf("%d orders are left", len(clerk.refilings))
	}
}

// testRefileInSteps: without MOVE, a step that fails leaves no second copy behind it.
func testRefileInSteps(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	raw := text("parked")
	a.put("INBOX", raw, time.Now())
	drain(t, a.watcher(clerk))
	clerk.refilings = []desk.Refiling{{
		Filing: desk.Filing{ID: 101, Queue: "baratin"},
		Stands: desk.Removal{Queue: "parked", SHA256: sha256.Sum256(raw), Size: int64(len(raw))},
	}}
	w := a.watcher(clerk)
	for _, refuses := range [][]faultproxy.Refusal{{{Word: "UID EXPUNGE", Answer: "NO not now"}}, nil} {
		trouble := faultproxy.Trouble{Hide: []string{"MOVE", "IMAP4rev2"}, Refuse: refuses}
		w.Server.Address = newProxy(t, h.imap, trouble).Address
		drain(t, w)
	}
	names := a.names()
	same(t, "the old queue", a.subjects(names.of("Guichet/parked")))
	same(t, "the new queue", a.subjects(names.of("Guichet/baratin")), "parked")
	if len(clerk.refilings) != 0 {
		t.Errorf("%d orders are left", len(clerk.refilings))
	}
}
