package intake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
)

const (
	leaAddress = "lea@example.fr"
	noe        = "Noé Petit <noe@example.fr>"
	eve        = "Eve <eve@mail.test>"
)

// proved is the header of a mail whose sender our border proved.
func proved(domain string) []string {
	return []string{
		"Authentication-Results: mx.example.org; dmarc=pass header.from=" + domain,
		"Received: from out." + domain + " by mx.example.org with ESMTPS id 1; Sun, 1 Mar 2026 09:00:00 +0000",
	}
}

// published is a text of Léa's that stands on the site; coauthors sign with her.
func (s *scene) published(title string, coauthors ...desk.Signatory) desk.Publication {
	s.t.Helper()
	e := s.take(mail{from: lea, subject: "Baratin : " + title, header: proved("example.fr"), body: strings.Replace(baratin(400), "Se loger pour étudier", title, 1)})
	if e.Case == nil {
		s.t.Fatalf("not filed: %+v", e.Mail)
	}
	c := *e.Case
	was := c.State
	c.State = desk.Published
	p := &desk.Publication{
		Reference: c.Reference, CaseID: c.ID, Format: "baratin", Title: title, On: s.flow.Clock(), State: desk.StandsPublished,
		URL:     "https://bara.example.org/" + strings.ToLower(string(c.Reference)),
		Authors: append([]desk.Signatory{{Name: "Léa Martin", Addresses: []string{leaAddress}}}, coauthors...),
	}
	must(s.t, s.db.Apply(s.t.Context(), &desk.Change{Case: &c, CaseWas: was, Publication: p, Events: []desk.Event{{Type: "decided"}}}))
	return *p
}

// request is the one request that an entry changes.
func request(t *testing.T, e *desk.Entry) *desk.Request {
	t.Helper()
	if len(e.Changes) != 1 || e.Changes[0].Request == nil {
		t.Fatalf("mail %+v\nchanges %+v", e.Mail, e.Changes)
	}
	return e.Changes[0].Request
}

// text is the body of a notice.
func text(t *testing.T, n *desk.Notice) string {
	t.Helper()
	if n == nil {
		return ""
	}
	m, err := email.Parse(n.Bytes)
	must(t, err)
	return m.Text
}

func (s *scene) state(p desk.Publication) desk.PublicationState {
	read, err := s.db.Publication(s.t.Context(), p.Reference)
	must(s.t, err)
	return read.State
}

func TestAProvedAuthorIsConfirmedAtOnce(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés", desk.Signatory{Name: "Noé Petit", Addresses: []string{"noe@example.fr"}})
	e := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: "Bonjour, merci de retirer " + string(p.Reference)})
	r := request(t, e)
	if r.State != desk.CoolingOff || r.ConfirmedBy != "authentication" || r.Until.Sub(s.flow.Clock()) != 48*time.Hour || r.Evidence == "" {
		t.Errorf("%+v", r)
	}
	if e.Mail.Ending != desk.Filed || e.Queue != desk.QueueWithdrawals || !strings.Contains(text(t, e.Notice), "annuler") {
		t.Errorf("%+v\n%s", e.Mail, text(t, e.Notice))
	}
	told := e.Changes[0].Notices
	if len(told) != 1 || told[0].Recipient != "noe@example.fr" || told[0].Secret {
		t.Errorf("co-authors: %+v", told)
	}
	if s.state(p) != desk.StandsPublished {
		t.Error("nothing is withdrawn before the editors decide")
	}

	cancelled := s.take(mail{from: lea, subject: "Re: Retrait baratin", reply: e.Notice.MessageID, body: "Annuler, merci."})
	if r := request(t, cancelled); r.State != desk.RequestCancelled || cancelled.Mail.CaseID != r.CaseID {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(text(t, cancelled.Notice), "est annulée") {
		t.Error(text(t, cancelled.Notice))
	}
}

