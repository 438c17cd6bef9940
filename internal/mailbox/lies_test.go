package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// lengthy is a mail of many lines, so that a cut shows.
func lengthy(subject string) []byte {
	return append(text(subject), bytes.Repeat([]byte("Encore une ligne, et (une) {3}\r\n"), 40)...)
}

// sizeThenUID says a wrong size of the second of four mails, and a wrong UID where that
// mail is asked for again.
func sizeThenUID() faultproxy.Edit {
	size, uid := faultproxy.WrongSize(2, 7), faultproxy.WrongUID(9, 1<<30)
	return func(a faultproxy.Answer) (said []faultproxy.Answer) {
		for _, sized := range size(a) {
			said = append(said, uid(sized)...)
		}
		return said
	}
}

// testBloated: mails that are far larger than the server says are taken all the same,
// one at a time.
func testBloated(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	var want [][]byte
	for i := range 4 {
		want = append(want, append(text(fmt.Sprintf("baratin %d", i)), bytes.Repeat([]byte("Encore une ligne.\r\n"), 110_000)...))
		a.put("INBOX", want[i], time.Now())
	}
	size := regexp.MustCompile(`RFC822\.SIZE \d+`)
	w := a.watcher(clerk)
	w.Retry = time.Millisecond
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Edit: func(answer faultproxy.Answer) []faultproxy.Answer {
		answer.Line = size.ReplaceAll(answer.Line, []byte("RFC822.SIZE 100"))
		return []faultproxy.Answer{answer}
	}}).Address
	most := 0
	w.Process = func(ctx context.Context, mails []desk.Received) func() error {
		most = max(most, len(mails))
		return clerk.process(ctx, mails)
	}
	drain(t, w)
	checkWhole(t, clerk, want)
	if most != 1 {
		t.Errorf("%d mails that are not what the server says were in one batch", most)
	}
}

// testLies: whatever the server says wrong on one connection, each mail is recorded
// once, whole, and filed.
func testLies(t *testing.T, h *host) {
	for name, trouble := range map[string]faultproxy.Trouble{
		"UID of a description":    {Edit: faultproxy.WrongUID(2, 1)},
		"UID of bytes":            {Edit: faultproxy.WrongUID(5, -1)},
		"UID far away":            {Edit: faultproxy.WrongUID(5, 1<<30)},
		"size too small":          {Edit: faultproxy.WrongSize(2, -7)},
		"size too large":          {Edit: faultproxy.WrongSize(2, 7)},
		"size above the limit":    {Edit: faultproxy.WrongSize(2, 100<<20)},
		"literal short":           {Edit: faultproxy.ShortLiteral(2, 10)},
		"literal short by a line": {Edit: faultproxy.ShortLiteral(1, 32)},
		"literal empty":           {Edit: faultproxy.ShortLiteral(1, 1<<20)},
		"literal torn":            {Edit: faultproxy.TornLiteral(1, 3)},
		"UIDNEXT too small":       {Edit: faultproxy.WrongNext(1, -2)},
		"UIDNEXT too large":       {Edit: faultproxy.WrongNext(1, 1<<30)},
		"a UID that nobody has":   {Edit: faultproxy.Strange(1, 1<<31)},
		"a UID forgotten":         {Edit: faultproxy.Forgets(1)},
		"size, and then the UID":  {Edit: sizeThenUID()},
		"EXPUNGE within FETCH":    {Edit: faultproxy.Expunged(2)},
		"BYE":                     {Edit: faultproxy.Bye(12)},
		"an unknown answer":       {Edit: faultproxy.Unknown(12)},
		"FETCH refused":           {Refuse: []faultproxy.Refusal{{Word: "UID FETCH", Answer: "NO [SERVERBUG] oops", Times: 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			var want [][]byte
			for i := range 4 {
				want = append(want, lengthy(fmt.Sprintf("baratin %d", i)))
				a.put("INBOX", want[i], time.Now())
			}
			w := a.watcher(clerk)
			w.Retry = time.Millisecond
			w.Server.Address = proxies(t, h.imap, firstOnly(trouble)).Address
			for range 3 { // the next looks
				if err := w.Drain(t.Context()); err != nil {
					t.Logf("%v", err)
				}
			}
			checkWhole(t, clerk, want)
			if left := a.subjects("INBOX"); len(left) > 0 {
				t.Errorf("left in INBOX: %q", left)
			}
		})
	}
}

// checkWhole fails where the mails recorded are not the wanted ones, each once.
func checkWhole(t *testing.T, c *clerk, want [][]byte) {
	t.Helper()
	for _, raw := range want {
		n := 0
		for _, r := range c.mails {
			if bytes.Equal(r.Raw, raw) && r.Oversize == 0 {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q was recorded %d times; want once", subject(raw), n)
		}
	}
	for _, r := range c.mails {
		if !slices.ContainsFunc(want, func(raw []byte) bool { return bytes.Equal(raw, r.Raw) }) {
			t.Errorf("mail %d was recorded as %d bytes, oversize %d: %.80q", r.UID, len(r.Raw), r.Oversize, r.Raw)
		}
	}
}

// testEstimates: a server that always tells another size than it gives is believed by
// its bytes, and one that always cuts is not.
func testEstimates(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	raw := lengthy("baratin estimated")
	a.put("INBOX", raw, time.Now())
	w := a.watcher(clerk)
	p := newProxy(t, h.imap, faultproxy.Trouble{Edit: faultproxy.WrongSize(0, 11)})
	w.Server.Address = p.Address
	drain(t, w)
	checkWhole(t, clerk, [][]byte{raw})
	if n := p.Count("UID FETCH"); n > 5 {
		t.Errorf("%d FETCH for one mail", n)
	}

	a, clerk = h.account(t), newClerk()
	a.put("INBOX", raw, time.Now())
	w = a.watcher(clerk)
	w.Retry, w.Filings = time.Millisecond, nil
	cut := func(a faultproxy.Answer) []faultproxy.Answer {
		return faultproxy.ShortLiteral(1, max(0, len(a.Literal)-1000))(a)
	}
	w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Edit: cut}).Address
	drain(t, w)
	if len(clerk.mails) != 1 || len(clerk.mails[0].Raw) != 0 {
		t.Errorf("a mail that is always cut was recorded %d times, the first with %d bytes; want it once without bytes, for a person",
			len(clerk.mails), len(clerk.mails[0].Raw))
	}
}

