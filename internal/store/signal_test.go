package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// stand changes how a publication stands.
func stand(t *testing.T, db *store.DB, p *desk.Publication, act desk.Act, category, public string) {
	t.Helper()
	was := p.State
	var err error
	p.State, err = desk.NextPublication(was, act)
	must(t, err)
	must(t, db.Apply(t.Context(), &desk.Change{
		Publication: p, PublicationWas: was, Signals: true, Events: []desk.Event{{Type: "decided"}},
		Decision: &desk.Decision{CaseID: p.CaseID, Act: act, Editor: "redaction@example.org", Category: category, Public: public, Motive: "privé"},
	}))
}

func TestSignalsKeepTheirOrder(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	var all []*desk.Publication
	for i := range 2 {
		e := submission(t, db, uint32(i+1), "lea@example.fr")
		must(t, db.Record(ctx, e))
		all = append(all, publish(t, db, e, "https://bara.example.org/x"))
	}
	stand(t, db, all[0], desk.ActRetract, "error", "Une erreur de calcul.")
	signals, now := store.Signals{DB: db}, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	claim := func() desk.Signal {
		t.Helper()
		g, err := signals.Claim(ctx, now, time.Minute)
		must(t, err)
		return g
	}
	first, other := claim(), claim()
	if first.Reference != all[0].Reference || other.Reference != all[1].Reference {
		t.Fatalf("claimed %+v, then %+v", first, other)
	}
	if g, err := signals.Claim(ctx, now, time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Fatalf("a retraction before its publication was told: %+v, %v", g, err)
	}
	must(t, signals.Settle(ctx, other.Event, desk.Outcome{At: now, Sent: true}))
	must(t, signals.Settle(ctx, first.Event, desk.Outcome{At: now, Next: now.Add(time.Hour), Reply: "503"}))
	if g, err := signals.Claim(ctx, now.Add(59*time.Minute), time.Minute); !errors.Is(err, desk.ErrNone) {
		t.Fatalf("too early: %+v, %v", g, err)
	}
	now = now.Add(time.Hour)
	if g := claim(); g.Event != first.Event || g.Attempts != 1 || g.Reply != "503" {
		t.Fatalf("again %+v", g)
	}
	now = now.Add(time.Minute) // who claimed it died
	if g := claim(); g.Event != first.Event {
		t.Fatalf("after the lease %+v", g)
	}
	must(t, signals.Settle(ctx, first.Event, desk.Outcome{At: now, Permanent: true, Reply: "410"}))
	if g := claim(); g.Reference != all[0].Reference || g.Event <= first.Event {
		t.Fatalf("after the first was given up %+v", g)
	}
	untold, err := signals.Untold(ctx)
	must(t, err)
	if len(untold) != 2 || untold[0].State != desk.NoticeFailed || untold[1].State != desk.NoticeQueued {
		t.Errorf("untold %+v", untold)
	}
	changes, err := db.PublicationChanges(ctx, all[0].ID)
	must(t, err)
	if len(changes) != 2 || changes[0].Act != desk.ActPublish || changes[1].Act != desk.ActRetract || changes[1].Category != "error" ||
		changes[1].Public != "Une erreur de calcul." || changes[1].State != desk.StandsRetracted || changes[1].Event == 0 {
		t.Errorf("changes %+v", changes)
	}
	must(t, db.VerifyChain(ctx))
}
