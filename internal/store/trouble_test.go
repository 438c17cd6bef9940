package store_test

import (
	"errors"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// A watch that ended without a word is known at the next, and what was in hand then
// has failed once more; what is recorded is forgotten.
func TestTroublesOutliveTheDesk(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	watch := func(want bool) {
		t.Helper()
		died, err := db.Watch(ctx, contact)
		must(t, err)
		if died != want {
			t.Errorf("died: %v; want %v", died, want)
		}
	}
	r := entry(1, "a@example.fr").Received
	hold := func(want int) {
		t.Helper()
		failures, err := db.Hold(ctx, r)
		must(t, err)
		if failures != want {
			t.Errorf("held, and failed %d times; want %d", failures, want)
		}
	}
	watch(false)
	must(t, db.Unwatch(ctx, contact))
	watch(false)
	hold(0)
	watch(true)
	hold(1)
	if n, err := db.Fail(ctx, r, "a fault"); n != 2 || err != nil {
		t.Errorf("failed %d times, %v; want 2", n, err)
	}
	must(t, db.Unwatch(ctx, contact)) // well ended: what was held was let go
	watch(false)
	hold(2)
	troubles, err := db.Troubles(ctx)
	must(t, err)
	if len(troubles) != 1 || troubles[0].UID != 1 || troubles[0].Failures != 2 || troubles[0].Reason != "a fault" {
		t.Errorf("troubles %+v", troubles)
	}
	must(t, db.Record(ctx, submission(t, db, 1, "a@example.fr")))
	if troubles, _ = db.Troubles(ctx); len(troubles) != 0 {
		t.Errorf("a mail that is recorded is still in trouble: %+v", troubles)
	}
	other, err := db.Watch(ctx, "other@example.org")
	if must(t, err); other {
		t.Error("another mailbox died too")
	}
}

func TestParkedUntilReleased(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	must(t, db.TakeOver(ctx, contact, desk.Position{UIDValidity: 7}))
	e := submission(t, db, 1, "a@example.fr")
	e.Version, e.Notice = nil, nil
	e.Mail.Ending, e.Mail.Kind, e.Mail.Reason = desk.Parked, desk.KindUnreadable, desk.Because("fault", "a bug")
	must(t, db.Record(ctx, e))
	must(t, db.Record(ctx, submission(t, db, 2, "b@example.fr")))

	list, err := db.Parked(ctx)
	must(t, err)
	if len(list) != 1 || list[0].Reference != e.Case.Reference || list[0].From != "a@example.fr" || list[0].Reason.Code != "fault" {
		t.Fatalf("parked %+v", list)
	}
	if v, err := db.Vitals(ctx); v.Parked != 1 || err != nil {
		t.Errorf("%d for the operator to see to, %v", v.Parked, err)
	}
	p, err := db.ParkedMail(ctx, e.Case.Reference)
	if must(t, err); string(p.Received.Raw) != string(e.Received.Raw) {
		t.Errorf("its bytes are %q", p.Received.Raw)
	}
	must(t, db.Release(ctx, p))
	if _, err := db.ParkedMail(ctx, e.Case.Reference); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("once released: %v", err)
	}
	if v, _ := db.Vitals(ctx); v.Parked != 0 || v.Queues["baratin"].Count != 2 {
		t.Errorf("once it is released, the operator sees %d, the editors %+v", v.Parked, v.Queues)
	}
	if waiting, _ := db.Waiting(ctx); len(waiting) != 2 {
		t.Errorf("%d cases wait for the editors; want both", len(waiting))
	}
	must(t, db.VerifyChain(ctx))
}
