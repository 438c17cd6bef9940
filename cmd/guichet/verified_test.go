package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// putBack moves every mail of a folder to the inbox, as a person does.
func (w *town) putBack(folder string) {
	w.t.Helper()
	c, err := imapclient.DialInsecure(w.imap, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(contact.Address, contact.Password).Wait(); err != nil {
		w.t.Fatal(err)
	}
	if _, err := c.Select(folder, nil).Wait(); err != nil {
		w.t.Fatal(err)
	}
	if _, err := c.Move(imap.SeqSet{{Start: 1, Stop: 0}}, "INBOX").Wait(); err != nil {
		w.t.Fatal(err)
	}
}

// TestEveryRepairVerifies: whatever an operator does to what is on record, by the desk's
// own commands, the desk finds nothing wrong with it afterwards.
func TestEveryRepairVerifies(t *testing.T) {
	w := embeddedTown(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.guichet("run", "--once", "--from", "all")
	must(w.inject(editor.Address, baratinOf(editor.Address)))
	must(w.inject(student.Address, baratinOf(student.Address)))
	w.runBroken()
	w.guichet("verify")
	ref := anyReference.FindString(linesWith(w.guichet("parked", "list", "--json"), student.Address))
	w.guichet("parked", "retry", ref)
	w.guichet("verify")
	w.guichet("parked", "release", anyReference.FindString(w.guichet("parked", "list")))
	w.guichet("verify")
	w.guichet("run", "--once") // it is filed again, from one queue's folder to another's
	w.guichet("verify")

	w.submit("Subject: Essai baratin : mes huit heures\r\nContent-Type: text/plain; charset=utf-8", inOwnWords(bicycles)+"\r\n")
	w.guichet("run", "--once")
	w.later(25 * time.Hour) // the trial is forgotten
	w.guichet("verify")

	w.putBack("Guichet/Baratins")
	w.guichet("reconcile")
	w.guichet("verify")
	w.guichet("run", "--once")
	w.guichet("verify")
	w.mail(contact, "INBOX", 0)

	backup := filepath.Join(w.folder, "backup.db")
	w.guichet("backup", backup)
	must(w.inject(editor.Address, []byte("From: "+editor.Address+"\r\nMessage-ID: <lost@example.org>\r\nSubject: Aide\r\n\r\nBonjour ?\r\n")))
	w.guichet("run", "--once")
	w.guichet("restore", backup)
	w.guichet("verify")
	w.guichet("run", "--once")
	w.guichet("verify")
	w.guichet("outbox", "release", "--all")
	w.guichet("run", "--once")
	w.guichet("verify")

	w.guichet("decide", ref, "decline", "--as", "Camille", "--motive", "Trop court pour nous.")
	w.guichet("run", "--once")
	w.guichet("verify")
	w.guichet("authors", "erase", student.Address, "--yes")
	w.guichet("verify")
	w.guichet("run", "--once")
	w.guichet("reconcile")
	w.guichet("verify")
}

// linesWith gives the lines of a text that hold a word.
func linesWith(text, word string) string {
	var found strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			found.WriteString(line)
		}
	}
	return found.String()
}
