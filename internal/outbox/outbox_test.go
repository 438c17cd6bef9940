package outbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// shelf is a Queue in memory that keeps the contract of leases.
type shelf struct {
	mu        sync.Mutex
	letters   []*shelved
	exchanges int
	syncs     int
	capped    int
	failNext  error // what the next call answers
}

type shelved struct {
	desk.Letter
	due      time.Time
	leased   time.Time // until when
	done     bool
	doubt    bool
	repeats  int
	outcomes []desk.Outcome
}

func newShelf(letters ...desk.Letter) *shelf {
	s := &shelf{}
	for i, l := range letters {
		l.ID = int64(i + 1)
		s.letters = append(s.letters, &shelved{Letter: l, due: noon})
	}
	return s
}

func (s *shelf) fault() error {
	err := s.failNext
	s.failNext = nil
	return err
}

func (s *shelf) Exchange(ctx context.Context, settled []desk.Settled, claim desk.Claim) (letters []desk.Letter, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(ctx.Err(), s.fault()); err != nil {
		return nil, err
	}
	s.exchanges++
	for _, o := range settled {
		l := s.letters[o.ID-1]
		l.outcomes = append(l.outcomes, o.Outcome)
		l.leased, l.done, l.doubt = time.Time{}, o.Sent || o.Permanent, o.Unknown
		if !o.Untried {
			l.due = o.Next
		}
		if !o.Sent && !o.Untried {
			l.Attempts++
		}
	}
	size := 0
	for _, l := range s.letters {
		if l.done || l.due.After(claim.At) || l.leased.After(claim.At) || len(letters) >= claim.Most || size > claim.Bytes {
			continue
		}
		if l.doubt || !l.leased.IsZero() {
			l.repeats++
		}
		l.leased, l.doubt = claim.At.Add(claim.Lease), false
		size += len(l.Bytes)
		letters = append(letters, l.Letter)
	}
	return letters, nil
}

func (s *shelf) Sync() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.syncs++
	return s.fault()
}

func (s *shelf) Capped(context.Context, time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.capped, nil
}

func (s *shelf) add(l desk.Letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.ID = int64(len(s.letters) + 1)
	s.letters = append(s.letters, &shelved{Letter: l, due: noon})
}

// tried counts the tries, letters given back untouched left out.
func (s *shelf) tried() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.letters {
		for _, o := range l.outcomes {
			if o.Reply != "" {
				n++
			}
		}
	}
	return n
}

// last is the letter's latest outcome; a letter without one fails the test.
func (s *shelf) last(t *testing.T, id int64) desk.Outcome {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.letters[id-1].outcomes
	if len(o) == 0 {
		t.Fatalf("letter %d has no outcome", id)
	}
	return o[len(o)-1]
}

func letter(to string) desk.Letter {
	return desk.Letter{
		MessageID: "<1@example.org>",
		Recipient: to,
		Bytes:     []byte("Message-ID: <1@example.org>\r\nSubject: Re\r\n\r\nBonjour.\r\n"),
	}
}

// hasty are limits that a test can wait for, and that a busy machine keeps.
var hasty = limits{
	connect: 2 * time.Second,
	command: time.Second,
	data:    time.Second,
	grace:   200 * time.Millisecond,
	quit:    200 * time.Millisecond,
	linger:  20 * time.Millisecond,
	idle:    300 * time.Millisecond,
}

func newSender(address string, q Queue) *Sender {
	return &Sender{
		Server: Server{Address: address, Security: Plain},
		Queue:  q,
		Clock:  func() time.Time { return noon },
		Log:    slog.New(slog.DiscardHandler),
		Rand:   func() float64 { return 0 },
		limits: hasty,
	}
}

