package alarm

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/localmail"
)

var message = Words{Desk: "contact@example.org"}.Test(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))

func TestCommand(t *testing.T) {
	t.Setenv("GUICHET_IMAP_PASSWORD", "secret")
	folder := t.TempDir()
	for name, test := range map[string]struct{ script, fault string }{
		"done":         {`cat > told; env >> told`, ""},
		"failed":       {"echo no room >&2; exit 3", "exit status 3: no room"},
		"too long":     {"sleep 600 & sleep 600", "took longer than"},
		"reads none":   {"exit 0", ""},
		"is not there": {"", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			c := Command{Program: []string{"/bin/sh", "-c", test.script}, Dir: folder}
			if name == "too long" {
				c.timeout = 200 * time.Millisecond
			}
			if test.script == "" {
				c.Program = []string{"./missing"}
			}
			err := c.Tell(t.Context(), message)
			if (err != nil) != (test.fault != "") || err != nil && !strings.Contains(err.Error(), test.fault) {
				t.Error(err)
			}
		})
	}
	told, err := os.ReadFile(filepath.Join(folder, "told"))
	if err != nil || strings.Contains(string(told), "secret") {
		t.Fatalf("%v\n%s", err, told)
	}
	for _, want := range []string{
		message.Text, "\nGUICHET_ALARM=test\n", "GUICHET_ALARM_STATE=began\n", "GUICHET_ALARM_SINCE=2026-03-01T09:00:00Z\n",
		"GUICHET_ALARM_WHAT=Ceci est un essai d’alarme\n",
	} {
		if !strings.Contains("\n"+string(told), want) {
			t.Errorf("the command is not given %q:\n%s", want, told)
		}
	}
}

func TestMail(t *testing.T) {
	const operator = "operator@example.org"
	servers, err := localmail.Start(localmail.User{Address: operator, Password: "p"}, localmail.User{Address: "other@example.org", Password: "q"})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close() //nolint:errcheck // they live in memory
	m := Mail{
		Server: servers.SMTP, Security: "none", User: operator, Password: func() (string, error) { return "p", nil },
		From: "alarm@example.org", To: []string{operator, "other@example.org"},
	}
	if err := m.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.Tell(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	for _, to := range m.To {
		got, err := servers.Messages(to, "INBOX")
		if err != nil || len(got) != 1 {
			t.Fatalf("%s got %d mails, %v", to, len(got), err)
		}
		for _, want := range []string{"Auto-Submitted: auto-generated", "From: \"Guichet\" <alarm@example.org>", "[Alarme]_Ceci_est_un_essai", "@example.org>", "les alarmes vous parvie"} {
			if !strings.Contains(string(got[0].Raw), want) {
				t.Errorf("no %q in\n%s", want, got[0].Raw)
			}
		}
	}
	m.Security = "tls"
	if err := m.Probe(t.Context()); err == nil {
		t.Error("a server without TLS was taken for one with it")
	}
	m.Security, m.Server = "none", elsewhere(t)
	if err := m.Tell(t.Context(), message); err == nil || !strings.Contains(err.Error(), "refused: without encryption") {
		t.Errorf("without encryption beyond loopback: %v", err)
	}
	m.Server, m.Security = servers.SMTP, "starttls"
	if err := m.Tell(t.Context(), message); err == nil {
		t.Error("told without the encryption that was asked for")
	}
}

// elsewhere listens at an address of this machine that is not loopback.
func elsewhere(t *testing.T) string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		ip, ok := a.(*net.IPNet)
		if !ok || !ip.IP.IsGlobalUnicast() {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort(ip.IP.String(), "0")); err == nil {
			t.Cleanup(func() { l.Close() }) //nolint:errcheck // it was only listened on
			return l.Addr().String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}
