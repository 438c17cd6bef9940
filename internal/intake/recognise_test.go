package intake_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// essay is a complete baratin of its own: the seed chooses its sentences, of which
// the changed ones are written anew.
func essay(seed int, changed ...int) string {
	who := strings.Split("la ville|l’université|un étudiant|chaque commune|la région|une famille|le quartier", "|")
	does := strings.Split("montre|demande|refuse|promet|oublie|paie|construit|ferme|ouvre|perd|partage", "|")
	what := strings.Split("des loyers trop chers|une aide plus juste|les chambres vides|un effort commun|le prix du mètre carré|toute la charge|"+
		"la part des bourses|de longues attentes|quelques résidences|un bail trop court|ses propres chiffres|l’argent des autres|un toit", "|")
	when := strings.Split("depuis dix ans|à la rentrée|sans le dire|malgré les annonces|dans chaque ville|pour les plus jeunes|comme hier|"+
		"avant la fin du mois|au fil des années|en silence|plus qu’ailleurs|hors des murs|selon la saison|par habitude|sous la pluie|à voix basse|chez nous", "|")
	var b strings.Builder
	b.WriteString("Se loger pour étudier\n\npar Léa Martin\n\n")
	for i := range 45 {
		n := seed*1009 + i*97 + 13
		if slices.Contains(changed, i) {
			n += 500_009
		}
		fmt.Fprintf(&b, "%s %s %s %s. ", who[n%7], does[n/7%11], what[n/77%13], when[(n/13+i)%17])
		if i%5 == 4 {
			b.WriteString("\n\n")
		}
	}
	b.WriteString("\n\nBibliographie\n\n" +
		"Durand, P. (2024). Le logement des étudiants. Éditions de la Rive. https://example.org/logement\n\n" +
		"Petit, A. (2025). Les loyers en ville. Revue des villes. https://example.org/loyers\n")
	return b.String()
}

// TestTheSameFileInANewMail joins the case that holds it and is answered with how
// that case stands now.
func TestTheSameFileInANewMail(t *testing.T) {
	s, first := submitted(t)
	m := mail{from: lea, subject: "Baratin : Se loger", id: "<2@example.fr>", body: baratin(150)}
	e := s.take(m)
	if e.Mail.Ending != desk.Attached || e.Mail.CaseID != first.Case.ID || e.Version != nil || e.Notice == nil || e.Notice.Kind != "again" {
		t.Fatalf("%+v, notice %+v", e.Mail, e.Notice)
	}
	if says := s.answerOf(e); !strings.Contains(says, "nous l’avons déjà, sous la référence "+string(first.Case.Reference)) || !strings.Contains(says, "Ajoutez au moins") {
		t.Errorf("the answer is\n%s", says)
	}
	// A better version has come since: the answer speaks of that one.
	s.take(mail{from: lea, subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, body: baratin(400)})
	m.id = "<3@example.fr>"
	e = s.take(m)
	if says := s.answerOf(e); !strings.Contains(says, "la version 2") || strings.Contains(says, "Ajoutez au moins") {
		t.Errorf("the answer is\n%s", says)
	}
	c, err := s.db.Case(t.Context(), first.Case.Reference)
	must(t, err)
	if c.Versions != 2 || c.Verdict != desk.Complete || c.State != desk.AwaitingEditor || c.News == nil || c.News.Code != "again" || !c.News.Known() {
		t.Errorf("the case is %+v", c)
	}
	if cases, _ := s.db.Waiting(t.Context()); len(cases) != 1 {
		t.Errorf("%d cases stand", len(cases))
	}
}

