package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// later runs the desk once, at another time.
func (w *town) later(by time.Duration) {
	w.t.Helper()
	a := &app{
		ctx: w.t.Context(), out: io.Discard, log: slog.New(slog.DiscardHandler),
		now: func() time.Time { return time.Now().Add(by) },
	}
	reader, err := sandbox.New(a.log)
	if err != nil {
		w.t.Fatal(err)
	}
	defer reader.Close()
	a.reader = reader
	if err := (runCommand{configured: configured{filepath.Join(w.folder, "guichet.yaml")}, Once: true}).Run(a); err != nil {
		w.t.Fatalf("%v\n%s", err, w.log())
	}
}

// TestATrialIsForgotten is the promise of a trial on servers: a report, and nothing
// left after its day, in the folder and in the database.
func TestATrialIsForgotten(t *testing.T) {
	for name, town := range map[string]func(*testing.T) *town{"Dovecot and Postfix": realTown, "in memory": embeddedTown} {
		t.Run(name, func(t *testing.T) { forgottenTrial(t, town(t)) })
	}
}

func forgottenTrial(t *testing.T, w *town) {
	w.submit("Subject: Essai baratin : mes huit heures\r\nContent-Type: text/plain; charset=utf-8", inOwnWords(bicycles)+"\r\n")
	w.submit("Subject: Aide\r\nContent-Type: text/plain", "Bonjour, comment faire ?\r\n")
	w.mail(contact, "INBOX", 2)
	w.guichet("run", "--once", "--from", "all")
	answer := w.mail(student, "INBOX", 1)
	if !strings.Contains(answer.Text, "rapport de votre essai") || anyReference.MatchString(answer.Text) {
		t.Errorf("the answer is\n%s", answer.Text)
	}
	w.mail(contact, "Guichet/Répondus", 1)
	w.mail(contact, "Guichet/À trier", 1)

	w.later(23 * time.Hour)
	w.mail(contact, "Guichet/Répondus", 1)
	w.later(25 * time.Hour)
	w.mail(contact, "Guichet/Répondus", 0)
	w.mail(contact, "Guichet/À trier", 1) // the other one is kept
	for _, file := range []string{"guichet.db", "guichet.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(w.folder, file))
		if os.IsNotExist(err) {
			continue // the last to close the database takes its log along
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("mes huit heures")) {
			t.Errorf("the trial's subject still stands in %s", file)
		}
	}
	if out := w.guichet("check"); !strings.Contains(out, "its log unbroken") {
		t.Errorf("check says\n%s", out)
	}
	if out := w.guichet("queue"); !strings.Contains(out, "to-sort (folder Guichet/À trier): 1") {
		t.Errorf("the queues are\n%s", out)
	}
}

// bicycles is a short text, a sentence a line.
var bicycles = strings.Split(`La piste cyclable du boulevard s'arrête devant la gare et reprend deux cents mètres plus loin
Entre les deux, les cyclistes montent sur le trottoir ou se glissent entre les autobus
La mairie compte les passages depuis trois ans et publie des courbes qui montent toujours
Personne ne compte en revanche celles et ceux qui ont renoncé après une première frayeur
Une étudiante raconte qu'elle a vendu son vélo la semaine même de la rentrée
Le devis d'un raccord existe, il dort dans un tiroir du service de la voirie
On y lit que cinquante places de parking devraient disparaître le long des quais
Les commerçants craignent pour leurs clients, dont la moitié vient pourtant à pied
Ailleurs, des villes de même taille ont osé et leurs vitrines ne sont pas vides
Il suffirait d'un été de peinture et de plots pour essayer sans rien détruire
Puis l'on mesurerait, chiffres en main, ce que chacun y gagne ou croit y perdre
Un raccord de deux cents mètres dit mieux qu'un discours à qui appartient la rue`, "\n")

func inOwnWords(sentences []string) string { return strings.Join(sentences, ".\r\n\r\n") + "." }

// TestShowLikeness puts two authors' texts side by side.
func TestShowLikeness(t *testing.T) {
	w := embeddedTown(t)
	w.submit("Subject: Baratin : Deux cents mètres\r\nContent-Type: text/plain; charset=utf-8", inOwnWords(bicycles)+"\r\n")
	taken := append([]string{"Voici ma ville vue depuis une selle, un matin de novembre où il pleuvait un peu"}, bicycles[:9]...)
	mail := "From: Tom Petit <tom@example.fr>\r\nTo: contact@example.org\r\nMessage-ID: <tom@example.fr>\r\nSubject: Baratin : Ma ville\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" + inOwnWords(taken) + "\r\n"
	if err := w.inject("tom@example.fr", []byte(mail)); err != nil {
		t.Fatal(err)
	}
	w.mail(contact, "INBOX", 2)
	w.guichet("run", "--once", "--from", "all")
	waits := w.guichet("queue", "baratin")
	refs := anyReference.FindAllString(waits, -1)
	if len(refs) != 3 || refs[0] != refs[2] || !regexp.MustCompile(`near-identical to \S+ \(\d+ %\), by somebody else`).MatchString(waits) {
		t.Fatalf("the queue is\n%s", waits)
	}
	first, second := refs[0], refs[1]
	if shown := w.guichet("show", second); !strings.Contains(shown, "near-identical: "+first) || !strings.Contains(shown, "--likeness") {
		t.Errorf("the case is\n%s", shown)
	}
	for columns, want := range map[int]string{80: "  " + second + "\n    ", 120: "  │  "} {
		t.Setenv("COLUMNS", fmt.Sprint(columns))
		shown := w.guichet("show", second, "--likeness")
		for _, want := range []string{want, "Tom Petit", "Lina Moreau", "▸ La piste cyclable", "vides ◂"} {
			if !strings.Contains(shown, want) {
				t.Errorf("in %d columns, the passages do not show %q:\n%s", columns, want, shown)
			}
		}
		for line := range strings.Lines(shown) {
			if len([]rune(strings.TrimRight(line, "\n"))) > columns {
				t.Errorf("a line is longer than %d: %q", columns, line)
			}
		}
	}
	if shown := w.guichet("show", second, "--likeness", "--json"); !strings.Contains(shown, `"other":"`+first+`"`) {
		t.Errorf("as JSON: %s", shown)
	}
	if shown := w.guichet("show", first, "--likeness"); !strings.Contains(shown, "no text of another author") {
		t.Errorf("of the first: %s", shown)
	}
}
