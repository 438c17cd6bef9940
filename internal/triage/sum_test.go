package triage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// A silent evening closes its period, not the sum: that goes on from the last
// digest sent.
func TestTheSumOutlivesSilence(t *testing.T) {
	ana := triage.Editor{Name: "Ana", Address: "ana@example.org", Queues: []desk.Queue{"analyse"}, Hours: []triage.Hour{evening}}
	s := open(t, "2026-03-02 10:00", ana)
	s.pass(0)
	s.receive("baratin")
	s.receive("baratin")
	if sent := s.pass(24 * time.Hour); len(sent) != 0 {
		t.Fatalf("nothing waits for Ana, and %d digests", len(sent))
	}
	s.moveTo("2026-03-04 10:00")
	s.receive("analyse")
	s.moveTo("2026-03-04 19:00")
	sent := s.pass(0)
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "Depuis l’ouverture du guichet 3 mails reçus") {
		t.Fatalf("the first digest: %+v", sent)
	}
	s.receive("analyse")
	s.moveTo("2026-03-05 19:00")
	sent = s.pass(0)
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "Depuis le 04/03 à 19 h 00 1 mail reçu") {
		t.Errorf("the second digest: %+v", sent)
	}
}

// A mail recorded while a digest is being written is in that sum or in the next.
func TestNoMailBetweenTwoSums(t *testing.T) {
	s := open(t, "2026-03-02 10:00", camille(evening))
	s.receive("baratin")
	clock := s.desk.Clock
	s.desk.Clock = func() time.Time { s.at = s.at.Add(time.Minute); return s.at } // a slow machine
	_, err := s.desk.Now(t.Context())
	must(t, err)
	s.desk.Clock = clock
	first := s.sent()
	s.moveTo("2026-03-02 10:01") // the first sum was told at this time
	s.receive("baratin")
	s.moveTo("2026-03-02 12:00")
	_, err = s.desk.Now(t.Context())
	must(t, err)
	second := s.sent()
	if !strings.Contains(first[0].Text, " 1 mail reçu ") ||
		!strings.Contains(second[0].Text, "Depuis le 02/03 à 10 h 01 1 mail reçu ") {
		t.Errorf("first:\n%s\nsecond:\n%s", first[0].Text, second[0].Text)
	}
}

// What waits in a queue that the rules gave up is still shown.
func TestAQueueThatNoRulesKnow(t *testing.T) {
	s := open(t, "2026-03-02 10:00", camille(evening))
	s.receive("chronique")
	s.receive("baratin")
	_, err := s.desk.Now(t.Context())
	must(t, err)
	sent := s.sent()
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "2 dossiers en attente") ||
		!strings.Contains(sent[0].Text, "Chronique (1)") || !strings.Contains(sent[0].Text, "Titre 1") {
		t.Errorf("sent %+v", sent)
	}
}

// An editor to whom no mail can be written keeps nobody else from theirs.
func TestOneEditorFails(t *testing.T) {
	s := open(t, "2026-03-02 10:00",
		triage.Editor{Name: "Zoé", Address: "zoé@example.org", Hours: []triage.Hour{evening}}, camille(evening))
	s.receive("baratin")
	s.pass(0)
	s.moveTo("2026-03-02 19:00")
	for name, run := range map[string]func() error{
		"Due": func() error { return s.desk.Due(t.Context()) },
		"Now": func() error { _, err := s.desk.Now(t.Context()); return err },
	} {
		if err := run(); !errors.Is(err, notice.ErrAddress) || !strings.Contains(err.Error(), "zoé@example.org") {
			t.Errorf("%s: %v", name, err)
		}
		if sent := s.sent(); len(sent) != 1 || sent[0].To[0].Address != "redaction@example.org" {
			t.Errorf("%s: sent %+v", name, sent)
		}
	}
}

// Compose shows what would be sent, and changes nothing.
func TestComposeChangesNothing(t *testing.T) {
	s := open(t, "2026-03-02 10:00", camille(evening))
	s.receive("baratin")
	mail, err := s.desk.Compose(t.Context(), s.desk.Editors[0])
	must(t, err)
	slot, last, err := s.db.DigestSlot(t.Context(), "redaction@example.org")
	must(t, err)
	if left := s.sent(); mail == nil || !slot.IsZero() || !last.IsZero() || len(left) != 0 {
		t.Errorf("mail %v, slot %v, last %v, %d letters", mail, slot, last, len(left))
	}
}
