package mailbox

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

func testSecurity(t *testing.T, h *host) {
	trusted := &tls.Config{RootCAs: h.roots}
	for _, c := range []struct {
		name     string
		security Security
		address  string
		tls      *tls.Config
		ok       bool
	}{
		{"tls", TLS, h.imaps, trusted, true},
		{"starttls", StartTLS, h.imap, trusted, true},
		{"none on loopback", None, h.imap, nil, true},
		{"tls, unknown certificate", TLS, h.imaps, nil, false},
		{"starttls, unknown certificate", StartTLS, h.imap, nil, false},
		{"tls to a plain port", TLS, h.imap, trusted, false},
		{"unknown", "ssl", h.imap, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			a.put("INBOX", text("baratin"), time.Now())
			w := a.watcher(clerk)
			w.Server = a.server(c.security, c.address)
			w.Server.TLS, w.Patience = c.tls, 2*time.Second
			err := w.Drain(t.Context())
			if (err == nil) != c.ok {
				t.Fatalf("Drain: %v", err)
			}
			if !c.ok {
				same(t, "recorded", clerk.subjects())
				return
			}
			same(t, "recorded", clerk.subjects(), "baratin")
		})
	}
}

// The certificate's host is checked as well as who signed it.
func TestCertificateOfAnotherHost(t *testing.T) {
	h := embedded(t)
	a := h.account(t)
	w := a.watcher(newClerk())
	w.Server = a.server(TLS, h.imaps)
	w.Server.TLS = &tls.Config{RootCAs: h.roots, ServerName: "imap.example.org"}
	var wrong x509.HostnameError
	if err := w.Drain(t.Context()); !errors.As(err, &wrong) {
		t.Errorf("Drain: %v; want %T", err, wrong)
	}
}

func TestNoneIsForLoopback(t *testing.T) {
	h := embedded(t)
	_, port, err := net.SplitHostPort(h.imap)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]error{
		"imap.example.org:143": ErrInsecure,
		"192.0.2.1:143":        ErrInsecure,
		"[2001:db8::1]:143":    ErrInsecure,
		"localhost:" + port:    nil,
		"127.0.0.1:" + port:    nil,
	} {
		a := h.account(t)
		w := a.watcher(newClerk())
		w.Server.Address = address
		if err := w.Drain(t.Context()); !errors.Is(err, want) {
			t.Errorf("Drain on %s: %v; want %v", address, err, want)
		}
		if want == nil {
			continue
		}
		if err := w.Run(t.Context()); !errors.Is(err, want) {
			t.Errorf("Run on %s: %v; want %v", address, err, want)
		}
	}
}

// A server, or someone in between, that does not offer STARTTLS never sees the
// password.
func TestStartTLSIsNotGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	heard := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] welcome\r\n")
		var all strings.Builder
		eachLine(conn, func(line []byte) error {
			all.Write(line)
			tag, _, _ := strings.Cut(string(line), " ")
			_, err := io.WriteString(conn, tag+" BAD unknown command\r\n")
			return err
		})
		heard <- all.String()
	}()
	w := embedded(t).account(t).watcher(newClerk())
	w.Server.Address, w.Server.Security = l.Addr().String(), StartTLS
	if err := w.Drain(t.Context()); err == nil {
		t.Error("Drain went on without TLS")
	}
	if got := <-heard; strings.Contains(got, "AUTHENTICATE") || strings.Contains(got, "LOGIN") {
		t.Errorf("the server heard %q", got)
	}
}

// testLogin: a refused login is said as such and not tried again soon.
func testLogin(t *testing.T, h *host) {
	a := h.account(t)
	p := newProxy(t, h.imap, faultproxy.Trouble{})
	w := a.watcher(newClerk())
	w.Server.Address = p.Address
	w.Server.Password = func() (string, error) { return "wrong", nil }
	var login *LoginError
	if err := w.Drain(t.Context()); !errors.As(err, &login) || login.User != a.address {
		t.Fatalf("Drain: %v; want a *LoginError", err)
	}
	before := p.Connections()
	stop := running(t, w)
	time.Sleep(500 * time.Millisecond)
	stop()
	if n := p.Connections() - before; n != 1 {
		t.Errorf("%d logins while the first was refused; want 1", n)
	}
}

func TestPasswordThatCannotBeRead(t *testing.T) {
	h := embedded(t)
	w := h.account(t).watcher(newClerk())
	w.Server.Password = func() (string, error) { return "", errDisk }
	if err := w.Drain(t.Context()); !errors.Is(err, errDisk) {
		t.Errorf("Drain: %v; want %v", err, errDisk)
	}
}
