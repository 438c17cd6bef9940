package outbox

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs letters with DKIM (RFC 6376, RFC 8463), so that who receives them can
// tell that they are the domain's. A signature bears its time: a letter is signed
// once, when it is written, and a repeat is the same bytes.
type Signer struct {
	Domain   string
	Selector string
	key      crypto.Signer
}

// shortestRSA is what verifiers must not accept less of (RFC 8301 section 3.2).
const shortestRSA = 1024

// NewSigner reads a private key: PEM, RSA or Ed25519.
func NewSigner(domain, selector string, text []byte) (*Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it holds no key in PEM")
	}
	var key any
	var err error
	if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return nil, errors.New("it holds no private key in PKCS #8 or PKCS #1")
		}
	}
	s := &Signer{Domain: domain, Selector: selector}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		s.key = key
	case *rsa.PrivateKey:
		if s.key = key; key.N.BitLen() < shortestRSA {
			return nil, fmt.Errorf("an RSA key of %d bits is too short: 2048 are usual", key.N.BitLen())
		}
	default:
		return nil, fmt.Errorf("a key of type %T signs no mail; accepted: RSA, Ed25519", key)
	}
	return s, nil
}

// signedHeaders is what a signature covers. Those that stand twice can neither be
// changed nor added (RFC 6376 section 5.4.2).
var signedHeaders = []string{
	"From", "From", "To", "To", "Cc", "Reply-To", "Subject", "Subject", "Date", "Date", "Message-ID", "In-Reply-To",
	"References", "MIME-Version", "Content-Type", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
}

// Sign gives a letter with its signature on top.
func (s *Signer) Sign(letter []byte) ([]byte, error) {
	var signed bytes.Buffer
	err := dkim.Sign(&signed, bytes.NewReader(letter), &dkim.SignOptions{
		Domain: s.Domain, Selector: s.Selector, Signer: s.key, HeaderKeys: signedHeaders,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("signing for %s: %w", s.Domain, err)
	}
	return signed.Bytes(), nil
}

// Aligned says whether a signature of the domain proves the sender of an address: it
// is the address's own domain, or one above it (RFC 7489 section 3.1.1).
func (s *Signer) Aligned(address string) bool {
	host := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	domain := strings.ToLower(s.Domain)
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// Record is the TXT record that the domain must publish: its name and its text.
func (s *Signer) Record() (name, text string) {
	kind, public := "rsa", []byte(nil)
	switch key := s.key.Public().(type) {
	case ed25519.PublicKey:
		kind, public = "ed25519", key
	case *rsa.PublicKey:
		// It marshals: it was parsed.
		public, _ = x509.MarshalPKIXPublicKey(key)
	}
	return s.Selector + "._domainkey." + s.Domain, "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(public)
}

// ErrUnpublished says that the domain publishes no key under the selector.
var ErrUnpublished = errors.New("no key is published")

// Published looks the record up, and says whether it holds the signer's key. Its error
// is ErrUnpublished, what is wrong with the record, or that of the lookup.
func (s *Signer) Published(ctx context.Context, lookup func(ctx context.Context, name string) ([]string, error)) error {
	name, want := s.Record()
	records, err := lookup(ctx, name)
	var missing *net.DNSError
	if errors.As(err, &missing) && missing.IsNotFound {
		return ErrUnpublished
	}
	if err != nil {
		return err
	}
	for _, record := range records {
		switch key := tag(record, "p"); {
		case key == tag(want, "p"):
			return nil
		case key == "" && strings.Contains(record, "p="):
			return errors.New("the published key is revoked (p= is empty)")
		}
	}
	if len(records) == 0 {
		return ErrUnpublished
	}
	return errors.New("another key is published")
}

// tag is the value of one tag of a record, white space left out (RFC 6376 section 3.2).
func tag(record, name string) string {
	for part := range strings.SplitSeq(record, ";") {
		key, value, _ := strings.Cut(part, "=")
		if strings.TrimSpace(key) == name {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}
