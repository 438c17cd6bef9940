package mailbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
	"github.com/bara-think-tank/guichet/internal/store"
)

// register is a real database behind a watcher: each mail is recorded and filed under
// the queue that its subject begins with.
type register struct {
	*store.DB
	at   time.Time
	file string
}

func newRegister(t *testing.T) *register {
	t.Helper()
	r := &register{at: time.Now(), file: filepath.Join(t.TempDir(), "guichet.db")}
	r.reopen(t)
	return r
}

func (r *register) reopen(t *testing.T) {
	t.Helper()
	db, err := store.Open(t.Context(), r.file, func() time.Time { return r.at })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r.DB = db
}

func (r *register) process(ctx context.Context, mails []desk.Received) func() error {
	return func() error {
		for _, m := range mails {
			if err := r.take(ctx, m); err != nil {
				return err
			}
		}
		return nil
	}
}

func (r *register) take(ctx context.Context, m desk.Received) error {
	queue, _, _ := strings.Cut(subject(m.Raw), " ")
	sum := sha256.Sum256(m.Raw)
	known, err := r.Lookup(ctx, desk.Question{Received: m, SHA256: sum})
	if err != nil || known.Recorded {
		return err
	}
	e := &desk.Entry{
		Received: m, Queue: desk.Queue(queue),
		Mail:   desk.Mail{SHA256: sum, Subject: subject(m.Raw), Kind: desk.KindInquiry, Reason: desk.Because("inquiry"), Ending: desk.Answered},
		Events: []desk.Event{{Type: "received"}},
	}
	if known.Repeats != 0 {
		e.Mail.Ending, e.Mail.Repeats, e.Queue = desk.Repeated, known.Repeats, desk.TrayRepeated
	}
	return r.Record(ctx, e)
}

// registered is a watcher of the account over a database.
func (a *account) registered(r *register) *Watcher {
	w := a.watcher(newClerk())
	w.Ledger, w.Filings, w.Process, w.Inventory = r, r, r.process, r
	w.Queues = func() []desk.Queue { return []desk.Queue{"baratin", desk.TrayRepeated} }
	w.Now = func() time.Time { return r.at }
	return w
}

func (r *register) endings(t *testing.T) string {
	t.Helper()
	tally, err := r.Tally(t.Context(), time.Time{}, r.at.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d answered, %d repeated", tally[desk.Answered], tally[desk.Repeated])
}

func reconcile(t *testing.T, w *Watcher) desk.Reconciliation {
	t.Helper()
	r, err := w.Reconcile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// testReconcile: what was passed over is taken, what was said to be filed is filed
// again, and what people did is counted and let be.
func testReconcile(t *testing.T, h *host) {
	a, r, alarms := h.account(t), newRegister(t), &bell{}
	a.put("INBOX", text("old"), time.Now().AddDate(0, 0, -9))
	w := a.registered(r)
	w.Start, w.Alarms = &Start{}, alarms
	drain(t, w)
	for i := range 6 {
		a.put("INBOX", text(fmt.Sprintf("baratin %d", i)), time.Now())
	}
	drain(t, w)
	if got := reconcile(t, w); !got.Sound() || got.Given != 6 || got.Recorded != 6 || got.Here != 1 || got.Left != 1 || got.Folders[0].Filed != 6 {
		t.Errorf("at first: %+v", got)
	}
	last, err := r.LastReconciled(t.Context(), a.address)
	if err != nil || last.Recorded != 6 || !last.At.Equal(r.at) {
		t.Errorf("the last comparison: %+v, %v", last, err)
	}

	// A search that leaves one out, in the middle; a filing that was marked and not done.
	a.put("INBOX", text("baratin passed over"), time.Now())
	a.put("INBOX", text("baratin after it"), time.Now())
	w.Filings = nil
	skip := func(answer faultproxy.Answer) []faultproxy.Answer {
		answer.Line = []byte(strings.Replace(string(answer.Line), "SEARCH 8 9", "SEARCH 9", 1))
		return []faultproxy.Answer{answer}
	}
	direct := w.Server.Address
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"IMAP4rev2"}, Edit: skip}).Address
	drain(t, w)
	w.Server.Address, w.Filings = direct, r
	due, err := r.DueFilings(t.Context(), a.address)
	if err != nil || len(due) != 1 {
		t.Fatalf("due: %+v, %v; want the one mail that was seen", due, err)
	}
	if err := r.Filed(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	editor := a.client() // who moves one mail out of its queue, and one in
	if _, err := editor.Select(a.names().of("Guichet/baratin"), nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := editor.Move(imap.SeqSetNum(2), "INBOX").Wait(); err != nil {
		t.Fatal(err)
	}
	a.put(a.names().of("Guichet/baratin"), text("beside"), time.Now())

	got := reconcile(t, w)
	if got.Missed != 1 || got.Unfiled != 1 || got.Waiting != 1 || got.Sound() {
		t.Errorf("found %+v; want one passed over, one unfiled, one that waits", got)
	}
	if f := got.Folders[0]; f.Gone != 1 || f.Others != 1 || f.Filed != 6 {
		t.Errorf("the queue's folder: %+v; want one gone and one more", f)
	}
	same(t, "alarms", alarms.raised(), "reconcile "+a.address)
	if err := r.Verify(t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil && v.What == "filings" {
			t.Errorf("an order to file again is a fault: %+v", v)
		}
	}); err != nil {
		t.Error(err)
	}
	drain(t, w)
	if got := reconcile(t, w); !got.Sound() || got.Here != 1 {
		t.Errorf("after the repair: %+v", got)
	}
	same(t, "alarms", alarms.raised())
	same(t, "INBOX", a.subjects("INBOX"), "old")
	if got := r.endings(t); got != "8 answered, 1 repeated" {
		t.Errorf("on record: %s", got)
	}
}

