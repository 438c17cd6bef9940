package document

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestAutomatonGivesUp holds that an expression of more states than are kept is asked
// of regexp, and that one of few is not.
func TestAutomatonGivesUp(t *testing.T) {
	const many = `a[ab]{14}c`
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 20_000 {
		b.WriteByte("ab"[random.IntN(2)])
	}
	for _, text := range []string{b.String(), b.String() + "c", "abc"} {
		p := patternOf(many)
		if want := regexp.MustCompile(many).MatchString(text); p.MatchString(text) != want {
			t.Errorf("of %d bytes: %v", len(text), !want)
		}
		_, decided := p.automaton().match(text)
		if kept := len(p.automaton().states); decided != (len(text) < 100) || kept > mostStates {
			t.Errorf("of %d bytes: decided %v, %d states", len(text), decided, kept)
		}
	}
}
