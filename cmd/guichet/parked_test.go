package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/sandbox"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestParkedMails is what an operator does with mails that the desk failed on: one is
// taken again once the desk is repaired, answered, and moved to its queue's folder;
// the other is left to the editors.
func TestParkedMails(t *testing.T) {
	w := embeddedTown(t)
	w.guichet("run", "--once", "--from", "all")
	if out := w.guichet("parked", "list"); out != "no mail is parked\n" {
		t.Errorf("nothing is parked, and the list says\n%s", out)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.inject(editor.Address, baratinOf(editor.Address)))
	must(w.inject(student.Address, baratinOf(student.Address)))
	w.runBroken()

	var list []parkedLine
	for line := range strings.Lines(w.guichet("parked", "list", "--json")) {
		var l parkedLine
		must(json.Unmarshal([]byte(line), &l))
		list = append(list, l)
	}
	if len(list) != 2 || list[0].From != editor.Address || list[1].From != student.Address {
		t.Fatalf("parked %+v", list)
	}
	failed := list[1].Reference
	if text := w.guichet("parked", "list"); !strings.Contains(text, string(failed)) || !strings.Contains(text, "the desk failed on this mail: ") {
		t.Errorf("the list says\n%s", text)
	}

	if out := w.guichet("parked", "retry", string(failed)); !strings.Contains(out, "submission, in the queue baratin; "+student.Address+" is answered") {
		t.Errorf("taken again:\n%s", out)
	}
	left := string(list[0].Reference)
	if out := w.guichet("parked", "release", left); !strings.Contains(out, "stays in the editors' queue") {
		t.Errorf("released:\n%s", out)
	}
	if out := w.fails("parked", "release", left); !strings.Contains(out, "guichet parked list") {
		t.Errorf("released twice:\n%s", out)
	}
	if out := w.guichet("parked", "list"); out != "no mail is parked\n" {
		t.Errorf("all is seen to, and the list says\n%s", out)
	}
	w.guichet("run", "--once")
	w.mail(student, "INBOX", 1)
	w.mail(contact, "Guichet/Baratins", 1)
	w.mail(contact, "Guichet/À reprendre", 1)
	w.guichet("verify")
}

// runBroken drains the mailbox with a desk whose rules break whoever asks them.
func (w *town) runBroken() {
	w.t.Helper()
	c, err := loadConfig(filepath.Join(w.folder, "guichet.yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := store.Open(w.t.Context(), filepath.Join(w.folder, "guichet.db"), time.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	a := &app{ctx: w.t.Context(), now: time.Now, log: slog.New(slog.DiscardHandler), errs: io.Discard}
	if a.reader, err = sandbox.New(a.log); err != nil {
		w.t.Fatal(err)
	}
	defer a.reader.Close()
	made, err := a.assemble(c, db)
	if err != nil {
		w.t.Fatal(err)
	}
	whole := made.books[0].edition()
	made.books[0].inForce.Store(&edition{&rules.Set{Desk: whole.rules.Desk}, whole.notices})
	if err := made.stations[0].watcher.Drain(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// baratinOf is a text as somebody sends it.
func baratinOf(from string) []byte {
	return fmt.Appendf(nil, "From: %[1]s\r\nMessage-ID: <parked-%[1]s>\r\nSubject: Baratin : Se loger\r\n\r\n%[2]s\r\n", from,
		strings.Repeat("Le logement manque dans les villes universitaires.\r\n", 60))
}

// fails runs a command that does not do its work, and gives what it said.
func (w *town) fails(args ...string) string {
	w.t.Helper()
	var out, errs bytes.Buffer
	if status := run(append(args, "--config", filepath.Join(w.folder, "guichet.yaml")), &out, &errs); status != exitFailed {
		w.t.Fatalf("guichet %v: status %d\n%s%s", args, status, &out, &errs)
	}
	return out.String() + errs.String()
}
