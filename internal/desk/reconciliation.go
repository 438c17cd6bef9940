package desk

import "time"

// Reconciliation is what a mail server shows of one mailbox, compared with what the
// desk holds. Received is the sum over all endings; the other counts are of UIDs under
// the watched folder's UIDVALIDITY.
type Reconciliation struct {
	Mailbox     string
	At          time.Time
	UIDValidity uint32
	Renumbered  bool // the server numbers the folder anew: it is read again, and nothing else is compared

	Given    int // UIDs that the server gave since the desk took the mailbox over
	Recorded int // of these, mails that are on record
	Here     int // mails in the folder now
	Left     int // of these, mails from before the take-over, left alone
	Waiting  int // of these, not taken yet, or taken and to be filed: the next look sees to them
	Missed   int // of these, passed over: ordered to be taken
	Unfiled  int // of these, said to be filed: ordered to be filed again
	Stays    int // of these, filed as far as this server can: it moves no mail

	Folders []FolderCount
}

// FolderCount is one queue's folder. A mail that is gone was moved or deleted by a
// person, which is theirs to do: its bytes are on record.
type FolderCount struct {
	Queue      Queue
	Name       string
	Missing    bool // the folder is not there: it is made when a mail is filed
	Renumbered bool // the server numbers it anew: its mails cannot be told apart by their UIDs
	Filed      int  // mails that were moved here, as the server told
	Gone       int  // of these, not here any more
	Others     int  // mails here that the desk did not put here
}

// Unseen is how many UIDs no mail on record has and no mail in the folder either: what
// people deleted or moved before the desk looked, and UIDs that servers leave out.
func (r Reconciliation) Unseen() int { return max(0, r.Given-r.Recorded-r.Missed) }

// Sound says that nothing had to be repaired.
func (r Reconciliation) Sound() bool { return r.Missed == 0 && r.Unfiled == 0 && !r.Renumbered }
