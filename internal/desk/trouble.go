package desk

import "time"

// ParkedMail is a mail that a person must look at, because the desk could not read it or
// failed on it. Its bytes are kept.
type ParkedMail struct {
	MailID    int64
	CaseID    int64
	Reference Reference
	Received  Received  // Raw is nil where only the list was asked for
	At        time.Time // when it was parked
	From      string
	Subject   string
	Reason    Reason
	Size      int64 // of the bytes that are kept
}

// Refiling is an order to move a mail from the folder of one queue to that of another:
// it was parked, and is not any more. Carrying it out twice does no harm.
type Refiling struct {
	Filing
	Stands Removal // where it stands, and by what it is found there
}

// Trouble is a mail that the desk failed on and has not taken yet.
type Trouble struct {
	Mailbox     string
	UIDValidity uint32
	UID         uint32
	Failures    int
	Reason      string
	At          time.Time
}
