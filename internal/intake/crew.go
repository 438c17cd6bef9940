package intake

import (
	"runtime"
	"sync"
)

// Crew does pure work side by side, in the order in which it came, on every
// processor. Its zero value is ready; it has no goroutine while it has no work.
type Crew struct {
	mu      sync.Mutex
	waiting []func()
	working int
}

// Do has a job done soon, and returns at once. The job must not panic.
func (c *Crew) Do(job func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, job)
	if c.working < runtime.GOMAXPROCS(0) {
		c.working++
		go c.work()
	}
}

func (c *Crew) work() {
	for job := c.next(); job != nil; job = c.next() {
		job()
	}
}

// next is the job that came first; nil ends the worker that asks.
func (c *Crew) next() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		c.working--
		c.waiting = nil
		return nil
	}
	job := c.waiting[0]
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
	return job
}
