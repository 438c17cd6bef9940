package mailbox

import (
	"sync/atomic"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	// bytesInHand is what the mails that are fetched and not recorded may weigh
	// together, those of all watchers; one that is larger is alone among its watcher's.
	bytesInHand = 16 << 20
	// batchesInHand is how many batches that is at most: one that is recorded, one
	// that is understood, one that arrives.
	batchesInHand = 3
	// MostInHand is how many mails may be fetched and not recorded.
	MostInHand = batchesInHand * mailsAtOnce
)

// Hand is what watchers have in hand together: they share the room for it, so that many
// mailboxes hold hardly more than one. A watcher with nothing in hand always takes a
// batch, so that none waits for another. Its zero value is ready.
type Hand struct{ bytes atomic.Int64 }

// line is the batches in hand, oldest first. Each is recorded once the one before it
// is, beside whoever fetches the next; one that cannot be ends those behind it.
type line struct {
	batches []*batch
	hand    *Hand
	begin   func([]desk.Received) (record func() error)
}

// batch is some mails in hand.
type batch struct {
	uids  []uint32
	bytes int64
	done  chan struct{} // closed once err stands
	err   error
}

// takes says whether there is room for some more mails.
func (l *line) takes(heads []head, limit int64) bool {
	weight := l.hand.bytes.Load()
	for _, h := range heads {
		weight += h.fetched(limit)
	}
	return len(l.batches) == 0 || len(l.batches) < batchesInHand && weight <= bytesInHand
}

// add puts mails into the line, which record takes.
func (l *line) add(mails []desk.Received, record func() error) {
	b := &batch{done: make(chan struct{})}
	for _, m := range mails {
		b.uids, b.bytes = append(b.uids, m.UID), b.bytes+int64(len(m.Raw))
	}
	var before *batch
	if n := len(l.batches); n > 0 {
		before = l.batches[n-1]
	}
	go func() {
		defer close(b.done)
		if before != nil {
			if <-before.done; before.err != nil {
				b.err = before.err
				return
			}
		}
		b.err = record()
	}()
	l.hand.bytes.Add(b.bytes)
	l.batches = append(l.batches, b)
}

// oldest waits for the first batch and takes it out of the line.
func (l *line) oldest() (uids []uint32, err error) {
	b := l.batches[0]
	<-b.done
	l.hand.bytes.Add(-b.bytes)
	l.batches = l.batches[1:]
	return b.uids, b.err
}

// wait lets everything in hand come to its end.
func (l *line) wait() {
	for len(l.batches) > 0 {
		_, _ = l.oldest() // who waits knows of an error already, or asks for none
	}
}
