package triage

import (
	"context"
	"errors"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// ErrSpent says that no request waits for a token: it was never given, is spent or
// is too old, or the request moved on without it. Which of these is nobody's to
// know who holds no token.
var ErrSpent = errors.New("no withdrawal request waits for that token")

// AwaitsToken is the request that a token confirms. It changes nothing. Its error is
// ErrSpent, else the ledger's.
func (d *Decisions) AwaitsToken(ctx context.Context, token string) (desk.Request, error) {
	r, err := d.Docket.RequestByToken(ctx, desk.TokenHash(token))
	if errors.Is(err, desk.ErrNotFound) {
		return r, ErrSpent
	}
	if err != nil {
		return r, err
	}
	if _, err := desk.NextRequest(r.State, r.Work.Proof()); err != nil || !d.Clock().Before(r.TokenUntil) || r.Work.Withdrawable() != nil {
		return desk.Request{}, ErrSpent
	}
	return r, nil
}

// ConfirmByPage confirms the request that a token is for, as a reply that says yes
// would: the token is spent in the same change, the author and the others who sign
// are told. Errors as for AwaitsToken; then nothing has changed.
func (d *Decisions) ConfirmByPage(ctx context.Context, token string) (desk.Request, error) {
	r, err := d.AwaitsToken(ctx, token)
	if err != nil {
		return r, err
	}
	act := r.Work.Proof()
	c := &desk.Change{Request: &r, RequestWas: r.State}
	if r.State, err = desk.NextRequest(r.State, act); err != nil {
		return r, err
	}
	c.Events = []desk.Event{r.Moved(act)}
	if err = d.of(r.Reference).settle(ctx, c, "page"); err != nil {
		return r, err
	}
	err = d.Docket.Apply(ctx, c)
	if errors.Is(err, desk.ErrMoved) { // somebody was quicker: the token is spent
		return desk.Request{}, ErrSpent
	}
	if err == nil && d.Wake != nil {
		d.Wake()
	}
	return r, err
}
