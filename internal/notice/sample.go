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
	case KindConfirmation:
		return sampleConfirmations(f)
	case KindCoAuthor:
		return []any{CoAuthor{Reference: sampleReference(f), Work: sampleReference(f), Title: "x", Until: sampleTime}.page(f)}
	case KindDecision:
		return sampleDecisions(f)
	case KindIdentity:
		return []any{Identity{Reference: sampleReference(f), Work: sampleReference(f), Title: "x", Until: sampleTime}.page(f)}
	case KindTrial:
		return sampleTrials(f)
	case KindAgain:
		return sampleAgains(f)
	case KindOversize:
		return sampleOversizes(f)
	case KindTombstone:
		return sampleTombstones(f)
	case KindUnclear:
		return []any{
			Unclear{Reason: sampleReason}.page(f),
			Unclear{Reference: sampleReference(f), Reason: sampleReason}.page(f),
		}
	case KindReleased:
		return []any{
			Released{Reference: sampleReference(f), Format: "x"}.page(f),
			Released{Reference: sampleReference(f), Format: "x", Title: "x"}.page(f),
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

var sampleTime = time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)

// stages are all stages, for the samples.
var stages = []Stage{
	StageConfirmed, StageCarried, StageOpen, StageOver, StageDone, StageCancelled, StageObjected, StageExpired, StageAgain,
}

func sampleWithdrawals(f frame) []any {
	ref := sampleReference(f)
	pages := []any{
		Withdrawal{}.page(f), Withdrawal{Typed: []string{"x"}, Mistyped: []string{"x"}}.page(f),
		Withdrawal{Reference: ref, Mistyped: []string{"x", "y"}, Near: []Named{{ref, "x"}}}.page(f),
	}
	var all []Plea
	for _, stage := range stages {
		p := Plea{Stage: stage, Reference: ref, Title: "x", Until: sampleTime, Why: desk.Because("request-cooling"), On: sampleTime}
		all = append(all, p)
		pages = append(pages, Withdrawal{Reference: ref, Pleas: []Plea{p}}.page(f))
	}
	return append(pages, Withdrawal{Reference: ref, Pleas: all, Mistyped: []string{"x"}}.page(f))
}

// told are the acts that an author is told of.
var told = []desk.Act{
	desk.ActAccept, desk.ActComplete, desk.ActDecline, desk.ActPublish, desk.ActGrant, desk.ActRefuse, desk.ActRetract,
	desk.ActRemove, desk.ActConcern, desk.ActReinstate, desk.ActUndo,
}

func sampleDecisions(f frame) []any {
	var pages []any
	for _, act := range told {
		d := Decision{Act: act, Undone: act, Reference: sampleReference(f), Title: "x", Format: "x", Version: 2}
		pages = append(pages, d.page(f))
		d.Motive, d.Public, d.URL, d.Dismissed, d.Lapsed = "x", "x", "https://example.org/x", true, true
		pages = append(pages, d.page(f))
	}
	return pages
}

func sampleConfirmations(f frame) []any {
	ref := sampleReference(f)
	full := Confirmation{
		Reference: ref, Work: ref, Title: "x", Format: "x", SubjectFormat: "y", Published: true, Other: true, Until: sampleTime,
		CoolingOff: 48, Page: "https://example.org/",
	}
	return []any{full.page(f), Confirmation{Reference: ref, Work: ref, Title: "x", Format: "x", Until: sampleTime}.page(f)}
}

func sampleDigests(f frame) []any {
	now := time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)
	full := Digest{Editor: "x", Since: now.AddDate(0, 0, -1), Until: now, Received: 2, HeldBack: 1, Capped: 2, Parked: 2}
	for _, kind := range kinds {
		full.Undelivered = append(full.Undelivered, desk.Undelivered{Reference: sampleReference(f), Title: "x", Kind: string(kind), Recipient: "x@example.org", Why: "550 5.1.1 x"})
	}
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
	for _, state := range desk.RequestStates {
		entries = append(entries, Entry{Reference: sampleReference(f), Title: "x", Request: state, Reason: state.Why(), Since: now})
	}
	return entries
}
