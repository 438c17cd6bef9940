package desk

import (
	"errors"
	"slices"
	"testing"
)

// each tries every state with every act: it moves to a state that is listed, or is
// refused with a reason that has its sentences.
func each[S ~string](t *testing.T, m machine[S], states []S, acts []Act, next func(S, Act) (S, error)) {
	t.Helper()
	moves := 0
	for _, from := range states {
		if m.refusals[from][anyAct] == "" {
			t.Errorf("%s: the state %s refuses without a reason", m.what, from)
		}
		for _, act := range acts {
			to, err := next(from, act)
			refusal := (*Refusal)(nil)
			switch {
			case err == nil:
				moves++
				if !slices.Contains(states, to) {
					t.Errorf("%s: %s moves %s to %q, which is no state", m.what, act, from, to)
				}
			case !errors.As(err, &refusal):
				t.Errorf("%s: %s on %s: %v is no refusal", m.what, act, from, err)
			case to != from:
				t.Errorf("%s: %s is refused on %s and moves it to %s", m.what, act, from, to)
			case !refusal.Reason.Known():
				t.Errorf("%s: %s on %s is refused for %q, which says nothing", m.what, act, from, refusal.Reason.Code)
			}
		}
	}
	listed := 0
	for from, row := range m.moves {
		listed += len(row)
		if !slices.Contains(states, from) {
			t.Errorf("%s: the table has the state %q, which is not listed", m.what, from)
		}
		for act := range row {
			if !slices.Contains(acts, act) {
				t.Errorf("%s: the table has the act %q, which is not listed", m.what, act)
			}
		}
	}
	if listed != moves {
		t.Errorf("%s: %d moves were seen, the table has %d", m.what, moves, listed)
	}
	for _, from := range []S{"", "nowhere"} {
		if _, err := next(from, acts[0]); err == nil {
			t.Errorf("%s: %s moves the state %q", m.what, acts[0], from)
		}
	}
}

func TestEachStateWithEachAct(t *testing.T) {
	each(t, submissions, SubmissionStates, SubmissionActs, NextSubmission)
	each(t, publications, PublicationStates, PublicationActs, NextPublication)
	each(t, requests, RequestStates, RequestActs, NextRequest)
}

// TestNoRequestIsGrantedUnproved walks every way from received without the acts
// that prove the author, and never gets to granted or to the editors' decision.
func TestNoRequestIsGrantedUnproved(t *testing.T) {
	proofs := []Act{ActConfirm, ActCarry, ActProveIdentity}
	seen := map[RequestState]bool{RequestReceived: true}
	for todo := []RequestState{RequestReceived}; len(todo) > 0; todo = todo[1:] {
		for _, act := range RequestActs {
			to, err := NextRequest(todo[0], act)
			if err != nil || slices.Contains(proofs, act) || seen[to] {
				continue
			}
			seen[to] = true
			todo = append(todo, to)
		}
	}
	// An undone refusal leads to the editors, so it must not be reachable either
	// from an unproved request that they refused.
	for _, state := range []RequestState{RequestGranted, CoolingOff, AwaitingDecision} {
		if seen[state] {
			t.Errorf("%s is reached without a proof", state)
		}
	}
}
