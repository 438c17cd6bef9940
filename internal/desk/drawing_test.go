package desk

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// drawing is a machine as docs/architecture.md draws it: one line a move, in the
// order of the lists of states and acts.
func drawing[S ~string](m machine[S], states []S, acts []Act, first S) string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n    [*] --> %s\n", first)
	for _, from := range states {
		// acts that lead to the same state share an arrow
		by := map[S][]string{}
		var order []S
		for _, act := range acts {
			to, err := m.next(from, act)
			if err != nil {
				continue
			}
			if by[to] == nil {
				order = append(order, to)
			}
			by[to] = append(by[to], string(act))
		}
		for _, to := range order {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, strings.Join(by[to], ", "))
		}
		if len(order) == 0 {
			fmt.Fprintf(&b, "    %s --> [*]\n", from)
		}
	}
	return b.String()
}

var mermaid = regexp.MustCompile("(?s)```mermaid\n(stateDiagram.*?)```")

// TestTheDrawingsAreTheMachines compares the three drawings of the documents with
// the tables that move things.
func TestTheDrawingsAreTheMachines(t *testing.T) {
	raw, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, block := range mermaid.FindAllStringSubmatch(string(raw), -1) {
		drawn = append(drawn, block[1])
	}
	for name, want := range map[string]string{
		"submissions":         drawing(submissions, SubmissionStates, SubmissionActs, AwaitingEditor),
		"publications":        drawing(publications, PublicationStates, PublicationActs, StandsPublished),
		"withdrawal requests": drawing(requests, RequestStates, RequestActs, RequestReceived),
	} {
		if !slices.Contains(drawn, want) {
			t.Errorf("docs/architecture.md does not draw the %s as they are:\n\n```mermaid\n%s```", name, want)
		}
	}
	if len(drawn) != 3 {
		t.Errorf("%d state machines are drawn, want 3", len(drawn))
	}
}
