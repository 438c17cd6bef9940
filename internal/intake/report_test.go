package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// bounced is the report of a mail server about the mail with a Message-ID.
func bounced(id, action, status string) []byte {
	return fmt.Appendf(nil, "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: contact@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"+
		"Message-ID: <%d@mx.example.org>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; tom@example.fr\r\nAction: %s\r\nStatus: %s\r\n"+
		"Diagnostic-Code: smtp; 550 %s <tom@example.fr>: unknown\r\n\r\n"+
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: %s\r\nSubject: x\r\n\r\n--b--\r\n", time.Now().UnixNano(), action, status, status, id)
}

// What comes back of a receipt shows on its case: found by its Message-ID alone.
func TestAReceiptThatComesBack(t *testing.T) {
	w := newWorld(t, false)
	w.submit("tom", "Tom Roy <tom@example.fr>", "La nuit des villes")
	c := w.last.Case
	receipt := w.to("tom@example.fr", "receipt")
	stands := func() desk.Notice {
		t.Helper()
		notices, err := w.db.Notices(t.Context(), c.ID)
		must(t, err)
		return notices[0]
	}
	w.mail(bounced("<guessed@example.org>", "failed", "5.1.1"))
	if n := stands(); n.State != desk.NoticeSent || n.Bounce != "" || w.last.Mail.Ending != desk.EndedAutomatic {
		t.Fatalf("a forged report: %+v", n)
	}
	w.mail(bounced(receipt.Message.MessageID, "delayed", "4.4.1"))
	if n := stands(); n.State != desk.NoticeSent || !strings.Contains(n.Bounce, "4.4.1") || w.last.Mail.CaseID != c.ID {
		t.Errorf("a delay: %+v", n)
	}
	for range 2 { // the second tells nothing new
		w.mail(bounced(receipt.Message.MessageID, "failed", "5.1.1"))
	}
	if n := stands(); n.State != desk.NoticeBounced || n.Bounce != "550 5.1.1 <…>: unknown" || n.FailedAt.IsZero() || n.SentAt.IsZero() {
		t.Errorf("a failure: %+v", n)
	}
	history, err := w.db.History(t.Context(), c.ID)
	must(t, err)
	var told []string
	for _, e := range history {
		if e.Detail["status"] != "" {
			told = append(told, e.Type+" "+e.Detail["notice"]+" "+e.Detail["status"])
		}
	}
	if got := strings.Join(told, ", "); got != "late receipt 4.4.1, bounced receipt 5.1.1" {
		t.Errorf("the history tells %s", got)
	}
	list, err := w.db.Undelivered(t.Context(), w.at.Add(-time.Hour), w.at.Add(time.Hour), c.Queue)
	must(t, err)
	if len(list) != 1 || list[0].Reference != c.Reference || list[0].Kind != "receipt" || list[0].Why != "550 5.1.1 <…>: unknown" {
		t.Errorf("undelivered: %+v", list)
	}
	if other, _ := w.db.Undelivered(t.Context(), w.at.Add(-time.Hour), w.at.Add(time.Hour), "analyse"); len(other) != 0 {
		t.Errorf("undelivered in another queue: %+v", other)
	}
	must(t, w.db.Verify(t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil {
			t.Errorf("%s: %v", v.What, v.Fault)
		}
	}))
}

// A report may be there before the outcome of the letter: the sender died before it
// could say that it left.
func TestAReceiptThatComesBackBeforeItLeft(t *testing.T) {
	w := newWorld(t, false)
	w.uid++
	raw := mail{from: "Tom Roy <tom@example.fr>", subject: "Baratin : un texte", body: baratin(400)}.raw()
	must(t, w.flow.Process(t.Context(), []desk.Received{{Mailbox: contact, UIDValidity: 1, UID: w.uid, Raw: raw}})())
	c, n := w.last.Case, w.last.Notice
	box := store.Outbox{DB: w.db, Mailboxes: []string{contact}, PerHour: 10}
	l, err := box.Claim(t.Context(), w.at, time.Hour)
	must(t, err)
	w.mail(bounced(n.MessageID, "failed", "5.1.1"))
	must(t, box.Settle(t.Context(), l.ID, desk.Outcome{At: w.at, Next: w.at.Add(time.Minute), Unknown: true, Reply: "end of data: EOF"}))
	notices, err := w.db.Notices(t.Context(), c.ID)
	must(t, err)
	if notices[0].State != desk.NoticeBounced {
		t.Errorf("%+v", notices[0])
	}
	if _, err := box.Claim(t.Context(), w.at.Add(time.Hour), time.Hour); !errors.Is(err, desk.ErrNone) {
		t.Errorf("it leaves again: %v", err)
	}
	must(t, w.db.Verify(t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil {
			t.Errorf("%s: %v", v.What, v.Fault)
		}
	}))
}

// An explanation to a stranger asks for no bounce; what is about a case does.
func TestReturnPaths(t *testing.T) {
	s := open(t)
	about := s.take(mail{from: eve, subject: "Baratin : un texte", body: baratin(400)})
	trial := s.take(mail{from: eve, subject: "Essai baratin", body: baratin(400)})
	if about.Notice.Sender != contact || trial.Notice.Sender != "" || trial.Notice.Mailbox != contact {
		t.Errorf("a receipt comes back to %q, a trial to %q", about.Notice.Sender, trial.Notice.Sender)
	}
}

// Answers leave in the turn of who wrote, as far as the receiving server proved it.
func TestStandings(t *testing.T) {
	w := newWorld(t, false)
	refuted := proved("example.fr")
	refuted[0] = strings.Replace(refuted[0], "dmarc=pass", "dmarc=fail", 1)
	tests := []struct {
		from   string
		header []string
		want   desk.Standing
	}{
		{"Léa Martin <" + leaAddress + ">", nil, desk.StandingAuthor},
		{"Tom Roy <tom@example.fr>", proved("example.fr"), desk.StandingProved},
		{"Tom Roy <tom@example.fr>", nil, desk.StandingOther},
		{"Léa Martin <" + leaAddress + ">", refuted, desk.StandingRefuted},
	}
	for i, test := range tests {
		body := strings.Replace(baratin(400), "Se loger pour étudier", fmt.Sprintf("Un titre %d", i), 1)
		w.mail(mail{from: test.from, header: test.header, subject: fmt.Sprintf("Essai baratin : un texte %d", i), body: body}.raw())
		if n := w.last.Notice; n == nil || n.Standing != test.want {
			t.Errorf("%s %s: %+v, want standing %d", test.from, test.header, n, test.want)
		}
	}
}
