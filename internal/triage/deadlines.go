package triage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Run carries out what time brings until the context ends.
func (d *Decisions) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := d.Due(ctx); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "a withdrawal request was not moved", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Due moves every request whose delay is over. One that fails keeps no other back;
// one that somebody moved in the meantime is left to them.
func (d *Decisions) Due(ctx context.Context) error {
	due, err := d.Docket.DueRequests(ctx, d.Clock())
	if err != nil {
		return err
	}
	var errs []error
	told := false
	for _, r := range due {
		change, err := d.of(r.Reference).elapse(ctx, r)
		if err == nil {
			err = d.Docket.Apply(ctx, change)
			told = told || len(change.Notices) > 0
		}
		if err != nil && !errors.Is(err, desk.ErrMoved) {
			errs = append(errs, fmt.Errorf("request %s: %w", r.Reference, err))
		}
	}
	if told && d.Wake != nil {
		d.Wake()
	}
	return errors.Join(errs...)
}

// elapse is what the end of a request's delay changes.
func (d *Decisions) elapse(ctx context.Context, r desk.Request) (*desk.Change, error) {
	c := &desk.Change{Request: &r, RequestWas: r.State}
	act := desk.ActElapse
	switch {
	case r.State == desk.AwaitingReference || r.State == desk.AwaitingConfirm:
		act = desk.ActExpire
	case r.State == desk.IdentityVouched && r.Work.Submission != nil:
		if _, err := desk.NextSubmission(r.Work.Submission.State, desk.ActWithdraw); err != nil {
			act = desk.ActRefuse // there is nothing to withdraw any more
			break
		}
		act = desk.ActCarry
	}
	var err error
	if r.State, err = desk.NextRequest(r.State, act); err != nil {
		return nil, err
	}
	c.Events = []desk.Event{r.Moved(act)}
	if r.State == desk.CoolingOff || r.State == desk.RequestGranted {
		return c, d.settle(ctx, c, "editors")
	}
	r.Until, r.TokenHash = time.Time{}, ""
	if act == desk.ActRefuse {
		r.Vouched = ""
	}
	if r.State == desk.AwaitingDecision {
		return c, nil
	}
	return c, d.tellPlea(ctx, c, r, notice.Plea{Stage: notice.StageExpired})
}

// settle completes a change whose request was moved by its proof, and tells all of
// its authors.
func (d *Decisions) settle(ctx context.Context, c *desk.Change, by string) error {
	if err := c.Settle(by, d.Clock(), d.Manner().Delays.CoolingOff); err != nil {
		return err
	}
	r := *c.Request
	if r.State == desk.RequestGranted {
		return d.tellPlea(ctx, c, r, notice.Plea{Stage: notice.StageCarried})
	}
	if err := d.tellCoAuthors(c, r); err != nil {
		return err
	}
	return d.tellPlea(ctx, c, r, notice.Plea{Stage: notice.StageConfirmed, Until: r.Until.In(d.Zone)})
}

// tellPlea tells the author in whose name a request is what became of it.
func (d *Decisions) tellPlea(ctx context.Context, c *desk.Change, r desk.Request, plea notice.Plea) error {
	to := r.Reach()
	if to == "" {
		return nil
	}
	env, err := d.envelope(ctx, r.CaseID, to)
	if err != nil {
		return err
	}
	plea.Reference, plea.Title = r.Work.Reference(), r.Work.Title()
	mail, err := d.Manner().Notices.Withdrawal(env, notice.Withdrawal{Reference: r.Reference, Pleas: []notice.Plea{plea}})
	return d.queue(c, mail, err)
}

// tellCoAuthors tells the others who sign a work that its withdrawal is asked.
func (d *Decisions) tellCoAuthors(c *desk.Change, r desk.Request) error {
	for _, address := range r.Work.CoAuthors(r.Asking()) {
		env := notice.Envelope{From: d.Address, FromName: d.Manner().Name, To: address, At: d.Clock().In(d.Zone), Lang: d.Manner().Lang}
		mail, err := d.Manner().Notices.CoAuthor(env, notice.CoAuthor{
			Reference: r.Reference, Work: r.Work.Reference(), Title: r.Work.Title(), Until: r.Until.In(d.Zone),
		})
		if err := d.queue(c, mail, err); err != nil {
			return err
		}
	}
	return nil
}
