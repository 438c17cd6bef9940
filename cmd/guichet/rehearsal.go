package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// rehearseWords is what a rehearsal says around the rules' own words.
type rehearseWords struct {
	version  string // reference, number, format, title
	untitled string
	verdicts map[desk.Verdict]string
	results  map[desk.Result]string // "" is a criterion that the rules have not
	advised  string                 // after the result of a criterion that is only advised
	arrow    string                 // from, to
	expected string                 // measured, limit
	before   string
	after    string
	colon    string
	noLonger string // the version would be no submission
	sameHash string
	skipped  string // why
	gone     string // the raw mail is kept no more
	noFormat string

	same     string
	findings string
	kinds    string
	missed   string
	replayed [2]string // one, several; how many, under which rules, their hash
	nothing  string
}

// rehearsed is those words in each language that a desk can write.
var rehearsed = map[string]rehearseWords{
	"fr": {
		version: "%s, version %d, %s\u00a0: «\u00a0%s\u00a0»\n", untitled: "sans titre",
		verdicts: map[desk.Verdict]string{desk.Complete: "complet", desk.Incomplete: "incomplet", desk.ToCheck: "à vérifier"},
		results: map[desk.Result]string{
			desk.Pass: "rempli", desk.Fail: "à corriger", desk.Unknown: "à vérifier", "": "pas demandé",
		},
		advised: " (conseil)",
		arrow:   "%s → %s", expected: "%s (attendu\u00a0: %s)", colon: "\u00a0: ",
		before: "avant", after: "après",
		noLonger: "ne serait plus une proposition",
		sameHash: "ce sont les mêmes règles qu’alors\u00a0: c’est la lecture du fichier qui a changé",
		skipped:  "n’a pas pu être rejouée",
		gone:     "son mail n’est plus conservé", noFormat: "son format n’existe plus",
		same: "sans changement", findings: "même verdict, pour d’autres critères", kinds: "plus une proposition",
		missed:   "impossible à rejouer",
		replayed: [2]string{"%d version rejouée sous les règles %s (%s)\n", "%d versions rejouées sous les règles %s (%s)\n"},
		nothing:  "Rien n’a été enregistré ni envoyé.",
	},
	"en": {
		version: "%s, version %d, %s: “%s”\n", untitled: "untitled",
		verdicts: map[desk.Verdict]string{desk.Complete: "complete", desk.Incomplete: "incomplete", desk.ToCheck: "to check"},
		results: map[desk.Result]string{
			desk.Pass: "met", desk.Fail: "to correct", desk.Unknown: "to check", "": "not asked",
		},
		advised: " (advised)",
		arrow:   "%s → %s", expected: "%s (expected: %s)", colon: ": ",
		before: "before", after: "after",
		noLonger: "would be no submission",
		sameHash: "the rules are those of then: it is the reading of the file that changed",
		skipped:  "could not be replayed",
		gone:     "its mail is kept no more", noFormat: "its format is no more",
		same: "unchanged", findings: "the same verdict, for other criteria", kinds: "no longer a submission",
		missed:   "cannot be replayed",
		replayed: [2]string{"%d version replayed under the rules %s (%s)\n", "%d versions replayed under the rules %s (%s)\n"},
		nothing:  "Nothing was recorded or sent.",
	},
}

// formatName is what people call a format of the other rules; "" where they have
// it not.
func (r *rehearsal) formatName(id string) string {
	for _, f := range r.set.Formats {
		if f.ID == id {
			return f.Name
		}
	}
	return ""
}

// named is a format by its name, else by its identifier.
func (r *rehearsal) named(format string) string { return cmp.Or(r.formatName(format), format) }

// outcome is how a change of verdict or format is counted. The formats are ""
// where they stay.
type outcome struct {
	Format     string       `json:"format"`
	NewFormat  string       `json:"new_format"`
	Verdict    desk.Verdict `json:"verdict"`
	NewVerdict desk.Verdict `json:"new_verdict"`
}

func (ch change) outcome() outcome {
	o := outcome{Verdict: ch.Version.Verdict, NewVerdict: ch.verdict}
	if ch.kind == otherFormat {
		o.Format, o.NewFormat = ch.Version.Format, ch.format
	}
	return o
}

// turn is an outcome in one line: "complet → incomplet".
func (r *rehearsal) turn(o outcome) string {
	var turns []string
	if o.Format != o.NewFormat {
		turns = append(turns, fmt.Sprintf(r.words.arrow, r.named(o.Format), r.named(o.NewFormat)))
	}
	if o.Verdict != o.NewVerdict {
		turns = append(turns, fmt.Sprintf(r.words.arrow, r.words.verdicts[o.Verdict], r.words.verdicts[o.NewVerdict]))
	}
	return strings.Join(turns, ", ")
}

// headline is what becomes of a version, in one line.
func (r *rehearsal) headline(ch change) string {
	switch ch.kind {
	case otherKind:
		return r.words.noLonger
	case notReplayed:
		return r.words.skipped
	}
	return r.turn(ch.outcome())
}

