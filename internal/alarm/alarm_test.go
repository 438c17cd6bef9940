package alarm_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/alarm"
	"github.com/bara-think-tank/guichet/internal/store"
)

// ear is a channel that remembers what it heard.
type ear struct {
	name  string
	heard []string
	deaf  bool
}

func (e *ear) Name() string { return e.name }

func (e *ear) Tell(_ context.Context, m alarm.Message) error {
	if e.deaf {
		return errors.New("nobody listens")
	}
	e.heard = append(e.heard, fmt.Sprint(m.Stage, " ", m.Name))
	return nil
}

// scene is a board over a real database, a clock that is moved by hand, and two ears.
type scene struct {
	t     *testing.T
	now   time.Time
	path  string
	db    *store.DB
	board *alarm.Board
	ears  [2]*ear
}

func newScene(t *testing.T) *scene {
	s := &scene{t: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "guichet.db")}
	s.ears = [2]*ear{{name: "command"}, {name: "mail"}}
	s.start()
	t.Cleanup(func() { s.db.Close() })
	return s
}

// start starts the program, after the end of the last run where there was one.
func (s *scene) start() {
	s.t.Helper()
	if s.db != nil {
		s.db.Close()
	}
	clock := func() time.Time { return s.now }
	var err error
	if s.db, err = store.Open(s.t.Context(), s.path, clock); err != nil {
		s.t.Fatal(err)
	}
	s.board = &alarm.Board{
		Memory: s.db, Channels: []alarm.Channel{s.ears[0], s.ears[1]}, Clock: clock, Log: slog.New(slog.DiscardHandler),
	}
	if err := s.board.Recall(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// pass lets time pass as Run does, half a minute at a time.
func (s *scene) pass(d time.Duration) {
	for end := s.now.Add(d); s.now.Before(end); {
		s.now = s.now.Add(30 * time.Second)
		s.board.Tell(s.t.Context(), time.Minute)
	}
}

func (s *scene) raise(name string) { s.board.Raise(s.t.Context(), name, "said") }
func (s *scene) clear(name string) { s.board.Clear(s.t.Context(), name) }

// heard compares what each channel heard since the last time.
func (s *scene) heard(want ...string) {
	s.t.Helper()
	for _, e := range s.ears {
		if !reflect.DeepEqual(e.heard, want) {
			s.t.Errorf("%s heard %v, want %v", e.name, e.heard, want)
		}
		e.heard = nil
	}
}

func TestToldOnceAndWhenItIsOver(t *testing.T) {
	s := newScene(t)
	s.raise("disk")
	s.pass(30 * time.Second)
	s.heard()
	s.pass(time.Hour)
	s.raise("disk")
	s.pass(22 * time.Hour)
	s.heard("began disk")
	s.pass(2 * time.Hour)
	s.heard("lasts disk")
	s.clear("disk")
	s.clear("disk")
	s.clear("parked") // never raised
	s.pass(14 * time.Minute)
	s.heard()
	s.pass(48 * time.Hour)
	s.heard("over disk")
	if kept, err := s.db.Alarms(t.Context()); err != nil || len(kept) != 0 {
		t.Errorf("%v, %v", kept, err)
	}
}

func TestWhatFlapsIsQuiet(t *testing.T) {
	s := newScene(t)
	for range 50 { // never for a whole minute
		s.raise("outbox smtp.example.org:587")
		s.pass(30 * time.Second)
		s.clear("outbox smtp.example.org:587")
		s.pass(10 * time.Minute)
	}
	s.heard()
	for range 50 { // minutes of each
		s.raise("disk")
		s.pass(5 * time.Minute)
		s.clear("disk")
		s.pass(10 * time.Minute)
	}
	s.heard("began disk")
	s.pass(time.Hour)
	s.heard("over disk")
}

func TestANewRunDoesNotTellItTwice(t *testing.T) {
	s := newScene(t)
	s.raise("disk")
	s.raise("mailbox contact@example.org")
	s.raise("gone with the configuration")
	s.pass(2 * time.Minute)
	s.heard("began disk", "began gone with the configuration", "began mailbox contact@example.org")
	s.now = s.now.Add(10 * time.Minute)

	s.start()
	s.raise("disk")
	s.pass(5 * time.Minute)
	s.heard()
	if standing := s.board.Standing(); len(standing) != 3 || s.now.Sub(standing[0].Since) < 15*time.Minute {
		t.Errorf("standing: %+v", standing)
	}
	s.clear("mailbox contact@example.org")
	s.pass(time.Minute)

	s.start() // what is over and was not told yet is told by the next run
	s.raise("disk")
	s.pass(20 * time.Minute)
	s.heard("over mailbox contact@example.org")
	s.pass(2 * time.Hour)
	s.heard("over gone with the configuration")
}

func TestAChannelThatFailsIsTriedAgain(t *testing.T) {
	s := newScene(t)
	s.ears[1].deaf = true
	s.raise("disk")
	s.pass(time.Hour)
	if len(s.ears[0].heard) != 1 || len(s.ears[1].heard) != 0 {
		t.Errorf("heard %v and %v", s.ears[0].heard, s.ears[1].heard)
	}
	s.start()
	s.ears[1].deaf = false
	s.raise("disk")
	s.pass(time.Minute)
	s.heard("began disk")
	s.ears[0].deaf = true
	s.clear("disk")
	s.pass(time.Hour)
	s.ears[0].deaf = false
	s.pass(time.Hour)
	s.heard("over disk")
}

// A memory that cannot be written does not keep the operator from being told.
func TestADatabaseThatIsGone(t *testing.T) {
	s := newScene(t)
	s.db.Close()
	s.raise("database")
	s.pass(10 * time.Minute)
	s.heard("began database")
}

func TestNobodyNeedsABoard(t *testing.T) {
	var none *alarm.Board
	none.Raise(t.Context(), "disk", "")
	none.Clear(t.Context(), "disk")
}

// TestWords reads what people are told.
func TestWords(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	s := newScene(t)
	told := &reader{}
	s.board.Channels = []alarm.Channel{told}
	s.board.Words = alarm.Words{Desk: "contact@example.org", Zone: paris}
	s.board.Raise(t.Context(), "mailbox contact@example.org", "dial tcp: connection\r\nrefused")
	s.pass(25 * time.Hour)
	s.clear("mailbox contact@example.org")
	s.pass(time.Hour)
	s.board.Raise(t.Context(), "weather", "")
	s.pass(2 * time.Minute)
	want := []string{
		"La boîte contact@example.org n’est plus lue.\n\nDepuis : 01/03/2026 à 10:00\nDétail : dial tcp: connection refused\n" +
			"À faire : regardez le réseau et le serveur IMAP, puis lancez « guichet check ». Rien n’est perdu : les mails attendent dans la boîte.\n\n" +
			"Le guichet de contact@example.org\n",
		"La boîte contact@example.org n’est plus lue.\n\nDepuis : 01/03/2026 à 10:00 (et cela dure encore)\nDétail : dial tcp: connection refused\n" +
			"À faire : regardez le réseau et le serveur IMAP, puis lancez « guichet check ». Rien n’est perdu : les mails attendent dans la boîte.\n\n" +
			"Le guichet de contact@example.org\n",
		"La boîte contact@example.org est de nouveau lue.\n\nL’alarme a duré 1 j 1 h (depuis le 01/03/2026 à 10:00).\n\nLe guichet de contact@example.org\n",
		"Alarme weather.\n\nDepuis : 02/03/2026 à 12:00\nÀ faire : regardez le journal du guichet.\n\nLe guichet de contact@example.org\n",
	}
	for i := range want {
		want[i] = strings.NewReplacer(" :", "\u00a0:", "« ", "«\u00a0", " »", "\u00a0»").Replace(want[i])
	}
	if !reflect.DeepEqual(told.texts, want) {
		t.Errorf("told\n%q\nwant\n%q", told.texts, want)
	}
}

type reader struct{ texts []string }

func (*reader) Name() string { return "mail" }

func (r *reader) Tell(_ context.Context, m alarm.Message) error {
	r.texts = append(r.texts, m.Text)
	return nil
}
