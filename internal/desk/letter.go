package desk

import "time"

// Letter is one notice that is due: final bytes for one recipient.
type Letter struct {
	ID        int64
	MessageID string // with its angle brackets; its hash where it is a token
	Sender    string // the envelope's sender; empty is the null return path
	Address   string // of the mailbox it leaves from: the sender where a server refuses the null return path
	Recipient string
	Bytes     []byte
	Attempts  int // how many tries failed before this one
}

// Claim says how many letters are taken, and for how long they are kept from others.
type Claim struct {
	At    time.Time
	Lease time.Duration
	Most  int // letters; 0 takes none
	Bytes int // in all, but for the first letter; 0 for no bound
}

// Settled is what became of one letter that was claimed.
type Settled struct {
	ID int64
	Outcome
}

// Outcome is what became of one try to send a letter. Neither Sent nor
// Permanent means that it waits until Next.
type Outcome struct {
	At        time.Time
	Sent      bool      // the server took it
	Permanent bool      // it will not be tried again: refused, or tried for too long
	Untried   bool      // the server could not be asked: the letter is due as it was before
	Unknown   bool      // the connection ended after the letter's last byte: the server may have taken it
	Next      time.Time // when to try again; zero where Sent, Permanent or Untried
	Reply     string    // the server's words or the error, addresses left out; "" keeps what was said before
}

// Standing is in whose turn a notice goes: the lowest leaves first. What the desk
// says of its own accord (decisions, digests) no cap holds. Answers to mails are
// held to so many an hour for one address; and past the cap on all of them together
// the answers to authors still leave, to proved senders up to twice the cap, and the
// others wait.
type Standing int

// The standings. A ledger makes StandingAuthor of a StandingProved or StandingOther
// whose recipient is the address of an author: From is a claim, but the answer goes
// to that very address.
const (
	StandingDesk    Standing = iota // no answer to a mail
	StandingAuthor                  // to the address of an author who is registered
	StandingProved                  // to a sender whom the receiving server proved
	StandingOther                   // to anybody else
	StandingRefuted                 // to a sender whom the receiving server refuted
)

// Standings is every standing, in the order in which they leave.
var Standings = []Standing{StandingDesk, StandingAuthor, StandingProved, StandingOther, StandingRefuted}

// Room is how many more answers of a standing may leave within the hour, where a cap
// holds all of them together and so many left within it. A cap of 0 holds nothing;
// then, and for who is not held, held is false.
func (s Standing) Room(limit, left int) (room int, held bool) {
	switch {
	case limit == 0 || s <= StandingAuthor:
		return 0, false
	case s == StandingProved:
		return max(2*limit-left, 0), true
	}
	return max(limit-left, 0), true
}
