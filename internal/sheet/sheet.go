// Package sheet reads a table as spreadsheets and forms export it: CSV with any
// order of columns, found by what its first line calls them.
//
// It promises: UTF-8 with or without its mark, UTF-16 and Windows-1252 are told
// apart; commas, semicolons and tabs too; a quoted value may hold line breaks.
// Every fault has its line and column, counted from 1 in characters, and all
// are told at once. A column that nobody asked for is named, never dropped in
// silence.
//
// It is pure: bytes in, rows out.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// Column is one column that a table may have.
type Column struct {
	Name     string   // by which rows are asked
	Titles   []string // what the first line may call it; case, accents and punctuation do not count
	Required bool
	Repeats  bool // several columns may bear one of the titles; their values are all read
}

// Sheet is a table that was read.
type Sheet struct {
	Rows    []Row    // without the empty ones
	Ignored []string // the titles of columns that were not asked for
	has     map[string]bool
}

// Has says whether the table has a column, by its name.
func (s *Sheet) Has(column string) bool { return s.has[column] }

// Row is one line of a table, or several where a value holds line breaks.
type Row struct {
	file  string
	cells map[string][]cell
	start place
}

type cell struct {
	text string
	at   place
}

type place struct{ line, column int }

// Line is where the row begins.
func (r Row) Line() int { return r.start.line }

// Text is the value of a column, without white space around it; "" where the
// table or the row does not have it.
func (r Row) Text(column string) string {
	if all := r.Texts(column); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Texts are the values of a column that repeats, the empty ones left out.
func (r Row) Texts(column string) (all []string) {
	for _, c := range r.cells[column] {
		if c.text != "" {
			all = append(all, c.text)
		}
	}
	return all
}

// Fault is a fault at a column of the row, or at its start where it has none.
func (r Row) Fault(column, format string, args ...any) desk.Fault {
	at := r.start
	if cells := r.cells[column]; len(cells) > 0 {
		at = cells[0].at
		if i := slices.IndexFunc(cells, func(c cell) bool { return c.text != "" }); i >= 0 {
			at = cells[i].at
		}
	}
	return desk.Fault{File: r.file, Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)}
}

// Read reads a table, whose name is for the faults. Rows beside faulty ones are
// read all the same; the sheet is nil where the first line cannot be used.
func Read(name string, raw []byte, columns []Column) (*Sheet, desk.Faults) {
	text, skipped := body(decode(raw))
	r := reader{name: name, skipped: skipped, lines: strings.Split(text, "\n"), csv: csv.NewReader(strings.NewReader(text))}
	r.csv.Comma = separator(text)
	r.csv.FieldsPerRecord = -1
	r.csv.TrimLeadingSpace = r.csv.Comma != '\t' // a tab is white space too
	head, err := r.csv.Read()
	if err != nil {
		var names []string
		for _, c := range columns {
			if c.Required {
				names = append(names, c.Name)
			}
		}
		return nil, desk.Faults{{File: name, Message: "the file has no first line; accepted: " + strings.Join(names, ",")}}
	}
	s := &Sheet{has: map[string]bool{}}
	at, faults := r.columns(s, head, columns)
	if faults != nil {
		return nil, faults
	}
	faults = r.rows(s, at, len(head))
	return s, faults
}

type reader struct {
	name    string
	skipped int // lines before the first
	lines   []string
	csv     *csv.Reader
}

// place is where the value with this index is in the line that was read last.
func (r *reader) place(i int) place {
	line, column := r.csv.FieldPos(i)
	return r.at(line, column)
}

// at counts a column of bytes in characters.
func (r *reader) at(line, column int) place {
	if line < 1 || line > len(r.lines) {
		return place{line + r.skipped, column}
	}
	text := r.lines[line-1]
	return place{line + r.skipped, utf8.RuneCountInString(text[:min(max(column-1, 0), len(text))]) + 1}
}

