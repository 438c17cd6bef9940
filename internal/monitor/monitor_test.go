package monitor_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/monitor"
	"github.com/bara-think-tank/guichet/internal/store"
)

const (
	contact = "contact@example.org"
	server  = "smtp.example.org:587"
)

// bell remembers which alarms are raised.
type bell map[string]string

func (b bell) Raise(_ context.Context, name, detail string) { b[name] = detail }
func (b bell) Clear(_ context.Context, name string)         { delete(b, name) }

// tower is a watch over a real database, with a clock and a disk that the test moves.
type tower struct {
	*monitor.Watch
	t     *testing.T
	now   time.Time
	db    *store.DB
	space monitor.Space
	rings bell
}

func newTower(t *testing.T) *tower {
	w := &tower{t: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), rings: bell{}, space: monitor.Space{Free: 10 << 30, Total: 20 << 30}}
	clock := func() time.Time { return w.now }
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "guichet.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w.db = db
	w.Watch = &monitor.Watch{
		Ledger: db, Alarms: w.rings, Loops: &monitor.Loops{Clock: clock}, Mailboxes: []string{contact},
		Accounts: []monitor.Account{{Server: server, Late: w.box().Late}},
		Space:    func() (monitor.Space, error) { return w.space, nil }, Clock: clock, Log: slog.New(slog.DiscardHandler),
	}
	return w
}

func (w *tower) box() store.Outbox {
	return store.Outbox{DB: w.db, Mailboxes: []string{contact}, PerHour: 10}
}

// look looks, and compares the alarms.
func (w *tower) look(want ...string) {
	w.t.Helper()
	w.Look(w.t.Context())
	if len(w.rings) != len(want) {
		w.t.Errorf("raised: %v, want %v", w.rings, want)
	}
	for _, name := range want {
		if _, raised := w.rings[name]; !raised {
			w.t.Errorf("%s is not raised: %v", name, w.rings)
		}
	}
}

// unready compares the reasons.
func (w *tower) unready(want ...string) {
	w.t.Helper()
	if got := w.Unready(w.t.Context()); !reflect.DeepEqual(got, want) {
		w.t.Errorf("unready for %q, want %q", got, want)
	}
}

