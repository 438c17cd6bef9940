package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/bara-think-tank/guichet/internal/outbox"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// DKIMConfig is how the mails of an SMTP account are signed; empty: not by us.
type DKIMConfig struct {
	Domain   string `yaml:"domain"`
	Selector string `yaml:"selector"`
	KeyFile  string `yaml:"key_file"`
}

func (d DKIMConfig) check(file *yamlfile.File, at string) {
	if d == (DKIMConfig{}) {
		return
	}
	if d.Domain == "" || d.Selector == "" || d.KeyFile == "" {
		file.Fault(at, "dkim needs all of domain, selector and key_file")
	}
}

// signers reads the key of each mailbox whose mails are signed.
func (c *Config) signers() (map[string]*outbox.Signer, error) {
	all := map[string]*outbox.Signer{}
	for _, m := range c.Mailboxes {
		d := c.smtpOf(m).DKIM
		if d == (DKIMConfig{}) {
			continue
		}
		text, err := os.ReadFile(c.path(d.KeyFile))
		if err != nil {
			return nil, badUse{hint(fmt.Errorf("reading dkim: key_file: %w", err), "make one with: openssl genrsa -out "+d.KeyFile+" 2048")}
		}
		if all[m.Address], err = outbox.NewSigner(d.Domain, d.Selector, text); err != nil {
			return nil, badUse{hint(fmt.Errorf("dkim: key_file %s: %w", d.KeyFile, err), "make one with: openssl genrsa -out "+d.KeyFile+" 2048")}
		}
	}
	return all, nil
}

// sign signs what leaves from a mailbox whose account has a key.
func (w *works) sign(from string, mail []byte) ([]byte, error) {
	s := w.signers[from]
	if s == nil {
		return mail, nil
	}
	return s.Sign(mail)
}

// lookupPatience is how long check waits for the DNS.
const lookupPatience = 5 * time.Second

// dkim compares each key with what its domain publishes.
func (r *report) dkim(c *Config, w *works) {
	for _, m := range c.Mailboxes {
		s := w.signers[m.Address]
		if s == nil {
			continue
		}
		r.private("dkim", c.path(c.smtpOf(m).DKIM.KeyFile))
		if !s.Aligned(m.Address) {
			r.warn("dkim", "%s: a signature of %s proves nothing about this address; dkim: domain should be its own", m.Address, s.Domain)
		}
		r.published(m.Address, s)
	}
}

func (r *report) published(address string, s *outbox.Signer) {
	ctx, stop := context.WithTimeout(r.a.ctx, lookupPatience)
	defer stop()
	name, text := s.Record()
	switch err := s.Published(ctx, r.a.lookupTXT); {
	case err == nil:
		r.ok("dkim", "%s is signed for %s, and %s holds the key", address, s.Domain, name)
	case errors.Is(err, outbox.ErrUnpublished):
		r.warn("dkim", "%s: publish this TXT record at %s: %s", address, name, text)
	default:
		r.warn("dkim", "%s: %v at %s; the record should be: %s", address, cmp.Or(ctx.Err(), err), name, text)
	}
}