func TestTheSameFileInAReply(t *testing.T) {
	s, first := submitted(t)
	e := s.take(mail{from: lea, subject: "Re: Baratin : Se loger", id: "<2@example.fr>", reply: first.Notice.MessageID, body: baratin(150)})
	if e.Mail.Ending != desk.Attached || e.Version != nil || e.Notice == nil || e.Notice.Kind != "again" {
		t.Fatalf("%+v", e.Mail)
	}
	says := strings.ReplaceAll(s.answerOf(e), "\u00a0", " ")
	for _, want := range []string{"celui de la version 1", "mauvais fichier", "Ajoutez au moins", "deviendra la version 2"} {
		if !strings.Contains(says, want) {
			t.Errorf("the answer does not say %q:\n%s", want, says)
		}
	}
	if c, _ := s.db.Case(t.Context(), first.Case.Reference); c.Versions != 1 || c.State != desk.AwaitingAuthor {
		t.Errorf("the case changed: %+v", c)
	}
	// Under another format the same file is judged anew.
	e = s.take(mail{from: lea, subject: "Analyse : Se loger", reply: first.Notice.MessageID, body: baratin(150)})
	if e.Version == nil || e.Version.Number != 2 || e.Case.Format != "analyse" {
		t.Errorf("another format: %+v", e.Mail)
	}
}

// TestTheSameFileWithAQuestion: the file is nothing new, the question is for a person.
func TestTheSameFileWithAQuestion(t *testing.T) {
	attached := func(subject, id, reply, words string) mail {
		return mail{
			from: lea, subject: subject, id: id, reply: reply, header: []string{"Content-Type: multipart/mixed; boundary=b"},
			body: "--b\nContent-Type: text/plain; charset=utf-8\n\n" + words + "\n--b\nContent-Type: text/plain; charset=utf-8\n" +
				"Content-Disposition: attachment; filename=texte.txt\n\n" + baratin(150) + "\n--b--\n",
		}
	}
	for words, state := range map[string]desk.State{
		"Voici mon texte corrigé.":           desk.AwaitingAuthor,
		"Puis-je compter deux fois Durand ?": desk.AwaitingEditor,
	} {
		s := open(t)
		first := s.take(attached("Baratin : Se loger", "<1@example.fr>", "", "Voici mon texte."))
		if first.Version == nil || first.Version.File != "texte.txt" {
			t.Fatalf("%+v", first.Mail)
		}
		e := s.take(attached("Re: Baratin : Se loger", "<2@example.fr>", first.Notice.MessageID, words))
		if e.Version != nil || e.Notice == nil || e.Notice.Kind != "again" || !strings.Contains(s.answerOf(e), "Le fichier texte.txt") {
			t.Errorf("%q: %+v", words, e.Mail)
		}
		if c, _ := s.db.Case(t.Context(), first.Case.Reference); c.State != state || c.Versions != 1 {
			t.Errorf("%q: the case is %+v", words, c)
		}
	}
}

func TestTheSameFileElsewhere(t *testing.T) {
	refuted := []string{
		"Authentication-Results: mx.example.org; dmarc=fail header.from=example.fr",
		"Received: from somewhere by mx.example.org; Sun, 1 Mar 2026 09:00:00 +0000",
	}
	for name, test := range map[string]struct {
		mail   mail
		reason string // of the new case
		told   bool   // the student is
	}{
		"another format":  {mail{from: lea, subject: "Analyse : Se loger", body: baratin(150)}, "same-file-open", true},
		"another address": {mail{from: "Tom <tom@example.fr>", subject: "Baratin : Se loger", body: baratin(150)}, "format-first", false},
		"a refuted one":   {mail{from: lea, subject: "Baratin : Se loger", body: baratin(150), header: refuted}, "format-first", false},
	} {
		t.Run(name, func(t *testing.T) {
			s, first := submitted(t)
			e := s.take(test.mail)
			if e.Mail.Ending != desk.Filed || e.Version == nil || e.Case.Reason.Code != test.reason || !e.Case.Reason.Known() {
				t.Fatalf("%+v, case %+v", e.Mail, e.Case)
			}
			if told := strings.Contains(s.answerOf(e), string(first.Case.Reference)); told != test.told {
				t.Errorf("the student is told: %t\n%s", told, s.answerOf(e))
			}
		})
	}
}

