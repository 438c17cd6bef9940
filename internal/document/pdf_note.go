package document

import (
	"regexp"
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

var noteMark = regexp.MustCompile(`^(\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)]?|[*†‡]{1,3}|[¹²³⁰⁴-⁹]+)(\s+|$|\pL)`)

// unmarked is a note without its mark.
func unmarked(s string) string {
	m := noteMark.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	return strings.TrimSpace(s[m[3]:])
}

// notesFrom is the first of the lines at the foot of a page that are notes: in
// small letters to the end, from a mark on.
func notesFrom(p Page, body float64) int {
	first := len(p.Lines)
	for first > 0 && p.Lines[first-1].Size < body*smallShare && p.Lines[first-1].Base > p.Height/3 {
		first--
	}
	for first < len(p.Lines) && !noteMark.MatchString(p.Lines[first].Text) {
		first++
	}
	return first
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
