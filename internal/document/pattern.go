package document

import (
	"regexp"
	"strings"
	"sync"
)

// pattern is a regular expression that is compiled when it is first asked, for every
// command of this program would else wait for all of them, and that is asked only of
// texts that hold a match: most hold none. Its automaton tells which do; and before
// it, where the pattern says so, the signs without one of which none does.
type pattern struct {
	signed    bool
	begins    [256]bool // the bytes with which those signs begin
	get       func() *regexp.Regexp
	automaton func() *automaton
}

// digit is any of the signs that \d stands for.
const digit = "0123456789"

// patternOf is the pattern of an expression, and of signs of which every match holds
// one at least, where that is said.
func patternOf(expression string, signs ...string) *pattern {
	p := &pattern{
		signed:    len(signs) > 0,
		get:       sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) }),
		automaton: sync.OnceValue(func() *automaton { return newAutomaton(expression) }),
	}
	for _, sign := range strings.Join(signs, "") {
		p.begins[string(sign)[0]] = true
	}
	return p
}

// may says whether a text can hold a match. It is true of all that do, and of hardly
// any other.
func (p *pattern) may(s string) bool {
	if !p.signedBy(s) {
		return false
	}
	found, decided := p.automaton().match(s)
	return found || !decided
}

// signedBy says whether a text may hold one of the signs.
func (p *pattern) signedBy(s string) bool {
	if !p.signed {
		return true
	}
	for i := range len(s) {
		if p.begins[s[i]] {
			return true
		}
	}
	return false
}

// The methods are those of regexp.Regexp.

func (p *pattern) MatchString(s string) bool {
	if !p.signedBy(s) {
		return false
	}
	found, decided := p.automaton().match(s)
	return found || !decided && p.get().MatchString(s)
}

func (p *pattern) FindStringIndex(s string) []int {
	if !p.may(s) {
		return nil
	}
	return p.get().FindStringIndex(s)
}

func (p *pattern) FindStringSubmatch(s string) []string {
	if !p.may(s) {
		return nil
	}
	return p.get().FindStringSubmatch(s)
}

func (p *pattern) FindStringSubmatchIndex(s string) []int {
	if !p.may(s) {
		return nil
	}
	return p.get().FindStringSubmatchIndex(s)
}

func (p *pattern) FindAllStringSubmatch(s string, n int) [][]string {
	if !p.may(s) {
		return nil
	}
	return p.get().FindAllStringSubmatch(s, n)
}

func (p *pattern) FindString(s string) string {
	if !p.may(s) {
		return ""
	}
	return p.get().FindString(s)
}

func (p *pattern) FindAllString(s string, n int) []string {
	if !p.may(s) {
		return nil
	}
	return p.get().FindAllString(s, n)
}

func (p *pattern) FindAllStringIndex(s string, n int) [][]int {
	if !p.may(s) {
		return nil
	}
	return p.get().FindAllStringIndex(s, n)
}

func (p *pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !p.may(s) {
		return nil
	}
	return p.get().FindAllStringSubmatchIndex(s, n)
}

func (p *pattern) ReplaceAllStringFunc(s string, with func(string) string) string {
	if !p.may(s) {
		return s
	}
	return p.get().ReplaceAllStringFunc(s, with)
}

func (p *pattern) ReplaceAllString(s, with string) string {
	if !p.may(s) {
		return s
	}
	return p.get().ReplaceAllString(s, with)
}

func (p *pattern) Split(s string, n int) []string {
	if n != 0 && !p.may(s) {
		return []string{s}
	}
	return p.get().Split(s, n)
}
