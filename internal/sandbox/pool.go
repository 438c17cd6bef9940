package sandbox

import (
	"slices"
	"sync"
)

// pool keeps the children that wait, and counts those that read. It starts and
// ends none itself. The zero pool is empty.
type pool struct {
	mu   sync.Mutex
	left *sync.Cond // told when a child has left off reading
	idle []*process // the one that read last stands last
	busy int
}

func (l *pool) lock() {
	l.mu.Lock()
	if l.left == nil {
		l.left = sync.NewCond(&l.mu)
	}
}

// take waits for a place among so many, and takes it. It gives the child that
// waits in it; nil where the caller has to start one, and then the child, if any,
// that has to end to make room.
func (l *pool) take(most int, pdf bool) (p, spare *process) {
	l.lock()
	defer l.mu.Unlock()
	for l.busy >= most {
		l.left.Wait()
	}
	l.busy++
	if p = l.pick(pdf); p == nil && len(l.idle)+l.busy > most {
		spare, l.idle = l.idle[0], l.idle[1:]
	}
	return p, spare
}

// pick takes a child of the kind that is asked for; a text may be read by one that
// reads PDF too.
func (l *pool) pick(pdf bool) *process {
	for _, kind := range []bool{pdf, true} {
		for i := len(l.idle) - 1; i >= 0; i-- {
			if p := l.idle[i]; p.pdf == kind {
				l.idle = slices.Delete(l.idle, i, i+1)
				return p
			}
		}
	}
	return nil
}

// free gives a place back, with the child that goes on waiting in it; nil where it
// ended.
func (l *pool) free(p *process) {
	l.lock()
	defer l.mu.Unlock()
	l.busy--
	if p != nil {
		l.idle = append(l.idle, p)
	}
	l.left.Broadcast()
}

// empty waits until no child reads, and takes all.
func (l *pool) empty() []*process {
	l.lock()
	defer l.mu.Unlock()
	for l.busy > 0 {
		l.left.Wait()
	}
	all := l.idle
	l.idle = nil
	return all
}
