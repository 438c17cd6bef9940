package monitor

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Loops knows whether what should go on goes on. Clock must be set.
type Loops struct {
	Clock func() time.Time

	mu    sync.Mutex
	loops map[string]*loop
}

// loop is one of them.
type loop struct {
	silence time.Duration // how long it may say nothing
	last    time.Time
}

// Begin takes up a loop that gives a sign of life at least every silence, by the
// function that it gives. The sign may be given by several goroutines.
func (l *Loops) Begin(name string, silence time.Duration) (beat func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loops == nil {
		l.loops = map[string]*loop{}
	}
	one := &loop{silence, l.Clock()}
	l.loops[name] = one
	return func() {
		now := l.Clock()
		l.mu.Lock()
		defer l.mu.Unlock()
		one.last = now
	}
}

// Silent names the loops that are stuck, and since when.
func (l *Loops) Silent() (stuck []string) {
	now := l.Clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, one := range l.loops {
		if now.Sub(one.last) > one.silence {
			stuck = append(stuck, fmt.Sprintf("%s: no sign of life since %s", name, one.last.UTC().Format(time.RFC3339)))
		}
	}
	slices.Sort(stuck)
	return stuck
}
