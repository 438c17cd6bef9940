package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/realmail"
)

var (
	contact = realmail.User{Address: "contact@example.org", Password: "secret of the desk"}
	editor  = realmail.User{Address: "redaction@example.org", Password: "secret of the editor"}
	student = realmail.User{Address: "lina.moreau@example.fr", Password: "secret of the student"}
)

// town is a desk between servers: students submit by SMTP, the desk finds their
// mail by IMAP and answers by SMTP.
type town struct {
	t      *testing.T
	imap   string
	post   func(from realmail.User, mail []byte) error // with a login, to the desk
	inject func(from string, mail []byte) error        // without, any envelope sender
	log    func() string
	folder string
	sent   int
}

// realTown is one of Debian's Dovecot and Postfix.
func realTown(t *testing.T) *town {
	t.Helper()
	dovecot := realmail.StartDovecot(t, contact, editor, student)
	postfix := realmail.StartPostfix(t, realmail.PostfixOptions{
		Domains: []string{"example.org", "example.fr"}, LMTP: dovecot.LMTP, SASL: dovecot.SASL,
	})
	w := &town{
		t: t, folder: t.TempDir(), imap: dovecot.IMAP,
		post:   func(from realmail.User, mail []byte) error { return postfix.Submit(from, contact.Address, mail) },
		inject: func(from string, mail []byte) error { return postfix.Deliver(from, contact.Address, mail) },
		log:    func() string { return postfix.Log() + dovecot.Log() },
	}
	w.configure(fmt.Sprintf("security: starttls, ca_file: %q", dovecot.CAFile()),
		fmt.Sprintf("server: %q, security: starttls, ca_file: %q", postfix.Submission, postfix.CAFile()))
	return w
}

// embeddedTown is one of the servers in memory.
func embeddedTown(t *testing.T) *town {
	t.Helper()
	var users []localmail.User
	for _, u := range []realmail.User{contact, editor, student} {
		users = append(users, localmail.User{Address: u.Address, Password: u.Password})
	}
	servers, err := localmail.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() })
	send := func(from string, mail []byte) error {
		c, err := smtp.Dial(servers.SMTP)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.SendMail(from, []string{contact.Address}, bytes.NewReader(mail))
	}
	w := &town{
		t: t, folder: t.TempDir(), imap: servers.IMAP, inject: send,
		post: func(from realmail.User, mail []byte) error { return send(from.Address, mail) },
		log:  func() string { return "" },
	}
	w.configure("security: none", fmt.Sprintf("server: %q, security: none", servers.SMTP))
	return w
}

func (w *town) configure(imap, smtp string) {
	w.t.Helper()
	w.write("secret", contact.Password+"\n")
	w.write("guichet.yaml", fmt.Sprintf(`database: guichet.db
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, user: %[1]s, password_file: secret, %[3]s}
smtp: {user: %[1]s, password_file: secret, %[4]s}
editors:
  - {name: Camille, address: %[5]s, queues: [all], digest: ["19:00"]}
`, contact.Address, w.imap, imap, smtp, editor.Address))
}

func (w *town) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// guichet runs the program and gives what it printed.
func (w *town) guichet(args ...string) string {
	w.t.Helper()
	var out, errs bytes.Buffer
	args = append(args, "--config", filepath.Join(w.folder, "guichet.yaml"))
	if status := run(args, &out, &errs); status != exitDone {
		w.t.Fatalf("guichet %v: status %d\n%s%s\n%s", args, status, &out, &errs, w.log())
	}
	return out.String()
}

// desk starts `guichet run` as a process of its own; the function that it gives
// ends it by SIGTERM and wants status 0.
func (w *town) desk() (stop func()) {
	w.t.Helper()
	cmd := exec.Command("guichet", "run", "--from", "now", "--config", filepath.Join(w.folder, "guichet.yaml"))
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			w.t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			w.t.Errorf("after SIGTERM: %v\n%s", err, &log)
		}
	}
}

// mail reads a folder over IMAP until it holds n mails, and gives the last, nil of
// none. It waits for longer than the desk does between two looks: the server in
// memory tells nobody of a mail that comes just as IDLE begins.
func (w *town) mail(u realmail.User, folder string, n int) *email.Message {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), 3*time.Minute)
	defer stop()
	for ; ; time.Sleep(50 * time.Millisecond) {
		found, err := localmail.ReadFolder(w.imap, u.Address, u.Password, folder)
		if err == nil && len(found) == n && n == 0 {
			return nil
		}
		if err == nil && len(found) == n {
			m, err := email.Parse(found[n-1].Raw)
			if err != nil {
				w.t.Fatal(err)
			}
			return m
		}
		if ctx.Err() != nil {
			w.t.Fatalf("%s of %s holds %d mails, want %d: %v\n%s", folder, u.Address, len(found), n, err, w.log())
		}
	}
}

