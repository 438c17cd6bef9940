package mailbox

import (
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// TestHandIsShared: what one watcher has in hand leaves less room for another, which
// takes one batch all the same.
func TestHandIsShared(t *testing.T) {
	var hand Hand
	one, other := line{hand: &hand}, line{hand: &hand}
	put := func(l *line, bytes int) {
		l.add([]desk.Received{{UID: 1, Raw: make([]byte, bytes)}}, func() error { return nil })
	}
	small := []head{{bytes: 1 << 10}}
	put(&one, bytesInHand)
	if !other.takes(small, DefaultLimit) {
		t.Error("a watcher with nothing in hand waits for another")
	}
	put(&other, 1)
	if other.takes(small, DefaultLimit) || one.takes(small, DefaultLimit) {
		t.Error("more is taken than there is room for")
	}
	if uids, err := one.oldest(); err != nil || len(uids) != 1 {
		t.Errorf("%v, %v", uids, err)
	}
	if !other.takes(small, DefaultLimit) {
		t.Error("what was recorded still takes room")
	}
	put(&one, bytesInHand)
	one.wait()
	other.wait()
	if n := hand.bytes.Load(); n != 0 {
		t.Errorf("%d bytes are in hand with nothing in hand", n)
	}
}
