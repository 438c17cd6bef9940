package notice

// Again tells somebody who sent a file that their case holds already how the case
// stands. The Receipt is about the case's last version, as it was recorded.
type Again struct {
	Receipt
	Same  int    // the version that holds the same file
	Sent  string // the name of the file that came again, "" for the mail's body
	Reply bool   // it came as the answer to one of our mails: a correction was meant
}

type againPage struct {
	receiptPage
	Same  int
	Sent  string
	Reply bool
}

// Last is the number of the case's last version.
func (p againPage) Last() int { return p.Version }

func (a Again) page(f frame) againPage {
	return againPage{receiptPage: a.Receipt.page(f), Same: a.Same, Sent: oneLine(a.Sent, maxPhrase), Reply: a.Reply}
}

func sampleAgains(f frame) []any {
	var pages []any
	for _, page := range sampleReceipts(f) {
		r := page.(receiptPage).Receipt
		for _, reply := range []bool{true, false} {
			pages = append(pages,
				Again{Receipt: r, Same: 1, Reply: reply}.page(f), Again{Receipt: r, Same: 1, Sent: "x.docx", Reply: reply}.page(f))
		}
	}
	return pages
}
