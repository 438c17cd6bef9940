package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
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
