package intake_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// TestWhatTheAskerSaysReachesTheEditors: an author who lost the address on file says
// so from another one. Nothing moves, and a person has to read it.
func TestWhatTheAskerSaysReachesTheEditors(t *testing.T) {
	w := newWorld(t, true)
	const other = "lea.perso@mail.test"
	w.mail(mail{from: other, subject: "Retrait baratin", body: string(w.works["cafes"])}.raw())
	w.mail(mail{from: other, subject: "Re: Retrait baratin", reply: w.to(other, "").Message.MessageID, body: "J’ai perdu l’adresse de la fac."}.raw())
	if w.last.Mail.Ending != desk.Attached || w.last.Notice != nil || !slices.Contains(w.last.Mail.Flags, "reply-from-another-address") {
		t.Errorf("%+v, notice %v", w.last.Mail, w.last.Notice)
	}
	r, err := w.db.OpenRequest(t.Context(), workOf(w, "cafes"))
	must(t, err)
	c, err := w.db.Case(t.Context(), r.Reference)
	must(t, err)
	if r.State != desk.AwaitingConfirm || c.State != desk.AwaitingEditor || c.Why().Code != "reply-stranger" {
		t.Errorf("the request is %s, its case %s: %v", r.State, c.State, c.Why())
	}
	w.mail(mail{from: leaAddress, subject: "Re: x", reply: w.to(leaAddress, "confirmation").Message.MessageID, body: "oui"}.raw())
	if got := w.state("cafes"); got != desk.CoolingOff {
		t.Errorf("and once it is confirmed, %s", got)
	}
	w.checkSound()
}

func workOf(w *world, name string) desk.Work {
	found, err := w.db.Work(w.t.Context(), w.works[name])
	must(w.t, err)
	return found
}

// TestAnAuthorGetsFewConfirmationsAnHour: whoever names all the texts of an author
// fills no mailbox.
func TestAnAuthorGetsFewConfirmationsAnHour(t *testing.T) {
	w := newWorld(t, true)
	body := ""
	for i := range 15 {
		ref := desk.NewReference("BARA", 2020, i+1)
		must(t, w.db.Apply(t.Context(), &desk.Change{Events: []desk.Event{{Type: "imported"}}, Publication: &desk.Publication{
			Reference: ref, Format: "baratin", Title: fmt.Sprint("Texte ", i), On: w.at, State: desk.StandsPublished,
			Authors: []desk.Signatory{{Name: "Léa", Addresses: []string{leaAddress}}},
		}}))
		body += string(ref) + "\n"
	}
	w.uid++
	raw := mail{from: "Eve <eve@evil.test>", subject: "Retrait baratin", body: body}.raw()
	must(t, w.flow.Process(t.Context(), []desk.Received{{Mailbox: contact, UIDValidity: 1, UID: w.uid, Raw: raw}})())
	box, sent := store.Outbox{DB: w.db, Mailboxes: []string{contact}, PerHour: w.flow.Rules.Desk.AnswersPerHour}, 0
	for {
		l, err := box.Claim(t.Context(), w.at, time.Hour)
		if errors.Is(err, desk.ErrNone) {
			break
		}
		must(t, err)
		must(t, box.Settle(t.Context(), l.ID, desk.Outcome{At: w.at, Sent: true}))
		if l.Recipient == leaAddress {
			sent++
		}
	}
	if sent != w.flow.Rules.Desk.AnswersPerHour {
		t.Errorf("%d confirmations left at once, want %d", sent, w.flow.Rules.Desk.AnswersPerHour)
	}
}
