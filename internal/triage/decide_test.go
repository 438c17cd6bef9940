package triage_test

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
	builtin "github.com/bara-think-tank/guichet/rules"
)

const (
	contactAddress = "contact@example.org"
	lea            = "lea@example.fr"
	noe            = "noe@example.fr"
	camilleAddress = "camille@example.org"
	sachaAddress   = "sacha@example.org"
)

// bench is decisions over a real database, with a clock that a test moves.
type bench struct {
	t   testing.TB
	db  *store.DB
	d   *triage.Decisions
	at  time.Time
	uid uint32
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, at: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	var err error
	b.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "guichet.db"), func() time.Time { return b.at })
	must(t, err)
	t.Cleanup(func() { must(t, b.db.Close()) })
	set, err := rules.Load(builtin.FS)
	must(t, err)
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	composer, err := notice.New(templates, notice.Publication{
		Name: "BARA", Prefix: "BARA", Language: "fr", Languages: []string{"fr", "en"}, Formats: []notice.Format{{ID: "baratin", Name: "Baratin"}},
	})
	must(t, err)
	composer.Random = rand.Reader
	b.d = &triage.Decisions{
		Editors: []triage.Editor{{Name: "Camille", Address: camilleAddress}, {Name: "Sacha", Address: sachaAddress}},
		Docket:  b.db, Address: contactAddress,
		Manner: func() triage.Manner {
			return triage.Manner{Name: "BARA", Lang: "fr", Notices: composer, Delays: set.Desk.Withdrawal}
		},
		Zone: time.UTC, Clock: func() time.Time { return b.at }, Log: slog.New(slog.DiscardHandler),
	}
	return b
}

// submitted is a submission of Léa's in a state.
func (b *bench) submitted(state desk.State) desk.Reference {
	b.t.Helper()
	ref, err := b.db.Reserve(b.t.Context(), "BARA", 2026)
	must(b.t, err)
	b.record(&desk.Entry{
		Mail: desk.Mail{FromAddress: lea, Kind: desk.KindSubmission, Ending: desk.Filed, Subject: "Baratin : Les cafés fermés"},
		Case: &desk.Case{
			Reference: ref, Kind: desk.KindSubmission, Format: "baratin", Queue: "baratin", State: state, Title: "Les cafés fermés",
			Author: "Léa Martin", Address: lea,
		},
		Version: &desk.Version{Format: "baratin"}, Queue: "baratin",
	})
	return ref
}

// asked is a request for a work, in a state.
func (b *bench) asked(work desk.Reference, state desk.RequestState, until time.Time) desk.Reference {
	b.t.Helper()
	w, err := b.db.Work(b.t.Context(), work)
	must(b.t, err)
	ref, err := b.db.Reserve(b.t.Context(), "BARA", 2026)
	must(b.t, err)
	b.record(&desk.Entry{
		Mail: desk.Mail{FromAddress: lea, Kind: desk.KindWithdrawal, Ending: desk.Filed, Subject: "Retrait baratin"}, Queue: desk.QueueWithdrawals,
		Changes: []*desk.Change{{
			Opens:   &desk.Case{Reference: ref, Kind: desk.KindWithdrawal, Queue: desk.QueueWithdrawals, State: state.Case(), Address: lea},
			Request: &desk.Request{Work: w, State: state, Asker: lea, TokenTo: lea, Until: until},
		}},
	})
	return ref
}

func (b *bench) record(e *desk.Entry) {
	b.t.Helper()
	b.uid++
	e.Received = desk.Received{Mailbox: contactAddress, UIDValidity: 1, UID: b.uid, Raw: fmt.Appendf(nil, "From: x\r\n\r\n%d\r\n", b.uid)}
	e.Events = append(e.Events, desk.Event{Type: "received"})
	e.Mail.SHA256, e.Mail.MessageID = sha256.Sum256(e.Received.Raw), fmt.Sprintf("<m%d@example.fr>", b.uid)
	must(b.t, b.db.Record(b.t.Context(), e))
}

