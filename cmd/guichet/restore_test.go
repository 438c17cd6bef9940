package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/realmail"
)

// disaster is a desk on a real Dovecot, whose answers are counted.
type disaster struct {
	*town
	dovecot *realmail.Dovecot
	sink    *localmail.Servers
	given   map[string]string // references by who was told
}

func startDisaster(t *testing.T, senders int) *disaster {
	t.Helper()
	users := []localmail.User{{Address: contact.Address, Password: contact.Password}}
	for i := range senders {
		users = append(users, localmail.User{Address: senderOf(i), Password: "p"})
	}
	sink, err := localmail.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sink.Close() }) //nolint:errcheck // it lives in memory
	dovecot := realmail.StartDovecot(t, contact)
	d := &disaster{
		town: &town{t: t, folder: t.TempDir(), imap: dovecot.IMAP, log: dovecot.Log}, dovecot: dovecot, sink: sink,
		given: map[string]string{},
	}
	d.configure(fmt.Sprintf("security: starttls, ca_file: %q", dovecot.CAFile()), fmt.Sprintf("server: %q, security: none", sink.SMTP))
	return d
}

// arrive has one mail come from each of the senders: texts, a withdrawal in five, a
// question in seven.
func (d *disaster) arrive(from, until int) {
	d.t.Helper()
	for i := from; i < until; i++ {
		subject := fmt.Sprintf("Baratin : Texte %d", i)
		switch {
		case i%5 == 4:
			subject = "Retrait baratin"
		case i%7 == 6:
			subject = "Une analyse ou un baratin ?"
		}
		mail := fmt.Appendf(nil, "From: <%s>\r\nTo: <%s>\r\nMessage-ID: <%d@example.fr>\r\nSubject: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
			senderOf(i), contact.Address, i, subject, strings.Repeat(fmt.Sprintf("Le logement manque, dit la ville numéro %d. ", i), 40))
		if err := d.dovecot.Deliver(contact.Address, mail); err != nil {
			d.t.Fatal(err)
		}
	}
}

// answers counts what each of the senders got, wants the same of all, and keeps the
// references that they were told.
func (d *disaster) answers(from, until, want int) {
	d.t.Helper()
	for i := from; i < until; i++ {
		found, err := d.sink.Messages(senderOf(i), "INBOX")
		if err != nil {
			d.t.Fatal(err)
		}
		if len(found) != want {
			d.t.Errorf("%s got %d answers, want %d", senderOf(i), len(found), want)
		}
		for _, m := range found {
			ref := anyReference.FindString(string(m.Raw))
			if who, twice := d.given[ref]; twice && ref != "" && who != senderOf(i) {
				d.t.Errorf("%s was given to %s and to %s", ref, who, senderOf(i))
			}
			d.given[ref] = senderOf(i)
		}
	}
}

// held lists what waits for the operator, by its reason.
func (d *disaster) held() map[string]int {
	d.t.Helper()
	count := map[string]int{}
	for line := range strings.Lines(d.guichet("outbox", "list", "--held", "--json")) {
		var one outgoing
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			d.t.Fatal(err)
		}
		count[string(one.Held)]++
	}
	return count
}

// inFolders counts the mails of every folder of the desk's, and of the inbox.
func (d *disaster) inFolders() (sum int) {
	d.t.Helper()
	for _, folder := range []string{
		"INBOX", "Guichet/Baratins", "Guichet/Analyses", "Guichet/Retraits", "Guichet/À trier", "Guichet/Répondus",
		"Guichet/Automatiques", "Guichet/Doublons", "Guichet/À reprendre", "Guichet/Inscription attendue", "Guichet/Baragouins",
	} {
		if found, err := localmail.ReadFolder(d.imap, contact.Address, contact.Password, folder); err == nil {
			sum += len(found)
		}
	}
	return sum
}

