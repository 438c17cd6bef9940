package outbox

import (
	"context"
	"testing"
	"time"
)

// start runs the sender; the function that it returns ends it and waits.
func start(t *testing.T, s *Sender) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(30 * time.Second):
			t.Fatal("Run did not end with its context")
			return nil
		}
	}
}

func TestRunSendsWhenWoken(t *testing.T) {
	server := startRelay(t, relayOptions{security: Plain})
	queue, wake := newShelf(letter("a@example.org")), make(chan struct{}, 1)
	sender := newSender(server.Address, queue)
	sender.Wake, sender.Poll = wake, time.Hour
	stop := start(t, sender)
	eventually(t, "the first letter sent", func() bool { return len(server.all()) == 1 })
	queue.add(letter("b@example.org"))
	wake <- struct{}{}
	eventually(t, "the second letter sent", func() bool { return len(server.all()) == 2 })
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestRunPolls(t *testing.T) {
	server := startRelay(t, relayOptions{security: Plain})
	queue := newShelf()
	sender := newSender(server.Address, queue)
	sender.Poll = 10 * time.Millisecond
	stop := start(t, sender)
	queue.add(letter("a@example.org"))
	eventually(t, "the letter sent", func() bool { return len(server.all()) == 1 })
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// Being woken is no reason to ask a server again that has just failed.
func TestRunLeavesAFailedServerAlone(t *testing.T) {
	server := startSurly(t, map[string]reply{"MAIL": always("421 4.3.2 later" + cut)})
	queue, wake := newShelf(letter("a@example.org")), make(chan struct{}, 1)
	sender := newSender(server.Address, queue)
	sender.Wake, sender.Poll = wake, time.Millisecond
	stop := start(t, sender)
	eventually(t, "the server asked", func() bool { return queue.tried() == 1 })
	wake <- struct{}{}
	time.Sleep(100 * time.Millisecond)
	if n := queue.tried(); n != 1 {
		t.Errorf("the server was asked %d times", n)
	}
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestRunFinishesTheLetterInHand(t *testing.T) {
	inHand, release := make(chan struct{}), make(chan struct{})
	server := startSurly(t, map[string]reply{"RCPT": func(n int) string {
		if n == 1 {
			close(inHand)
			<-release
		}
		return ""
	}})
	queue := newShelf(letter("a@example.org"), letter("b@example.org"))
	sender := newSender(server.Address, queue)
	sender.limits.command, sender.limits.grace = 5*time.Second, 5*time.Second
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sender.Run(ctx) }()
	<-inHand
	cancel()
	close(release)
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if o := queue.last(t, 1); !o.Sent {
		t.Errorf("the letter in hand: %+v, want it sent", o)
	}
	if n := queue.tried(); n != 1 {
		t.Errorf("%d letters were tried, want the one in hand", n)
	}
}

func TestRunDoesNotWaitForASilentServer(t *testing.T) {
	for _, stage := range []string{"greeting", "MAIL", "."} {
		t.Run(stage, func(t *testing.T) {
			inHand := make(chan struct{})
			server := startSurly(t, map[string]reply{stage: func(int) string {
				close(inHand)
				return hang
			}})
			queue := newShelf(letter("a@example.org"))
			sender := newSender(server.Address, queue)
			sender.limits.connect, sender.limits.command, sender.limits.data = time.Hour, time.Hour, time.Hour
			stop := start(t, sender)
			<-inHand
			if err := stop(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if o := queue.last(t, 1); o.Sent || o.Permanent || o.Untried != (stage != ".") {
				t.Errorf("outcome %+v", o)
			}
		})
	}
}
