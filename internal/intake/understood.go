package intake

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	// linger is how long mails that are understood wait for one more, while others of
	// their batch are not: a commit costs the same for one as for many.
	linger = 20 * time.Millisecond
	// backlog is of how many mails a batch is that shows that nobody waits at the other
	// end: its mails wait longer, so that a slow document costs fewer commits.
	backlog       = 20
	backlogLinger = 5 * linger
	// longestLinger is how many lingers the first of them waits, however many come.
	longestLinger = 5
)

// understood is all that can be known of a mail before the ledger is asked.
type understood struct {
	*Assessment
	question desk.Question
	packed   desk.Packed
	fault    error            // a fault of ours, which makes it no mail to decide on
	retries  *desk.ParkedMail // what it was parked as; nil for a mail that arrives
}

// understand does everything that needs no ledger, and so can be done side by side:
// it reads and classifies the mail, validates it by the format that it most likely
// is of, sketches its text and packs its bytes.
func (f *Flow) understand(r desk.Received) (u *understood) {
	u = &understood{Assessment: &Assessment{Received: r}}
	defer caught(&u.fault)
	u.Assessment = f.Assess(r)
	if format := u.Judges(); format != "" {
		f.foresee(u.Assessment, format)
	}
	u.question = u.Assessment.question()
	u.lighten()
	u.packed = f.Ledger.Pack(r.Raw)
	if len(r.Raw) > heavy {
		u.Received.Raw, u.question.Received.Raw = nil, nil
	}
	return u
}

// heavy is above how many bytes a mail's raw bytes are held no longer than they are
// needed: what is packed is all that is recorded.
const heavy = 1 << 20

// lighten lets go of large attachments' bytes: they were read, and none of them is what
// a bounce says of itself.
func (u *understood) lighten() {
	for i := range u.Message.Attachments {
		if a := &u.Message.Attachments[i]; len(a.Data) > heavy {
			a.Data = nil
		}
	}
}

// caught turns a panic into an error: one mail must not end the desk.
func caught(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("%v, at %s", fault, firstOf(string(debug.Stack())))
	}
}

// coming is the mails of a batch, in order, as they come to be understood.
type coming []*comer

// comer is one mail; u stands once ready is closed.
type comer struct {
	ready chan struct{}
	u     *understood
}

// understandAll has mails understood side by side. Those whose turn comes after the
// context's end are left.
func (f *Flow) understandAll(ctx context.Context, mails []desk.Received) coming {
	crew := f.Crew
	if crew == nil {
		crew = &Crew{}
	}
	all := make(coming, len(mails))
	for i, r := range mails {
		c := &comer{ready: make(chan struct{})}
		all[i] = c
		crew.Do(func() {
			if ctx.Err() == nil {
				c.u = f.understand(r)
				close(c.ready)
			}
		})
	}
	return all
}

// ready waits for the first mail, and says how many are ready once all are, or no
// more has become so for the length of a linger; 0 where the context ends before.
func (c coming) ready(ctx context.Context) int {
	n := c.count(0)
	if n == 0 {
		select {
		case <-c[0].ready:
		case <-ctx.Done():
			return 0
		}
	}
	patience := linger
	if len(c) > backlog {
		patience = backlogLinger
	}
	quiet, longest := time.NewTimer(patience), time.NewTimer(longestLinger*patience)
	defer quiet.Stop()
	defer longest.Stop()
	for n = c.count(n); n < len(c); n = c.count(n) {
		select {
		case <-c[n].ready:
			quiet.Reset(patience)
		case <-quiet.C:
			return n
		case <-longest.C:
			return n
		case <-ctx.Done():
			return n
		}
	}
	return n
}

// count is how many of the first mails are ready, n of which are known to be.
func (c coming) count(n int) int {
	for ; n < len(c); n++ {
		select {
		case <-c[n].ready:
		default:
			return n
		}
	}
	return n
}

// mails is the first n, which are ready.
func (c coming) mails(n int) []*understood {
	all := make([]*understood, n)
	for i := range all {
		all[i] = c[i].u
	}
	return all
}
