package mailbox

import (
	"errors"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func testFirstStart(t *testing.T, h *host) {
	now := time.Now()
	for _, c := range []struct {
		name  string
		start *Start
		want  []string
		err   error
	}{
		{name: "untold", err: ErrFirstStart},
		{name: "now", start: &Start{}, want: []string{"later"}},
		{name: "date", start: &Start{Since: now.AddDate(0, 0, -2)}, want: []string{"yesterday", "later"}},
		{name: "all", start: &Start{All: true}, want: []string{"yesterday", "last month", "later"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			a.put("INBOX", text("yesterday"), now.AddDate(0, 0, -1))
			a.put("INBOX", text("last month"), now.AddDate(0, -1, 0))
			w := a.watcher(clerk)
			w.Start, w.Filings = c.start, nil
			if err := w.Drain(t.Context()); !errors.Is(err, c.err) {
				t.Fatalf("the first start: %v; want %v", err, c.err)
			}
			if c.err != nil {
				if err := w.Run(t.Context()); !errors.Is(err, c.err) {
					t.Fatalf("Run: %v; want %v", err, c.err)
				}
				return
			}
			a.deliver("later")
			w.Start = nil // said once is enough
			drain(t, w)
			same(t, "recorded", clerk.subjects(), c.want...)
			if p := *clerk.position; p.LastUID != 3 || p.UIDValidity == 0 {
				t.Errorf("position %+v; want UID 3", p)
			}
		})
	}
}

// What comes after the take-over is new, whatever its date; a date decides again
// for what was there before.
func testOldDates(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	now := time.Now()
	a.put("INBOX", text("there before"), now.AddDate(0, 0, -1))
	w := a.watcher(clerk)
	w.Start = &Start{}
	drain(t, w)
	newest := now.AddDate(0, 0, -1).Truncate(time.Second)
	if from := clerk.position.From; !from.After(newest) || from.After(newest.Add(time.Second)) {
		t.Errorf("the past ends at %v, not in the second after the newest mail there, %v", from, newest)
	}
	a.put("INBOX", text("moved in by an editor"), now.AddDate(-1, 0, 0))
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "moved in by an editor")
}

func TestParseStart(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]Start{
		"now":        {},
		"all":        {All: true},
		"2026-01-31": {Since: time.Date(2026, 1, 31, 0, 0, 0, 0, paris)},
	} {
		got, err := ParseStart(s, paris)
		if err != nil || got.All != want.All || !got.Since.Equal(want.Since) {
			t.Errorf("ParseStart(%q) = %+v, %v; want %+v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "yesterday", "31/01/2026", "2026-02-30"} {
		if got, err := ParseStart(s, paris); err == nil {
			t.Errorf("ParseStart(%q) = %+v; want an error", s, got)
		}
	}
}

func testRenumbered(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	now := time.Now()
	c := a.client()
	folder := "Desk"
	if err := c.Create(folder, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	a.put(folder, text("old"), now.AddDate(0, -1, 0))
	a.put(folder, text("first"), now)
	w := a.watcher(clerk)
	w.Folder, w.Filings = folder, nil
	w.Start = &Start{Since: now.AddDate(0, 0, -1)}
	drain(t, w)
	first := *clerk.position

	if err := c.Delete(folder).Wait(); err != nil {
		t.Fatal(err)
	}
	if h.dovecot != nil { // UIDVALIDITY is a time in seconds there
		time.Sleep(1100 * time.Millisecond)
	}
	if err := c.Create(folder, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	a.put(folder, text("old"), now.AddDate(0, -1, 0))
	a.put(folder, text("first"), now)
	a.put(folder, text("second"), now)
	drain(t, w)
	same(t, "recorded", clerk.subjects(), "first", "first", "second")
	second := *clerk.position
	if second.UIDValidity == first.UIDValidity || second.LastUID != 3 {
		t.Errorf("position %+v after %+v", second, first)
	}
	if !second.From.Equal(first.From) {
		t.Errorf("the past ended at %v and now at %v", first.From, second.From)
	}
}

func TestOlder(t *testing.T) {
	take := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	p := desk.Position{From: take, Next: 10}
	for _, c := range []struct {
		name string
		head head
		p    desk.Position
		want bool
	}{
		{"before", head{uid: 9, at: take.Add(-time.Second)}, p, true},
		{"at the very second", head{uid: 9, at: take}, p, false},
		{"a later UID", head{uid: 10, at: take.AddDate(-1, 0, 0)}, p, false},
		{"no Next was recorded", head{uid: 10, at: take.AddDate(-1, 0, 0)}, desk.Position{From: take}, true},
		{"a date that the server does not say", head{uid: 9}, p, false},
		{"all", head{uid: 1, at: take.AddDate(-9, 0, 0)}, desk.Position{Next: 10}, false},
	} {
		if got := older(c.head, c.p); got != c.want {
			t.Errorf("%s: older = %v; want %v", c.name, got, c.want)
		}
	}
}
