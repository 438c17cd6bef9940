package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// decided is what became of one mail, in a few lines for a person.
func decided(e *desk.Entry, set *rules.Set) string {
	m := e.Mail
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  from     %s\n", cmp.Or(m.Subject, "(no subject)"), person(m.FromName, m.FromAddress))
	what := []string{string(m.Kind)}
	if m.Format != "" {
		what = append(what, m.Format)
	}
	if e.Version != nil {
		what = append(what, string(e.Version.Verdict))
	}
	fmt.Fprintf(&b, "  is       %s\n", strings.Join(what, ", "))
	fmt.Fprintf(&b, "  because  %s\n", m.Reason.In("en"))
	if e.Version != nil {
		writeRead(&b, e.Version)
	}
	if len(m.Flags) > 0 {
		fmt.Fprintf(&b, "  flags    %s\n", strings.Join(m.Flags, ", "))
	}
	ended := string(m.Ending)
	if e.Case != nil {
		ended += " as " + string(e.Case.Reference)
	}
	fmt.Fprintf(&b, "  ends     %s, in the folder %s\n", ended, set.Folder(e.Queue))
	if e.Notice != nil || !slices.ContainsFunc(e.Changes, func(c *desk.Change) bool { return len(c.Notices) > 0 }) {
		fmt.Fprintf(&b, "  answer   %s\n", answerName(e.Notice))
	}
	for _, c := range e.Changes {
		if c.Opens != nil {
			fmt.Fprintf(&b, "  opens    %s\n", c.Opens.Reference)
		}
		for _, n := range c.Notices {
			fmt.Fprintf(&b, "  writes   %s\n", answerName(n))
		}
	}
	return b.String() + "\n"
}

// writeRead says what was read of a text, and which criteria it does not fulfil.
func writeRead(b *strings.Builder, v *desk.Version) {
	if v.Words > 0 {
		fmt.Fprintf(b, "  read     %s: %s\n", cmp.Or(v.File, "the mail's body"), figures(v.Words, v.Sources, v.Language))
	}
	for _, result := range []struct {
		is   desk.Result
		name string
	}{{desk.Fail, "fails"}, {desk.Unknown, "unsure"}} {
		var found []string
		for _, f := range v.Findings {
			if f.Level == desk.Required && f.Result == result.is && (v.Words > 0 || len(found) == 0) {
				found = append(found, missed(f)) // where no text was read the first says it all
			}
		}
		if len(found) > 0 {
			fmt.Fprintf(b, "  %-8s %s\n", result.name, strings.Join(found, ", "))
		}
	}
}

// missed is a criterion that is not fulfilled, with its measure and its limit.
func missed(f desk.Finding) string {
	if f.Measured == "" || f.Limit == "" {
		return f.Criterion
	}
	return fmt.Sprintf("%s %s (asked: %s)", f.Criterion, f.Measured, f.Limit)
}

func answerName(n *desk.Notice) string {
	if n == nil {
		return "none"
	}
	return n.Kind + " to " + n.Recipient
}
