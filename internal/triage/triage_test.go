package triage_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
	builtin "github.com/bara-think-tank/guichet/rules"
)

const contact = "contact@example.org"

// scene is an editorial desk over a real database, with a clock that tests move.
type scene struct {
	t    *testing.T
	at   time.Time
	path string
	db   *store.DB
	desk *triage.Digests
	uid  uint32
}

// ledger is the store as digests read it, with nothing held back.
type ledger struct{ *store.DB }

func (ledger) HeldBack(context.Context) (int, int, error) { return 0, 0, nil }

func open(t *testing.T, at string, editors ...triage.Editor) *scene {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	s := &scene{t: t, path: filepath.Join(t.TempDir(), "guichet.db")}
	s.at, err = time.ParseInLocation("2006-01-02 15:04", at, paris)
	must(t, err)
	now := func() time.Time { return s.at }
	s.db, err = store.Open(t.Context(), s.path, now)
	must(t, err)
	t.Cleanup(func() { must(t, s.db.Close()) })
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	composer, err := notice.New(templates, notice.Publication{
		Name: "BARA", Prefix: "BARA", Language: "fr",
		Languages: []string{"fr", "en"}, Formats: []notice.Format{{ID: "baratin", Name: "Baratin"}},
	})
	must(t, err)
	composer.Random = rand.Reader
	s.desk = &triage.Digests{
		Editors: editors, Address: contact, Zone: paris, Waiting: ledger{s.db}, Slots: s.db, Clock: now,
		Style: func() triage.Style {
			return triage.Style{Queues: []desk.Queue{"baratin", desk.QueueToSort, desk.QueueParked}, Lang: "fr", Notices: composer}
		},
		Log: slog.New(slog.DiscardHandler),
	}
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// receive records one mail that waits in a queue.
func (s *scene) receive(q desk.Queue) {
	s.t.Helper()
	s.uid++
	ref, err := s.db.Reserve(s.t.Context(), "BARA", 2026)
	must(s.t, err)
	raw := fmt.Appendf(nil, "mail %d", s.uid)
	must(s.t, s.db.Record(s.t.Context(), &desk.Entry{
		Received: desk.Received{Mailbox: contact, UIDValidity: 1, UID: s.uid, Raw: raw},
		Mail:     desk.Mail{SHA256: sha256.Sum256(raw), Ending: desk.Filed},
		Case: &desk.Case{
			Reference: ref, Kind: desk.KindInquiry, Queue: q, State: desk.AwaitingEditor,
			Title: fmt.Sprintf("Titre %d", s.uid), Reason: desk.Because("inquiry"),
		},
		Queue: q,
	}))
}

// pass lets time go by and gives the digests that left meanwhile.
func (s *scene) pass(d time.Duration) []*email.Message {
	s.t.Helper()
	s.at = s.at.Add(d)
	must(s.t, s.desk.Due(s.t.Context()))
	return s.sent()
}

// sent takes what waits in the outbox.
func (s *scene) sent() (all []*email.Message) {
	s.t.Helper()
	box := store.Outbox{DB: s.db, Mailboxes: []string{contact}, PerHour: 1000}
	for {
		l, err := box.Claim(s.t.Context(), s.at.Add(100*24*time.Hour), time.Hour)
		if err != nil {
			return all
		}
		must(s.t, box.Settle(s.t.Context(), l.ID, desk.Outcome{At: s.at, Sent: true}))
		m, err := email.Parse(l.Bytes)
		must(s.t, err)
		m.Text = strings.Join(strings.Fields(m.Text), " ")
		all = append(all, m)
	}
}

func camille(hours ...triage.Hour) triage.Editor {
	return triage.Editor{Name: "Camille", Address: "redaction@example.org", Hours: hours}
}

var evening = triage.Hour{Hour: 19}

func TestOneDigestADay(t *testing.T) {
	s := open(t, "2026-03-02 12:00", camille(evening))
	s.receive("baratin")
	if sent := s.pass(0); len(sent) != 0 {
		t.Fatalf("a digest for a period before the desk was there: %s", sent[0].Text)
	}
	if sent := s.pass(6*time.Hour + 59*time.Minute); len(sent) != 0 {
		t.Fatal("a digest a minute early")
	}
	sent := s.pass(time.Minute)
	if len(sent) != 1 || sent[0].To[0].Address != "redaction@example.org" || !strings.Contains(sent[0].Text, "Titre 1") {
		t.Fatalf("at its hour: %d digests", len(sent))
	}
	for _, step := range []time.Duration{0, time.Minute, -24 * time.Hour, 24 * time.Hour, 20 * time.Hour} {
		if sent := s.pass(step); len(sent) != 0 {
			t.Errorf("a second digest after %v, at %v", step, s.at)
		}
	}
	if sent := s.pass(72 * time.Hour); len(sent) != 1 { // three days down: one digest, late
		t.Errorf("after three days: %d digests", len(sent))
	}
}

func TestSilentWhenNothingWaits(t *testing.T) {
	s := open(t, "2026-03-02 12:00", camille(evening))
	s.pass(0)
	if sent := s.pass(24 * time.Hour); len(sent) != 0 {
		t.Error("a digest of nothing")
	}
	s.receive("baratin")
	s.receive("baratin")
	sent := s.pass(24 * time.Hour)
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "2 mails reçus") {
		t.Fatalf("the day after: %v", sent)
	}
	s.receive("baratin")
	if sent = s.pass(24 * time.Hour); len(sent) != 1 || !strings.Contains(sent[0].Text, "1 mail reçu ") {
		t.Errorf("the sum does not begin at the last digest:\n%s", sent[0].Text)
	}
}

