package intake

import (
	"context"
	"errors"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// ErrStillFails says that a parked mail that was taken again cannot be taken today
// either, and stays parked.
var ErrStillFails = errors.New("the mail still cannot be taken")

// Retry takes a parked mail again, from its bytes, as if it had just arrived: the case
// that it was parked under becomes what the mail opens, or is closed where the mail
// belongs to another. A mail that still fails stays as it is, and comes back as
// ErrStillFails.
func (f *Flow) Retry(ctx context.Context, p desk.ParkedMail) (entry *desk.Entry, err error) {
	u := f.understand(p.Received)
	u.question.Except = p.MailID
	if u.fault == nil && u.Kind == desk.KindUnreadable {
		return nil, fmt.Errorf("%w: %s", ErrStillFails, u.Reason.In("en"))
	}
	u.retries = &p
	_, err = f.Ledger.Together(ctx, 1, func(_ int, page desk.Page) (err error) {
		entry, err = f.take(ctx, page, u)
		return err
	})
	switch {
	case err == nil:
		f.tell(ctx, u, entry)
		return entry, nil
	case errors.Is(err, desk.ErrStorage), errors.Is(err, desk.ErrMoved):
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", ErrStillFails, err)
}

// opens gives a new case its reference: the one under which its mail was parked, else
// the next.
func (f *Flow) opens(ctx context.Context, page desk.Page, u *understood, entry *desk.Entry) (err error) {
	if p := u.retries; p != nil {
		entry.Case.ID, entry.Case.Reference = p.CaseID, p.Reference
		return nil
	}
	entry.Case.Reference, err = page.Reserve(ctx, f.Rules.Desk.Prefix, f.now().Year())
	return err
}
