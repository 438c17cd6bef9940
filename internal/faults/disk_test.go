package faults

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// smallDisk is a file system of its own, of so many kilobytes.
func smallDisk(t testing.TB, kilobytes int) (folder string, resize func(kilobytes int)) {
	t.Helper()
	folder = t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dk,mode=700", kilobytes)); err != nil {
		t.Skipf("a disk that fills needs the right to mount one: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder, func(kilobytes int) {
		t.Helper()
		must(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes)))
	}
}

var diskFull = regexp.MustCompile(`(?i)no space left|is full|disk I/O error`)

// TestDiskFull lets the disk of a desk fill while it works, at another byte for each
// desk, keeps it full for longer than any pause between two tries, and then makes room.
func TestDiskFull(t *testing.T) {
	if full {
		t.Parallel()
	}
	desks, mails, long := size(2, 24), 10, time.Duration(size(1, 150))*time.Second
	r := begin(t, "disk full", desks, "stops cleanly or waits, goes on within 60 s of space, 0 lost, none parked for it")
	s := newWorlds(t, desks+2)
	all := newWriter(t, "d", 4).some(mails)
	unharmed := s.unharmed(t, r, all)
	needs := s.occupied(t, all)
	var slowest, filled atomic.Int64
	var running sync.WaitGroup
	for i := range desks {
		// From a disk on which the schema has no room to one on which the last mail has none.
		kilobytes := 60 + (needs-60)*(i+1)/(desks+1)
		folder, resize := smallDisk(t, kilobytes)
		d := s.house.desk(folder, newSink(t))
		for _, raw := range all {
			d.deliver(raw)
		}
		running.Go(func() {
			took, met := d.outlast(r, resize, len(all), long)
			r.ran()
			if met {
				filled.Add(1)
			}
			if full && took > 60*time.Second { // the sample runs beside other tests
				r.miss("with %d kB: the desk went on %v after there was room", kilobytes, took.Round(time.Second))
			}
			if n := int64(took); n > slowest.Load() {
				slowest.Store(n)
			}
			d.holds(r, all, unharmed, never)
			d.verified(r)
		})
	}
	running.Wait()
	if int(filled.Load()) < desks*2/3 {
		r.miss("only %d of %d disks filled", filled.Load(), desks)
	}
	r.say("%d disks filled, full for %v, gone on after %v at most", filled.Load(), long, time.Duration(slowest.Load()).Round(time.Second))
}

// occupied is how many kilobytes a desk takes that has done the work.
func (s *worlds) occupied(t testing.TB, mails [][]byte) int {
	t.Helper()
	folder, _ := smallDisk(t, 64<<10)
	d := s.house.desk(folder, newSink(t))
	for _, raw := range mails {
		d.deliver(raw)
	}
	p := d.start(nil, "run", "--from", "all")
	if !until(t.Context(), time.Minute, func() bool { return d.done(len(mails)) }) {
		t.Fatalf("an unharmed desk does not end:\n%s", tail(p.log.String()))
	}
	var disk syscall.Statfs_t
	must(t, syscall.Statfs(folder, &disk))
	p.stop()
	return int((disk.Blocks - disk.Bfree) * uint64(disk.Bsize) >> 10)
}

// outlast runs a desk whose disk fills, and makes room after a while. It gives how long
// the desk took from then on, and whether the disk was ever full.
func (d *desk) outlast(r *row, resize func(int), mails int, long time.Duration) (took time.Duration, met bool) {
	ctx := context.Background()
	p := d.start(nil, "run", "--from", "all")
	over := func() bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	}
	met = until(ctx, 90*time.Second, func() bool { return diskFull.MatchString(p.log.String()) || over() || d.done(mails) }) &&
		diskFull.MatchString(p.log.String())
	if met && !over() {
		time.Sleep(long)
	}
	resize(64 << 10)
	room := time.Now()
	if over() { // as systemd does
		if e := p.wait(time.Second); e.killed || e.panicked() || e.status == 0 {
			r.miss("%s: it did not stop cleanly (status %d):\n%s", d.address, e.status, tail(e.log))
		}
		p = d.start(nil, "run", "--from", "all")
	}
	if !until(ctx, 3*time.Minute, func() bool { return d.done(mails) }) {
		r.miss("%s: the work is not done three minutes after there was room:\n%s", d.address, tail(p.log.String()))
	}
	took = time.Since(room)
	if e := p.stop(); e.status != 0 || e.panicked() {
		r.miss("%s: it ends with status %d:\n%s", d.address, e.status, tail(e.log))
	}
	return took, met
}

// done says whether so many mails are recorded, filed and answered. It only reads, and
// a ledger that cannot be read now is not done.
func (d *desk) done(mails int) bool {
	return d.count(`SELECT count(*) FROM mails`) >= mails && d.count(`SELECT count(*) FROM filings WHERE filed_at IS NULL`) == 0 &&
		d.count(`SELECT count(*) FROM notices WHERE state = 'queued'`) == 0
}

// TestEveryWriteFails lets the system refuse the Nth write, sync or truncation of each
// thread, for N from 1 on, in one desk each; then the desk runs again, unharmed.
func TestEveryWriteFails(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("strace is not installed: scripts/setup")
	}
	if out, err := exec.Command("strace", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("a process may not be traced here: %v %s", err, out)
	}
	calls := []string{"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO", "fdatasync:error=EIO", "ftruncate:error=ENOSPC"}
	wanted := size(3, 200)
	r := begin(t, "every Nth write fails", wanted, "stops cleanly or parks, 0 lost, none parked for it")
	on, s := share(6), newWorlds(t, wanted+1)
	all := newWriter(t, "e", 6).some(4)
	unharmed := s.unharmed(t, r, all)
	injected := 0
	for i := 0; i < wanted && on(); i++ {
		call, n := calls[i%len(calls)], 1+i/len(calls)
		if !full {
			call, n = calls[i%len(calls)], 2+3*i
		}
		d := s.desk(t, all)
		trace := d.folder + "/trace"
		name, _, _ := strings.Cut(call, ":")
		p := d.startUnder([]string{
			"strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", "trace=" + name, "-e", "signal=none",
			"-e", fmt.Sprintf("inject=%s:when=%d", call, n),
		}, nil, "run", "--once", "--from", "all")
		e := p.wait(2 * time.Minute)
		r.ran()
		traced, _ := os.ReadFile(trace)
		hits := strings.Count(string(traced), "(INJECTED)")
		injected += hits
		if e.panicked() || e.killed || hits > 0 && e.status > 1 {
			r.miss("%s, call %d: it did not end cleanly (status %d):\n%s", call, n, e.status, tail(e.log))
		}
		d.settle(r)
		before := len(r.misses)
		d.holds(r, all, unharmed, func(string) bool { return hits > 0 })
		for j := before; j < len(r.misses); j++ {
			r.misses[j] = fmt.Sprintf("%s, call %d: %s\nfirst run: %s", call, n, r.misses[j], tail(e.log))
		}
		d.verified(r)
	}
	r.say("%d calls refused", injected)
	if injected == 0 {
		r.miss("no call was refused")
	}
}
