package mailbox

import "github.com/bara-think-tank/guichet/internal/desk"

const (
	// bytesInHand is what the mails that are fetched and not recorded may weigh
	// together; one that is larger is alone.
	bytesInHand = 16 << 20
	// batchesInHand is how many batches that is at most: one that is recorded, one
	// that is understood, one that arrives.
	batchesInHand = 3
	// MostInHand is how many mails may be fetched and not recorded.
	MostInHand = batchesInHand * mailsAtOnce
)

// line is the batches in hand, oldest first. Each is recorded once the one before it
// is, beside whoever fetches the next; one that cannot be ends those behind it.
type line struct {
	batches []*batch
	bytes   int64
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
	weight := l.bytes
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
	l.batches, l.bytes = append(l.batches, b), l.bytes+b.bytes
}

// oldest waits for the first batch and takes it out of the line.
func (l *line) oldest() (uids []uint32, err error) {
	b := l.batches[0]
	<-b.done
	l.batches, l.bytes = l.batches[1:], l.bytes-b.bytes
	return b.uids, b.err
}

// wait lets everything in hand come to its end.
func (l *line) wait() {
	for _, b := range l.batches {
		<-b.done
	}
}