func drain(t *testing.T, s *Sender) int {
	t.Helper()
	sent, err := s.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestLettersShareOneConnection(t *testing.T) {
	server := startRelay(t, relayOptions{security: Plain})
	first := letter("a@example.org")
	second := letter("b@example.org")
	second.Sender = "contact@example.org"
	queue := newShelf(first, second)
	if sent := drain(t, newSender(server.Address, queue)); sent != 2 {
		t.Fatalf("sent %d letters, want 2", sent)
	}
	got := server.all()
	if len(got) != 2 || got[0].from != "" || got[0].to != "a@example.org" ||
		got[1].from != "contact@example.org" || got[1].to != "b@example.org" {
		t.Errorf("the server took %+v", got)
	}
	if n := server.count(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
	for id := int64(1); id <= 2; id++ {
		if o := queue.last(t, id); !o.Sent || o.Reply == "" || !o.At.Equal(noon) {
			t.Errorf("letter %d: %+v", id, o)
		}
	}
}

func TestConnectionIsClosedWhenIdle(t *testing.T) {
	server := startSurly(t, nil)
	drain(t, newSender(server.Address, newShelf(letter("a@example.org"))))
	want := []string{"EHLO [127.0.0.1]", "MAIL FROM:<>", "RCPT TO:<a@example.org>", "DATA", "QUIT"}
	if got := server.commands(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the server heard %q, want %q", got, want)
	}
}

func TestNothingDueMeansNoConnection(t *testing.T) {
	server := startSurly(t, nil)
	if sent := drain(t, newSender(server.Address, newShelf())); sent != 0 {
		t.Errorf("sent %d letters", sent)
	}
	if got := server.commands(); len(got) != 0 {
		t.Errorf("the server heard %q", got)
	}
}

func TestBytesArriveAsTheyWere(t *testing.T) {
	long := strings.Repeat("é", 4000)
	tests := map[string]struct{ bytes, wire string }{
		"dots":           {"A: b\r\n\r\n.\r\n..\r\n.x\r\na.\r\n", "A: b\r\n\r\n..\r\n...\r\n..x\r\na.\r\n"},
		"long line":      {"A: b\r\n\r\n" + long + "\r\n", "A: b\r\n\r\n" + long + "\r\n"},
		"empty lines":    {"A: b\r\n\r\n\r\n\r\n", "A: b\r\n\r\n\r\n\r\n"},
		"trailing space": {"A: b\r\n\r\nx \t \r\n", "A: b\r\n\r\nx \t \r\n"},
		"no last CRLF":   {"A: b\r\n\r\nx", "A: b\r\n\r\nx\r\n"},
		"bare LF":        {"A: b\n\n.x\n", "A: b\r\n\r\n..x\r\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := letter("a@example.org")
			l.Bytes = []byte(test.bytes)
			raw := startSurly(t, nil)
			honest := startRelay(t, relayOptions{security: Plain})
			for _, address := range []string{raw.Address, honest.Address} {
				if sent := drain(t, newSender(address, newShelf(l))); sent != 1 {
					t.Fatalf("sent %d letters", sent)
				}
			}
			if got := raw.wire(); len(got) != 1 || string(got[0]) != test.wire {
				t.Errorf("on the wire: %q, want %q", got, test.wire)
			}
			want := strings.ReplaceAll(strings.ReplaceAll(test.bytes, "\r\n", "\n"), "\n", "\r\n")
			if !strings.HasSuffix(want, "\r\n") {
				want += "\r\n"
			}
			if got := honest.all(); len(got) != 1 || !bytes.Equal(got[0].data, []byte(want)) {
				t.Errorf("the server read %q, want %q", got, want)
			}
		})
	}
}

func TestEncryptionAndLogin(t *testing.T) {
	for _, security := range []Security{Plain, StartTLS, ImplicitTLS} {
		for _, mechanism := range []string{"PLAIN", "LOGIN"} {
			t.Run(string(security)+" "+mechanism, func(t *testing.T) {
				server := startRelay(t, relayOptions{
					security: security, user: "contact", password: "clé", mechanisms: []string{mechanism},
				})
				sender := newSender(server.Address, newShelf(letter("a@example.org")))
				sender.Server.Security = security
				sender.Server.TLS = &tls.Config{RootCAs: server.Roots}
				sender.Server.User = "contact"
				sender.Server.Password = func() (string, error) { return "clé", nil }
				if sent := drain(t, sender); sent != 1 {
					t.Errorf("sent %d letters, want 1", sent)
				}
				if len(server.logins) != 1 || server.logins[0] != mechanism {
					t.Errorf("logins %q, want one by %s", server.logins, mechanism)
				}
			})
		}
	}
}

func TestQueueThatFailsEndsTheRound(t *testing.T) {
	server := startRelay(t, relayOptions{security: Plain})
	broken := errors.New("disk full")
	queue := newShelf(letter("a@example.org"))
	queue.failNext = broken
	sender := newSender(server.Address, queue)
	if _, err := sender.Drain(t.Context()); !errors.Is(err, broken) {
		t.Errorf("Drain: %v, want the queue's error", err)
	}
	queue.failNext = broken
	if err := sender.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("Run: %v, want the queue's error", err)
	}
}

func TestLetterOfACrashedSenderLeavesWhenItsLeaseEnds(t *testing.T) {
	server := startRelay(t, relayOptions{security: Plain})
	queue := newShelf(letter("a@example.org"))
	if _, err := queue.Exchange(t.Context(), nil, desk.Claim{At: noon, Lease: lease, Most: 1, Bytes: 1}); err != nil {
		t.Fatal(err)
	}
	sender := newSender(server.Address, queue)
	if sent := drain(t, sender); sent != 0 {
		t.Errorf("sent %d letters that another had claimed", sent)
	}
	sender.Clock = func() time.Time { return noon.Add(lease) }
	if sent := drain(t, sender); sent != 1 {
		t.Errorf("sent %d letters after the lease, want 1", sent)
	}
	if n := queue.letters[0].repeats; n != 1 {
		t.Errorf("%d repeats are on record, want 1", n)
	}
}

func TestLeaseOutlastsTheLongestTry(t *testing.T) {
	l := limits{}.orRFC()
	// A kept connection may fail at MAIL before the letter is tried on a new one.
	// Where its return path is refused it is tried twice.
	longest := groupAge + l.command + l.quit + l.connect + 2*(3*l.command+l.data) + l.command + settling
	if longest >= lease {
		t.Errorf("a try can take %v, the lease is %v", longest, lease)
	}
}