// writeChange writes what would become of one version, and why.
func (r *rehearsal) writeChange(out io.Writer, ch change) error {
	w := r.words
	var b strings.Builder
	fmt.Fprintf(&b, w.version, ch.Reference, ch.Version.Number, r.named(ch.Version.Format), cmp.Or(ch.Version.Title, w.untitled))
	fmt.Fprintf(&b, "  %s\n", r.headline(ch))
	if ch.why != "" {
		fmt.Fprintf(&b, "    %s\n", ch.why)
	}
	if ch.sameHash && ch.kind != notReplayed {
		fmt.Fprintf(&b, "    %s\n", w.sameHash)
	}
	for _, c := range ch.criteria {
		w.writeCriterion(&b, c)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(out, b.String())
	return err
}

// writeCriterion writes how a criterion's result changes, and what the student
// read, and would read.
func (w rehearseWords) writeCriterion(b *strings.Builder, c criterionChange) {
	fmt.Fprintf(b, "    %s%s%s\n", cmp.Or(cmp.Or(c.after, c.before).Label, cmp.Or(c.after, c.before).Criterion), w.colon,
		fmt.Sprintf(w.arrow, w.result(c.before), w.result(c.after)))
	before, after := w.said(c.before), w.said(c.after)
	switch {
	case before == after:
		fmt.Fprintf(b, "      %s\n", after)
	case before == "":
		fmt.Fprintf(b, "      %s%s%s\n", w.after, w.colon, after)
	case after == "":
		fmt.Fprintf(b, "      %s%s%s\n", w.before, w.colon, before)
	default:
		fmt.Fprintf(b, "      %s%s%s\n      %s%s%s\n", w.before, w.colon, before, w.after, w.colon, after)
	}
}

// result is what a criterion found; where it is not met and only advised, that
// too.
func (w rehearseWords) result(f *desk.Finding) string {
	switch {
	case f == nil:
		return w.results[""]
	case f.Level == desk.Advice && f.Result != desk.Pass:
		return w.results[f.Result] + w.advised
	}
	return w.results[f.Result]
}

// said is the value measured and the limit, then the sentence where the criterion
// is not met; "" where the rules have not the criterion.
func (w rehearseWords) said(f *desk.Finding) string {
	if f == nil {
		return ""
	}
	said := f.Measured
	if f.Limit != "" {
		said = strings.TrimSpace(fmt.Sprintf(w.expected, f.Measured, f.Limit))
	}
	switch {
	case f.Result == desk.Pass:
		return said
	case said == "":
		return f.Message
	}
	return said + ". " + f.Message
}

// sums counts what became of the versions.
type sums struct {
	replayed, unchanged, findings, kinds, missed int
	outcomes                                     map[outcome]int
}

func (s *sums) add(ch change) {
	if ch.kind == notReplayed {
		s.missed++
		return
	}
	s.replayed++
	switch ch.kind {
	case unchanged:
		s.unchanged++
	case otherFindings:
		s.findings++
	case otherKind:
		s.kinds++
	default:
		s.outcomes[ch.outcome()]++
	}
}

// sumsLine is the sums as JSON.
type sumsLine struct {
	Replayed    int           `json:"replayed"`
	Unchanged   int           `json:"unchanged"`
	Findings    int           `json:"findings"` // the same verdict, for other criteria
	Changes     []outcomeLine `json:"changes"`
	Kinds       int           `json:"kinds"` // would be no submission
	NotReplayed int           `json:"not_replayed"`
}

type outcomeLine struct {
	outcome
	Count int `json:"count"`
}

func (r *rehearsal) line(s sums) sumsLine {
	line := sumsLine{s.replayed, s.unchanged, s.findings, []outcomeLine{}, s.kinds, s.missed}
	for _, o := range r.ranked(s) {
		line.Changes = append(line.Changes, outcomeLine{o, s.outcomes[o]})
	}
	return line
}

// ranked is the outcomes, the most frequent first.
func (r *rehearsal) ranked(s sums) []outcome {
	return slices.SortedFunc(maps.Keys(s.outcomes), func(x, y outcome) int {
		return cmp.Or(cmp.Compare(s.outcomes[y], s.outcomes[x]), cmp.Compare(r.turn(x), r.turn(y)))
	})
}

// writeSums writes the sums for a person.
func (r *rehearsal) writeSums(out io.Writer, s sums, from string) error {
	w := r.words
	var b strings.Builder
	fmt.Fprintf(&b, w.replayed[min(max(s.replayed-1, 0), 1)], s.replayed, from, r.set.Hash()[:shownHash])
	count := func(n int, what string) {
		if n > 0 {
			fmt.Fprintf(&b, "%6d  %s\n", n, what)
		}
	}
	count(s.unchanged, w.same)
	count(s.findings, w.findings)
	for _, o := range r.ranked(s) {
		count(s.outcomes[o], r.turn(o))
	}
	count(s.kinds, w.kinds)
	count(s.missed, w.missed)
	fmt.Fprintln(&b, w.nothing)
	_, err := io.WriteString(out, b.String())
	return err
}