// letters is the text of every mail in a folder.
func (w *town) letters(u realmail.User, folder string) string {
	w.t.Helper()
	found, err := localmail.ReadFolder(w.imap, u.Address, u.Password, folder)
	if err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	for _, letter := range found {
		m, err := email.Parse(letter.Raw)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintln(&all, m.Text)
	}
	return all.String()
}

// submit sends a student's mail through Postfix.
func (w *town) submit(header, body string) (messageID string) {
	w.t.Helper()
	w.sent++
	messageID = fmt.Sprintf("<%d@example.fr>", w.sent)
	mail := fmt.Sprintf("From: Lina Moreau <%s>\r\nTo: %s\r\nMessage-ID: %s\r\nMIME-Version: 1.0\r\n%s\r\n\r\n%s",
		student.Address, contact.Address, messageID, header, body)
	if err := w.post(student, []byte(mail)); err != nil {
		w.t.Fatalf("%v\n%s", err, w.log())
	}
	return messageID
}

// attached is a mail with a document of the demo attached.
func attached(t *testing.T, subject, demo string) (header, body string) {
	t.Helper()
	raw, err := demoFiles.ReadFile("demo/" + demo)
	if err != nil {
		t.Fatal(err)
	}
	file := attachmentOf(t, raw)
	header = "Subject: " + subject + "\r\nContent-Type: multipart/mixed; boundary=b"
	body = fmt.Sprintf("--b\r\nContent-Type: text/plain\r\n\r\nBonjour, voici mon texte.\r\n--b\r\n"+
		"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=texte.docx\r\n"+
		"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n", lines(base64.StdEncoding.EncodeToString(file)))
	return header, body
}

// attachmentOf is the first attachment of a mail.
func attachmentOf(t *testing.T, raw []byte) []byte {
	t.Helper()
	m, err := email.Parse(raw)
	if err != nil || len(m.Attachments) == 0 {
		t.Fatalf("no attachment: %v", err)
	}
	return m.Attachments[0].Data
}

// lines breaks a text into lines that SMTP takes.
func lines(text string) string {
	return regexp.MustCompile(`.{76}`).ReplaceAllString(text, "$0\r\n")
}

var anyReference = regexp.MustCompile(`BARA-\d{4}-\d{4,}-[0-9A-Z]`)

// TestTheWholeWay is the desk as a town knows it: mails go in by SMTP, and answers
// and filed mails are read back over IMAP.
func TestTheWholeWay(t *testing.T) {
	for name, town := range map[string]func(*testing.T) *town{"Dovecot and Postfix": realTown, "in memory": embeddedTown} {
		t.Run(name, func(t *testing.T) { wholeWay(t, town(t)) })
	}
}

func wholeWay(t *testing.T, w *town) {
	checked := w.guichet("check")
	for _, want := range []string{"ok       mailbox", "ok       smtp", "warning  authors"} {
		if !strings.Contains(checked, want) {
			t.Errorf("check does not say %q:\n%s", want, checked)
		}
	}
	stop := w.desk()
	w.awaitTakeOver()

	// A submission that is too short, then corrected by a reply.
	short := "Subject: Baratin : Se loger\r\nContent-Type: text/plain; charset=utf-8"
	id := w.submit(short, strings.Repeat("Le logement manque dans les villes universitaires de notre pays. ", 15)+"\r\n")
	answer := w.mail(student, "INBOX", 1)
	ref := anyReference.FindString(answer.Text)
	if ref == "" || answer.InReplyTo[0] != id || answer.Get("Auto-Submitted") != "auto-replied" {
		t.Errorf("the answer: reference %q, in reply to %v, %q\n%s", ref, answer.InReplyTo, answer.Get("Auto-Submitted"), answer.Text)
	}
	w.mail(contact, "Guichet/Baratins", 1)

	header, body := attached(t, "Re: Baratin : Se loger", "01-baratin-complete.eml")
	w.submit(header+"\r\nIn-Reply-To: "+answer.MessageID, body)
	second := w.mail(student, "INBOX", 2)
	if !strings.Contains(second.Text, ref) || !strings.Contains(second.Text, "version 2") {
		t.Errorf("the second answer is not about version 2 of %s:\n%s", ref, second.Text)
	}
	w.mail(contact, "Guichet/Baratins", 2)

	// A withdrawal, a machine, and a mail that no parser likes.
	w.submit("Subject: Retrait baratin\r\nContent-Type: text/plain", "Bonjour, je retire "+ref+".\r\n")
	third := w.mail(student, "INBOX", 3)
	if !strings.Contains(third.Text, ref) {
		t.Errorf("the answer to the withdrawal does not name %s:\n%s", ref, third.Text)
	}
	w.mail(contact, "Guichet/Retraits", 1)
	w.submit("Subject: Absence\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain", "Je suis absente.\r\n")
	w.mail(contact, "Guichet/Automatiques", 1)
	if err := w.inject("", []byte("Subject: hardly a header\r\n\r\n\x00\r\n")); err != nil {
		t.Fatal(err)
	}
	broken := "Subject: =?utf-8?Q?bris=C3?=\r\nContent-Type: multipart/mixed; boundary=\r\nFrom: \xff <\r\n\r\n--\r\n\xff\r\n"
	w.mail(contact, "Guichet/Automatiques", 2) // the null return path is a machine's
	if err := w.inject(student.Address, []byte(broken)); err != nil {
		t.Fatal(err)
	}
	w.mail(contact, "Guichet/À trier", 1)
	w.mail(contact, "INBOX", 0)
	stop()

	w.checkLedger(ref)
}