// published is a publication of Léa's, and of Noé's where he signs too.
func (b *bench) published(coauthored bool) desk.Reference {
	b.t.Helper()
	ref := b.submitted(desk.Accepted)
	c, err := b.db.Case(b.t.Context(), ref)
	must(b.t, err)
	c.State = desk.Published
	p := &desk.Publication{
		Reference: ref, CaseID: c.ID, Format: "baratin", Title: c.Title, On: b.at, State: desk.StandsPublished,
		Authors: []desk.Signatory{{Name: "Léa Martin", Addresses: []string{lea}}},
	}
	if coauthored {
		p.Authors = append(p.Authors, desk.Signatory{Name: "Noé Petit", Addresses: []string{noe}})
	}
	must(b.t, b.db.Apply(b.t.Context(), &desk.Change{Case: &c, CaseWas: desk.Accepted, Publication: p, Events: []desk.Event{{Type: "decided"}}}))
	return ref
}

func (b *bench) decide(o triage.Order) (triage.Done, error) {
	if o.Editor == "" {
		o.Editor = "Camille"
	}
	return b.d.Decide(b.t.Context(), o)
}

func (b *bench) caseState(ref desk.Reference) desk.State {
	c, err := b.db.Case(b.t.Context(), ref)
	must(b.t, err)
	return c.State
}

func (b *bench) publication(ref desk.Reference) desk.PublicationState {
	p, err := b.db.Publication(b.t.Context(), ref)
	must(b.t, err)
	return p.State
}

func (b *bench) request(ref desk.Reference) desk.Request {
	r, err := b.db.RequestByCase(b.t.Context(), ref)
	must(b.t, err)
	return r
}

// letters are the notices that are queued and not yet sent, emptied: recipient and
// text of each.
func (b *bench) letters() (all [][2]string) {
	b.t.Helper()
	box := store.Outbox{DB: b.db, Mailboxes: []string{contactAddress}, PerHour: 1000}
	for {
		l, err := box.Claim(b.t.Context(), b.at, time.Minute)
		if errors.Is(err, desk.ErrNone) {
			return all
		}
		must(b.t, err)
		m, err := email.Parse(l.Bytes)
		must(b.t, err)
		all = append(all, [2]string{l.Recipient, m.Text})
		must(b.t, box.Settle(b.t.Context(), l.ID, desk.Outcome{At: b.at, Sent: true}))
	}
}

func TestASubmissionIsDecided(t *testing.T) {
	b := newBench(t)
	ref := b.submitted(desk.AwaitingEditor)
	steps := []struct {
		order triage.Order
		state desk.State
		told  string // "" where the order is refused
		why   error
	}{
		{triage.Order{Act: desk.ActPublish, URL: "https://bara.example.org/x"}, desk.AwaitingEditor, "", nil},
		{triage.Order{Act: desk.ActDecline}, desk.AwaitingEditor, "", triage.ErrMissing},
		{triage.Order{Act: desk.ActAccept, Editor: "Personne"}, desk.AwaitingEditor, "", triage.ErrNoEditor},
		{triage.Order{Act: desk.ActGrant}, desk.AwaitingEditor, "", desk.ErrNotFound},
		{triage.Order{Act: desk.ActRetract, Category: "error", Public: "x"}, desk.AwaitingEditor, "", triage.ErrNotTheir},
		{triage.Order{Act: desk.ActUndo}, desk.AwaitingEditor, "", nil},
		{triage.Order{Act: desk.ActDecline, Motive: "Hors sujet."}, desk.Declined, "ne le publiera pas", nil},
		{triage.Order{Act: desk.ActUndo}, desk.AwaitingEditor, "revient sur son refus", nil},
		{triage.Order{Act: desk.ActComplete, Motive: "Une source, s’il vous plaît."}, desk.AwaitingAuthor, "version 2", nil},
		{triage.Order{Act: desk.ActUndo}, desk.AwaitingEditor, "rien à compléter", nil},
		{triage.Order{Act: desk.ActAccept, Editor: sachaAddress}, desk.Accepted, "Bonne nouvelle", nil},
		{triage.Order{Act: desk.ActPublish, URL: "bara.example.org/x"}, desk.Accepted, "", triage.ErrMissing},
		{triage.Order{Act: desk.ActPublish, URL: "https://bara.example.org/x"}, desk.Published, "https://bara.example.org/x", nil},
		{triage.Order{Act: desk.ActUndo}, desk.Published, "", nil},
		{triage.Order{Act: desk.ActDecline, Motive: "x"}, desk.Published, "", nil},
	}
	for _, step := range steps {
		step.order.Reference = ref
		done, err := b.decide(step.order)
		letters := b.letters()
		switch {
		case step.told == "" && (err == nil || len(letters) != 0 || step.why != nil && !errors.Is(err, step.why)):
			t.Errorf("%s: %+v, %v, %d letters", step.order.Act, done, err, len(letters))
		case step.told != "" && (err != nil || len(letters) != 1 || letters[0][0] != lea || !strings.Contains(letters[0][1], step.told)):
			t.Errorf("%s: %v, letters %v", step.order.Act, err, letters)
		}
		if state := b.caseState(ref); state != step.state {
			t.Fatalf("%s: the case is %s, want %s", step.order.Act, state, step.state)
		}
	}
	if b.publication(ref) != desk.StandsPublished {
		t.Error("not published")
	}
	must(t, b.db.VerifyChain(t.Context()))
}

