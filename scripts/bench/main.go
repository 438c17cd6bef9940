// Bench measures a seeded mailbox drained by `guichet run --once` (the whole job:
// fetched, read, checked, stored durably, answered, filed) and by programs that do a
// part of it or all of it, on a real Dovecot and an SMTP server that takes everything
// at once; all on this machine, over loopback, in one folder of one disk.
//
// It fails where a bound is missed. What is measured, and how:
//
//   - Each round runs every tool once on a fresh copy of the mailbox, beginning with
//     another one each time; the figures are medians. After each run it is checked that
//     the job was done.
//   - Processor time is what the kernel counts for the program and all children that it
//     waited for. Memory is the kernel's peak (VmHWM), looked at every 20 ms.
//   - Syncs are what strace sees of fsync and fdatasync on the database's files, in a run
//     of its own that nothing else is taken from.
//   - A wake-up begins when Dovecot's EXISTS passes through a proxy between it and
//     `guichet run`; stored is when another connection sees the mail in the database;
//     accepted is when the SMTP server says 250.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/bara-think-tank/guichet/internal/realmail"
	"github.com/bara-think-tank/guichet/scripts/bench/workload"
)

// bench is what all measuring shares.
type bench struct {
	ctx     context.Context // done when the program is asked to stop
	guichet string          // the binary
	folder  string          // of everything that is written
	dovecot *realmail.Dovecot
	sink    *sink
	runs    int // so far
}

// options are what is to be measured.
type options struct {
	guichet string
	folder  string
	mails   int
	rounds  int
	wakes   int
	seed    uint64
	tools   bool // the programs of others too
	json    bool
}

func main() {
	var o options
	flag.StringVar(&o.guichet, "guichet", "./guichet", "the binary to measure")
	flag.StringVar(&o.folder, "dir", "", "where everything is written, on a real disk; empty: the system's folder for what is temporary")
	flag.IntVar(&o.mails, "mails", 2000, "mails of the mailbox; more than 2,000 measures 2,000 too, and what a mail costs beside")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds, of which the median counts")
	flag.IntVar(&o.wakes, "wakes", 100, "mails delivered one by one")
	flag.Uint64Var(&o.seed, "seed", 1, "of the mailbox")
	flag.BoolVar(&o.tools, "tools", true, "measure the programs of others too")
	flag.BoolVar(&o.json, "json", false, "print JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := measureOnDisk(ctx, o)
	if err == nil && o.json {
		err = json.NewEncoder(os.Stdout).Encode(report)
	} else if err == nil {
		err = report.print(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !report.kept() {
		stop()
		os.Exit(1)
	}
}

// measureOnDisk refuses a folder in memory: what is durable there costs nothing.
func measureOnDisk(ctx context.Context, o options) (*report, error) {
	const tmpfs = 0x01021994
	folder := cmp.Or(o.folder, os.TempDir())
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	if stat.Type == tmpfs {
		return nil, fmt.Errorf("%s is in memory: name a folder on a disk with -dir", folder)
	}
	return measureAll(ctx, o)
}

// measureAll is make bench, from the servers' start to their end.
func measureAll(ctx context.Context, o options) (*report, error) {
	unlock, err := alone()
	if err != nil {
		return nil, err
	}
	defer unlock()
	b, err := newBench(ctx, o)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(b.folder) //nolint:errcheck // a temporary folder
	defer b.sink.Close()
	var r *report
	h := &host{}
	err = h.do(func() (err error) {
		b.dovecot = realmail.StartDovecot(h, contact)
		r, err = b.all(o)
		return err
	})
	return r, err
}

func newBench(ctx context.Context, o options) (*bench, error) {
	program, err := filepath.Abs(o.guichet)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(o.folder, "guichet-bench-")
	if err != nil {
		return nil, err
	}
	temporary := filepath.Join(folder, "tmp") // where the servers' and the tools' own users may write
	if err := errors.Join(os.Chmod(folder, 0o755), os.Mkdir(temporary, 0o755),
		os.Chmod(temporary, 0o777|os.ModeSticky), os.Setenv("TMPDIR", temporary)); err != nil {
		return nil, err
	}
	b := &bench{ctx: ctx, guichet: program, folder: folder}
	b.sink, err = openSink()
	return b, err
}

// alone refuses to run beside another of its kind.
func alone() (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Join(os.TempDir(), "guichet-bench.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, fmt.Errorf("another make bench is running: %w", errors.Join(err, file.Close()))
	}
	return func() { _ = file.Close() }, nil
}

// load is how busy the machine was in the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// plan is the mailbox of a variant.
func (o options) plan(mails int, pdfs bool) workload.Plan {
	return workload.Plan{Mails: mails, Seed: o.seed, PDFs: pdfs}
}