// TestTheSameFileAfterItsCaseWasClosed opens a case that names the older one.
func TestTheSameFileAfterItsCaseWasClosed(t *testing.T) {
	s, first := submitted(t)
	closeCase(t, s, first.Case.ID)
	e := s.take(mail{from: lea, subject: "Baratin : Se loger", body: baratin(150)})
	if e.Mail.Ending != desk.Filed || e.Case.Reason.Code != "same-file-closed" || e.Version == nil {
		t.Fatalf("%+v", e.Mail)
	}
	if says := s.answerOf(e); !strings.Contains(says, "Ce dossier est clos") || !strings.Contains(says, string(first.Case.Reference)) {
		t.Errorf("the answer is\n%s", says)
	}
}

// closeCase closes a case as a decision of the editors will.
func closeCase(t *testing.T, s *scene, id int64) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.folder, "guichet.db"))
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE cases SET state = 'closed' WHERE id = ?`, id)
	must(t, err)
}

// TestAnUnclearMailWhoseTextIsThere: the clear one that follows joins the case that
// holds the text, and the unclear one is closed.
func TestAnUnclearMailWhoseTextIsThere(t *testing.T) {
	s, first := submitted(t)
	unclear := s.take(mail{from: lea, subject: "Mon texte", id: "<2@example.fr>", body: baratin(300)})
	e := s.take(mail{from: lea, subject: "Baratin : Se loger", id: "<3@example.fr>", reply: unclear.Notice.MessageID, body: baratin(150)})
	if e.Mail.Ending != desk.Attached || e.Mail.CaseID != first.Case.ID {
		t.Fatalf("%+v", e.Mail)
	}
	if c, _ := s.db.Case(t.Context(), unclear.Case.Reference); c.State != desk.Closed {
		t.Errorf("the unclear case still waits: %+v", c)
	}
}

// TestANearIdenticalTextIsForEditors: they are told, and neither author is.
func TestANearIdenticalTextIsForEditors(t *testing.T) {
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : Se loger", body: essay(1)})
	e := s.take(mail{from: "Tom <tom@example.fr>", subject: "Baratin : Le mien", body: essay(1, 3, 8, 13, 18, 23, 28, 33, 38, 43)})
	if len(e.Alike) != 1 || e.Alike[0].Reference != first.Case.Reference || e.Alike[0].Percent < 55 || e.Alike[0].Percent > 95 {
		t.Fatalf("alike %+v", e.Alike)
	}
	flag := fmt.Sprintf("near-identical: %s (%d %%)", first.Case.Reference, e.Alike[0].Percent)
	if !slices.Contains(e.Mail.Flags, flag) || e.Case.Reason.Code != "near-identical" || !e.Case.Reason.Known() {
		t.Errorf("flags %v, reason %+v", e.Mail.Flags, e.Case.Reason)
	}
	if says := s.answerOf(e); strings.Contains(says, string(first.Case.Reference)) || strings.Contains(says, "identique") {
		t.Errorf("the student is told:\n%s", says)
	}
	kept, err := s.db.Alike(t.Context(), e.Case.ID, 1)
	must(t, err)
	if !slices.Equal(kept, e.Alike) {
		t.Errorf("kept %+v; want %+v", kept, e.Alike)
	}
	other := s.take(mail{from: "Zoé <zoe@example.fr>", subject: "Baratin : Le sien", body: essay(7)})
	if len(other.Alike) != 0 || other.Case.Reason.Code != "format-first" {
		t.Errorf("another text is alike: %+v", other.Alike)
	}
	// A version of Tom's own words takes the reason away.
	own := s.take(mail{from: "Tom <tom@example.fr>", subject: "Re: Le mien", reply: e.Notice.MessageID, body: essay(12)})
	if own.Version == nil || own.Case.Reason.Code == "near-identical" {
		t.Errorf("after a new version: %+v", own.Case)
	}
}
