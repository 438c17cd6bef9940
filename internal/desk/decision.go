package desk

import (
	"errors"
	"time"
)

// ErrMoved says that a case, a publication or a request is not any more in the
// state that a change starts from: somebody was quicker.
var ErrMoved = errors.New("it was changed in the meantime")

// Decision is one act with who did it and why. None is ever changed: taking one
// back is another.
type Decision struct {
	ID            int64
	At            time.Time
	CaseID        int64 // of the submission or the request; 0 for a publication from before the desk
	PublicationID int64 // 0 for none
	Act           Act
	Editor        string // the address of the editor; "" where an author or time decided
	Second        string // of the second editor, where the act needs two
	Category      string // of a retraction or removal: one of Categories
	Motive        string // private: for the file, and for the author where the notice repeats it
	Public        string // the approved text of the tombstone
	Undoes        int64  // the decision that this one takes back, 0 for none
}

// Categories are the reasons of a retraction, a removal or a concern, after the
// Retraction Guidelines of COPE and NISO RP-45 (CREC).
var Categories = []string{
	"error", "plagiarism", "fabrication", "redundant-publication", "undisclosed-interest", "consent", "privacy", "copyright",
	"defamation", "court-order", "author-request", "other",
}

// Approval is a first editor's word for an act that needs two.
type Approval struct {
	CaseID        int64 // of a request; 0 for none
	PublicationID int64 // 0 for none
	Act           Act
	Editor        string
	Value         string // what is approved, beside the act: an address, a category
	At            time.Time
}

// Change is everything that one decision, confirmation or deadline changes. A
// ledger applies it wholly or not at all, and not where one of the three things
// has left the state that it starts from (ErrMoved).
type Change struct {
	Case    *Case // as it becomes
	CaseWas State

	Publication    *Publication // as it becomes; new where its ID is 0
	PublicationWas PublicationState

	Request    *Request // as it becomes; new where its CaseID is 0
	RequestWas RequestState
	Opens      *Case // the new request's own case

	Decision  *Decision
	Approval  *Approval // asked for a second editor; nothing else has changed then
	Objection *Objection
	Notices   []*Notice
	Events    []Event // the ledger fills in the ids, the time and the chain

	// Signals says that the site is to be told of the publication's new state.
	Signals bool
}

// Thread is where a mail about a case belongs: below the last mail of its author, or
// the last that was written to them. All is empty where there is none.
type Thread struct {
	MessageID string // with its angle brackets
	Subject   string
	Name      string // of the author, as their mails say it
	Last      []byte // the last notice to them about the case: its language is theirs
}
