package notice

import (
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Stage is what became of the wish to have one work withdrawn, as its author is
// told.
type Stage string

// The stages.
const (
	StageConfirmed Stage = "confirmed" // proved, and waits until the author can take it back no more
	StageCarried   Stage = "carried"   // the work was not published: it is withdrawn
	StageOpen      Stage = "open"      // a request is open already: Why says how far it got
	StageOver      Stage = "over"      // there is nothing to withdraw: Why says so
	StageDone      Stage = "done"      // it was decided before: Why and On say what and when
	StageCancelled Stage = "cancelled"
	StageObjected  Stage = "objected" // a co-author's objection is kept
	StageExpired   Stage = "expired"  // nobody confirmed it in time
	StageAgain     Stage = "again"    // the reply says neither yes nor no
)

// Plea is one work that an author wants withdrawn, told to that author alone.
type Plea struct {
	Stage     Stage
	Reference desk.Reference // of the work
	Title     string
	Until     time.Time   // the end of the delay; zero for none
	Why       desk.Reason // where the stage has one
	On        time.Time   // when it was decided; zero for none
}

// Named is a work that its own author may have meant.
type Named struct {
	Reference desk.Reference
	Title     string
}

// Withdrawal answers a mail that asks for withdrawals, or answers about one. Pleas
// and Near are told to an address of the works' own author and to nobody else;
// without either it is the neutral answer, which is the same whatever exists.
type Withdrawal struct {
	Reference desk.Reference // of the first request; "" in the neutral answer
	Pleas     []Plea
	Typed     []string // what the mail itself names, in the neutral answer
	Mistyped  []string // what looks like a reference and cannot be one
	Near      []Named  // what the author may have meant, where nothing was recognised
	LeftOut   int      // how many references are more than one mail may name
}

type withdrawalPage struct {
	Withdrawal
	frame
}

func (w Withdrawal) page(f frame) withdrawalPage {
	w.Typed, w.Mistyped = cleaned(w.Typed, maxPhrase), cleaned(w.Mistyped, maxPhrase)
	pleas := make([]Plea, len(w.Pleas))
	for i, p := range w.Pleas {
		p.Title, p.Why = oneLine(p.Title, maxTitle), cleanReason(p.Why)
		pleas[i] = p
	}
	w.Pleas = pleas
	near := make([]Named, len(w.Near))
	for i, n := range w.Near {
		near[i] = Named{n.Reference, oneLine(n.Title, maxTitle)}
	}
	w.Near = near
	return withdrawalPage{w, f}
}

// Confirmation asks a work's author whether a request is theirs. It is sent to an
// address on file, and its Message-ID is the token.
type Confirmation struct {
	Reference     desk.Reference // the request's
	Work          desk.Reference
	Title         string
	Format        string // the work's: its ID or name
	SubjectFormat string // what the request's subject said, where that is another; else ""
	Published     bool
	Other         bool      // the request came from an address that is not the author's
	Until         time.Time // the token's end
	CoolingOff    int       // hours in which a confirmed request may be taken back
	Page          string    // the address of the site's page, with the token's place at its end; "" for none
}

type confirmationPage struct {
	Confirmation
	frame
}

func (c Confirmation) page(f frame) confirmationPage {
	c.Title = oneLine(c.Title, maxTitle)
	c.Format = f.Pub.name(c.Format)
	if c.SubjectFormat != "" {
		c.SubjectFormat = f.Pub.name(c.SubjectFormat)
	}
	return confirmationPage{c, f}
}

// CoAuthor tells another author of a work that its withdrawal is asked.
type CoAuthor struct {
	Reference desk.Reference // the request's
	Work      desk.Reference
	Title     string
	Until     time.Time // before which an objection is best sent
}

type coAuthorPage struct {
	CoAuthor
	frame
}

func (c CoAuthor) page(f frame) coAuthorPage {
	c.Title = oneLine(c.Title, maxTitle)
	return coAuthorPage{c, f}
}

// Unclear is a mail whose wish could be two things.
type Unclear struct {
	Reference desk.Reference // "" where it has none
	Reason    desk.Reason
}

type unclearPage struct {
	Unclear
	frame
}

func (u Unclear) page(f frame) unclearPage {
	u.Reason = cleanReason(u.Reason)
	return unclearPage{u, f}
}
