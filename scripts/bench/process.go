package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// run is what one drain took.
type run struct {
	Wall  time.Duration `json:"wall"`
	Work  time.Duration `json:"cpu"`        // of processors, children included
	Peak  int64         `json:"peak"`       // resident bytes of the process
	Child int64         `json:"peak_child"` // and of the largest of its children

	said string // the end of what it printed
}

// measure runs a command to its end, or to that of its patience or of the whole bench.
func (b *bench) measure(command *exec.Cmd, patience time.Duration) (run, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var said bytes.Buffer
	command.Stderr = &said
	if command.Stdout == nil {
		command.Stdout = &said
	}
	start := time.Now()
	if err := command.Start(); err != nil {
		return run{}, err
	}
	watched := watch(command.Process.Pid)
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() }) // it may just have ended
	err := errors.Join(command.Wait(), ctx.Err())
	stop()
	r := run{Wall: time.Since(start)}
	r.Peak, r.Child = watched()
	r.Work = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	r.said = last(said.String(), 2000)
	if err != nil {
		return r, fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, r.said)
	}
	return r, nil
}

// How long a program may take: one that waits for itself does not end.
const (
	patience = 30 * time.Minute
	brief    = 3 * time.Minute // for those that no bound speaks of
)

// last is the end of a text.
func last(text string, n int) string { return text[max(0, len(text)-n):] }

// lookEvery is how often memory is looked at. The kernel keeps the peak: only what
// a process takes just before its end is missed.
const lookEvery = 20 * time.Millisecond

// watch follows a process and its children until the function that it gives is
// called, which says how much memory each held at most.
func watch(pid int) (stop func() (daemon, child int64)) {
	done, ended := make(chan struct{}), make(chan struct{})
	var daemon, child int64
	look := func() {
		daemon = max(daemon, peak(pid))
		for _, c := range children(pid) {
			child = max(child, peak(c))
		}
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			look()
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() (int64, int64) {
		close(done)
		<-ended
		return daemon, child
	}
}

func children(pid int) (pids []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list) // a thread that ended has none
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// peak is the most resident memory that a process had so far; 0 where it is gone.
func peak(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}
