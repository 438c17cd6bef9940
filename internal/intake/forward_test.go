package intake_test

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// enclosing is a mail of Léa's with a note and one more part.
func enclosing(subject, reply, part string) []byte {
	raw := "From: " + lea + "\nTo: " + contact + "\nSubject: " + subject + "\nIn-Reply-To: " + reply + "\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain; charset=utf-8\n\nVoici.\n--m\n" + part + "\n--m--\n"
	return []byte(strings.ReplaceAll(raw, "\n", "\r\n"))
}

func forwardedMail(from, text string) string {
	return "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=texte.eml\n\n" +
		"From: " + from + "\nSubject: texte\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + text
}

// TestAForwardedMailIsTheForwarders: what is in it is read as the sender's own
// submission, and the answer goes to them.
func TestAForwardedMailIsTheForwarders(t *testing.T) {
	s := open(t)
	e := s.takeRaw(enclosing("TR : Baratin", "", forwardedMail("Sam <sam@example.fr>", baratin(400))))
	if e.Case.Verdict != desk.Complete || e.Version.File != "texte.eml" || e.Notice.Recipient != "lea@example.fr" {
		t.Errorf("%+v, %+v, %+v", e.Case, e.Version, e.Notice)
	}
	if len(e.Mail.Flags) != 1 || e.Mail.Flags[0] != "forwarded" {
		t.Errorf("flags %v", e.Mail.Flags)
	}
}

// TestAForwardedReplyIsAVersion: below a covering note, or as a file.
func TestAForwardedReplyIsAVersion(t *testing.T) {
	s, first := submitted(t)
	e := s.takeRaw(enclosing("TR: Baratin", first.Notice.MessageID, forwardedMail("Sam <sam@example.fr>", baratin(400))))
	if e.Case.ID != first.Case.ID || e.Version == nil || e.Version.Number != 2 {
		t.Errorf("%+v", e)
	}
	below := "Voici.\n\nDe : Sam <sam@example.fr>\nEnvoyé : lundi 3 mars 2026\nÀ : Léa\nObjet : texte\n\n" + baratin(410)
	e = s.take(mail{from: lea, subject: "TR: Baratin", reply: first.Notice.MessageID, body: below})
	if e.Case.ID != first.Case.ID || e.Version == nil || e.Version.Number != 3 || e.Case.Verdict != desk.Complete {
		t.Errorf("%+v", e)
	}
}

// TestTheDesksOwnWordsAreNoText: a receipt that is passed back is no submission.
func TestTheDesksOwnWordsAreNoText(t *testing.T) {
	s, first := submitted(t)
	ours := "BARA <" + contact + ">"
	below := "Que faire ?\n\nDe : " + ours + "\nEnvoyé : lundi 3 mars 2026\nÀ : Léa\nObjet : Baratin\n\n" + baratin(400)
	for _, raw := range [][]byte{
		enclosing("TR: Baratin", first.Notice.MessageID, forwardedMail(ours, baratin(400))),
		mail{from: lea, subject: "TR: Baratin", id: "<9@example.fr>", reply: first.Notice.MessageID, body: below}.raw(),
	} {
		if e := s.takeRaw(raw); e.Version != nil || e.Mail.CaseID != first.Case.ID {
			t.Errorf("%+v, version %+v", e.Mail, e.Version)
		}
	}
}

// TestALinkInTheReplyIsNoVersion: somebody reads it, and the case stays as it was.
func TestALinkInTheReplyIsNoVersion(t *testing.T) {
	s, first := submitted(t)
	e := s.take(mail{from: lea, subject: "Re: Baratin", reply: first.Notice.MessageID, body: "Ma source : https://drive.google.com/file/d/1/view"})
	if e.Version != nil || e.Mail.Reason.Code != "reply-no-text" {
		t.Errorf("%+v", e.Mail)
	}
}

// TestWhatCannotBeReadIsAnswered: what the file is, what to do, and what comes next;
// the file that replaces it is the next version.
func TestWhatCannotBeReadIsAnswered(t *testing.T) {
	s := open(t)
	shortcut := "Content-Type: application/octet-stream; name=texte.url\n\n[InternetShortcut]\nURL=https://example.org/\n"
	first := s.takeRaw(enclosing("Baratin : Se loger", "", shortcut))
	if first.Case.Verdict != desk.ToCheck || first.Notice == nil {
		t.Fatalf("%+v", first.Case)
	}
	said := string(first.Notice.Bytes)
	for _, want := range []string{"raccourci", "Enregistrer sous", "version 2"} {
		if !strings.Contains(said, want) {
			t.Errorf("the answer does not say %q:\n%s", want, said)
		}
	}
	e := s.take(mail{from: lea, subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, body: baratin(400)})
	if e.Case.ID != first.Case.ID || e.Case.Verdict != desk.Complete {
		t.Errorf("%+v", e.Case)
	}
}
