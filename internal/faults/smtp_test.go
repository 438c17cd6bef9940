package faults

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	guichetdesk "github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/outbox"
	"github.com/bara-think-tank/guichet/internal/store"
)

// post is an outbox on a real ledger, whose clock hurries through the waits.
type post struct {
	t     testing.TB
	db    *store.DB
	hours atomic.Int64 // that have passed
	n     atomic.Int64
}

func newPost(t testing.TB) *post {
	t.Helper()
	p := &post{t: t}
	var err error
	p.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "guichet.db"), p.now)
	must(t, err)
	t.Cleanup(func() { _ = p.db.Close() })
	return p
}

func (p *post) now() time.Time {
	return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Add(time.Duration(p.hours.Load()) * time.Hour)
}

// letters queues so many letters from a mailbox, and gives their Message-IDs.
func (p *post) letters(mailbox string, n int) (ids []string) {
	p.t.Helper()
	for range n {
		k := p.n.Add(1)
		id := fmt.Sprintf("<letter-%d@example.org>", k)
		to := fmt.Sprintf("student%d@example.fr", k)
		must(p.t, p.db.CloseSlot(context.Background(), to, p.now(), &guichetdesk.Notice{
			Kind: "digest", Mailbox: mailbox, Sender: mailbox, Recipient: to, MessageID: id, At: p.now(),
			Bytes: []byte("From: " + mailbox + "\r\nTo: " + to + "\r\nMessage-ID: " + id + "\r\nSubject: Essai\r\n\r\n" +
				strings.Repeat("Une ligne.\r\n.\r\n", 40)),
		}))
		ids = append(ids, id)
	}
	return ids
}

func (p *post) queue(mailbox string) store.Outbox {
	return store.Outbox{DB: p.db, Mailboxes: []string{mailbox}, PerHour: 10}
}

func (p *post) sender(mailbox, server string) *outbox.Sender {
	return &outbox.Sender{
		Server: outbox.Server{
			Address: server, Security: outbox.Plain, User: mailbox,
			Password: func() (string, error) { return password, nil },
		},
		Queue: p.queue(mailbox), Clock: p.now, Log: slog.New(slog.DiscardHandler),
	}
}

// trouble is one fault of a server: at one point of its first dialogue.
type trouble struct {
	kind  string // "4xx", "5xx", "cut" or "hang"
	point int
	act   action

	pipelining bool // the server offers it
}

// lettersADialogue makes more than twenty points: greeting, EHLO, AUTH, and five a letter.
const lettersADialogue = 4

const points = 20

func drawTrouble(kind string, point int, dice *rand.Rand) trouble {
	t := trouble{kind: kind, point: point, pipelining: dice.IntN(2) == 0}
	switch kind {
	case "4xx":
		t.act.say = []string{"421 4.3.2 going down", "450 4.2.1 busy", "451 4.3.0 trouble", "452 4.3.1 full"}[dice.IntN(4)]
		t.act.cut, t.act.part = strings.HasPrefix(t.act.say, "421"), -1
	case "5xx":
		t.act.say = []string{"500 5.5.1 what?", "550 5.1.1 no such user", "552 5.3.4 too large", "554 5.7.1 refused"}[dice.IntN(4)]
	case "cut":
		t.act.cut, t.act.part = true, dice.IntN(20)-1
	case "hang":
		t.act.hang = true
	}
	return t
}

// dialogue lets one sender meet one trouble, then a sound server, and holds the outcome
// to the promise.
func (p *post) dialogue(r *row, mailbox string, tr trouble) (repeats int) {
	s := newSink(p.t)
	var met atomic.Value
	met.Store("")
	s.mu.Lock()
	s.pipelining = tr.pipelining
	s.trouble = func(connection, point int, name string) action {
		if connection != 0 || point != tr.point {
			return action{}
		}
		met.Store(name)
		return tr.act
	}
	s.mu.Unlock()
	ids := p.letters(mailbox, lettersADialogue)
	sender := p.sender(mailbox, s.address)
	for range 12 {
		_, err := sender.Drain(context.Background())
		var unreachable *outbox.Unreachable
		if err != nil && !errors.As(err, &unreachable) {
			r.miss("%+v: %v", tr, err)
			break
		}
		if n, err := p.queue(mailbox).Queued(context.Background()); err == nil && n == 0 {
			break
		}
		p.hours.Add(5) // past the longest wait
	}
	r.ran()
	return p.judge(r, s, ids, tr, met.Load().(string))
}

func (p *post) judge(r *row, s *sink, ids []string, tr trouble, at string) (repeats int) {
	took := s.letters()
	refused := 0
	for _, id := range ids {
		n := len(took[id])
		switch {
		case n == 0 && tr.kind == "5xx" && strings.Contains("MAIL RCPT DATA data .", at) && at != "":
			refused++
		case n == 0:
			r.miss("%s at %s (%d): LOST: %s never arrived", tr.kind, at, tr.point, id)
		case n > 1 && at == "." && (tr.kind == "cut" || tr.kind == "hang"):
			repeats += n - 1
		case n > 1:
			r.miss("%s at %s (%d, %+v): %s arrived %d times", tr.kind, at, tr.point, tr.act, id, n)
		}
		for _, again := range took[id] {
			if again.sum != took[id][0].sum {
				r.miss("%s at %s: a repeat has other bytes", tr.kind, at)
			}
		}
	}
	if refused > 1 || repeats > 1 {
		r.miss("%s at %s (%d): %d letters refused, %d repeated", tr.kind, at, tr.point, refused, repeats)
	}
	return repeats
}

// TestSMTP meets each trouble at each of twenty points of the dialogue.
func TestSMTP(t *testing.T) {
	times := size(2, 20)
	for _, kind := range []string{"4xx", "5xx", "cut"} {
		r := begin(t, "SMTP: "+kind, points*times, "0 lost; repeats only for the cut after the final dot")
		dice, p, repeats := rand.New(rand.NewPCG(3, uint64(len(kind)))), newPost(t), 0
		for point := range points {
			for range times {
				repeats += p.dialogue(r, "contact@example.org", drawTrouble(kind, point, dice))
			}
		}
		r.say("%d points, %d repeats", points, repeats)
	}
}

// TestSMTPHangs waits as long as the desk does (RFC 5321 section 4.5.3.2: ten minutes for
// the end of the data), for all of them at once, beside the other tests.
func TestSMTPHangs(t *testing.T) {
	if !full {
		t.Skip("the desk's patience is ten minutes; internal/outbox tries a shorter one")
	}
	t.Parallel()
	const times = 20
	r := begin(t, "SMTP: hang", points*times, "0 lost; repeats only where it hangs after the final dot")
	dice, p := rand.New(rand.NewPCG(3, 3)), newPost(t)
	var repeats atomic.Int64
	var all sync.WaitGroup
	for point := range points {
		for i := range times {
			tr := drawTrouble("hang", point, dice)
			all.Go(func() {
				repeats.Add(int64(p.dialogue(r, fmt.Sprintf("contact%d-%d@example.org", point, i), tr)))
			})
		}
	}
	all.Wait()
	r.say("%d points, %d repeats", points, repeats.Load())
}
