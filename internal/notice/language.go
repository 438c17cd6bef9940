package notice

import (
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
)

const (
	noBreak       = "\u00A0" // NO-BREAK SPACE
	narrowNoBreak = "\u202F" // NARROW NO-BREAK SPACE
)

// language is what a language asks beyond the words of its templates.
type language struct {
	code      string
	thousands string
	and       string
	singular  func(n int) bool
	space     func(text string) string // puts no-break spaces where they belong
}

// languageOf is the language with this ISO 639-1 code; all but French are spaced
// and counted as English is.
func languageOf(code string) language {
	if code == "fr" {
		return language{"fr", narrowNoBreak, "et", func(n int) bool { return n < 2 }, spaceFrench}
	}
	return language{"en", ",", "and", func(n int) bool { return n == 1 }, func(s string) string { return s }}
}

// spaceFrench turns the spaces that French sets before high punctuation and
// inside its quotation marks into no-break ones. Words, and so file names and
// links, are left as they are.
func spaceFrench(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16)
	done := 0 // how much of the text is written
	for i := 0; i < len(text); {
		if text[i] != ' ' {
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] == ' ' {
			end++
		}
		if space := spaceBetween(text[:i], text[end:]); space != "" {
			b.WriteString(text[done:i])
			b.WriteString(space)
			done = end
		}
		i = end
	}
	b.WriteString(text[done:])
	return b.String()
}

// spaceBetween is what stands in the place of spaces between two pieces of a text; ""
// where they stay.
func spaceBetween(before, after string) string {
	switch {
	case after != "" && strings.IndexByte(";!?", after[0]) >= 0:
		return narrowNoBreak
	case strings.HasPrefix(after, ":"), strings.HasPrefix(after, "»"), strings.HasSuffix(before, "«"):
		return noBreak
	}
	return ""
}

// number writes n with its thousands set apart.
func (l language) number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + l.thousands + digits[i:]
	}
	return digits
}

// count writes n with the noun in the number that the language wants.
func (l language) count(n int, one, many string) string {
	if l.singular(n) {
		many = one
	}
	return l.number(n) + noBreak + many
}

// list writes "a, b and c".
func (l language) list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + l.and + " " + items[last]
}

// labels lists what findings are about, as words within a sentence.
func (l language) labels(findings []desk.Finding) string {
	items := make([]string, len(findings))
	for i, f := range findings {
		items[i] = withinSentence(f.Label)
	}
	return l.list(items)
}

// withinSentence takes the capital off a word, but not off an acronym.
func withinSentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	if second, _ := utf8.DecodeRuneInString(s[size:]); unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// capital puts a capital on the first word.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

var frenchMonths = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// day writes a date: "3 mars 2026", "3 March 2026".
func (l language) day(t time.Time) string {
	if l.code != "fr" {
		return t.Format("2 January 2006")
	}
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number = "1er"
	}
	return number + noBreak + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// moment writes a date and an hour: "3 mars 2026 à 9 h 05". A deadline is rounded
// down to its minute, so that nobody is told a later one.
func (l language) moment(t time.Time) string {
	if l.code != "fr" {
		return l.day(t) + " at " + t.Format("15:04")
	}
	return l.day(t) + " à " + strconv.Itoa(t.Hour()) + noBreak + "h" + noBreak + t.Format("04")
}

// days is how many whole days lie between two times.
func days(from, to time.Time) int { return max(0, int(to.Sub(from)/(24*time.Hour))) }

// funcs is what templates may call.
func (l language) funcs() template.FuncMap {
	return template.FuncMap{
		"number": l.number,
		"count":  l.count,
		"list":   l.list,
		"labels": l.labels,
		"days":   days,
		"day":    l.day,
		"moment": l.moment,
		"reason": func(r desk.Reason) string { return r.In(l.code) },
	}
}
