package mailbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

func testIdle(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	stop := running(t, a.watcher(clerk)) // looks every nine minutes
	a.deliver("baratin before or during IDLE")
	clerk.expect(t, "baratin before or during IDLE")
	for range 3 {
		start := time.Now()
		a.deliver("baratin by IDLE")
		clerk.expect(t, "baratin by IDLE")
		t.Logf("woken and recorded after %v", time.Since(start).Round(time.Millisecond))
	}
	stop()
}

func testPoll(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	p := newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"IDLE", "IMAP4rev2"}})
	w := a.watcher(clerk)
	w.Server.Address, w.Poll = p.Address, 50*time.Millisecond
	stop := running(t, w)
	for range 2 {
		a.deliver("baratin")
		clerk.expect(t, "baratin")
	}
	stop()
	if p.Said("IDLE") {
		t.Error("IDLE was sent to a server that does not know it")
	}
	if n := p.Connections(); n != 1 {
		t.Errorf("%d connections; want one kept", n)
	}
}

func testCut(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	p := newProxy(t, h.imap, faultproxy.Trouble{})
	w := a.watcher(clerk)
	w.Server.Address = p.Address
	stop := running(t, w)
	a.deliver("baratin 1")
	clerk.expect(t, "baratin 1")
	p.Cut()
	a.deliver("baratin 2")
	clerk.expect(t, "baratin 2")
	stop()
}

func testRestart(t *testing.T, h *host) {
	a, clerk := h.account(t), newClerk()
	stop := running(t, a.watcher(clerk))
	a.deliver("baratin 1")
	clerk.expect(t, "baratin 1")
	h.dovecot.Stop()
	h.dovecot.Start()
	a.deliver("baratin 2")
	clerk.expect(t, "baratin 2")
	stop()
}

// testSilence: a server that falls silent costs a deadline, wherever it does.
func testSilence(t *testing.T, h *host) {
	for _, word := range []string{"AUTHENTICATE", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE"} {
		t.Run(word, func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			t.Parallel() // they wait
			a.put("INBOX", text("baratin"), time.Now())
			p := newProxy(t, h.imap, faultproxy.Trouble{Hush: word})
			w := a.watcher(clerk)
			w.Server.Address, w.Patience = p.Address, time.Second
			start := time.Now()
			err := w.Drain(t.Context())
			if !errors.Is(err, errSilent) {
				t.Errorf("Drain: %v; want %v", err, errSilent)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if !p.Said(word) {
				t.Errorf("%s was never sent", word)
			}
			w.Server.Address, w.Patience = h.imap, 10*time.Second
			drain(t, w)
			same(t, "recorded once", clerk.subjects(), "baratin")
			same(t, "filed once", a.subjects("Guichet/baratin"), "baratin")
		})
	}
}

// A server that says nothing at all, before and in IDLE, while the watcher runs.
func TestSilenceIsLeftAlone(t *testing.T) {
	h := embedded(t)
	a, clerk := h.account(t), newClerk()
	p := newProxy(t, h.imap, faultproxy.Trouble{Hush: "DONE"})
	w := a.watcher(clerk)
	w.Server.Address, w.Patience, w.Poll = p.Address, 500*time.Millisecond, 100*time.Millisecond
	stop := running(t, w)
	for deadline := time.Now().Add(10 * time.Second); p.Connections() < 3; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections in ten seconds; want a new one after each silence", p.Connections())
		}
	}
	a.deliver("baratin")
	clerk.expect(t, "baratin")
	stop()
}

func TestPause(t *testing.T) {
	broken, login := errors.New("reset by peer"), &LoginError{Err: errors.New("NO")}
	for _, c := range []struct {
		failures int
		err      error
		want     time.Duration
	}{
		{1, broken, time.Second},
		{2, broken, 2 * time.Second},
		{9, broken, 256 * time.Second},
		{10, broken, 5 * time.Minute},
		{1 << 30, broken, 5 * time.Minute},
		{1, login, time.Minute},
		{3, login, 4 * time.Minute},
		{5, login, 15 * time.Minute},
	} {
		w := &Watcher{Jitter: func() float64 { return 0 }}
		if got := w.ready().pause(c.failures, c.err); got != c.want {
			t.Errorf("after %d failures (%v): %v; want %v", c.failures, c.err, got, c.want)
		}
		w.Jitter = func() float64 { return 0.999 }
		if got := w.ready().pause(c.failures, c.err); got <= c.want || got > c.want*5/4 {
			t.Errorf("after %d failures (%v): %v with jitter; want a quarter more than %v at most", c.failures, c.err, got, c.want)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	h := embedded(t)
	w := h.account(t).watcher(newClerk())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Run(ctx); err != nil {
		t.Errorf("Run with a context that has ended: %v; want nil", err)
	}
}
