package notice

import (
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// samples are pages that take a template through its branches: each verdict,
// registered or not, with each kind of finding, first and later versions, and as
// much as can be empty.
func samples(k Kind, f frame) []any {
	switch k {
	case KindReceipt:
		return sampleReceipts(f)
	case KindWithdrawal:
		return sampleWithdrawals(f)
	case KindTrial:
		return sampleTrials(f)
	case KindAgain:
		return sampleAgains(f)
	case KindUnclear:
		return []any{
			Unclear{Reason: sampleReason}.page(f),
			Unclear{Reference: sampleReference(f), Reason: sampleReason}.page(f),
		}
	}
	return sampleDigests(f)
}

var sampleReason = desk.Because("format-mistyped", "baratn", "Baratin")

func sampleReference(f frame) desk.Reference { return desk.NewReference(f.Pub.Prefix, 2026, 42) }

func sampleReceipts(f frame) []any {
	var pages []any
	for _, findings := range sampleFindings() {
		for _, registered := range []bool{true, false} {
			r := Receipt{
				Reference: sampleReference(f), Version: 1, Format: "x",
				Verdict: desk.Judge(findings), Findings: findings, Registered: registered,
			}
			pages = append(pages, r.page(f))
			r.Version, r.Reason = 2, sampleReason
			r.File, r.Title, r.Author, r.Language = "x.docx", "x", "x", "fr"
			r.Words, r.WordsTotal, r.Sources = 1, 1234, 2
			pages = append(pages, r.page(f))
		}
	}
	return pages
}

// sampleFindings has a set for each verdict, one with all that a receipt can
// list, and the two in which nothing could be read.
func sampleFindings() [][]desk.Finding {
	finding := func(criterion string, level desk.Level, result desk.Result) desk.Finding {
		return desk.Finding{
			Criterion: criterion, Level: level, Result: result, Label: criterion, Measured: "1",
			Limit: "2–3", File: "x.docx", Where: "x", Message: "x.", Repair: "x.",
		}
	}
	pass := finding("a", desk.Required, desk.Pass)
	fail := finding("b", desk.Required, desk.Fail)
	advice := finding("c", desk.Advice, desk.Fail)
	unknown := finding("d", desk.Required, desk.Unknown)
	bare := desk.Finding{Criterion: "e", Level: desk.Required, Result: desk.Fail}
	return [][]desk.Finding{
		nil,
		{pass},
		{pass, advice},
		{pass, unknown, advice, advice},
		{pass, fail, bare, advice, unknown},
		{finding(readable, desk.Required, desk.Fail)},
		{finding(readable, desk.Required, desk.Unknown)},
	}
}

func sampleWithdrawals(f frame) []any {
	ref := sampleReference(f)
	var pages []any
	for _, found := range [][]desk.Reference{nil, {ref}, {ref, ref}} {
		for _, mistyped := range [][]string{nil, {"x"}, {"x", "y"}} {
			w := Withdrawal{Reference: ref, Format: "x", References: found, Mistyped: mistyped}
			pages = append(pages, w.page(f))
		}
	}
	return pages
}

func sampleDigests(f frame) []any {
	now := time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)
	full := Digest{Editor: "x", Since: now.AddDate(0, 0, -1), Until: now, Received: 2, HeldBack: 1, Parked: 2}
	full.Queues = []Queue{{Name: "x", Entries: sampleEntries(f, now)}, {Name: "y", Entries: sampleEntries(f, now)}}
	return []any{Digest{Until: now}.page(f), full.page(f)}
}

func sampleEntries(f frame, now time.Time) []Entry {
	entries := []Entry{{Since: now}}
	for _, verdict := range []desk.Verdict{desk.Complete, desk.Incomplete, desk.ToCheck} {
		entries = append(entries, Entry{
			Reference: sampleReference(f), Author: "x", Title: "x",
			Verdict: verdict, Reason: sampleReason, Since: now.AddDate(0, 0, -3),
		})
	}
	return entries
}
