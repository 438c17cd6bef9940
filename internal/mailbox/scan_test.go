package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// testDrain: whatever its flags, each mail is recorded with the bytes as they
// came and filed with the flags as they were.
func testDrain(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	at := time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	odd := []byte("Subject: baratin odd\r\n\r\nUne ligne\r\n.\r\nde \xe9 et de \"guillemets\" {3}\r\n)\r\n")
	a.put("INBOX", odd, at, imap.FlagSeen)
	a.put("INBOX", text("baratin unseen"), at)
	a.put("INBOX", text("à-trier other"), at, imap.FlagSeen, imap.FlagFlagged)
	drain(t, a.watcher(clerk))

	same(t, "recorded", clerk.subjects(), "baratin odd", "baratin unseen", "à-trier other")
	if r := clerk.mails[0]; !bytes.Equal(r.Raw, odd) || !r.At.Equal(at) || r.Mailbox != a.address || r.Oversize != 0 {
		t.Errorf("recorded %+v; want the bytes %q of %v", r, odd, at)
	}
	names := a.names()
	same(t, "INBOX", a.subjects("INBOX"))
	same(t, "a queue", a.subjects(names.of("Guichet/baratin")), "baratin odd", "baratin unseen")
	same(t, "another", a.subjects(names.of("Guichet/à-trier")), "à-trier other")
	mails := append(a.read(names.of("Guichet/baratin")), a.read(names.of("Guichet/à-trier"))...)
	for i, seen := range []bool{true, false, true} {
		if mails[i].flagged(imap.FlagSeen) != seen {
			t.Errorf("%q: flags %v; want seen %v", mails[i].subject, mails[i].flags, seen)
		}
	}
	if !mails[2].flagged(imap.FlagFlagged) {
		t.Errorf("flags %v; want the editor's flag kept", mails[2].flags)
	}
	if clerk.due() != 0 {
		t.Errorf("%d filings are due; want none", clerk.due())
	}
	if subscribed := a.subscribed(); !subscribed[names.of("Guichet/baratin")] {
		t.Errorf("subscribed %v; want the queue's folder among them", subscribed)
	}
}

// names is how the account's server names folders, found as a client would.
func (a *account) names() names {
	a.t.Helper()
	data, err := a.client().Namespace().Wait()
	if err != nil {
		a.t.Fatal(err)
	}
	return names{prefix: data.Personal[0].Prefix, delimiter: data.Personal[0].Delim}
}

func (a *account) subscribed() map[string]bool {
	a.t.Helper()
	list, err := a.client().List("", "*", &imap.ListOptions{SelectSubscribed: true}).Collect()
	if err != nil {
		a.t.Fatal(err)
	}
	names := map[string]bool{}
	for _, l := range list {
		names[l.Mailbox] = true
	}
	return names
}

// testMany crosses the borders of what is fetched at once.
func testMany(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	want := make([]string, 2*mailsAtOnce+3)
	for i := range want {
		want[i] = fmt.Sprintf("baratin %03d", i)
		a.put("INBOX", text(want[i]), time.Now())
	}
	drain(t, a.watcher(clerk))
	same(t, "recorded", clerk.subjects(), want...)
	same(t, "filed", a.subjects("Guichet/baratin"), want...)
	drain(t, a.watcher(clerk)) // n:* names the last mail for ever
	same(t, "recorded once", clerk.subjects(), want...)
}

func TestTogether(t *testing.T) {
	const big = bytesAtOnce
	for _, c := range []struct {
		name  string
		bytes []int64
		want  int
	}{
		{"one", []int64{1}, 1},
		{"small ones", []int64{1, 2, 3}, 3},
		{"one too large for the rest", []int64{big, 1}, 1},
		{"the rest waits", []int64{1, big, 1}, 1},
		{"large ones count as the limit", []int64{100 * big, 1}, 2},
		{"many", make([]int64, mailsAtOnce+9), mailsAtOnce},
	} {
		var heads []head
		for _, n := range c.bytes {
			heads = append(heads, head{bytes: n})
		}
		limit := int64(2 * big)
		if c.want == 2 {
			limit = 10
		}
		if got := together(heads, limit); got != c.want {
			t.Errorf("%s: %d; want %d", c.name, got, c.want)
		}
	}
}

func testOversize(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	mail := func(size int) []byte {
		raw := []byte("Subject: baratin\r\n\r\n")
		return append(raw, bytes.Repeat([]byte("x"), size-len(raw))...)
	}
	a.put("INBOX", mail(2001), time.Now())
	a.put("INBOX", mail(2000), time.Now())
	w := a.watcher(clerk)
	w.Limit = 2000
	drain(t, w)
	if len(clerk.mails) != 2 {
		t.Fatalf("%d mails recorded; want 2", len(clerk.mails))
	}
	if r := clerk.mails[0]; string(r.Raw) != "Subject: baratin\r\n\r\n" || r.Oversize != 2001 {
		t.Errorf("above the limit: %q, %d; want the header alone", r.Raw, r.Oversize)
	}
	if r := clerk.mails[1]; len(r.Raw) != 2000 || r.Oversize != 0 {
		t.Errorf("at the limit: %d bytes, %d; want all of them", len(r.Raw), r.Oversize)
	}
	same(t, "filed", a.subjects("Guichet/baratin"), "baratin", "baratin")
}

