package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// recordedDesk is a desk at rest with so many submissions of 150 words, and a second
// rules folder, under which a hundred are enough.
func recordedDesk(t *testing.T, submissions int) *town {
	t.Helper()
	w, _, town := deskAtRest(t)
	for n := range submissions {
		raw := fmt.Appendf(nil, "From: Lina Moreau <lina@example.fr>\r\nMessage-ID: <%d@example.fr>\r\nSubject: Baratin : Se loger\r\n\r\n%s\r\n",
			n, strings.Repeat(fmt.Sprintf("Le logement manque dans les villes universitaires du numéro %d. ", n), 15))
		r := desk.Received{Mailbox: contact.Address, UIDValidity: 1, UID: uint32(n + 1), Raw: raw, At: time.Now()}
		if err := w.stations[0].process(t.Context(), []desk.Received{r})(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(town.folder, "essai"), os.DirFS(filepath.Join(town.folder, "rules"))); err != nil {
		t.Fatal(err)
	}
	town.editRules("../essai/formats/baratin.yaml", "min: 250,", "min: 100,")
	town.editRules("../essai/formats/baratin.yaml", "- {use: sources, limit: {min: 2}}", "- {use: sources, level: advice, limit: {min: 2}}")
	return town
}

// execute changes the database behind the desk's back.
func (w *town) execute(query string, args ...any) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.folder, "guichet.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(w.t.Context(), query, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) rehearse() string {
	w.t.Helper()
	return w.guichet("rehearse", "--rules", filepath.Join(w.folder, "essai"))
}

// The order is that of the cases however many are replayed at once, and a mail
// that is kept no more is said to be.
func TestRehearseInOrder(t *testing.T) {
	const n = 40
	w := recordedDesk(t, n)
	w.execute(`UPDATE mails SET sha256 = x'00' WHERE id = 7`)
	out := w.rehearse()
	for i := range n {
		ref := string(desk.NewReference("BARA", time.Now().Year(), i+1))
		at := strings.Index(out, ref)
		if at < 0 {
			t.Fatalf("%s is missing, or out of order:\n%s", ref, out)
		}
		out = out[at+len(ref):]
		if gone := strings.Contains(out[:strings.Index(out, "\n\n")], "son mail n’est plus conservé"); gone != (i == 6) {
			t.Errorf("%s: its mail is gone: %v", ref, gone)
		}
	}
	if !strings.Contains(out, "    39  incomplet → complet\n     1  impossible à rejouer\n") {
		t.Errorf("the sums: %s", out)
	}
}

// Where the rules are those of then, it is the reading that changed.
func TestRehearseUnderTheRulesOfThen(t *testing.T) {
	w := recordedDesk(t, 2)
	w.execute(`UPDATE versions SET verdict = 'complete' WHERE case_id = 2`)
	out := w.guichet("rehearse", "--rules", filepath.Join(w.folder, "rules"))
	if !strings.Contains(out, "complet → incomplet\n    ce sont les mêmes règles qu’alors") ||
		!strings.HasSuffix(out, "     1  sans changement\n     1  complet → incomplet\nRien n’a été enregistré ni envoyé.\n") {
		t.Error(out)
	}
}

// cancelling cancels a context with the first that is written.
type cancelling struct {
	text   bytes.Buffer
	cancel context.CancelFunc
}

func (c *cancelling) Write(text []byte) (int, error) {
	c.cancel()
	return c.text.Write(text)
}

// Ctrl-C ends a rehearsal, which says how far it came.
func TestRehearseIsInterrupted(t *testing.T) {
	w := recordedDesk(t, 30)
	ctx, cancel := context.WithCancel(t.Context())
	out := &cancelling{cancel: cancel}
	log := slog.New(slog.DiscardHandler)
	reader, err := sandbox.New(log)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{ctx: ctx, now: time.Now, log: log, out: out, errs: io.Discard, reader: reader}
	command := rehearseCommand{Rules: filepath.Join(w.folder, "essai")}
	command.Config = filepath.Join(w.folder, "guichet.yaml")
	err = command.Run(a)
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted: 1 of 30 versions") {
		t.Errorf("%v", err)
	}
	if strings.Count(out.text.String(), "incomplet → complet") != 1 {
		t.Errorf("written after the interruption:\n%s", &out.text)
	}
}

// The bar stands on one line, and leaves nothing behind.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, shown: true, total: 300}
	for range 150 {
		p.step()
	}
	if drawn := out.String(); !strings.HasSuffix(drawn, "\r 50 % [===============               ] 150/300") ||
		strings.Count(drawn, "\r") != 51 || strings.Contains(drawn, "\n") {
		t.Errorf("drawn %q", drawn)
	}
	out.Reset()
	p.clear()
	p.clear()
	if out.String() != "\r\x1b[K" {
		t.Errorf("cleared by %q", out.String())
	}
	if (&progress{out: &out, total: 1}).step(); out.String() != "\r\x1b[K" {
		t.Error("a bar where nobody looks")
	}
}

// Commands that look say what to do about a database of another version; check
// goes on without it.
func TestADatabaseOfAnotherVersion(t *testing.T) {
	w := recordedDesk(t, 1)
	config := filepath.Join(w.folder, "guichet.yaml")
	rules := filepath.Join(w.folder, "essai")
	for by, cure := range map[int]string{-1000: "guichet run brings it up to date", 1000: "use the version of guichet that wrote it"} {
		w.execute(`UPDATE goose_db_version SET version_id = version_id + ? WHERE version_id <> 0`, by)
		for _, args := range [][]string{{"queue"}, {"show", "BARA-2026-0001-8"}, {"digest", "--print"}, {"rehearse", "--rules", rules}} {
			var errs bytes.Buffer
			status := run(append(args, "--config", config), io.Discard, &errs)
			if status != exitFailed || !strings.Contains(errs.String(), cure) || strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("%v: status %d: %s", args, status, &errs)
			}
		}
		var out bytes.Buffer
		run([]string{"check", "--config", config}, &out, io.Discard)
		if mark := map[bool]string{true: "warning  database", false: "failed   database"}[by < 0]; !strings.Contains(out.String(), mark) ||
			!strings.Contains(out.String(), cure) || strings.Contains(out.String(), "failed   mailbox") != (by < 0) {
			t.Errorf("check:\n%s", &out)
		}
		w.execute(`UPDATE goose_db_version SET version_id = version_id - ? WHERE version_id <> 0`, by)
	}
}
