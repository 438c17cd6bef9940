package desk

import (
	"slices"
	"time"
)

// Proof is the act by which the request of a proved author goes on: what is
// published cools off, what is not is withdrawn at once.
func (w Work) Proof() Act {
	if w.Publication != nil {
		return ActConfirm
	}
	return ActCarry
}

// Withdrawable is nil where the work can be withdrawn, else the *Refusal that says
// why not.
func (w Work) Withdrawable() (err error) {
	switch {
	case w.Publication != nil:
		_, err = NextPublication(w.Publication.State, ActGrant)
	case w.Submission != nil:
		_, err = NextSubmission(w.Submission.State, ActWithdraw)
	default:
		_, err = NextRequest(AwaitingReference, ActGrant)
	}
	return err
}

// CoAuthors is where the authors of the work but the one who asks are told of it:
// each at the first address on file.
func (w Work) CoAuthors(asking *Signatory) (addresses []string) {
	for _, s := range w.Authors() {
		if len(s.Addresses) == 0 || asking != nil && slices.Equal(s.Addresses, asking.Addresses) {
			continue
		}
		addresses = append(addresses, s.Addresses[0])
	}
	return addresses
}

// Settle completes a change whose request was moved by its proof, or by the end of
// its delay: who proved it and when ("authentication", "reply", "page", "editors"),
// the token spent; then a published work cools off, and one that is not published is
// withdrawn with it. The error is a *Refusal where the work cannot be.
func (c *Change) Settle(by string, at time.Time, coolingOff time.Duration) (err error) {
	r := c.Request
	r.ConfirmedAt, r.ConfirmedBy = at, by
	if by != "editors" { // the author needs no other's word, and no other address is told
		r.Vouched = ""
	}
	r.TokenHash, r.TokenUntil, r.Until = "", time.Time{}, time.Time{}
	switch r.State {
	case CoolingOff:
		r.Until = at.Add(coolingOff)
	case RequestGranted:
		s := *r.Work.Submission
		c.Case, c.CaseWas = &s, s.State
		if s.State, err = NextSubmission(s.State, ActWithdraw); err != nil {
			return err
		}
		c.Decision = &Decision{CaseID: s.ID, Act: ActWithdraw}
		c.Events = append(c.Events, Event{Type: "withdrawn", CaseID: s.ID, Detail: map[string]string{"state": string(s.State)}})
	}
	return nil
}

// Moved is the line of the log that an act on a request leaves: the act, the state
// and the work's reference, nobody's name.
func (r Request) Moved(act Act) Event {
	return Event{Type: "request", CaseID: r.CaseID, Detail: map[string]string{
		"act": string(act), "state": string(r.State), "work": string(r.Work.Reference()),
	}}
}
