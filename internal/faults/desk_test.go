package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/realmail"
)

const password = "secret of the desk"

// house is one real Dovecot with many mailboxes, each for one desk.
type house struct {
	t       testing.TB
	dovecot *realmail.Dovecot
	uid     int
	gid     int
	left    []string
}

func newHouse(t testing.TB, desks int) *house {
	t.Helper()
	h := &house{t: t}
	var users []realmail.User
	for i := range desks {
		address := fmt.Sprintf("desk%d@example.org", i)
		users = append(users, realmail.User{Address: address, Password: password})
		h.left = append(h.left, address)
	}
	h.dovecot = realmail.StartDovecot(t, users...)
	info, err := os.Stat(filepath.Dir(filepath.Dir(h.dovecot.Maildir("x"))))
	must(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	h.uid, h.gid = int(owner.Uid), int(owner.Gid)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// desk is one desk: its folder, its mailbox, and where its answers go.
type desk struct {
	t       testing.TB
	house   *house
	sink    *sink
	address string
	maildir string
	folder  string
	put     int // mails so far

	renumbered string // INBOX's UIDVALIDITY before renumber
	copies     bool   // people have put copies of mails back
}

// desk sets a desk up in a folder; the answers go to the sink.
func (h *house) desk(folder string, s *sink) *desk {
	h.t.Helper()
	if len(h.left) == 0 {
		h.t.Fatal("the house has no mailbox left")
	}
	d := &desk{t: h.t, house: h, sink: s, address: h.left[0], folder: folder}
	h.left = h.left[1:]
	d.maildir = h.dovecot.Maildir(d.address)
	home := filepath.Dir(d.maildir)
	for _, dir := range []string{home, d.maildir, "new", "cur", "tmp"} {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(d.maildir, dir)
		}
		must(h.t, os.MkdirAll(dir, 0o700))
		must(h.t, os.Chown(dir, h.uid, h.gid))
	}
	d.configure(h.dovecot.IMAP, "")
	return d
}

// configure writes guichet.yaml; more is for the mailbox.
func (d *desk) configure(imap, more string) {
	d.t.Helper()
	d.write("secret", password+"\n")
	d.write("guichet.yaml", fmt.Sprintf(`database: guichet.db
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, security: none, user: %[1]s, password_file: secret}
%[4]ssmtp: {server: %[3]q, security: none, user: %[1]s, password_file: secret}
`, d.address, imap, d.sink.address, more))
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	must(d.t, os.WriteFile(filepath.Join(d.folder, name), []byte(text), 0o600))
}

func (d *desk) database() string { return filepath.Join(d.folder, "guichet.db") }

// sum is the hash of a mail as IMAP serves it: every line ends in CRLF, and no literal
// may hold a zero, which Dovecot serves as 0x80.
func sum(raw []byte) [32]byte {
	raw = bytes.ReplaceAll(raw, []byte{0}, []byte{0x80})
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	return sha256.Sum256(bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
}

// nameOf is the hash of a mail as the ledger shows it.
func nameOf(raw []byte) string {
	s := sum(raw)
	return hex.EncodeToString(s[:])
}

// deliver drops a mail into the mailbox with exactly these bytes.
func (d *desk) deliver(raw []byte) {
	d.t.Helper()
	d.put++
	name := fmt.Sprintf("%d.M%06dP%d.faults", time.Now().Unix(), d.put, os.Getpid())
	tmp := filepath.Join(d.maildir, "tmp", name)
	must(d.t, os.WriteFile(tmp, raw, 0o600))
	must(d.t, os.Chown(tmp, d.house.uid, d.house.gid))
	must(d.t, os.Rename(tmp, filepath.Join(d.maildir, "new", name)))
}

// ended is how one run of the program ended.
type ended struct {
	killed bool // by a failpoint or by us
	status int
	log    string
}

var pointHit = regexp.MustCompile(`(?m)^failpoint (\d+) (\S+) (.*)$`)

// where says at which side effect a failpoint killed the run, "" where none did.
func (e ended) where() (kind, step string) {
	if found := pointHit.FindStringSubmatch(e.log); found != nil {
		return found[2], found[3]
	}
	return "", ""
}

// panicked says whether Go says so.
func (e ended) panicked() bool {
	return strings.Contains(e.log, "panic:") || strings.Contains(e.log, "fatal error:") || strings.Contains(e.log, "goroutine 1 [")
}

// start starts the program, with more in its environment.
func (d *desk) start(env []string, args ...string) *daemon {
	d.t.Helper()
	return d.startUnder(nil, env, args...)
}

// startUnder starts the program under another one, such as strace.
func (d *desk) startUnder(above, env []string, args ...string) *daemon {
	d.t.Helper()
	line := append(append(above, guichet(d.t)), append(args, "--config", filepath.Join(d.folder, "guichet.yaml"))...)
	p := &daemon{cmd: exec.Command(line[0], line[1:]...)}
	p.cmd.Dir = d.folder
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	must(d.t, p.cmd.Start())
	p.done = make(chan struct{})
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p
}

// daemon is a program that runs.
type daemon struct {
	cmd  *exec.Cmd
	log  safeBuffer
	done chan struct{}
	err  error
}

// wait waits for the end, at most so long; then it is killed and the log says so.
func (p *daemon) wait(longest time.Duration) ended {
	select {
	case <-p.done:
	case <-time.After(longest):
		fmt.Fprintf(&p.log, "\nfaults: it does not end in %v\n", longest)
		_ = p.cmd.Process.Signal(syscall.SIGQUIT)
		select {
		case <-p.done:
		case <-time.After(5 * time.Second):
			_ = p.cmd.Process.Kill()
			<-p.done
		}
	}
	e := ended{log: p.log.String()}
	var exit *exec.ExitError
	if errors.As(p.err, &exit) {
		e.status = exit.ExitCode()
		e.killed = exit.Sys().(syscall.WaitStatus).Signaled()
	}
	return e
}

// stop ends it by SIGTERM.
func (p *daemon) stop() ended {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.wait(40 * time.Second)
}

func (p *daemon) kill() ended {
	_ = p.cmd.Process.Kill()
	return p.wait(10 * time.Second)
}

// once is `guichet run --once`.
func (d *desk) once(env ...string) ended {
	d.t.Helper()
	return d.start(env, "run", "--once", "--from", "all").wait(2 * time.Minute)
}

// until waits for something to come true, at most so long.
func until(ctx context.Context, longest time.Duration, come func() bool) bool {
	for end := time.Now().Add(longest); ; time.Sleep(20 * time.Millisecond) {
		if come() {
			return true
		}
		if time.Now().After(end) || ctx.Err() != nil {
			return false
		}
	}
}
