package desk

// DeliveryReport is what a mail server reports of a mail that it could not deliver. A ledger
// matches it with a notice by the Message-ID alone, which nobody can guess; who sent
// the report is a claim.
type DeliveryReport struct {
	MessageIDs []string // of the mail that it may be about, the likeliest first
	Failed     bool     // it will never be delivered; else it is late
	Status     string   // "5.1.1" (RFC 3463); "" where the report has none
	Words      string   // the server's, as they may be kept: Reply, addresses left out
}
