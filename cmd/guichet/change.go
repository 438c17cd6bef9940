package main

import (
	"cmp"
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
)

// changeKind is how far what would become of a version is from what became of
// it: the gravest of what changes.
type changeKind string

const (
	unchanged     changeKind = "none"
	otherFindings changeKind = "findings" // the same verdict, for other criteria
	otherVerdict  changeKind = "verdict"
	otherFormat   changeKind = "format"
	otherKind     changeKind = "kind" // it would be no submission
	notReplayed   changeKind = "not-replayed"
)

// change is what would become of one version under the other rules.
type change struct {
	desk.Submitted
	kind     changeKind
	why      string // it is no submission, is of another format, or was not replayed
	newKind  desk.Kind
	format   string // a format's ID
	verdict  desk.Verdict
	criteria []criterionChange
	sameHash bool // the rules are those of then: what changed is how documents are read
}

// criterionChange is a criterion that would weigh otherwise; nil where the rules
// have it not.
type criterionChange struct {
	before, after *desk.Finding
}

// compare holds what the other rules make of a version against what was
// recorded.
func (r *rehearsal) compare(s desk.Submitted, a *intake.Assessment) change {
	ch := change{
		Submitted: s, kind: unchanged, newKind: a.Kind, format: a.Format, verdict: a.Report.Verdict,
		sameHash: s.Version.RulesHash == r.set.Hash(),
	}
	switch {
	case a.Kind == desk.KindUnreadable:
		ch.kind, ch.why = notReplayed, a.Reason.In(r.set.Desk.Language)
	case a.Kind != desk.KindSubmission:
		ch.kind, ch.why = otherKind, a.Reason.In(r.set.Desk.Language)
	case !r.hasFormat(a.Format):
		ch.kind, ch.why = otherKind, r.words.noFormat
	default:
		ch.criteria = otherwise(s.Version.Findings, a.Report.Findings)
		switch {
		case a.Format != s.Version.Format:
			ch.kind, ch.why = otherFormat, a.Reason.In(r.set.Desk.Language)
		case ch.verdict != s.Version.Verdict:
			ch.kind = otherVerdict
		case len(ch.criteria) > 0:
			ch.kind = otherFindings
		}
	}
	return ch
}

func (r *rehearsal) hasFormat(id string) bool { return r.formatName(id) != "" }

// otherwise is the criteria that become, or cease to be, a point to correct or to
// check, or that weigh otherwise: what a student is told beside the points in
// order. They stand in the order of the new rules, those left out last.
func otherwise(before, after []desk.Finding) (all []criterionChange) {
	for i := range after {
		was := finding(before, after[i].Criterion)
		if weight(was) != weight(&after[i]) {
			all = append(all, criterionChange{was, &after[i]})
		}
	}
	for i := range before {
		if finding(after, before[i].Criterion) == nil && weight(&before[i]) != weight(nil) {
			all = append(all, criterionChange{&before[i], nil})
		}
	}
	return all
}

func finding(all []desk.Finding, criterion string) *desk.Finding {
	i := slices.IndexFunc(all, func(f desk.Finding) bool { return f.Criterion == criterion })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// weighs is what a finding adds to a verdict and to what is told.
type weighs struct {
	level  desk.Level
	result desk.Result
}

// weight is nothing for a criterion that is met or not asked.
func weight(f *desk.Finding) weighs {
	if f == nil || f.Result == desk.Pass {
		return weighs{}
	}
	return weighs{f.Level, f.Result}
}

// changeLine is a change as JSON.
type changeLine struct {
	Change     changeKind       `json:"change"`
	Reference  desk.Reference   `json:"reference"`
	Version    int              `json:"version"`
	Title      string           `json:"title"`
	Format     string           `json:"format"`
	Verdict    desk.Verdict     `json:"verdict"`
	NewKind    desk.Kind        `json:"new_kind"`
	NewFormat  string           `json:"new_format"`
	NewVerdict desk.Verdict     `json:"new_verdict"`
	Reason     string           `json:"reason"`
	SameRules  bool             `json:"same_rules"`
	Criteria   []criterionsLine `json:"criteria"`
}

type criterionsLine struct {
	Criterion string        `json:"criterion"`
	Before    *desk.Finding `json:"before"` // null where the rules of then had it not
	After     *desk.Finding `json:"after"`
}

func (ch change) line() changeLine {
	line := changeLine{
		Change: ch.kind, Reference: ch.Reference, Version: ch.Version.Number, Title: ch.Version.Title,
		Format: ch.Version.Format, Verdict: ch.Version.Verdict, NewKind: ch.newKind, NewFormat: ch.format,
		NewVerdict: ch.verdict, Reason: ch.why, SameRules: ch.sameHash, Criteria: []criterionsLine{},
	}
	for _, c := range ch.criteria {
		line.Criteria = append(line.Criteria, criterionsLine{cmp.Or(c.after, c.before).Criterion, c.before, c.after})
	}
	return line
}
