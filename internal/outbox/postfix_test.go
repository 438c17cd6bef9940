package outbox

import (
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/realmail"
)

// The same promises, kept by a server that somebody else wrote.
func TestPostfix(t *testing.T) {
	contact := realmail.User{Address: "contact@example.org", Password: "secret"}
	student := realmail.User{Address: "student@example.fr", Password: "geheim"}
	dovecot := realmail.StartDovecot(t, contact, student)
	postfix := realmail.StartPostfix(t, realmail.PostfixOptions{
		Domains: []string{"example.org", "example.fr"}, LMTP: dovecot.LMTP, SASL: dovecot.SASL,
	})
	password := contact.Password
	account := Server{
		Address: postfix.Submission, Security: StartTLS, TLS: &tls.Config{RootCAs: postfix.Roots},
		User: contact.Address, Password: func() (string, error) { return password, nil },
	}
	first, outside, last := letter(student.Address), letter("a@example.net"), letter(student.Address)
	first.Bytes = []byte("Subject: Re\r\n\r\n.\r\n..\r\n" + strings.Repeat("x", 990) + "\r\n.\r\n")
	queue := newShelf(first, outside, last)
	sender := newSender(postfix.Submission, queue)
	sender.Server, sender.limits = account, limits{}

	if facts, err := Probe(t.Context(), account); err != nil || facts.Mechanism != "PLAIN" || facts.TLS == "" || facts.MaxBytes == 0 {
		t.Errorf("Probe: %+v, %v", facts, err)
	}
	if sent := drain(t, sender); sent != 2 {
		t.Fatalf("sent %d letters, want 2\n%s", sent, postfix.Log())
	}
	if o := queue.last(t, 2); !o.Permanent || !strings.HasPrefix(o.Reply, "RCPT: 550 5.1.1 ") {
		t.Errorf("a letter to nowhere: %+v, want 550", o)
	}
	mails := inbox(t, dovecot, student.Address, 2)
	for _, l := range []string{string(first.Bytes), string(last.Bytes)} {
		if !strings.Contains(mails, strings.ReplaceAll(l, "\r\n", "\n")) {
			t.Errorf("the mailbox holds\n%s\nwithout\n%s", mails, l)
		}
	}
	if n := strings.Count(mails, "Return-Path: <>\n"); n != 2 {
		t.Errorf("%d null return paths, want 2", n)
	}

	password = "wrong"
	queue.add(letter(student.Address))
	_, err := sender.Drain(t.Context())
	var trouble *Unreachable
	if !errors.As(err, &trouble) || trouble.Step != StepLogin {
		t.Errorf("a wrong password: %v, want a failed login", err)
	}
}

// inbox waits for that many mails and returns them, one after the other, with
// LF as Dovecot keeps them.
func inbox(t *testing.T, d *realmail.Dovecot, user string, want int) string {
	t.Helper()
	var files []string
	eventually(t, "the mails in the mailbox", func() (arrived bool) {
		var err error
		if files, err = filepath.Glob(filepath.Join(d.Maildir(user), "new", "*")); err != nil {
			t.Fatal(err)
		}
		return len(files) == want
	})
	var mails strings.Builder
	for _, file := range files {
		mail, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mails.Write(mail)
	}
	return strings.ReplaceAll(mails.String(), "\r\n", "\n")
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in thirty seconds: %s", what)
		}
	}
}
