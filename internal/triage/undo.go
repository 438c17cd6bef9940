package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// request finds a request by its own reference, or the one that is open for the
// work of that reference.
func (d *Decisions) request(ctx context.Context, ref desk.Reference) (desk.Request, error) {
	r, err := d.Docket.RequestByCase(ctx, ref)
	if !errors.Is(err, desk.ErrNotFound) {
		return r, err
	}
	w, err := d.Docket.Work(ctx, ref)
	if err != nil {
		return r, err
	}
	r, err = d.Docket.OpenRequest(ctx, w)
	if errors.Is(err, desk.ErrNotFound) {
		return r, fmt.Errorf("%w: no withdrawal of %s is asked", desk.ErrNotFound, ref)
	}
	return r, err
}

// withdraw makes a change withdraw the work that is granted.
func withdraw(c *desk.Change, w desk.Work) (err error) {
	if w.Publication != nil {
		p := *w.Publication
		c.Publication, c.PublicationWas, c.Signals = &p, p.State, true
		p.State, err = desk.NextPublication(p.State, desk.ActGrant)
		return err
	}
	if w.Submission == nil {
		return fmt.Errorf("%w: the request names no work", ErrNotTheir)
	}
	s := *w.Submission
	c.Case, c.CaseWas = &s, s.State
	s.State, err = desk.NextSubmission(s.State, desk.ActWithdraw)
	return err
}

// undoable are the decisions that can be taken back.
var undoable = []desk.Act{desk.ActAccept, desk.ActComplete, desk.ActDecline, desk.ActRefuse}

// undo takes the last decision back: of a request, or of a text that is not
// published.
func (d *Decisions) undo(ctx context.Context, o Order) (Done, error) {
	r, err := d.Docket.RequestByCase(ctx, o.Reference)
	if err == nil {
		return d.undoRefusal(ctx, o, r)
	}
	if !errors.Is(err, desk.ErrNotFound) {
		return Done{}, err
	}
	w, err := d.Docket.Work(ctx, o.Reference)
	if err != nil {
		return Done{}, err
	}
	if w.Submission == nil {
		_, err := desk.NextSubmission(desk.Published, desk.ActUndo)
		return Done{}, err
	}
	c := *w.Submission
	last, err := d.last(ctx, c.ID)
	if err != nil {
		return Done{}, err
	}
	change := &desk.Change{Case: &c, CaseWas: c.State, Decision: o.decision()}
	if c.State, err = desk.NextSubmission(c.State, desk.ActUndo); err != nil {
		return Done{}, err
	}
	if last == nil { // a machine asked for the corrections
		_, err := desk.NextSubmission(desk.AwaitingEditor, desk.ActUndo)
		return Done{}, err
	}
	change.Decision.CaseID, change.Decision.Undoes = c.ID, last.ID
	change.Events = decided(o.Act, string(c.State), "")
	told := notice.Decision{Act: o.Act, Undone: last.Act, Reference: c.Reference, Title: c.Title, Format: c.Format, Motive: o.Motive}
	if err := d.tell(ctx, change, c.ID, []string{c.Address}, told); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, change, c.Reference, string(c.State))
}

func (d *Decisions) undoRefusal(ctx context.Context, o Order, r desk.Request) (Done, error) {
	last, err := d.last(ctx, r.CaseID)
	if err != nil {
		return Done{}, err
	}
	change := &desk.Change{Request: &r, RequestWas: r.State, Decision: o.decision()}
	if r.State, err = desk.NextRequest(r.State, desk.ActUndo); err != nil {
		return Done{}, err
	}
	if err := r.Work.Withdrawable(); err != nil {
		return Done{}, err
	}
	switch open, err := d.Docket.OpenRequest(ctx, r.Work); {
	case err == nil:
		return Done{}, fmt.Errorf("%w: another request is open for the same text, %s", ErrNotTheir, open.Reference)
	case !errors.Is(err, desk.ErrNotFound):
		return Done{}, err
	}
	if last != nil {
		change.Decision.Undoes = last.ID
	}
	change.Decision.CaseID = r.CaseID
	change.Events = decided(o.Act, string(r.State), "")
	told := notice.Decision{
		Act: o.Act, Undone: desk.ActRefuse, Reference: r.Work.Reference(), Title: r.Work.Title(), Format: r.Work.Format(), Motive: o.Motive,
	}
	if err := d.tell(ctx, change, r.CaseID, []string{r.Reach()}, told); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, change, r.Reference, string(r.State))
}

// last is the last decision of an editor on a case that can be taken back and was
// not; nil where there is none.
func (d *Decisions) last(ctx context.Context, caseID int64) (*desk.Decision, error) {
	all, err := d.Docket.Decisions(ctx, caseID, 0)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	last := all[len(all)-1]
	if last.Editor == "" || !slices.Contains(undoable, last.Act) {
		return nil, nil
	}
	return &last, nil
}