func TestAnUnprovedAuthorIsAsked(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés")
	e := s.take(mail{from: lea, subject: "Retrait baratin", body: string(p.Reference)})
	r := request(t, e)
	if r.State != desk.AwaitingConfirm || r.TokenHash == "" || r.TokenTo != leaAddress || e.Notice != nil || len(e.Changes[0].Notices) != 1 {
		t.Fatalf("%+v, notice %v", r, e.Notice)
	}
	asked := e.Changes[0].Notices[0]
	if asked.Recipient != leaAddress || !asked.Secret || !strings.Contains(text(t, asked), "je confirme") {
		t.Errorf("%+v\n%s", asked, text(t, asked))
	}
	for _, test := range []struct {
		name  string
		reply mail
		state desk.RequestState
	}{
		{"a stranger with the token", mail{from: eve, subject: "Re: x", reply: asked.MessageID, body: "oui"}, desk.AwaitingConfirm},
		{"another token", mail{from: lea, subject: "Re: x", reply: "<aaaaaaaaaaaaaaaaaaaaaaaaaa@example.org>", body: "oui"}, desk.AwaitingConfirm},
		{"neither yes nor no", mail{from: lea, subject: "Re: x", reply: asked.MessageID, body: "Qui êtes-vous ?"}, desk.AwaitingConfirm},
		{"an auto-reply", mail{from: lea, subject: "Re: x", reply: asked.MessageID, body: "oui", header: []string{"Auto-Submitted: auto-replied"}}, desk.AwaitingConfirm},
		{"yes", mail{from: lea, subject: "Re: x", reply: asked.MessageID, body: "Bonjour,\n\nOui, je confirme.\n\nLéa"}, desk.CoolingOff},
		{"yes again", mail{from: lea, subject: "Re: x", reply: asked.MessageID, body: "oui"}, desk.CoolingOff},
	} {
		s.take(test.reply)
		now, err := s.db.RequestByCase(t.Context(), r.Reference)
		must(t, err)
		if now.State != test.state {
			t.Fatalf("%s: %s, want %s", test.name, now.State, test.state)
		}
	}
}

func TestBeforePublicationItIsDoneAtOnce(t *testing.T) {
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : Se loger pour étudier", body: baratin(400)})
	ref := string(first.Case.Reference)
	e := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: "Ma référence : " + strings.ToLower(ref)})
	if r := request(t, e); r.State != desk.RequestGranted {
		t.Fatalf("%+v", r)
	}
	c, err := s.db.Case(t.Context(), first.Case.Reference)
	must(t, err)
	if c.State != desk.Withdrawn || !strings.Contains(text(t, e.Notice), "il est retiré") {
		t.Errorf("%s\n%s", c.State, text(t, e.Notice))
	}
	again := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: ref + " svp"})
	if len(again.Changes) != 0 || again.Mail.Ending != desk.Attached || !strings.Contains(text(t, again.Notice), "est close depuis le") {
		t.Errorf("%+v\n%s", again.Mail, text(t, again.Notice))
	}
}

// TestAStrangerLearnsNothing asks for texts that exist in every state and for one
// that does not: the answers are the same but for what the stranger typed.
func TestAStrangerLearnsNothing(t *testing.T) {
	s := open(t)
	published := s.published("Les cafés fermés")
	asked := s.published("Les trains de nuit")
	s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: string(asked.Reference)})
	open := s.take(mail{from: lea, subject: "Baratin : Se loger pour étudier", body: baratin(401)})
	var answers []string
	for i, ref := range []desk.Reference{desk.NewReference("BARA", 2026, 4321), published.Reference, asked.Reference, open.Case.Reference, published.Reference} {
		e := s.take(mail{from: eve, subject: "Retrait baratin", header: proved("mail.test"), id: fmt.Sprintf("<e%d@mail.test>", i), body: "Retirez " + string(ref)})
		if e.Notice == nil || e.Notice.Recipient != "eve@mail.test" {
			t.Fatalf("%s: notice %+v", ref, e.Notice)
		}
		answers = append(answers, strings.ReplaceAll(text(t, e.Notice), string(ref), "X"))
		for _, c := range e.Changes {
			for _, n := range c.Notices {
				if n.Recipient != leaAddress {
					t.Errorf("%s: a mail went to %s", ref, n.Recipient)
				}
			}
		}
	}
	for _, a := range answers[1:] {
		if a != answers[0] {
			t.Errorf("the answers differ:\n%s\n---\n%s", answers[0], a)
		}
	}
	if strings.Contains(answers[0], "cafés") {
		t.Error(answers[0])
	}
}

func TestWhatIsMissingIsAskedFor(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés")
	first := s.take(mail{from: lea, subject: "Retrait baratin", body: "Mon texte sur les cafés, s’il vous plaît."})
	if r := request(t, first); r.State != desk.AwaitingReference || !strings.Contains(text(t, first.Notice), string(p.Reference)) {
		t.Fatalf("%+v\n%s", r, text(t, first.Notice))
	}
	second := s.take(mail{from: lea, subject: "Re: Retrait baratin", reply: first.Notice.MessageID, header: proved("example.fr"), body: "Le voici : " + string(p.Reference)})
	if r := request(t, second); r.State != desk.CoolingOff || r.CaseID != first.Mail.CaseID || r.Work.Reference() != p.Reference {
		t.Errorf("%+v", r)
	}
}

func TestTheFormatOfTheSubjectIsAskedAbout(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés")
	e := s.take(mail{from: lea, subject: "Retrait analyse", header: proved("example.fr"), body: string(p.Reference)})
	if r := request(t, e); r.State != desk.AwaitingConfirm || !strings.Contains(text(t, e.Changes[0].Notices[0]), "est au format Baratin") {
		t.Errorf("%+v\n%s", r, text(t, e.Changes[0].Notices[0]))
	}
}

