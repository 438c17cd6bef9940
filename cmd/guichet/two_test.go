package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/realmail"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// TestTwoPublications has one desk keep two mailboxes, each of a publication with its
// own rules, prefix and folders, over one database.
func TestTwoPublications(t *testing.T) {
	revue := realmail.User{Address: "revue@example.fr", Password: contact.Password}
	var users []localmail.User
	for _, u := range []realmail.User{contact, revue, editor, student} {
		users = append(users, localmail.User{Address: u.Address, Password: u.Password})
	}
	servers, err := localmail.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() })
	w := &town{t: t, folder: t.TempDir(), imap: servers.IMAP, log: func() string { return "" }}
	if err := os.CopyFS(filepath.Join(w.folder, "revue"), builtin.FS); err != nil {
		t.Fatal(err)
	}
	for file, change := range map[string][2]string{
		"desk.yaml":            {"prefix: BARA", "prefix: REVUE"},
		"formats/baratin.yaml": {"folder: Baratins", "folder: Billets"},
	} {
		path := filepath.Join(w.folder, "revue", file)
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte(change[0])) {
			t.Fatalf("%s: %v, or it lacks %s", file, err, change[0])
		}
		if err := os.WriteFile(path, bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.write("secret", contact.Password+"\n")
	w.write("guichet.yaml", fmt.Sprintf(`database: guichet.db
mailboxes:
  - {address: %[1]s, imap: {server: %[3]q, user: %[1]s, password_file: secret, security: none}}
  - {address: %[2]s, imap: {server: %[3]q, user: %[2]s, password_file: secret, security: none}, rules: revue, sent: Envoyés}
smtp: {server: %[4]q, user: %[1]s, password_file: secret, security: none}
editors:
  - {name: Camille, address: %[5]s, queues: [all], digest: []}
`, contact.Address, revue.Address, servers.IMAP, servers.SMTP, editor.Address))

	// One mail to both is a mail to each.
	mail := fmt.Sprintf("From: Lina <%s>\r\nTo: %s, %s\r\nMessage-ID: <two@example.fr>\r\nSubject: Baratin : Deux boîtes\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", student.Address, contact.Address, revue.Address, inOwnWords(bicycles))
	c, err := smtp.Dial(servers.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SendMail(student.Address, []string{contact.Address, revue.Address}, strings.NewReader(mail)); err != nil {
		t.Fatal(err)
	}
	w.guichet("run", "--once", "--from", "all")
	w.mail(contact, "Guichet/Baratins", 1)
	w.mail(revue, "Guichet/Billets", 1)
	w.mail(revue, "Envoyés", 1)
	queue := w.guichet("queue")
	for _, reference := range []string{"BARA-", "REVUE-"} {
		if !strings.Contains(queue, reference) {
			t.Errorf("no reference begins with %s:\n%s", reference, queue)
		}
	}
	senders := map[string]bool{}
	for n := 1; n <= 2; n++ {
		answer := w.mailAt(student, "INBOX", n)
		prefix := "BARA-"
		if answer.From.Address == revue.Address {
			prefix = "REVUE-"
		}
		if !strings.Contains(answer.Text, prefix) {
			t.Errorf("%s answers without a reference of its own:\n%s", answer.From.Address, answer.Text)
		}
		senders[answer.From.Address] = true
	}
	if len(senders) != 2 {
		t.Errorf("the answers are from %v; want both mailboxes", senders)
	}

	// A decision is told from the mailbox of its own publication.
	reference := regexp.MustCompile(`REVUE-[0-9A-Z-]+`).FindString(queue)
	w.guichet("decide", reference, "decline", "--as", "Camille", "--motive", "Hors sujet.")
	w.guichet("run", "--once")
	if told := w.mailAt(student, "INBOX", 3); told.From.Address != revue.Address || !strings.Contains(told.Text, reference) {
		t.Errorf("the decision on %s is told by %s:\n%s", reference, told.From.Address, told.Text)
	}
	if out := w.guichet("reconcile"); strings.Count(out, "1 numbers given since the desk took it over = 1 mails on record + 0 passed over") != 2 ||
		!strings.Contains(out, "2 received = 2 filed") {
		t.Errorf("reconcile says\n%s", out)
	}
}

// mailAt is the nth mail of a folder, from 1.
func (w *town) mailAt(u realmail.User, folder string, n int) *email.Message {
	w.t.Helper()
	found, err := localmail.ReadFolder(w.imap, u.Address, u.Password, folder)
	if err != nil || len(found) < n {
		w.t.Fatalf("%s of %s holds %d mails, want %d: %v", folder, u.Address, len(found), n, err)
	}
	m, err := email.Parse(found[n-1].Raw)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}
