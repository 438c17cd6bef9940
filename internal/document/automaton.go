package document

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sync"
	"unicode/utf8"
)

// automaton says whether a text holds a match of a regular expression: what regexp
// says, in a fraction of its time, since nobody asks where the match begins. Its
// states are made when a text first leads to them, then kept. Several may ask at once.
type automaton struct {
	lock     sync.Mutex
	program  *syntax.Prog
	anchored bool           // a match begins where the text does
	tests    []*syntax.Inst // those of its instructions that take a sign, each kind once

	kinds  map[string]int32 // of signs that no test tells apart, by what the tests say
	common [0x250]int32     // the kind of each sign up to Latin letters, 0 where not yet known

	states []state
	known  map[string]int32 // the states, by what they hold

	// In use while a state is made.
	reached []bool
	here    []uint32
}

// state is where a program may be after what was read of a text.
type state struct {
	at    []uint32 // instructions, before those that take no sign are followed
	after rune     // stands for the last sign: '\n', a letter or ' '; -1 where none was read
	next  []int32  // the state that follows, by the kind of the next sign; 0 where not yet known
}

// The first states, and the kind of the end of a text.
const (
	unknown int32 = iota
	matched
	hopeless
	initially

	textEnd int32 = 1
)

// mostStates bounds what an automaton keeps; texts lead to a few dozen.
const mostStates = 1000

func newAutomaton(expression string) *automaton {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err) // as regexp.MustCompile does
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic(err)
	}
	a := &automaton{program: program, reached: make([]bool, len(program.Inst)), kinds: map[string]int32{}}
	a.anchored = program.StartCond()&syntax.EmptyBeginText != 0
	for i := range program.Inst {
		if inst := &program.Inst[i]; takesSign(inst) && !slices.ContainsFunc(a.tests, func(t *syntax.Inst) bool {
			return t.Arg == inst.Arg && slices.Equal(t.Rune, inst.Rune)
		}) {
			a.tests = append(a.tests, inst)
		}
	}
	a.forget()
	return a
}

func takesSign(inst *syntax.Inst) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// forget leaves the first states alone.
func (a *automaton) forget() {
	a.states, a.known = make([]state, initially, 16), map[string]int32{}
	a.state(state{at: []uint32{uint32(a.program.Start)}, after: -1})
}

// match says whether a text holds a match. It is undecided where the text leads to
// more states than are kept.
func (a *automaton) match(s string) (found, decided bool) {
	a.lock.Lock()
	defer a.lock.Unlock()
	at := initially
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf { // the short way, which nearly all signs take
			kind, next := a.common[s[i]], a.states[at].next
			if int(kind) < len(next) && next[kind] > hopeless {
				at = next[kind]
				i++
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if at = a.step(at, r); at == matched || at == hopeless {
			return at == matched, true
		}
		if len(a.states) > mostStates {
			a.forget()
			return false, false
		}
	}
	return a.step(at, -1) == matched, true
}

// step is the state after one more sign; -1 is the end of the text.
func (a *automaton) step(at int32, r rune) int32 {
	kind, next := a.kind(r), a.states[at].next
	if int(kind) < len(next) && next[kind] != unknown {
		return next[kind]
	}
	if missing := int(kind) + 1 - len(next); missing > 0 {
		next = append(next, make([]int32, missing)...)
		a.states[at].next = next
	}
	next[kind] = a.move(a.states[at], r)
	return next[kind]
}

// kind is that of a sign.
func (a *automaton) kind(r rune) int32 {
	if r < 0 {
		return textEnd
	}
	if int(r) >= len(a.common) {
		return a.tested(r)
	}
	if a.common[r] == 0 {
		a.common[r] = a.tested(r)
	}
	return a.common[r]
}

func (a *automaton) tested(r rune) int32 {
	said := make([]byte, 1+len(a.tests))
	said[0] = byte(lastSign(r))
	for i, test := range a.tests {
		if test.MatchRune(r) {
			said[1+i] = 1
		}
	}
	kind, known := a.kinds[string(said)]
	if !known {
		kind = textEnd + 1 + int32(len(a.kinds))
		a.kinds[string(said)] = kind
	}
	return kind
}

// lastSign is a sign in whose place another stands in a state.
func lastSign(r rune) rune {
	switch {
	case r == '\n':
		return '\n'
	case syntax.IsWordChar(r):
		return 'a'
	}
	return ' '
}

// move follows a program over one sign, or to the end of the text.
func (a *automaton) move(from state, r rune) int32 {
	clear(a.reached)
	a.here = a.here[:0]
	conditions := syntax.EmptyOpContext(from.after, r)
	for _, at := range from.at {
		a.follow(at, conditions)
	}
	var to []uint32
	for _, at := range a.here {
		inst := &a.program.Inst[at]
		switch {
		case inst.Op == syntax.InstMatch:
			return matched
		case r >= 0 && inst.MatchRune(r):
			to = append(to, inst.Out)
		}
	}
	if r >= 0 && !a.anchored {
		to = append(to, uint32(a.program.Start))
	}
	if len(to) == 0 {
		return hopeless
	}
	slices.Sort(to)
	return a.state(state{at: slices.Compact(to), after: lastSign(r)})
}

// follow collects what an instruction leads to without a sign.
func (a *automaton) follow(at uint32, conditions syntax.EmptyOp) {
	if a.reached[at] {
		return
	}
	a.reached[at] = true
	switch inst := &a.program.Inst[at]; inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		a.follow(inst.Out, conditions)
		a.follow(inst.Arg, conditions)
	case syntax.InstCapture, syntax.InstNop:
		a.follow(inst.Out, conditions)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^conditions == 0 {
			a.follow(inst.Out, conditions)
		}
	case syntax.InstFail:
	default:
		a.here = append(a.here, at)
	}
}

// state is the number of a state, which is kept once.
func (a *automaton) state(s state) int32 {
	key := []byte{byte(s.after)}
	for _, at := range s.at {
		key = binary.AppendUvarint(key, uint64(at))
	}
	number, known := a.known[string(key)]
	if !known {
		number = int32(len(a.states))
		a.known[string(key)] = number
		a.states = append(a.states, s)
	}
	return number
}
