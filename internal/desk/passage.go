package desk

import "time"

// Received is one mail as the mailbox gave it: the raw bytes, untouched, and
// the position that names it.
type Received struct {
	Mailbox     string // the address of the mailbox, as configured
	UIDValidity uint32 // RFC 9051 section 2.3.1.1
	UID         uint32
	At          time.Time // INTERNALDATE: the server's clock, not the sender's
	Raw         []byte    // CRLF or LF, as it came

	// Oversize is the size in bytes that the server gives for a mail above the
	// mailbox's limit: Raw is then its header alone. It is 0 for a whole mail.
	Oversize int64
}

// Position is how far a mailbox has been read. Mails whose INTERNALDATE is
// before From were there before the desk took the mailbox over and are left
// alone, unless their UID is Next or above: those came later, whatever their
// date says (an old mail that an editor moves in, a date that a relay kept).
type Position struct {
	UIDValidity uint32
	LastUID     uint32
	From        time.Time
	Next        uint32 // UIDNEXT at the take-over, under this UIDValidity; 0: not known
}

// Filing is an order to move one mail to the folder of a queue or tray.
// Carrying it out twice does no harm: a mail that is gone counts as filed.
type Filing struct {
	ID          int64
	UIDValidity uint32
	UID         uint32
	Queue       Queue

	// ToUIDValidity and ToUID name the mail where it stands once it was moved, as the
	// server told (RFC 4315 section 3); 0 where it did not.
	ToUIDValidity uint32
	ToUID         uint32

	// Copying says that a copy was begun, where the server cannot move, and may stand
	// in the queue's folder by now: at ToUID, or else it is known by what follows.
	Copying   bool
	MessageID string // may be ""
	SHA256    [32]byte
	Size      int64 // in bytes
}

// Removal is an order to delete one mail from the folder that it was moved to.
// The mail is the one whose bytes have the hash: whatever stands in its place is
// left alone, and a mail that somebody moved elsewhere counts as removed.
type Removal struct {
	MailID      int64
	Queue       Queue
	UIDValidity uint32 // of the folder, and the mail's UID in it; 0: not known
	UID         uint32
	MessageID   string // by which it is sought where the UID is not known; may be ""
	SHA256      [32]byte
	Size        int64 // in bytes
}

// Sent is a notice that left, to be copied into its mailbox's folder of sent mail.
type Sent struct {
	ID        int64
	MessageID string // with its angle brackets
	Bytes     []byte
	At        time.Time // when it left
}
