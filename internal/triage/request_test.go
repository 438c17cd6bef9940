package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// Editors are told how far each request is, and not what its subject said.
func TestEditorsSeeHowFarARequestIs(t *testing.T) {
	for _, state := range desk.RequestStates {
		b := newBench(t)
		ref := b.asked(b.published(false), state, time.Time{})
		c, err := b.db.Case(t.Context(), ref)
		must(t, err)
		if c.Request != state || c.Why().Code != state.Why().Code || c.Why().In("fr") == "" {
			t.Errorf("%s: the case says %q, %q", state, c.Request, c.Why().In("fr"))
		}
	}
}

// A request ends with the retraction of its text, and its authors are told so.
func TestARetractionEndsTheRequest(t *testing.T) {
	for _, state := range []desk.RequestState{desk.AwaitingConfirm, desk.IdentityToCheck, desk.IdentityVouched, desk.CoolingOff, desk.AwaitingDecision} {
		t.Run(string(state), func(t *testing.T) {
			b := newBench(t)
			ref := b.published(true)
			asked := b.asked(ref, state, b.at.Add(48*time.Hour))
			_, err := b.decide(triage.Order{Reference: ref, Act: desk.ActConcern, Category: "error", Public: "Un chiffre est faux."})
			must(t, err)
			if s := b.request(asked).State; s != state {
				t.Errorf("after a concern it is %s", s)
			}
			b.letters()
			_, err = b.decide(triage.Order{Reference: ref, Act: desk.ActRetract, Category: "error", Public: "Un chiffre est faux."})
			must(t, err)
			if r := b.request(asked); r.State != desk.RequestLapsed || !r.Until.IsZero() || b.caseState(asked) != desk.Closed {
				t.Errorf("%+v", r)
			}
			letters := b.letters()
			if len(letters) != 2 || !strings.Contains(letters[0][1], "en cours pour ce texte est donc close") {
				t.Errorf("%v", letters)
			}
			b.at = b.at.Add(72 * time.Hour)
			must(t, b.d.Due(t.Context()))
			if len(b.letters()) != 0 {
				t.Error("told again")
			}
			_, err = b.decide(triage.Order{Reference: ref, Act: desk.ActReinstate, Motive: "Le chiffre était juste."})
			must(t, err)
			must(t, b.db.Verify(t.Context(), nil, func(v store.Verified) {
				if v.Fault != nil {
					t.Errorf("%+v", v)
				}
			}))
			b.asked(ref, desk.CoolingOff, b.at.Add(48*time.Hour)) // it may be asked again
		})
	}
}

// An author who was answered in English is told of the decision in English.
func TestADecisionIsInTheLanguageOfTheLastAnswer(t *testing.T) {
	b := newBench(t)
	ref := b.submitted(desk.AwaitingEditor)
	c, err := b.db.Case(t.Context(), ref)
	must(t, err)
	must(t, b.db.Apply(t.Context(), &desk.Change{
		Case: &c, CaseWas: c.State, Events: []desk.Event{{Type: "decided"}},
		Notices: []*desk.Notice{{
			Kind: "receipt", Mailbox: contactAddress, Sender: contactAddress, Recipient: lea, MessageID: "<r@example.org>",
			Bytes: []byte("From: contact@example.org\r\nTo: lea@example.fr\r\nContent-Language: en\r\n\r\nHello.\r\n"),
		}},
	}))
	b.letters()
	_, err = b.decide(triage.Order{Reference: ref, Act: desk.ActAccept})
	must(t, err)
	if letters := b.letters(); len(letters) != 1 || !strings.Contains(letters[0][1], "Good news") {
		t.Errorf("%v", letters)
	}
}
