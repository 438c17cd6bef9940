package realmail

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

var (
	contact = User{"contact@example.org", "secret"}
	student = User{"student@example.fr", "geheim"}
)

func startBoth(t *testing.T) (*Dovecot, *Postfix) {
	t.Helper()
	d := StartDovecot(t, contact, student)
	return d, StartPostfix(t, PostfixOptions{
		Domains: []string{"example.org", "example.fr"}, LMTP: d.LMTP, SASL: d.SASL,
	})
}

// arrived waits for the one mail of a user's INBOX.
func arrived(t *testing.T, d *Dovecot, p *Postfix, u User) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(d.Maildir(u.Address), "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 1 {
			mail, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			return strings.ReplaceAll(string(mail), "\r\n", "\n")
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d mails in INBOX of %s, want 1\n%s\n%s", len(files), u.Address, p.Log(), d.Log())
		}
	}
}

func TestSubmittedMailIsDelivered(t *testing.T) {
	d, p := startBoth(t)
	const mail = "From: student@example.fr\nSubject: Baratin : un essai\n\n.\nUn texte.\n"
	if err := p.Submit(student, contact.Address, []byte(mail)); err != nil {
		t.Fatalf("%v\n%s", err, p.Log())
	}
	got := arrived(t, d, p, contact)
	if !strings.HasPrefix(got, "Return-Path: <student@example.fr>\n") {
		t.Errorf("no Return-Path at the top of\n%s", got)
	}
	if !strings.Contains(got, "\n\tby mx.example.org (Postfix) with ESMTPSA id ") {
		t.Errorf("no Received line of an authenticated submission in\n%s", got)
	}
	if !strings.HasSuffix(got, mail) {
		t.Errorf("the mail itself has changed:\n%s", got)
	}
}

func TestPostfixRefusesAndBounces(t *testing.T) {
	d, p := startBoth(t)
	mail := []byte("Subject: bonjour\n\nUn texte.\n")
	var refusal *smtp.SMTPError
	if err := p.Deliver("a@example.net", "b@example.net", mail); !errors.As(err, &refusal) || refusal.Code != 554 {
		t.Errorf("relaying for a stranger: %v, want 554", err)
	}
	if err := p.Submit(User{contact.Address, "wrong"}, student.Address, mail); !errors.As(err, &refusal) || refusal.Code != 535 {
		t.Errorf("a wrong password: %v, want 535", err)
	}
	if err := p.Submit(contact, "b@example.net", mail); !errors.As(err, &refusal) || refusal.Code != 550 {
		t.Errorf("a mail that would leave this machine: %v, want 550", err)
	}
	if err := p.Submit(contact, "nobody@example.fr", mail); err != nil {
		t.Fatal(err)
	}
	if got := arrived(t, d, p, contact); !strings.Contains(got, "nobody@example.fr") ||
		!strings.Contains(got, "report-type=delivery-status") {
		t.Errorf("want a bounce, not\n%s", got)
	}
}

func TestQueuedMailOutlivesARestart(t *testing.T) {
	d, p := startBoth(t)
	d.Stop()
	if err := p.Deliver("", contact.Address, []byte("Subject: bonjour\n\nUn texte.\n")); err != nil {
		t.Fatal(err)
	}
	p.Stop()
	p.Start()
	d.Start()
	if got := arrived(t, d, p, contact); !strings.HasPrefix(got, "Return-Path: <>\n") {
		t.Errorf("no null return path at the top of\n%s", got)
	}
}