func TestWhatAMachineAskedForIsNotUndone(t *testing.T) {
	b := newBench(t)
	ref := b.submitted(desk.AwaitingAuthor)
	if _, err := b.decide(triage.Order{Reference: ref, Act: desk.ActUndo}); err == nil {
		t.Error("undone without a decision")
	}
}

func TestRemovingTakesTwoEditors(t *testing.T) {
	b := newBench(t)
	ref := b.published(false)
	order := triage.Order{Reference: ref, Act: desk.ActRemove, Category: "court-order", Public: "Supprimé par décision de justice."}
	for _, step := range []struct {
		editor, category string
		awaits           bool
	}{{camilleAddress, "court-order", true}, {camilleAddress, "court-order", true}, {sachaAddress, "privacy", true}, {sachaAddress, "court-order", false}} {
		order.Editor, order.Category = step.editor, step.category
		done, err := b.decide(order)
		must(t, err)
		if done.Awaits != step.awaits || (b.publication(ref) == desk.StandsRemoved) == step.awaits {
			t.Errorf("%+v: %+v, %s", step, done, b.publication(ref))
		}
	}
	decisions, err := b.db.Decisions(t.Context(), 0, 1)
	must(t, err)
	if last := decisions[len(decisions)-1]; last.Editor != camilleAddress || last.Second != sachaAddress || last.Category != "court-order" {
		t.Errorf("%+v", last)
	}
	if letters := b.letters(); len(letters) != 1 || !strings.Contains(letters[0][1], "raison légale") {
		t.Errorf("%v", letters)
	}
	if _, err := b.decide(triage.Order{Reference: ref, Act: desk.ActReinstate, Motive: "Jugement infirmé."}); err != nil || b.publication(ref) != desk.StandsPublished {
		t.Errorf("reinstated: %v", err)
	}
}

func TestARequestIsGrantedOrRefused(t *testing.T) {
	b := newBench(t)
	ref := b.published(true)
	asked := b.asked(ref, desk.CoolingOff, b.at.Add(48*time.Hour))
	if _, err := b.decide(triage.Order{Reference: asked, Act: desk.ActGrant}); err == nil || b.publication(ref) != desk.StandsPublished {
		t.Fatal("granted while its author may take it back")
	}
	b.at = b.at.Add(47 * time.Hour)
	must(t, b.d.Due(t.Context()))
	if s := b.request(asked).State; s != desk.CoolingOff {
		t.Fatalf("an hour too early: %s", s)
	}
	b.at = b.at.Add(time.Hour)
	must(t, b.d.Due(t.Context()))
	if r := b.request(asked); r.State != desk.AwaitingDecision || !r.Until.IsZero() || len(b.letters()) != 0 {
		t.Fatalf("%+v", r)
	}
	_, err := b.decide(triage.Order{Reference: asked, Act: desk.ActRefuse, Motive: "Le texte a été cité."})
	must(t, err)
	if letters := b.letters(); len(letters) != 2 || letters[0][0] != lea || letters[1][0] != noe {
		t.Errorf("refused: %v", letters)
	}
	_, err = b.decide(triage.Order{Reference: asked, Act: desk.ActUndo})
	must(t, err)
	_, err = b.decide(triage.Order{Reference: ref, Act: desk.ActGrant}) // by the work's reference
	must(t, err)
	if b.publication(ref) != desk.StandsWithdrawn || b.request(asked).State != desk.RequestGranted {
		t.Errorf("%s, %+v", b.publication(ref), b.request(asked))
	}
	if letters := b.letters(); len(letters) != 3 {
		t.Errorf("undone, then granted to two: %v", letters)
	}
	must(t, b.db.VerifyChain(t.Context()))
}

