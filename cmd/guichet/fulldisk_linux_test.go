package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/localmail"
)

// smallDisk is a file system of a few megabytes; only root may make one.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder
}

// logOf is what a program said so far.
type logOf struct {
	sync.Mutex
	bytes.Buffer
}

func (l *logOf) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

func (l *logOf) String() string {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.String()
}

// TestAFullDisk has a desk start on a full disk, and fills the disk under it once it runs:
// each time it says so once, loses nothing, and goes on by itself when there is room.
func TestAFullDisk(t *testing.T) {
	servers, err := localmail.Start(localmail.User{Address: contact.Address, Password: contact.Password},
		localmail.User{Address: student.Address, Password: student.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() }) //nolint:errcheck // they live in memory
	w := &town{t: t, folder: smallDisk(t, "12m"), imap: servers.IMAP, log: func() string { return "" }}
	w.configure("security: none", fmt.Sprintf("server: %q, security: none", servers.SMTP))
	w.guichet("run", "--once", "--from", "all")
	ballast := filepath.Join(w.folder, "ballast")
	fill(t, ballast)
	large(t, servers, 0, 3)

	var log logOf
	desk := exec.Command("guichet", "run", "--config", filepath.Join(w.folder, "guichet.yaml"))
	desk.Stderr = &log
	if err := desk.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, &log, "the desk starts once there is room", "make room")
	empty(t, ballast)
	w.mail(contact, "INBOX", 0)

	fill(t, ballast)
	large(t, servers, 3, 6)
	await(t, &log, "nothing can be recorded")
	empty(t, ballast)
	w.mail(contact, "INBOX", 0)
	await(t, &log, "the desk goes on")
	if err := desk.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := desk.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, log.String())
	}
	for _, line := range []string{"starts once there is room", "nothing can be recorded"} {
		if n := strings.Count(log.String(), line); n != 1 {
			t.Errorf("said %d times:\n%s", n, log.String())
		}
	}
	if said := w.guichet("verify"); !strings.Contains(said, "6 received = 6 filed") {
		t.Errorf("verify says\n%s", said)
	}
}

// large puts mails into the mailbox that no compression makes small.
func large(t *testing.T, servers *localmail.Servers, from, until int) {
	t.Helper()
	for i := from; i < until; i++ {
		noise := make([]byte, 300<<10)
		_, _ = rand.Read(noise) // never fails
		raw := fmt.Appendf(nil, "From: %s\r\nMessage-ID: <%d@example.fr>\r\nSubject: Une question\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			student.Address, i, lines(base64.StdEncoding.EncodeToString(noise)))
		if err := servers.Append(contact.Address, "INBOX", raw, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

func empty(t *testing.T, ballast string) {
	t.Helper()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
}

// fill writes until the disk takes no more.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it is full
	for size := 64 << 10; size > 0; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// await waits until a log says all of the words.
func await(t *testing.T, log *logOf, words ...string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		said := log.String()
		found := 0
		for _, word := range words {
			if strings.Contains(said, word) {
				found++
			}
		}
		if found == len(words) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log never says %q:\n%s", words, said)
		}
	}
}
