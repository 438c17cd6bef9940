package localmail_test

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/localmail"
)

const (
	contact = "contact@example.org"
	student = "etudiante@example.fr"
)

func start(t *testing.T) *localmail.Servers {
	t.Helper()
	s, err := localmail.Start(localmail.User{Address: contact, Password: "secret"}, localmail.User{Address: student, Password: "other"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Each way to submit ends in the mailboxes of the recipients, under the trace of
// its delivery.
func TestSubmittedMailLands(t *testing.T) {
	s := start(t)
	conf := &tls.Config{RootCAs: s.Roots, ServerName: "localhost"}
	for name, dial := range map[string]func() (*smtp.Client, error){
		"plain":    func() (*smtp.Client, error) { return smtp.Dial(s.SMTP) },
		"starttls": func() (*smtp.Client, error) { return smtp.DialStartTLS(s.SMTP, conf) },
		"tls":      func() (*smtp.Client, error) { return smtp.DialTLS(s.SMTPS, conf) },
	} {
		t.Run(name, func(t *testing.T) {
			c, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if name != "plain" { // students do without
				if err := c.Auth(sasl.NewPlainClient("", contact, "secret")); err != nil {
					t.Fatal(err)
				}
			}
			mail := "Subject: " + name + "\r\n\r\nUn texte.\r\n.caché\r\n"
			if err := c.SendMail("", []string{student, strings.ToUpper(contact)}, strings.NewReader(mail)); err != nil {
				t.Fatal(err)
			}
			for _, user := range []string{student, contact} {
				mails, err := s.Messages(user, "INBOX")
				if err != nil || len(mails) == 0 {
					t.Fatalf("%s has %v, %v", user, mails, err)
				}
				raw := string(mails[len(mails)-1].Raw)
				if !strings.HasPrefix(raw, "Return-Path: <>\r\nReceived: ") || !strings.HasSuffix(raw, mail) {
					t.Errorf("%s got %q; want the trace and then %q", user, raw, mail)
				}
			}
		})
	}
}

func TestSubmissionIsRefused(t *testing.T) {
	s := start(t)
	c, err := smtp.Dial(s.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, auth := range []sasl.Client{
		sasl.NewPlainClient("", contact, "other"),
		sasl.NewPlainClient("", "nobody@example.org", "secret"),
		sasl.NewPlainClient("", "", ""),
	} {
		if got := code(c.Auth(auth)); got != 535 {
			t.Errorf("a wrong login: %d; want 535", got)
		}
	}
	if err := c.Mail(student, nil); err != nil {
		t.Fatal(err)
	}
	if got := code(c.Rcpt("nobody@example.org", nil)); got != 550 {
		t.Errorf("an unknown recipient: %d; want 550", got)
	}
}

func code(err error) int {
	var answer *smtp.SMTPError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return 0
}

func TestAppendedMailIsRead(t *testing.T) {
	s := start(t)
	at := time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	raw := "Subject: baratin\r\n\r\nUn texte.\r\n"
	for _, folder := range []string{"INBOX", "Guichet/À trier"} {
		if err := s.Append(contact, folder, []byte(raw), at); err != nil {
			t.Fatal(err)
		}
		for range 2 { // reading changes nothing
			mails, err := s.Messages(contact, folder)
			if err != nil || len(mails) != 1 {
				t.Fatalf("%s: %v, %v", folder, mails, err)
			}
			if m := mails[0]; m.UID != 1 || !m.At.Equal(at) || m.Seen || string(m.Raw) != raw {
				t.Errorf("%s: %+v; want UID 1 of %v, unseen, %q", folder, m, at, raw)
			}
		}
	}
	if mails, err := s.Messages(student, "INBOX"); err != nil || len(mails) != 0 {
		t.Errorf("another user: %v, %v; want nothing", mails, err)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := start(t)
	if _, err := s.Messages(contact, "Nowhere"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := s.Messages("nobody@example.org", "INBOX"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a user that is not there: %v", err)
	}
	if err := s.Append("nobody@example.org", "INBOX", nil, time.Now()); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("appending for a user that is not there: %v", err)
	}
	if _, err := localmail.Start(localmail.User{Address: contact}, localmail.User{Address: contact}); err == nil {
		t.Error("a user that is there twice was taken")
	}
}

// The capabilities are those that the desk relies on.
func TestCapabilities(t *testing.T) {
	s := start(t)
	c, err := imapclient.DialTLS(s.IMAPS, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: s.Roots}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(contact, "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"MOVE", "UIDPLUS", "IDLE", "NAMESPACE"} {
		found := false
		for got := range c.Caps() {
			found = found || string(got) == want
		}
		if !found {
			t.Errorf("the server does not offer %s", want)
		}
	}
}

func TestCloseEndsBothServers(t *testing.T) {
	s, err := localmail.Start(localmail.User{Address: contact, Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{s.IMAP, s.SMTP} {
		if c, err := smtp.Dial(address); err == nil {
			_ = c.Close()
			t.Errorf("%s still answers", address)
		}
	}
}
