package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func many(n int) (letters []desk.Letter) {
	for i := range n {
		letters = append(letters, letter(fmt.Sprintf("a%d@example.org", i)))
	}
	return letters
}

// A flood costs the ledger a group of letters at a time, a lone letter one claim and
// one outcome.
func TestOutcomesAreRecordedInGroups(t *testing.T) {
	server := startSurly(t, map[string]reply{"EHLO": always(pipelining)})
	queue := newShelf(many(300)...)
	sender := newSender(server.Address, queue)
	sender.limits.linger = time.Hour
	if sent := drain(t, sender); sent != 300 {
		t.Fatalf("sent %d letters", sent)
	}
	if queue.exchanges != 4 || queue.syncs != 1 { // each settles a group and claims the next
		t.Errorf("%d exchanges and %d syncs beside for 300 letters, want 4 and 1", queue.exchanges, queue.syncs)
	}
	lone := newShelf(letter("a@example.org"))
	drain(t, newSender(server.Address, lone))
	if lone.exchanges != 2 || lone.syncs != 1 {
		t.Errorf("%d exchanges and %d syncs beside for one letter, want 2 and 1", lone.exchanges, lone.syncs)
	}
	idle := newShelf()
	if drain(t, newSender(server.Address, idle)); idle.syncs != 0 {
		t.Errorf("%d syncs for nothing", idle.syncs)
	}
}

// A slow server is no reason to keep what it took from the record.
func TestNoOutcomeLingers(t *testing.T) {
	queue := newShelf(many(3)...)
	var inHand []int
	server := startSurly(t, map[string]reply{
		".": func(int) string {
			time.Sleep(2 * hasty.linger)
			return ""
		},
		"MAIL": func(n int) string {
			queue.mu.Lock()
			defer queue.mu.Unlock()
			settled := 0
			for _, l := range queue.letters {
				settled += len(l.outcomes)
			}
			inHand = append(inHand, n-1-settled)
			return ""
		},
	})
	drain(t, newSender(server.Address, queue))
	for i, n := range inHand {
		if n != 0 {
			t.Errorf("as letter %d began, %d outcomes were not recorded", i, n)
		}
	}
}

// What could not be recorded is kept, and recorded first when the sender goes on: a
// disk that was full for a while costs no repeat.
func TestOutcomesOutlastAQueueThatFails(t *testing.T) {
	queue := newShelf(many(3)...)
	full := errors.New("disk full")
	server := startSurly(t, map[string]reply{".": func(n int) string {
		if n == 3 {
			queue.mu.Lock()
			queue.failNext = full
			queue.mu.Unlock()
		}
		return ""
	}})
	sender := newSender(server.Address, queue)
	if _, err := sender.Drain(t.Context()); !errors.Is(err, full) {
		t.Fatalf("Drain: %v, want the queue's error", err)
	}
	drain(t, sender)
	for _, l := range queue.letters {
		if !l.done || l.repeats > 0 {
			t.Errorf("letter %d: done %t, repeats %d", l.ID, l.done, l.repeats)
		}
	}
	if n := len(server.wire()); n != 3 {
		t.Errorf("%d letters left, want 3", n)
	}
}

// Letters that come one after the other share a connection, which is given up once
// none comes.
func TestRunKeepsItsConnection(t *testing.T) {
	server := startSurly(t, nil)
	queue, wake := newShelf(letter("a@example.org")), make(chan struct{}, 1)
	sender := newSender(server.Address, queue)
	sender.Wake, sender.Poll, sender.limits.idle = wake, time.Hour, 2*time.Second
	stop := start(t, sender)
	for n := 2; n <= 4; n++ {
		eventually(t, "the last letter taken", func() bool { return len(server.wire()) == n-1 })
		eventually(t, "its outcome on the disk", func() bool {
			queue.mu.Lock()
			defer queue.mu.Unlock()
			return queue.syncs == n-1
		})
		queue.add(letter("b@example.org"))
		wake <- struct{}{}
	}
	eventually(t, "a goodbye", func() bool { return strings.Contains(strings.Join(server.commands(), "\n"), "QUIT") })
	if n := len(server.said("EHLO")); n != 1 || len(server.wire()) != 4 {
		t.Errorf("%d letters over %d connections, want 4 over 1", len(server.wire()), n)
	}
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// A run that ends sends while its mails still come, over one connection, and what is
// left at its end.
func TestDrainUntil(t *testing.T) {
	server := startSurly(t, nil)
	queue, wake, last := newShelf(), make(chan struct{}, 1), make(chan struct{})
	sender := newSender(server.Address, queue)
	sender.Wake = wake
	sent := make(chan int)
	go func() {
		n, err := sender.DrainUntil(t.Context(), last)
		if err != nil {
			t.Error(err)
		}
		sent <- n
	}()
	for n := 1; n <= 3; n++ {
		queue.add(letter("a@example.org"))
		wake <- struct{}{}
		eventually(t, "the letter taken", func() bool { return len(server.wire()) == n })
	}
	queue.add(letter("b@example.org")) // nobody is woken
	close(last)
	if n := <-sent; n != 4 || len(server.said("EHLO")) != 1 || len(server.said("QUIT")) != 1 {
		t.Errorf("sent %d letters; the server heard %q", n, server.commands())
	}
}

// bells is what the operator was told, in order.
type bells struct {
	mu   sync.Mutex
	rung []string
}

func (b *bells) Raise(_ context.Context, name, text string) { b.ring("raise " + name + ": " + text) }
func (b *bells) Clear(_ context.Context, name string)       { b.ring("clear " + name) }

func (b *bells) ring(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, what)
}

func (b *bells) heard(prefix string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.rung {
		if strings.HasPrefix(one, prefix) {
			return true
		}
	}
	return false
}

func TestAlarms(t *testing.T) {
	t.Run("the cap", func(t *testing.T) {
		queue, rung := newShelf(), &bells{}
		queue.capped = 7
		sender := newSender(nobody(t), queue)
		sender.Alarms = rung
		drain(t, sender)
		if name := "raise cap " + sender.Server.Address + ": 7 answers wait"; !rung.heard(name) {
			t.Errorf("rung %q, want %q", rung.rung, name)
		}
		queue.capped = 0
		if drain(t, sender); !rung.heard("clear cap " + sender.Server.Address) {
			t.Errorf("rung %q", rung.rung)
		}
	})
	for name, server := range map[string]*surly{
		"no login":           startSurly(t, nil),
		"no server, a while": startSurly(t, map[string]reply{"greeting": always("421 4.3.2 later" + cut)}),
	} {
		t.Run(name, func(t *testing.T) {
			queue, rung := newShelf(letter("a@example.org")), &bells{}
			sender := newSender(server.Address, queue)
			sender.Alarms = rung
			var mu sync.Mutex
			now := noon
			sender.Clock = func() time.Time { mu.Lock(); defer mu.Unlock(); now = now.Add(stuck); return now }
			if name == "no login" {
				sender.Server.User = "contact"
				sender.Clock = func() time.Time { return noon }
			}
			stop := start(t, sender)
			eventually(t, "an alarm", func() bool { return rung.heard("raise outbox " + server.Address) })
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}
