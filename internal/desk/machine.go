package desk

import (
	"fmt"
	"strings"
)

// Act is what is done to a submission, a publication or a withdrawal request, by
// its author, by editors, or by time. It is kept in the log under this name.
type Act string

// The acts of editors on a submission, of its author, and of an import.
const (
	ActAccept   Act = "accept"   // it will be published
	ActComplete Act = "complete" // its author is asked to complete it
	ActDecline  Act = "decline"  // it will not be published
	ActPublish  Act = "publish"  // it is on the site
	ActWithdraw Act = "withdraw" // its author takes it back before it is published
	ActRevise   Act = "revise"   // its author sends another version
	ActRegister Act = "register" // its author registered
	ActUndo     Act = "undo"     // the last decision is taken back
)

// The acts on a publication. Granting an author's request withdraws it; the
// others are the editors' own. Nothing is undone there: what was public is
// reinstated.
const (
	ActGrant     Act = "grant"
	ActRetract   Act = "retract"
	ActRemove    Act = "remove"  // for legal reasons; two editors
	ActConcern   Act = "concern" // an expression of concern stands beside it
	ActReinstate Act = "reinstate"
)

// The acts on a withdrawal request, beside Grant and Undo.
const (
	ActAskReference    Act = "ask-reference"    // what it is about cannot be told
	ActAskConfirmation Act = "ask-confirmation" // a token goes to the address on file
	ActConfirm         Act = "confirm"          // its author is proved, or answered the token; the work is published
	ActCarry           Act = "carry"            // likewise, and the work is not published: done at once
	ActDoubtIdentity   Act = "doubt-identity"   // the address on file is dead
	ActProveIdentity   Act = "prove-identity"   // two editors vouch for another address
	ActElapse          Act = "elapse"           // the delay that it waited for is over
	ActObject          Act = "object"           // a co-author objects
	ActCancel          Act = "cancel"           // its author takes it back
	ActExpire          Act = "expire"           // nobody confirmed it in time
	ActRefuse          Act = "refuse"           // the editors refuse it, with a motive
	ActLapse           Act = "lapse"            // the editors retracted or removed the text in the meantime
)

// ActClose ends a case that asks for no decision: a question, a mail that nobody
// could sort.
const ActClose Act = "close"

// machine is the states of one kind of thing and the acts that move it. An act
// that a state's row does not have is refused.
type machine[S ~string] struct {
	what  string
	moves map[S]map[Act]S
	// refusals says why a state lets an act through no more; by state, with the
	// acts that have a reason of their own.
	refusals map[S]map[Act]string
}

// anyAct stands for every act without a reason of its own.
const anyAct Act = ""

// next is the state after an act, or a *Refusal.
func (m machine[S]) next(from S, act Act) (S, error) {
	if to, ok := m.moves[from][act]; ok {
		return to, nil
	}
	code, ok := m.refusals[from][act]
	if !ok {
		code = m.refusals[from][anyAct]
	}
	return from, &Refusal{What: m.what, State: string(from), Act: act, Reason: Because(code)}
}

// Refusal is why an act does not move what it was done to.
type Refusal struct {
	What   string // "submission", "publication" or "withdrawal request"
	State  string
	Act    Act
	Reason Reason
}

// Error says it in English; Reason.In says it in French.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: not for a %s that is %s: %s", r.Act, r.What, strings.ReplaceAll(r.State, "_", " "), r.Reason.In("en"))
}