// TestRestoreLosesAndRepeatsNothing is the whole story: a backup, mails that were taken
// and answered after it, the loss of the database, the restore, and what follows.
func TestRestoreLosesAndRepeatsNothing(t *testing.T) {
	d := startDisaster(t, 45)
	database, sauve := filepath.Join(d.folder, "guichet.db"), filepath.Join(d.folder, "sauve")
	d.arrive(0, 30)
	d.guichet("run", "--once", "--from", "all")
	d.answers(0, 30, 1)
	d.guichet("backup", sauve+"/")
	if said := d.guichet("queue"); strings.Contains(said, "your word") {
		t.Errorf("nothing is held:\n%s", said)
	}
	d.arrive(30, 40)
	d.guichet("run", "--once")
	d.answers(0, 40, 1)

	for _, file := range []string{database, database + "-wal", database + "-shm"} {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	var refused bytes.Buffer // nothing new is made where a desk was
	if status := run([]string{"run", "--once", "--from", "now", "--config", filepath.Join(d.folder, "guichet.yaml")}, &refused, &refused); status != exitFailed ||
		!strings.Contains(refused.String(), "guichet restore BACKUP") {
		t.Errorf("run without the database: status %d\n%s", status, &refused)
	}
	d.arrive(40, 42)
	backups, err := filepath.Glob(filepath.Join(sauve, "guichet-*Z.db"))
	if err != nil || len(backups) != 1 {
		t.Fatalf("backups %v, %v", backups, err)
	}
	if said := d.guichet("verify", backups[0]); !strings.Contains(said, "a backup of") || !strings.Contains(said, "30 received = ") {
		t.Errorf("verify says of the backup\n%s", said)
	}
	said := d.guichet("restore", backups[0])
	if !strings.Contains(said, "30 mails") || !strings.Contains(said, "goes on from 2001") {
		t.Errorf("restore says\n%s", said)
	}
	d.arrive(42, 43)
	d.guichet("run", "--once")
	d.answers(0, 40, 1)  // nobody is answered again
	d.answers(40, 43, 0) // nobody knows of these whether they were
	if held := d.held(); held["filed"] != 10 || held["arrived"] != 3 || len(held) != 2 {
		t.Errorf("held %v", held)
	}
	if said := d.guichet("queue"); !strings.Contains(said, "your word since a backup was restored: 13") {
		t.Errorf("the queue says nothing of what is held:\n%s", said)
	}
	if left := d.mail(contact, "INBOX", 0); left != nil || d.inFolders() != 43 {
		t.Errorf("%d mails are in the mailbox", d.inFolders())
	}
	d.guichet("verify")

	d.arrive(43, 44)
	d.guichet("run", "--once")
	d.answers(43, 44, 1) // what arrives from now on is answered at once
	d.guichet("outbox", "drop", "--all", "--why", "filed")
	d.guichet("outbox", "release", "--all")
	d.guichet("run", "--once")
	d.answers(0, 44, 1)
	if held := d.held(); len(held) != 0 {
		t.Errorf("still held: %v", held)
	}
	if said := d.guichet("queue"); strings.Contains(said, "your word") {
		t.Errorf("nothing is held any more:\n%s", said)
	}
	if n := d.inFolders(); n != 44 {
		t.Errorf("%d mails are in the mailbox", n)
	}
	d.guichet("verify")

	// A second restore of the same backup gives no reference of the first again.
	said = d.guichet("restore", backups[0])
	if !strings.Contains(said, "goes on from 4001") || !strings.Contains(said, ".replaced-") {
		t.Errorf("the second restore says\n%s", said)
	}
	d.arrive(44, 45)
	d.guichet("run", "--once")
	d.guichet("outbox", "release", "--all", "--why", "arrived")
	d.guichet("run", "--once")
	d.answers(44, 45, 1)
	d.answers(0, 44, 1)
	if n := d.inFolders(); n != 45 {
		t.Errorf("%d mails are in the mailbox", n)
	}
	d.guichet("verify")
}

// A restore while the desk runs, of the database onto itself, or of something else, is
// refused and changes nothing.
// A backup from before the first start knows nothing of the mailbox. What the desk did
// since is found in its folders, and what it did not come to in the inbox; nobody is
// answered again.
func TestRestoreFromBeforeTheFirstStart(t *testing.T) {
	d := startDisaster(t, 5)
	authors := filepath.Join(d.folder, "authors.csv")
	if err := os.WriteFile(authors, []byte("name,address,registered\nLéa Petit,lea@example.fr,2026-01-05\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.guichet("authors", "import", authors)
	backup := filepath.Join(d.folder, "backup.db")
	d.guichet("backup", backup)
	d.arrive(0, 3)
	d.guichet("run", "--once", "--from", "all")
	d.answers(0, 3, 1)
	d.arrive(3, 4) // while the desk is down
	d.guichet("restore", backup)
	var asked bytes.Buffer
	if status := run([]string{"run", "--once", "--config", filepath.Join(d.folder, "guichet.yaml")}, &asked, &asked); status == 0 {
		t.Errorf("it begins without being told from where:\n%s", &asked)
	}
	d.guichet("run", "--once", "--from", "now")
	d.answers(0, 3, 1)
	d.answers(3, 4, 0)
	if held := d.held(); held["filed"] != 3 || held["arrived"] != 1 || len(held) != 2 {
		t.Errorf("held %v", held)
	}
	if left := d.mail(contact, "INBOX", 0); left != nil || d.inFolders() != 4 {
		t.Errorf("%d mails are in the mailbox", d.inFolders())
	}
	d.arrive(4, 5)
	d.guichet("run", "--once")
	d.answers(4, 5, 1)
	d.guichet("verify")
}

func TestRestoreRefuses(t *testing.T) {
	folder := desktop(t)
	config := filepath.Join(folder, "guichet.yaml")
	database := filepath.Join(folder, "guichet.db")
	before := readFile(t, database)
	for backup, want := range map[string]string{
		database: "the database itself", filepath.Join(folder, "mail.eml"): "no database of guichet", filepath.Join(folder, "none.db"): "there is no such file",
	} {
		var said bytes.Buffer
		if status := run([]string{"restore", backup, "--config", config}, &said, &said); status == exitDone || !strings.Contains(said.String(), want) {
			t.Errorf("restore %s: status %d\n%s", backup, status, &said)
		}
	}
	if !bytes.Equal(before, readFile(t, database)) {
		t.Error("the database has changed")
	}
}
