package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/store"
)

// A second daemon says who was first and goes; the other commands go on beside it; one
// that was killed is in nobody's way.
func TestASecondDaemon(t *testing.T) {
	w := embeddedTown(t)
	config := filepath.Join(w.folder, "guichet.yaml")
	first := exec.Command("guichet", "run", "--from", "now", "--config", config)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	w.awaitTakeOver()
	var said bytes.Buffer
	for _, args := range [][]string{{"run"}, {"run", "--once"}} {
		said.Reset()
		status := run(append(args, "--config", config), &said, &said)
		if status != exitFailed || strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), fmt.Sprintf("ps -p %d", first.Process.Pid)) {
			t.Errorf("guichet %v: status %d\n%s", args, status, &said)
		}
	}
	w.guichet("queue")
	w.guichet("authors", "add", "--name", "Lina", "--address", student.Address)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // killed
	said.Reset()
	if status := run([]string{"run", "--once", "--config", config}, &said, &said); status != exitDone ||
		!strings.Contains(said.String(), "did not end by itself") {
		t.Errorf("after a kill: status %d\n%s", status, &said)
	}
	said.Reset()
	if run([]string{"run", "--once", "--config", config}, &said, &said); strings.Contains(said.String(), "did not end") {
		t.Errorf("after a clean end:\n%s", &said)
	}
}

// A daemon whose database another took over, while it slept say, ends at its next write,
// and writes nothing.
func TestALostLock(t *testing.T) {
	w := embeddedTown(t)
	first := exec.Command("guichet", "run", "--from", "now", "--config", filepath.Join(w.folder, "guichet.yaml"))
	var said bytes.Buffer
	first.Stderr = &said
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	w.awaitTakeOver()
	// What holds one process of this machine off another is gone, as it would be on two.
	database := filepath.Join(w.folder, "guichet.db")
	if err := os.Remove(database + ".lock"); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), database, func() time.Time { return time.Now().Add(time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test's own connection
	if _, err := db.Lock(t.Context(), "guichet run"); err != nil {
		t.Fatal(err)
	}
	w.submit("Subject: Retrait baratin\r\nContent-Type: text/plain", "Bonjour.\r\n")
	if err := first.Wait(); first.ProcessState.ExitCode() != exitFailed || !strings.Contains(said.String(), "only one may run on a database") {
		t.Errorf("the first ends with %v\n%s", err, &said)
	}
	if tally, err := db.Tally(t.Context(), time.Time{}, time.Now().Add(time.Hour)); err != nil || tally.Received() != 0 {
		t.Errorf("it recorded %d mails, %v", tally.Received(), err)
	}
}