// columns finds which value of a row is whose: the column's name by index.
func (r *reader) columns(s *Sheet, head []string, columns []Column) (at map[int]string, faults desk.Faults) {
	at = map[int]string{}
	for i, title := range head {
		c := slices.IndexFunc(columns, func(c Column) bool { return c.called(title) })
		switch {
		case c < 0 && strings.TrimSpace(title) != "":
			s.Ignored = append(s.Ignored, strings.TrimSpace(title))
		case c < 0:
		case s.has[columns[c].Name] && !columns[c].Repeats:
			p := r.place(i)
			faults = append(faults, desk.Fault{
				File: r.name, Line: p.line, Column: p.column,
				Message: fmt.Sprintf("a second column is called %s, as %q; keep one", columns[c].Name, strings.TrimSpace(title)),
			})
		default:
			at[i] = columns[c].Name
			s.has[columns[c].Name] = true
		}
	}
	for _, c := range columns {
		if c.Required && !s.has[c.Name] {
			faults = append(faults, desk.Fault{
				File: r.name, Line: r.skipped + 1, Column: 1,
				Message: fmt.Sprintf("no column is called %s; accepted: %s", c.Name, strings.Join(c.Titles, ", ")),
			})
		}
	}
	return at, faults
}

// called says whether a title is one of the column's; a number after it counts for
// nothing where the column repeats.
func (c Column) called(title string) bool {
	folded := typo.Fold(title)
	return slices.ContainsFunc(c.Titles, func(t string) bool {
		t = typo.Fold(t)
		return folded == t || c.Repeats && strings.TrimRight(folded, " 0123456789") == t
	})
}

// rows reads what follows the first line, which has so many values. One that holds
// the separator without being quoted moves all that follow it: its row is refused.
func (r *reader) rows(s *Sheet, at map[int]string, width int) (faults desk.Faults) {
	for {
		record, err := r.csv.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return faults
		case errors.As(err, &parse):
			p := r.at(parse.Line, parse.Column)
			faults = append(faults, desk.Fault{File: r.name, Line: p.line, Column: p.column, Message: "a quotation mark is missing or out of place; accepted: a value that holds one stands between \"…\", with \"\" inside"})
			continue
		case err != nil: // reading from memory has no other error
			return append(faults, desk.Fault{File: r.name, Message: err.Error()})
		}
		if i := slices.IndexFunc(record[min(width, len(record)):], func(text string) bool { return strings.TrimSpace(text) != "" }); i >= 0 {
			p := r.place(width + i)
			faults = append(faults, desk.Fault{File: r.name, Line: p.line, Column: p.column, Message: fmt.Sprintf(
				"this line has more values than the first one has columns, %d; accepted: a value that holds %q stands between \"…\"", width, r.csv.Comma)})
			continue
		}
		if row, empty := r.row(record, at); !empty {
			s.Rows = append(s.Rows, row)
		}
	}
}

func (r *reader) row(record []string, at map[int]string) (row Row, empty bool) {
	row = Row{file: r.name, cells: map[string][]cell{}, start: r.place(0)}
	empty = true
	for i, text := range record {
		text = strings.TrimSpace(text)
		empty = empty && text == "" // a spreadsheet's empty row
		if name, asked := at[i]; asked {
			row.cells[name] = append(row.cells[name], cell{text, r.place(i)})
		}
	}
	return row, empty
}

// body is the text without the line by which Excel tells itself the separator,
// with LF at its line ends.
func body(text string) (rest string, skipped int) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // a Mac's
	}
	first, after, _ := strings.Cut(text, "\n")
	if len(first) == len("sep=;") && strings.HasPrefix(strings.ToLower(first), "sep=") {
		return after, 1
	}
	return text, 0
}

// separator is what parts the values of the first line, its quoted titles left out.
func separator(text string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			return most(counts)
		case !quoted:
			counts[c]++
		}
	}
	return most(counts)
}

func most(counts map[rune]int) rune {
	best := ','
	for _, c := range ";\t" {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// decode makes text of a file's bytes. What spreadsheets write without a mark and
// is not UTF-8 is Windows-1252, unless half of it is zero: then it is UTF-16.
func decode(raw []byte) string {
	if wide, order := utf16Of(raw); wide {
		return fromUTF16(raw, order)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if utf8.Valid(raw) {
		return clean(string(raw))
	}
	return clean(fromWindows1252(raw))
}
