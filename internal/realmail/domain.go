package realmail

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Domain is a domain that sends mail, as the DNS shows it.
type Domain struct {
	Name   string
	Policy string // DMARC: "reject", "quarantine" or "none"; "" where it publishes nothing

	t   Host
	key *rsa.PrivateKey
}

// selector names every domain's one key.
const selector = "s1"

// NewDomain makes a domain with a key of its own.
func NewDomain(t Host, name, policy string) *Domain {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &Domain{Name: name, Policy: policy, t: t, key: key}
}

// Sign gives the mail with the domain's DKIM signature on top (RFC 6376): over
// From, To, Subject, Date, Message-ID and the body. Line ends become CRLF.
func (d *Domain) Sign(mail []byte) []byte {
	d.t.Helper()
	mail = bytes.ReplaceAll(bytes.ReplaceAll(mail, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	var signed bytes.Buffer
	err := dkim.Sign(&signed, bytes.NewReader(mail), &dkim.SignOptions{
		Domain: d.Name, Selector: selector, Signer: d.key,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID"},
	})
	if err != nil {
		d.t.Fatalf("signing for %s: %v", d.Name, err)
	}
	return signed.Bytes()
}

// PEM is the domain's private key.
func (d *Domain) PEM() []byte {
	d.t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(d.key)
	if err != nil {
		d.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// records are the domain's TXT records: one a line, its name and its text.
func (d *Domain) records() string {
	d.t.Helper()
	public, err := x509.MarshalPKIXPublicKey(d.key.Public())
	if err != nil {
		d.t.Fatal(err)
	}
	var lines strings.Builder
	fmt.Fprintf(&lines, "%s._domainkey.%s v=DKIM1; k=rsa; p=%s\n", selector, d.Name, base64.StdEncoding.EncodeToString(public))
	if d.Policy != "" {
		fmt.Fprintf(&lines, "_dmarc.%s v=DMARC1; p=%s\n", d.Name, d.Policy)
	}
	return lines.String()
}
