package desk

import "time"

// DeliveryReport is what a mail server reports of a mail that it could not deliver. A ledger
// matches it with a notice by the Message-ID alone, which nobody can guess; who sent
// the report is a claim.
type DeliveryReport struct {
	MessageIDs []string // of the mail that it may be about, the likeliest first
	Failed     bool     // it will never be delivered; else it is late
	Status     string   // "5.1.1" (RFC 3463); "" where the report has none
	Words      string   // the server's, as they may be kept: Reply, addresses left out
}

// Undelivered is a notice about a case that did not reach its recipient.
type Undelivered struct {
	Reference Reference // of the case
	Title     string
	Kind      string // of the notice
	Recipient string
	Why       string    // what the server said
	At        time.Time // when it was given up, or came back
}
