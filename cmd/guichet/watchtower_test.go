package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/localmail"
)

// freePort is an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it was only asked for
	return l.Addr().String()
}

// get asks the desk, until it answers at all.
func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get("http://" + address)
		if err == nil {
			text, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			return answer.StatusCode, string(text)
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// eventually waits until a page of the desk says something.
func eventually(t *testing.T, address, want string) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, body := get(t, address)
		if strings.Contains(body, want) {
			return body
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never says %q:\n%s", address, want, body)
		}
	}
}

// notified is what the service manager hears: a socket of ours.
type notified struct {
	conn *net.UnixConn
	path string
}

func listenToNotify(t *testing.T) notified {
	t.Helper()
	folder, err := os.MkdirTemp("", "notify") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "s")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return notified{conn, path}
}

// await reads what is said until it begins with something.
func (n notified) await(t *testing.T, want string) string {
	t.Helper()
	if err := n.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	for {
		size, err := n.conn.Read(buf)
		if err != nil {
			t.Fatalf("the service manager never hears %s: %v", want, err)
		}
		if said := string(buf[:size]); strings.HasPrefix(said, want) {
			return said
		}
	}
}

// TestTheDeskIsWatched runs the desk as systemd would, lets it take known mails, and
// reads its figures.
func TestTheDeskIsWatched(t *testing.T) {
	servers, err := localmail.Start(localmail.User{Address: contact.Address, Password: contact.Password},
		localmail.User{Address: student.Address, Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() })
	w := &town{t: t, folder: t.TempDir(), imap: servers.IMAP, log: func() string { return "" }}
	w.configure("security: none", fmt.Sprintf("server: %q, security: none", servers.SMTP))
	figures := freePort(t)
	config := filepath.Join(w.folder, "guichet.yaml")
	text := string(readFile(t, config)) + fmt.Sprintf("metrics: {listen: %q}\nalarm: {command: [./tell.sh]}\n", figures)
	w.write("guichet.yaml", text)
	w.write("tell.sh", "#!/bin/sh\ncat >> told\n")
	if err := os.Chmod(filepath.Join(w.folder, "tell.sh"), 0o700); err != nil {
		t.Fatal(err)
	}
	complete, err := demoFiles.ReadFile("demo/01-baratin-complete.eml")
	if err != nil {
		t.Fatal(err)
	}
	for i, raw := range []string{
		string(complete),
		"From: " + student.Address + "\r\nMessage-ID: <2@example.fr>\r\nSubject: Retrait baratin\r\n\r\nBonjour.\r\n",
		"From: " + student.Address + "\r\nMessage-ID: <3@example.fr>\r\nSubject: Absence\r\nAuto-Submitted: auto-replied\r\n\r\nJe suis absente.\r\n",
	} {
		if err := servers.Append(contact.Address, "INBOX", []byte(raw), time.Now().Add(-time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}

	manager := listenToNotify(t)
	cmd := exec.Command("guichet", "run", "--from", "all", "--config", config)
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+manager.path, "WATCHDOG_USEC=300000")
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	t.Cleanup(func() {
		if !ended {
			cmd.Process.Kill() //nolint:errcheck // it failed before
			cmd.Wait()         //nolint:errcheck // killed
			t.Log(log.String())
		}
	})
	manager.await(t, "READY=1")
	manager.await(t, "WATCHDOG=1")
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if said := manager.await(t, "RELOADING=1"); !regexp.MustCompile(`^RELOADING=1\nMONOTONIC_USEC=[1-9]\d+$`).MatchString(said) {
		t.Errorf("at SIGHUP: %q", said)
	}
	manager.await(t, "READY=1")

	eventually(t, figures+"/metrics", `guichet_answer_seconds_count{kind="withdrawal"} 1`)
	body := eventually(t, figures+"/metrics", `guichet_answer_seconds_count{kind="submission"} 1`)
	for _, want := range []string{
		`guichet_mails_total{ending="filed",kind="submission"} 1`, `guichet_mails_total{ending="automatic",kind="automatic"} 1`,
		`guichet_verdicts_total{format="baratin",verdict="complete"} 1`,
		`guichet_answer_seconds_bucket{kind="submission",le="900"} 1`,
		// It arrived a minute before, by the server's clock.
		`guichet_answer_seconds_bucket{kind="withdrawal",le="30"} 0`, `guichet_answer_seconds_bucket{kind="withdrawal",le="900"} 1`,
		`guichet_outbox_notices{mailbox="contact@example.org",state="queued"} 0`, `guichet_queue_cases{queue="baratin"} 1`,
		`guichet_queue_cases{queue="analyse"} 0`, "guichet_parked 0", `guichet_alarms{alarm="disk"} `, "guichet_reader_kills_total 0",
		"guichet_build_info{", `guichet_rules_info{folder="",hash="`, `guichet_mailbox_fetch_age_seconds{mailbox="contact@example.org"} `,
		"guichet_database_size_bytes ", "guichet_disk_free_bytes ", "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the figures do not say %s", want)
		}
	}
	if strings.Contains(body, student.Address) || strings.Contains(body, "Moreau") {
		t.Error("the figures name a person")
	}
	if t.Failed() {
		t.Log(body)
	}

	for _, page := range []string{"/healthz", "/readyz"} {
		eventually(t, figures+page, `{"status":"ok","reasons":[]}`)
	}
	if out := w.guichet("check"); !strings.Contains(out, "a desk runs and does its work") || !strings.Contains(out, "tell.sh is given alarms") {
		t.Errorf("check says\n%s", out)
	}
	if out := w.guichet("alarm", "test"); out != "told     command\n" || !strings.Contains(string(readFile(t, filepath.Join(w.folder, "told"))), "essai d’alarme") {
		t.Errorf("alarm test says %q", out)
	}

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	manager.await(t, "STOPPING=1")
	ended = true
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
}

// TestADeskThatCannotWork says so where it is asked, and is alive all the same.
func TestADeskThatCannotWork(t *testing.T) {
	w := &town{t: t, folder: t.TempDir(), imap: freePort(t), log: func() string { return "" }}
	w.configure("security: none", fmt.Sprintf("server: %q, security: none", freePort(t)))
	figures := freePort(t)
	config := filepath.Join(w.folder, "guichet.yaml")
	w.write("guichet.yaml", string(readFile(t, config))+fmt.Sprintf("metrics: {listen: %q}\n", figures))
	stop := w.desk()
	if status, body := get(t, figures+"/healthz"); status != http.StatusOK {
		t.Errorf("alive: %d %s", status, body)
	}
	var health struct {
		Status  string
		Reasons []string
	}
	status, body := get(t, figures+"/readyz")
	if err := json.Unmarshal([]byte(body), &health); err != nil || status != http.StatusServiceUnavailable || health.Status != "failing" ||
		!strings.Contains(body, "mailbox contact@example.org: not read yet") {
		t.Errorf("ready: %d %s, %v", status, body, err)
	}
	if status, _ := get(t, figures+"/"); status != http.StatusNotFound {
		t.Errorf("anything else: %d", status)
	}
	stop()
}
