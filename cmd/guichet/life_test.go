package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/realmail"
)

var (
	author   = realmail.User{Address: "lina.moreau@ecole.test", Password: "secret of the author"}
	coauthor = realmail.User{Address: "noe.petit@ecole.test", Password: "secret of the co-author"}
)

// border is a town behind a real border: Postfix asks OpenDKIM and OpenDMARC who
// sends, and they write the Authentication-Results that the desk goes by.
type border struct {
	*town
	school *realmail.Domain
}

func realBorder(t *testing.T) *border {
	t.Helper()
	school := realmail.NewDomain(t, "ecole.test", "reject")
	milters := realmail.StartMilters(t, school)
	dovecot := realmail.StartDovecot(t, contact, author, coauthor)
	postfix := realmail.StartPostfix(t, realmail.PostfixOptions{
		Domains: []string{"example.org", "ecole.test"}, LMTP: dovecot.LMTP, SASL: dovecot.SASL, Milters: milters.Sockets(),
	})
	b := &border{school: school, town: &town{
		t: t, folder: t.TempDir(), imap: dovecot.IMAP,
		inject: func(from string, mail []byte) error { return postfix.Deliver(from, contact.Address, mail) },
		log:    func() string { return postfix.Log() + dovecot.Log() + milters.Log() },
	}}
	b.write("secret", contact.Password+"\n")
	b.write("guichet.yaml", fmt.Sprintf(`database: guichet.db
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, user: %[1]s, password_file: secret, security: starttls, ca_file: %[3]q}
    authserv_id: mx.example.org
    received_by: mx.example.org
smtp: {server: %[4]q, user: %[1]s, password_file: secret, security: starttls, ca_file: %[5]q}
editors:
  - {name: Camille, address: camille@example.org, queues: [all]}
  - {name: Sacha, address: sacha@example.org, queues: [all]}
`, contact.Address, b.imap, dovecot.CAFile(), postfix.Submission, postfix.CAFile()))
	return b
}

// send has somebody's mail come from the outside: signed by their school, or not.
func (b *border) send(from realmail.User, signed bool, header, body string) (messageID string) {
	b.t.Helper()
	b.sent++
	messageID = fmt.Sprintf("<%d@ecole.test>", b.sent)
	mail := []byte(fmt.Sprintf("From: <%s>\nTo: <%s>\nMessage-ID: %s\nDate: Mon, 3 Mar 2025 10:00:00 +0100\nMIME-Version: 1.0\n%s\n\n%s",
		from.Address, contact.Address, messageID, strings.ReplaceAll(header, "\r", ""), strings.ReplaceAll(body, "\r", "")))
	if signed {
		mail = b.school.Sign(mail)
	}
	if err := b.inject(from.Address, mail); err != nil {
		b.t.Fatalf("%v\n%s", err, b.log())
	}
	return messageID
}

const plain = "\nContent-Type: text/plain; charset=utf-8"

