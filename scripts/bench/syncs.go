package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// syncs counts how often the database is written through to the disk while a mailbox
// is drained, from outside: strace stops the program at those calls alone.
// Where strace itself loses a thread that ends (its "ptrace(PTRACE_LISTEN…): Input/output
// error"), it is tried again.
func (b *bench) syncs(o options, r *report) error {
	if exec.Command("strace", "-o", os.DevNull, "true").Run() != nil {
		return nil // not installed, or nothing may be traced here: the figure stays unknown
	}
	err := b.traced(o, r)
	for tries := 1; tries < 4 && err != nil && strings.Contains(err.Error(), "ptrace("); tries++ {
		err = b.traced(o, r)
	}
	return err
}

func (b *bench) traced(o options, r *report) error {
	m, err := b.mailbox(o.plan(min(o.mails, base), true))
	if err != nil {
		return err
	}
	defer os.RemoveAll(m.folder) //nolint:errcheck // a folder of ours among what is temporary
	if err := m.lay(b.dovecot); err != nil {
		return err
	}
	b.sink.count()
	return b.within(func(folder string) error {
		if err := b.desktop(folder, b.dovecot.IMAP, m.plan); err != nil {
			return err
		}
		trace := filepath.Join(folder, "trace")
		drain := b.command(folder, "run", "--once", "--from", "all")
		args := append([]string{"-f", "-q", "-y", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", trace}, drain.Args...)
		if _, err := b.measure(exec.Command("strace", args...), patience); err != nil {
			return err
		}
		calls, err := os.ReadFile(trace)
		if err != nil {
			return err
		}
		n := syncsOf(calls)
		if n == 0 {
			return fmt.Errorf("strace saw no sync of the database")
		}
		r.Syncs = &syncs{Mails: m.plan.Mails, Syncs: n}
		return b.done(m)
	})
}

// syncsOf counts the calls on a file of the database: itself or its log. A call that
// another thread interrupts is told in two lines, of which the first names the file.
func syncsOf(trace []byte) int { return bytes.Count(trace, []byte("/guichet.db")) }
