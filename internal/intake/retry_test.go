package intake_test

import (
	"errors"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
)

// parked has a mail parked by a fault of the desk, and the fault repaired.
func (s *scene) parked(m mail) (desk.ParkedMail, *desk.Entry) {
	s.t.Helper()
	whole := s.flow.Rules
	s.flow.Rules = &rules.Set{Desk: whole.Desk} // breaks whoever asks it
	e := s.take(m)
	s.flow.Rules = whole
	if e == nil || e.Mail.Ending != desk.Parked {
		s.t.Fatalf("it is not parked: %+v", e)
	}
	p, err := s.db.ParkedMail(s.t.Context(), e.Case.Reference)
	must(s.t, err)
	return p, e
}

// A parked mail that is taken again is what it would have been: under its reference,
// answered, in its queue, and repeats of it are repeats.
func TestAParkedMailIsTakenAgain(t *testing.T) {
	s := open(t)
	m := mail{from: lea, subject: "Baratin : Se loger pour étudier", id: "<1@example.fr>", body: baratin(400)}
	p, was := s.parked(m)
	e, err := s.flow.Retry(t.Context(), p)
	must(t, err)
	if e.Mail.Ending != desk.Filed || e.Mail.ID != was.Mail.ID || e.Case.ID != was.Case.ID || e.Version == nil || e.Notice == nil {
		t.Fatalf("taken again: %+v, case %+v", e.Mail, e.Case)
	}
	c, err := s.db.Case(t.Context(), p.Reference)
	must(t, err)
	if c.Kind != desk.KindSubmission || c.Queue != "baratin" || c.Versions != 1 || c.Address != "lea@example.fr" {
		t.Errorf("its case %+v", c)
	}
	mails, err := s.db.Mails(t.Context(), c.ID)
	must(t, err)
	if len(mails) != 1 || mails[0].Ending != desk.Filed || mails[0].Subject != m.subject {
		t.Errorf("its mails %+v", mails)
	}
	due, err := s.db.DueFilings(t.Context(), contact)
	must(t, err)
	if len(due) != 1 || due[0].Queue != "baratin" {
		t.Errorf("it is to be filed as %+v", due)
	}
	if _, err := s.flow.Retry(t.Context(), p); !errors.Is(err, desk.ErrMoved) {
		t.Errorf("once more: %v; want %v", err, desk.ErrMoved)
	}
	if again := s.take(m); again.Mail.Ending != desk.Repeated || again.Mail.Repeats != was.Mail.ID {
		t.Errorf("the same mail, delivered again: %+v", again.Mail)
	}
	reply := s.take(mail{from: lea, subject: "Re: Baratin", id: "<2@example.fr>", reply: e.Notice.MessageID, body: baratin(500)})
	if reply.Case == nil || reply.Case.ID != c.ID || reply.Version.Number != 2 {
		t.Errorf("a reply to its answer: %+v", reply.Mail)
	}
	must(t, s.db.VerifyChain(t.Context()))
	verified(t, s)
}

// One that belongs to another case joins it, and its own is closed.
func TestAParkedReplyJoinsItsCase(t *testing.T) {
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : Se loger pour étudier", id: "<1@example.fr>", body: baratin(400)})
	p, _ := s.parked(mail{from: lea, subject: "Re: Baratin", id: "<2@example.fr>", reply: first.Notice.MessageID, body: baratin(500)})
	e, err := s.flow.Retry(t.Context(), p)
	must(t, err)
	if e.Mail.Ending != desk.Attached || e.Mail.CaseID != first.Case.ID || e.Version == nil || e.Version.Number != 2 {
		t.Fatalf("taken again: %+v", e.Mail)
	}
	own, err := s.db.Case(t.Context(), p.Reference)
	must(t, err)
	if own.State != desk.Closed {
		t.Errorf("the case that it was parked under is %s", own.State)
	}
	if left, _ := s.db.Parked(t.Context()); len(left) != 0 {
		t.Errorf("still parked: %+v", left)
	}
	verified(t, s)
}

// What still breaks the desk stays as it is, and says so.
func TestAParkedMailStillFails(t *testing.T) {
	s := open(t)
	p, _ := s.parked(mail{from: lea, subject: "Baratin", body: baratin(400)})
	whole := s.flow.Rules
	s.flow.Rules = &rules.Set{Desk: whole.Desk}
	if _, err := s.flow.Retry(t.Context(), p); !errors.Is(err, intake.ErrStillFails) {
		t.Errorf("%v; want %v", err, intake.ErrStillFails)
	}
	s.flow.Rules = whole
	times := 1
	s.flow.Ledger = failing{s.db, "record", 0, &times, errors.New("an error of ours")}
	if _, err := s.flow.Retry(t.Context(), p); !errors.Is(err, intake.ErrStillFails) {
		t.Errorf("%v; want %v", err, intake.ErrStillFails)
	}
	if _, err := s.db.ParkedMail(t.Context(), p.Reference); err != nil {
		t.Errorf("it is not parked any more: %v", err)
	}
	_, err := s.flow.Retry(t.Context(), p)
	must(t, err)
	verified(t, s)
}

// verified checks everything that is on record.
func verified(t *testing.T, s *scene) {
	t.Helper()
	must(t, s.db.Verify(t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil {
			t.Errorf("%s: %v", v.What, v.Fault)
		}
	}))
}
