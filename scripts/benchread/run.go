package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// run is what one tool took for all files.
type run struct {
	took time.Duration
	work time.Duration // of processors
	peak int64         // resident bytes
}

// together gives all files to one process of guichet, which has to read them all.
func together(program string, files []string) (run, error) {
	command := exec.Command(program, append([]string{"read", "--json"}, files...)...)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	start := time.Now()
	if err := command.Start(); err != nil {
		return run{}, err
	}
	peak := make(chan int64)
	stop := make(chan struct{})
	go func() { peak <- watch(command.Process.Pid, stop) }()
	err := command.Wait()
	took := time.Since(start)
	close(stop)
	most := <-peak
	if err != nil {
		return run{}, fmt.Errorf("guichet read: %w: %s", err, said.String())
	}
	if lines := bytes.Count(out.Bytes(), []byte("\n")); lines != len(files) {
		return run{}, fmt.Errorf("guichet read %d of %d files", lines, len(files))
	}
	return run{took, work(command), most}, nil
}

// oneByOne gives each file to a process of its own.
func oneByOne(m match, files []string) (r run, err error) {
	start := time.Now()
	for _, file := range files {
		args := append(append(append([]string{}, m.tool[1:]...), file), m.after...)
		command := exec.Command(m.tool[0], args...)
		out, err := command.Output()
		if err != nil || len(bytes.TrimSpace(out)) == 0 {
			return r, fmt.Errorf("%s %s: %w, %d bytes", m.tool[0], filepath.Base(file), err, len(out))
		}
		r.work += work(command)
		if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
			r.peak = max(r.peak, usage.Maxrss<<10)
		}
	}
	r.took = time.Since(start)
	return r, nil
}

// work is the processor time of a process that has ended, and of the children that
// it waited for.
func work(c *exec.Cmd) time.Duration { return c.ProcessState.UserTime() + c.ProcessState.SystemTime() }

// lookEvery is how often memory is looked at: short beside what a child lives.
const lookEvery = 10 * time.Millisecond

// watch is the most memory that a process and its children held at once.
func watch(pid int, stop <-chan struct{}) (most int64) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-stop:
			return most
		case <-look.C:
			sum := resident(pid)
			for _, child := range children(pid) {
				sum += resident(child)
			}
			most = max(most, sum)
		}
	}
}

func children(pid int) (pids []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list) //nolint:errcheck // a thread that ended
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// resident is the resident memory of a process; what processes share counts in
// each of them.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
