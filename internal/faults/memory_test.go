package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// memory is the most that a program and each of its children ever held, in megabytes.
type memory struct {
	mu             sync.Mutex
	program, child int
	stop           chan struct{}
	stopped        sync.WaitGroup
}

// remember watches a process until the function that it gives is called.
func (p *daemon) remember() (m *memory, stop func()) {
	m = &memory{stop: make(chan struct{})}
	m.stopped.Go(func() {
		for {
			m.look(p.cmd.Process.Pid)
			select {
			case <-m.stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	var once sync.Once
	return m, func() {
		once.Do(func() { close(m.stop) })
		m.stopped.Wait()
	}
}

func (m *memory) look(pid int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.program = max(m.program, peakOf(pid))
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list) // a thread that is gone has none
		for _, child := range strings.Fields(string(text)) {
			var id int
			_, _ = fmt.Sscan(child, &id)
			m.child = max(m.child, peakOf(id))
		}
	}
}

// peakOf is the most memory that a process ever held (VmHWM), in megabytes.
func peakOf(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, found := strings.Cut(string(text), "VmHWM:")
	if !found {
		return 0
	}
	kilobytes := 0
	_, _ = fmt.Sscan(after, &kilobytes)
	return kilobytes >> 10
}
