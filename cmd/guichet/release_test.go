package main

import (
	"strings"
	"testing"
)

// TestARegistrationIsTold follows a student who sends a text before they register:
// the next import that has them hands it on and tells them, in the same thread.
func TestARegistrationIsTold(t *testing.T) {
	w := embeddedTown(t)
	w.write("tom.csv", "nom,adresse,inscription\nTom Petit,tom@example.fr,2026-01-15\n")
	w.write("lina.csv", "nom;adresse;inscription\nLina Moreau;"+student.Address+";15/01/2026\n")
	w.guichet("authors", "import", w.folder+"/tom.csv")

	header, body := attached(t, "Baratin : Se loger", "01-baratin-complete.eml")
	sent := w.submit(header, body)
	w.guichet("run", "--once", "--from", "all")
	receipt := w.mail(student, "INBOX", 1)
	if !strings.Contains(receipt.Text, "il ne manque que votre inscription") {
		t.Errorf("the receipt:\n%s", receipt.Text)
	}
	ref := anyReference.FindString(receipt.Text)
	if said := w.guichet("authors", "import", "--dry-run", w.folder+"/lina.csv"); !strings.Contains(said, "texts that would be released: 1") {
		t.Errorf("tried: %s", said)
	}
	if said := w.guichet("authors", "import", w.folder+"/lina.csv"); !strings.Contains(said, "texts released to the editors: 1") {
		t.Errorf("imported: %s", said)
	}
	w.guichet("authors", "import", w.folder+"/lina.csv") // nobody is told twice
	w.guichet("run", "--once")

	told := w.mail(student, "INBOX", 2)
	if !strings.Contains(told.Text, ref) || !strings.Contains(told.Text, "Votre inscription est enregistrée") {
		t.Errorf("told:\n%s", told.Text)
	}
	if told.Subject != receipt.Subject || len(told.InReplyTo) != 1 || told.InReplyTo[0] != receipt.MessageID ||
		strings.Join(told.References, " ") != sent+" "+receipt.MessageID || told.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%q in reply to %v, references %v, %s", told.Subject, told.InReplyTo, told.References, told.Get("Auto-Submitted"))
	}
	if shown := w.guichet("show", ref); !strings.Contains(shown, "awaiting editor") || !strings.Contains(shown, "released to "+student.Address+": sent") {
		t.Errorf("shown:\n%s", shown)
	}

	// A reply to what they were told is a version of the same case.
	header, body = attached(t, told.Subject, "03-baragouin-complete.eml")
	w.submit(header+"\r\nIn-Reply-To: "+told.MessageID, body)
	w.guichet("run", "--once")
	if answer := w.mail(student, "INBOX", 3); !strings.Contains(answer.Text, ref) || !strings.Contains(answer.Text, "version 2") {
		t.Errorf("the answer:\n%s", answer.Text)
	}
	if shown := w.guichet("authors", "show", student.Address); !strings.Contains(shown, "submission  "+ref) {
		t.Errorf("shown:\n%s", shown)
	}
}