// TestTheWholeLife is a text's: submitted, accepted, published; its withdrawal asked
// by a forger, then by its author; cooled off, granted, and told.
func TestTheWholeLife(t *testing.T) {
	b := realBorder(t)
	header, body := attached(t, "Baratin : Le studio", "01-baratin-complete.eml")
	b.send(author, true, header, body)
	b.mail(contact, "INBOX", 1)
	b.guichet("run", "--once", "--from", "all")
	ref := anyReference.FindString(b.mail(author, "INBOX", 1).Text)

	b.guichet("decide", ref, "accept", "--as", "Camille")
	b.guichet("publish", ref, "--url", "https://bara.example.org/studio", "--as", "Camille")
	b.write("publications.csv", fmt.Sprintf("référence,format,titre,auteurs,adresses,date,url\nBARA-ANCIEN-7,Baratin,Le bruit des cafés,Lina Moreau ; Noé Petit,%s ; %s,2024-05-02,https://bara.example.org/cafes\n",
		author.Address, coauthor.Address))
	b.guichet("publications", "import", filepath.Join(b.folder, "publications.csv"))
	b.guichet("run", "--once")
	// What leaves in one run may arrive in any order: Postfix delivers side by side.
	b.mail(author, "INBOX", 3)
	if told := b.letters(author, "INBOX"); !strings.Contains(told, "https://bara.example.org/studio") {
		t.Fatalf("told of the publication:\n%s", told)
	}

	// Somebody writes in her name: she is asked, and nothing happens.
	b.send(author, false, "Subject: Retrait baratin"+plain, "Bonjour, retirez "+ref+".\n")
	b.mail(contact, "INBOX", 1)
	b.guichet("run", "--once")
	asked := b.mail(author, "INBOX", 4)
	if !strings.Contains(asked.Text, "s’imite facilement") || len(asked.InReplyTo) != 0 {
		t.Errorf("a forged request is asked about with\n%s", asked.Text)
	}
	b.later(8 * 24 * time.Hour)
	if expired := b.mail(author, "INBOX", 5); !strings.Contains(expired.Text, "a expiré") {
		t.Errorf("told of the end:\n%s", expired.Text)
	}
	b.stands(ref, "published")

	// She asks herself, for the text that she signed with another.
	b.send(author, true, "Subject: Retrait baratin"+plain, "Bonjour,\n\nJe souhaite retirer « Le bruit des cafés ».\n\nLina\n")
	b.mail(contact, "INBOX", 1)
	b.guichet("run", "--once")
	confirmed := b.mail(author, "INBOX", 6)
	if !strings.Contains(confirmed.Text, "est confirmée") || !strings.Contains(confirmed.Text, "annuler") {
		t.Fatalf("a proved request is answered with\n%s\n%s", confirmed.Text, b.log())
	}
	told := b.mail(coauthor, "INBOX", 1)
	if !strings.Contains(told.Text, "en demande le retrait") {
		t.Errorf("the co-author reads\n%s", told.Text)
	}
	b.send(coauthor, true, "Subject: Re: Retrait\nIn-Reply-To: "+told.MessageID+plain, "Je m’oppose à ce retrait : j’y tiens.\n")
	b.mail(contact, "INBOX", 1)
	b.guichet("run", "--once")
	b.mail(coauthor, "INBOX", 2)
	b.stands("BARA-ANCIEN-7", "published")

	b.later(49 * time.Hour)
	waits := b.guichet("queue", "withdrawals")
	if !strings.Contains(waits, "awaiting decision") {
		t.Errorf("the queue does not say how far the request is:\n%s", waits)
	}
	shown := b.guichet("show", anyReference.FindString(waits))
	for _, want := range []string{
		"request: awaiting decision", "of        BARA-ANCIEN-7", "asked by  " + author.Address + " (dmarc=pass ecole.test)", "evidence  mx.example.org",
		"confirmed authentication", coauthor.Address + ": Je m’oppose",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the case does not say %q:\n%s", want, shown)
		}
	}
	b.guichet("decide", "BARA-ANCIEN-7", "grant", "--as", "Sacha", "--motive", "La demande est fondée.")
	b.guichet("run", "--once")
	b.stands("BARA-ANCIEN-7", "withdrawn")
	if granted := b.mail(author, "INBOX", 7); !strings.Contains(granted.Text, "est acceptée") {
		t.Errorf("the author reads\n%s", granted.Text)
	}
	if granted := b.mail(coauthor, "INBOX", 3); !strings.Contains(granted.Text, "est acceptée") {
		t.Errorf("the co-author reads\n%s", granted.Text)
	}
	tombstone := b.guichet("tombstone", "BARA-ANCIEN-7", "--lang", "fr")
	if !strings.Contains(tombstone, "Le bruit des cafés") || !strings.Contains(tombstone, "Noé Petit") || strings.Contains(tombstone, "La demande est fondée") {
		t.Errorf("the tombstone says\n%s", tombstone)
	}
	b.guichet("verify")
}

// stands says how a publication must stand.
func (b *border) stands(ref, state string) {
	b.t.Helper()
	if out := b.guichet("publications", "show", ref, "--json"); !strings.Contains(out, fmt.Sprintf("%q:%q", "state", state)) {
		b.t.Errorf("%s is not %s:\n%s", ref, state, out)
	}
}
