package main

import (
	"cmp"
	"fmt"
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
	if len(m.Flags) > 0 {
		fmt.Fprintf(&b, "  flags    %s\n", strings.Join(m.Flags, ", "))
	}
	ended := string(m.Ending)
	if e.Case != nil {
		ended += " as " + string(e.Case.Reference)
	}
	fmt.Fprintf(&b, "  ends     %s, in the folder %s\n", ended, set.Folder(e.Queue))
	fmt.Fprintf(&b, "  answer   %s\n", answerName(e.Notice))
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

func answerName(n *desk.Notice) string {
	if n == nil {
		return "none"
	}
	return n.Kind + " to " + n.Recipient
}
