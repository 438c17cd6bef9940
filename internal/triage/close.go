package triage

import (
	"context"
	"errors"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// close ends a case that asks for no decision: a question that an editor answered, a
// mail that nobody could sort, words on a request that is over. Nobody is told: who
// closes it has written, or has nothing to say.
func (d *Decisions) close(ctx context.Context, o Order) (Done, error) {
	c, err := d.Docket.Case(ctx, o.Reference)
	if err != nil {
		return Done{}, err
	}
	if c.Kind == desk.KindSubmission {
		return Done{}, fmt.Errorf("%w: %s is a text; accept, complete or decline it", ErrNotTheir, o.Reference)
	}
	r, err := d.Docket.RequestByCase(ctx, o.Reference)
	switch {
	case err == nil && r.State.Open():
		return Done{}, fmt.Errorf("%w: %s is a withdrawal request that is open; grant or refuse it", ErrNotTheir, o.Reference)
	case err != nil && !errors.Is(err, desk.ErrNotFound):
		return Done{}, err
	}
	if c.State == desk.Closed {
		_, err := desk.NextSubmission(desk.Closed, desk.ActAccept)
		return Done{}, err
	}
	change := &desk.Change{Case: &c, CaseWas: c.State, Decision: o.decision()}
	c.State, change.Decision.CaseID = desk.Closed, c.ID
	change.Events = decided(o.Act, string(c.State), "")
	return d.apply(ctx, change, c.Reference, string(c.State))
}
