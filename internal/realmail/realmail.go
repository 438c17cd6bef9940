// Package realmail starts the mail servers of the system (Debian's Dovecot,
// Postfix, OpenDKIM and OpenDMARC) for tests and make bench: on loopback, on ports
// and in folders of their own, with nothing of the system's configuration, and
// stopped when the test ends. It is imported by those only.
//
// A server that is not installed fails the test and names what to install; it
// is never skipped.
package realmail

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Host is the test that the servers are started for: a testing.TB, or what does the
// same in a program. Fatal and Fatalf do not return.
type Host interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// User is one account; it logs in with its address, and LMTP delivers to it.
type User struct{ Address, Password string }

// pemOf is a certificate and its key in one file.
func pemOf(t Host, certificate tls.Certificate) []byte {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return append(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
}

// folder makes a folder whose parents the servers' own users may pass, which
// those of Host.TempDir are not.
func folder(t Host, name string) string {
	t.Helper()
	path, err := os.MkdirTemp("", "guichet-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(path); err != nil {
			t.Errorf("leaving %s behind: %v", path, err)
		}
	})
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// freePorts is so many addresses on loopback, each another, that nobody listened on a
// moment ago.
func freePorts(t Host, n int) (addresses []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // once all are there, or the system may give one twice
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}

func port(address string) string {
	_, port, _ := strings.Cut(address, ":")
	return port
}

// greets says whether a server speaks first, as IMAP, LMTP and SMTP do.
func greets(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return false
	}
	_, err = io.ReadFull(conn, make([]byte, 4))
	return err == nil
}

func listens(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