func testObserve(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin"), time.Now())
	p := newProxy(t, h.imap, faultproxy.Trouble{})
	w := a.watcher(clerk)
	w.Server.Address, w.Filings, w.FolderOf = p.Address, nil, nil
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "baratin")
	mails := a.read("INBOX")
	if len(mails) != 1 || mails[0].flagged(imap.FlagSeen) {
		t.Errorf("INBOX %+v; want the mail unseen where it was", mails)
	}
	if p.Said("SELECT") || !p.Said("EXAMINE") {
		t.Error("the folder was not opened read-only")
	}
}

// testProcessFails: a mail that could not be recorded stays, and comes again
// before those behind it.
func testProcessFails(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin 1"), time.Now())
	a.put("INBOX", text("baratin 2"), time.Now())
	a.put("INBOX", text("baratin 3"), time.Now())
	failed := 0
	clerk.before = func(_ context.Context, r desk.Received) error {
		if r.UID == 2 && failed < 3 {
			failed++
			return errDisk
		}
		return nil
	}
	if err := a.watcher(clerk).Drain(t.Context()); !errors.Is(err, errDisk) {
		t.Fatalf("Drain: %v; want %v", err, errDisk)
	}
	same(t, "recorded", clerk.subjects(), "baratin 1")
	stop := running(t, a.watcher(clerk))
	for _, want := range []string{"baratin 1", "baratin 2", "baratin 3"} {
		clerk.expect(t, want)
	}
	stop()
	if failed != 3 {
		t.Errorf("the mail came %d times before it was recorded; want 3", failed)
	}
}

// testStop: the mail in hand is finished, with a context that still stands; the
// next one waits for the next start.
func testStop(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin in hand"), time.Now())
	a.put("INBOX", text("baratin next"), time.Now())
	ctx, cancel := context.WithCancel(t.Context())
	clerk.before = func(ctx context.Context, _ desk.Received) error {
		cancel()
		time.Sleep(50 * time.Millisecond)
		return ctx.Err()
	}
	if err := a.watcher(clerk).Run(ctx); err != nil {
		t.Fatalf("Run: %v", err)
	}
	same(t, "recorded", clerk.subjects(), "baratin in hand")
	clerk.before = nil
	drain(t, a.watcher(clerk))
	same(t, "recorded after the next start", clerk.subjects(), "baratin in hand", "baratin next")
	same(t, "filed", a.subjects("Guichet/baratin"), "baratin in hand", "baratin next")
}

// testUnreadable: a mail that the server has and cannot read is handed over
// without its bytes after a few tries, and hides none of the others.
func testUnreadable(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	for _, s := range []string{"baratin 1", "baratin broken", "baratin 3"} {
		a.deliver(s)
	}
	a.subjects("INBOX") // the server gives out UIDs
	spoil(t, h.dovecot.Maildir(a.address), "baratin broken")
	w := a.watcher(clerk)
	w.Filings = nil
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "baratin 1", "", "baratin 3")
	if r := clerk.mails[1]; r.UID != 2 || len(r.Raw) != 0 || r.At.IsZero() {
		t.Errorf("the broken mail came as %+v; want UID 2 without bytes", r)
	}
}

// spoil takes away the right to read one mail.
func spoil(t *testing.T, maildir, words string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(maildir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(content), "Subject: "+words) {
			if err := os.Chmod(file, 0); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no mail %q among %q", words, files)
}

// testRecordedBefore: mails that are on record above the position are not fetched for ever.
func testRecordedBefore(t *testing.T, h *host) {
	a, r := h.account(t), newRegister(t)
	w := a.registered(r)
	w.Start, w.Filings = &Start{All: true}, nil
	a.put("INBOX", text("baratin 1"), time.Now())
	a.put("INBOX", text("baratin 2"), time.Now())
	drain(t, w)
	p, err := r.Position(t.Context(), a.address)
	if err != nil || p.LastUID != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	back := p
	back.LastUID = 0
	if err := r.TakeOver(t.Context(), a.address, back); err != nil {
		t.Fatal(err)
	}
	drain(t, w)
	if got, err := r.Position(t.Context(), a.address); err != nil || got != p {
		t.Errorf("the position is %+v, %v; want %+v", got, err, p)
	}
	if got := r.endings(t); got != "2 answered, 0 repeated" {
		t.Errorf("on record: %s", got)
	}
}

// testBegunInVain: where a mail cannot be recorded, those that were begun behind it are
// told that nobody waits for them, and come again.
func testBegunInVain(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	for range 2 {
		a.put("INBOX", append(text("baratin"), bytes.Repeat([]byte("x"), bytesAtOnce)...), time.Now())
	}
	w := a.watcher(clerk)
	var begun []context.Context
	second := make(chan struct{})
	w.Process = func(ctx context.Context, mails []desk.Received) func() error {
		if begun = append(begun, ctx); len(begun) == 2 {
			close(second)
		}
		return func() error {
			<-second
			return errDisk
		}
	}
	if err := w.Drain(t.Context()); !errors.Is(err, errDisk) {
		t.Fatalf("Drain: %v; want %v", err, errDisk)
	}
	if len(begun) != 2 || begun[1].Err() == nil {
		t.Errorf("%d batches were begun, and the last goes on in vain", len(begun))
	}
}
