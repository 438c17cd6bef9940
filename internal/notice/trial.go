package notice

// Trial is the report that somebody asked for before submitting a text: a Receipt
// without a reference, as nothing was filed. Its Format is "" where the mail named
// no format, or several: then there is no report, and the answer says how to ask.
type Trial struct {
	Receipt
	KeptHours int // after how many hours the mail's content is deleted
}

type trialPage struct {
	receiptPage
	KeptHours int
}

func (t Trial) page(f frame) trialPage {
	page := trialPage{receiptPage: t.Receipt.page(f), KeptHours: t.KeptHours}
	return page
}

func sampleTrials(f frame) []any {
	pages := []any{Trial{KeptHours: 1}.page(f), Trial{KeptHours: 24}.page(f)}
	for _, page := range sampleReceipts(f) {
		r := page.(receiptPage).Receipt
		r.Reference = ""
		pages = append(pages, Trial{Receipt: r, KeptHours: 24}.page(f))
	}
	return pages
}