func TestACoAuthorObjects(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés", desk.Signatory{Name: "Noé Petit", Addresses: []string{"noe@example.fr"}})
	e := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: string(p.Reference)})
	told := e.Changes[0].Notices[0]
	o := s.take(mail{from: noe, subject: "Re: Retrait", reply: told.MessageID, body: "Je m’oppose à ce retrait : j’ai écrit la moitié du texte."})
	if r := request(t, o); r.State != desk.CoolingOff || o.Changes[0].Objection == nil || !strings.Contains(text(t, o.Notice), "opposition") {
		t.Errorf("%+v\n%s", r, text(t, o.Notice))
	}
	spoofed := s.take(mail{from: noe, subject: "Re: Retrait", reply: e.Notice.MessageID, body: "annuler"})
	if len(spoofed.Changes) != 0 || spoofed.Notice != nil {
		t.Errorf("an unproved reply to a mail that went to another: %+v", spoofed.Mail)
	}
	read, err := s.db.RequestByCase(t.Context(), request(t, e).Reference)
	must(t, err)
	if len(read.Objections) != 1 || read.Objections[0].Address != "noe@example.fr" {
		t.Errorf("%+v", read.Objections)
	}
}

func TestADeadAddressIsForEditors(t *testing.T) {
	s := open(t)
	p := s.published("Les cafés fermés")
	e := s.take(mail{from: eve, subject: "Retrait baratin", body: string(p.Reference)})
	asked := e.Changes[0].Notices[0]
	bounce := "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: contact@example.org\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; lea@example.fr\r\nAction: %s\r\nStatus: 5.1.1\r\n\r\n" +
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + asked.MessageID + "\r\nSubject: x\r\n\r\n--b--\r\n"
	s.takeRaw(fmt.Appendf(nil, bounce, "delayed"))
	if r, _ := s.db.RequestByCase(t.Context(), request(t, e).Reference); r.State != desk.AwaitingConfirm {
		t.Errorf("after a delay: %s", r.State)
	}
	b := s.takeRaw(fmt.Appendf(nil, bounce, "failed"))
	if r := request(t, b); r.State != desk.IdentityToCheck || r.TokenHash != "" || b.Mail.Ending != desk.EndedAutomatic || b.Notice != nil {
		t.Errorf("%+v, %+v", r, b.Mail)
	}
}

func TestSeveralTextsAreSeveralRequests(t *testing.T) {
	s := open(t)
	one, two := s.published("Les cafés fermés"), s.published("Les trains de nuit")
	e := s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: fmt.Sprintf("%s et %s", one.Reference, two.Reference)})
	if len(e.Changes) != 2 || e.Changes[0].Request.Reference == e.Changes[1].Request.Reference || e.Mail.CaseID != e.Changes[0].Request.CaseID {
		t.Fatalf("%+v", e.Changes)
	}
	if told := text(t, e.Notice); !strings.Contains(told, one.Title) || !strings.Contains(told, two.Title) {
		t.Error(told)
	}
	must(t, s.db.VerifyChain(t.Context()))
}

// What was published before the desk is asked for by the reference that it had then.
func TestAReferenceOfAnotherScheme(t *testing.T) {
	for _, test := range []struct {
		reference, words string
		named            bool
	}{
		{"OLD-1", "Bonjour, merci de retirer OLD-1.", true},
		{"OLD-1", "Merci de retirer old 1, s’il vous plaît.", true},
		{"OLD-1", "Merci de retirer OLD-12.", false},
		{"C-3-14", "Merci de retirer C-3-14.", true},
		{"2024/7", "Je l’ai écrit le 2024/7 environ.", false},
		{"2024/7", "Référence :\n2024/7\n", true},
	} {
		s := open(t)
		p := &desk.Publication{
			Reference: desk.Reference(test.reference), Format: "baratin", Title: "Les cafés fermés", On: s.flow.Clock(), State: desk.StandsPublished,
			Authors: []desk.Signatory{{Name: "Léa Martin", Addresses: []string{leaAddress}}},
		}
		shorter := &desk.Publication{Reference: "C-3", Format: "baratin", Title: "Autre", On: s.flow.Clock(), State: desk.StandsPublished, Authors: p.Authors}
		for _, published := range []*desk.Publication{shorter, p} {
			must(t, s.db.Apply(t.Context(), &desk.Change{Publication: published, Events: []desk.Event{{Type: "decided"}}}))
		}
		r := request(t, s.take(mail{from: lea, subject: "Retrait baratin", header: proved("example.fr"), body: test.words}))
		if named := r.Work.Reference() == p.Reference && r.State == desk.CoolingOff; named != test.named {
			t.Errorf("%s in %q: %s of %q", test.reference, test.words, r.State, r.Work.Reference())
		}
	}
}
