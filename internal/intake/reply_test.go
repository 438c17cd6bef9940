package intake_test

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// submitted is a scene with one incomplete submission of Léa's.
func submitted(t *testing.T) (*scene, *desk.Entry) {
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : Se loger", id: "<1@example.fr>", body: baratin(150)})
	if first.Case.Verdict != desk.Incomplete || first.Case.State != desk.AwaitingAuthor {
		t.Fatalf("%+v", first.Case)
	}
	return s, first
}

func TestAReplyIsTheNextVersion(t *testing.T) {
	s, first := submitted(t)
	e := s.take(mail{from: lea, subject: "Re: Baratin : Se loger", id: "<2@example.fr>", reply: first.Notice.MessageID, body: baratin(400)})
	if e.Mail.Ending != desk.Attached || e.Case.ID != first.Case.ID || e.Version.Number != 2 || e.Case.Verdict != desk.Complete {
		t.Fatalf("%+v, version %+v", e.Mail, e.Version)
	}
	if e.Notice == nil || e.Case.State != desk.AwaitingEditor {
		t.Errorf("case %+v, notice %v", e.Case, e.Notice)
	}
	versions, err := s.db.Versions(t.Context(), first.Case.ID)
	must(t, err)
	if len(versions) != 2 || versions[0].Words != first.Version.Words {
		t.Errorf("versions %+v", versions)
	}
}

func TestAReplyThatChangesNothing(t *testing.T) {
	refuted := []string{
		"Authentication-Results: mx.example.org; dmarc=fail header.from=example.fr",
		"Received: from somewhere by mx.example.org; Sun, 1 Mar 2026 09:00:00 +0000",
	}
	for name, reply := range map[string]mail{
		"from another address":  {from: "Eve <eve@example.fr>", body: baratin(400)},
		"refuted by the server": {from: lea, body: baratin(400), header: refuted},
		"without a text":        {from: lea, body: "Merci beaucoup, je corrige cela."},
	} {
		t.Run(name, func(t *testing.T) {
			s, first := submitted(t)
			reply.subject, reply.reply = "Re: Baratin : Se loger", first.Notice.MessageID
			e := s.take(reply)
			if e.Mail.Ending != desk.Attached || e.Mail.CaseID != first.Case.ID || e.Version != nil || e.Notice != nil {
				t.Errorf("%+v, version %v, notice %v", e.Mail, e.Version, e.Notice)
			}
			c, err := s.db.Case(t.Context(), first.Case.Reference)
			must(t, err)
			state := desk.AwaitingAuthor
			if name == "without a text" {
				state = desk.AwaitingEditor // somebody has to read it
			}
			if c.Versions != 1 || c.State != state || c.Verdict != desk.Incomplete {
				t.Errorf("the case changed: %+v", c)
			}
			if c.News == nil || !strings.HasPrefix(c.News.Code, "reply-") {
				t.Errorf("an editor is told nothing of the reply: %+v", c.News)
			}
		})
	}
}

// TestAReplyThatAsksForSomethingElse is about mails that only take our notice as
// the occasion to write.
func TestAReplyThatAsksForSomethingElse(t *testing.T) {
	for name, test := range map[string]struct {
		reply mail
		queue desk.Queue
		notes string
	}{
		"a withdrawal":                {mail{from: lea, subject: "Retrait baratin", body: "x"}, "withdrawals", "withdrawal"},
		"a withdrawal by another":     {mail{from: "Eve <eve@example.fr>", subject: "Retrait baratin", body: "x"}, "withdrawals", "withdrawal"},
		"a withdrawal without format": {mail{from: lea, subject: "Retrait", body: "x"}, "to-sort", "unclear"},
	} {
		t.Run(name, func(t *testing.T) {
			s, first := submitted(t)
			test.reply.reply = first.Notice.MessageID
			e := s.take(test.reply)
			if e.Mail.Ending != desk.Filed || e.Queue != test.queue || e.Notice == nil || e.Notice.Kind != test.notes {
				t.Errorf("%s in %s, notice %v", e.Mail.Ending, e.Queue, e.Notice)
			}
			if c, _ := s.db.Case(t.Context(), first.Case.Reference); c.Versions != 1 || c.State != desk.AwaitingAuthor {
				t.Errorf("the first case changed: %+v", c)
			}
		})
	}
}

func TestALongLetterIsNoVersion(t *testing.T) {
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : Se loger", body: baratin(700)})
	e := s.take(mail{from: lea, subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, body: baratin(150)})
	if e.Version != nil || e.Notice != nil || e.Mail.Reason.Code != "reply-no-text" {
		t.Errorf("%+v", e.Mail)
	}
}

func TestAClosedCaseTakesNoReply(t *testing.T) {
	s := open(t)
	unclear := s.take(mail{from: lea, subject: "Retrait", body: "Bonjour"})
	s.take(mail{from: lea, subject: "Retrait baratin", reply: unclear.Notice.MessageID, body: "BARA-2026-0042-R"})
	if c, _ := s.db.Case(t.Context(), unclear.Case.Reference); c.State != desk.Closed {
		t.Fatalf("the unclear case still waits: %+v", c)
	}
	e := s.take(mail{from: lea, subject: "Re: Retrait", reply: unclear.Notice.MessageID, body: "Je voudrais parler à quelqu’un."})
	if e.Mail.Ending != desk.Filed || e.Case == nil || e.Case.State != desk.AwaitingEditor {
		t.Errorf("%+v", e.Mail)
	}
}

func TestABodyTooLongIsNotMissing(t *testing.T) {
	e := open(t).take(mail{from: lea, subject: "Baratin : x", body: strings.Repeat("Une phrase de plus dans ce texte sans fin.\n", 120_000)})
	if e.Version == nil || e.Version.Verdict != desk.ToCheck {
		t.Errorf("%+v", e.Version)
	}
}

func TestAClearReplyReplacesAnUnclearMail(t *testing.T) {
	s := open(t)
	unclear := s.take(mail{from: lea, subject: "Retrait", id: "<1@example.fr>", body: "Bonjour"})
	if unclear.Case.Kind != desk.KindUnclear || unclear.Notice == nil {
		t.Fatalf("%+v", unclear.Mail)
	}
	e := s.take(mail{from: lea, subject: "Retrait baratin", reply: unclear.Notice.MessageID, body: "BARA-2026-0042-R"})
	if e.Mail.Ending != desk.Filed || e.Queue != desk.QueueWithdrawals {
		t.Fatalf("%+v", e.Mail)
	}
	unclear = s.take(mail{from: lea, subject: "Mon texte", id: "<3@example.fr>", body: baratin(300)})
	e = s.take(mail{from: lea, subject: "Baratin : Se loger", reply: unclear.Notice.MessageID, body: baratin(300) + "fin"})
	if e.Mail.Ending != desk.Filed || e.Case.Kind != desk.KindSubmission {
		t.Fatalf("%+v", e.Mail)
	}
	old, err := s.db.Case(t.Context(), unclear.Case.Reference)
	must(t, err)
	if old.State != desk.Closed {
		t.Errorf("the unclear case still waits: %+v", old)
	}
}