// meddled is an inventory before which something happens.
type meddled struct {
	*register
	before func()
}

func (m meddled) FiledOf(ctx context.Context, mailbox string, uidValidity uint32, uids []uint32) ([]desk.Filing, error) {
	m.before()
	return m.register.FiledOf(ctx, mailbox, uidValidity, uids)
}

// testReconcileBeside: what a watcher files while the folder is compared is no fault.
func testReconcileBeside(t *testing.T, h *host) {
	a, r, alarms := h.account(t), newRegister(t), &bell{}
	w := a.registered(r)
	w.Start = &Start{All: true}
	a.put("INBOX", text("baratin"), time.Now())
	w.Filings = nil
	drain(t, w)
	w.Filings = r
	beside := *w
	beside.Alarms, beside.Inventory = alarms, meddled{r, func() { drain(t, w) }}
	if got := reconcile(t, &beside); !got.Sound() || got.Here != 1 {
		t.Errorf("%+v; want nothing to repair", got)
	}
	same(t, "alarms", alarms.raised())
	if due, err := r.DueFilings(t.Context(), a.address); err != nil || len(due) != 0 {
		t.Errorf("ordered again: %+v, %v", due, err)
	}
}

// testReconcileDaily: a desk that runs compares by itself, once a day.
func testReconcileDaily(t *testing.T, h *host) {
	a, r := h.account(t), newRegister(t)
	w := a.registered(r)
	w.Poll = 20 * time.Millisecond
	stop := running(t, w)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := r.LastReconciled(t.Context(), a.address); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing was compared")
		}
	}
	stop()
	first, err := r.LastReconciled(t.Context(), a.address)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		later time.Duration
		again bool
	}{{time.Hour, false}, {25 * time.Hour, true}, {-48 * time.Hour, true}} {
		r.at = first.At.Add(c.later)
		w.ready().reconcileDaily(t.Context())
		last, err := r.LastReconciled(t.Context(), a.address)
		if err != nil || last.At.Equal(r.at) != c.again {
			t.Errorf("%v later: compared at %v, %v", c.later, last.At, err)
		}
	}
}

// testRestored: the database is put back to an older copy; what stands in the folder is
// taken again with one effect each, and what is filed is let be.
func testRestored(t *testing.T, h *host) {
	a, r := h.account(t), newRegister(t)
	w := a.registered(r)
	a.put("INBOX", text("baratin 1"), time.Now())
	drain(t, w)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Copy(t.Context(), r.file, backup); err != nil {
		t.Fatal(err)
	}
	a.put("INBOX", text("baratin 2"), time.Now())
	w.Filings = nil // recorded, and still there when the disk dies
	drain(t, w)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r.file = backup
	r.reopen(t)
	w = a.registered(r)
	a.put("INBOX", text("baratin 1"), time.Now()) // and somebody puts one back
	drain(t, w)
	if got := r.endings(t); got != "2 answered, 1 repeated" {
		t.Errorf("on record: %s", got)
	}
	names := a.names()
	same(t, "the queue", a.subjects(names.of("Guichet/baratin")), "baratin 1", "baratin 2")
	same(t, "repeated", a.subjects(names.of("Guichet/repeated")), "baratin 1")
	same(t, "INBOX", a.subjects("INBOX"))
	if got := reconcile(t, w); !got.Sound() {
		t.Errorf("compared: %+v", got)
	}
}

// testRebuilt: the mailbox is made anew by its operator, with the same mails under
// other numbers: one effect each, and what waited to be filed is filed.
func testRebuilt(t *testing.T, h *host) {
	a, r := h.account(t), newRegister(t)
	c := a.client()
	folder := a.names().of("Desk")
	if err := c.Create(folder, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	w := a.registered(r)
	w.Folder, w.Filings = "Desk", nil
	for i := range 3 {
		a.put(folder, text(fmt.Sprintf("baratin %d", i)), time.Now())
	}
	drain(t, w)
	if err := c.Delete(folder).Wait(); err != nil {
		t.Fatal(err)
	}
	if h.dovecot != nil { // UIDVALIDITY is a time in seconds there
		time.Sleep(1100 * time.Millisecond)
	}
	if err := c.Create(folder, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		a.put(folder, text(fmt.Sprintf("baratin %d", i)), time.Now())
	}
	w.Filings = r
	if got := reconcile(t, w); !got.Renumbered || got.Sound() {
		t.Errorf("compared: %+v; want it renumbered", got)
	}
	drain(t, w)
	if got := r.endings(t); got != "4 answered, 3 repeated" {
		t.Errorf("on record: %s", got)
	}
	same(t, "the queue", a.subjects(a.names().of("Guichet/baratin")), "baratin 0", "baratin 1", "baratin 2", "baratin 3")
	same(t, "the folder", a.subjects(folder))
	if got := reconcile(t, w); !got.Sound() {
		t.Errorf("compared again: %+v", got)
	}
}
