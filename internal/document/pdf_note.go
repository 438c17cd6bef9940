package document

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// footnotes adds the notes at the foot of a page; the text above may go on behind
// them, on the next page.
func (t *typesetter) footnotes(lines []Line) {
	for _, l := range lines {
		if n := len(t.notes); n > 0 && !noteMark.MatchString(l.Text) {
			t.notes[n-1].text = t.join.join(t.notes[n-1].text, l.Text)
			continue
		}
		t.notes = append(t.notes, block{text: unmarked(l.Text), role: roleNote})
	}
}

var noteMark = patternOf(`^(\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)]?|[*†‡]{1,3}|[¹²³⁰⁴-⁹]+)(\s+|$|\pL)`)

// unmarked is a note without its mark.
func unmarked(s string) string {
	m := noteMark.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	return strings.TrimSpace(s[m[3]:])
}

// splitNotes tells the notes of a page from its text: lines in small letters at the
// foot of a column, from a mark on.
func splitNotes(p Page, body float64) (text, notes []Line) {
	open := false
	for _, l := range p.Lines {
		small := l.Size < body*smallShare && l.Base > p.Height/3
		if open = small && (open || noteMark.MatchString(l.Text) && p.endsAbove(l, body)); open {
			notes = append(notes, l)
		} else {
			text = append(text, l)
		}
	}
	return text, notes
}

// endsAbove says whether the text of a line's column ends above it.
func (p Page) endsAbove(l Line, body float64) bool {
	for _, other := range p.Lines {
		if other.Base > l.Base && other.Size >= body*smallShare && math.Abs(other.Left-l.Left) < columnSlip {
			return false
		}
	}
	return true
}

// marksLooked is more lines of notes than a page has room for.
const marksLooked = 200

// unmark takes the marks of a page's notes out of its text, where they stand small
// and high behind a word or its punctuation: they are no part of it. A number is the
// mark of a note only in its turn.
func unmark(text, notes []Line) {
	at, from := 0, 0
	for _, n := range notes[:min(len(notes), marksLooked)] {
		m := noteMark.FindStringSubmatch(n.Text)
		if m == nil {
			continue
		}
		mark := strings.Trim(m[1], "[]().")
		for i := at; i < len(text); i++ {
			if i > at {
				from = 0
			}
			if place := markIn(text[i].Text, mark, from); place >= 0 {
				text[i].Text = text[i].Text[:place] + text[i].Text[place+len(mark):]
				at, from = i, place
				break
			}
		}
	}
}

// markIn is where a note's mark stands in a line, -1 where it does not: behind a
// letter or a sign that is not part of a number, and before no letter or digit.
func markIn(line, mark string, from int) int {
	for from < len(line) {
		i := strings.Index(line[from:], mark)
		if i < 0 {
			return -1
		}
		i += from
		before, width := utf8.DecodeLastRuneInString(line[:i])
		further, _ := utf8.DecodeLastRuneInString(line[:i-width])
		after, _ := utf8.DecodeRuneInString(line[i+len(mark):])
		glued := unicode.IsLower(before) || strings.ContainsRune(".,;:!?»”)…’", before) && !unicode.IsDigit(further)
		if i > 0 && glued && !unicode.IsLetter(after) && !unicode.IsDigit(after) {
			return i
		}
		from = i + len(mark)
	}
	return -1
}