func TestRequestsExpire(t *testing.T) {
	b := newBench(t)
	ref := b.published(false)
	asked := b.asked(ref, desk.AwaitingConfirm, b.at.Add(7*24*time.Hour))
	b.at = b.at.Add(8 * 24 * time.Hour)
	must(t, b.d.Due(t.Context()))
	letters := b.letters()
	if s := b.request(asked).State; s != desk.RequestExpired || len(letters) != 1 || !strings.Contains(letters[0][1], "a expiré") {
		t.Errorf("%s, %v", s, letters)
	}
	if c := b.caseState(asked); c != desk.Closed {
		t.Errorf("its case is %s", c)
	}
	must(t, b.d.Due(t.Context()))
	if len(b.letters()) != 0 {
		t.Error("told twice")
	}
}

func TestTwoEditorsVouchForAnAddress(t *testing.T) {
	b := newBench(t)
	ref := b.published(false)
	asked := b.asked(ref, desk.AwaitingConfirm, b.at.Add(7*24*time.Hour))
	const other = "lea.martin@elsewhere.test"
	ctx := t.Context()
	for _, step := range []struct {
		editor string
		awaits bool
	}{{"Camille", true}, {"Camille", true}, {"Sacha", false}} {
		done, err := b.d.Vouch(ctx, asked, other, step.editor)
		must(t, err)
		if done.Awaits != step.awaits {
			t.Fatalf("%+v: %+v", step, done)
		}
	}
	r := b.request(asked)
	if r.State != desk.IdentityVouched || r.Vouched != other || r.Author(other) == nil || r.Reach() != other {
		t.Fatalf("%+v", r)
	}
	if letters := b.letters(); len(letters) != 1 || letters[0][0] != lea || !strings.Contains(letters[0][1], "annuler") {
		t.Errorf("the old address: %v", letters)
	}
	b.at = b.at.Add(7 * 24 * time.Hour)
	must(t, b.d.Due(ctx))
	r = b.request(asked)
	if letters := b.letters(); r.State != desk.CoolingOff || len(letters) != 1 || letters[0][0] != other {
		t.Errorf("%+v, %v", r, letters)
	}
	if _, err := b.d.Vouch(ctx, asked, lea, "Camille"); err == nil {
		t.Error("an address on file needs no word")
	}
}

// TestACaseWithoutADecisionIsClosed: a question leaves the queue once it was answered,
// a text and an open request do not.
func TestACaseWithoutADecisionIsClosed(t *testing.T) {
	b := newBench(t)
	question, err := b.db.Reserve(t.Context(), "BARA", 2026)
	must(t, err)
	b.record(&desk.Entry{
		Mail: desk.Mail{FromAddress: lea, Kind: desk.KindInquiry, Ending: desk.Filed, Subject: "Une question"}, Queue: desk.QueueToSort,
		Case: &desk.Case{Reference: question, Kind: desk.KindInquiry, Queue: desk.QueueToSort, State: desk.AwaitingEditor, Address: lea},
	})
	done, err := b.decide(triage.Order{Reference: question, Act: desk.ActClose})
	must(t, err)
	if b.caseState(question) != desk.Closed || len(done.Told) != 0 {
		t.Errorf("%+v", done)
	}
	if waiting, err := b.db.Waiting(t.Context()); err != nil || len(waiting) != 0 {
		t.Errorf("still waiting: %+v, %v", waiting, err)
	}
	if _, err := b.decide(triage.Order{Reference: question, Act: desk.ActClose}); err == nil {
		t.Error("closed twice")
	}
	text := b.submitted(desk.AwaitingEditor)
	asked := b.asked(b.published(false), desk.AwaitingDecision, time.Time{})
	for _, ref := range []desk.Reference{text, asked} {
		if _, err := b.decide(triage.Order{Reference: ref, Act: desk.ActClose}); !errors.Is(err, triage.ErrNotTheir) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	must(t, b.db.VerifyChain(t.Context()))
}
