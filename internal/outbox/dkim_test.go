package outbox

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/bara-think-tank/guichet/internal/realmail"
)

func pkcs8(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func newSigner(t *testing.T, key []byte) *Signer {
	t.Helper()
	s, err := NewSigner("example.org", "s1", key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const signable = "From: BARA <contact@example.org>\r\nTo: a@example.fr\r\nSubject: Re: un texte\r\nDate: Mon, 2 Mar 2026 12:00:00 +0000\r\n" +
	"Message-ID: <1@example.org>\r\nContent-Type: text/plain\r\n\r\nBonjour.\r\n.\r\n  deux  espaces \r\n"

func TestSignaturesVerify(t *testing.T) {
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, short, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(long)})
	for name, key := range map[string][]byte{"rsa": pkcs8(t, long), "rsa, PKCS #1": old, "ed25519": pkcs8(t, short)} {
		t.Run(name, func(t *testing.T) {
			s := newSigner(t, key)
			signed, err := s.Sign([]byte(signable))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasSuffix(signed, []byte("\r\n"+signable)) {
				t.Errorf("the letter is not as it was:\n%s", signed)
			}
			record, text := s.Record()
			lookup := func(name string) ([]string, error) {
				if name != record {
					t.Errorf("%s is looked up, not %s", name, record)
				}
				return []string{text}, nil
			}
			verify := func(mail []byte) error {
				found, err := dkim.VerifyWithOptions(bytes.NewReader(mail), &dkim.VerifyOptions{LookupTXT: lookup})
				if err != nil || len(found) != 1 {
					t.Fatalf("%d signatures, %v", len(found), err)
				}
				return found[0].Err
			}
			if err := verify(signed); err != nil {
				t.Error(err)
			}
			for _, forged := range []string{
				strings.Replace(string(signed), "Bonjour", "Bonsoir", 1), strings.Replace(string(signed), "To: a@", "To: b@", 1),
				strings.Replace(string(signed), "\r\nTo:", "\r\nFrom: eve@example.net\r\nTo:", 1),
			} {
				if verify([]byte(forged)) == nil {
					t.Errorf("this verifies:\n%s", forged)
				}
			}
		})
	}
}

// OpenDKIM is of the same mind, over SMTP.
func TestSignatureAtOpenDKIM(t *testing.T) {
	domain := realmail.NewDomain(t, "example.org", "reject")
	student := realmail.User{Address: "student@example.fr", Password: "geheim"}
	dovecot := realmail.StartDovecot(t, student)
	milters := realmail.StartMilters(t, domain)
	postfix := realmail.StartPostfix(t, realmail.PostfixOptions{
		Domains: []string{"example.fr"}, LMTP: dovecot.LMTP, Milters: milters.Sockets(),
	})
	signed, err := newSigner(t, domain.PEM()).Sign([]byte(signable))
	if err != nil {
		t.Fatal(err)
	}
	l := letter(student.Address)
	l.Bytes = signed
	sender := newSender(postfix.MX, newShelf(l))
	sender.limits = limits{}
	if sent := drain(t, sender); sent != 1 {
		t.Fatalf("sent %d letters\n%s", sent, postfix.Log())
	}
	if mails := inbox(t, dovecot, student.Address, 1); !strings.Contains(mails, "dkim=pass") || !strings.Contains(mails, "dmarc=pass") {
		t.Errorf("the border wrote\n%s\n%s", mails, milters.Log())
	}
}

func TestKeysThatSignNothing(t *testing.T) {
	short, _ := rsa.GenerateKey(rand.Reader, 1024)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for want, key := range map[string][]byte{
		"no key in PEM":  []byte("hello"),
		"no private key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}),
		"signs no mail":  pkcs8(t, curve),
		"":               pkcs8(t, short),
	} {
		if _, err := NewSigner("example.org", "s1", key); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestPublished(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := newSigner(t, pkcs8(t, key))
	_, text := s.Record()
	timeout := errors.New("timeout")
	tests := map[string]struct {
		records []string
		err     error
		want    string
	}{
		"there":       {[]string{"unrelated", text}, nil, ""},
		"with spaces": {[]string{"v=DKIM1;k=ed25519 ; p = " + strings.Join(strings.SplitAfter(tag(text, "p"), "A"), " ")}, nil, ""},
		"not there":   {nil, &net.DNSError{IsNotFound: true}, "no key is published"},
		"nothing":     {nil, nil, "no key is published"},
		"another":     {[]string{"v=DKIM1; p=AAAA"}, nil, "another key is published"},
		"revoked":     {[]string{"v=DKIM1; p="}, nil, "revoked"},
		"no DNS":      {nil, timeout, "timeout"},
	}
	for name, test := range tests {
		err := s.Published(t.Context(), func(context.Context, string) ([]string, error) { return test.records, test.err })
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	for address, want := range map[string]bool{"a@example.org": true, "a@desk.Example.org": true, "a@notexample.org": false, "a@example.fr": false} {
		if got := s.Aligned(address); got != want {
			t.Errorf("%s aligned: %t", address, got)
		}
	}
}
