package document

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// pattern is a regular expression that is compiled when it is first asked, for every
// command of this program would else wait for all of them, and that is asked only of
// texts that hold one of the words without which none matches, where it has such
// hints: most hold none, and to look for words takes a twentieth of the time.
type pattern struct {
	hints  []string
	firsts [256]bool // the first bytes of the hints, in both sizes of letters
	get    func() *regexp.Regexp
}

// digit is the hint that any digit is.
const digit = "0123456789"

// patternOf is the pattern of an expression and its hints, in small letters; a text
// may hold them in letters of any size. Letters out of use, such as the long s, are
// none of them.
func patternOf(expression string, hints ...string) *pattern {
	p := &pattern{get: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
	for _, h := range hints {
		if h == digit {
			p.hints = append(p.hints, strings.Split(digit, "")...)
			continue
		}
		p.hints = append(p.hints, h)
	}
	for _, h := range p.hints {
		p.firsts[h[0]] = true
		p.firsts[strings.ToUpper(h)[0]] = true
	}
	return p
}

// may says whether a text can hold a match; without hints, any can.
func (p *pattern) may(s string) bool {
	if len(p.hints) == 0 {
		return true
	}
	for i := range len(s) {
		if !p.firsts[s[i]] {
			continue
		}
		for _, h := range p.hints {
			if i+len(h) <= len(s) && (len(h) == 1 && s[i] == h[0] || strings.EqualFold(s[i:i+len(h)], h)) {
				return true
			}
		}
	}
	return false
}

// The methods are those of regexp.Regexp.

func (p *pattern) MatchString(s string) bool { return p.may(s) && p.get().MatchString(s) }

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
