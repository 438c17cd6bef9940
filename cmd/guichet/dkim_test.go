package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/sandbox"
	"github.com/bara-think-tank/guichet/internal/store"
)

func TestWhatIsWrittenIsSigned(t *testing.T) {
	town := &town{t: t, folder: t.TempDir(), imap: "127.0.0.1:1", log: func() string { return "" }}
	town.configure("security: none", `server: "127.0.0.1:1", security: none, dkim: {domain: example.org, selector: s1, key_file: dkim.pem}`)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	town.write("dkim.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	c, err := loadConfig(filepath.Join(town.folder, "guichet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), filepath.Join(town.folder, "guichet.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out bytes.Buffer
	var published []string
	lookup := func(_ context.Context, name string) ([]string, error) {
		if len(published) == 0 {
			return nil, &net.DNSError{Name: name, IsNotFound: true}
		}
		return published, nil
	}
	a := &app{ctx: t.Context(), out: &out, now: time.Now, log: slog.New(slog.DiscardHandler), lookupTXT: lookup}
	if a.reader, err = sandbox.New(a.log); err != nil {
		t.Fatal(err)
	}
	defer a.reader.Close()
	w, err := a.assemble(c, db)
	if err != nil {
		t.Fatal(err)
	}
	mail, err := w.stations[0].book.edition().notices.Trial(notice.Envelope{From: contact.Address, To: "a@example.fr", At: time.Now(), Lang: "fr"}, notice.Trial{KeptHours: 24})
	if err != nil || !strings.HasPrefix(string(mail.Bytes), "DKIM-Signature: a=ed25519-sha256;") {
		t.Errorf("%v\n%s", err, mail.Bytes)
	}
	r := &report{a: a}
	r.dkim(c, w)
	name, text := w.signers[contact.Address].Record()
	if said := out.String(); r.warned != 1 || !strings.Contains(said, "publish this TXT record at "+name+": "+text) {
		t.Errorf("%d warnings:\n%s", r.warned, said)
	}
	published = []string{text}
	out.Reset()
	if r.dkim(c, w); !strings.Contains(out.String(), "is signed for example.org, and s1._domainkey.example.org holds the key") {
		t.Error(out.String())
	}
}

func TestAKeyThatIsNotThere(t *testing.T) {
	town := &town{t: t, folder: t.TempDir(), imap: "127.0.0.1:1", log: func() string { return "" }}
	town.configure("security: none", `server: "127.0.0.1:1", security: none, dkim: {domain: example.org, selector: s1, key_file: dkim.pem}`)
	c, err := loadConfig(filepath.Join(town.folder, "guichet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var use badUse
	if _, err := c.signers(); !errors.As(err, &use) || !strings.Contains(err.Error(), "openssl genrsa") {
		t.Errorf("%v, want what to do", err)
	}
	town.configure("security: none", `server: "127.0.0.1:1", security: none, dkim: {domain: example.org}`)
	if _, err := loadConfig(filepath.Join(town.folder, "guichet.yaml")); err == nil || !strings.Contains(err.Error(), "dkim needs all of") {
		t.Errorf("%v, want what is missing", err)
	}
}
