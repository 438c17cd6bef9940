// Package desk is the ground of Guichet: the words of the domain, and nothing
// else. It holds what a mail can be (Kind), how it can end (Ending), what a
// criterion found (Finding), what that amounts to (Verdict), where it waits
// (Queue), and what names it (Reference).
//
// It imports the standard library only and does no IO. Every other package may
// import it, and adapters that must not know each other (store, mailbox,
// outbox) meet in its types: Received, Position, Filing, Removal, Letter.
package desk

import "errors"

// Errors that callers decide on. They are wrapped with what was being done.
var (
	// ErrNotFound says that what was looked for is not in the ledger.
	ErrNotFound = errors.New("not found")
	// ErrErased says that what was looked for was deleted, as it was promised.
	ErrErased = errors.New("deleted, as promised")
	// ErrNotHeld says that a notice does not wait for the operator's word.
	ErrNotHeld = errors.New("it is not held")
	// ErrNone says that nothing is due now.
	ErrNone = errors.New("nothing due")
)

// Kind is what a mail is.
type Kind string

// The kinds of mail. KindUnclear is a human whose wish could be two things,
// KindInquiry a human who asks for nothing that the desk sorts.
const (
	KindSubmission Kind = "submission"
	KindWithdrawal Kind = "withdrawal"
	KindCommand    Kind = "command"
	KindAutomatic  Kind = "automatic"
	KindInquiry    Kind = "inquiry"
	KindUnclear    Kind = "unclear"
	KindUnreadable Kind = "unreadable"
)

// Automatic says which machine wrote a mail; the empty string is a human.
type Automatic string

// The machines that write to a mailbox.
const (
	Human     Automatic = ""
	Bounce    Automatic = "bounce"     // RFC 3464 and what precedes it
	AutoReply Automatic = "auto-reply" // RFC 3834
	List      Automatic = "list"       // RFC 2369, RFC 2919: a list that is not ours
	Feedback  Automatic = "feedback"   // RFC 5965
	Receipt   Automatic = "receipt"    // RFC 8098, once RFC 3798
	Self      Automatic = "self"       // the desk's own notices come back
)

// Ending is how a mail ended. Every mail received has exactly one, so that
// received = filed + attached + answered + automatic + repeated + parked.
type Ending string

// The endings.
const (
	Filed          Ending = "filed"     // a new case in a queue
	Attached       Ending = "attached"  // joined to a case that was there
	Answered       Ending = "answered"  // a command or a trial, closed at once
	EndedAutomatic Ending = "automatic" // a machine wrote it
	Repeated       Ending = "repeated"  // the same mail was received before
	Parked         Ending = "parked"    // kept for a human: a machine could not finish
)

// Endings lists every ending in the order of the sum.
var Endings = []Ending{Filed, Attached, Answered, EndedAutomatic, Repeated, Parked}

// Queue is where a case waits for editors. Each format has a queue of its own
// name; the others are below.
type Queue string

// The queues that every publication has.
const (
	QueueWithdrawals  Queue = "withdrawals"
	QueueToSort       Queue = "to-sort"
	QueueRegistration Queue = "registration"
	QueueParked       Queue = "parked"
)

// Tray is a folder for mail that waits for nobody.
type Tray = Queue

// The trays: mail that is kept in sight and asks for nothing.
const (
	TrayAutomatic Tray = "automatic"
	TrayRepeated  Tray = "repeated"
	TrayAnswered  Tray = "answered"
)

// State is what a case waits for.
type State string

// The states of a case.
const (
	AwaitingEditor       State = "awaiting_editor"
	AwaitingAuthor       State = "awaiting_author"       // incomplete: a corrected version is asked for
	AwaitingRegistration State = "awaiting_registration" // complete, its author not registered
	AwaitingDelay        State = "awaiting_delay"        // a withdrawal request that waits for time to pass
	Closed               State = "closed"
)

// Route says where a case waits and for whom. Only a complete text waits for
// its author's registration; whatever a machine could not tell waits for an
// editor.
func Route(kind Kind, format string, verdict Verdict, registered bool) (Queue, State) {
	switch {
	case kind == KindWithdrawal:
		return QueueWithdrawals, AwaitingEditor
	case kind == KindUnreadable:
		return QueueParked, AwaitingEditor
	case kind != KindSubmission:
		return QueueToSort, AwaitingEditor
	case verdict == Incomplete:
		return Queue(format), AwaitingAuthor
	case verdict == Complete && !registered:
		return QueueRegistration, AwaitingRegistration
	}
	return Queue(format), AwaitingEditor
}