// A header that ends nowhere is no header of a mail that is too large.
func testOversizeLies(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	raw := lengthy("baratin large")
	a.put("INBOX", raw, time.Now())
	w := a.watcher(clerk)
	w.Limit, w.Retry = 500, time.Millisecond
	w.Server.Address = proxies(t, h.imap, firstOnly(faultproxy.Trouble{Edit: faultproxy.ShortLiteral(1, 9)})).Address
	drain(t, w)
	if len(clerk.mails) != 1 || clerk.mails[0].Oversize != int64(len(raw)) || !bytes.Equal(clerk.mails[0].Raw, headerOf(raw)) {
		t.Errorf("recorded %+v; want the header whole", clerk.mails)
	}
}

// testFickle: a UIDVALIDITY that the server itself contradicts renumbers nothing.
func testFickle(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin 1"), time.Now())
	w := a.watcher(clerk)
	w.Filings = nil
	drain(t, w)
	before := *clerk.position
	w.Server.Address = proxies(t, h.imap, firstOnly(faultproxy.Trouble{Edit: faultproxy.Renumbered(0, 5)})).Address
	if err := w.Drain(t.Context()); !errors.Is(err, errFickle) {
		t.Errorf("Drain: %v; want %v", err, errFickle)
	}
	if *clerk.position != before {
		t.Errorf("position %+v; want %+v", *clerk.position, before)
	}
	a.put("INBOX", text("baratin 2"), time.Now())
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "baratin 1", "baratin 2")
}

// testFirstStartLie: a wrong UIDNEXT at the first start has nobody's past answered, and
// loses nothing that comes later.
func testFirstStartLie(t *testing.T, h *host) {
	for _, by := range []int64{-2, 3, 1 << 30} {
		t.Run(fmt.Sprint(by), func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			a.put("INBOX", text("old 1"), time.Now().AddDate(0, 0, -2))
			a.put("INBOX", text("old 2"), time.Now().AddDate(0, 0, -1))
			w := a.watcher(clerk)
			w.Start = &Start{}
			w.Server.Address = proxies(t, h.imap, firstOnly(faultproxy.Trouble{Edit: faultproxy.WrongNext(0, by)})).Address
			if err := w.Drain(t.Context()); err != nil {
				t.Logf("%v", err)
			}
			drain(t, w)
			a.put("INBOX", text("baratin new"), time.Now())
			drain(t, w)
			same(t, "recorded", clerk.subjects(), "baratin new")
		})
	}
}

// testSetBack: a position that no mail can have had hides nothing.
func testSetBack(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	a.put("INBOX", text("baratin 1"), time.Now())
	w := a.watcher(clerk)
	w.Filings = nil
	drain(t, w)
	a.put("INBOX", text("baratin 2"), time.Now())
	clerk.position.LastUID = 4_000_000_000
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "baratin 1", "baratin 2")
	if clerk.position.LastUID != 2 {
		t.Errorf("position %+v; want UID 2", *clerk.position)
	}
}

// testRenumberedFiling: an order given before a renumbering is carried out after it,
// where the mail came again, however late in the folder it stands.
func testRenumberedFiling(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	for i := range mailsAtOnce + 5 {
		a.put("INBOX", text(fmt.Sprintf("baratin %02d", i)), time.Now())
	}
	w := a.watcher(clerk)
	w.Filings = nil
	drain(t, w)
	// What was read stands under another UIDVALIDITY in the ledger, and is still due.
	clerk.position.UIDValidity++
	for i := range clerk.filings {
		clerk.filings[i].UIDValidity++
	}
	for i := range clerk.mails {
		clerk.mails[i].UIDValidity++
	}
	clerk.repeats = true
	w = a.watcher(clerk)
	drain(t, w)
	if got := len(a.subjects("Guichet/baratin")); got != mailsAtOnce+5 || clerk.due() != 0 {
		t.Errorf("%d mails filed, %d due; want all %d", got, clerk.due(), mailsAtOnce+5)
	}
	if left := a.subjects("INBOX"); len(left) != 0 {
		t.Errorf("left in INBOX: %d", len(left))
	}
	for _, f := range clerk.filed {
		if f.UIDValidity != clerk.position.UIDValidity {
			t.Fatalf("the order %+v was done with before its mail came again", f)
		}
	}
}