// awaitTakeOver waits until the desk has taken the mailbox over.
func (w *town) awaitTakeOver() {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		out := w.guichet("check")
		if !strings.Contains(out, "never watched") && !strings.Contains(out, "not there yet") {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("the desk did not start:\n%s", out)
		}
	}
}

// checkLedger reads the outcome as an editor and an operator do.
func (w *town) checkLedger(ref string) {
	w.t.Helper()
	var d dossier
	if err := json.Unmarshal([]byte(w.guichet("show", ref, "--json")), &d); err != nil {
		w.t.Fatal(err)
	}
	if len(d.Versions) != 2 || d.Verdict != desk.Complete || len(d.Notices) != 2 {
		w.t.Errorf("the case: %d versions, %s, %d answers", len(d.Versions), d.Verdict, len(d.Notices))
	}
	for _, n := range d.Notices {
		if n.State != desk.NoticeSent {
			w.t.Errorf("the %s to %s is %s", n.Kind, n.To, n.State)
		}
	}
	waits := w.guichet("queue")
	for _, want := range []string{"baratin (folder Guichet/Baratins): 1", "withdrawals (folder Guichet/Retraits): 1", "to-sort (folder Guichet/À trier): 1"} {
		if !strings.Contains(waits, want) {
			w.t.Errorf("the queues do not say %q:\n%s", want, waits)
		}
	}
	if out := w.guichet("digest"); !strings.Contains(out, "1 of 1") {
		w.t.Errorf("digest: %s", out)
	}
	digest := w.mail(editor, "INBOX", 1)
	if !strings.Contains(digest.Text, ref) || digest.Get("Auto-Submitted") != "auto-generated" {
		w.t.Errorf("the digest does not name %s:\n%s", ref, digest.Text)
	}
}

// TestAMailboxWithAPast runs the first start on real servers: what was there
// before stays where it is, unread and unanswered.
func TestAMailboxWithAPast(t *testing.T) {
	w := realTown(t)
	config := filepath.Join(w.folder, "guichet.yaml")
	w.submit("Subject: Retrait baratin\r\nContent-Type: text/plain", "Une vieille demande.\r\n")
	w.mail(contact, "INBOX", 1)

	var errs bytes.Buffer
	if status := run([]string{"run", "--once", "--config", config}, io.Discard, &errs); status != exitBadUse ||
		!strings.Contains(errs.String(), "--from") {
		t.Errorf("a first start that was told nothing: status %d\n%s", status, &errs)
	}
	observed := w.guichet("run", "--observe", "--once", "--from", "all")
	if !strings.Contains(observed, "withdrawal, baratin") {
		t.Errorf("observed:\n%s", observed)
	}
	w.mail(contact, "INBOX", 1)
	w.guichet("run", "--once", "--from", "now")
	w.mail(contact, "INBOX", 1)

	w.submit("Subject: Retrait analyse\r\nContent-Type: text/plain", "Une demande d'aujourd'hui.\r\n")
	w.mail(contact, "INBOX", 2)
	w.guichet("run", "--once")
	w.mail(contact, "Guichet/Retraits", 1)
	w.mail(contact, "INBOX", 1)
	if answer := w.mail(student, "INBOX", 1); !strings.Contains(answer.Subject, "analyse") {
		t.Errorf("the answer is about %q", answer.Subject)
	}
}