func TestEachEditorTheirQueues(t *testing.T) {
	s := open(t, "2026-03-02 12:00", camille(evening),
		triage.Editor{Name: "Noé", Address: "noe@example.org", Queues: []desk.Queue{desk.QueueToSort}, Hours: []triage.Hour{evening}},
		triage.Editor{Name: "Zoé", Address: "zoe@example.org", Hours: nil})
	s.pass(0)
	s.receive("baratin")
	if sent := s.pass(24 * time.Hour); len(sent) != 1 || sent[0].To[0].Address != "redaction@example.org" {
		t.Fatalf("%d digests", len(sent))
	}
	s.receive(desk.QueueToSort)
	sent := s.pass(24 * time.Hour)
	if len(sent) != 2 || strings.Contains(sent[1].Text, "Titre 1") || !strings.Contains(sent[1].Text, "Titre 2") {
		t.Errorf("%d digests, the second:\n%s", len(sent), sent[len(sent)-1].Text)
	}
}

func TestSeveralHoursADay(t *testing.T) {
	s := open(t, "2026-03-02 06:00", camille(triage.Hour{Hour: 8}, triage.Hour{Hour: 19, Minute: 30}))
	s.pass(0)
	s.receive("baratin")
	count := 0
	for range 48 * 2 {
		count += len(s.pass(30 * time.Minute))
	}
	if count != 4 {
		t.Errorf("%d digests in two days of two hours, want 4", count)
	}
}

// TestClocksChange crosses both changes of clocks in Paris, at an hour that one
// of them leaves out and the other has twice.
func TestClocksChange(t *testing.T) {
	for _, start := range []string{"2026-03-27 12:00", "2026-10-23 12:00"} {
		for _, hour := range []triage.Hour{{Hour: 2, Minute: 30}, evening} {
			s := open(t, start, camille(hour))
			s.pass(0)
			s.receive("baratin")
			count := 0
			for range 4 * 24 * 4 {
				count += len(s.pass(15 * time.Minute))
			}
			if count != 4 {
				t.Errorf("from %s at %d:%02d: %d digests in four days", start, hour.Hour, hour.Minute, count)
			}
		}
	}
}

func TestNowClosesNoPeriod(t *testing.T) {
	s := open(t, "2026-03-02 12:00", camille(evening))
	s.pass(0)
	if n, err := s.desk.Now(t.Context()); n != 0 || err != nil {
		t.Errorf("nothing waits: %d, %v", n, err)
	}
	s.receive("baratin")
	if n, err := s.desk.Now(t.Context()); n != 1 || err != nil {
		t.Errorf("by hand: %d, %v", n, err)
	}
	if sent := s.sent(); len(sent) != 1 {
		t.Errorf("%d digests by hand", len(sent))
	}
	if sent := s.pass(8 * time.Hour); len(sent) != 1 {
		t.Errorf("%d digests at the hour", len(sent))
	}
}
