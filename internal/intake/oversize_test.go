package intake_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const large = 48 << 20

// takeHeader gives the desk the header of a mail that is too large.
func (s *scene) takeHeader(m mail) *desk.Entry {
	s.t.Helper()
	s.flow.Limit = 35 << 20
	raw := m.raw()
	s.uid++
	return s.receive(desk.Received{
		Mailbox: contact, UIDValidity: 1, UID: s.uid, Oversize: large, Raw: raw[:bytes.Index(raw, []byte("\r\n\r\n"))+4],
	})
}

func TestAnOversizeMailIsAnsweredFromItsHeader(t *testing.T) {
	for name, test := range map[string]struct {
		mail   mail
		ending desk.Ending
		queue  desk.Queue
		state  desk.State
		says   []string // nothing: it is not answered
	}{
		"submission": {
			mail{from: lea, subject: "Baratin : Se loger"},
			desk.Filed, "baratin", desk.AwaitingAuthor,
			[]string{"pour le format Baratin, sous la référence BARA-2026-0001-", "pèse 48", "plus de 35", "sous 25 Mo en tout", "Répondez à ce mail"},
		},
		"inquiry":    {mail{from: lea, subject: "Bonjour"}, desk.Filed, desk.QueueToSort, desk.AwaitingEditor, []string{"une personne le regardera"}},
		"withdrawal": {mail{from: lea, subject: "Retrait baratin"}, desk.Filed, desk.QueueToSort, desk.AwaitingEditor, []string{"sous la référence", "sans les pièces jointes qui pèsent"}},
		"trial":      {mail{from: lea, subject: "Essai baratin"}, desk.Answered, desk.TrayAnswered, "", []string{"pour le format Baratin. Mais", "avec le même objet"}},
		"machine":    {mail{from: lea, subject: "Baratin", header: []string{"Auto-Submitted: auto-replied"}}, desk.EndedAutomatic, desk.TrayAutomatic, "", nil},
		"our own":    {mail{from: contact, subject: "Baratin"}, desk.EndedAutomatic, desk.TrayAutomatic, "", nil},
		"no sender":  {mail{from: "undisclosed", subject: "Baratin"}, desk.Filed, "baratin", desk.AwaitingAuthor, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			e := s.takeHeader(test.mail)
			if e.Mail.Ending != test.ending || e.Queue != test.queue {
				t.Errorf("ended %s in %s, for %v; want %s in %s", e.Mail.Ending, e.Queue, e.Mail.Reason, test.ending, test.queue)
			}
			if (e.Case != nil) != (test.state != "") || e.Case != nil && e.Case.State != test.state {
				t.Errorf("the case %+v; want it %q", e.Case, test.state)
			}
			answer := strings.ReplaceAll(s.answerOf(e), "\u00a0", " ")
			if (answer == "") != (test.says == nil) {
				t.Errorf("answered %q", answer)
			}
			for _, words := range test.says {
				if !strings.Contains(answer, words) {
					t.Errorf("the answer lacks %q: %s", words, answer)
				}
			}
		})
	}
}

// The text sent again, smaller, joins the case; one that is too large again is read by
// a person, and a stranger's changes nothing.
func TestAnOversizeTextSentAgain(t *testing.T) {
	s := open(t)
	first := s.takeHeader(mail{from: lea, subject: "Baratin : Se loger", id: "<1@example.fr>"})
	e := s.take(mail{from: lea, subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, body: baratin(400)})
	if e.Mail.Ending != desk.Attached || e.Version == nil || e.Case.ID != first.Case.ID || e.Case.Verdict != desk.Complete {
		t.Fatalf("the smaller text: %+v, case %+v", e.Mail, e.Case)
	}
	again := s.takeHeader(mail{from: lea, subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, id: "<3@example.fr>"})
	if again.Mail.Ending != desk.Attached || again.Case.State != desk.AwaitingEditor || again.Mail.Reason.Code != "oversize" {
		t.Errorf("too large again: %+v, case %+v", again.Mail, again.Case)
	}
	if answer := s.answerOf(again); !strings.Contains(answer, string(first.Case.Reference)) {
		t.Errorf("the answer names no case: %s", answer)
	}
	other := s.takeHeader(mail{from: "Zoé <zoe@example.fr>", subject: "Re: Baratin : Se loger", reply: first.Notice.MessageID, id: "<4@example.fr>"})
	if other.Mail.Ending != desk.Attached || other.Case != nil || strings.Contains(s.answerOf(other), string(first.Case.Reference)) {
		t.Errorf("a stranger's: %+v, case %+v, told %s", other.Mail, other.Case, s.answerOf(other))
	}
	if twice := s.takeHeader(mail{from: lea, subject: "Baratin : Se loger", id: "<1@example.fr>"}); twice.Mail.Ending != desk.Repeated || twice.Notice != nil {
		t.Errorf("the same again: %+v", twice.Mail)
	}
}

// A confirmation with a large attachment is no confirmation: a person reads it.
func TestAnOversizeReplyToARequest(t *testing.T) {
	s := open(t)
	p := s.published("Se loger loin")
	asked := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), id: "<w@example.fr>", body: string(p.Reference)})
	r := request(t, asked)
	e := s.takeHeader(mail{from: lea, subject: "Re: Retrait baratin", header: proved("example.fr"), reply: asked.Notice.MessageID})
	if e.Mail.Ending != desk.Attached || e.Mail.CaseID != r.CaseID || e.Wakes != r.CaseID || len(e.Changes) != 0 || e.Queue != desk.QueueWithdrawals {
		t.Errorf("%+v wakes %d, changes %+v, in %s; want the request %d woken", e.Mail, e.Wakes, e.Changes, e.Queue, r.CaseID)
	}
	if s.answerOf(e) == "" {
		t.Error("it was not answered")
	}
}
