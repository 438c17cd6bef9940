package document

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// pattern is a regular expression that is compiled when it is first asked, for every
// command of this program would else wait for all of them, and that is asked only of
// texts that hold a match: most hold none. Its automaton tells which do; and before
// it, where the pattern has hints, the words without which none does.
type pattern struct {
	hints     []hint
	firsts    [256]bool // the first bytes of the hints, in both sizes of letters
	get       func() *regexp.Regexp
	automaton func() *automaton
}

// digit is the hint that any digit is.
const digit = "0123456789"

// patternOf is the pattern of an expression and its hints, in small letters; a text
// may hold them in letters of any size. One that begins with \b stands at the
// beginning of a word. Letters out of use, such as the long s, are none of theirs.
func patternOf(expression string, hints ...string) *pattern {
	p := &pattern{
		get:       sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) }),
		automaton: sync.OnceValue(func() *automaton { return newAutomaton(expression) }),
	}
	for _, h := range hints {
		words := []string{h}
		if h == digit {
			words = strings.Split(digit, "")
		}
		for _, word := range words {
			word, first := strings.CutPrefix(word, `\b`)
			p.hints = append(p.hints, hint{word, first})
			p.firsts[word[0]] = true
			p.firsts[strings.ToUpper(word)[0]] = true
		}
	}
	return p
}

// hint is a word in small letters.
type hint struct {
	word  string
	first bool // it stands at the beginning of a word, as after \b
}

// at says whether it stands in a text at a place.
func (h hint) at(s string, i int) bool {
	end := i + len(h.word)
	if end > len(s) || h.first && i > 0 && isASCIIWord(s[i-1]) {
		return false
	}
	return len(h.word) == 1 && s[i] == h.word[0] || strings.EqualFold(s[i:end], h.word)
}

// may says whether a text can hold a match. It is true of all that do, and of hardly
// any other.
func (p *pattern) may(s string) bool {
	if !p.hinted(s) {
		return false
	}
	found, decided := p.automaton().match(s)
	return found || !decided
}

// hinted says whether a text holds a hint; without hints, any does.
func (p *pattern) hinted(s string) bool {
	if len(p.hints) == 0 {
		return true
	}
	for i := range len(s) {
		if !p.firsts[s[i]] {
			continue
		}
		for _, h := range p.hints {
			if h.at(s, i) {
				return true
			}
		}
	}
	return false
}

// The methods are those of regexp.Regexp.

func (p *pattern) MatchString(s string) bool {
	if !p.hinted(s) {
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

// isASCIIWord says whether a byte is what \b takes for part of a word.
func isASCIIWord(b byte) bool {
	return b < utf8.RuneSelf && (isLetterOrDigit(rune(b)) || b == '_')
}