// record takes a mail that is answered, or parked.
func (w *tower) record(uid uint32, ending desk.Ending, reason string) {
	w.t.Helper()
	raw := fmt.Appendf(nil, "Subject: %d\r\n\r\n", uid)
	e := &desk.Entry{
		Received: desk.Received{Mailbox: contact, UIDValidity: 1, UID: uid, Raw: raw, At: w.now},
		Mail:     desk.Mail{SHA256: sha256.Sum256(raw), Kind: desk.KindInquiry, Ending: ending},
		Queue:    desk.TrayAnswered,
		Events:   []desk.Event{{Type: "received"}},
	}
	if ending == desk.Parked {
		ref, err := w.db.Reserve(w.t.Context(), "BARA", 2026)
		if err != nil {
			w.t.Fatal(err)
		}
		e.Queue, e.Case = desk.QueueParked, &desk.Case{Reference: ref, Queue: desk.QueueParked, State: desk.AwaitingEditor}
		e.Mail.Reason = desk.Because(reason)
	} else {
		e.Notice = &desk.Notice{Kind: "receipt", Mailbox: contact, Recipient: "lea@example.fr", MessageID: fmt.Sprint("<", uid, "@example.org>"), Bytes: []byte("x")}
	}
	if err := w.db.Record(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
}

func TestWhatIsWrongIsRaisedAndCleared(t *testing.T) {
	w := newTower(t)
	w.rings["disk"], w.rings["late "+server] = "left by an earlier run", ""
	w.look()
	w.unready("mailbox contact@example.org: not read yet")
	w.Read(contact)
	w.unready()

	w.now = w.now.Add(14 * time.Minute)
	w.look()
	w.now = w.now.Add(2 * time.Minute)
	w.look("mailbox " + contact)
	w.unready("mailbox contact@example.org: not read for 16m0s")
	w.Unread(contact, errors.New("connection refused"))
	w.look("mailbox " + contact)
	w.unready("mailbox contact@example.org: not read for 16m0s: connection refused")
	if said := w.rings["mailbox "+contact]; said != "pas de lecture complète depuis 16 min : connection refused" {
		t.Errorf("the operator is told %q", said)
	}
	w.Read(contact)
	w.look()

	w.record(1, desk.Answered, "")
	w.record(3, desk.Parked, "unreadable")
	w.look()
	w.record(2, desk.Parked, "fault")
	w.look("parked")
	w.unready()
	w.now = w.now.Add(16 * time.Minute)
	w.Read(contact)
	w.look("parked", "late "+server)
	w.unready("outbox smtp.example.org:587: a letter has been due for 16m0s")
	box := w.box()
	l, err := box.Claim(t.Context(), w.now, time.Minute)
	if err == nil {
		err = box.Settle(t.Context(), l.ID, desk.Outcome{At: w.now, Sent: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.look("parked")
	w.unready()

	for _, test := range []struct {
		space monitor.Space
		short bool
	}{
		{monitor.Space{Free: 400 << 20, Total: 1 << 30}, true},
		{monitor.Space{Free: 900 << 20, Total: 20 << 30}, true},
		{monitor.Space{Free: 900 << 20, Total: 4 << 30}, false},
		{monitor.Space{Free: 2 << 30, Total: 100 << 30}, false},
	} {
		w.space = test.space
		if w.Look(t.Context()); (w.rings["disk"] != "") != test.short {
			t.Errorf("%+v: %v", test.space, w.rings)
		}
	}

	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.look("database")
	if reasons := w.Unready(t.Context()); len(reasons) != 2 || !strings.Contains(reasons[1], "the database cannot be read or written") {
		t.Errorf("%q", reasons)
	}
}

// TestAStuckLoop: what gives no sign of life is named, and the program is not well.
func TestAStuckLoop(t *testing.T) {
	w := newTower(t)
	beat := w.Loops.Begin("mailbox "+contact, 25*time.Minute)
	w.Loops.Begin("outbox "+server, 40*time.Minute)
	site := httptest.NewServer(monitor.Site{Watch: w.Watch, Log: w.Log}.Handler())
	defer site.Close()
	health := func() int {
		answer, err := http.Get(site.URL + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	w.now = w.now.Add(20 * time.Minute)
	if stuck := w.Loops.Silent(); len(stuck) != 0 || health() != http.StatusOK {
		t.Errorf("stuck: %v", stuck)
	}
	w.now = w.now.Add(6 * time.Minute)
	want := []string{"mailbox contact@example.org: no sign of life since 2026-03-01T09:00:00Z"}
	if stuck := w.Loops.Silent(); !reflect.DeepEqual(stuck, want) || health() != http.StatusServiceUnavailable {
		t.Errorf("stuck: %v", stuck)
	}
	beat()
	if stuck := w.Loops.Silent(); len(stuck) != 0 || health() != http.StatusOK {
		t.Errorf("stuck: %v", stuck)
	}
}

// stuckLedger never comes back from a write once it hangs.
type stuckLedger struct {
	*store.DB
	hangs atomic.Bool
	began chan struct{} // gets one each time that it hangs
	until chan struct{}
}

func (s *stuckLedger) Probe(ctx context.Context) error {
	if s.hangs.Load() {
		s.began <- struct{}{}
		<-s.until
	}
	return s.DB.Probe(ctx)
}

// TestTheWatchdogIsNotPingedByADeskThatHangs listens as systemd does.
func TestTheWatchdogIsNotPingedByADeskThatHangs(t *testing.T) {
	folder, err := os.MkdirTemp("", "notify")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "s")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "30000000")
	hear := func() string {
		buf := make([]byte, 1000)
		if err := manager.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := manager.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}

	w := newTower(t)
	var ahead atomic.Int64 // minutes
	begun := w.now
	w.Clock = func() time.Time { return begun.Add(time.Duration(ahead.Load()) * time.Minute) }
	w.Loops.Clock = w.Clock
	ledger := &stuckLedger{DB: w.db, began: make(chan struct{}, 9), until: make(chan struct{})}
	w.Ledger = ledger
	ledger.hangs.Store(true)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- w.Run(ctx) }()
	service := monitor.Systemd{Loops: w.Loops, Log: w.Log, Every: 10 * time.Millisecond}
	go func() { ended <- service.Run(ctx) }()

	<-ledger.began
	if said := hear(); said != "WATCHDOG=1" {
		t.Errorf("at first: %q", said)
	}
	ahead.Store(4) // the writer hangs for four minutes
	said := hear()
	for ; said == "WATCHDOG=1"; said = hear() { // sent before
	}
	if !strings.HasPrefix(said, "STATUS=hangs: the database's writer") {
		t.Errorf("of a desk that hangs: %q", said)
	}
	if err := manager.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := manager.Read(make([]byte, 100)); err == nil {
		t.Errorf("a desk that hangs said %d bytes more", n)
	}
	close(ledger.until) // and comes back
	if said := hear(); said != "WATCHDOG=1" {
		t.Errorf("at last: %q", said)
	}
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
